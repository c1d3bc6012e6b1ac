"""What is not wrong in a suite but hardly meant: the warnings of `validate`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from diagramgen.check import Finding, suggestion
from diagramgen.document import Document, Where
from diagramgen.expand import Entry, used_names
from diagramgen.suite import Metric, Panel, Source
from diagramgen.transforms.parameters import named


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
        yield Finding(("metrics", name), "unused-metric", f"no chart uses metric '{name}'", "key")
    used = {source for transform in transforms for source in transform.sources()}
    for name in sources.keys() - used:
        yield Finding(("sources", name), "unused-source", f"no chart uses source '{name}'", "key")
    yield from _unused_vars(document.data)
    for name, metric in metrics.items():
        for grouping, groups in metric.groupings.items():
            for group, globs in groups.items():
                for i, glob in enumerate(globs):
                    place = ("metrics", name, "groupings", grouping, group, i)
                    yield from _unknown_item(glob, metric, place)
    for entry in entries:
        yield from _unknown_items(entry, metrics)
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
        yield Finding(("vars", name), "unused-var", f"nothing names var '{name}'", "key")


def _unknown_items(entry: Entry, metrics: Mapping[str, Metric]) -> Iterator[Finding]:
    for panel, places in entry.panels:
        measures = [(panel, places)]
        for key in ("x", "y", "color"):
            if isinstance(panel.get(key), dict):
                below = {name: (*places[key], name) for name in panel[key]}
                measures.append((panel[key], below))
        for part, where in measures:
            if "metric" not in part or "items" not in part:
                continue
            items, metric = part["items"], metrics[part["metric"]]
            for i, glob in enumerate(named(items)):
                place = where["items"] if isinstance(items, str) else (*where["items"], i)
                yield from _unknown_item(glob, metric, place)


def _unknown_item(glob: str, metric: Metric, where: Where) -> Iterator[Finding]:
    """A glob that matches none of the items that the metric orders, if it orders any."""
    if glob.startswith("group:") or not metric.order:
        return
    if not any(fnmatchcase(item, glob) for item in metric.order):
        hint = suggestion(glob, metric.order)
        message = f"'{glob}' matches none of the {metric.item}s that 'order' names{hint}"
        yield Finding(where, "unknown-item", message)
