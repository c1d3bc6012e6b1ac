"""How much a plot has room for, and how its axis of steps is divided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from diagramgen.init.metrics.draft import Draft, is_wide

LINES = 12
"""Items that lines in one plot can tell apart."""
ROWS = 40
"""Items that bars or cells in one plot have room for."""
Entry = dict[str, Any]
"""A chart as the suite is to have it."""


def step_scale(steps: Sequence[int]) -> str | None:
    """The scale of an axis of steps: logarithmic where most of them lie near its beginning."""
    positive = [step for step in steps if step > 0]
    if len(positive) < 4 or positive[-1] / positive[0] < 100:
        return None
    if sorted(steps)[len(steps) // 2] > 0.2 * positive[-1]:
        return None
    return "symlog" if 0 in steps else "log"


def spread(steps: Sequence[int], count: int) -> list[int | str]:
    """So many steps from the first to the last, evenly spread as the axis shows them.

    The ends are `first` and `last`, whatever steps these are when there are more results.
    """
    found: list[int] = list(steps)
    if len(steps) > count:
        if step_scale(steps) is None:
            places = [steps[0] + (steps[-1] - steps[0]) * i / (count - 1) for i in range(count)]
            found = sorted({min(steps, key=lambda step: abs(step - place)) for place in places})
        else:
            found = [steps[round(i * (len(steps) - 1) / (count - 1))] for i in range(count)]
    if len(found) < 2:
        return ["last" for _ in found]
    return ["first", *found[1:-1], "last"]


def scales_of(metric: Draft, run: str) -> Entry:
    """The scales of a run's steps and values, where they are not plain ones."""
    scale = step_scale(metric.steps(run))
    return ({"x_scale": scale} if scale else {}) | ({"y_scale": "log"} if is_wide(metric) else {})
