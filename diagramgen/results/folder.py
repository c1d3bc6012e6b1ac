"""A root of result files on this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from diagramgen.errors import ResultsError
from diagramgen.local import read_local
from diagramgen.patterns import path_pattern
from diagramgen.results.found import MOST_BYTES, Found, found_at, of_files, reason

MOST_LISTED = 1_000_000
"""So many names are looked at below a root."""


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
            size, version = stat.st_size, f"{stat.st_size}-{stat.st_mtime_ns}"
            found[path] = found_at(path, values, version, size)
        return sorted(found.values())

    def folders(self, pattern: str) -> set[int]:
        matches = self._matches(pattern.removesuffix("/**"), folders=True)
        return {int(values["step"]) for _, values, _ in matches if "step" in values}

    def names(self, folder: str) -> list[str]:
        try:
            entries = self._list(folder)
        except OSError:
            return []
        return sorted(f"{entry.name}/" if _kind(entry)[0] else entry.name for entry in entries)

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
