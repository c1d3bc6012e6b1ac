"""What the results have: a matrix of items by steps for each source and metric, with its gaps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from diagramgen.model.checkpoints import NO_STEP
from diagramgen.model.metric import in_order

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.model.definitions import Definitions

THERE, GAP = "+", "-"
FINISHED = " of a finished model"
MOST_ROWS = 40
"""Of more items than this only those with gaps are listed."""


def coverage(results: DataFrame, definitions: Definitions) -> Iterator[str]:
    """The lines of the matrices: `+` where an item has a value at a step, `-` where it has none."""
    results = results.assign(step=results["step"].to_numpy("int64", na_value=NO_STEP))
    for (source, name), rows in results.groupby(["source", "metric"], observed=True):
        metric = definitions.metrics[str(name)]
        steps = sorted(rows["step"].unique())
        items = in_order([str(item) for item in rows["item"].unique()], metric)
        known = rows[rows["value"].notna()]
        there = set(zip(known["item"], known["step"], strict=True))
        gaps = len(items) * len(steps) - len(there)
        over = FINISHED if steps == [NO_STEP] else f" x {_count(len(steps), 'step')}"
        yield (
            f"{source}, {name}: {_count(len(items), metric.item, metric.items)}{over}, "
            f"{_count(gaps, 'gap') if gaps else 'no gaps'}"
        )
        if len(items) > MOST_ROWS:
            items = [item for item in items if any((item, step) not in there for step in steps)]
        width = max((len(item) for item in items), default=0)
        bridge = definitions.sources[str(source)].bridge
        heads = [
            "" if step == NO_STEP else f"{step}*" if step == bridge else str(step) for step in steps
        ]
        if items:
            yield f"  {'':<{width}}  {'  '.join(heads)}".rstrip()
        for item in items:
            marks = [THERE if (item, step) in there else GAP for step in steps]
            cells = [
                f"{mark:>{max(1, len(head))}}" for mark, head in zip(marks, heads, strict=True)
            ]
            yield f"  {item:<{width}}  {'  '.join(cells)}"
        if any(head.endswith("*") for head in heads):
            yield "  * the bridge"


def _count(number: int, one: str, several: str | None = None) -> str:
    return f"{number} {one if number == 1 else several or f'{one}s'}"
