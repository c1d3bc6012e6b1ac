"""Pictures that are not as wide as the others of their suite, or too high."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from tests.pictures.finding import Finding

PRESETS = {"one-column": 320.0, "two-column": 672.0}
"""Pixels that a width has: 3.33 and 7 inches."""
WIDER, NARROWER = 1, 4
"""Pixels that a picture may be off: plots side by side are each as wide as a whole number."""
HIGHEST = 2160
"""Pixels of two screens."""


class Size(NamedTuple):
    """How large the picture of a chart is."""

    suite: str
    width: str
    theme: str
    chart: str
    wide: float
    high: float


def widths(sizes: Sequence[Size]) -> list[Finding]:
    """Of pictures that have another width than they should, or more than two screens of height.

    As wide as most of its suite a picture is where its width has no number.
    """
    found = []
    usual = {
        key: Counter(size.wide for size in sizes if size[:2] == key).most_common(1)[0][0]
        for key in {size[:2] for size in sizes}
    }
    for size in sizes:
        wanted = PRESETS.get(size.width, usual[size[:2]])
        at = f"{size.wide:g} x {size.high:g} px"
        if not -NARROWER <= size.wide - wanted <= WIDER:
            what = f"{size.wide:g} px wide, not {wanted:g}"
            found.append(Finding(size.width, size.theme, size.chart, "width", what, at))
        if size.high > HIGHEST:
            what = f"{size.high:g} px high, more than {HIGHEST}"
            found.append(Finding(size.width, size.theme, size.chart, "width", what, at))
    return found
