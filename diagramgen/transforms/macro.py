"""`macro`: the average over items at each step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from diagramgen.transforms.baseline import at_steps, step_name
from diagramgen.transforms.items import ResolvedItems, Selection
from diagramgen.transforms.parameters import Choice, Interval
from diagramgen.transforms.selection import bounds, tidy, with_bounds
from diagramgen.transforms.transform import Axis, Table

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
    example = """\
- {transform: macro, metric: tier2, reference: bridge, output: macro.png}
"""
    interval: Interval = None

    reference: Annotated[
        Choice | None,
        Meta(
            description="Checkpoint whose value is drawn as a reference line: a step, first, last, "
            "bridge, or a list of which the first that is there is used.",
            examples=["bridge", ["bridge", 2000]],
        ),
    ] = None

    def averages(self) -> bool:
        return True

    def columns(self) -> frozenset[str]:
        line = {"reference", "label"} if self.reference else set()
        return super().columns() | line | bounds(self.interval)

    def resolve(self, at: Checkpoints) -> ResolvedMacro:
        steps = self.keep_trends(self.steps, at)
        if self.reference is None:
            return ResolvedMacro(self, steps)
        return ResolvedMacro(self, steps, {"reference": self.pick(self.reference, at, of=steps)})


class ResolvedMacro(ResolvedItems[Macro]):
    """The average at the steps that are there, and at the reference checkpoint."""

    def __call__(self, results: DataFrame, definitions: Definitions) -> Table:
        rows, left_out = self.rows(results, definitions, "macro")
        trend, more = with_bounds(at_steps(rows, self.steps), self.asked.interval)
        reference = self.picked.get("reference")
        if reference is not None:
            keys = ["source", "group"] if self.asked.by else ["source"]
            line = at_steps(rows, {source: [step] for source, step in reference.items()})
            names = {
                source: step_name(step, definitions.sources[source])
                for source, step in reference.items()
            }
            line = line.assign(label=line["source"].astype(object).map(names))
            line = line[[*keys, "value", "label"]].rename(columns={"value": "reference"})
            trend = trend.merge(line, on=keys, how="left")
        return Table(tidy(trend), left_out | more)

    def title(self, definitions: Definitions) -> str:
        return self.asked.about(definitions, "macro")

    def axes(self, definitions: Definitions) -> dict[str, Axis]:
        axis = self.asked.axis(definitions)
        return {"value": axis, "reference": axis}
