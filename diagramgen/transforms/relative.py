"""`relative`: improvement against a baseline checkpoint, as a fraction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from diagramgen.transforms.baseline import (
    ZERO_BASELINE,
    at_steps,
    gain_axis,
    improvement,
    step_names,
    with_base,
)
from diagramgen.transforms.items import ResolvedItems, Selection
from diagramgen.transforms.parameters import Choice, Of
from diagramgen.transforms.selection import tidy
from diagramgen.transforms.transform import Axis, Table
from diagramgen.transforms.words import mid

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.model.checkpoints import Checkpoints
    from diagramgen.model.definitions import Definitions


class Relative(Selection, frozen=True, kw_only=True, tag="relative", tag_field="transform"):
    """Improvement against a baseline checkpoint as a fraction; positive is better.

    Lower is better: (b - v) / |b|, higher is better: (v - b) / |b|. Table: source, step, (item or
    group), value, from_step (the baseline), reference (0). Missing where the baseline is 0.
    """

    template = "line"
    example = """\
- transform: relative
  metric: tier3
  baseline: [bridge, first]
  output: "improvement_since_${baseline}.png"
"""

    baseline: Annotated[
        Choice,
        Meta(
            description="Checkpoint to compare with: a step, first, last, bridge, or a list of "
            "which the first that is there is used.",
            examples=["first", ["bridge", 2000]],
        ),
    ]
    of: Annotated[Of, Meta(description="Each of the items, or their macro average.")] = "items"

    def averages(self) -> bool:
        return super().averages() or self.of == "macro"

    def columns(self) -> frozenset[str]:
        return super().columns() - {"n", "stderr"} | {"from_step", "reference"}

    def resolve(self, at: Checkpoints) -> ResolvedRelative:
        steps = self.keep_trends(self.steps, at)
        return ResolvedRelative(self, steps, {"baseline": self.pick(self.baseline, at, of=steps)})


class ResolvedRelative(ResolvedItems[Relative]):
    """The improvement at the steps that are there against the baseline's step."""

    def __call__(self, results: DataFrame, definitions: Definitions) -> Table:
        asked = self.asked
        rows, left_out = self.rows(results, definitions, asked.of)
        rows = with_base(rows, self.picked["baseline"])
        name = "item" if "item" in rows else "group" if "group" in rows else "source"
        zero = rows.loc[rows["base"] == 0, name].unique()
        left_out |= {str(item): ZERO_BASELINE for item in zero}
        value = improvement(rows["value"], rows["base"], definitions.metrics[asked.metric])
        rows = rows.assign(value=value, reference=0.0).drop(columns=["base", "n", "stderr"])
        return Table(tidy(at_steps(rows, self.steps)), left_out)

    def title(self, definitions: Definitions) -> str:
        against = step_names(self.picked["baseline"], definitions)
        return f"{self.asked.about(definitions, self.asked.of)}: improvement against {against}"

    def axes(self, definitions: Definitions) -> dict[str, Axis]:
        label = definitions.metric_label(self.asked.metric)
        metric = definitions.metrics[self.asked.metric]
        return {"value": gain_axis(mid(label), metric)}
