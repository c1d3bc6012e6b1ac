"""Where on a plot a label has room: rectangles and lines in pixels, y going down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from diagramgen.spec.text import text_width

if TYPE_CHECKING:
    from pandas import DataFrame

Place = tuple[float, float]
LINE = 1.13
"""The height of a line of text, in parts of the size of its letters."""
POINT = 6.0
"""Pixels from the middle of a point to where it ends."""
OUTSIDE = 6.0
"""Pixels that a label may reach beyond the plot."""


class Words(NamedTuple):
    """A line of text, and the size of its letters in pixels."""

    text: str
    size: float


class Side(NamedTuple):
    """A place beside a point: how the text is aligned there, and how far it is moved."""

    align: str
    baseline: str
    dx: float
    dy: float


SIDES = (
    Side("left", "bottom", 7, -4),
    Side("left", "top", 7, 5),
    Side("right", "bottom", -7, -4),
    Side("right", "top", -7, 5),
    Side("left", "middle", 9, 0),
    Side("right", "middle", -9, 0),
    Side("center", "bottom", 0, -9),
    Side("center", "top", 0, 9),
)
"""In the order in which they are tried."""


class Box(NamedTuple):
    """A rectangle in pixels; y goes down."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether they have a part in common."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def side_of(
    place: Place,
    words: Words,
    taken: Sequence[Box],
    lines: Sequence[Box],
    size: Place,
    sides: Sequence[Side] = SIDES,
) -> Side | None:
    """The first side of a point where its label covers nothing that is `taken`; None without one.

    Of several, one that the fewest `lines` cross. A label stays within the `size` of the plot.
    """
    best, fewest = None, len(lines) + 1
    for side in sides:
        box = box_of(place, words, side)
        if not is_within(box, size) or any(box.meets(other) for other in taken):
            continue
        crossed = sum(crosses(line, box) for line in lines)
        if crossed < fewest:
            best, fewest = side, crossed
    return best


def is_within(box: Box, size: Place) -> bool:
    """Whether a label is on the plot, or reaches beyond it by very little where no axis is."""
    width, height = size
    return (
        box.left >= 0
        and box.top >= -OUTSIDE
        and box.right <= width + OUTSIDE
        and box.bottom <= height
    )


def box_of(place: Place, words: Words, side: Side) -> Box:
    """The rectangle of a label at a side of a point."""
    width, height = text_width(*words), words.size * LINE
    left = place[0] + side.dx - {"left": 0, "center": width / 2, "right": width}[side.align]
    top = place[1] + side.dy - {"top": 0, "middle": height / 2, "bottom": height}[side.baseline]
    return Box(left, top, left + width, top + height)


def lines_of(rows: DataFrame, places: dict[Any, Place], keys: list[str]) -> Iterator[Box]:
    """The straight parts of each line, as boxes whose corners are their ends.

    `left` may be greater than `right`. The lines are told apart by some columns.
    """
    ordered = rows.sort_values("step", kind="stable") if "step" in rows else rows
    groups = ordered.groupby(keys, observed=True, sort=False) if keys else [("", ordered)]
    for _, group in groups:
        points = [places[i] for i in group.index]
        for (x0, y0), (x1, y1) in pairwise(points):
            yield Box(x0, y0, x1, y1)


def points_of(places: Iterable[Place]) -> list[Box]:
    """The rectangles of points."""
    return [Box(x - POINT, y - POINT, x + POINT, y + POINT) for x, y in places]


def crosses(line: Box, box: Box) -> bool:
    """Whether a straight line passes through a rectangle (Liang and Barsky 1984)."""
    begin, end = 0.0, 1.0
    dx, dy = line.right - line.left, line.bottom - line.top
    for step, room in (
        (-dx, line.left - box.left),
        (dx, box.right - line.left),
        (-dy, line.top - box.top),
        (dy, box.bottom - line.top),
    ):
        if step == 0:
            if room < 0:
                return False
        elif step < 0:
            begin = max(begin, room / step)
        else:
            end = min(end, room / step)
    return begin < end
