"""`tradeoff`: one measure against another, a path through the steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from diagramgen.transforms.measures import Measures, step_labels
from diagramgen.transforms.parameters import Axis, Table, chosen, per_source
from diagramgen.transforms.selection import tidy

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.model.checkpoints import Checkpoints
    from diagramgen.model.definitions import Definitions


class Tradeoff(Measures, frozen=True, kw_only=True, tag="tradeoff", tag_field="transform"):
    """One measure against another, a path through the steps that have both.

    Table: source, step, x, y, (color), label (the step).
    """

    template = "path"
    color_by = "source"

    def resolve(self, at: Checkpoints) -> Self:
        steps = {
            source: at.pick_all(chosen(self.steps, source), source, *self.metrics())
            for source in self.sources()
        }
        return self.with_(steps=steps)

    def read_steps(self) -> dict[str, set[int]]:
        return {source: set(steps) for source, steps in per_source(self.steps).items()}

    def __call__(self, results: DataFrame, definitions: Definitions) -> Table:
        rows, left_out = self.values(results, definitions, self.read_steps())
        return Table(tidy(rows.assign(label=step_labels(rows["step"]))), left_out)

    def columns(self) -> frozenset[str]:
        return frozenset({"source", "step", "label", *self.measures()})

    def title(self, definitions: Definitions) -> str:
        x, y = (self.measures()[column].name(definitions) for column in ("x", "y"))
        return f"{x[:1].upper()}{x[1:]} against {y}"

    def axes(self, definitions: Definitions) -> dict[str, Axis]:
        return {column: self.axis_of(column, definitions) for column in self.measures()}
