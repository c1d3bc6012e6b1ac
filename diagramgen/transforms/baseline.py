"""Rows beside the value of a baseline checkpoint, and what is made of the two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from diagramgen.model.checkpoints import NO_STEP
from diagramgen.transforms.transform import Axis

if TYPE_CHECKING:
    from pandas import DataFrame, Series

    from diagramgen.model.definitions import Definitions
    from diagramgen.model.metric import Metric
    from diagramgen.model.source import Source


MOST_NAMED = 6
"""Of more steps than these a title has the first and the last."""


def with_base(rows: DataFrame, baseline: Mapping[str, int]) -> DataFrame:
    """The rows with the baseline's step as `from_step` and its value as `base`.

    One baseline for each source; rows are matched by item or group where they have one. `rows` has
    each of them at the baseline's step too, and `base` is NaN where the value there is.
    """
    keys = ["source", *(column for column in ("item", "group") if column in rows)]
    from_step = [baseline[source] for source in rows["source"]]
    bases = rows[(rows["step"] == from_step).to_numpy()]
    base = dict(zip(_points(bases, keys), bases["value"], strict=True))
    return rows.assign(from_step=from_step, base=[base[point] for point in _points(rows, keys)])


def _points(rows: DataFrame, keys: list[str]) -> Iterable[tuple[str, ...]]:
    return zip(*(rows[key] for key in keys), strict=True)


def at_steps(rows: DataFrame, steps: Mapping[str, Iterable[int]]) -> DataFrame:
    """The rows whose step is one of their source's `steps`."""
    keep = {source: set(of) for source, of in steps.items()}
    points = zip(rows["source"], rows["step"], strict=True)
    return rows[[step in keep[source] for source, step in points]]


def improvement(value: Series, base: Series, metric: Metric) -> Series:
    """How much better `value` is than `base`, as a fraction: positive in either direction.

    Lower is better: (b - v) / |b|, higher is better: (v - b) / |b|; NaN where b is 0.
    """
    gain = base - value if metric.lower_is_better else value - base
    return (gain / base.abs()).where(base != 0)


def gain_axis(name: str, metric: Metric) -> Axis:
    """The axis of improvements; it asks where the direction of the metric is not settled."""
    if metric.settled is None:
        return Axis(f"Improvement in {name} ({metric.direction})", "+.1%")
    return Axis(f"Improvement in {name} (positive is better)", "+.1%", better="higher")


def improved(delta: Series, metric: Metric) -> Series:
    """Whether a difference is an improvement in the metric's direction; missing where it is."""
    better = delta < 0 if metric.lower_is_better else delta > 0
    return better.astype(object).where(delta.notna(), None)


def at_every_step(rows: DataFrame, others: DataFrame) -> DataFrame:
    """The rows, those of finished models at every step of `others`: they go with any."""
    import pandas as pd

    finished = (rows["step"] == NO_STEP).to_numpy()
    steps = others["step"].drop_duplicates()
    if not finished.any() or (steps == NO_STEP).any():
        return rows
    everywhere = rows[finished].drop(columns="step").merge(steps, how="cross")
    return pd.concat([rows[~finished], everywhere[list(rows.columns)]], ignore_index=True)


def when(steps: Iterable[str]) -> str:
    """' at step 2,000' for the names of steps; nothing for a finished model, which has none."""
    said = [*dict.fromkeys(filter(None, steps))]
    if len(said) > MOST_NAMED:
        said = [f"{said[0]} to {said[-1]}"]
    return f" at {', '.join(said)}" if said else ""


def step_name(step: int, source: Source) -> str:
    """A step in words, such as 'step 2,000' or 'bridge (step 50,000)'; empty for `NO_STEP`."""
    if step == NO_STEP:
        return ""
    said = counted(step, source.unit)
    return f"bridge ({said})" if step == source.bridge else said


def counted(step: int, unit: str) -> str:
    """A step and what it counts: 'step 2,000', 'epoch 3', '5,000 tokens'."""
    return f"{step:,} tokens" if unit == "tokens" else f"{unit} {step:,}"


def step_names(steps: Mapping[str, int], definitions: Definitions) -> str:
    """The distinct steps of some sources in words."""
    ordered = sorted(steps.items(), key=lambda pair: pair[1])
    names = [step_name(step, definitions.sources[source]) for source, step in ordered]
    return " / ".join(dict.fromkeys(filter(None, names)))
