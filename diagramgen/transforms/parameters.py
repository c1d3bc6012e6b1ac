"""The parameters that transforms share: their types, and what is made of names and steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta

from diagramgen.model.metric import Average
from diagramgen.transforms.words import Names, mid, named, of_some

if TYPE_CHECKING:
    from diagramgen.model.definitions import Definitions

SourceName = Annotated[str, Meta(extra_json_schema={"format": "source"})]
"""A name of something that a suite defines: the format tells of what, and where it is looked up."""
MetricName = Annotated[str, Meta(extra_json_schema={"format": "metric"})]
GroupingName = Annotated[str, Meta(extra_json_schema={"format": "grouping"})]
"""One of the metric's that the same mapping names, as with items."""
ItemName = Annotated[str, Meta(extra_json_schema={"format": "item"})]
StepNumber = Annotated[int, Meta(extra_json_schema={"format": "step"})]
Step = StepNumber | Literal["first", "last"]
AnyStep = StepNumber | Literal["first", "last", "bridge"]
AnySteps = Annotated[tuple[AnyStep, ...], Meta(min_length=1)]
Choice = AnyStep | AnySteps | dict[SourceName, AnyStep]
"""A step, a list of which the first that is there is meant, or a step for each source."""
Steps = Annotated[tuple[Step, ...], Meta(min_length=1)] | dict[SourceName, tuple[StepNumber, ...]]
"""Steps to keep, of all sources or of each."""
SourceNames = SourceName | Annotated[tuple[SourceName, ...], Meta(min_length=1)]
ItemNames = ItemName | Annotated[tuple[ItemName, ...], Meta(min_length=1)]
Interval = Annotated[
    Annotated[float, Meta(gt=0, lt=1)] | None,
    Meta(
        description="Confidence of an interval around each value (0.95), from its standard "
        "error; default: none."
    ),
]
Of = Literal["items", "macro"]
Said = TypeVar("Said")


class Measure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A macro as one number for each step: a metric, some of its items, and how to average."""

    metric: Annotated[MetricName, Meta(description="The metric.")]
    items: Annotated[
        ItemNames | None,
        Meta(description="Items to average: names, globs, or group:GROUPING/GROUP; default: all."),
    ] = None
    average: Annotated[
        Average | None,
        Meta(description="mean, weighted by n, or geometric; default: the metric's."),
    ] = None
    label: Annotated[str | None, Meta(description="Name in titles and axes.")] = None

    def name(self, definitions: Definitions) -> str:
        """The measure's name for people."""
        some = of_some(self.items, definitions.metrics[self.metric])
        return self.label or f"macro {mid(definitions.metric_label(self.metric))}{some}"


def check_against(source: Names | None, against: Names) -> None:
    """Raise `ValueError` unless one source is compared with others."""
    if source is None:
        raise ValueError("needs the key `source` (here or in `defaults`)")
    if len(named(source)) != 1:
        raise ValueError("one `source` is compared with those of `against`")
    if set(named(source)) & set(named(against)):
        raise ValueError("`against` names the `source` itself")


def said_of(source: str, said: Said | Mapping[str, Said]) -> Said | None:
    """What a parameter says of a source: the same of all, or something of each that it names."""
    return said.get(source) if isinstance(said, Mapping) else said
