"""`quadrant`: improvement in one measure and in another against a baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Self

from msgspec import Meta

from diagramgen.transforms.baseline import at_steps, improvement, pick_each, step_names
from diagramgen.transforms.measures import Measures, step_labels
from diagramgen.transforms.parameters import (
    Axis,
    Choice,
    SourceNames,
    Table,
    check_against,
    chosen,
    named,
    per_source,
)
from diagramgen.transforms.selection import tidy

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

    def resolve(self, at: Checkpoints) -> Self:
        metrics = self.metrics()
        if self.against is None:
            sources = self.sources()
            pick = pick_each(self.baseline, sources, metrics, at)
            steps = {s: at.pick_all(chosen(self.steps, s), s, *metrics) for s in sources}
            return self.with_(baseline=pick, steps=steps)
        (source,) = named(self.source)
        against = at.present(named(self.against))
        steps = {
            other: at.pick_shared(chosen(self.steps, other), (source, other), *metrics)
            for other in against
        }
        return self.with_(against=against, steps=steps)

    def read_steps(self) -> dict[str, set[int]]:
        steps = {source: set(of) for source, of in per_source(self.steps).items()}
        if self.against is None:
            return {source: {*of, chosen(self.baseline, source)} for source, of in steps.items()}
        (source,) = named(self.source)
        return {source: set().union(*steps.values()), **steps}

    def __call__(self, results: DataFrame, definitions: Definitions) -> Table:
        import pandas as pd

        values, left_out = self.values(results, definitions, self.read_steps())
        values = values.astype({"source": object})
        if self.against is None:
            bases = values.assign(from_step=values["source"].map(per_source(self.baseline)))
            bases = bases[bases["step"] == bases["from_step"]].drop(
                columns=["step", "color"], errors="ignore"
            )
            rows = at_steps(values, per_source(self.steps))
            rows = rows.merge(bases, on="source", suffixes=("", "_base"))
        else:
            mine = values[values["source"].isin(named(self.source))]
            others = values[~values["source"].isin(named(self.source))]
            others = others.rename(columns={"source": "against"}).drop(
                columns="color", errors="ignore"
            )
            rows = mine.merge(others, on="step", suffixes=("", "_base"))
            rows = rows.assign(against=pd.Categorical(rows["against"], named(self.against)))
            rows = rows.sort_values(["against", "step"])
        metrics = {column: definitions.metrics[m.metric] for column, m in self.measures().items()}
        gains = {
            column: improvement(rows[column], rows[f"{column}_base"], metrics[column])
            for column in ("x", "y")
        }
        rows = rows.drop(columns=["x_base", "y_base"]).assign(
            **gains, label=step_labels(rows["step"])
        )
        known = rows["x"].notna() & rows["y"].notna()
        better = ((rows["x"] >= 0) & (rows["y"] >= 0)).astype(object).where(known, None)
        return Table(tidy(rows.assign(better=better)), left_out)

    def columns(self) -> frozenset[str]:
        of = "against" if self.against else "from_step"
        return frozenset({"source", "step", "better", "label", of, *self.measures()})

    def title(self, definitions: Definitions) -> str:
        if self.against is None:
            against = step_names(per_source(self.baseline), definitions)
        else:
            against = " and ".join(definitions.source_label(name) for name in named(self.against))
        x, y = (self.measures()[column].name(definitions) for column in ("x", "y"))
        return f"Improvement in {x} and {y} against {against}"

    def axes(self, definitions: Definitions) -> dict[str, Axis]:
        axes = {
            column: Axis(
                f"Improvement in {self.measures()[column].name(definitions)} (positive is better)",
                "+.1%",
                better="higher",
            )
            for column in ("x", "y")
        }
        return axes | ({"color": self.axis_of("color", definitions)} if self.color else {})
