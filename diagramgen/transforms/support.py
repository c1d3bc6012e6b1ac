"""`support`: how many examples stand behind each item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Self

from msgspec import Meta

from diagramgen.errors import ChartError
from diagramgen.transforms.average import collapse
from diagramgen.transforms.baseline import pick_each, step_names
from diagramgen.transforms.parameters import Axis, Choice, GroupingName, Items, Table, per_source
from diagramgen.transforms.selection import select, tidy, with_groups

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.model.checkpoints import Checkpoints
    from diagramgen.model.definitions import Definitions


class Support(Items, frozen=True, kw_only=True, tag="support", tag_field="transform"):
    """How many examples (or tokens) stand behind each item, at the last step.

    Table: source, step, item, group (of `group`, else of the metric's first grouping), n; with
    `by`, the sum over each group instead of the items.
    """

    template = "support"

    step: Annotated[
        Choice,
        Meta(description="The step, or a list of which the first that is there is used."),
    ] = "last"
    group: Annotated[
        GroupingName | None,
        Meta(description="The grouping whose groups stand beside the items; default: the first."),
    ] = None

    def resolve(self, at: Checkpoints) -> Self:
        return self.with_(step=pick_each(self.step, self.sources(), self.metrics(), at, "last"))

    def steps_of(self) -> dict[str, tuple[int, ...]]:
        return {source: (step,) for source, step in per_source(self.step).items()}

    def __call__(self, results: DataFrame, definitions: Definitions) -> Table:
        metric = definitions.metrics[self.metric]
        rows = select(results, definitions, self.metric, self.steps_of(), self.items)
        if rows["n"].isna().all():
            raise ChartError(f"the files of metric '{self.metric}' have no n")
        rows, left_out = collapse(
            rows, definitions, self.metric, of="items", by=self.by, average="mean"
        )
        if self.by is None:
            grouping = self.group or next(iter(metric.groupings), None)
            rows = with_groups(rows, metric, grouping)
        return Table(tidy(rows.drop(columns=["value", "stderr"])), left_out)

    def averages(self) -> bool:
        return False

    def columns(self) -> frozenset[str]:
        return super().columns() - {"value", "stderr"} | {"group"}

    def title(self, definitions: Definitions) -> str:
        at = step_names(per_source(self.step), definitions)
        return f"{self.about(definitions)}: evaluated examples at {at}"

    def axes(self, definitions: Definitions) -> dict[str, Axis]:
        return {"n": Axis("Number of evaluated examples or tokens", ",")}
