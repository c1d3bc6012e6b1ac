"""`quadrant`: improvement in one measure and in another against a baseline."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Annotated, Any

from msgspec import Meta

from diagramgen.transforms.baseline import (
    ZERO_BASELINE,
    at_every_step,
    at_steps,
    gain_axis,
    improvement,
    step_names,
)
from diagramgen.transforms.measures import Measures, ResolvedMeasures, step_labels
from diagramgen.transforms.parameters import Choice, SourceNames, check_against, said_of
from diagramgen.transforms.selection import tidy
from diagramgen.transforms.transform import Axis, Table
from diagramgen.transforms.words import named

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.model.checkpoints import Checkpoints
    from diagramgen.model.definitions import Definitions


class Quadrant(Measures, frozen=True, kw_only=True, tag="quadrant", tag_field="transform"):
    """Improvement in one measure (x) and in another (y) as fractions; positive is better.

    Compared with a checkpoint of the same source (`baseline`), or with the same step of other
    sources (`against`). Table: source, step, x, y, (color), (against), (from_step), better, label;
    `better` where neither is worse.
    """

    template = "quadrant"
    example = """\
- transform: quadrant
  x: {metric: tier2, items: "group:origin/Anchors"}
  y: tier3
  baseline: [bridge, first]
  output: quadrant.png
"""
    color_by = "against"

    baseline: Annotated[
        Choice | None,
        Meta(
            description="Checkpoint to compare with: a step, first, last, bridge, or a list of "
            "which the first that is there is used.",
            examples=[["bridge", 2000]],
        ),
    ] = None
    against: Annotated[
        SourceNames | None, Meta(description="Sources to compare with at the same step.")
    ] = None

    def __post_init__(self) -> None:
        if (self.baseline is None) == (self.against is None):
            raise ValueError("needs either `baseline` or `against`")
        if self.against is not None:
            check_against(self.source, self.against)

    def sources(self) -> tuple[str, ...]:
        return (*named(self.source), *named(self.against))

    def columns(self) -> frozenset[str]:
        of = "against" if self.against else "from_step"
        return frozenset({"source", "step", "better", "label", of, *self.measures()})

    def resolve(self, at: Checkpoints) -> AgainstBaseline | AgainstSources:
        if self.against is None:
            baseline = self.pick(self.baseline, at)
            return AgainstBaseline(self, self.keep(self.steps, at), {"baseline": baseline})
        (source,) = named(self.source)
        steps = {
            other: at.pick_shared(said_of(other, self.steps), (source, other), *self.metrics())
            for other in at.present(named(self.against))
        }
        return AgainstSources(self, at.side_by_side(source, steps, *self.metrics()))


class ResolvedQuadrant(ResolvedMeasures[Quadrant]):
    """The improvement in both measures at steps that are there."""

    def gains(self, rows: DataFrame, definitions: Definitions) -> DataFrame:
        """The rows with x and y as improvements against x_base and y_base."""
        measures = self.asked.measures()
        gains = {
            column: improvement(
                rows[column],
                rows[f"{column}_base"],
                definitions.metrics[measures[column].metric],
            )
            for column in ("x", "y")
        }
        rows = rows.drop(columns=["x_base", "y_base"]).assign(
            **gains, label=step_labels(rows["step"])
        )
        known = rows["x"].notna() & rows["y"].notna()
        better = ((rows["x"] >= 0) & (rows["y"] >= 0)).astype(object).where(known, None)
        return tidy(rows.assign(better=better))

    def without_size(self, rows: DataFrame, definitions: Definitions) -> dict[str, str]:
        """The measures without an improvement: they are 0 in all of x_base or y_base."""
        measures = self.asked.measures()
        zero = [column for column in ("x", "y") if (rows[f"{column}_base"] == 0).all()]
        names = [measures[column].name(definitions) for column in zero] if len(rows) else []
        return dict.fromkeys(names, ZERO_BASELINE)

    @abstractmethod
    def against(self, definitions: Definitions) -> str:
        """What it is compared with, in words."""

    def title(self, definitions: Definitions) -> str:
        measures = self.asked.measures()
        x, y = (measures[column].name(definitions) for column in ("x", "y"))
        return f"Improvement in {x} and {y} against {self.against(definitions)}"

    def axes(self, definitions: Definitions) -> dict[str, Axis]:
        measures = self.asked.measures()
        axes = {
            column: gain_axis(
                measures[column].name(definitions), definitions.metrics[measures[column].metric]
            )
            for column in ("x", "y")
        }
        if "color" in measures:
            axes["color"] = self.asked.axis_of("color", definitions)
        return axes


class AgainstBaseline(ResolvedQuadrant):
    """The improvement against a checkpoint of the same source."""

    def __call__(self, results: DataFrame, definitions: Definitions) -> Table:
        values, left_out = self.values(results, definitions)
        values = values.astype({"source": object})
        bases = values.assign(from_step=values["source"].map(self.picked["baseline"]))
        bases = bases[bases["step"] == bases["from_step"]]
        bases = bases.drop(columns=["step", "color"], errors="ignore")
        rows = at_steps(values, self.steps).merge(bases, on="source", suffixes=("", "_base"))
        left_out |= self.without_size(rows, definitions)
        return Table(self.gains(rows, definitions), left_out)

    def against(self, definitions: Definitions) -> str:
        return step_names(self.picked["baseline"], definitions)


class AgainstSources(ResolvedQuadrant):
    """The improvement against the same steps of other sources; the source's own come last."""

    def __call__(self, results: DataFrame, definitions: Definitions) -> Table:
        import pandas as pd

        values, left_out = self.values(results, definitions)
        values = values.astype({"source": object})
        *names, _ = self.steps
        is_other = values["source"].isin(names)
        own = at_every_step(values[~is_other], values[is_other])
        others = at_every_step(values[is_other], own).rename(columns={"source": "against"})
        others = others.drop(columns="color", errors="ignore")
        rows = own.merge(others, on="step", suffixes=("", "_base"))
        rows = rows.assign(against=pd.Categorical(rows["against"], names))
        rows = rows.sort_values(["against", "step"])
        left_out |= self.without_size(rows, definitions)
        return Table(self.gains(rows, definitions), left_out)

    def against(self, definitions: Definitions) -> str:
        *names, _ = self.steps
        return definitions.source_labels(names, " and ")

    def sources(self) -> tuple[str, ...]:
        *names, own = self.steps
        return (own, *names)

    def parameters(self) -> dict[str, Any]:
        *names, _ = self.steps
        return super().parameters() | {"against": tuple(names)}
