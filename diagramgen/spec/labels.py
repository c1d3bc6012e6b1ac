"""Labels beside points: each where it covers no point and no other label, or left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from diagramgen.document.data import mapping
from diagramgen.formats.spec import Spec
from diagramgen.spec.axes import ends_of, set_ends
from diagramgen.spec.boxes import (
    SIDES,
    Box,
    Side,
    Words,
    box_of,
    crosses,
    lines_of,
    points_of,
    side_of,
)
from diagramgen.spec.direct import names_reference
from diagramgen.spec.fields import mark_of, table_views

if TYPE_CHECKING:
    from pandas import DataFrame

SHOWN = ["x", "y", "label"]
NAMES = ("source", "item", "group")
BESIDE = {key: {"expr": f"datum.{key}"} for key in Side._fields}
"""A text stands where its row says."""
ABOVE = (SIDES[6], SIDES[7], *SIDES[:4])
"""Where a value is looked for first: right above its point."""
MOST_ROWS = 2000
"""Of so many rows a picture is too full to look for a free corner."""
EDGE = 16
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


def place_labels(view: Spec, rows: DataFrame, size: float) -> None:
    """Place the labels of a view's points, in place, and say where its axes end.

    The ends of each path come first, then later steps before earlier ones. A label takes the first
    side of its point where it covers no point and no label; of several, one that no line crosses.
    Where there is none it is left out. `size` is that of letters in pixels.
    """
    layers = [part for part in table_views(view)[1:] if _has_labels(view, part)]
    if not layers or not set(SHOWN) <= set(rows):
        return
    values = _placed(view, rows, ("x", "y"), ("source", "against"), SIDES, size)
    for part in layers if values is not None else ():
        mark = part["mark"] if isinstance(part["mark"], dict) else {"type": part["mark"]}
        part |= {"data": {"values": values}, "mark": mark | BESIDE}
        part.pop("transform", None)


def write_values(view: Spec, rows: DataFrame, text: Callable[[float], str], size: float) -> None:
    """Write its value at each point of a view's lines, in place, where it covers nothing.

    The ends of each line come first, then later steps before earlier ones. `text` is a value in
    words, `size` that of letters.
    """
    line = next((part for part in view.get("layer", ()) if _is_line(part)), None)
    if line is None or not {"step", "value"} <= set(rows):
        return
    encodings = line["encoding"]
    columns = (encodings["x"]["field"], encodings["y"]["field"])
    labelled = rows.assign(label=rows["value"].map(text, na_action="ignore"))
    values = _placed(view, labelled, columns, NAMES, ABOVE, size)
    if values:
        axes = {channel: encodings[channel] for channel in ("x", "y")}
        shown = {"text": {"field": "label", "type": "nominal"}}
        look = {"color": encodings["color"] | {"legend": None}} if "color" in encodings else {}
        view["layer"].append({
            "data": {"values": values}, "mark": {"type": "text"} | BESIDE,
            "encoding": axes | shown | look,
        })  # fmt: skip


def write_history(view: Spec, rows: DataFrame, text: Callable[[float], str], size: float) -> None:
    """Place the values of points that names on x tell apart, in place, where nothing crosses them.

    `text` is a value in words, `size` that of letters in pixels.
    """
    x = mapping(view.get("encoding"), "x")
    layers = [
        part
        for part in table_views(view)[1:]
        if mapping(part.get("encoding"), "text").get("field") == "value"
    ]
    if x.get("type") != "nominal" or x.get("field") not in rows or not layers:
        return
    y = set_ends(view, rows, "y", view["height"])
    if y is None:
        return
    there = rows.dropna(subset=["value"])
    names, numbers = there[x["field"]].tolist(), there["value"].astype(float).tolist()
    order = {name: i for i, name in enumerate(dict.fromkeys(rows[x["field"]]))}
    width, height = view["width"], view["height"]
    places = [
        ((order[name] + 0.5) * width / len(order), height - y.place(number, height))
        for name, number in zip(names, numbers, strict=True)
    ]
    lines = [Box(*one, *other) for one, other in pairwise(places)]
    taken, values = points_of(places), []
    for name, number, place in zip(names, numbers, places, strict=True):
        words = Words(text(number), size)
        side = side_of(place, words, taken, lines, (width, height), ABOVE)
        if side is not None and not any(
            crosses(each, box_of(place, words, side)) for each in lines
        ):
            taken.append(box_of(place, words, side))
            row = {x["field"]: name, "value": number, "written": words.text}
            values.append(row | side._asdict())
    for part in layers:
        mark = part["mark"] if isinstance(part["mark"], dict) else {"type": part["mark"]}
        part |= {"data": {"values": values}, "mark": mark | BESIDE}
        part["encoding"]["text"] = {"field": "written", "type": "nominal"}
        part.pop("transform", None)


def _placed(
    view: Spec,
    rows: DataFrame,
    columns: tuple[str, str],
    names: tuple[str, ...],
    sides: Sequence[Side],
    letters: float,
) -> list[Spec] | None:
    """The rows whose labels have room beside their points, with their sides.

    `columns` are those on x and y, `names` those that tell lines apart, `letters` is the size of
    letters. None where it is not known where the axes end.
    """
    x = set_ends(view, rows, "x", view["width"])
    y = set_ends(view, rows, "y", view["height"])
    if x is None or y is None:
        return None
    rows = rows.dropna(subset=[*columns]).reset_index(drop=True)
    labelled = rows[rows["label"].notna()]
    if labelled.empty or len(rows) > MOST_ROWS:
        return None if labelled.empty else []
    size = (view["width"], view["height"])
    numbers = rows[[*columns]].astype(float).itertuples(name=None)
    places = {
        i: (x.place(right, size[0]), size[1] - y.place(up, size[1])) for i, right, up in numbers
    }
    keys = [name for name in names if name in rows]
    lines, taken = [*lines_of(rows, places, keys)], points_of(places.values())
    found: dict[Any, Side] = {}
    for i in _first_ends(labelled, keys):
        words = Words(str(labelled.at[i, "label"]), letters)
        side = side_of(places[i], words, taken, lines, size, sides)
        if side is not None:
            found[i] = side
            taken.append(box_of(places[i], words, side))
    kept = dict.fromkeys([*keys, "step", *columns, "label"])
    there = [column for column in kept if column in labelled]
    return [
        _plain({column: labelled.at[i, column] for column in there}) | found[i]._asdict()
        for i in labelled.index
        if i in found
    ]


def place_reference(view: Spec, rows: DataFrame, size: float) -> str | None:
    """Place the name of a line of reference, in place, where no line crosses it.

    Above or below its line, at the right or the left end. Where there is no such place it is left
    out, and given back. A view of very many rows keeps its template's place. `size` is that of
    letters in pixels.
    """
    parts = [part for part in table_views(view)[1:] if names_reference(part)]
    if not parts or not {"step", "value", "reference", "label"} <= set(rows):
        return None
    there = rows.dropna(subset=["value", "step"])
    y = set_ends(view, rows, "y", view["height"])
    lone = rows[["reference", "label"]].dropna().drop_duplicates()
    if y is None or there.empty or len(there) > MOST_ROWS or len(lone) != 1:
        return None
    width, height = view["width"], view["height"]
    steps = there["step"].astype(float)
    x = ends_of(steps.tolist(), width, EDGE)
    places = {
        i: (x.place(step, width), height - y.place(value, height))
        for i, step, value in zip(there.index, steps, there["value"].astype(float), strict=True)
    }
    lines = [*lines_of(there, places, [name for name in NAMES if name in there])]
    points = points_of(places.values())
    value, words = float(lone["reference"].iloc[0]), Words(str(lone["label"].iloc[0]), size)
    at = height - y.place(value, height)

    for corner in CORNERS:
        box = box_of((corner.x * width, at), words, corner.side)
        is_free = not any(crosses(line, box) for line in lines)
        if is_free and 0 <= box.top <= box.bottom <= height and not any(map(box.meets, points)):
            for part in parts:
                part["mark"] |= corner.side._asdict()
                part["encoding"]["x"] = {"value": "width" if corner.x else 0}
            return None
    view["layer"] = [part for part in view["layer"] if part not in parts]
    return words.text


def _first_ends(rows: DataFrame, paths: list[str]) -> Iterable[Any]:
    """The rows' index: first those of the ends of each path, then from the last step back."""
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


def _is_line(part: Spec) -> bool:
    return mark_of(part) == "line" and {"x", "y"} <= part.get("encoding", {}).keys()


def _has_labels(view: Spec, part: Spec) -> bool:
    """Whether a layer writes the table's labels at its points."""
    encoding = view.get("encoding", {}) | part.get("encoding", {})
    fields = [mapping(encoding, channel).get("field") for channel in ("x", "y", "text")]
    return mark_of(part) == "text" and fields == SHOWN
