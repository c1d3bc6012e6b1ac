"""What the transforms of one metric's items share."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, TypeVar

from msgspec import Meta

from diagramgen.model.metric import Average
from diagramgen.transforms.average import aggregate
from diagramgen.transforms.parameters import (
    GroupingName,
    ItemNames,
    MetricName,
    Of,
    Steps,
)
from diagramgen.transforms.selection import select
from diagramgen.transforms.transform import Axis, Resolved, Transform
from diagramgen.transforms.words import is_one, mid, of_some

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.model.definitions import Definitions

BEFORE_DIGITS = re.compile(r"^(.?[<>=^])?[-+( ]?")
"""Of a d3-format: what fills a number up, where, and its sign."""
AVERAGES = {
    "mean": "plain mean over {items}",
    "weighted": "mean over {items}, weighted by n",
    "geometric": "geometric mean over {items}",
}


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

    def columns(self) -> frozenset[str]:
        names = {"source", "step", "value", "n", "stderr"}
        if self.by is not None:
            names.add("group")
        elif not self.averages():
            names.add("item")
        return frozenset(names)

    def groupings(self) -> tuple[str, ...]:
        return (self.by,) if self.by is not None else ()

    def averages(self) -> bool:
        """Whether the chart shows averages of items."""
        return self.by is not None

    def averaging(self, definitions: Definitions) -> str:
        """How the items are averaged, in words; empty where the chart shows no averages."""
        metric = definitions.metrics[self.metric]
        words = AVERAGES[self.average or metric.average]
        return words.format(items=metric.items or f"{metric.item}s") if self.averages() else ""

    def about(self, definitions: Definitions, of: Of = "items") -> str:
        """What the chart's values are of: the metric's items, its groups, or its macro."""
        metric, label = definitions.metrics[self.metric], definitions.metric_label(self.metric)
        some = of_some(self.items, metric)
        if of == "macro" and self.by is None:
            return f"Macro {mid(label)}{some}"
        by = "" if self.by is None and is_one(self.items) else f" by {self.by or metric.item}"
        return f"{label[:1].upper()}{label[1:]}{some}{by}"

    def axis(self, definitions: Definitions, *, signed: bool = False) -> Axis:
        """The metric's own axis, in words that say which direction is better."""
        metric = definitions.metrics[self.metric]
        label = definitions.metric_label(self.metric)
        if signed:
            points = metric.format.endswith("%")
            unit = " (percentage points)" if points else ""
            form = f"+{BEFORE_DIGITS.sub('', metric.format)}"
            asks = "" if metric.settled else f" ({metric.direction})"
            return Axis(f"Change in {mid(label)}{unit}{asks}", form, points, metric.settled)
        title = f"{label} ({metric.direction})"
        return Axis(title, metric.format, better=metric.settled)


class Selection(Items, frozen=True, kw_only=True):
    """The same for the transforms that look at several steps."""

    steps: Annotated[
        Steps | None,
        Meta(
            description="Steps to keep (numbers, first, last); default: all.",
            examples=[[2000, 10000, "last"]],
        ),
    ] = None


OfItems_co = TypeVar("OfItems_co", bound=Items, covariant=True)


class ResolvedItems(Resolved[OfItems_co]):
    """A transform of one metric's items whose steps are known."""

    def rows(
        self, results: DataFrame, definitions: Definitions, of: Of = "items"
    ) -> tuple[DataFrame, dict[str, str]]:
        """The rows of the steps that it reads, averaged as asked, and what was left out."""
        asked = self.asked
        rows = select(results, definitions, asked.metric, self.read_steps(), asked.items)
        return aggregate(rows, definitions, asked.metric, of=of, by=asked.by, average=asked.average)

    def subtitle(self, definitions: Definitions) -> str:
        parts = [super().subtitle(definitions), self.asked.averaging(definitions)]
        return " \N{MIDDLE DOT} ".join(filter(None, parts))

    def axes(self, definitions: Definitions) -> dict[str, Axis]:
        return {"value": self.asked.axis(definitions)}
