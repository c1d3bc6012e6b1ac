"""What an entry means: whether all that it names is there, each finding at its place."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

import msgspec

from diagramgen import transforms
from diagramgen.document.check import check, check_json
from diagramgen.document.data import mapping
from diagramgen.document.document import Where
from diagramgen.document.wording import Finding, Missing, unknown
from diagramgen.errors import ChartError, UsageError, short
from diagramgen.limits import MAX_ID, MAX_MATCHES, MAX_PARAMETER, MAX_PIXELS
from diagramgen.looks.reach import references
from diagramgen.looks.templates import Templates
from diagramgen.model.metric import Metric
from diagramgen.model.source import source_of
from diagramgen.suite.expand import (
    LATE,
    LOOK,
    NAME,
    NESTED,
    Entry,
    fill_late,
    no_text,
    parameters,
    size_of,
    too_long,
    transform_of,
)
from diagramgen.suite.names import Name, names_in, step_parameters
from diagramgen.suite.schema import CHART, chart_schema, transform_schema
from diagramgen.transforms import Transform, find_transform
from diagramgen.transforms.selection import groups_of
from diagramgen.transforms.words import as_group

Data = dict[str, Any]


def check_entry(entry: Entry, settings: Data, templates: Templates) -> Iterator[Finding]:
    """What is wrong with a chart: its own keys, its names, each panel's parameters."""
    chart = {key: value for key, value in entry.chart.items() if key != "panels"}
    yield from check(chart, chart_schema(), entry.where, "a chart")
    yield from _check_output(entry)
    yield from _check_late_names(entry)
    if "panels" in entry.chart:
        yield from _check_vegalite(chart, {"vegalite": (*entry.where, "vegalite")})
    for panel, places in entry.panels:
        findings = list(_check_panel(panel, places, entry.where, settings))
        name = panel.get("template")
        if isinstance(name, str) and name not in templates.names:
            findings.append(unknown(places["template"], "template", name, templates.names))
        elif isinstance(name, str) and name in templates.unread:
            findings.append(Finding(places["template"], "wrong-value", templates.unread[name]))
        findings += _check_pixels(panel, places, settings)
        findings += _check_vegalite(panel, places)
        yield from findings or _check_transform(panel, places, entry.where, templates)


def _check_pixels(panel: Data, places: dict[str, Where], settings: Data) -> Iterator[Finding]:
    """A plot that is larger than a picture may be, whatever is around it."""
    sides = panel.get("width"), panel.get("height"), mapping(settings, "output").get("scale", 2)
    numbers = [each for each in sides if isinstance(each, int | float)]
    if len(numbers) == len(sides):
        pixels = math.prod(numbers) * numbers[-1]
        if pixels > MAX_PIXELS:
            message = f"{pixels:,.0f} pixels; a picture may have {MAX_PIXELS:,}"
            yield Finding(places["height"], "too-large", message)


def _check_output(entry: Entry) -> Iterator[Finding]:
    output = entry.chart.get("output")
    if not isinstance(output, str):
        return
    if excess := too_long(output, entry.names):
        yield Finding((*entry.where, "output"), "too-large", excess)
        return
    path = fill_late(output, entry.names) or output
    if path.startswith("/") or ".." in path.split("/") or "\\" in output:
        message = f"'{short(str(PurePosixPath(path)))}' leaves the output folder"
        yield Finding((*entry.where, "output"), "outside-output", message)


def _check_vegalite(data: Data, places: dict[str, Where]) -> Iterator[Finding]:
    """What in an entry's own Vega-Lite is no JSON, would be loaded, or linked to."""
    if data.get("vegalite") is None:
        return
    yield from check_json(data["vegalite"], places["vegalite"])
    for way, message in references(data["vegalite"]):
        yield Finding((*places["vegalite"], *way), "outside-reference", message, at="key")


def _check_late_names(entry: Entry) -> Iterator[Finding]:
    """The `${names}` that are neither vars nor steps that one of the transforms resolves."""
    asked = {key: NAME.findall(str(entry.chart.get(key, ""))) for key in LATE}
    if not any(asked.values()):
        return
    panels = [panel for panel, _ in entry.panels if transform_of(panel)]
    late = {name for panel in panels for name in step_parameters(panel["transform"])}
    for key, names in asked.items():
        for name in dict.fromkeys(names):
            if name not in entry.names and name not in late:
                yield unknown((*entry.where, key), "var", name, [*entry.names, *sorted(late)])
            elif isinstance(entry.names.get(name), list | dict):
                yield no_text((*entry.where, key), name)


