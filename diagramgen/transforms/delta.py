"""`delta`: the difference between two checkpoints, in the metric's own unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta, field

from diagramgen.transforms.baseline import at_steps, improved, step_names, with_base
from diagramgen.transforms.items import ResolvedItems, Selection
from diagramgen.transforms.parameters import Choice, Of
from diagramgen.transforms.selection import tidy
from diagramgen.transforms.transform import Axis, Table

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.model.checkpoints import Checkpoints
    from diagramgen.model.definitions import Definitions


class Delta(Selection, frozen=True, kw_only=True, tag="delta", tag_field="transform"):
    """The later value minus the earlier, raw sign; `better` says whether it is an improvement.

    Table: source, (item or group), from_step, to_step, value, better; with `each: step` a row for
    every step, in column step instead of to_step, and reference (0). No standard error:
    checkpoints answer the same examples, so their errors are not independent.
    """

    template = "delta-bar"
    example = """\
- transform: delta
  metric: tier2
  from: first
  to: last
  output: "change_${from}_to_${to}.png"
"""

    from_: Annotated[
        Choice,
        Meta(
            description="Checkpoint to subtract: a step, first, last, bridge, or a list of which "
            "the first that is there is used.",
            examples=["first", ["bridge", 2000]],
        ),
    ] = field(name="from", default="first")
    to: Annotated[
        Choice | None,
        Meta(description="Checkpoint to subtract `from` from, without `each`; default: last."),
    ] = None
    each: Annotated[
        Literal["step"] | None, Meta(description="step: every step's delta against `from`.")
    ] = None
    of: Annotated[Of, Meta(description="Each of the items, or their macro average.")] = "items"

    def __post_init__(self) -> None:
        if self.each is not None and self.to is not None:
            raise ValueError("`to` and `each` exclude each other")
        if self.each is None and self.steps is not None:
            raise ValueError("`steps` goes with `each: step`; otherwise use `from` and `to`")

    def averages(self) -> bool:
        return super().averages() or self.of == "macro"

    def columns(self) -> frozenset[str]:
        names = super().columns() - {"n", "stderr"} | {"from_step", "better"}
        return names | {"reference"} if self.each else names - {"step"} | {"to_step"}

    def default_template(self) -> str:
        """`delta-bar`; with `each: step`, `step-bar` for a macro and `line` otherwise."""
        if self.each is None:
            return "delta-bar"
        return "step-bar" if self.of == "macro" and self.by is None else "line"

    def resolve(self, at: Checkpoints) -> ResolvedDelta:
        if self.each is not None:
            steps = self.keep_trends(self.steps, at)
            from_ = self.pick(self.from_, at, "first", of=steps)
            return ResolvedDelta(self, steps, {"from": from_})
        sources = at.trends(self.sources(), self.metric)
        from_ = self.pick(self.from_, at, "first", of=sources)
        to = self.pick(self.to, at, "last", of=sources)
        return ResolvedDelta(self, picked={"from": from_, "to": to})


class ResolvedDelta(ResolvedItems[Delta]):
    """The difference between two steps that are there, or between each step and one."""

    def __call__(self, results: DataFrame, definitions: Definitions) -> Table:
        asked = self.asked
        rows, left_out = self.rows(results, definitions, asked.of)
        rows = with_base(rows, self.picked["from"])
        value = rows["value"] - rows["base"]
        rows = rows.assign(value=value, better=improved(value, definitions.metrics[asked.metric]))
        rows = rows.drop(columns=["base", "n", "stderr"])
        if asked.each is not None:
            return Table(tidy(at_steps(rows.assign(reference=0.0), self.steps)), left_out)
        rows = at_steps(rows, {source: [step] for source, step in self.picked["to"].items()})
        return Table(tidy(rows.rename(columns={"step": "to_step"})), left_out)

    def title(self, definitions: Definitions) -> str:
        about = self.asked.about(definitions, self.asked.of)
        from_ = step_names(self.picked["from"], definitions)
        if self.asked.each is not None:
            return f"{about}: change since {from_}"
        return f"{about}: change from {from_} to {step_names(self.picked['to'], definitions)}"

    def axes(self, definitions: Definitions) -> dict[str, Axis]:
        return {"value": self.asked.axis(definitions, signed=True)}
