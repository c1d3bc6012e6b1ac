"""`macro`: the average over items at each step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Self

from msgspec import Meta

from diagramgen.transforms.average import collapse
from diagramgen.transforms.baseline import at_steps, both, pick_each, step_name
from diagramgen.transforms.parameters import Axis, Choice, Interval, Selection, Table, per_source
from diagramgen.transforms.selection import select, tidy, with_bounds

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.model.checkpoints import Checkpoints
    from diagramgen.model.definitions import Definitions


class Macro(Selection, frozen=True, kw_only=True, tag="macro", tag_field="transform"):
    """The average over items at each step; with `by`, one line for each group.

    Table: source, step, (group), value, n, stderr, and with a reference checkpoint its value as
    `reference` and its name as `label`. Averaged are the items that every step, the reference
    among them, has.
    """

    template = "line"
    interval: Interval = None

    reference: Annotated[
        Choice | None,
        Meta(
            description="Checkpoint whose value is drawn as a reference line: a step, first, last, "
            "bridge, or a list of which the first that is there is used.",
            examples=["bridge", ["bridge", 2000]],
        ),
    ] = None

    def resolve(self, at: Checkpoints) -> Self:
        resolved = super().resolve(at)
        if self.reference is None:
            return resolved
        reference = pick_each(self.reference, self.sources(), self.metrics(), at)
        return resolved.with_(reference=reference)

    def read_steps(self) -> dict[str, set[int]]:
        if self.reference is None:
            return super().read_steps()
        return both(self.steps_of(), per_source(self.reference))

    def __call__(self, results: DataFrame, definitions: Definitions) -> Table:
        rows = select(results, definitions, self.metric, self.read_steps(), self.items)
        rows, left_out = collapse(
            rows, definitions, self.metric, of="macro", by=self.by, average=self.average
        )
        trend, more = with_bounds(at_steps(rows, self.steps_of()), self.interval)
        if self.reference is not None:
            steps = per_source(self.reference)
            keys = ["source", "group"] if self.by else ["source"]
            line = at_steps(rows, {source: [step] for source, step in steps.items()})
            names = {
                source: step_name(step, definitions.sources[source].bridge)
                for source, step in steps.items()
            }
            line = line.assign(label=line["source"].astype(object).map(names))
            line = line[[*keys, "value", "label"]].rename(columns={"value": "reference"})
            trend = trend.merge(line, on=keys, how="left")
        return Table(tidy(trend), left_out | more)

    def columns(self) -> frozenset[str]:
        return super().columns() | ({"reference", "label"} if self.reference else set())

    def averages(self) -> bool:
        return True

    def title(self, definitions: Definitions) -> str:
        return self.about(definitions, "macro")

    def axes(self, definitions: Definitions) -> dict[str, Axis]:
        return {"value": self.axis(definitions), "reference": self.axis(definitions)}
