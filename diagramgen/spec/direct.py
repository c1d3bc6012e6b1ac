"""Lines that carry their names at their ends, in place of a legend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from diagramgen.document.data import mapping
from diagramgen.formats.spec import Spec
from diagramgen.spec.axes import Ends, set_ends
from diagramgen.spec.fields import NAMED, mark_of
from diagramgen.spec.form import LOOKS, chosen, is_crowded, stand_out
from diagramgen.spec.text import text_width

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.spec.names import Names

LINE = 13.0
"""Pixels from one name to the next."""
FROM, TO, AFTER = 7, 14, 1
"""Pixels from the plot to where a name's thread begins, to the name, and behind it."""
STRAIGHT = 3.0
"""A name that is moved no farther than this needs no thread to its line."""
WIDEST, NARROW = 0.34, 0.16
"""The most of a picture's width that names may take, and those of lines of reference alone."""
REFERENCE = "reference-label"
"""The style of a template's layer that names a line of reference."""


class End(NamedTuple):
    """What stands at the end of a line: its words, its value there, its name if it has a look."""

    label: str
    value: float
    name: str | None = None


class Named(NamedTuple):
    """The names that the lines of a view get: what stands where, the layer of the lines, the room.

    `column` is the one that tells the lines apart, `room` what the names take in pixels.
    """

    ends: list[End]
    line: Spec
    column: str
    room: float


class Room(NamedTuple):
    """What there is for names: the picture's width, the plot's height, the size of letters."""

    width: float
    height: float
    size: float


def plan_names(
    view: Spec, names: Names, labels: str, there: Room, better: str | None = None
) -> Named | None:
    """The names for the ends of a view's lines, where all have room; its legend goes, in place.

    `labels` is what the entry says of them. A view whose lines are not told apart by one column of
    names, or that has no room for all, keeps its legend. Of more lines than there are colours the
    best and the worst have one, by which direction is `better`; of so many that there is no room
    for their names, only these two are named.
    """
    line = _line(view)
    if line is None or labels == "legend":
        return None
    column: str = mapping(line["encoding"], "color").get("field", "")
    references = _references(view, names.rows)
    lines = _ends(line, names, column) if column else []
    picks = chosen(names, column, better) if lines and is_crowded(names, column) else []
    if picks and LINE * len(lines) > there.height + LINE:
        lines = [end for end in lines if end.name in picks]
    ends = [*lines, *references]
    room = max((text_width(end.label, there.size) for end in ends), default=0) + TO + AFTER
    has_room = room <= (WIDEST if lines else NARROW) * there.width or labels == "direct"
    if not ends or not has_room or LINE * len(ends) > there.height + LINE:
        return None
    if set_ends(view, names.rows, "y", there.height) is None:  # nobody knows where a line ends
        return None
    for part in view["layer"]:
        for channel in LOOKS:
            encoding = part.get("encoding", {}).get(channel)
            if isinstance(encoding, dict) and encoding.get("field") == column:
                encoding["legend"] = None
    if picks:
        stand_out(view, names, column, picks)
    if references:
        view["layer"] = [part for part in view["layer"] if not names_reference(part)]
    return Named(ends, line, column, room)


def write_names(view: Spec, rows: DataFrame, named: Named) -> None:
    """Write names at the ends of the lines of a view that has its size, in place."""
    ends = set_ends(view, rows, "y", view["height"])
    if ends is not None:
        placed = _placed(named.ends, ends, view["height"])
        view["layer"] += _layers(placed, named.line["encoding"], named.column)


def _placed(whole: list[End], ends: Ends, height: float) -> list[tuple[End, float, bool]]:
    """Each end with the number beside which its name stands, and whether it was moved."""
    wanted = [height - ends.place(end.value, height) for end in whole]
    places = apart(wanted, LINE, height)
    return [
        (end, round(ends.value(height - place, height), 12), abs(place - own) > STRAIGHT)
        for end, own, place in zip(whole, wanted, places, strict=True)
    ]


def _ends(line: Spec, names: Names, column: str) -> list[End]:
    """The ends of lines that are told apart by a column; none unless there are several, all there.

    A line of which there is no value at all has no end, and its name only a legend can have.
    """
    last = _last(names.rows, column, line["encoding"]["y"]["field"])
    order = names.order(column)
    if len(order) < 2 or not set(order) <= last.keys():
        return []
    return [End(names.label(column, name), last[name], name) for name in order]


def _references(view: Spec, rows: DataFrame) -> list[End]:
    """The end of a line of reference, where there is one with a name."""
    if not any(map(names_reference, view["layer"])) or "reference" not in rows:
        return []
    found = rows[["reference", "label"]].dropna().drop_duplicates()
    ends = [End(str(label), float(value)) for value, label in found.itertuples(index=False)]
    return ends if len(ends) == 1 else []


