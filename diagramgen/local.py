"""The one way to read a file of this machine: a regular one, never a device or a pipe."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NO_FILE = "not a regular file"
TOO_LARGE = "larger than the {most:,} bytes that it may have"
MOST_OWN = 100_000_000
"""Bytes that a file of a suite's own may have: the suite, a template, a theme."""
CHUNK = 1 << 24
_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


def read_local(path: str | Path, most: int | None = None, *, inside: int | None = None) -> bytes:
    """The bytes of a file of this machine.

    A pipe is not waited for, a device not touched: anything but a regular file, or a link to one,
    is an `OSError` whose `strerror` says so, as is one of more than `most` bytes. With `inside`, a
    handle of a folder, `path` is a name in it, and a link is refused, too. Raises `OSError` where
    there is no such file or it cannot be read.
    """
    with open_local(path, inside=inside) as handle:
        found = os.fstat(handle)
        if most is not None and found.st_size > most:
            raise OSError(None, TOO_LARGE.format(most=most), str(path))
        data = os.read(handle, found.st_size + 1)  # half the time of Path.read_bytes
        if len(data) == found.st_size:
            return data
        parts, size = [data], len(data)
        while parts[-1]:  # it grows, or is larger than one call can read
            if most is not None and size > most:
                raise OSError(None, TOO_LARGE.format(most=most), str(path))
            parts.append(os.read(handle, CHUNK))
            size += len(parts[-1])
        return b"".join(parts)


@contextmanager
def open_local(path: str | Path, *, inside: int | None = None) -> Iterator[int]:
    """A handle of a file of this machine, to be read, under the same conditions."""
    flags = _FLAGS if inside is None else _FLAGS | os.O_NOFOLLOW
    handle = os.open(path, flags, dir_fd=inside)
    try:
        found = os.fstat(handle)
        if stat.S_ISDIR(found.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(found.st_mode):
            raise OSError(None, NO_FILE, str(path))
        yield handle
    finally:
        os.close(handle)


def digest(path: Path) -> str:
    """The sha256 of a suite's own file; empty where there is none."""
    try:
        return sha256(read_local(path, MOST_OWN))
    except OSError:
        return ""


def digest_of(path: str) -> str:
    """The sha256 of a file of any size. Raises `OSError` as `open_local` does."""
    with open_local(path) as handle, os.fdopen(handle, "rb", closefd=False) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256(data: bytes) -> str:
    """The digest of some bytes, as in the manifest."""
    return hashlib.sha256(data).hexdigest()
