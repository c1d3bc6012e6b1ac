"""The one way to read a file of this machine: a regular one, never a device or a pipe."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

NO_FILE = "not a regular file"
TOO_LARGE = "larger than the {most:,} bytes that it may have"
CHUNK = 1 << 24
_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


def read_local(path: str | Path, most: int | None = None) -> bytes:
    """The bytes of a file of this machine.

    A pipe is not waited for, a device not touched: anything but a regular file, or a link to one,
    is an `OSError` whose `strerror` says so, as is one of more than `most` bytes. Raises `OSError`
    where there is no such file or it cannot be read.
    """
    handle = os.open(path, _FLAGS)
    try:
        found = os.fstat(handle)
        if stat.S_ISDIR(found.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(found.st_mode):
            raise OSError(None, NO_FILE, str(path))
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
    finally:
        os.close(handle)
