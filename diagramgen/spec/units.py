"""What the x axis counts: steps, or the tokens seen at them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from diagramgen.model.definitions import Definitions
    from diagramgen.transforms import Table


def in_tokens(table: Table, definitions: Definitions) -> Table:
    """A table with the tokens of each row's step in column x; as it is where it has no steps."""
    import pandas as pd

    from diagramgen.transforms.selection import tidy

    rows = table.rows
    if "step" not in rows or "x" in rows:
        return table
    tokens = pd.Series(math.nan, rows.index)
    for source, steps in rows["step"].dropna().groupby(rows["source"], observed=True):
        per_step = definitions.sources[source].tokens_per_step or 1
        known = {step: float(tokens_at(step, per_step)) for step in steps.unique().tolist()}
        tokens[steps.index] = steps.map(known)
    return table._replace(rows=tidy(rows.assign(x=tokens)))


def tokens_at(step: int, per_step: float | Mapping[str, float]) -> float:
    """The tokens seen after `step` steps.

    `per_step` is a number, or a table that says from which step on a batch has how many tokens:
    {0: 1e6, 1000: 2e6} sees 1e9 tokens in the first 1000 steps and 2e6 in each step after.
    """
    if not isinstance(per_step, Mapping):
        return step * per_step
    starts = sorted((int(start), size) for start, size in per_step.items())
    ends = [start for start, _ in starts[1:]] + [step]
    return sum(
        max(0, min(step, end) - start) * size
        for (start, size), end in zip(starts, ends, strict=True)
    )
