"""What an entry means: whether all that it names is there, each finding at its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from diagramgen import templates
from diagramgen.check import Finding, check, unknown
from diagramgen.document import Where
from diagramgen.errors import ChartError
from diagramgen.expand import LATE, LOOK, NAME, Entry, fill_late, parameters, transform_of
from diagramgen.reach import references
from diagramgen.schema import CHART, chart_schema, transform_schema
from diagramgen.suite import Metric
from diagramgen.transforms import TRANSFORMS
from diagramgen.transforms.selection import groups_of

STEP_NAMES = ("from", "to", "step", "baseline", "reference")
"""Parameters whose resolved step may stand in `output` and `title`."""
MEASURES = ("x", "y", "color")
Data = dict[str, Any]


def check_entry(entry: Entry, settings: Data, own: Path | None) -> Iterator[Finding]:
    """What is wrong with a chart: its own keys, its names, each panel's parameters.

    `own` is the folder of the suite's own templates.
    """
    chart = {key: value for key, value in entry.chart.items() if key != "panels"}
    yield from check(chart, chart_schema(), entry.where, "a chart")
    yield from _check_output(entry)
    yield from _check_late_names(entry)
    if "panels" in entry.chart:
        yield from _check_vegalite(chart, {"vegalite": (*entry.where, "vegalite")})
    for panel, places in entry.panels:
        findings = list(_check_panel(panel, places, entry.where, settings))
        findings += _check_vegalite(panel, places)
        name, known = panel.get("template"), templates.names(own)
        if isinstance(name, str) and name not in known:
            findings.append(unknown(places["template"], "template", name, known))
        yield from findings or _check_transform(panel, places, entry.where, own)


def _check_output(entry: Entry) -> Iterator[Finding]:
    output = entry.chart.get("output")
    if not isinstance(output, str):
        return
    path = PurePosixPath(fill_late(output, entry.names) or output)
    if path.is_absolute() or ".." in path.parts or "\\" in output:
        message = f"'{path}' leaves the output folder"
        yield Finding((*entry.where, "output"), "outside-output", message)


def _check_vegalite(data: Data, places: dict[str, Where]) -> Iterator[Finding]:
    """What an entry's own Vega-Lite would load, or link to, when it is drawn."""
    for way, message in references(data.get("vegalite")):
        yield Finding((*places["vegalite"], *way), "outside-reference", message, at="key")


def _check_late_names(entry: Entry) -> Iterator[Finding]:
    """The `${names}` that are neither vars nor steps that one of the transforms resolves."""
    transforms = [transform_of(panel) for panel, _ in entry.panels]
    late = {name for transform in transforms if transform for name in parameters(transform)}
    late &= set(STEP_NAMES)
    for key in LATE:
        for name in NAME.findall(str(entry.chart.get(key, ""))):
            if name not in entry.names and name not in late:
                yield unknown((*entry.where, key), "var", name, [*entry.names, *sorted(late)])
            elif isinstance(entry.names.get(name), list | dict):
                message = f"'${{{name}}}' is a list or mapping; it cannot stand in text"
                yield Finding((*entry.where, key), "wrong-type", message)


def _check_panel(
    panel: Data, places: dict[str, Where], where: Where, settings: Data
) -> Iterator[Finding]:
    if "transform" not in panel:
        yield Finding(where, "missing-key", "a chart needs the key 'transform' or 'panels'")
        return
    name = transform_of(panel)
    if name is None:
        yield unknown(places["transform"], "transform", str(panel["transform"]), TRANSFORMS)
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


def _check_transform(
    panel: Data, places: dict[str, Where], where: Where, own: Path | None
) -> Iterator[Finding]:
    """Whether a panel whose keys are right makes a transform whose table its look can show."""
    name = panel["transform"]
    rest = {key: value for key, value in panel.items() if key not in LOOK}
    try:
        transform = msgspec.convert(rest, TRANSFORMS[name])
    except msgspec.ValidationError as err:
        yield Finding(places["transform"], "conflicting-parameters", f"transform '{name}': {err}")
        return
    if not transform.sources():
        message = f"transform '{name}' needs the key 'source', here or in 'defaults'"
        yield Finding(where, "missing-key", message)
    makes = f"transform '{name}' makes {', '.join(sorted(transform.columns()))}"
    column = panel.get("color_by")
    if column is not None and column not in transform.columns():
        message = f"there is no column '{column}' to colour by; {makes}"
        yield Finding(places["color_by"], "missing-column", message)
    template = panel.get("template", "")
    needs = templates.load(template, own).needs if template else ()
    lost = [need for need in needs if need not in transform.columns()]
    if lost:
        message = f"template '{template}' needs column {' and '.join(lost)}; {makes}"
        yield Finding(places["template"], "missing-column", message)


def _check_sources(panel: Data, places: dict[str, Where], sources: Data) -> Iterator[Finding]:
    for key in ("source", "against"):
        for name, place in _placed(panel, places, key):
            if sources and name not in sources:
                yield unknown(place, "source", name, sources)
            elif panel.get("unit") == "tokens" and "tokens_per_step" not in _mapping(sources, name):
                message = f"'unit: tokens' needs the key 'tokens_per_step' of source '{name}'"
                yield Finding(places["unit"], "missing-key", message)
    for key in parameters(panel["transform"]) - {*MEASURES}:
        for name in _mapping(panel, key) if sources else ():
            if name not in sources:
                yield unknown((*places[key], name), "source", name, sources, at="key")


def _check_metric(panel: Data, places: dict[str, Where], metrics: Data) -> Iterator[Finding]:
    """The metric, groupings and groups that a panel or a measure names."""
    metric = panel.get("metric")
    if not isinstance(metric, str):
        return
    if not metrics:
        return  # a suite without metrics is told so
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


def check_groups(metrics: Mapping[str, Metric]) -> Iterator[Finding]:
    """Items that a metric orders and that are in two groups of one grouping."""
    for name, metric in metrics.items():
        for grouping in metric.groupings:
            try:
                groups_of(metric.order, metric, grouping)
            except ChartError as err:
                yield Finding(
                    ("metrics", name, "groupings", grouping), "overlapping-groups", str(err)
                )
