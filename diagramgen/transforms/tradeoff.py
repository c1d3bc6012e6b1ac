"""`tradeoff`: one measure against another, a path through the steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagramgen.transforms.measures import Measures, ResolvedMeasures, step_labels
from diagramgen.transforms.selection import tidy
from diagramgen.transforms.transform import Axis, Table

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.model.checkpoints import Checkpoints
    from diagramgen.model.definitions import Definitions


class Tradeoff(Measures, frozen=True, kw_only=True, tag="tradeoff", tag_field="transform"):
    """One measure against another, a path through the steps that have both.

    Table: source, step, x, y, (color), label (the step).
    """

    template = "path"
    example = """\
- {transform: tradeoff, x: tier2, y: tier3, output: tradeoff.png}
"""
    color_by = "source"

    def columns(self) -> frozenset[str]:
        return frozenset({"source", "step", "label", *self.measures()})

    def resolve(self, at: Checkpoints) -> ResolvedTradeoff:
        return ResolvedTradeoff(self, self.keep(self.steps, at))


class ResolvedTradeoff(ResolvedMeasures[Tradeoff]):
    """The measures at the steps that are there."""

    def __call__(self, results: DataFrame, definitions: Definitions) -> Table:
        rows, left_out = self.values(results, definitions)
        return Table(tidy(rows.assign(label=step_labels(rows["step"]))), left_out)

    def title(self, definitions: Definitions) -> str:
        measures = self.asked.measures()
        x, y = (measures[column].name(definitions) for column in ("x", "y"))
        return f"{x[:1].upper()}{x[1:]} against {y}"

    def axes(self, definitions: Definitions) -> dict[str, Axis]:
        return {column: self.asked.axis_of(column, definitions) for column in self.asked.measures()}
