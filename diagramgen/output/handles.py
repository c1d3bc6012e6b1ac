"""Folders by handles: what is opened is what stands there, never what a link leads to."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path, PurePosixPath

from diagramgen.errors import OutputError

TEMPORARY_NAME = ".diagramgen."
"""How the names of temporary files begin."""
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def parts_of(name: str, of: str = "the output folder") -> tuple[str, ...]:
    """The parts of a name below a folder. Raises `OutputError` for one that leads out of it."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\0" in name:
        raise OutputError(f"{name}: leads out of {of}")
    return path.parts


def open_folder(path: Path) -> int:
    """A handle of a folder that a person has named, links allowed. Raises `OSError`."""
    return os.open(path, _FOLDER)


def enter(folder: int, part: str, *, make: bool = False) -> int:
    """A handle of the folder of that name in another, made where it is missing and `make` says so.

    Raises `OSError`, for a link, too, whose words say which part of a path is wrong.
    """
    for _ in range(2):
        try:
            return os.open(part, _FOLDER | os.O_NOFOLLOW, dir_fd=folder)
        except FileNotFoundError:
            if not make:
                raise
            with suppress(FileExistsError):  # another run was faster
                os.mkdir(part, dir_fd=folder)
        except OSError as err:
            if err.errno not in (errno.ELOOP, errno.ENOTDIR):
                raise
            found = os.stat(part, dir_fd=folder, follow_symlinks=False)
            kind = "link" if stat.S_ISLNK(found.st_mode) else "file"
            words = f"'{part}' is a {kind} where a folder should be"
            raise OSError(errno.ENOTDIR, words) from err
    raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))


def open_own(folder: int, name: str, flags: int = 0) -> int:
    """A handle of a file that is there for as long as a run, to be locked or written to.

    Raises `OSError`.
    """
    handle = -1
    try:
        handle = os.open(name, _NEW & ~os.O_EXCL | os.O_NONBLOCK | flags, 0o666, dir_fd=folder)
        if stat.S_ISREG(os.fstat(handle).st_mode):
            return handle
        os.close(handle)
    except OSError as err:
        if err.errno not in (errno.ELOOP, errno.EISDIR, errno.ENXIO):
            raise
    raise OSError(errno.EINVAL, f"'{name}' in it is no plain file; remove that")


def version(found: os.stat_result) -> str:
    """What changes when a file does: its size and time."""
    return f"{found.st_size}-{found.st_mtime_ns}"


def write_new(folder: int, data: bytes) -> tuple[str, str]:
    """Write a file under a name that no other has, which it returns, and the file's version.

    What goes wrong leaves nothing of it. Raises `OSError`.
    """
    name = f"{TEMPORARY_NAME}{os.urandom(8).hex()}"
    handle = os.open(name, _NEW, 0o666, dir_fd=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            return name, version(os.fstat(file.fileno()))
    except BaseException:
        remove(folder, name)
        raise


def write_file(path: Path, data: bytes) -> None:
    """Write a file that a person has named, under a temporary name beside it first.

    Raises `OutputError`.
    """
    handle, temporary = -1, None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = open_folder(path.parent)
        temporary, _ = write_new(handle, data)
        os.rename(temporary, path.name, src_dir_fd=handle, dst_dir_fd=handle)
    except OSError as err:
        raise OutputError(f"cannot write {path.name}: {reason(err)}") from err
    finally:
        if temporary is not None:
            remove(handle, temporary)
        if handle >= 0:
            os.close(handle)


def remove(folder: int, name: str) -> None:
    """Remove a file, or a link, where there is one. Raises `OSError`."""
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder)


def clear(folder: int, name: str) -> None:
    """Remove a folder of temporary files; anything else in it stays, and the folder with it."""
    try:
        handle = enter(folder, name)
    except FileNotFoundError:
        return
    try:
        for each in os.listdir(handle):  # noqa: PTH208 a path leads anywhere, a handle here
            if each.startswith(TEMPORARY_NAME):
                remove(handle, each)
    finally:
        os.close(handle)
    with suppress(OSError):
        os.rmdir(name, dir_fd=folder)


def same(one: os.stat_result, other: os.stat_result) -> bool:
    """Whether both are of one file or folder."""
    return (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino)


def reason(err: OSError) -> str:
    """What went wrong, in words; never a path, which the manifest must not have."""
    if isinstance(err, FileExistsError):
        return "a file stands where a folder should be"
    return err.strerror or "unknown error"
