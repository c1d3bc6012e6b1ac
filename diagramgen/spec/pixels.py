"""How large a picture becomes, as far as its spec says: what is too large is not begun."""

from __future__ import annotations

from typing import NamedTuple

from diagramgen.errors import ChartError
from diagramgen.formats.spec import Spec
from diagramgen.limits import MAX_PIXELS, MAX_ROWS

PLOT = 200
"""Pixels of a plot's side that nothing is said of."""


class Size(NamedTuple):
    """The sides of a picture in pixels."""

    width: float
    height: float


def check_pixels(spec: Spec, scale: float) -> None:
    """Raise `ChartError` where a spec is of a picture with more pixels than there may be."""
    width, height = size_of(spec)
    pixels = width * height * scale**2
    if pixels > MAX_PIXELS:
        raise ChartError(
            f"{width:,.0f} x {height:,.0f} pixels at scale {scale:g}; "
            f"a picture may have {MAX_PIXELS:,}: choose a smaller width, height or scale"
        )


def check_rows(count: int) -> None:
    """Raise `ChartError` where a chart is drawn from more rows than a spec may have."""
    if count > MAX_ROWS:
        raise ChartError(
            f"the table has {count:,} rows; a chart may have {MAX_ROWS:,}, "
            "but for lines over steps: choose fewer items or steps, or average them"
        )


def size_of(view: Spec) -> Size:
    """The size of a view by the numbers that it names; of views side by side their sum."""
    in_row = [size_of(part) for part in _views(view, "hconcat")]
    # Those of a grid have the area of a column, in whatever rows they stand.
    below = [size_of(part) for key in ("vconcat", "concat") for part in _views(view, key)]
    inner = view.get("spec")
    if in_row:
        return Size(sum(size.width for size in in_row), max(size.height for size in in_row))
    if below:
        return Size(max(size.width for size in below), sum(size.height for size in below))
    if isinstance(inner, dict):
        width, height = size_of(inner)
        return Size(width, height * _cells(view))
    layers = [size_of(part) for part in _views(view, "layer")]
    sides = [Size(_side(view, "width", "x"), _side(view, "height", "y")), *layers]
    return Size(max(size.width for size in sides), max(size.height for size in sides))


def _cells(view: Spec) -> int:
    """How many plots a view makes of its inner one, by what it repeats or its rows differ in."""
    data, facet, repeat = (view.get(key) for key in ("data", "facet", "repeat"))
    if isinstance(repeat, list):
        return max(1, len(repeat))
    rows = data.get("values") if isinstance(data, dict) else None
    if not isinstance(facet, dict) or not isinstance(rows, list):
        return 1
    parts = [facet, *(part for part in facet.values() if isinstance(part, dict))]
    fields = [part["field"] for part in parts if isinstance(part.get("field"), str)]
    cells = {tuple(str(row.get(field)) for field in fields)
             for row in rows if isinstance(row, dict)}  # fmt: skip
    return max(1, len(cells))


def _views(view: Spec, key: str) -> list[Spec]:
    parts = view.get(key)
    return [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []


def _side(view: Spec, key: str, channel: str) -> float:
    """A side as a number says it, or as so many pixels for each name on its axis."""
    side = view.get(key, PLOT)
    if isinstance(side, dict) and isinstance(side.get("step"), int | float):
        encoding = view.get("encoding")
        axis = encoding.get(channel) if isinstance(encoding, dict) else None
        names = axis.get("sort") if isinstance(axis, dict) else None
        return float(side["step"]) * (len(names) if isinstance(names, list) else 1)
    return float(side) if isinstance(side, int | float) else PLOT
