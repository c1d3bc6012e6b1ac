"""`delta`: the difference between two checkpoints, in the metric's own unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, Self

from msgspec import Meta, field

from diagramgen.transforms.average import collapse
from diagramgen.transforms.baseline import (
    at_steps,
    both,
    improved,
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


class Delta(Selection, frozen=True, kw_only=True, tag="delta", tag_field="transform"):
    """The later value minus the earlier, raw sign; `better` says whether it is an improvement.

    Table: source, (item or group), from_step, to_step, value, better; with `each: step` a row for
    every step, in column step instead of to_step, and reference (0). No standard error:
    checkpoints answer the same examples, so their errors are not independent.
    """

    template = "delta-bar"

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

    def default_template(self) -> str:
        """`delta-bar`; with `each: step`, `step-bar` for a macro and `line` otherwise."""
        if self.each is None:
            return "delta-bar"
        return "step-bar" if self.of == "macro" and self.by is None else "line"

    def resolve(self, at: Checkpoints) -> Self:
        from_ = pick_each(self.from_, self.sources(), self.metrics(), at, "first")
        if self.each is not None:
            return super().resolve(at).with_(from_=from_)
        to = pick_each(self.to, self.sources(), self.metrics(), at, "last")
        return self.with_(from_=from_, to=to)

    def steps_of(self) -> dict[str, tuple[int, ...]]:
        if self.each is not None:
            return super().steps_of()
        return {source: (step,) for source, step in per_source(self.to).items()}

    def read_steps(self) -> dict[str, set[int]]:
        return both(self.steps_of(), per_source(self.from_))

    def __call__(self, results: DataFrame, definitions: Definitions) -> Table:
        rows = select(results, definitions, self.metric, self.read_steps(), self.items)
        rows, left_out = collapse(
            rows, definitions, self.metric, of=self.of, by=self.by, average=self.average
        )
        rows = at_steps(with_base(rows, per_source(self.from_)), self.steps_of())
        value = rows["value"] - rows["base"]
        rows = rows.assign(value=value, better=improved(value, definitions.metrics[self.metric]))
        rows = rows.drop(columns=["base", "n", "stderr"])
        if self.each is None:
            return Table(tidy(rows.rename(columns={"step": "to_step"})), left_out)
        return Table(tidy(rows.assign(reference=0.0)), left_out)

    def columns(self) -> frozenset[str]:
        names = super().columns() - {"n", "stderr"} | {"from_step", "better"}
        return names | {"reference"} if self.each else names - {"step"} | {"to_step"}

    def title(self, definitions: Definitions) -> str:
        about, from_ = (
            self.about(definitions, self.of),
            step_names(per_source(self.from_), definitions),
        )
        if self.each is not None:
            return f"{about}: change since {from_}"
        return f"{about}: change from {from_} to {step_names(per_source(self.to), definitions)}"

    def axes(self, definitions: Definitions) -> dict[str, Axis]:
        return {"value": self.axis(definitions, signed=True)}
