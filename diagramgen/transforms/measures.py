"""Measures: macros as one number for each step, the axes of `tradeoff` and `quadrant`."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Annotated, TypeVar

from msgspec import Meta

from diagramgen.model.checkpoints import NO_STEP
from diagramgen.transforms.average import aggregate
from diagramgen.transforms.parameters import Measure, MetricName, Steps
from diagramgen.transforms.selection import select
from diagramgen.transforms.transform import Axis, Resolved, Transform

if TYPE_CHECKING:
    from pandas import DataFrame, Series

    from diagramgen.model.definitions import Definitions

MOST_LABELS = 12
MeasureRef = MetricName | Measure


class Measures(Transform, frozen=True, kw_only=True):
    """The parameters of the transforms that set one measure against another."""

    x: Annotated[
        MeasureRef,
        Meta(
            description="Measure of the x axis: a metric, or a macro of some of its items.",
            examples=["tier2", {"metric": "tier2", "items": "group:origin/Anchors"}],
        ),
    ]
    y: Annotated[MeasureRef, Meta(description="Measure of the y axis.")]
    color: Annotated[MeasureRef | None, Meta(description="Measure shown as colour.")] = None
    steps: Annotated[
        Steps | None, Meta(description="Steps to keep (numbers, first, last); default: all.")
    ] = None

    def measures(self) -> dict[str, Measure]:
        """The measures by the column that they fill: x, y and, where given, color."""
        given = {"x": self.x, "y": self.y, "color": self.color}
        return {
            column: Measure(metric=value) if isinstance(value, str) else value
            for column, value in given.items()
            if value is not None
        }

    def metrics(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(measure.metric for measure in self.measures().values()))

    def axis_of(self, column: str, definitions: Definitions) -> Axis:
        """A measure's own axis, in words that say which direction is better."""
        measure = self.measures()[column]
        metric = definitions.metrics[measure.metric]
        name = measure.name(definitions)
        title = f"{name[:1].upper()}{name[1:]} ({metric.direction})"
        return Axis(title, metric.format, better=metric.settled)


OfMeasures_co = TypeVar("OfMeasures_co", bound=Measures, covariant=True)


class ResolvedMeasures(Resolved[OfMeasures_co]):
    """A transform of measures whose steps are known."""

    def values(
        self, results: DataFrame, definitions: Definitions
    ) -> tuple[DataFrame, dict[str, str]]:
        """The measures at the steps that it reads: columns source, step and one for each measure.

        Each measure averages the items that all of the sources and steps have.
        """
        tables = []
        left_out: dict[str, str] = {}
        for column, measure in self.asked.measures().items():
            rows = select(results, definitions, measure.metric, self.read_steps(), measure.items)
            rows, missing = aggregate(
                rows, definitions, measure.metric, of="macro", by=None, average=measure.average
            )
            left_out |= missing
            tables.append(rows[["source", "step", "value"]].rename(columns={"value": column}))
        points = ["source", "step"]
        return reduce(lambda left, right: left.merge(right, on=points), tables), left_out


def step_labels(steps: Series) -> Series:
    """The steps as labels of points; of more than twelve points only some have one.

    Finished models have none.
    """
    shown = sorted(set(steps.unique()) - {NO_STEP}, reverse=True)
    shown = shown[:: max(1, -(-len(shown) // MOST_LABELS))]
    return steps.map(lambda step: f"{step:,}" if step in shown else None)
