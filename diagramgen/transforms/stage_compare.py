"""`stage-compare`: two or more sources side by side, on their shared items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from msgspec import Meta

from diagramgen.errors import Unavailable
from diagramgen.model.checkpoints import NO_STEP
from diagramgen.transforms.average import aggregate
from diagramgen.transforms.baseline import at_every_step, improved, when
from diagramgen.transforms.items import ResolvedItems, Selection
from diagramgen.transforms.parameters import Choice, Of, SourceNames, Step, check_against, said_of
from diagramgen.transforms.selection import select, tidy
from diagramgen.transforms.transform import Axis, Table
from diagramgen.transforms.words import named

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.model.checkpoints import Checkpoints
    from diagramgen.model.definitions import Definitions

NOT_IN_EVERY_SOURCE = "not in every source"
ENDS: tuple[Step, ...] = ("first", "last")


class StageCompare(
    Selection, frozen=True, kw_only=True, tag="stage-compare", tag_field="transform"
):
    """A source (`source`) and earlier ones (`against`) side by side, on their shared items.

    Table: source, step, (item or group), value, n, stderr; in view `delta` value is the source's
    minus the other's, and against and better stand in for n and stderr; view `history` adds label.
    Sources come oldest first: those of `against`, then `source`.
    """

    template = "line"
    example = """\
- transform: stage-compare
  view: trend
  of: macro
  metric: tier2
  source: stage2
  against: stage1
  output: stages.png
