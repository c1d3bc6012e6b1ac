"""`snapshot`: the values at one step, or at several side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from diagramgen.transforms.baseline import when
from diagramgen.transforms.items import Items, ResolvedItems
from diagramgen.transforms.parameters import (
    AnySteps,
    Choice,
    GroupingName,
    Interval,
    SourceName,
    StepNumber,
)
from diagramgen.transforms.selection import bounds, first_grouping, tidy, with_bounds, with_groups
from diagramgen.transforms.transform import Table
from diagramgen.transforms.words import named

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.model.checkpoints import Checkpoints
    from diagramgen.model.definitions import Definitions


class Snapshot(Items, frozen=True, kw_only=True, tag="snapshot", tag_field="transform"):
    """The values at one step, or at several side by side.

    Table: source, step, item, group (of `group`, else of the metric's first grouping), value, n,
    stderr; with `by`, groups instead of items.
    """

    template = "bar"
    example = """\
- for_each: {step: [2000, 10000]}
  transform: snapshot
  metric: tier2
  step: "${step}"
  output: "slices_at_${step}.png"
"""
    interval: Interval = None

    step: Annotated[
        Choice | None,
        Meta(
            description="The one step to show (or a list of which the first that is there is "
            "used), where `steps` shows several; default: last."
        ),
    ] = None
    steps: Annotated[
        AnySteps | dict[SourceName, tuple[StepNumber, ...]] | None,
        Meta(description="Several steps (numbers, first, last, bridge) to show side by side."),
    ] = None
    group: Annotated[
        GroupingName | None,
        Meta(description="The grouping whose groups stand beside the items; default: the first."),
    ] = None

    def __post_init__(self) -> None:
        if self.step is not None and self.steps is not None:
            raise ValueError("`step` is for one step, `steps` for several: use one of them")

    def groupings(self) -> tuple[str, ...]:
        return (*super().groupings(), *named(self.group))

    def columns(self) -> frozenset[str]:
        return super().columns() | {"group"} | bounds(self.interval)

    def default_template(self) -> str:
        """`bar`; `grouped-bar` where `steps` are several."""
        steps = self.steps or ()
        most = max(map(len, steps.values())) if isinstance(steps, dict) else len(steps)
        return "grouped-bar" if most > 1 else "bar"

    def resolve(self, at: Checkpoints) -> ResolvedSnapshot:
        if self.steps is not None:
            return ResolvedSnapshot(self, self.keep(self.steps, at))
        return ResolvedSnapshot(self, picked={"step": self.pick(self.step, at, "last")})


class ResolvedSnapshot(ResolvedItems[Snapshot]):
    """The values at the steps that are there."""

    def default_template(self) -> str:
        """As the transform's, by the steps that are there of those asked for."""
        return "grouped-bar" if any(len(of) > 1 for of in self.steps.values()) else "bar"

    def __call__(self, results: DataFrame, definitions: Definitions) -> Table:
        asked = self.asked
        rows, left_out = self.rows(results, definitions)
        if asked.by is None:
            metric = definitions.metrics[asked.metric]
            rows = with_groups(rows, metric, asked.group or first_grouping(metric))
        rows, more = with_bounds(rows, asked.interval)
        return Table(tidy(rows), left_out | more)

    def title(self, definitions: Definitions) -> str:
        steps = {(step, source) for source, of in self.read_steps().items() for step in of}
        return f"{self.asked.about(definitions)}{when(steps, definitions)}"
