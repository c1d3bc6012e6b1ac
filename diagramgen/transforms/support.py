"""`support`: how many examples stand behind each item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from diagramgen.errors import ChartError
from diagramgen.transforms.average import aggregate
from diagramgen.transforms.baseline import when
from diagramgen.transforms.items import Items, ResolvedItems
from diagramgen.transforms.parameters import Choice, GroupingName
from diagramgen.transforms.selection import first_grouping, select, tidy, with_groups
from diagramgen.transforms.transform import Axis, Table
from diagramgen.transforms.words import mid, named, of_some

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
    example = """\
- {transform: support, metric: tier3, output: questions.png}
"""

    step: Annotated[
        Choice,
        Meta(description="The step, or a list of which the first that is there is used."),
    ] = "last"
    group: Annotated[
        GroupingName | None,
        Meta(description="The grouping whose groups stand beside the items; default: the first."),
    ] = None

    def averages(self) -> bool:
        return False

    def groupings(self) -> tuple[str, ...]:
        return (*super().groupings(), *named(self.group))

    def columns(self) -> frozenset[str]:
        return super().columns() - {"value", "stderr"} | {"group"}

    def resolve(self, at: Checkpoints) -> ResolvedSupport:
        return ResolvedSupport(self, picked={"step": self.pick(self.step, at, "last")})


class ResolvedSupport(ResolvedItems[Support]):
    """How many examples there are at the step that is there."""

    def __call__(self, results: DataFrame, definitions: Definitions) -> Table:
        asked = self.asked
        rows = select(results, definitions, asked.metric, self.read_steps(), asked.items)
        if rows["n"].isna().all():
            raise ChartError(f"the files of metric '{asked.metric}' have no n")
        rows, left_out = aggregate(
            rows, definitions, asked.metric, of="items", by=asked.by, average="mean"
        )
        if asked.by is None:
            metric = definitions.metrics[asked.metric]
            rows = with_groups(rows, metric, asked.group or first_grouping(metric))
        return Table(tidy(rows.drop(columns=["value", "stderr"])), left_out)

    def title(self, definitions: Definitions) -> str:
        metric = definitions.metrics[self.asked.metric]
        steps = {(step, source) for source, step in self.picked["step"].items()}
        of = of_some(self.asked.items, metric)
        by = f" by {self.asked.by or metric.item}"
        label = mid(definitions.metric_label(self.asked.metric))
        return f"Examples behind {label}{of}{by}{when(steps, definitions)}"

    def axes(self, definitions: Definitions) -> dict[str, Axis]:
        return {"n": Axis("Number of evaluated examples or tokens", ",")}
