"""`series`: each item's value at each step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagramgen.transforms.average import collapse
from diagramgen.transforms.parameters import Axis, Interval, Selection, Table
from diagramgen.transforms.selection import select, tidy, with_bounds

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.suite.suite import Suite


class Series(Selection, frozen=True, kw_only=True, tag="series", tag_field="transform"):
    """Each item's value at each step.

    Table: source, step, item (with `by`: group), value, n, stderr. A missing value is a gap.
    """

    template = "line"
    interval: Interval = None

    def __call__(self, results: DataFrame, suite: Suite) -> Table:
        rows = select(results, suite, self.metric, self.steps_of(), self.items)
        rows, left_out = collapse(
            rows, suite, self.metric, of="items", by=self.by, average=self.average
        )
        rows, more = with_bounds(rows, self.interval)
        return Table(tidy(rows), left_out | more)

    def title(self, suite: Suite) -> str:
        return self.about(suite)

    def axes(self, suite: Suite) -> dict[str, Axis]:
        return {"value": self.axis(suite)}
