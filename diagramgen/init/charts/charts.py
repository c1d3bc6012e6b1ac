"""Metrics and runs -> a first set of charts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from diagramgen.init.charts.axes import LINES, ROWS, Entry, scales_of, spread
from diagramgen.init.charts.compared import compared
from diagramgen.init.metrics.draft import Draft, is_wide

MOST_ALONE = 4
"""So many finished models have charts of their own beside those that compare them."""
MOST_EACH = 12
"""So many have some where nothing compares them."""


def charts_of(metrics: list[Draft], runs: list[str]) -> Iterator[tuple[str, list[Entry]]]:
    """The charts with a heading for each part."""
    for metric in metrics:
        having = [run for run in runs if run in metric.readings]
        main = next((run for run in having if len(metric.steps(run)) > 1), having[0])
        entries = [_filled(entry, metric, main, runs) for entry in _own(metric, main)]
        if metric.steps(main) or len(having) == 1:
            heading = f"{metric.kind.label} of {main}."
        else:
            heading = f"{metric.kind.label} of each source."
            entries = list(_each(metric, having, entries))
        if entries:
            yield heading, entries
    pair = _pair(metrics, runs)
    if pair is not None:
        yield "One against the other: a path through the steps.", [pair]
    for metric in metrics:
        having = [run for run in runs if run in metric.readings]
        entries = list(compared(metric, having))
        if entries:
            yield f"{metric.kind.label}: the sources side by side.", entries


def _each(metric: Draft, having: list[str], entries: Iterable[Entry]) -> Iterator[Entry]:
    """The snapshots of several finished models, where these are few or nothing compares them."""
    few = len(having) <= MOST_ALONE and len(metric.members()) > 1
    if few or not list(compared(metric, having)):
        for entry in entries:
            if entry["transform"] == "snapshot" and "for_each" not in entry:
                yield _for_each(entry, having[:MOST_EACH])


def _for_each(entry: Entry, runs: list[str]) -> Entry:
    """A chart of one source for each of several."""
    named = {key: value for key, value in entry.items() if key != "source"}
    first: Entry = {"for_each": {"source": runs}}
    first |= {key: named.pop(key) for key in ("transform", "metric")}
    folder, _, name = named.pop("output").rpartition("/")
    return {**first, "source": "${source}", **named, "output": f"{folder}/${{source}}/{name}"}


def _filled(entry: Entry, metric: Draft, main: str, runs: list[str]) -> Entry:
    source = {} if main == runs[0] else {"source": main}
    first: Entry = {key: entry.pop(key) for key in ("for_each", "transform") if key in entry}
    return {**first, "metric": metric.name, **source, **entry}


def _own(metric: Draft, main: str) -> Iterator[Entry]:
    """The charts of one source."""
    items, steps, name = metric.members(main), metric.steps(main), metric.name
    grouping = next(iter(metric.groupings), None)
    many = len(items) > ROWS
    trend, scales = len(steps) > 1, scales_of(metric, main)
    three = spread(steps, 3)
    if trend:
        yield from _trends(metric, items, grouping, scales, spread(steps, 9))
    if len(items) > 1 and trend:
        if not many:
            yield {"transform": "delta", "from": "first", "to": "last", "sort": "-value",
                   "output": f"{name}/delta_${{from}}_to_${{to}}.png"}  # fmt: skip
        elif grouping:
            yield {"transform": "delta", "by": grouping, "from": "first", "to": "last",
                   "output": f"{name}/delta_{grouping}_${{from}}_to_${{to}}.png"}  # fmt: skip
        if grouping and len(three) > 1:
            yield {"transform": "domain", "by": grouping, "steps": three,
                   "output": f"{name}/{grouping}_early_mid_late.png"}  # fmt: skip
        elif 1 < len(items) <= LINES and len(three) > 1 and not is_wide(metric):
            yield {"transform": "snapshot", "steps": three,
                   "output": f"{name}/{metric.item}s_early_mid_late.png"}  # fmt: skip
    if not many and (len(items) > 1 or not trend):
        yield {"transform": "snapshot", "step": "last", "sort": "-value",
               "output": f"{name}/snapshot_${{step}}.png"}  # fmt: skip
    elif many and grouping:
        yield {"for_each": {"group": list(metric.groupings[grouping])},
               "transform": "snapshot", "items": f"group:{grouping}/${{group}}", "step": "last",
               "sort": "-value", "output": f"{name}/snapshot_${{group}}_${{step}}.png"}  # fmt: skip
    if metric.has_n() and len(items) > 1:
        by = {"by": grouping} if many and grouping else {}
        if by or not many:
            yield {"transform": "support", **by, "output": f"{name}/support.png"}


def _trends(
    metric: Draft, items: list[str], grouping: str | None, scales: Entry, some: list[int | str]
) -> Iterator[Entry]:
    """How items, groups and averages go over the steps."""
    name, several = metric.name, len(items) > 1
    x_only = {key: value for key, value in scales.items() if key == "x_scale"}
    if len(items) <= LINES:
        title = {} if several else {"title": metric.title(items[0])}
        yield {"transform": "series", **title, **scales, "output": f"{name}/by_{metric.item}.png"}
    elif len(items) <= ROWS:
        yield {"transform": "series", "template": "heatmap", "steps": some,
               "output": f"{name}/by_{metric.item}.png"}  # fmt: skip
    elif grouping:
        yield {"for_each": {"group": list(metric.groupings[grouping])},
               "transform": "series", "items": f"group:{grouping}/${{group}}",
               "template": "heatmap", "steps": some,
               "output": f"{name}/by_{metric.item}_${{group}}.png"}  # fmt: skip
    if several:
        interval = {"interval": 0.95} if _has_stderr(metric) and not is_wide(metric) else {}
        yield {"transform": "macro", **interval, **scales, "output": f"{name}/macro.png"}
    if several and grouping:
        yield {
            "transform": "macro",
            "by": grouping,
            **scales,
            "output": f"{name}/by_{grouping}.png",
        }
    if is_wide(metric) or metric.kind.name == "pct_stereotype":  # a share of it says nothing
        return
    if several:
        yield {"transform": "relative", "of": "macro", "baseline": "first", **x_only,
               "output": f"{name}/macro_relative_to_${{baseline}}.png"}  # fmt: skip
    if len(items) <= LINES:
        yield {"transform": "relative", "baseline": "first", **x_only,
               "output": f"{name}/relative_to_${{baseline}}.png"}  # fmt: skip
    elif grouping:
        yield {"transform": "relative", "by": grouping, "baseline": "first", **x_only,
               "output": f"{name}/{grouping}_relative_to_${{baseline}}.png"}  # fmt: skip


def _has_stderr(metric: Draft) -> bool:
    return metric.read.get("stderr") == "binomial" or all(
        math.isfinite(r.stderr) for of in metric.readings.values() for r in of
    )


def _pair(metrics: Iterable[Draft], runs: list[str]) -> Entry | None:
    """A metric of which less is better against one of which more is, where one source has both."""
    low = [m for m in metrics if m.kind.name in ("perplexity", "loss", "bits_per_byte")]
    high = [m for m in metrics if m.kind.name == "accuracy" and not m.part]
    for x in low:
        for y in high:
            both = [run for run in runs if run in x.readings and run in y.readings]
            shared = set(x.steps(both[0])) & set(y.steps(both[0])) if both else set()
            if len(shared) > 2:
                source = {} if both[0] == runs[0] else {"source": both[0]}
                scale: Entry = {"x_scale": "log"} if is_wide(x) else {}
                some = _apart(x, y, both[0], sorted(shared))
                scale |= {"steps": some} if len(some) < len(shared) else {}
                return {"transform": "tradeoff", "x": x.name, "y": y.name, **source, **scale,
                        "output": f"{x.name}_against_{y.name}.png"}  # fmt: skip
    return None


def _apart(x: Draft, y: Draft, run: str, steps: list[int]) -> list[int]:
    """The steps whose points lie far enough from each other for their labels, the last first."""
    points = {step: (_at(x, run, step), _at(y, run, step)) for step in steps}
    spans = [max(at) - min(at) or 1.0 for at in zip(*points.values(), strict=True)]
    kept: list[int] = []
    for step in steps[::-1]:
        gaps = (
            max(abs(a - b) / span for a, b, span in zip(points[step], points[other], spans,
                                                        strict=True))
            for other in kept
        )  # fmt: skip
        if all(gap >= 0.08 for gap in gaps):
            kept.append(step)
    return sorted(kept)


def _at(metric: Draft, run: str, step: int) -> float:
    """About where a step lies on an axis of the metric."""
    values = [r.value for r in metric.readings[run] if r.step == step and math.isfinite(r.value)]
    mean = sum(values) / len(values) if values else 0.0
    return math.log(mean) if is_wide(metric) and mean > 0 else mean


def used(metrics: Iterable[Draft], entries: Iterable[Mapping[str, Any]]) -> list[Draft]:
    """The metrics that some chart has."""
    names = {entry.get(key) for entry in entries for key in ("metric", "x", "y")}
    return [metric for metric in metrics if metric.name in names]
