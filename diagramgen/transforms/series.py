"""`series`: each item's value at each step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagramgen.transforms.items import ResolvedItems, Selection
from diagramgen.transforms.parameters import Interval
from diagramgen.transforms.selection import bounds, tidy, with_bounds
from diagramgen.transforms.transform import Table

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.model.checkpoints import Checkpoints
    from diagramgen.model.definitions import Definitions


class Series(Selection, frozen=True, kw_only=True, tag="series", tag_field="transform"):
    """Each item's value at each step.

    Table: source, step, item (with `by`: group), value, n, stderr. A missing value is a gap.
    """

    template = "line"
    example = """\
- {transform: series, metric: tier2, items: "math_*", output: math.png}
"""
    interval: Interval = None

    def columns(self) -> frozenset[str]:
        return super().columns() | bounds(self.interval)

    def resolve(self, at: Checkpoints) -> ResolvedSeries:
        return ResolvedSeries(self, self.keep_trends(self.steps, at))


class ResolvedSeries(ResolvedItems[Series]):
    """The items' values at the steps that are there."""

    def __call__(self, results: DataFrame, definitions: Definitions) -> Table:
        rows, left_out = self.rows(results, definitions)
        rows, more = with_bounds(rows, self.asked.interval)
        return Table(tidy(rows), left_out | more)

    def title(self, definitions: Definitions) -> str:
        return self.asked.about(definitions)
