"""Which colour, dash and shape a name has: the same on every chart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f4f24", "#5b5b5b")
"""Okabe and Ito's colour-blind-safe colours; brown and grey instead of yellow and black."""
SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross")
DASHES = ((1, 0), (6, 3), (2, 2), (8, 3, 2, 3), (12, 3), (4, 2, 1, 2, 1, 2))
SOURCE_COLORS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")
BLUES = ("#c6dbef", "#08306b")
BETTER, WORSE = "#0072b2", "#d55e00"


class NameLook(NamedTuple):
    """How one name is drawn."""

    color: str
    dash: tuple[int, ...]
    shape: str


NO_GROUP = NameLook("#a0a0a0", DASHES[0], SHAPES[0])
"""The look of what is in no group."""


def look_of(place: int, colors: Sequence[str] = COLORS) -> NameLook:
    """The look of the name at a place of its order: no two of the first 48 are alike.

    Neighbours differ in colour and shape; when the colours repeat, dash and shape differ.
    """
    cycle, index = divmod(place, len(colors))
    return NameLook(
        colors[index], DASHES[cycle % len(DASHES)], SHAPES[(index + cycle) % len(SHAPES)]
    )


def ramp(count: int, ends: tuple[str, str] = BLUES) -> list[str]:
    """`count` colours from the first end to the second, for names with an order such as steps."""
    start, stop = ([int(color[i : i + 2], 16) for i in (1, 3, 5)] for color in ends)
    parts = [i / (count - 1) if count > 1 else 1.0 for i in range(count)]
    return [
        "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in zip(start, stop, strict=True))
        for part in parts
    ]