"""
    color_by = "source"

    against: Annotated[SourceNames, Meta(description="The source or sources to compare with.")]
    view: Annotated[
        Literal["trend", "at", "delta", "history"],
        Meta(
            description="trend: a line for each source; at: the values of each source at overlap "
            "steps; delta: the source minus each of `against` at overlap steps; history: chosen "
            "steps of the sources end to end."
        ),
    ]
    of: Annotated[Of, Meta(description="Each of the items, or their macro average.")] = "items"
    step: Annotated[
        Choice | None,
        Meta(
            description="View `at`: the overlap step (`steps` shows several), of a list the last "
            "that all sources have, else the largest; default: last."
        ),
    ] = None

    def __post_init__(self) -> None:
        check_against(self.source, self.against)
        if self.step is not None and self.view != "at":
            raise ValueError("`step` goes with `view: at`; here use `steps`")
        if self.step is not None and self.steps is not None:
            raise ValueError("`step` is for one step, `steps` for several: use one of them")

    def sources(self) -> tuple[str, ...]:
        return (*named(self.against), *named(self.source))

    def averages(self) -> bool:
        return super().averages() or self.of == "macro"

    def columns(self) -> frozenset[str]:
        if self.view == "delta":
            return super().columns() - {"n", "stderr"} | {"against", "better"}
        return super().columns() | ({"label"} if self.view == "history" else set())

    def default_template(self) -> str:
        """`line`, `grouped-bar`, `delta-bar` (for a macro `step-bar`) or `history`, by view."""
        bars = {"trend": "line", "at": "grouped-bar", "history": "history"}
        if self.view != "delta":
            return bars[self.view]
        return "step-bar" if self.of == "macro" and self.by is None else "delta-bar"

    def resolve(self, at: Checkpoints) -> ResolvedStageCompare:
        against, metric = at.present(named(self.against)), self.metric
        (source,) = at.present(named(self.source))
        sources = (*against, source)
        if self.view == "at" and self.steps is None:
            said = said_of(source, self.step)
            step = at.pick_overlap("last" if said is None else said, sources, metric)
            each = at.each_at(sources, [step], metric)
            return ResolvedStageCompare(self, picked={"step": {s: of for s, (of,) in each.items()}})
        if self.view == "at":
            shared = at.pick_shared(said_of(source, self.steps), sources, metric)
            return ResolvedStageCompare(self, at.each_at(sources, shared, metric))
        if self.view == "delta":
            steps = {
                other: at.pick_shared(said_of(other, self.steps), (source, other), metric)
                for other in against
            }
            return ResolvedStageCompare(self, at.side_by_side(source, steps, metric))
        every = ENDS if self.view == "history" else None
        if self.view == "trend":
            sources = at.trends(sources, metric)
        kept = {s: at.pick_all(said_of(s, self.steps) or every, s, metric) for s in sources}
        return ResolvedStageCompare(self, kept)


class ResolvedStageCompare(ResolvedItems[StageCompare]):
    """The sources that are there, at the steps that are there."""

    def default_template(self) -> str:
        """As the transform's; `bar` for macros of finished models, or of more than three sources.

        That is a bar for each source, with its name, where each has one step.
        """
        asked, steps = self.asked, list(self.read_steps().values())
        lone = asked.view == "at" and asked.of == "macro" and asked.by is None
        if lone and all(len(of) == 1 for of in steps) and (len(steps) > 3 or {NO_STEP} in steps):
            return "bar"
        return super().default_template()

    def against(self) -> tuple[str, ...]:
        """The names of the sources that are compared with."""
        return self.sources()[:-1]

    def parameters(self) -> dict[str, Any]:
        return super().parameters() | {"against": self.against()}

    def __call__(self, results: DataFrame, definitions: Definitions) -> Table:
        asked = self.asked
        rows = select(results, definitions, asked.metric, self.read_steps(), asked.items)
        rows, left_out = shared_by_sources(rows)
        if rows.empty:
            names = " and ".join(f"'{name}'" for name in self.sources())
            skip = any(definitions.sources[name].optional for name in self.sources())
            item = definitions.metrics[asked.metric].item
            raise Unavailable(f"{names} have no {item} in common", skip=skip)
        rows, more = aggregate(
            rows, definitions, asked.metric, of=asked.of, by=asked.by, average=asked.average
        )
        left_out |= more
        if asked.view == "delta":
            rows = self._delta(rows, definitions)
        elif asked.view == "history":
            label = [
                definitions.source_label(source) + (f", {step:,}" if step != NO_STEP else "")
                for source, step in zip(rows["source"], rows["step"], strict=True)
            ]
            rows = rows.assign(label=label)
        return Table(tidy(rows), left_out)

    def _delta(self, rows: DataFrame, definitions: Definitions) -> DataFrame:
        """The source's rows with each other source's value at the same step subtracted."""
        rows = rows.drop(columns=["n", "stderr"])
        is_other = rows["source"].isin(self.against())
        own = at_every_step(rows[~is_other], rows[is_other])
        others = at_every_step(rows[is_other], own)
        others = others.rename(columns={"source": "against", "value": "base"})
        others = others.assign(against=others["against"].cat.set_categories(self.against()))
        keys = ["step", *(column for column in ("item", "group") if column in rows)]
        deltas = own.merge(others, on=keys).sort_values(["against", *keys])
        value = deltas["value"] - deltas["base"]
        better = improved(value, definitions.metrics[self.asked.metric])
        return deltas.drop(columns="base").assign(value=value, better=better)

    def subtitle(self, definitions: Definitions) -> str:
        words = self.asked.averaging(definitions)
        return f"{words[:1].upper()}{words[1:]}"

    def title(self, definitions: Definitions) -> str:
        about = self.asked.about(definitions, self.asked.of)
        if self.asked.view == "delta":
            others = definitions.source_labels(self.against(), " and ")
            each = "each of " if len(self.against()) > 1 else ""
            return f"{about}: {definitions.source_label(self.sources()[-1])} minus {each}{others}"
        versus = definitions.source_labels(self.sources(), " vs ")
        if self.asked.view != "at":
            return f"{about}: {versus}"
        steps = {(step, source) for source, of in self.read_steps().items() for step in of}
        return f"{about}{when(steps, definitions)}: {versus}"

    def axes(self, definitions: Definitions) -> dict[str, Axis]:
        return {"value": self.asked.axis(definitions, signed=self.asked.view == "delta")}


def shared_by_sources(rows: DataFrame) -> tuple[DataFrame, dict[str, str]]:
    """The rows of items for which every source has some value, and the items left out."""
    import numpy as np

    source, item = rows["source"].cat, rows["item"].cat
    known = rows["value"].notna().to_numpy()
    there = np.zeros((len(source.categories), len(item.categories)), dtype=bool)
    there[source.codes[known], item.codes[known]] = True
    shared = set(item.categories[np.flatnonzero(there.all(axis=0))])
    left_out = {
        str(item): NOT_IN_EVERY_SOURCE for item in rows["item"].unique() if item not in shared
    }
    return rows[rows["item"].isin(shared)], left_out
