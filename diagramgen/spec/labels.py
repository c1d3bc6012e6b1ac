"""Labels beside points: each where it covers no point and no other label, or left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from diagramgen.document.data import mapping
from diagramgen.formats.spec import Spec
from diagramgen.spec.axes import ends_of, set_ends
from diagramgen.spec.direct import names_reference
from diagramgen.spec.fields import table_views
from diagramgen.spec.text import text_width

if TYPE_CHECKING:
    from pandas import DataFrame

SIZE, HEIGHT = 11.5, 13.0
"""Pixels of the letters of a label, and of its line."""
POINT = 6.0
"""Pixels from the middle of a point to where it ends."""
SHOWN = ["x", "y", "label"]
KEYS = ("source", "against", "step")
OUTSIDE = 6.0
"""Pixels that a label may reach beyond the plot."""


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
MOST_ROWS = 2000
"""Of so many rows a picture is too full to look for a free corner."""
EDGE = 12
"""Pixels between the ends of an axis of steps and its first and last step."""


class Corner(NamedTuple):
    """A place for the name of a line of reference: 0 for its left end, 1 for its right one."""

    x: int
    side: Side


CORNERS = (
    Corner(1, Side("right", "bottom", -2, -4)),
    Corner(1, Side("right", "top", -2, 5)),
    Corner(0, Side("left", "bottom", 4, -4)),
    Corner(0, Side("left", "top", 4, 5)),
)


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


def place_labels(view: Spec, rows: DataFrame) -> None:
    """Place the labels of a view's points, in place, and say where its axes end.

    The ends of each path come first, then later steps before earlier ones. A label takes the first
    side of its point where it covers no point and no label; of several, one that no line crosses.
    Where there is none it is left out.
    """
    layers = [part for part in table_views(view)[1:] if _has_labels(view, part)]
    if not layers or not set(SHOWN) <= set(rows):
        return
    x = set_ends(view, rows, "x", view["width"])
    y = set_ends(view, rows, "y", view["height"])
    if x is None or y is None:
        return
    rows = rows.dropna(subset=["x", "y"]).reset_index(drop=True)
    labelled = rows[rows["label"].notna()]
    if labelled.empty:
        return
    width, height = view["width"], view["height"]
    places = {
        i: (x.place(float(left), width), height - y.place(float(up), height))
        for i, left, up in zip(rows.index, rows["x"], rows["y"], strict=True)
    }
    points = [Box(px - POINT, py - POINT, px + POINT, py + POINT) for px, py in places.values()]
    keys = [key for key in ("source", "against") if key in rows]
    lines = [*_lines(rows, places, keys)]
    taken: list[Box] = []
    values = []
    for i in _first_ends(labelled):
        text = str(labelled.at[i, "label"])
        side = _side(places[i], text, [*points, *taken], lines, (width, height))
        if side is None:
            continue
        taken.append(_box(places[i], text, side))
        row = {key: labelled.at[i, key] for key in (*KEYS, *SHOWN) if key in labelled}
        values.append((i, {**row, **side._asdict()}))
    order = {i: place for place, i in enumerate(labelled.index)}
    said = [_plain(row) for _, row in sorted(values, key=lambda each: order[each[0]])]
    for part in layers:
        _say(part, said)


def place_reference(view: Spec, rows: DataFrame) -> None:
    """Place the name of a line of reference, in place, where the fewest lines cross it.

    Above or below its line, at the right or the left end. A view of very many rows keeps its
    template's place.
    """
    parts = [part for part in view.get("layer", ()) if names_reference(part)]
    if not parts or not {"step", "value", "reference", "label"} <= set(rows):
        return
    there = rows.dropna(subset=["value", "step"])
    y = set_ends(view, rows, "y", view["height"])
    lone = rows[["reference", "label"]].dropna().drop_duplicates()
    if y is None or there.empty or len(there) > MOST_ROWS or len(lone) != 1:
        return
    width, height = view["width"], view["height"]
    steps = there["step"].astype(float)
    x = ends_of(steps.tolist(), width, EDGE)
    places = {
        i: (x.place(step, width), height - y.place(value, height))
        for i, step, value in zip(there.index, steps, there["value"].astype(float), strict=True)
    }
    keys = [key for key in ("source", "item", "group") if key in there]
    lines = [*_lines(there, places, keys)]
    lines += [Box(px - POINT, py, px + POINT, py) for px, py in places.values()]
    value, label = float(lone["reference"].iloc[0]), str(lone["label"].iloc[0])
    at = height - y.place(value, height)

    def crossed(corner: Corner) -> tuple[int, bool]:
        box = _box((corner.x * width, at), label, corner.side)
        return sum(_crosses(line, box) for line in lines), not 0 <= box.top <= height - HEIGHT

    best = min(CORNERS, key=crossed)
    for part in parts:
        part["mark"] |= best.side._asdict()
        part["encoding"]["x"] = {"value": "width" if best.x else 0}


def _side(
    place: tuple[float, float],
    text: str,
    taken: list[Box],
    lines: list[Box],
    size: tuple[float, float],
) -> Side | None:
    """The best side of a point for its label; None where each covers something."""
    best, fewest = None, len(lines) + 1
    for side in SIDES:
        box = _box(place, text, side)
        if not _is_within(box, size) or any(box.meets(other) for other in taken):
            continue
        crossed = sum(_crosses(line, box) for line in lines)
        if crossed < fewest:
            best, fewest = side, crossed
    return best


def _is_within(box: Box, size: tuple[float, float]) -> bool:
    width, height = size
    return (
        box.left >= -OUTSIDE
        and box.top >= -OUTSIDE
        and box.right <= width + OUTSIDE
        and box.bottom <= height
    )


def _box(place: tuple[float, float], text: str, side: Side) -> Box:
    """The rectangle of a label at a side of a point."""
    width = text_width(text, SIZE)
    left = place[0] + side.dx - {"left": 0, "center": width / 2, "right": width}[side.align]
    top = place[1] + side.dy - {"top": 0, "middle": HEIGHT / 2, "bottom": HEIGHT}[side.baseline]
    return Box(left, top, left + width, top + HEIGHT)


def _lines(
    rows: DataFrame, places: dict[Any, tuple[float, float]], keys: list[str]
) -> Iterator[Box]:
    """The straight parts of each line, as boxes whose corners are their ends.

    `left` may be greater than `right`. The lines are told apart by some columns.
    """
    ordered = rows.sort_values("step", kind="stable") if "step" in rows else rows
    groups = ordered.groupby(keys, observed=True, sort=False) if keys else [("", ordered)]
    for _, group in groups:
        points = [places[i] for i in group.index]
        for (x0, y0), (x1, y1) in pairwise(points):
            yield Box(x0, y0, x1, y1)


def _crosses(line: Box, box: Box) -> bool:
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


def _first_ends(rows: DataFrame) -> Iterable[Any]:
    """The rows' index: first those of the ends of each path, then from the last step back."""
    paths = [key for key in KEYS if key != "step" and key in rows]
    steps = rows["step"].astype(float).fillna(0.0)
    groups = steps.groupby([rows[key] for key in paths], observed=True) if paths else None
    most = groups.transform("max") if groups is not None else steps.max()
    least = groups.transform("min") if groups is not None else steps.min()
    is_end = (steps == most) | (steps == least)
    order = zip(~is_end, -steps, range(len(rows)), rows.index, strict=True)
    return [index for *_, index in sorted(order, key=lambda each: each[:3])]


def _plain(row: dict[str, Any]) -> Spec:
    """A row as JSON has it."""
    return {key: value.item() if hasattr(value, "item") else value for key, value in row.items()}


def _say(part: Spec, values: list[Spec]) -> None:
    """Let a layer of labels have these, each at its side, in place."""
    mark = part["mark"] if isinstance(part["mark"], dict) else {"type": part["mark"]}
    sides = {key: {"expr": f"datum.{key}"} for key in Side._fields}
    part |= {"data": {"values": values}, "mark": mark | sides}
    part.pop("transform", None)


def _has_labels(view: Spec, part: Spec) -> bool:
    """Whether a layer writes the table's labels at its points."""
    mark = part.get("mark")
    kind = mark if isinstance(mark, str) else (mark or {}).get("type")
    encoding = view.get("encoding", {}) | part.get("encoding", {})
    fields = [mapping(encoding, channel).get("field") for channel in ("x", "y", "text")]
    return kind == "text" and fields == SHOWN
