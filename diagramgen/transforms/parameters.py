"""The parameters that transforms share, and the record that every transform is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, NamedTuple, Self

import msgspec
from msgspec import Meta

from diagramgen.model.metric import Average

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.model.checkpoints import Checkpoints
    from diagramgen.model.definitions import Definitions

_BEFORE_DIGITS = re.compile(r"^(.?[<>=^])?[-+( ]?")
"""Of a d3-format: what fills a number up, where, and its sign."""
SourceName = Annotated[str, Meta(extra_json_schema={"format": "source"})]
"""A name of something that a suite defines: the format tells of what, and where it is looked up."""
MetricName = Annotated[str, Meta(extra_json_schema={"format": "metric"})]
GroupingName = Annotated[str, Meta(extra_json_schema={"format": "grouping"})]
"""One of the metric's that the same mapping names, as with items."""
ItemName = Annotated[str, Meta(extra_json_schema={"format": "item"})]
StepNumber = Annotated[int, Meta(extra_json_schema={"format": "step"})]
Step = StepNumber | Literal["first", "last"]
AnyStep = StepNumber | Literal["first", "last", "bridge"]
Choice = AnyStep | Annotated[tuple[AnyStep, ...], Meta(min_length=1)] | dict[SourceName, AnyStep]
"""A step, or a list of which the first that is there is meant; resolved: one for each source."""
Steps = Annotated[tuple[Step, ...], Meta(min_length=1)] | dict[SourceName, tuple[StepNumber, ...]]
"""Steps to keep; resolved: those of each source."""
Names = str | tuple[str, ...]
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


AVERAGES = {
    "mean": "plain mean over {items}",
    "weighted": "mean over {items}, weighted by n",
    "geometric": "geometric mean over {items}",
}


class Axis(NamedTuple):
    """What a column's numbers are: the words and the number format (d3-format) to show them.

    `points` marks differences of percentages, which are shown as percentage points; `better` is the
    direction that is an improvement.
    """

    title: str
    format: str
    points: bool = False
    better: Literal["lower", "higher"] | None = None


class Table(NamedTuple):
    """A transform's result: the chart's table, and what had to be left out of it, with reasons."""

    rows: DataFrame
    left_out: Mapping[str, str] = {}


