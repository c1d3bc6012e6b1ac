"""Rows beside the value of a baseline checkpoint, and what is made of the two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from diagramgen.model.checkpoints import NO_STEP
from diagramgen.transforms.transform import Axis
from diagramgen.transforms.words import listing

if TYPE_CHECKING:
    from pandas import DataFrame, Series

    from diagramgen.model.definitions import Definitions
    from diagramgen.model.metric import Metric
    from diagramgen.model.source import Source


ZERO_BASELINE = "its baseline is 0"
MOST_STEPS = 6
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


def when(steps: Iterable[tuple[int, str]], definitions: Definitions) -> str:
    """' at steps 2,000 and 10,000' for steps of sources; nothing for finished models."""
    said = _in_words(steps, definitions)
    return f" at {said}" if said else ""


def step_names(steps: Mapping[str, int], definitions: Definitions) -> str:
    """The distinct steps of some sources in words: 'step 2,000', 'steps 2,000 and 10,000'."""
    return _in_words(((step, source) for source, step in steps.items()), definitions)


def _in_words(steps: Iterable[tuple[int, str]], definitions: Definitions) -> str:
    """Steps of sources, each once, bridges last; empty where none has a step."""
    pairs = sorted((step, source) for step, source in steps if step != NO_STEP)
    bridged = [definitions.sources[source].bridge == step for step, source in pairs]
    others = [pair for pair, bridge in zip(pairs, bridged, strict=True) if not bridge]
    bridges = [
        step_name(step, definitions.sources[source])
        for (step, source), bridge in zip(pairs, bridged, strict=True)
        if bridge
    ]
    unit = definitions.unit(source for _, source in others)
    numbers = list(dict.fromkeys(step for step, _ in others))
    said = [*counted_all(numbers, unit), *dict.fromkeys(bridges)]
    return listing(said) if said else ""


def counted_all(steps: Sequence[int], unit: str) -> list[str]:
    """Steps in words, their unit said once: 'steps 2,000', '10,000'; of many the ends."""
    if len(steps) < 2:
        return [counted(step, unit) for step in steps]
    numbers = [f"{step:,}" for step in steps]
    if len(steps) > MOST_STEPS:
        numbers = [f"{numbers[0]} to {numbers[-1]}"]
    if unit == "tokens":
        return [*numbers[:-1], f"{numbers[-1]} tokens"]
    return [f"{unit}s {numbers[0]}", *numbers[1:]]


def step_name(step: int, source: Source) -> str:
    """A step in words, such as 'step 2,000' or what the bridge is called; empty for `NO_STEP`."""
    if step == NO_STEP:
        return ""
    said = counted(step, source.unit)
    if step != source.bridge:
        return said
    return source.bridge_label or f"bridge ({said})"


def counted(step: int, unit: str) -> str:
    """A step and what it counts: 'step 2,000', 'epoch 3', '5,000 tokens'."""
    return f"{step:,} tokens" if unit == "tokens" else f"{unit} {step:,}"
