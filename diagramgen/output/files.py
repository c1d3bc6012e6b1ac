"""The one way by which an output folder is written: files whole or not at all, never by a link.

Everything in the folder (pictures, manifest, gallery, the hidden folder with state, lock and
temporary files) is reached from a handle of it, part by part, each opened as what it is. A link
anywhere in a path is refused at the moment of the write, whoever put it there.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from diagramgen.errors import OutputError
from diagramgen.local import read_local, sha256
from diagramgen.output import handles
from diagramgen.output.handles import enter, parts_of, reason, same

HIDDEN = ".diagramgen"
"""The folder in the output folder for what is nobody's business but diagramgen's."""
STATE = f"{HIDDEN}/state.json"
MANIFEST = "manifest.json"
SCRIPT_MARK = b"/* diagramgen */"
OWN_MARKS: Mapping[str, bytes] = {
    ".json": b'"diagramgen":',
    ".js": SCRIPT_MARK,
    ".css": SCRIPT_MARK,
}
"""What a file of a kind says where diagramgen made it, but for those that charts are written as."""
MOST_BYTES = 500_000_000
"""So large may a state, a manifest or a journal be."""
NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL)


class Written(NamedTuple):
    """A file as it was written: its sha256, and a version that changes when the file does."""

    sha256: str
    version: str


def digests(files: Mapping[str, Written]) -> dict[str, str]:
    """The digest of each file."""
    return {name: file.sha256 for name, file in files.items()}


class OutputFolder:
    """An output folder, held open. Names are paths in it, with `/`; none leads elsewhere.

    Its files are read at any time and written within `only_here`. `known` has the digests of what
    earlier runs made, by name; with `force` files that are not of these are replaced as well. What
    a killed run made stands in the journal, for it wrote no manifest.
    """

    def __init__(self, path: Path, handle: int) -> None:
        self.path = path
        self.known: dict[str, str] = {}
        self.force = False
        self.folds_case = False
        self._handle = handle
        self._temporary = -1
        self._journal = -1

    def read(self, name: str, most: int | None = None) -> bytes:
        """A file's bytes. Raises `OSError`, `OutputError` for a name that leads elsewhere."""
        with self._parent(name) as (folder, last):
            return read_local(last, most, inside=folder)

    def digest(self, name: str) -> str:
        """The sha256 of a file's bytes; empty where there is no such file."""
        try:
            return sha256(self.read(name))
        except (OSError, OutputError):
            return ""

    def is_file(self, name: str) -> bool:
        """Whether a file stands there, itself and no link."""
        try:
            found = self._found(name)
        except (OSError, OutputError):
            return False
        return found is not None and stat.S_ISREG(found.st_mode)

    def as_written(self, files: Mapping[str, Written]) -> dict[str, Written] | None:
        """The same files with the versions that they have now; None where one is another.

        Its version tells, else its content.
        """
        found: dict[str, Written] = {}
        for name, version in self._versions(files):
            digest = files[name].sha256
            if version != files[name].version and (not version or self.digest(name) != digest):
                return None
            found[name] = Written(digest, version)
        return found

    def _versions(self, names: Iterable[str]) -> Iterator[tuple[str, str]]:
        """The version of each file; empty where there is none. A folder's files come together."""
        by_folder: dict[str, list[str]] = {}
        for name in names:
            by_folder.setdefault(name.rpartition("/")[0], []).append(name)
        for of_folder in by_folder.values():
            try:
                with self._parent(of_folder[0]) as (folder, _):
                    yield from ((name, _version_in(folder, name)) for name in of_folder)
            except (OSError, OutputError):
                yield from ((name, "") for name in of_folder)

    def check(self, names: Iterable[str]) -> None:
        """Raise `OutputError` where something stands in the place of a file and is none of ours."""
        for name in names:
            try:
                if self._found(name) is not None and not self.force and not self._is_ours(name):
                    raise OutputError(
                        f"{name}: is there already, and diagramgen did not make it; "
                        "move it away, or replace it with --force"
                    )
            except OSError as err:
                raise OutputError(f"cannot write {name}: {reason(err)}") from err

    def write(self, name: str, data: bytes) -> Written:
        """Write a file whole, in place of an older one of ours. Raises `OutputError`."""
        self.check([name])
        return self.write_all({name: data})[name]

    def write_all(self, files: Mapping[str, bytes]) -> dict[str, Written]:
        """Write files that were checked, all of them or, where there is no room, none.

        Raises `OutputError`.
        """
        temporary: dict[str, str] = {}
        written: dict[str, Written] = {}
        name = ""
        try:
            for name, data in files.items():
                temporary[name], version = handles.write_new(self._temporary, data)
                written[name] = Written(sha256(data), version)
            for name in files:
                self._move(temporary[name], name, written[name].sha256)
                del temporary[name]
        except OSError as err:
            raise OutputError(f"cannot write {name}: {reason(err)}") from err
        finally:
            for left in temporary.values():  # where something came between
                handles.remove(self._temporary, left)
        return written

    def _move(self, temporary: str, name: str, digest: str) -> None:
        """Give a temporary file its name. Raises `OSError`."""
        os.write(self._journal, f"{json.dumps([name, digest])}\n".encode())
        with self._parent(name, make=True) as (folder, last):
            os.rename(temporary, last, src_dir_fd=self._temporary, dst_dir_fd=folder)

    def names(self, folder: str) -> list[str]:
        """The names in one of its folders, sorted; there are none where there is no such folder.

        Raises `OSError`, `OutputError`.
        """
        try:
            with self._parent(f"{folder}/.") as (handle, _):
                return sorted(os.listdir(handle))  # noqa: PTH208 a path leads anywhere
        except FileNotFoundError:
            return []

    def remove(self, name: str) -> None:
        """Remove a file of ours, where it is there, and the folders that it leaves empty.

        Raises `OutputError`.
        """
        try:
            if self._found(name) is None:
                return
            if not self.force and not self._is_ours(name):
                raise OutputError(f"{name}: is not removed, since diagramgen did not make it")
            with self._parent(name) as (folder, last):
                handles.remove(folder, last)
            with suppress(OSError):  # the first one that is not empty
                for parent in PurePosixPath(name).parents[:-1]:
                    with self._parent(str(parent)) as (folder, last):
                        os.rmdir(last, dir_fd=folder)
        except OSError as err:
            raise OutputError(f"cannot remove {name}: {reason(err)}") from err

    @contextmanager
    def only_here(self, notice: Callable[[str], None]) -> Iterator[None]:
        """Keep the folder to this run, and free of what a killed one has left.

        `notice` is told when another run is waited for, and where the file system knows no locks.
        Raises `OutputError` where nothing can be written, and at the end where its path does not
        lead to the folder any more.
        """
        hidden = lock = -1
        try:
            try:
                hidden = enter(self._handle, HIDDEN, make=True)
                lock = handles.open_own(hidden, "lock")
                self._wait_for(lock, notice)
                handles.clear(hidden, "tmp")
                self._temporary = enter(hidden, "tmp", make=True)
                self._journal = handles.open_own(hidden, "journal", os.O_APPEND)
                self.known |= _journal(hidden)
                self.folds_case = _is_file(lock, hidden, "LOCK")
            except OSError as err:
                raise OutputError(f"cannot write to {self.path.name}: {reason(err)}") from err
            yield
            self._check_place()
            handles.remove(hidden, "journal")
        finally:
            if self._temporary >= 0:
                os.close(self._temporary)
                self._temporary = -1
                with suppress(OSError):  # of a disk that fails, what failed has told
                    handles.clear(hidden, "tmp")
            for handle in (self._journal, lock, hidden):
                if handle >= 0:
                    os.close(handle)
            self._journal = -1

    def _wait_for(self, lock: int, notice: Callable[[str], None]) -> None:
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                notice(f"another run writes to {self.path.name}; waiting until it is done")
                fcntl.flock(lock, fcntl.LOCK_EX)
        except OSError as err:
            if err.errno not in NO_LOCKS:
                raise
            words = "its file system knows no locks, so let no other run write there"
            notice(f"warning: {self.path.name}: {words}")

    def _check_place(self) -> None:
        try:
            is_same = same(os.fstat(self._handle), self.path.stat())
        except OSError:
            is_same = False
        if not is_same:
            message = "was moved or replaced while this run wrote to it; run again"
            raise OutputError(f"{self.path.name}: {message}")

    def _found(self, name: str) -> os.stat_result | None:
        """What stands at a name, a link itself rather than what it leads to. Raises `OSError`."""
        try:
            with self._parent(name) as (folder, last):
                return os.stat(last, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def _is_ours(self, name: str) -> bool:
        """Whether a file is as an earlier run left it, or says itself that diagramgen made it."""
        found = self._found(name)
        if found is None or not stat.S_ISREG(found.st_mode):
            return False
        if name.startswith(f"{HIDDEN}/"):
            return True
        data = self.read(name)
        if sha256(data) == self.known.get(name):
            return True
        from diagramgen.formats import FORMATS, format_of

        format_ = format_of(name)
        mark = FORMATS[format_].mark if format_ else OWN_MARKS.get(PurePosixPath(name).suffix)
        return mark is not None and mark in data

    @contextmanager
    def _parent(self, name: str, *, make: bool = False) -> Iterator[tuple[int, str]]:
        """A handle of the folder that a name is in, and the last part of the name."""
        *folders, last = parts_of(name)
        handle = os.dup(self._handle)
        try:
            for part in folders:
                below = enter(handle, part, make=make)
                os.close(handle)
                handle = below
            yield handle, last
        finally:
            os.close(handle)


@contextmanager
def open_output(folder: Path, name: str, *, make: bool = False) -> Iterator[OutputFolder]:
    """The output folder of a suite that lies in `folder`.

    `name` is what the suite says: below its own folder, and by no link; or an absolute path, which
    only a person can have typed. Where it is missing it is made if `make` says so. Raises
    `OutputError` where it cannot be opened.
    """
    is_typed, handle = Path(name).is_absolute(), -1
    try:
        try:
            if is_typed and make:
                Path(name).mkdir(parents=True, exist_ok=True)
            handle = handles.open_folder(Path(name) if is_typed else folder)
            for part in () if is_typed else parts_of(name, of="the suite's folder"):
                below = enter(handle, part, make=make)
                os.close(handle)
                handle = below
        except OSError as err:
            raise OutputError(f"cannot write to {name}: {reason(err)}") from err
        yield OutputFolder(folder / name, handle)
    finally:
        if handle >= 0:
            os.close(handle)


def _journal(hidden: int) -> dict[str, str]:
    """What the journal of a killed run says: the digest of each file that it made."""
    found = {}
    for line in read_local("journal", MOST_BYTES, inside=hidden).splitlines():
        with suppress(ValueError, TypeError, RecursionError):  # of one that is cut off
            name, digest = json.loads(line)
            found[str(name)] = str(digest)
    return found


def _version_in(folder: int, name: str) -> str:
    """The version of a file in a folder; empty where it is none, itself and no link."""
    try:
        found = os.stat(name.rpartition("/")[2], dir_fd=folder, follow_symlinks=False)
    except OSError:
        return ""
    return handles.version(found) if stat.S_ISREG(found.st_mode) else ""


def _is_file(handle: int, folder: int, name: str) -> bool:
    """Whether a file is also found by another name in a folder."""
    try:
        return same(os.fstat(handle), os.stat(name, dir_fd=folder, follow_symlinks=False))
    except FileNotFoundError:
        return False