class Transform(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A frozen record: its fields are parameters, its call turns results into a chart's table.

    `resolve` replaces every `first`, `last`, `bridge` and list by the steps that are really used;
    only a resolved transform is called. `metrics` and `sources` tell what it reads.
    """

    template: ClassVar[str]
    color_by: ClassVar[str | None] = None

    source: Annotated[
        SourceNames | None, Meta(description="The source, or a list of sources, to read.")
    ] = None

    def name(self) -> str:
        """The transform's name in suites."""
        return str(self.__struct_config__.tag)

    def sources(self) -> tuple[str, ...]:
        """The names of the sources that the chart asks for."""
        return named(self.source)

    def metrics(self) -> tuple[str, ...]:
        """The names of the metrics that the chart reads."""
        raise NotImplementedError

    def default_template(self) -> str:
        """The template that shows the table when the entry names none."""
        return self.template

    def with_(self, **changes: Any) -> Self:
        """A copy with some parameters changed."""
        return msgspec.structs.replace(self, **changes)

    def resolve(self, at: Checkpoints) -> Self:
        """The same transform with the steps that are there. Raises `Unavailable`."""
        raise NotImplementedError

    def read_steps(self) -> dict[str, set[int]]:
        """Of a resolved transform: the steps that it reads of each source, baselines included."""
        raise NotImplementedError

    def __call__(self, results: DataFrame, definitions: Definitions) -> Table:
        """The chart's table. Raises `ChartError` when the results do not allow it."""
        raise NotImplementedError

    def columns(self) -> frozenset[str]:
        """The columns that the table may have; those without any value are left out of it."""
        raise NotImplementedError

    def title(self, definitions: Definitions) -> str:
        """A title for the chart."""
        raise NotImplementedError

    def subtitle(self, definitions: Definitions) -> str:
        """What the title leaves open: whose values they are, and how they were averaged."""
        return " vs ".join(definitions.source_label(source) for source in self.sources())

    def axes(self, definitions: Definitions) -> dict[str, Axis]:
        """What the numbers of the table's columns are."""
        raise NotImplementedError


class Items(Transform, frozen=True, kw_only=True):
    """The parameters of the transforms that look at the items of one metric."""

    metric: Annotated[MetricName, Meta(description="The metric to look at.")]
    items: Annotated[
        ItemNames | None,
        Meta(
            description="Items to keep: names, globs, or group:GROUPING/GROUP; default: all.",
            examples=["math_*", "group:origin/Anchors"],
        ),
    ] = None
    by: Annotated[
        GroupingName | None,
        Meta(description="A grouping: the items of each of its groups are averaged to one."),
    ] = None
    average: Annotated[
        Average | None,
        Meta(
            description="How items are averaged: mean, weighted by n, or geometric; "
            "default: the metric's."
        ),
    ] = None

    def metrics(self) -> tuple[str, ...]:
        return (self.metric,)

    def steps_of(self) -> dict[str, tuple[int, ...]]:
        """Of a resolved transform: the steps to show of each source."""
        raise NotImplementedError

    def read_steps(self) -> dict[str, set[int]]:
        return {source: set(steps) for source, steps in self.steps_of().items()}

    def axis(self, definitions: Definitions, *, signed: bool = False) -> Axis:
        """The metric's own axis, in words that say which direction is better."""
        metric = definitions.metrics[self.metric]
        label = definitions.metric_label(self.metric)
        if signed:
            points = metric.format.endswith("%")
            unit = " (percentage points)" if points else ""
            form = f"+{_BEFORE_DIGITS.sub('', metric.format)}"
            return Axis(f"Change in {label}{unit}", form, points, metric.better)
        title = f"{label} ({metric.better} is better)"
        return Axis(title, metric.format, better=metric.better)

    def columns(self) -> frozenset[str]:
        names = {"source", "step", "value", "n", "stderr"}
        if self.by is not None:
            names.add("group")
        elif not self.averages():
            names.add("item")
        return frozenset(names | ({"lower", "upper"} if getattr(self, "interval", None) else set()))

    def pick_steps(self, steps: Any, at: Checkpoints) -> dict[str, tuple[int, ...]]:
        """The steps of a filter that each source has. Raises `Unavailable`."""
        return {
            source: at.pick_all(chosen(steps, source), source, self.metric)
            for source in self.sources()
        }

    def averages(self) -> bool:
        """Whether the chart shows averages of items."""
        return self.by is not None or getattr(self, "of", None) == "macro"

    def averaging(self, definitions: Definitions) -> str:
        """How the items are averaged, in words; empty where the chart shows no averages."""
        metric = definitions.metrics[self.metric]
        words = AVERAGES[self.average or metric.average]
        return words.format(items=metric.items or f"{metric.item}s") if self.averages() else ""

    def subtitle(self, definitions: Definitions) -> str:
        parts = [super().subtitle(definitions), self.averaging(definitions)]
        return " \N{MIDDLE DOT} ".join(filter(None, parts))

    def about(self, definitions: Definitions, of: Of = "items") -> str:
        """What the chart's values are of: the metric's items, its groups, or its macro."""
        metric, label = definitions.metrics[self.metric], definitions.metric_label(self.metric)
        some = f" of {_listed(self.items)}" if self.items else ""
        if of == "macro" and self.by is None:
            return f"Macro {label}{some}"
        return f"{label[:1].upper()}{label[1:]} by {self.by or metric.item}{some}"


class Selection(Items, frozen=True, kw_only=True):
    """The same for the transforms that look at several steps."""

    steps: Annotated[
        Steps | None,
        Meta(
            description="Steps to keep (numbers, first, last); default: all.",
            examples=[[2000, 10000, "last"]],
        ),
    ] = None

    def resolve(self, at: Checkpoints) -> Self:
        return self.with_(steps=self.pick_steps(self.steps, at))

    def steps_of(self) -> dict[str, tuple[int, ...]]:
        return per_source(self.steps)


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
        some = f" of {_listed(self.items)}" if self.items else ""
        return self.label or f"macro {definitions.metric_label(self.metric)}{some}"


def named(names: Names | None) -> tuple[str, ...]:
    """One name or several as a tuple, each once."""
    if names is None:
        return ()
    return (names,) if isinstance(names, str) else tuple(dict.fromkeys(names))


def check_against(source: Names | None, against: Names) -> None:
    """Raise `ValueError` unless one source is compared with others."""
    if source is None:
        raise ValueError("needs the key `source` (here or in `defaults`)")
    if len(named(source)) != 1:
        raise ValueError("one `source` is compared with those of `against`")
    if set(named(source)) & set(named(against)):
        raise ValueError("`against` names the `source` itself")


def per_source(value: Any) -> dict[str, Any]:
    """What a resolved parameter says for each source."""
    assert isinstance(value, dict), "not resolved"
    return value


def chosen(value: Any, source: str) -> Any:
    """What a parameter says for a source: it may say something else for each."""
    return value.get(source) if isinstance(value, dict) else value


def _listed(items: Names) -> str:
    return ", ".join(item.rsplit("/", 1)[-1].removeprefix("group:") for item in named(items))
