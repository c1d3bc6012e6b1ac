"""Which colour, dash and shape a name has: the same on every chart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, NamedTuple

from msgspec import Meta

from diagramgen.model.colors import Color
from diagramgen.model.record import Record

SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross")
DASHES = ((1, 0), (6, 3), (2, 2), (8, 3, 2, 3), (12, 3), (4, 2, 1, 2, 1, 2))

Colors = Annotated[tuple[Color, ...], Meta(min_length=1)]
Hex = Annotated[str, Meta(pattern="^#[0-9a-fA-F]{6}$", examples=["#0072b2"])]
Part = Annotated[float, Meta(ge=0, le=1)]


class Scheme(Record, frozen=True):
    """One of Vega's colour schemes, or the part of it between two of its places."""

    name: Annotated[str, Meta(pattern="^[a-z0-9-]+$", examples=["blues", "viridis"])]
    extent: Annotated[tuple[Part, ...], Meta(min_length=2, max_length=2)] = (0, 1)


Shades = Scheme | Colors


class Palette(Record, frozen=True):
    """The colours that charts choose from; a theme has them as its `usermeta`."""

    names: Annotated[Colors, Meta(description="Of items and groups, in their order.")]
    sources: Annotated[Colors, Meta(description="Of sources, in their order.")]
    shades: Annotated[
        tuple[Part, ...],
        Meta(
            description="Lightness, from 0 to 1, of the darkest and the lightest item of a group.",
            min_length=2,
            max_length=2,
        ),
    ]
    better: Color
    worse: Color
    no_group: Annotated[Color, Meta(description="Of what is in no group.")]
    steps: Annotated[
        tuple[Hex, ...],
        Meta(description="Of the first step and of the last.", min_length=2, max_length=2),
    ]
    cells: Annotated[Shades, Meta(description="Of numbers, with text on them.")]
    differences: Annotated[Shades, Meta(description="The same below and above 0.")]
    points: Annotated[Shades, Meta(description="Of numbers, where points stand for them.")]
    dashes: Annotated[
        bool, Meta(description="Whether dashes differ even where colours do, as for paper.")
    ]


class NameLook(NamedTuple):
    """How one name is drawn."""

    color: str
    dash: tuple[int, ...]
    shape: str


def look_of(place: int, colors: Sequence[str]) -> NameLook:
    """The look of the name at a place of its order: of eight colours no two of 48 are alike.

    Neighbours differ in colour and shape; when the colours repeat, dash and shape differ.
    """
    cycle, index = divmod(place, len(colors))
    return NameLook(
        colors[index], DASHES[cycle % len(DASHES)], SHAPES[(index + cycle) % len(SHAPES)]
    )


def distinct(looks: Sequence[NameLook], colors: Sequence[str]) -> list[NameLook]:
    """The looks of the names of one chart: where two have one colour, the later has a free one.

    Where there are more names than colours, they stay as they are, for then dashes and shapes tell
    them apart.
    """
    if len(looks) > len(colors):
        return list(looks)
    wanted = [look.color for look in looks]
    free = iter([color for color in colors if color not in wanted])
    return [
        look._replace(color=next(free, look.color), dash=DASHES[0])
        if look.color in wanted[:i]
        else look
        for i, look in enumerate(looks)
    ]


def dash_of(place: int) -> tuple[int, ...]:
    """The dash at a place, where dashes differ even where colours do: neighbours have others."""
    return DASHES[(place + place // len(DASHES)) % len(DASHES)]


def ramp(count: int, ends: Sequence[str]) -> list[str]:
    """`count` colours from the first end to the second, for names with an order such as steps."""
    start, stop = ([int(color[i : i + 2], 16) for i in (1, 3, 5)] for color in ends)
    parts = [i / (count - 1) if count > 1 else 1.0 for i in range(count)]
    return [
        "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in zip(start, stop, strict=True))
        for part in parts
    ]
