"""Which letters a font file has: its `cmap` table, read without the rest of the file."""

from __future__ import annotations

import struct
from bisect import bisect_right
from pathlib import Path
from typing import BinaryIO, NamedTuple

MOST_TABLES, MOST_BYTES = 128, 4_000_000
COLLECTION = b"ttcf"
KINDS = frozenset({b"\x00\x01\x00\x00", b"OTTO", b"true"})


class Letters(NamedTuple):
    """Ranges of code points, ascending: `starts` and, at the same places, `ends`."""

    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()

    def has(self, letter: str) -> bool:
        """Whether a letter is among them."""
        place = bisect_right(self.starts, ord(letter)) - 1
        return place >= 0 and ord(letter) <= self.ends[place]


def letters_of(file: Path) -> Letters:
    """The letters that a font file, or the first font of a collection, maps.

    None where it is not one that can be read.
    """
    try:
        with file.open("rb") as stream:
            return _letters(stream)
    except (OSError, struct.error, ValueError):
        return Letters()


def _letters(stream: BinaryIO) -> Letters:
    at = 0
    if stream.read(4) == COLLECTION:
        stream.seek(12)
        (at,) = struct.unpack(">I", stream.read(4))
    stream.seek(at)
    kind, count = struct.unpack(">4sH6x", stream.read(12))
    if kind not in KINDS or count > MOST_TABLES:
        return Letters()
    tables = {}
    for _ in range(count):
        tag, offset, length = struct.unpack(">4s4xII", stream.read(16))
        tables[tag] = (offset, length)
    offset, length = tables.get(b"cmap", (0, 0))
    stream.seek(offset)
    return _of_table(stream.read(min(length, MOST_BYTES)))


def _of_table(table: bytes) -> Letters:
    """The letters of a `cmap` table: those of its fullest Unicode subtable."""
    (count,) = struct.unpack_from(">2xH", table)
    found: dict[int, int] = {}
    for i in range(count):
        platform, encoding, offset = struct.unpack_from(">HHI", table, 4 + 8 * i)
        if platform == 0 or (platform == 3 and encoding in (1, 10)):
            (form,) = struct.unpack_from(">H", table, offset)
            found.setdefault(form, offset)
    if 12 in found:
        return _groups(table, found[12])
    return _segments(table, found[4]) if 4 in found else Letters()


def _groups(table: bytes, at: int) -> Letters:
    """Format 12: groups of code points with the glyph of the first."""
    (count,) = struct.unpack_from(">I", table, at + 12)
    groups = list(struct.iter_unpack(">III", table[at + 16 : at + 16 + 12 * count]))
    return Letters(tuple(start for start, _, _ in groups), tuple(end for _, end, _ in groups))


def _segments(table: bytes, at: int) -> Letters:
    """Format 4: segments of the Basic Multilingual Plane; the last one is of no letter."""
    (twice,) = struct.unpack_from(">H", table, at + 6)
    form = f">{twice // 2}H"
    ends = struct.unpack_from(form, table, at + 14)
    starts = struct.unpack_from(form, table, at + 16 + twice)
    return Letters(starts[:-1], ends[:-1])
