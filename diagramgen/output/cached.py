"""Where the cache of results lies: with the output, or in a folder or at a URL that is named."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from diagramgen.errors import OutputError, ResultsError
from diagramgen.local import sha256
from diagramgen.output.files import HIDDEN, OutputFolder, open_output
from diagramgen.output.request import code, module_digests
from diagramgen.results.cache import Cache, Store
from diagramgen.results.found import MOST_BYTES
from diagramgen.results.remote import Remote
from diagramgen.roots import check_root, is_url

if TYPE_CHECKING:
    from diagramgen.suite.suite import Suite

FOLDER = f"{HIDDEN}/cache"
HERE = ""
"""The place of a cache that lies with the output."""


class FolderStore:
    """Files in the hidden folder of an output folder, which is opened for each of them."""

    def __init__(self, opened: Callable[[], AbstractContextManager[OutputFolder]]) -> None:
        self._opened = opened

    def read(self, name: str) -> bytes | None:
        """A file's bytes; None where it is not there or cannot be read."""
        try:
            with self._opened() as folder:
                return folder.read(f"{FOLDER}/{name}", MOST_BYTES)
        except (OSError, OutputError):
            return None

    def write(self, name: str, data: bytes) -> None:
        """Write a file. Raises `OutputError`."""
        with self._opened() as folder:
            folder.write(f"{FOLDER}/{name}", data)

    def names(self) -> list[str]:
        """The names of all files. Raises `OSError`, `OutputError`."""
        with self._opened() as folder:
            return folder.names(FOLDER)

    def remove(self, name: str) -> None:
        """Remove a file. Raises `OutputError`."""
        with self._opened() as folder:
            folder.remove(f"{FOLDER}/{name}")


class RemoteStore:
    """Files at a URL. One that is cut off while it is written has not the digest of its name."""

    def __init__(self, root: str) -> None:
        self._place = Remote(root)

    def read(self, name: str) -> bytes | None:
        """A file's bytes; None where it is not there or cannot be read."""
        try:
            return self._place.read(name)
        except (OSError, ResultsError):
            return None

    def write(self, name: str, data: bytes) -> None:
        """Write a file. Raises `OSError`."""
        self._place.write(name, data)

    def names(self) -> list[str]:
        """The names of all files."""
        return self._place.names("")

    def remove(self, name: str) -> None:
        """Remove a file. Raises `OSError`."""
        self._place.remove(name)


def cache_of(suite: Suite, place: str) -> Cache:
    """What earlier runs of a suite have read, kept at a place: `HERE`, a folder or a URL.

    Raises `OutputError` for a place that is none, `ResultsError` for one that nothing installed
    reaches.
    """
    if place and (problem := check_root(place)):
        raise OutputError(f"--cache: {problem}")
    if is_url(place):
        store: Store = RemoteStore(place)
    else:
        where = str(Path(place).absolute()) if place else suite.output.dir
        store = FolderStore(partial(open_output, suite.folder, where))
    # Suites that share a place may call other files by the same names.
    whose = str(suite.folder.absolute()) if place else ""
    parts = [code(), module_digests(suite.modules), whose]
    return Cache(store, sha256(msgspec.json.encode(parts)))


def keep(cache: Cache, place: str, folder: OutputFolder, notice: Callable[[str], None]) -> None:
    """Write what a run has newly read; `folder` is that of the output, which this run has.

    A cache only saves time: where it cannot be written, `notice` is told.
    """
    try:
        if is_url(place):
            cache.save(RemoteStore(place))
        elif not place or Path(place).resolve() == folder.path.resolve():
            cache.save(FolderStore(lambda: nullcontext(folder)))
        else:
            with (
                open_output(folder.path, str(Path(place).absolute()), make=True) as other,
                other.only_here(notice),
            ):
                cache.save(FolderStore(lambda: nullcontext(other)))
    except (OSError, OutputError, ResultsError) as err:
        said = getattr(err, "strerror", None) or err
        notice(f"warning: the cache cannot be written: {said}")
