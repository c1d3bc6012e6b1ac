"""`domain`: group averages at several steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from diagramgen.transforms.average import collapse
from diagramgen.transforms.parameters import Axis, GroupingName, Interval, Selection, Table
from diagramgen.transforms.selection import select, tidy, with_bounds

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.model.definitions import Definitions


class Domain(Selection, frozen=True, kw_only=True, tag="domain", tag_field="transform"):
    """The average of each group of a grouping (`by`; default: `domain`) at several steps.

    Table: source, step, group, value, n, stderr.
    """

    template = "grouped-bar"
    interval: Interval = None

    by: Annotated[
        GroupingName | None, Meta(description="The grouping whose groups are averaged.")
    ] = "domain"

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
