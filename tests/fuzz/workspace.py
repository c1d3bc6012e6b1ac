"""The folder in which a changed project stands, and what a command did to it."""

from __future__ import annotations

import os
import stat
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.fuzz.projects import Entry, Special, Tree

TIME = 1_700_000_000
"""When the files of every project were written; a changed one says later, by its content."""
SECRET = b"nobody's business\n"
OUTSIDE_FILES = ("secret.txt", "index.html", "tmp/kept.txt", ".diagramgen/tmp/kept.txt", "lock")
Stamp = tuple[int, ...]


class Workspace:
    """A project's folder with another beside it, which is nobody's business.

    Between two projects only that is written which differs, as `changed` has found it last.
    """

    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        self.outside = folder / "outside"
        self._tree: Tree = {}
        self._stamps: dict[str, Stamp] = {}
        self._now: dict[str, Stamp] = {}
        self.project.mkdir(parents=True)
        self._make_outside()

    def _make_outside(self) -> None:
        for name in OUTSIDE_FILES:
            file = self.outside / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(SECRET)
        self._outside_stamps = self._outside_now = _scan(self.outside)

    def write(self, tree: Tree, base: Mapping[str, bytes]) -> None:
        """Bring the folder to a tree; `base` has the files that are not changed."""
        if self._outside_now != self._outside_stamps:
            _clear(self.outside, ())
            self._make_outside()
        there = self._now
        kept = {
            path
            for path, entry in tree.items()
            if self._tree.get(path) is entry
            and path in there
            and there[path] == self._stamps.get(path)
        }
        _clear(self.project, kept)
        for path, entry in tree.items():
            if path not in kept:
                at = TIME if base.get(path) is entry else TIME + 1 + _number(entry)
                _put(self.project / path, entry, at)
        self._tree = tree
        self._stamps = self._now = _scan(self.project)

    def changed(self) -> list[str]:
        """The paths of all that is new, gone or not as it was; outside they begin with `../`."""
        self._now, self._outside_now = _scan(self.project), _scan(self.outside)
        outside = _different(self._outside_stamps, self._outside_now)
        return sorted([f"../{path}" for path in outside] + _different(self._stamps, self._now))


def _different(before: Mapping[str, Stamp], after: Mapping[str, Stamp]) -> list[str]:
    if before == after:
        return []
    return [path for path in before.keys() | after.keys() if before.get(path) != after.get(path)]


def _number(entry: Entry) -> int:
    return zlib.crc32(entry) if isinstance(entry, bytes) else 0


def _put(path: Path, entry: Entry, at: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    match entry:
        case bytes():
            path.write_bytes(entry)
            os.utime(path, (at, at))
        case Special("folder"):
            path.mkdir()
        case Special("fifo"):
            os.mkfifo(path)
        case Special("unreadable"):
            path.touch(mode=0)
        case Special("link", target):
            path.symlink_to(target)


def _walk(folder: Path, prefix: str = "") -> Iterator[tuple[str, os.DirEntry[str]]]:
    """All that is below a folder, what is in a folder before that; links are not followed."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(Path(entry.path), f"{prefix}{entry.name}/")
            yield prefix + entry.name, entry


def _scan(folder: Path) -> dict[str, Stamp]:
    """Whatever changes when a file or link does; of a folder only that it is one."""
    found = {}
    for path, entry in _walk(folder):
        of = entry.stat(follow_symlinks=False)
        is_folder = stat.S_ISDIR(of.st_mode)
        times = () if is_folder else (of.st_size, of.st_mtime_ns, of.st_ctime_ns)
        found[path] = (of.st_mode, of.st_ino, *times)
    return found


def _clear(folder: Path, kept: set[str] | tuple[str, ...]) -> None:
    """Remove all but what is kept."""
    needed = {path[:i] for path in kept for i, sign in enumerate(path) if sign == "/"}
    for path, entry in _walk(folder):
        if path in needed or path in kept:
            continue
        if entry.is_dir(follow_symlinks=False):
            Path(entry.path).rmdir()
        else:
            Path(entry.path).unlink()
