"""Files in gzip, whatever is in them."""

from __future__ import annotations

import gzip
import io
import zlib

from diagramgen.errors import ResultsError, TruncatedFile

GZIP = b"\x1f\x8b"
MOST_INFLATED = 1 << 28
"""What is in a file in gzip may have so many bytes."""


def inflated(data: bytes, name: str) -> bytes:
    """A file's bytes; of one in gzip what is in it. Raises `ResultsError`."""
    if not data.startswith(GZIP):
        return data
    try:
        with gzip.open(io.BytesIO(data)) as file:
            whole = file.read(MOST_INFLATED + 1)
    except EOFError as err:
        raise TruncatedFile(f"{name}: not valid gzip: it ends in the middle") from err
    except (OSError, zlib.error) as err:
        raise ResultsError(f"{name}: not valid gzip: {err}") from err
    if len(whole) > MOST_INFLATED:  # a small file can hold any number of bytes
        raise ResultsError(f"{name}: has more than the {MOST_INFLATED:,} bytes that it may have")
    return whole