def tell_references(view: Spec, rows: DataFrame) -> str | None:
    """What several lines of reference are, in words, in place of their names at each of them.

    They would all have the same: the colours say which line each belongs to. None for one line.
    """
    if not {"reference", "label"} <= set(rows):
        return None
    found = rows[["reference", "label"]].dropna().drop_duplicates()
    if len(found) < 2 or not any(map(names_reference, view.get("layer", ()))):
        return None
    view["layer"] = [part for part in view["layer"] if not names_reference(part)]
    return f"Dashed: {', '.join(map(str, found['label'].unique()))}"


def names_reference(part: Spec) -> bool:
    """Whether a layer names a line of reference."""
    mark = part.get("mark")
    return isinstance(mark, dict) and mark.get("style") == REFERENCE


def apart(wanted: list[float], least: float, size: float) -> list[float]:
    """Places at least so far apart, within a size, in sum as near as can be to those wanted.

    In the order given; those that are wanted at one place keep it. Neighbours that are too close
    become one block around the mean of what its members want (pooled adjacent violators).
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    blocks: list[tuple[float, int]] = []  # where each begins, and how many it has
    for i in order:
        begin, count = wanted[i], 1
        while blocks and blocks[-1][0] + blocks[-1][1] * least > begin:
            other, others = blocks.pop()
            both = others + count
            begin = (other * others + (begin - others * least) * count) / both
            count = both
        blocks.append((begin, count))
    places = [begin + k * least for begin, count in blocks for k in range(count)]
    found = dict(zip(order, _within(places, least, size), strict=True))
    return [found[i] for i in range(len(wanted))]


def _within(places: list[float], least: float, size: float) -> list[float]:
    """Push what stands beyond the ends inwards, and what is in its way before it."""
    pushed = list(places)
    for k, place in enumerate(pushed):
        pushed[k] = max(place, 0.0 if k == 0 else pushed[k - 1] + least)
    for k in range(len(pushed) - 1, -1, -1):
        pushed[k] = min(pushed[k], size if k == len(pushed) - 1 else pushed[k + 1] - least)
    return pushed


def _line(view: Spec) -> Spec | None:
    """The layer of lines over steps, where the view has one."""
    for part in view.get("layer", ()):
        encoding = part.get("encoding", {})
        x, y, color = (mapping(encoding, channel) for channel in ("x", "y", "color"))
        over_steps = x.get("field") in ("step", "x") and y.get("field") == "value"
        named = color.get("field") in (*NAMED, None) and color.get("type") != "quantitative"
        if mark_of(part) == "line" and over_steps and named:
            found: Spec = part
            return found
    return None


def _last(rows: DataFrame, column: str, value: str) -> dict[Any, float]:
    """The value at the last step that each name has one at."""
    there = rows[rows[value].notna() & rows[column].notna()].sort_values("step", kind="stable")
    last = there.drop_duplicates(column, keep="last")
    return dict(zip(last[column].tolist(), last[value].astype(float).tolist(), strict=True))


def _layers(placed: list[tuple[End, float, bool]], line: Spec, column: str) -> list[Spec]:
    """The names, and threads to those that were moved from where their lines end."""
    y = {key: line["y"][key] for key in ("title", "scale", "axis") if key in line["y"]}
    y |= {"type": "quantitative"}
    found = []
    for color in dict.fromkeys((column, "")):
        here = [each for each in placed if (each[0].name is None) == (color == "")]
        if not here:
            continue
        looks = {"color": {**line["color"], "legend": None}} if color else {}
        rows = [
            ({color: end.name} if color else {})
            | {"label": end.label, "value": end.value, "at": at}
            for end, at, _ in here
        ]
        style = {} if color else {"style": REFERENCE}
        moved = [row for row, (*_, was_moved) in zip(rows, here, strict=True) if was_moved]
        if moved:
            thread = {"type": "rule", "strokeWidth": 1, "xOffset": FROM - 3, "x2Offset": TO - 2}
            found.append({
                "data": {"values": moved},
                "mark": thread | ({} if color else {"style": "reference"}),
                "encoding": {"x": {"value": "width"}, "x2": {"value": "width"},
                             "y": y | {"field": "value"}, "y2": {"field": "at"}} | looks,
            })  # fmt: skip
        found.append({
            "data": {"values": rows},
            "mark": {"type": "text", "align": "left", "baseline": "middle", "dx": TO} | style,
            "encoding": {"x": {"value": "width"}, "y": y | {"field": "at"},
                         "text": {"field": "label", "type": "nominal"}} | looks,
        })  # fmt: skip
    return found
