"""Event files of TensorBoard, written here byte by byte."""

from __future__ import annotations

import math
import struct

import msgspec
import pytest

from diagramgen.errors import ResultsError
from diagramgen.readers.events import masked, scalars
from diagramgen.readers.tensorboard import TensorboardReader

NAN = pytest.approx(math.nan, nan_ok=True)


def varint(number):
    number &= (1 << 64) - 1
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])


def field(number, value):
    """A field of a message: a whole number, a double, or bytes."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, float):
        return varint(number << 3 | 1) + struct.pack("<d", value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def record(event):
    head = struct.pack("<Q", len(event))
    return head + struct.pack("<I", masked(head)) + event + b"crc!"


VERSION = record(field(1, 1.5) + field(3, b"brain.Event:2"))


def event(step, tag, value, time=1700000000.0):
    """A record with a tag's value at a step; bytes are a whole value."""
    simple = value if isinstance(value, bytes) else b"\x15" + struct.pack("<f", value)
    summary = field(1, field(1, tag.encode()) + simple)
    return record(field(1, time) + field(2, step) + field(5, summary))


def tensor(kind, content, number=4):
    return field(8, field(1, kind) + field(2, b"") + field(number, content))


def read(*events, tags=("eval/{item}/acc",)):
    data = VERSION + b"".join(events)
    return TensorboardReader(tags=tags).read(data, "e")


def test_scalars_by_tag():
    found = read(
        event(100, "eval/qa/acc", 0.5),
        event(100, "train/loss", 2.5),
        event(200, "eval/x/acc", math.nan, time=1700000001.5),
    )
    assert found == (
        [("qa", 0.5, NAN, NAN, 100, None), ("x", NAN, NAN, NAN, 200, None)],
        "0001700000001.500000", (), "", None,
    )  # fmt: skip
    loss = read(event(100, "train/loss", 2.5), tags=["train/loss"]).readings
    assert loss == [("train/loss", 2.5, NAN, NAN, 100, None)]


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (tensor(1, struct.pack("<f", 0.5)), 0.5),
        (tensor(2, struct.pack("<d", 0.1)), 0.1),
        (tensor(3, struct.pack("<i", -7)), -7.0),
        (tensor(9, struct.pack("<q", 2**40)), 2.0**40),
        (tensor(1, struct.pack("<f", 0.25), 5), 0.25),
        (tensor(2, struct.pack("<d", 0.2), 6), 0.2),
        (tensor(2, struct.pack("<dd", 1, 2)), None),
        (tensor(7, b"text", 8), None),
        (field(5, b"histogram"), None),
    ],
)
def test_tensors_that_are_scalars(value, number):
    data = VERSION + event(3, "a", value)
    assert [each.value for each in scalars(data, "e")] == ([] if number is None else [number])


def test_after_a_restart_the_last_written_counts():
    found = read(*(event(step, "eval/qa/acc", step / 4) for step in (1, 2)),
                 event(1, "eval/qa/acc", 1.0))  # fmt: skip
    assert [(each.step, each.value) for each in found.readings] == [(2, 0.5), (1, 1.0)]
    assert found.warnings == ("e, scalar 3: qa has another value at this step before",)


def test_a_file_that_is_being_written():
    whole = VERSION + event(1, "eval/qa/acc", 0.5) + event(2, "eval/qa/acc", 0.75)
    reader = TensorboardReader(tags=("eval/{item}/acc",))
    steps = [len(reader.read(whole[:end], "e").readings) for end in range(len(whole) + 1)]
    assert steps == sorted(steps)
    assert sorted(set(steps)) == [0, 1, 2]


def test_a_file_without_such_tags_may_have_others_beside_it():
    found = read(event(1, "eval/qa/f1", 0.5))
    assert found.readings == []
    assert str(found.lacks) == "e: no tag is like 'eval/{item}/acc'; there is 'eval/qa/f1'"
    assert read().lacks is None


def test_a_step_of_64_bits():
    steps = (2**63 - 1, -5)
    found = read(*(event(step, "a", 0.5) for step in steps), tags=["a"]).readings
    assert tuple(each.step for each in found) == steps


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"not such a file", "byte 1: got no length of a record"),
        (bytes(40), "byte 1: got no length of a record"),
        (record(field(1, 1.5)), "record 1: the first record does not say so"),
        (VERSION + b"\xff" * 40, "byte 41: got no length of a record"),
        (VERSION + record(b"\x2a\x7f"), "record 2: a field is longer than its message"),
        (VERSION + record(b"\x08" + b"\xff" * 12), "record 2: a number does not end"),
        (VERSION + record(b"\x0b"), "record 2: got a field of kind 3"),
        (VERSION + event(1, "a", b"\x12\x01a"), "record 2: unpack requires a buffer of 4 bytes"),
    ],
)
def test_what_is_no_event_file(data, said):
    with pytest.raises(ResultsError) as caught:
        TensorboardReader(tags=("a",)).read(data, "e")
    assert str(caught.value) == f"e: not valid events of TensorBoard: {said}"


def test_no_byte_of_an_event_file_can_do_harm():
    whole = VERSION + event(1, "eval/qa/acc", 0.5) + event(2, "eval/x/acc", tensor(1, b"abcd"))
    for place in range(len(whole)):
        for bits in (0x01, 0x80, 0xFF):
            data = whole[:place] + bytes([whole[place] ^ bits]) + whole[place + 1 :]
            try:
                found = TensorboardReader(tags=("eval/{item}/acc",)).read(data, "e").readings
            except ResultsError as err:
                assert str(err).startswith("e: ")  # noqa: PT017 it may as well be read
            else:
                assert len(found) <= 2


def test_the_checksum_is_the_one_of_records():
    """CRC-32C of these digits is e3069283; masked, it is turned by 15 bits and moved."""
    turned = (0xE3069283 >> 15 | 0xE3069283 << 17) & 0xFFFFFFFF
    assert masked(b"123456789") == (turned + 0xA282EAD8) & 0xFFFFFFFF


@pytest.mark.parametrize("tags", [[], ["{run}/loss"], ["{item}{item}"]])
def test_tags_that_mean_nothing(tags):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"reader": "tensorboard", "tags": tags}, TensorboardReader)
