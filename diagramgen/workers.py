"""Processes that draw, warming up while the parent still reads and builds."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.synchronize import Semaphore
from pathlib import Path
from typing import Any, NamedTuple

from diagramgen.files import temporary_file
from diagramgen.fonts import renderer
from diagramgen.render import draw_all, vega_bundle
from diagramgen.state import sha256

WARM = {"data": {"values": [{"a": "x"}]}, "mark": "text", "encoding": {"text": {"field": "a"}}}


def available_cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Drawn(NamedTuple):
    """A drawn file under a temporary name."""

    path: Path
    sha256: str


def draw_files(
    spec: bytes, formats: tuple[str, ...], scale: float, optimize: bool, folder: Path
) -> dict[str, Drawn]:
    """Draw a spec, as the bytes of its file, in several formats into temporary files of a folder.

    The files do not travel between processes: one that is killed while it sends something large
    would leave the other waiting for the rest. Raises `ChartError`, `OSError`.
    """
    plain = json.loads(spec)
    drawn = {"vl.json": spec}
    drawn |= draw_all(plain, [format_ for format_ in formats if format_ not in drawn], scale)
    files = {}
    for format_ in formats:
        data = drawn[format_]
        data = smaller(data) if optimize and format_ == "png" else data
        files[format_] = Drawn(temporary_file(data, folder), sha256(data))
    return files


def draw_bundle(folder: Path) -> Drawn:
    """Make the script that draws charts in a browser into a temporary file of a folder."""
    data = vega_bundle()
    return Drawn(temporary_file(data, folder), sha256(data))


def smaller(png: bytes) -> bytes:
    """The same picture in fewer bytes; without loss, and text chunks stay."""
    import oxipng

    optimized: bytes = oxipng.optimize_from_memory(png, level=2)
    return optimized


class InThisProcess(Executor):
    """Does what is submitted at once."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """The finished future of a call."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as err:  # it is the caller's, as in any other executor
            future.set_exception(err)
        return future


def start(jobs: int, few: bool = False) -> Executor:
    """An executor with that many processes, which begin at once to load the renderer.

    As many do so at a time as there are cores beside the one for this process, for they all wait
    for what it still reads and builds. For `few` charts there is one, if there may be one beside
    this.
    """
    if jobs == 1:
        return InThisProcess()
    jobs = 1 if few else jobs
    context = multiprocessing.get_context(_method())
    turns = context.Semaphore(max(1, available_cores() - 1))
    pool = ProcessPoolExecutor(jobs, context, _prepare, (turns,))
    for _ in range(jobs):
        pool.submit(int)  # some processes are started only when there is something to do
    return pool


@contextmanager
def started(jobs: int | None, few: bool = False) -> Iterator[Executor]:
    """What `start` gives, by default for all cores; what is not begun at the end is given up."""
    executor = start(jobs or available_cores(), few)
    try:
        yield executor
    finally:
        executor.shutdown(cancel_futures=True)


def _method() -> str:
    """Forking takes no time but is safe only before there are threads: Python's, or a library's."""
    tasks = Path("/proc/self/task")  # where a system has it, it has fork as well
    return "fork" if tasks.is_dir() and len(list(tasks.iterdir())) == 1 else "spawn"


def _prepare(turns: Semaphore) -> None:
    """Leave Ctrl-C to the parent, end with it, even when it is killed, and load the renderer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None, "runs in a worker"

    def end_with_parent() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=end_with_parent, daemon=True).start()
    with turns:
        renderer().vegalite_to_png(WARM)
