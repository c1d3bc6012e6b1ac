"""`snapshot`: the values at one step, or at several side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Self

from msgspec import Meta

from diagramgen.transforms.average import collapse
from diagramgen.transforms.baseline import pick_each, step_name
from diagramgen.transforms.parameters import (
    AnyStep,
    Axis,
    Choice,
    GroupingName,
    Interval,
    Items,
    SourceName,
    StepNumber,
    Table,
    per_source,
)
from diagramgen.transforms.selection import select, tidy, with_bounds, with_groups

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
    interval: Interval = None

    step: Annotated[
        Choice | None,
        Meta(
            description="The one step to show (or a list of which the first that is there is "
            "used), where `steps` shows several; default: last."
        ),
    ] = None
    steps: Annotated[
        Annotated[tuple[AnyStep, ...], Meta(min_length=1)]
        | dict[SourceName, tuple[StepNumber, ...]]
        | None,
        Meta(description="Several steps (numbers, first, last, bridge) to show side by side."),
    ] = None
    group: Annotated[
        GroupingName | None,
        Meta(description="The grouping whose groups stand beside the items; default: the first."),
    ] = None

    def __post_init__(self) -> None:
        if self.step is not None and self.steps is not None:
            raise ValueError("`step` is for one step, `steps` for several: use one of them")

    def default_template(self) -> str:
        """`bar`; `grouped-bar` where `steps` are several."""
        several = self.step is None and (self.steps is not None) and self._most_steps() > 1
        return "grouped-bar" if several else "bar"

    def resolve(self, at: Checkpoints) -> Self:
        if self.steps is not None:
            return self.with_(steps=self.pick_steps(self.steps, at))
        step = pick_each(self.step, self.sources(), self.metrics(), at, "last")
        return self.with_(step=step)

    def steps_of(self) -> dict[str, tuple[int, ...]]:
        if self.step is None:
            return per_source(self.steps)
        return {source: (step,) for source, step in per_source(self.step).items()}

    def __call__(self, results: DataFrame, definitions: Definitions) -> Table:
        rows = select(results, definitions, self.metric, self.steps_of(), self.items)
        rows, left_out = collapse(
            rows, definitions, self.metric, of="items", by=self.by, average=self.average
        )
        if self.by is None:
            rows = with_groups(rows, definitions.metrics[self.metric], self.grouping(definitions))
        rows, more = with_bounds(rows, self.interval)
        return Table(tidy(rows), left_out | more)

    def columns(self) -> frozenset[str]:
        return super().columns() | {"group"}

    def grouping(self, definitions: Definitions) -> str | None:
        """The grouping whose groups stand beside the items, if the metric has any."""
        return self.group or next(iter(definitions.metrics[self.metric].groupings), None)

    def title(self, definitions: Definitions) -> str:
        steps = {(step, source) for source, of in self.steps_of().items() for step in of}
        names = [
            step_name(step, definitions.sources[source].bridge) for step, source in sorted(steps)
        ]
        return f"{self.about(definitions)} at {', '.join(dict.fromkeys(names))}"

    def axes(self, definitions: Definitions) -> dict[str, Axis]:
        return {"value": self.axis(definitions)}

    def _most_steps(self) -> int:
        steps = self.steps
        return max(map(len, steps.values())) if isinstance(steps, dict) else len(steps or ())