def _check_panel(
    panel: Data, places: dict[str, Where], where: Where, settings: Data
) -> Iterator[Finding]:
    if "transform" not in panel:
        yield Finding(where, "missing-key", Missing("a chart", "transform", " or 'panels'"))
        return
    name = str(panel["transform"])
    try:
        transform = find_transform(name)
    except UsageError as err:
        yield Finding(places["transform"], "broken-plugin", str(err))
        return
    if transform is None:
        yield unknown(places["transform"], "transform", name, transforms.names())
        return
    large = [
        key
        for key, value in panel.items()
        if isinstance(value, NESTED)
        and key != "vegalite"
        and size_of(value, {}).nodes > MAX_PARAMETER
    ]
    for each in large:
        message = f"'{short(each)}' has more than {MAX_PARAMETER:,} values"
        yield Finding(places[each], "too-large", message)
    if large:
        return
    for finding in check(panel, transform_schema(name), (), f"transform '{name}'"):
        if not finding.where:
            yield finding._replace(where=where)
            continue
        key, *rest = finding.where
        place = (*places.get(str(key), (*where, key)), *rest)
        if finding.code == "unknown-key" and not rest:
            known = [*sorted(parameters(transform)), *sorted(LOOK), *CHART, "panels"]
            yield unknown(place, "parameter", str(key), known, f" of transform '{name}'", at="key")
        else:
            yield finding._replace(where=place)
    yield from _check_names(panel, places, settings)


def _check_transform(
    panel: Data, places: dict[str, Where], where: Where, templates: Templates
) -> Iterator[Finding]:
    """Whether a panel whose keys are right makes a transform whose table its look can show."""
    name, kind = panel["transform"], transform_of(panel)
    assert kind is not None, "checked before"
    rest = {key: value for key, value in panel.items() if key not in LOOK}
    try:
        transform = msgspec.convert(rest, kind)
    except msgspec.ValidationError as err:
        yield Finding(places["transform"], "conflicting-parameters", f"transform '{name}': {err}")
        return
    if not transform.sources():
        lost = Missing(f"transform '{name}'", "source", ", here or in 'defaults'")
        yield Finding(where, "missing-key", lost)
    column = panel.get("color_by")
    if column is not None and column not in transform.columns():
        message = f"there is no column '{column}' to colour by; {_makes(transform)}"
        yield Finding(places["color_by"], "missing-column", message)
    template = panel.get("template", "")
    used = templates.used.get(template)
    without = [need for need in (used.needs if used else ()) if need not in transform.columns()]
    if without:
        needed = " and ".join(without)
        message = f"template '{template}' needs column {needed}; {_makes(transform)}"
        yield Finding(places["template"], "missing-column", message)


def _makes(transform: Transform) -> str:
    columns = ", ".join(sorted(transform.columns()))
    return f"transform '{transform.name()}' makes {columns}"


def _check_names(panel: Data, places: dict[str, Where], settings: Data) -> Iterator[Finding]:
    """Whether what a panel names is there, where there is anything: its lack is told elsewhere."""
    sources, metrics = mapping(settings, "sources"), mapping(settings, "metrics")
    for name in names_in(panel, places):
        source = source_of(name.text, sources) if name.kind == "source" else ""
        if name.kind == "source" and sources and not _is_source(name.text, source, sources):
            yield unknown(name.where, "source", name.text, sources, at=name.at)
        elif name.kind == "source" and name.at == "value" and panel.get("unit") == "tokens":
            said = mapping(sources, source)
            if "tokens_per_step" not in said and said.get("unit") != "tokens":
                of = f" of source '{name.text}'"
                lost = Missing("'unit: tokens'", "tokens_per_step", of)
                yield Finding(places["unit"], "missing-key", lost)
        elif name.kind == "metric" and metrics and name.text not in metrics:
            yield unknown(name.where, "metric", name.text, metrics)
        elif name.kind in ("grouping", "item") and name.metric in metrics:
            yield from _check_grouping(name, mapping(metrics[name.metric], "groupings"))


def _is_source(name: str, source: str, sources: Data) -> bool:
    """Whether a name is that of a source, or may be that of one of its runs."""
    return source in sources and (name == source or "runs" in mapping(sources, source))


def _check_grouping(name: Name, groupings: Data) -> Iterator[Finding]:
    """Whether a metric has a grouping, or the group that is named for its items."""
    grouping, group = name.text, ""
    if name.kind == "item":
        if len(name.text) > MAX_ID:
            message = f"a name or glob may have {MAX_ID:,} characters"
            yield Finding(name.where, "too-large", message)
        asked = as_group(name.text)
        if asked is None:
            return
        grouping, group = asked
    if grouping not in groupings:
        yield unknown(name.where, "grouping", grouping, groupings, f" of metric '{name.metric}'")
    elif group and group not in mapping(groupings, grouping):
        groups = mapping(groupings, grouping)
        yield unknown(name.where, "group", group, groups, f" of grouping '{short(grouping)}'")


def check_groups(metrics: Mapping[str, Metric]) -> Iterator[Finding]:
    """Items that a metric orders and that are in two groups of one grouping."""
    matches = 0
    for name, metric in metrics.items():
        for grouping, groups in metric.groupings.items():
            place = ("metrics", name, "groupings", grouping)
            globs = [glob for of in groups.values() for glob in of]
            matches += len(metric.order) * len(globs)
            if matches > MAX_MATCHES or any(len(glob) > MAX_ID for glob in globs):
                message = (
                    f"more than {MAX_MATCHES:,} pairs of items and globs, or a glob of more than "
                    f"{MAX_ID:,} characters"
                )
                yield Finding(place, "too-large", message)
                return
            try:
                groups_of(metric.order, metric, grouping)
            except ChartError as err:
                yield Finding(place, "overlapping-groups", str(err))
