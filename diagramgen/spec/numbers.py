"""How numbers are written: as precisely as tells them apart, alike everywhere in a chart.

An axis has one d3-format; ticks, labels, legends, tooltips and the alt text all take it from there.
Steps are written out (2,000) everywhere, counts of tokens are short (30.1B).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from diagramgen.formats.spec import Spec

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.transforms import Axis

FORMAT = re.compile(
    r"(?P<head>(?:.?[<>=^])?[-+( ]?[$#]?0?\d*)(?P<comma>,?)(?:\.(?P<digits>\d+))?(?P<trim>~?)"
    r"(?P<type>[fgnrs%]?)"
)
"""A d3-format whose digits may be changed."""
TOGETHER = ("value", "reference")
"""The columns whose numbers stand on one axis."""
MOST_MORE, MOST_LABELS = 3, 500
"""Digits that a format may get to tell numbers apart, and how many numbers are looked at."""
APART = 0.01
"""Of the range of a chart's numbers: two that are so far apart are not labelled alike."""
LARGE, LONG, WIDE = 1e5, 1e7, 1e4
"""From where on numbers may be short (100k), and are rounded to some of their digits: themselves,
and how many times the least the greatest is."""
POINTS = "points of "
"""What a view calls a column's numbers in percentage points, with the column's name behind it."""
TICKS = 10
"""More than a colour legend has."""


def precise(axes: Mapping[str, Axis], rows: DataFrame) -> dict[str, Axis]:
    """The axes with formats that tell apart the numbers of a table, in as few digits as do."""
    found = {}
    for column, axis in axes.items():
        columns = TOGETHER if column in TOGETHER else (column,)
        numbers = [rows[name].dropna() for name in columns if name in rows]
        values = [float(value) for each in numbers for value in each.unique()]
        found[column] = axis._replace(format=fitting(axis.format, values))
    return found


def fitting(form: str, values: Sequence[float]) -> str:
    """A d3-format that writes all values with the same digits, and apart where they are apart.

    The format stays as it is where it does so: more digits are only added. One of significant
    digits (.3g, .3s) becomes one of as many decimals, for 0.01 is not 10m and 600,000 not 6e+5.
    """
    parts = FORMAT.fullmatch(form)
    numbers = sorted({value for value in values if math.isfinite(value)})
    sizes = [abs(value) for value in numbers if value]
    if parts is None or not sizes:
        return form
    kind, digits = parts["type"], parts["digits"]
    head, comma, trim = parts["head"], parts["comma"], parts["trim"]
    if kind == "" and digits is None:
        return form
    decimals = int(digits) if digits is not None else 6
    if kind not in ("f", "%"):
        least, most = min(sizes), max(sizes)
        if kind == "s" and least >= 1 and most >= LARGE:
            return form
        if most >= LONG or most / least > WIDE:
            return f"{head},.{max(decimals, 1)}~r"
        decimals = _decimals(max(decimals, 1), least, most)
        while decimals and all(f"{value:.{decimals}f}".endswith("0") for value in numbers):
            decimals -= 1
        kind, comma, trim = "f", ",", ""
    scale = 100 if kind == "%" else 1
    more = _more([value * scale for value in numbers], decimals)
    if more and trim:
        trim = ""
    return f"{head}{comma}.{decimals + more}{trim}{kind}"


def legend_format(form: str, values: Sequence[float]) -> str:
    """A format that tells apart the few ticks of a colour legend, with no needless zeros."""
    parts = FORMAT.fullmatch(form)
    numbers = [value for value in values if math.isfinite(value)]
    if parts is None or parts["type"] not in ("f", "%") or not numbers:
        return form
    extent = (max(numbers) - min(numbers)) * (100 if parts["type"] == "%" else 1)
    needed = math.ceil(round(-math.log10(extent / TICKS), 6)) if extent else 0
    digits = max(int(parts["digits"] or 6), needed)
    return f"{parts['head']}{parts['comma']}.{digits}~{parts['type']}"


def _decimals(digits: int, least: float, most: float) -> int:
    """Decimals that write each of some numbers with so many digits, the greatest with one more."""
    greatest, smallest = (math.floor(math.log10(size)) for size in (most, least))
    return max(0, digits - 1 - greatest, min(digits - 1 - smallest, digits - greatest))


def _more(numbers: Sequence[float], decimals: int) -> int:
    """How many more decimals ascending numbers need so that neighbours are not written alike."""
    if not 1 < len(numbers) <= MOST_LABELS:
        return 0
    seen = max(APART * (numbers[-1] - numbers[0]), 10.0 ** -(decimals + MOST_MORE))
    pairs = [(a, b) for a, b in pairwise(numbers) if b - a >= seen]
    return next(
        (
            more
            for more in range(MOST_MORE)
            if all(f"{a:.{decimals + more}f}" != f"{b:.{decimals + more}f}" for a, b in pairs)
        ),
        MOST_MORE,
    )


def in_points(column: str) -> Spec:
    """The Vega-Lite transform that makes percentage points of a column's fractions.

    No d3-format multiplies by a hundred without a percent sign.
    """
    return {"calculate": f"datum.{column} * 100", "as": f"{POINTS}{column}"}


def is_points(transform: Spec) -> bool:
    """Whether a transform of Vega-Lite is one of those, which changes no other field."""
    return "calculate" in transform and str(transform.get("as", "")).startswith(POINTS)


def number(value: float, axis: Axis) -> str:
    """A number as the axis' d3-format shows it, in the part of d3-format that Python shares."""
    try:
        text = _formatted(value, axis)
    except ValueError:
        text = f"{value * 100 if axis.points else value:g}"
    if not re.search("[1-9a-zA-Z]", text):
        text = text.lstrip("+-")
    return text.replace("-", "\N{MINUS SIGN}")


def _formatted(value: float, axis: Axis) -> str:
    """The same in plain characters. Raises `ValueError` for what only d3-format knows."""
    form = axis.format.replace("~", "")
    if form.endswith("r"):
        return _rounded(value, form.removesuffix("r"))
    if form.endswith("s") or (form.endswith(",") and value == int(value)):
        return f"{value:,.0f}"
    if axis.points:
        return f"{value * 100:{form.removesuffix('%')}f}"
    return f"{value:{form}}"


def _rounded(value: float, form: str) -> str:
    """A number with some of its digits, and no zeros behind the others: d3's `~r`."""
    head, _, digits = form.partition(".")
    kept = int(digits or 6)
    value = float(f"{value:.{kept - 1}e}")
    decimals = max(0, kept - 1 - math.floor(math.log10(abs(value)))) if value else 0
    text = f"{value:{head}.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
