"""`charts.yaml` -> Suite: read, filled in, checked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from diagramgen import transforms
from diagramgen.document.data import mapping
from diagramgen.document.document import Document, read_document
from diagramgen.document.wording import (
    Finding,
    Missing,
    Wrong,
    diagnostics,
    shown,
    unknown,
)
from diagramgen.errors import Diagnostic, SuiteError
from diagramgen.formats import format_of
from diagramgen.limits import MAX_CHARTS, MAX_FILLED, MAX_FINDINGS
from diagramgen.looks.templates import Templates, used_templates
from diagramgen.model.definitions import Definitions
from diagramgen.model.look import Look
from diagramgen.model.metric import Metric
from diagramgen.model.output import Output
from diagramgen.model.source import Source
from diagramgen.plugins import module_of
from diagramgen.readers import Reader, find_reader
from diagramgen.suite.changes import changed, output_of
from diagramgen.suite.expand import (
    LOOK,
    Entry,
    fill,
    fill_vars,
    parameters,
    size_of,
    too_large,
    transform_of,
    unroll,
)
from diagramgen.suite.ids import Id, chart_id, check_ids, plain_path, same_but_for_case
from diagramgen.suite.lint import lint
from diagramgen.suite.meaning import check_entry, check_groups
from diagramgen.suite.settings import check_settings, check_theme, own_templates
from diagramgen.suite.suite import Chart, Panel, Suite
from diagramgen.transforms import TRANSFORMS


def load(  # noqa: PLR0913 as many as there are changes to a suite
    path: Path,
    *,
    set_vars: Mapping[str, object] | None = None,
    roots: Mapping[str, str | Path] | None = None,
    out: Path | None = None,
    formats: tuple[str, ...] = (),
    gallery: bool = False,
    allow_python: bool = False,
) -> Suite:
    """Read and check a suite, with what the command line changes in it.

        YAML -> document -> settings and entries, filled in -> checked -> Suite

    `set_vars` gives vars new values (text is read as on the command line), `roots` other folders
    to sources, `out` another one to the files; `formats`, where there are any, are those of every
    chart, whatever the suite and its `output` say; with `gallery` there is one in any case, with
    `allow_python` templates in Python may run. Raises `SuiteError` with every finding, `UsageError`
    where there is no file or a change names what the suite does not have.
    """
    document = read_document(path, path.name if path.is_absolute() else path.as_posix())
    if not isinstance(document.data, dict):
        message = f"a suite is a mapping; got {shown(document.data)}"
        raise SuiteError([*document.problems, document.diagnostic((), "wrong-type", message)])
    asked = output_of(out, formats, gallery)
    data = changed(document.data, set_vars or {}, roots or {}, asked)
    findings: list[Finding] = []
    names = fill_vars(mapping(data, "vars"), findings)
    written = {
        key: value for key, value in data.items() if key not in ("charts", "defaults", "vars")
    }
    settings = fill(written, names, (), findings)
    if excess := too_large(size_of(settings, {})):
        raise SuiteError([document.diagnostic((), "too-large", excess)])
    checked = settings | ({"vars": data["vars"]} if "vars" in data else {})
    findings += check_settings(checked, path.parent, elsewhere=out is not None)
    entries = list(_entries(data, _defaults(data, names, findings), names, findings))
    own = own_templates(settings, path.parent, findings, python=allow_python)
    named = set(_named(entries))
    known = used_templates(named, own)
    findings += [
        Finding(("templates",), "wrong-value", problem)
        for name, problem in known.unread.items()
        if name not in named
    ]
    others = known.findings
    try:
        findings += check_theme(mapping(settings, "output").get("theme"), path.parent)
    except SuiteError as err:
        others += err.diagnostics
    for entry in entries:
        room = MAX_FINDINGS - len(findings)
        findings += islice(check_entry(entry, settings, known), max(0, room))
    _fail(document, findings, others)

    sources = {name: _source(source) for name, source in settings["sources"].items()}
    metrics = {name: _metric(metric) for name, metric in settings["metrics"].items()}
    definitions = Definitions(sources, metrics)
    findings += check_groups(metrics)
    output = msgspec.convert(settings.get("output", {}), Output)
    charts = [_chart(entry, formats or _formats(entry, output)) for entry in entries]
    ids = [Id(chart_id(each.output, each.names), each.where, each.formats) for each in charts]
    findings += check_ids(ids, gallery=output.gallery)
    _fail(document, findings)
    warnings = [*islice(same_but_for_case(ids), MAX_FINDINGS)]
    panels = [panel for chart in charts for panel in chart.panels]
    warnings += islice(lint(document, entries, panels, sources, metrics), MAX_FINDINGS)
    return Suite(
        title=settings.get("title", path.stem),
        document=document,
        folder=path.parent,
        output=output,
        templates=own,
        modules=tuple(_modules(definitions, panels, known)),
        runs_python=any(template.origin == "python" for template in known.used.values()),
        definitions=definitions,
        aliases=settings.get("aliases", {}),
        charts=tuple(charts),
        warnings=tuple(diagnostics(document, warnings, "warning")),
        sha256=_sha256(document, set_vars or {}),
    )


def _modules(definitions: Definitions, panels: Iterable[Panel], templates: Templates) -> list[str]:
    """The modules of packages whose readers, transforms and templates a suite uses."""
    readers = [
        *(metric.read for metric in definitions.metrics.values()),
        *(read for source in definitions.sources.values() for read in source.read.values()),
    ]
    parts = {module_of(type(reader)) for reader in readers}
    parts |= {module_of(type(panel.transform)) for panel in panels}
    parts |= {template.module for template in templates.used.values()}
    return sorted(module for module in parts if module is not None)


def _source(data: Mapping[str, Any]) -> Source:
    own = {metric: _reader(read) for metric, read in mapping(data, "read").items()}
    return msgspec.convert({**data, "read": own}, Source)


def _metric(data: Mapping[str, Any]) -> Metric:
    return msgspec.convert({**data, "read": _reader(data["read"])}, Metric)


def _reader(data: Mapping[str, Any]) -> Reader:
    kind = find_reader(data["reader"])
    assert kind is not None, "checked before"
    return msgspec.convert(data, kind)


def _sha256(document: Document, set_vars: Mapping[str, object]) -> str:
    digest = hashlib.sha256(document.text.encode())
    digest.update(json.dumps(sorted(set_vars.items()), default=str).encode())
    return digest.hexdigest()


def _fail(document: Document, findings: list[Finding], others: Iterable[Diagnostic] = ()) -> None:
    """Raise every finding, at its place, if there is any; `others` are of other files."""
    found = [*diagnostics(document, findings), *others]
    if found:
        # The line of a wrong root may hold a password.
        raise SuiteError(
            [f._replace(source_line="") if f.code == "wrong-root" else f for f in found]
        )


def _named(entries: Iterable[Entry]) -> Iterator[str]:
    """The templates that entries name."""
    for entry in entries:
        for panel, _ in entry.panels:
            if isinstance(panel.get("template"), str):
                yield panel["template"]


def _defaults(
    data: dict[str, Any], names: dict[str, Any], findings: list[Finding]
) -> dict[str, Any]:
    defaults = data.get("defaults", {})
    if not isinstance(defaults, dict):
        wrong = Wrong("'defaults'", defaults, "a mapping")
        findings.append(Finding(("defaults",), "wrong-type", wrong))
        return {}
    known = LOOK.union(*map(parameters, TRANSFORMS.values())) - {"transform"}
    if not defaults.keys() <= known:
        kinds = [transform_of({"transform": name}) for name in transforms.names()]
        known |= frozenset().union(*(parameters(kind) for kind in kinds if kind)) - {"transform"}
    findings += [
        unknown(("defaults", key), "parameter", key, sorted(known), " of any transform", at="key")
        for key in defaults
        if key not in known
    ]
    filled: dict[str, Any] = fill(defaults, names, ("defaults",), findings)
    return filled


def _entries(
    data: dict[str, Any],
    defaults: dict[str, Any],
    names: dict[str, Any],
    findings: list[Finding],
) -> Iterator[Entry]:
    charts = data.get("charts")
    if charts is None:
        findings.append(Finding((), "missing-key", Missing("the suite", "charts")))
    elif not isinstance(charts, list):
        wrong = Wrong("'charts'", charts, "a list of charts")
        findings.append(Finding(("charts",), "wrong-type", wrong))
    else:
        count = nodes = 0
        for i, entry in enumerate(charts):
            if not isinstance(entry, dict):
                wrong = Wrong("", entry, "a chart, a mapping with 'transform'")
                findings.append(Finding(("charts", i), "wrong-type", wrong))
                continue
            written = size_of({**entry, "for_each": None}, {}).nodes
            for each in unroll(entry, defaults, names, ("charts", i), findings):
                count += len(each.panels)
                nodes += max(written, sum(size_of(panel, {}).nodes for panel, _ in each.panels))
                if count > MAX_CHARTS or nodes > MAX_FILLED or len(findings) > MAX_FINDINGS:
                    break
                yield each
            if count > MAX_CHARTS:
                message = f"with this one there are more than {MAX_CHARTS:,} charts"
                findings.append(Finding(("charts", i), "too-large", message))
                return
            if nodes > MAX_FILLED:
                message = f"with this one the charts have more than {MAX_FILLED:,} values"
                findings.append(Finding(("charts", i), "too-large", message))
                return


def _formats(entry: Entry, output: Output) -> tuple[str, ...]:
    """The formats of a chart's files: the suite's, and the one that its `output` names."""
    own = format_of(entry.chart["output"])
    return output.formats if own is None or own in output.formats else (*output.formats, own)


def _chart(entry: Entry, formats: tuple[str, ...]) -> Chart:
    panels = []
    for panel, places in entry.panels:
        look = {key: value for key, value in panel.items() if key in LOOK}
        rest = {key: value for key, value in panel.items() if key not in LOOK}
        kind = transform_of(panel)
        assert kind is not None, "checked before"
        transform = msgspec.convert(rest, kind)
        panels.append(Panel(transform, msgspec.convert(look, Look), places["transform"]))
    chart = entry.chart
    return Chart(
        output=plain_path(chart["output"]),
        formats=formats,
        panels=tuple(panels),
        title=chart.get("title"),
        subtitle=chart.get("subtitle"),
        layout=chart.get("layout", "row"),
        scale=chart.get("scale", "shared"),
        vegalite=chart.get("vegalite") if "panels" in chart else None,
        names=entry.names,
        where=entry.where,
    )
