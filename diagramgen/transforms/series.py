"""`series`: each item's value at each step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagramgen.transforms.average import collapse
from diagramgen.transforms.parameters import Axis, Interval, Selection, Table
from diagramgen.transforms.selection import select, tidy, with_bounds

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.model.definitions import Definitions


class Series(Selection, frozen=True, kw_only=True, tag="series", tag_field="transform"):
    """Each item's value at each step.

    Table: source, step, item (with `by`: group), value, n, stderr. A missing value is a gap.
    """

    template = "line"
    interval: Interval = None

    def __call__(self, results: DataFrame, definitions: Definitions) -> Table:
        rows = select(results, definitions, self.metric, self.steps_of(), self.items)
        rows, left_out = collapse(
            rows, definitions, self.metric, of="items", by=self.by, average=self.average
        )
        rows, more = with_bounds(rows, self.interval)
        return Table(tidy(rows), left_out | more)

    def title(self, definitions: Definitions) -> str:
        return self.about(definitions)

    def axes(self, definitions: Definitions) -> dict[str, Axis]:
        return {"value": self.axis(definitions)}
