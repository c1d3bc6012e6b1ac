"""The records of TensorBoard's event files: of their protocol buffers, what says a scalar."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from typing import NamedTuple

from diagramgen.errors import ResultsError

Field = tuple[int, int | bytes]
"""A field of a message: its number, and its value as far as its kind tells."""
VERSION = b"brain.Event:"
"""The first record of a file says this, and a number."""
MOST_VARINT = 10
"""A number has so many bytes at most."""
SCALARS = {1: "<f", 2: "<d", 3: "<i", 9: "<q"}
"""Types of tensors that may be scalars: float, double, int32, int64."""


class Scalar(NamedTuple):
    """A tag's value at a step, and when it was written, in seconds."""

    tag: str
    value: float
    step: int
    time: float


def scalars(data: bytes, name: str) -> Iterator[Scalar]:
    """Each scalar of an event file, in its order; a record that is cut at its end is left out.

    Raises `ResultsError` where it is no event file, or broken.
    """
    for i, record in enumerate(_records(data, name)):
        try:
            event = list(_fields(record))
            if i == 0 and not any(number == 3 and _starts(value) for number, value in event):
                raise ValueError("the first record does not say so")
            yield from _of_event(event)
        except (ValueError, struct.error) as err:
            said = f"record {i + 1}: {err}"
            raise ResultsError(f"{name}: not valid events of TensorBoard: {said}") from err


def _starts(value: int | bytes) -> bool:
    return isinstance(value, bytes) and value.startswith(VERSION)


def _records(data: bytes, name: str) -> Iterator[bytes]:
    """The records of a file: a length, its checksum, so many bytes, their checksum."""
    at = 0
    while len(data) - at >= 12:
        length, checksum = struct.unpack_from("<QI", data, at)
        if checksum != masked(data[at : at + 8]):
            said = f"byte {at + 1}: got no length of a record"
            raise ResultsError(f"{name}: not valid events of TensorBoard: {said}")
        if length > len(data) - at - 16:
            return
        yield data[at + 12 : at + 12 + length]
        at += length + 16


def _of_event(event: list[Field]) -> Iterator[Scalar]:
    """The scalars of an event."""
    time, step = math.nan, 0
    for number, value in event:
        if number == 1 and isinstance(value, bytes):
            [time] = struct.unpack("<d", value)
        elif number == 2 and isinstance(value, int):
            step = value - (1 << 64) if value >> 63 else value
    for number, summary in event:
        if number == 5 and isinstance(summary, bytes):
            for inner, value in _fields(summary):
                if inner == 1 and isinstance(value, bytes):
                    yield from _of_value(value, step, time)


def _of_value(data: bytes, step: int, time: float) -> Iterator[Scalar]:
    """The scalar of a summary's value, if it is one."""
    tag, found = "", None
    for number, value in _fields(data):
        if not isinstance(value, bytes):
            continue
        if number == 1:
            tag = value.decode()
        elif number == 2:
            [found] = struct.unpack("<f", value)
        elif number == 8:
            found = _of_tensor(value)
    if found is not None:
        yield Scalar(tag, found, step, time)


def _of_tensor(data: bytes) -> float | None:
    """The number of a tensor that has just one."""
    fields = list(_fields(data))
    kinds = [value for number, value in fields if number == 1 and isinstance(value, int)]
    form = SCALARS.get(kinds[-1] if kinds else 0)
    for number, value in fields:
        packed = {4: form, 5: "<f", 6: "<d"}.get(number)
        if packed and form and isinstance(value, bytes) and len(value) == struct.calcsize(packed):
            return float(struct.unpack(packed, value)[0])
    return None


def _fields(data: bytes) -> Iterator[Field]:
    """The fields of a message. Raises `ValueError` where it is none."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = _varint(data, at)
            yield key >> 3, value
            continue
        if kind == 2:
            length, at = _varint(data, at)
        elif kind in (1, 5):
            length = 8 if kind == 1 else 4
        else:
            raise ValueError(f"got a field of kind {kind}")
        if length > len(data) - at:
            raise ValueError("a field is longer than its message")
        yield key >> 3, data[at : at + length]
        at += length


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of 64 bits, seven of them in each byte, and where it ends."""
    value = 0
    for i, byte in enumerate(data[at : at + MOST_VARINT]):
        value |= (byte & 0x7F) << (7 * i)
        if byte < 0x80:
            return value & 0xFFFFFFFFFFFFFFFF, at + i + 1
    raise ValueError("a number does not end")


def _table() -> list[int]:
    """What each byte adds to a checksum (CRC-32C, reflected)."""
    table = []
    for byte in range(256):
        rest = byte
        for _ in range(8):
            rest = rest >> 1 ^ (0x82F63B78 if rest & 1 else 0)
        table.append(rest)
    return table


TABLE = _table()


def masked(data: bytes) -> int:
    """The checksum of some bytes as records have it."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ TABLE[(crc ^ byte) & 0xFF]
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
