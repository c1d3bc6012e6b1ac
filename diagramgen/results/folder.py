"""A root of result files on this machine."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from diagramgen.errors import ResultsError
from diagramgen.local import read_local
from diagramgen.patterns import PLACEHOLDERS, path_pattern
from diagramgen.results.found import MOST_BYTES, Found, found_at, of_files, reason

MOST_LISTED = 1_000_000
"""So many names are looked at below a root."""
ABSENT = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG)
"""What the system says of a path at which nothing can be found."""
Matches = list[tuple[str, dict[str, str]]]
"""The paths that match a pattern, each with what the placeholders stand for."""


class Local:
    """A folder of this machine. Of what is below it, folders are looked for once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._folders: dict[tuple[str, ...], Matches] = {}

    def find(self, pattern: str) -> list[Found]:
        found = {}
        for path, values in self._matches(of_files(pattern), folders=False):
            there = self._stat(path)
            if there is not None and stat.S_ISREG(there.st_mode):
                version = f"{there.st_size}-{there.st_mtime_ns}"
                found[path] = found_at(path, values, version, there.st_size)
        return sorted(found.values())

    def folders(self, pattern: str) -> set[int]:
        matches = self._matches(pattern.removesuffix("/**"), folders=True)
        return {int(values["step"]) for _, values in matches if "step" in values}

    def names(self, folder: str) -> list[str]:
        try:
            entries = self._list(folder)
        except OSError:
            return []
        return sorted(f"{entry.name}/" if _is_folder(entry) else entry.name for entry in entries)

    def read(self, path: str) -> bytes:
        return read_local(f"{self.root}/{path}", MOST_BYTES)

    def read_all(self, paths: Sequence[str]) -> Iterator[bytes | OSError]:
        for path in paths:
            try:
                yield self.read(path)
            except OSError as err:
                yield err

    def _matches(self, pattern: str, *, folders: bool) -> Iterable[tuple[str, dict[str, str]]]:
        """The folders that match a pattern; or the files, with what may be none: nobody has asked.

        The names at the end that have neither a star nor a placeholder are not looked for, but
        for one below any folders.
        """
        parts = pattern.split("/")
        looked_for = (i + 1 + (part == "**") for i, part in enumerate(parts) if not _is_name(part))
        known = max(looked_for, default=0)
        before, name = tuple(parts[:known]), "/".join(parts[known:])
        try:
            found = self._walked(before, folders=folders or name != "")
            if name:
                found = [(f"{path}/{name}" if path else name, values) for path, values in found]
                if folders:
                    found = [match for match in found if self._is_folder(match[0])]
        except (FileNotFoundError, NotADirectoryError) as err:
            raise FileNotFoundError(str(self.root)) from err
        except OSError as err:
            raise ResultsError(reason(err)) from err
        if "**" not in parts and all(pattern.count(each) < 2 for each in PLACEHOLDERS):
            return found  # each name has said all that the whole path can
        match = path_pattern(pattern).match
        return ((path, values) for path, _ in found if (values := match(path)) is not None)

    def _walked(self, parts: tuple[str, ...], *, folders: bool) -> Matches:
        if not folders:
            return self._walk(parts, folders=False)
        if parts not in self._folders:
            self._folders[parts] = self._walk(parts, folders=True)
        return self._folders[parts]

    def _walk(self, parts: tuple[str, ...], *, folders: bool) -> Matches:
        """What matches the names of a pattern, one below the other; `**` is any folders."""
        if not stat.S_ISDIR(self.root.stat().st_mode):
            raise NotADirectoryError(str(self.root))
        if not parts:
            return [("", {})]
        names = [None if part == "**" else path_pattern(part) for part in parts]
        found: Matches = []
        looked_at, listed = 0, set()
        waiting: list[tuple[str, int, dict[str, str]]] = [("", 0, {})]
        while waiting:
            folder, at, values = waiting.pop()
            if (folder, at) in listed or at == len(names):  # two `**` lead to it, or one is last
                continue
            listed.add((folder, at))
            entries = self._list(folder)
            looked_at += len(entries)
            if looked_at > MOST_LISTED:
                raise ResultsError(f"more than {MOST_LISTED:,} names; say more in `checkpoint`")
            name, is_last = names[at], at == len(names) - 1
            if name is None:
                # Links are left alone: one may lead back up.
                below = [e for e in entries if e.is_dir(follow_symlinks=False)]
                waiting += [(f"{folder}{entry.name}/", at, {}) for entry in below]
                waiting.append((folder, at + 1, {}))
                continue
            for entry in entries:
                own = name.match(entry.name)
                if own is None:
                    continue
                path, both = f"{folder}{entry.name}", values | own if values else own
                is_folder = _is_folder(entry)
                if not is_last and is_folder:
                    waiting.append((f"{path}/", at + 1, both))
                elif is_last and is_folder == folders:
                    found.append((path, both))
        return found

    def _list(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(f"{self.root}/{folder}") as listed:
                return list(listed)
        except OSError as err:
            if not folder or err.errno not in ABSENT:
                raise
            return []

    def _is_folder(self, path: str) -> bool:
        there = self._stat(path)
        return there is not None and stat.S_ISDIR(there.st_mode)

    def _stat(self, path: str) -> os.stat_result | None:
        """What stands there, of a link what it leads to; None where there is nothing."""
        try:
            return os.stat(f"{self.root}/{path}")  # noqa: PTH116 half the time of Path.stat
        except OSError as err:
            if err.errno not in ABSENT:
                raise ResultsError(reason(err)) from err
            return None


def _is_name(part: str) -> bool:
    """Whether a part of a pattern is one name, which can be asked for."""
    is_fixed = "*" not in part and not any(name in part for name in PLACEHOLDERS)
    return is_fixed and part.isprintable() and part not in ("", ".", "..")


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether it is a folder; a link is what it leads to, if anything."""
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False
