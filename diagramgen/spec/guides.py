"""How much room axes and legends take beside a plot, measured from their words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from diagramgen.document.data import mapping
from diagramgen.formats.spec import Spec
from diagramgen.spec.axes import tick_step
from diagramgen.spec.fields import table_views
from diagramgen.spec.sizes import Sizes
from diagramgen.spec.text import text_width
from diagramgen.spec.written import written

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.spec.names import Names

TICK, LABEL_GAP = 5, 2
"""Pixels of a tick, and between it and its label."""
STROKE, SYMBOL_GAP, GRADIENT, COLUMN_GAP = 2, 4, 18, 10
"""Pixels of the line around a legend's symbol, of what is beside it, of a strip of colours with
what is beside that, and of what is between two columns of names."""
TICKS = 8
MOST_DIGITS = 8
SHARP, MITER = 4, 4
"""From so many names on there are shapes with sharp corners, whose lines reach farther."""
VALUES = ("value", "lower", "upper", "reference")
"""The columns that share an axis."""


def left_of(view: Spec, names: Names, sizes: Sizes) -> float:
    """The pixels that the y axis of a view takes, with its title."""
    for encoding in _of(view, "y"):
        if "field" not in encoding or encoding.get("axis", {}) is None:
            continue
        axis = mapping(encoding, "axis")
        limit = axis.get("labelLimit", sizes.label_limit)
        labels = _labels(encoding, names)
        widest = max((text_width(label, sizes.label) for label in labels), default=0)
        beside = TICK + LABEL_GAP if axis.get("ticks") is not False else axis.get("labelPadding", 2)
        title = axis.get("title", encoding.get("title"))
        own = sizes.axis_title_gap + sizes.axis_title + 1 if title else 0
        return float(min(widest, limit) + beside + own)
    return 0


def hold_left(view: Spec, left: float, sizes: Sizes) -> None:
    """Let a y axis take so many pixels, in place, so that plots below one another line up."""
    for encoding in _of(view, "y"):
        if "field" in encoding and encoding.get("axis", {}) is not None:
            axis = mapping(encoding, "axis")
            title = axis.get("title", encoding.get("title"))
            own = sizes.axis_title_gap + sizes.axis_title + 1 if title else 0
            encoding["axis"] = {"minExtent": math.ceil(left - own)} | axis


def right_of(view: Spec, names: Names, sizes: Sizes) -> float:
    """The pixels that the legends on a plot's right take; the widest of them counts."""
    widths = [0.0]
    for channel in ("color", "fill", "shape", "strokeDash"):
        for encoding in _of(view, channel):
            legend = encoding.get("legend", {})
            beside = sizes.legend_beside
            if isinstance(legend, dict) and "orient" in legend:
                beside = legend["orient"] in ("left", "right")
            if "field" in encoding and legend is not None and beside:
                widths.append(_legend(encoding, legend, names, sizes))
    return max(widths)


def _legend(encoding: Spec, legend: Spec, names: Names, sizes: Sizes) -> float:
    """The width of one legend with what is between it and the plot."""
    labels = _labels(encoding, names)
    limit = legend.get("labelLimit", sizes.legend_label_limit)
    texts = (text_width(label, sizes.legend_label) for label in labels)
    widest = min(max(texts, default=0), limit)
    if encoding.get("type") == "quantitative":
        inner = GRADIENT + widest
    else:
        columns = legend.get("columns", 1)
        symbol = sizes.symbol + STROKE + (MITER if len(labels) >= SHARP else 0)
        inner = (math.ceil(symbol) + SYMBOL_GAP + widest) * columns
        inner += COLUMN_GAP * (columns - 1)
    title = legend.get("title", encoding.get("title"))
    titled = max(
        (text_width(line, sizes.legend_title) for line in _lines(title)),
        default=0,
    )
    return float(sizes.legend_gap + max(inner, titled))


def _lines(title: Any) -> list[str]:
    lines = title if isinstance(title, list) else [title]
    return [line for line in lines if isinstance(line, str)]


def _of(view: Spec, channel: str) -> Iterator[Spec]:
    for part in table_views(view):
        encoding = part.get("encoding", {}).get(channel)
        if isinstance(encoding, dict):
            yield encoding


def _labels(encoding: Spec, names: Names) -> list[str]:
    """What stands beside an axis' ticks, or in a legend."""
    field = encoding["field"]
    if encoding.get("type") in ("nominal", "ordinal"):
        known = field in names.rows and field in ("item", "group", "source", "against", "step")
        return [names.label(field, name) for name in names.order(field)] if known else []
    return tick_labels(encoding, names.rows)


def tick_labels(encoding: Spec, rows: DataFrame) -> list[str]:
    """About what stands beside the ends of an axis of numbers."""
    guide = mapping(encoding, "axis") or mapping(encoding, "legend")
    domain = mapping(encoding, "scale").get("domain")
    field = encoding.get("field")
    numbers: list[float] = [float(end) for end in domain or () if isinstance(end, int | float)]
    if not numbers:
        columns = VALUES if field in VALUES else (field,)
        for column in columns:
            if column in rows and not (found := rows[column].dropna().astype(float)).empty:
                numbers += [float(found.min()), float(found.max())]
    numbers = [number for number in numbers if math.isfinite(number)]
    if not numbers:
        return []
    low, high = min(numbers), max(numbers)
    if not domain and low < high:
        # The ends that the renderer chooses are multiples of a step.
        step = tick_step(high - low, TICKS)
        low, high = math.floor(low / step) * step, math.ceil(high / step) * step
    form, times = str(guide.get("format", "")), 1
    if "* 100" in str(guide.get("labelExpr", "")):
        form, times = "+~f", 100
    kind = "%" if form.endswith("%") else "f"
    rough = (high - low) * times * (100 if kind == "%" else 1) / TICKS or abs(high) or 1.0
    digits = min(MOST_DIGITS, max(0, -math.floor(math.log10(rough * 1.5))))
    sign = "+" if form.startswith("+") else ""
    return [written(end * times, f"{sign},.{digits}{kind}") for end in (low, high)]
