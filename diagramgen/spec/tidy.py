"""Axes without what says nothing: ticks at names, titles that the chart's title has, many lines."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from diagramgen.document.data import mapping
from diagramgen.formats.spec import Spec
from diagramgen.spec.fields import NAMED, table_views
from diagramgen.spec.guides import tick_labels
from diagramgen.spec.sizes import Sizes
from diagramgen.spec.text import text_width
from diagramgen.spec.wrap import wrapped

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.spec.names import Names

MANY = 8
"""The ticks that an axis of numbers gets where nobody says how many."""
TICKS = 5
"""The ticks that it has room for and that a reader needs."""
APART = 45
"""Pixels from one tick of a y axis to the next, at least."""
STEP_GAP = 8
"""Pixels from the name of a step to the next, at least."""
LEAST_TITLE = 120
"""Pixels that the title of an axis has in a line, however short the axis is."""
BETWEEN = 24
"""Pixels from one label of an x axis to the next, at least."""


def quiet_names(view: Spec) -> None:
    """Leave out ticks at names, in place: each name stands beside what it names."""
    for channel in ("x", "y"):
        for encoding in _axes(view, channel):
            if encoding.get("field") in NAMED and encoding.get("type") in ("nominal", "ordinal"):
                encoding["axis"] = {"ticks": False, "labelPadding": 6} | mapping(encoding, "axis")


def fewer_ticks(view: Spec, rows: DataFrame, sizes: Sizes) -> None:
    """Let axes of numbers have as many ticks as they have room for, about five, in place."""
    for channel, side in (("x", "width"), ("y", "height")):
        for encoding in _axes(view, channel):
            axis = mapping(encoding, "axis")
            if axis.get("tickCount") != MANY:
                continue
            apart: float = APART
            if channel == "x":
                widths = [text_width(label, sizes.label) for label in tick_labels(encoding, rows)]
                apart = max(widths, default=0) + BETWEEN
            count = max(2, int(min(TICKS, view[side] / apart)))
            encoding["axis"] = axis | {"tickCount": count}


def thin_steps(view: Spec, names: Names, sizes: Sizes) -> None:
    """Let only so many steps be named below bars or cells as there is room for, in place.

    The last is named, and from it back each second one, each third one, and so on.
    """
    for encoding in _axes(view, "x"):
        axis = mapping(encoding, "axis")
        if encoding.get("field") != "step" or encoding.get("type") != "ordinal" or "values" in axis:
            continue
        steps = names.order("step")
        is_short = "~s" in str(axis.get("labelExpr", ""))
        labels = [_short(step) if is_short else names.label("step", step) for step in steps]
        widest = max((text_width(label, sizes.label) for label in labels), default=0)
        every = math.ceil((widest + STEP_GAP) * len(steps) / view["width"])
        if every > 1:
            encoding["axis"] = axis | {"values": steps[::-1][::every][::-1]}


def _short(step: int) -> str:
    """A step as d3's SI format has it, about as long."""
    for power, letter in ((9, "B"), (6, "M"), (3, "k")):
        if step >= 10**power:
            return f"{step / 10**power:.6g}{letter}"
    return str(step)


def drop_y_titles(view: Spec, title: str) -> None:
    """Leave out the titles of y axes that say only what the chart's title does, in place."""
    for encoding in _axes(view, "y"):
        own = encoding.get("title")
        if isinstance(own, str) and _says(title, own):
            encoding["title"] = None


def take_title(view: Spec, channel: str) -> str | None:
    """The title of a view's axis, which it has no more."""
    found: list[str] = []
    for encoding in _axes(view, channel):
        axis = mapping(encoding, "axis")
        title = axis.get("title", encoding.get("title"))
        if isinstance(title, str):
            found.append(title)
        if "title" in axis:
            encoding["axis"] = axis | {"title": None}
        if "field" in encoding or "datum" in encoding:
            encoding["title"] = None
    return found[0] if found else None


def wrap_titles(view: Spec, sizes: Sizes) -> None:
    """Break titles of axes that are longer than their axis, in place."""
    for channel, side in (("x", "width"), ("y", "height")):
        room = max(view[side], LEAST_TITLE)
        for encoding in _axes(view, channel):
            axis = mapping(encoding, "axis")
            holder = axis if "title" in axis else encoding
            title = holder.get("title")
            if isinstance(title, str):
                lines = wrapped(title, room, sizes.axis_title)
                holder["title"] = lines if len(lines) > 1 else title


def _says(title: str, words: str) -> bool:
    """Whether a title has all the words of another."""
    return set(words.casefold().split()) <= set(title.casefold().split())


def _axes(view: Spec, channel: str) -> Iterator[Spec]:
    for part in table_views(view):
        encoding = part.get("encoding", {}).get(channel)
        if isinstance(encoding, dict) and encoding.get("axis", {}) is not None:
            yield encoding
