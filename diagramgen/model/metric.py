"""A metric: what is measured, in which items, and which direction is better."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated, Any, Literal

from msgspec import Meta

from diagramgen.model.colors import Color
from diagramgen.model.record import Record
from diagramgen.readers import Reader

if TYPE_CHECKING:
    AnyReader = Reader
else:
    AnyReader = Any  # which one it is, its own `reader` tells: `suite.load` makes it


Average = Literal["mean", "weighted", "geometric"]


class Collapse(Record, frozen=True, omit_defaults=True):
    """Items that count as one, such as the subjects of MMLU."""

    items: Annotated[
        tuple[str, ...], Meta(description="Names or globs of the items.", min_length=1)
    ]
    average: Annotated[Average, Meta(description="How they are averaged.")] = "mean"


class Metric(Record, frozen=True, omit_defaults=True):
    """What is measured: which file, which records in it, which direction is better."""

    read: Annotated[AnyReader, Meta(description="How to read the result files.")]
    better: Annotated[
        Literal["lower", "higher", "lower?", "higher?"],
        Meta(
            description="The direction that is an improvement; with a question mark nobody has "
            "said so yet: charts ask, and `validate` and `render` warn."
        ),
    ]
    label: Annotated[str | None, Meta(description="Name in titles and axes.")] = None
    item: Annotated[str, Meta(description="What one item is called: slice, task.")] = "item"
    items: Annotated[
        str | None, Meta(description="What several items are called; default: item + s.")
    ] = None
    format: Annotated[
        str,
        Meta(
            description="Number format of the values (d3-format).",
            pattern=r"^([^'\"\\]?[<>=^])?[-+( ]?[$#]?0?[0-9]{0,2},?(\.[0-9]{1,2})?~?"
            r"[bcdefgnoprsxX%]?$",
            examples=[".2f", ".1%"],
        ),
    ] = ".3g"
    average: Annotated[
        Average, Meta(description="How macros average the items where a chart does not say.")
    ] = "mean"
    order: Annotated[
        tuple[str, ...],
        Meta(description="Items in the order of legends and axes; others follow by name."),
    ] = ()
    without: Annotated[
        tuple[str, ...],
        Meta(
            description="Names or globs of what the files have beside the items: averages, totals.",
            examples=[["average", "CORE"]],
        ),
    ] = ()
    labels: Annotated[dict[str, str], Meta(description="Display names of items.")] = {}
    colors: Annotated[
        dict[str, Color],
        Meta(
            description="Colours (CSS names or #rrggbb) of items and groups, by name or glob; the "
            "others have one for their place.",
            examples=[{"code*": "steelblue"}],
        ),
    ] = {}
    collapse: Annotated[
        dict[str, Collapse],
        Meta(
            description="Items that count as one: name of the one -> which items, and how they "
            "are averaged. The items themselves are then none of the metric's.",
            examples=[{"mmlu": {"items": ["mmlu_*"], "average": "weighted"}}],
        ),
    ] = {}
    groupings: Annotated[
        dict[str, dict[str, tuple[str, ...]]],
        Meta(
            description="Named partitions of the items: grouping -> group -> item names or globs."
        ),
    ] = {}

    @property
    def lower_is_better(self) -> bool:
        """Whether less is better, as far as is known."""
        return self.better.startswith("lower")

    @property
    def settled(self) -> Literal["lower", "higher"] | None:
        """The direction that is better, if that is settled."""
        return None if self.better.endswith("?") else self.better  # type: ignore[return-value]

    @property
    def direction(self) -> str:
        """The direction in words, such as `lower is better`; a question where it is not settled."""
        if self.settled is not None:
            return f"{self.settled} is better"
        return f"is {self.better.removesuffix('?')} better?"


def unsettled(metric: Metric) -> str:
    """What is said of a metric whose direction is not settled."""
    return f"{metric.direction} Write `better: higher` or `better: lower`"


def in_order(items: Iterable[str], metric: Metric) -> list[str]:
    """Items as the metric orders them; those that it does not name follow by name."""
    place = {item: i for i, item in enumerate(metric.order)}
    return sorted(items, key=lambda item: (place.get(item, len(place)), item))


def is_one_of(item: str, globs: Iterable[str]) -> bool:
    """Whether an item is meant: by its name, which may have a glob's signs in it, or by a glob."""
    return any(item == glob or fnmatchcase(item, glob) for glob in globs)
