"""Labels beside points: where two would cover one another, one of them is left out."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from diagramgen.document.data import mapping
from diagramgen.formats.spec import Spec
from diagramgen.spec.fields import table_views

if TYPE_CHECKING:
    from pandas import DataFrame

Box = tuple[float, float, float, float]
HEIGHT, BESIDE, ABOVE = 13, 7, 4
"""Pixels of a label: how high it is, and how far to the right of its point and above it."""
SHOWN = ["x", "y", "label"]
KEYS = ("source", "against", "step")


def thin_labels(view: Spec, rows: DataFrame, letter: float) -> None:
    """Leave out labels that would cover others, of a view with points and their labels, in place.

    The ends of a path come first, then later steps before earlier ones. `letter` is the width of a
    letter in pixels. Where a point is drawn is estimated: its axis may end a little farther out.
    """
    layers = [part for part in table_views(view)[1:] if _has_labels(view, part)]
    if not layers or not set(SHOWN) <= set(rows):
        return
    rows = rows.dropna(subset=SHOWN)
    if rows.empty:
        return
    keys = [key for key in KEYS if key in rows]
    names = ["|".join(map(str, row)) for row in zip(*(rows[key] for key in keys), strict=True)]
    x = _pixels(rows["x"], view, "x", view["width"])
    y = _pixels(rows["y"], view, "y", view["height"])
    boxes = [
        (left + BESIDE, up + ABOVE, left + BESIDE + letter * len(label), up + ABOVE + HEIGHT)
        for left, up, label in zip(x, y, rows["label"], strict=True)
    ]
    kept: list[int] = []
    for i in _first_ends(rows):
        if not any(_overlap(boxes[i], boxes[other]) for other in kept):
            kept.append(i)
    if len(kept) < len(boxes):
        shown = json.dumps([names[i] for i in sorted(kept)], ensure_ascii=False)
        own = " + '|' + ".join(f"datum.{key}" for key in keys)
        for part in layers:
            part["transform"] = [
                *part.get("transform", ()),
                {"filter": f"indexof({shown}, {own}) >= 0"},
            ]


def _has_labels(view: Spec, part: Spec) -> bool:
    encoding = view.get("encoding", {}) | part.get("encoding", {})
    fields = [mapping(encoding, channel).get("field") for channel in ("x", "y", "text")]
    return fields == SHOWN


def _pixels(values: Iterable[float], view: Spec, channel: str, size: int) -> list[float]:
    """Where values are drawn along an axis that is so long."""
    encodings = [part.get("encoding", {}).get(channel, {}) for part in (view, *view["layer"])]
    scales = [mapping(encoding, "scale") for encoding in encodings]
    paddings = [scale.get("padding") for scale in scales]
    padding = max([0, *(each for each in paddings if isinstance(each, int | float))])
    is_log = any(scale.get("type") in ("log", "symlog") for scale in scales)
    ends = [0.0 for encoding in encodings if encoding.get("datum") == 0]

    def place(value: float) -> float:
        return math.copysign(math.log1p(abs(value)), value) if is_log else value

    places = [place(value) for value in values]
    low, high = min([*places, *ends]), max([*places, *ends])
    per_pixel = (high - low) / (size - 2 * padding) or 1.0
    return [padding + (each - low) / per_pixel for each in places]


def _first_ends(rows: DataFrame) -> list[int]:
    """The rows' places: first those of the ends of each path, then from the last step back."""
    paths = [key for key in KEYS if key != "step" and key in rows]
    rows = rows.assign(step=rows["step"].astype(float).fillna(0.0))
    steps = rows.groupby(paths, observed=True)["step"]
    is_end = (rows["step"] == steps.transform("max")) | (rows["step"] == steps.transform("min"))
    order = zip(~is_end, -rows["step"], range(len(rows)), strict=True)
    return [i for _, _, i in sorted(order)]


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
