"""What an entry means: whether all that it names is there, each finding at its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from diagramgen.check import Finding, check, unknown
from diagramgen.document import Where
from diagramgen.errors import ChartError
from diagramgen.expand import LATE, LOOK, NAME, Entry, parameters
from diagramgen.schema import CHART, transform_schema
from diagramgen.suite import Metric
from diagramgen.transforms import TRANSFORMS
from diagramgen.transforms.selection import groups_of

STEP_NAMES = ("from", "to", "step", "baseline", "reference")
"""Parameters whose resolved step may stand in `output` and `title`."""
MEASURES = ("x", "y", "color")
Data = dict[str, Any]


def check_entry(entry: Entry, settings: Data) -> Iterator[Finding]:
    """What is wrong with a chart: its own keys, its names, each panel's parameters."""
    own = {key: value for key, value in entry.chart.items() if key in CHART}
    schema = {"type": "object", "properties": CHART, "required": ["output"]}
    yield from check(own, schema, entry.where, "a chart")
    yield from _check_output(entry)
    yield from _check_late_names(entry)
    for panel, places in entry.panels:
        yield from _check_panel(panel, places, entry.where, settings)


def _check_output(entry: Entry) -> Iterator[Finding]:
    output = entry.chart.get("output")
    if not isinstance(output, str):
        return
    path = PurePosixPath(output)
    if path.is_absolute() or ".." in path.parts or "\\" in output:
        message = f"'{output}' leaves the output folder"
        yield Finding((*entry.where, "output"), "outside-output", message)


def _check_late_names(entry: Entry) -> Iterator[Finding]:
    """The `${names}` that are neither vars nor steps that one of the transforms resolves."""
    names = [panel.get("transform") for panel, _ in entry.panels]
    late = {
        name for transform in names if transform in TRANSFORMS for name in parameters(transform)
    }
    late &= set(STEP_NAMES)
    for key in LATE:
        for name in NAME.findall(str(entry.chart.get(key, ""))):
            if name not in entry.names and name not in late:
                yield unknown((*entry.where, key), "var", name, [*entry.names, *sorted(late)])


def _check_panel(
    panel: Data, places: dict[str, Where], where: Where, settings: Data
) -> Iterator[Finding]:
    name = panel.get("transform")
    if name is None:
        yield Finding(where, "missing-key", "a chart needs the key 'transform' or 'panels'")
        return
    if name not in TRANSFORMS:
        yield unknown(places["transform"], "transform", str(name), TRANSFORMS)
        return
    for finding in check(panel, transform_schema(name), (), f"transform '{name}'"):
        if not finding.where:
            yield finding._replace(where=where)
            continue
        key, *rest = finding.where
        place = (*places.get(str(key), (*where, key)), *rest)
        if finding.code == "unknown-key" and not rest:
            known = [*sorted(parameters(name)), *sorted(LOOK), *CHART, "panels"]
            yield unknown(place, "parameter", str(key), known, f" of transform '{name}'", at="key")
        else:
            yield finding._replace(where=place)
    yield from _check_sources(panel, places, _mapping(settings, "sources"))
    metrics = _mapping(settings, "metrics")
    for key in MEASURES:
        measure = panel.get(key)
        if isinstance(measure, dict):
            below = {name: (*places[key], name) for name in measure}
            yield from _check_metric(measure, below, metrics)
        elif isinstance(measure, str):
            yield from _check_metric({"metric": measure}, {"metric": places[key]}, metrics)
    yield from _check_metric(panel, places, metrics)


def _check_sources(panel: Data, places: dict[str, Where], sources: Data) -> Iterator[Finding]:
    for key in ("source", "against"):
        for name, place in _placed(panel, places, key):
            if name not in sources:
                yield unknown(place, "source", name, sources)


def _check_metric(panel: Data, places: dict[str, Where], metrics: Data) -> Iterator[Finding]:
    """The metric, groupings and groups that a panel or a measure names."""
    metric = panel.get("metric")
    if not isinstance(metric, str):
        return
    if metric not in metrics:
        yield unknown(places["metric"], "metric", metric, metrics)
        return
    groupings = _mapping(metrics[metric], "groupings")
    for key in ("by", "group"):
        for name, place in _placed(panel, places, key):
            if name not in groupings:
                yield unknown(place, "grouping", name, groupings, f" of metric '{metric}'")
    for pattern, place in _placed(panel, places, "items"):
        if not pattern.startswith("group:"):
            continue
        grouping, _, group = pattern.removeprefix("group:").partition("/")
        if grouping not in groupings:
            yield unknown(place, "grouping", grouping, groupings, f" of metric '{metric}'")
        elif group and group not in _mapping(groupings, grouping):
            yield unknown(place, "group", group, groupings[grouping], f" of grouping '{grouping}'")


def _placed(panel: Data, places: dict[str, Where], key: str) -> Iterator[tuple[str, Where]]:
    """The name or names that a key has, each with its place."""
    value = panel.get(key)
    if isinstance(value, str):
        yield value, places[key]
    elif isinstance(value, list):
        for i, name in enumerate(value):
            if isinstance(name, str):
                yield name, (*places[key], i)


def _mapping(data: Any, key: str) -> Data:
    value = data.get(key) if isinstance(data, dict) else None
    return value if isinstance(value, dict) else {}


def check_metrics(metrics: Mapping[str, Metric]) -> Iterator[Finding]:
    """Items that a metric orders and that are in two groups of one grouping."""
    for name, metric in metrics.items():
        for grouping in metric.groupings:
            try:
                groups_of(metric.order, metric, grouping)
            except ChartError as err:
                yield Finding(("metrics", name, "groupings", grouping), "overlap", str(err))
