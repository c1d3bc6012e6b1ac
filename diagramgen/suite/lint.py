"""What is not wrong in a suite but hardly meant: the warnings of `validate`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from diagramgen.document.document import Document, Where
from diagramgen.document.wording import Finding, Unmatched, nearest
from diagramgen.errors import short
from diagramgen.limits import MAX_MATCHES
from diagramgen.model.metric import Metric, unsettled
from diagramgen.model.source import Source, source_of
from diagramgen.suite.expand import Entry, used_names
from diagramgen.suite.names import may_name_items, names_in
from diagramgen.suite.suite import Panel
from diagramgen.transforms.words import as_group

WILD = frozenset("*?[")
TO_COMPILE = 200
"""What it takes to read a glob, in items held against it."""


def lint(
    document: Document,
    entries: Iterable[Entry],
    panels: Iterable[Panel],
    sources: Mapping[str, Source],
    metrics: Mapping[str, Metric],
) -> Iterator[Finding]:
    """The warnings about a suite without errors: all of them, in no order."""
    transforms = [panel.transform for panel in panels]
    used = {metric for transform in transforms for metric in transform.metrics()}
    for name in metrics.keys() - used:
        yield Finding(
            ("metrics", name), "unused-metric", f"no chart uses metric '{short(name)}'", "key"
        )
    used = {
        source_of(name, sources.keys()) for transform in transforms for name in transform.sources()
    }
    for name in sources.keys() - used:
        yield Finding(
            ("sources", name), "unused-source", f"no chart uses source '{short(name)}'", "key"
        )
    for name, metric in metrics.items():
        if metric.settled is None:
            yield Finding(("metrics", name, "better"), "unsettled-direction", unsettled(metric))
    yield from _unused_vars(document.data)
    yield from _unknown_items([*_globs_of_groups(metrics), *_globs_of_charts(entries, metrics)])
    for (where, at), meaning in document.traps.items():
        message = f"this is text here, but {meaning} for readers of YAML 1.1; put it in quotes"
        yield Finding(where, "yaml-1.1", message, at)


def _unused_vars(data: Mapping[str, Any]) -> Iterator[Finding]:
    given = data.get("vars", {})
    used = set(used_names({key: value for key, value in data.items() if key != "vars"}))
    todo = list(used)
    while todo:
        more = set(used_names(given.get(todo.pop()))) - used
        used |= more
        todo += more
    for name in given.keys() - used:
        yield Finding(("vars", name), "unused-var", f"nothing names var '{short(name)}'", "key")


class Glob(NamedTuple):
    """A name or glob of items, and the metric that has them."""

    text: str
    metric: Metric
    where: Where


def _globs_of_groups(metrics: Mapping[str, Metric]) -> Iterator[Glob]:
    for name, metric in metrics.items():
        for grouping, groups in metric.groupings.items():
            for group, globs in groups.items():
                for i, glob in enumerate(globs):
                    place = ("metrics", name, "groupings", grouping, group, i)
                    yield Glob(glob, metric, place)


def _globs_of_charts(entries: Iterable[Entry], metrics: Mapping[str, Metric]) -> Iterator[Glob]:
    panels = (each for entry in entries for each in entry.panels if may_name_items(each[0]))
    for panel, places in panels:
        for name in names_in(panel, places):
            if name.kind == "item" and name.metric is not None:
                yield Glob(name.text, metrics[name.metric], name.where)


def _unknown_items(globs: Iterable[Glob]) -> Iterator[Finding]:
    """Globs that match none of the items that their metric orders, if it orders any."""
    orders: dict[int, frozenset[str]] = {}
    matches = 0
    for glob, metric, where in globs:
        if id(metric) not in orders:
            orders[id(metric)] = frozenset(metric.order)
        order = orders[id(metric)]
        if as_group(glob) or not order or glob in order:
            continue
        if WILD & set(glob):
            matches += len(order) + TO_COMPILE
            if matches > MAX_MATCHES:
                message = f"more than {MAX_MATCHES:,} pairs of items and globs; no others are told"
                yield Finding(where, "too-large", message)
                return
            if any(fnmatchcase(item, glob) for item in metric.order):
                continue
        items = f"{metric.items or f'{metric.item}s'} that 'order' names"
        what = Unmatched(glob, items, nearest(glob, metric.order))
        yield Finding(where, "unknown-item", what)
