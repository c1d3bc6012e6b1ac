"""Where result files are: a local folder, or a URL that fsspec reaches."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from diagramgen.errors import ResultsError, visible
from diagramgen.local import read_local
from diagramgen.results.patterns import path_pattern
from diagramgen.roots import check_root, is_url

NO_TEXT = "names of results are text without control characters"
MOST_BYTES = 1 << 28
"""A result file may have so many."""
MOST_LISTED = 1_000_000
"""So many names are looked at below a root."""


class Found(NamedTuple):
    """A file below a root: its path there, and what the pattern's placeholders stand for.

    `version` changes when the file does: its size and time, or what a remote place says of it.
    """

    path: str
    step: int | None
    item: str | None
    version: str


class Storage(Protocol):
    """A root of result files."""

    def find(self, pattern: str) -> list[Found]:
        """The files whose path below the root matches a pattern, by path.

        `*` stands for anything within a name, `**` for any folders, {step} for digits, {item} for
        a name. A folder named x.json is no file. Raises `FileNotFoundError` when there is no such
        root, `ResultsError` when it cannot be listed.
        """

    def folders(self, pattern: str) -> set[int]:
        """The steps of the folders whose path below the root matches; `**` at the end is any."""

    def read(self, path: str) -> bytes:
        """A file's bytes. Raises `OSError`."""

    def read_all(self, paths: Sequence[str]) -> Iterator[bytes | OSError]:
        """The bytes of each file in turn, or why it cannot be read; holds few at a time."""


def open_storage(root: str, folder: Path) -> Storage:
    """The storage of a root: a URL such as s3://bucket/runs, or a path, relative to `folder`.

    Raises `ResultsError` for a root that `check_root` refuses, before fsspec sees it, and for a URL
    that nothing installed reaches.
    """
    if problem := check_root(root):
        raise ResultsError(problem)
    if not is_url(root):
        return Local(folder / root)
    from diagramgen.results.remote import Remote

    return Remote(root)


class Local:
    """A folder of this machine."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def find(self, pattern: str) -> list[Found]:
        found = {}
        for path, values, entry in self._matches(of_files(pattern), folders=False):
            try:
                stat = entry.stat()
            except FileNotFoundError:  # deleted since it was listed
                continue
            found[path] = found_at(path, values, f"{stat.st_size}-{stat.st_mtime_ns}")
        return sorted(found.values())

    def folders(self, pattern: str) -> set[int]:
        matches = self._matches(pattern.removesuffix("/**"), folders=True)
        return {int(values["step"]) for _, values, _ in matches if "step" in values}

    def read(self, path: str) -> bytes:
        return read_local(f"{self.root}/{path}", MOST_BYTES)

    def read_all(self, paths: Sequence[str]) -> Iterator[bytes | OSError]:
        for path in paths:
            try:
                yield self.read(path)
            except OSError as err:
                yield err

    def _matches(
        self, pattern: str, *, folders: bool
    ) -> Iterator[tuple[str, dict[str, str], os.DirEntry[str]]]:
        """The files or folders that match, with what the placeholders stand for."""
        whole = path_pattern(pattern)
        try:
            walked = self._walk(pattern.split("/"), folders=folders)
        except (FileNotFoundError, NotADirectoryError) as err:
            raise FileNotFoundError(str(self.root)) from err
        except OSError as err:
            raise ResultsError(reason(err)) from err
        for path, entry in walked:
            values = whole.match(path)
            if values is not None:
                yield path, values, entry

    def _walk(self, parts: list[str], *, folders: bool) -> list[tuple[str, os.DirEntry[str]]]:
        """What matches the names of a pattern, one below the other; `**` is any folders."""
        names = [None if part == "**" else path_pattern(part) for part in parts]
        found, looked_at, listed = [], 0, set()
        waiting = [("", 0)]
        while waiting:
            folder, at = place = waiting.pop()
            if place in listed or at == len(names):  # two `**` lead to it, or one is the last
                continue
            listed.add(place)
            entries = self._list(folder)
            looked_at += len(entries)
            if looked_at > MOST_LISTED:
                raise ResultsError(f"more than {MOST_LISTED:,} names; say more in `checkpoint`")
            name, is_last = names[at], at == len(names) - 1
            if name is None:
                # Links are left alone: one may lead back up.
                below = [e for e in entries if e.is_dir(follow_symlinks=False)]
                waiting += [(f"{folder}{entry.name}/", at) for entry in below] + [(folder, at + 1)]
                continue
            for entry in entries:
                if name.match(entry.name) is None:
                    continue
                is_folder, is_file = _kind(entry)
                if not is_last and is_folder:
                    waiting.append((f"{folder}{entry.name}/", at + 1))
                elif is_last and (is_folder if folders else is_file):
                    found.append((f"{folder}{entry.name}", entry))
        return found

    def _list(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(f"{self.root}/{folder}") as listed:
                return list(listed)
        except (FileNotFoundError, NotADirectoryError):
            if not folder:
                raise
            return []  # deleted since it was listed


def _kind(entry: os.DirEntry[str]) -> tuple[bool, bool]:
    """Whether it is a folder, and whether it is a file; a link is what it leads to, if anything."""
    try:
        return entry.is_dir(), entry.is_file()
    except OSError:  # a link that leads to itself
        return False, False


def found_at(path: str, values: Mapping[str, str], version: str) -> Found:
    """A file with what the placeholders stand for. Raises `ResultsError` for odd names."""
    if not path.isprintable() and visible(path, one_line=True) != path:
        raise ResultsError(f"the file '{visible(path, one_line=True)}': rename it: {NO_TEXT}")
    step = values.get("step")
    return Found(path, None if step is None else int(step), values.get("item"), version)


def reason(err: Exception) -> str:
    """What an error says, in one line; a URL without its query, which may be signed, and user."""
    said = getattr(err, "strerror", None) or str(err) or type(err).__name__
    said = visible(str(said).splitlines()[0], one_line=True)
    return re.sub(r"""(://)(?:[^\s/?"']*@)?([^\s?"']*)(?:\?[^\s"']*)?""", r"\1\2", said)


def of_files(pattern: str) -> str:
    """A pattern of files: `**` at its end stands for every file there."""
    return f"{pattern}/*" if pattern == "**" or pattern.endswith("/**") else pattern
