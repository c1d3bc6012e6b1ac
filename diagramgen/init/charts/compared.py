"""Metrics of several sources -> charts that have them side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from diagramgen.init.charts.axes import LINES, ROWS, Entry, scales_of, spread
from diagramgen.init.metrics.draft import Draft

MOST_LINES = 8
"""Sources that lines in one plot can tell apart."""
MOST_BARS = 3
"""Sources of which each item may have a bar."""
MOST_COLUMNS = 30
"""Sources that a heatmap has columns for."""
SEEDS = 12
"""So many sources are tried as the first of those that have items in common."""


def compared(metric: Draft, runs: Sequence[str]) -> Iterator[Entry]:
    """The charts of several sources: over the steps, then as they are in the end."""
    trend = _alike(metric, [run for run in runs if len(metric.steps(run)) > 1])
    if len(trend) > 1:
        yield from _trend(metric, trend)
    final = _alike(metric, _overlapping(metric, runs))
    if len(final) > 1:
        finished = any(not metric.steps(run) for run in final)
        yield from _final(metric, final, macro=finished or len(final) > MOST_LINES)


def _shared(metric: Draft, runs: Sequence[str]) -> list[str]:
    """The items that all the sources have."""
    return sorted(set.intersection(*(set(metric.members(run)) for run in runs)))


def _alike(metric: Draft, runs: Sequence[str]) -> list[str]:
    """The sources that are best compared: many of them, with many items in common."""
    members = {run: set(metric.members(run)) for run in runs}
    best: list[str] = []
    most = 0
    for seed in list(runs)[:SEEDS]:
        chosen, common = [seed], members[seed]
        rest = [run for run in runs if run != seed]
        while rest:
            nearest = max(rest, key=lambda run: len(common & members[run]))
            both = common & members[nearest]
            if not both or len(both) * (len(chosen) + 1) < len(common) * len(chosen):
                break
            chosen.append(nearest)
            common = both
            rest.remove(nearest)
        if len(chosen) > 1 and len(chosen) * len(common) > most:
            best, most = chosen, len(chosen) * len(common)
    return [run for run in runs if run in best]


def _overlapping(metric: Draft, runs: Sequence[str]) -> list[str]:
    """The sources that are there at one step; finished models go with any."""
    finished = [run for run in runs if not metric.steps(run)]
    stepped = [run for run in runs if run not in finished]
    shared = set.intersection(*(set(metric.steps(run)) for run in stepped)) if stepped else set()
    return list(runs) if not stepped or shared else finished


def _base(metric: Draft, runs: Sequence[str], view: str) -> Entry:
    main, *others = runs if len(runs) <= MOST_BARS else [runs[-1], *runs[:-1]]
    against = others[0] if len(others) == 1 else others
    return {"transform": "stage-compare", "metric": metric.name, "source": main,
            "against": against, "view": view}  # fmt: skip


def _trend(metric: Draft, runs: Sequence[str]) -> Iterator[Entry]:
    """Each source over the steps: lines, or rows of a heatmap where they are many."""
    items = _shared(metric, runs)
    output = f"compare/{metric.name}_trend.png"
    of: Entry = {"of": "macro"} if len(items) > 1 else {"title": _title(metric, items[0], runs)}
    if len(runs) <= MOST_LINES:
        yield {**_base(metric, runs, "trend"), **of, **_scales(metric, runs), "output": output}
        return
    shared = set.intersection(*(set(metric.steps(run)) for run in runs))
    if len(shared) > 1:
        yield {**_base(metric, runs, "trend"), **of, "template": "heatmap",
               "steps": spread(sorted(shared), 9), "output": output}  # fmt: skip


def _final(metric: Draft, runs: Sequence[str], *, macro: bool) -> Iterator[Entry]:
    """The sources at the last step: averages, items, and what is better of two."""
    items, name = _shared(metric, runs), f"compare/{metric.name}"
    grouping = next(iter(metric.groupings), None)
    many = len(items) > ROWS
    by: Entry = {"by": grouping} if grouping and many else {}
    at = {**_base(metric, runs, "at"), "step": "last"}
    if macro and len(items) > 1:
        yield {**at, "of": "macro", "sort": "-value", "output": f"{name}_macro.png"}
    if macro and len(items) == 1:
        yield {**at, "title": _title(metric, items[0], runs), "template": "bar", "sort": "-value",
               "output": f"{name}_at_${{step}}.png"}  # fmt: skip
    elif by or (len(runs) <= MOST_BARS and 1 < len(items) <= LINES):
        look: Entry = {"template": "heatmap"} if len(runs) > MOST_BARS else {}
        yield {**at, **by, **look, "output": f"{name}_at_${{step}}.png"}
    elif macro and not many and len(runs) <= MOST_COLUMNS:
        yield {**at, "template": "heatmap", "output": f"{name}_at_${{step}}.png"}
    if len(runs) <= MOST_BARS and len(items) > 1 and (by or not many):
        yield {**_base(metric, runs, "delta"), **by, "steps": ["last"], "sort": "-value",
               "output": f"{name}_delta_at_last.png"}  # fmt: skip


def _title(metric: Draft, item: str, runs: Sequence[str]) -> str:
    """What is compared of one item."""
    main, *others = runs
    who = (
        f"{len(runs)} runs"
        if len(runs) > MOST_BARS
        else " vs ".join(run.rpartition("/")[2] for run in [*others, main])
    )
    return f"{metric.title(item)}: {who}"


def _scales(metric: Draft, runs: Sequence[str]) -> Entry:
    """The scales of several sources: a short run beside a long one needs a logarithmic axis."""
    ends = [metric.steps(run)[-1] for run in runs]
    scales = scales_of(metric, runs[0])
    if min(ends) > 0 and max(ends) / min(ends) > 10:
        least = min(metric.steps(run)[0] for run in runs)
        return scales | {"x_scale": "log" if least > 0 else "symlog"}
    return scales
