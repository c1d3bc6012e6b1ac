"""Draw again whenever results, suite or templates change."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from diagramgen.cli.bugs import tell_bug
from diagramgen.cli.options import RunOptions, load_suite
from diagramgen.cli.terminal import tell, tell_error
from diagramgen.errors import SuiteError, TruncatedFile, UsageError, UserError, install
from diagramgen.output.request import Request
from diagramgen.roots import is_url

if TYPE_CHECKING:
    from diagramgen.output.pool import Pool

QUIET = 0.2
"""Seconds without a change after which a burst of changes, or the writing of a file, is over."""
PATIENCE = 5.0
"""Seconds to wait for the rest of a file that ends in the middle."""


class Places(NamedTuple):
    """What to watch: single files (which may not be there yet), folders with all below them.

    `output` is not watched, wherever it is.
    """

    files: frozenset[Path]
    folders: frozenset[Path]
    output: Path


def watch(
    request: Request,
    options: RunOptions,
    *,
    stop: threading.Event | None = None,
    built: Callable[[], None] = lambda: None,
) -> int:
    """Bring the charts up to date, and again after every change, until Ctrl-C or `stop`.

    A file that ends in the middle is waited for; a suite with problems, or results that cannot be
    read, are told of and waited for as well. `built` is called after each run. Returns the exit
    code, which is 0: ending is how watching is meant to end. Raises `UsageError` where the package
    that watches is missing, or there is no suite at the beginning.
    """
    from diagramgen.output.cluster import clustered
    from diagramgen.output.workers import started

    if not request.file.is_file():
        raise UsageError(f"{request.file}: cannot be read: No such file or directory")
    watcher = _Watcher(stop or threading.Event())
    at, jobs = options.cluster, options.jobs
    with clustered(at, tell) if at else started(jobs) as pool:
        try:
            strict = True
            while not watcher.stop.is_set():
                watcher.look_at(places(request, watcher.places))
                incomplete = _run(request, options, pool, watcher.stop, strict)
                built()
                strict = watcher.wait(PATIENCE if incomplete else None)
        except KeyboardInterrupt:
            tell("stopped watching")
        finally:
            watcher.end()
    return 0


def _run(
    request: Request, options: RunOptions, pool: Pool, stop: threading.Event, strict: bool
) -> bool:
    """Bring the charts up to date; whether a file that ends in the middle is in the way."""
    from diagramgen.cli.run import run

    try:
        run(request._replace(strict=strict or request.strict), options, pool, stop.is_set)
    except TruncatedFile as err:
        for line in str(err).split("\n"):
            tell(f"waiting for the rest of a file: {line}")
        return not request.strict
    except UserError as err:
        tell_error(err)
        tell("waiting for a change")
    except Exception as err:  # the next change may be one that it stands
        tell_bug("diagramgen", err)
        tell("waiting for a change")
    return False


def places(request: Request, before: Places | None) -> Places:
    """What a suite is made from; of a suite with problems, what was watched `before`."""
    file = request.file.absolute()
    try:
        suite = load_suite(request)
    except (SuiteError, UsageError):
        return before or Places(frozenset({file}), frozenset(), file.parent)
    folder = suite.folder.absolute()
    files = {file, folder / suite.output.theme}
    folders = {folder / s.root for s in suite.definitions.sources.values() if not is_url(s.root)}
    folders |= {suite.templates.path.absolute()} if suite.templates else set()
    return Places(frozenset(files), frozenset(folders), folder / suite.output.dir)


class _Watcher:
    """Tells of changes at places that may themselves change."""

    def __init__(self, stop: threading.Event) -> None:
        try:
            import watchfiles
        except ImportError as err:
            message = f"--watch: needs a package that is not there: {install('watch')}"
            raise UsageError(message) from err
        self._watch = watchfiles.watch
        self._filter = watchfiles.DefaultFilter()
        self._changes: queue.Queue[None] = queue.Queue()
        self._end_threads = threading.Event()
        self._threads: list[threading.Thread] = []
        self.stop = stop
        self.places: Places | None = None

    def look_at(self, places: Places) -> None:
        """Watch these places, from now on."""
        if places == self.places and all(thread.is_alive() for thread in self._threads):
            return
        self.end()
        self._end_threads = threading.Event()
        self.places = places
        there = {folder.resolve() for folder in places.folders if folder.is_dir()}
        missing = {folder for folder in places.folders if not folder.is_dir()}
        flat = {_nearest(path.parent).resolve() for path in (*places.files, *missing)}
        for folders, recursive in ((flat, False), (there, True)):
            if folders:
                arguments = (folders, recursive, places, self._end_threads)
                thread = threading.Thread(target=self._listen, args=arguments, daemon=True)
                thread.start()
                self._threads.append(thread)

    def _listen(
        self, folders: set[Path], recursive: bool, places: Places, end: threading.Event
    ) -> None:
        output = places.output.resolve()
        wanted = [path.parent.resolve() / path.name for path in (*places.files, *places.folders)]

        def meant(change: Any, name: str) -> bool:
            path = Path(name)
            if path.is_relative_to(output) or not self._filter(change, name):
                return False
            return recursive or any(each.is_relative_to(path) for each in wanted)

        for _ in self._watch(
            *folders, watch_filter=meant, recursive=recursive, stop_event=end,
            debounce=200, step=50, rust_timeout=200, raise_interrupt=False,
        ):  # fmt: skip
            self._changes.put(None)

    def wait(self, timeout: float | None) -> bool:
        """Wait for a change, and until it is over; False where none came in time."""
        waited = 0.0
        while not self.stop.is_set():
            try:
                self._changes.get(timeout=QUIET)
            except queue.Empty:
                waited += QUIET
                if timeout is not None and waited >= timeout:
                    return False
                continue
            while not self.stop.is_set():
                try:
                    self._changes.get(timeout=QUIET)
                except queue.Empty:
                    return True
        return False

    def end(self) -> None:
        """Stop the threads."""
        self._end_threads.set()
        for thread in self._threads:
            thread.join()
        self._threads = []


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    return next(each for each in (folder, *folder.parents) if each.is_dir())
