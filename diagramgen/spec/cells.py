"""Cells coloured by their numbers: which colour is which number, and numbers that stand on them."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from diagramgen.document.data import mapping
from diagramgen.formats.spec import Spec
from diagramgen.looks.shades import luminance, rgb_of
from diagramgen.spec.fields import mark_of, table_views
from diagramgen.spec.sizes import Sizes
from diagramgen.spec.text import text_width
from diagramgen.spec.written import writer

if TYPE_CHECKING:
    from pandas import DataFrame

DECADES = 20
"""The greatest number over the least, above which colours go by their logarithms."""
WITHIN = 6
"""Pixels of a cell that a number leaves free at its sides together."""
LEAST_SIZE = 8.5
"""Letters that are smaller cannot be read on paper."""
HEX = re.compile("#[0-9a-fA-F]{6}")
SAMPLES = 64
FAR = 1e300
DARK, LIGHT = "black", "white"
"""On any colour one of them has a contrast of more than 4.5 to 1."""
MIDDLE = 0.1791
"""The luminance of a colour on which they have the same contrast (WCAG 2)."""


def ramp_scale(
    colors: Sequence[str], numbers: Sequence[float], *, is_difference: bool, may_log: bool
) -> Spec:
    """A scale from numbers to colours: from the least to the greatest, around 0 for differences.

    Between two neighbours of the colours it is straight in red, green and blue, so that what is
    on a cell can be known here. With `may_log` numbers over decades go by their logarithms.
    """
    low, high = min(numbers, default=0.0), max(numbers, default=1.0)
    if is_difference:
        high = max(abs(low), abs(high)) or 1.0
        low = -high
    if low == high:
        low, high = low - (abs(low) / 2 or 1), high + (abs(high) / 2 or 1)
    is_log = may_log and low > 0 and high / low > DECADES
    parts = [i / (len(colors) - 1) for i in range(len(colors))]
    if is_log:
        stops = [low * (high / low) ** part for part in parts]
    else:
        stops = [low + (high - low) * part for part in parts]
    scale: Spec = {"domain": [float(f"{stop:.6g}") for stop in stops], "range": list(colors)}
    return scale | {"interpolate": "rgb"} | ({"type": "log"} if is_log else {})


def label_cells(view: Spec, rows: DataFrame, sizes: Sizes) -> None:
    """Let numbers on cells be read, in place: dark or light, or left out where they have no room.

    Where the colours are not those of `ramp_scale` numbers keep the colour of the theme's text.
    """
    rect = next((part for part in table_views(view) if mark_of(part) == "rect"), None)
    text = next((part for part in table_views(view)[1:] if mark_of(part) == "text"), None)
    if rect is None or text is None or not isinstance(text["mark"], dict) or "value" not in rows:
        return
    encodings = view.get("encoding", {}) | rect.get("encoding", {})
    across, down = (
        float(view[side]) / max(1, _count(mapping(encodings, channel), rows))
        for side, channel in (("width", "x"), ("height", "y"))
    )
    write = writer(text)
    size = float(text["mark"].get("fontSize", sizes.text))
    numbers = rows["value"].dropna().astype(float).tolist()
    widest = max((text_width(write(number), size) for number in numbers), default=0)
    fitted = min(size, size * (across - WITHIN) / (widest or 1), down - 2)
    if fitted < min(LEAST_SIZE, size):
        view["layer"].remove(text)
        return
    text["mark"]["fontSize"] = math.floor(fitted * 2) / 2
    light = light_ranges(mapping(mapping(encodings, "color"), "scale"))
    if light is not None and "color" not in text["mark"]:
        tests = [f"datum.value >= {low:.6g} && datum.value <= {high:.6g}" for low, high in light]
        test = " || ".join(tests) or "false"
        text["mark"]["color"] = {"expr": f"{test} ? '{LIGHT}' : '{DARK}'"}


def light_ranges(scale: Spec) -> list[tuple[float, float]] | None:
    """The numbers on whose colours light text is read better; None where these are unknown."""
    domain, colors = scale.get("domain"), scale.get("range")
    if not isinstance(domain, list) or not isinstance(colors, list):
        return None
    if len(domain) != len(colors) or not all(map(HEX.fullmatch, colors)):
        return None
    if scale.get("interpolate") != "rgb":
        return None
    found: list[tuple[float, float]] = []
    is_log = scale.get("type") == "log"
    for (low, high), ends in zip(pairwise(domain), pairwise(colors), strict=True):
        one, other = map(rgb_of, ends)
        for i in range(SAMPLES):
            here = [a + (b - a) * (i + 0.5) / SAMPLES for a, b in zip(one, other, strict=True)]
            if luminance(here) < MIDDLE:
                edges = [_between(low, high, (i + k) / SAMPLES, is_log) for k in (0, 1)]
                if found and math.isclose(found[-1][1], edges[0]):
                    found[-1] = (found[-1][0], edges[1])
                else:
                    found.append((edges[0], edges[1]))
    # The numbers at the ends of the scale may be a little beyond them: they are rounded.
    return [
        (
            -FAR if math.isclose(low, domain[0]) else low,
            FAR if math.isclose(high, domain[-1]) else high,
        )
        for low, high in found
    ]


def _between(low: float, high: float, part: float, is_log: bool) -> float:
    return low * (high / low) ** part if is_log else low + (high - low) * part


def _count(encoding: Spec, rows: DataFrame) -> int:
    field = encoding.get("field")
    return int(rows[field].nunique()) if field in rows else 1
