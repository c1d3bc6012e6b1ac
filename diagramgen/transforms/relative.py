"""`relative`: improvement against a baseline checkpoint, as a fraction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Self

from msgspec import Meta

from diagramgen.transforms.average import collapse
from diagramgen.transforms.baseline import (
    at_steps,
    both,
    improvement,
    pick_each,
    step_names,
    with_base,
)
from diagramgen.transforms.parameters import Axis, Choice, Of, Selection, Table, per_source
from diagramgen.transforms.selection import select, tidy

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.model.checkpoints import Checkpoints
    from diagramgen.model.definitions import Definitions

ZERO_BASELINE = "its baseline is 0"


class Relative(Selection, frozen=True, kw_only=True, tag="relative", tag_field="transform"):
    """Improvement against a baseline checkpoint as a fraction; positive is better.

    Lower is better: (b - v) / |b|, higher is better: (v - b) / |b|. Table: source, step, (item or
    group), value, from_step (the baseline), reference (0). Missing where the baseline is 0.
    """

    template = "line"

    baseline: Annotated[
        Choice,
        Meta(
            description="Checkpoint to compare with: a step, first, last, bridge, or a list of "
            "which the first that is there is used.",
            examples=["first", ["bridge", 2000]],
        ),
    ]
    of: Annotated[Of, Meta(description="Each of the items, or their macro average.")] = "items"

    def resolve(self, at: Checkpoints) -> Self:
        baseline = pick_each(self.baseline, self.sources(), self.metrics(), at)
        return super().resolve(at).with_(baseline=baseline)

    def read_steps(self) -> dict[str, set[int]]:
        return both(self.steps_of(), per_source(self.baseline))

    def __call__(self, results: DataFrame, definitions: Definitions) -> Table:
        rows = select(results, definitions, self.metric, self.read_steps(), self.items)
        rows, left_out = collapse(
            rows, definitions, self.metric, of=self.of, by=self.by, average=self.average
        )
        rows = with_base(rows, per_source(self.baseline))
        name = "item" if "item" in rows else "group" if "group" in rows else "source"
        zero = rows.loc[rows["base"] == 0, name].unique()
        left_out |= {str(item): ZERO_BASELINE for item in zero}
        value = improvement(rows["value"], rows["base"], definitions.metrics[self.metric])
        rows = rows.assign(value=value, reference=0.0).drop(columns=["base", "n", "stderr"])
        return Table(tidy(at_steps(rows, self.steps_of())), left_out)

    def columns(self) -> frozenset[str]:
        return super().columns() - {"n", "stderr"} | {"from_step", "reference"}

    def title(self, definitions: Definitions) -> str:
        against = step_names(per_source(self.baseline), definitions)
        return f"{self.about(definitions, self.of)}: improvement against {against}"

    def axes(self, definitions: Definitions) -> dict[str, Axis]:
        label = definitions.metric_label(self.metric)
        title = f"Improvement in {label} (positive is better)"
        return {"value": Axis(title, "+.1%", better="higher")}
