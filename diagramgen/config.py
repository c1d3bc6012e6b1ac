"""`charts.yaml` -> Suite: read, filled in, checked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from diagramgen.check import Finding, check, shown, unknown
from diagramgen.document import Document, Where, read_document
from diagramgen.errors import SuiteError, UsageError
from diagramgen.expand import LOOK, NAME, Entry, fill, fill_vars, parameters, unroll
from diagramgen.meaning import check_entry, check_metrics
from diagramgen.schema import settings_schema
from diagramgen.suite import Chart, Look, Metric, Output, Panel, Source, Suite
from diagramgen.transforms import TRANSFORMS

SUFFIXES = (".vl.json", ".png", ".svg")


def load(
    path: Path,
    *,
    set_vars: Mapping[str, str] | None = None,
    roots: Mapping[str, Path] | None = None,
    out: Path | None = None,
    formats: tuple[str, ...] = (),
) -> Suite:
    """Read and check a suite, with what the command line changes in it.

    `set_vars` gives vars new values as text, `roots` other folders to sources, `out` and
    `formats` other outputs. Raises `SuiteError` with every finding, `UsageError` where a change
    names what the suite does not have.
    """
    document = read_document(path, path.name)
    data = document.data
    if not isinstance(data, dict):
        found = document.diagnostic((), "wrong-type", f"a suite is a mapping, not {shown(data)}")
        raise SuiteError([found])
    digest = hashlib.sha256(document.text.encode())
    digest.update(json.dumps(sorted((set_vars or {}).items())).encode())
    data = _changed(data, set_vars or {}, roots or {}, out, formats)

    findings: list[Finding] = []
    given = data.get("vars")
    names = fill_vars(given if isinstance(given, dict) else {}, findings)
    written = {
        key: value for key, value in data.items() if key not in ("charts", "defaults", "vars")
    }
    settings = fill(written, names, (), findings)
    findings += check(settings | {"vars": given or {}}, settings_schema(), (), "the suite")
    defaults = _defaults(data, names, findings)
    entries = list(_entries(data, defaults, names, findings))
    for entry in entries:
        findings += check_entry(entry, settings)
    _fail(document, findings)

    sources = msgspec.convert(settings["sources"], dict[str, Source])
    metrics = msgspec.convert(settings["metrics"], dict[str, Metric])
    findings += check_metrics(metrics)
    charts = [_chart(entry, findings) for entry in entries]
    ids = [(chart_id(chart.output, chart.names), chart.where) for chart in charts]
    for where, message in duplicate_ids(ids):
        findings.append(Finding((*where, "output"), "duplicate-id", message))
    _fail(document, findings)
    folder = path.parent
    return Suite(
        title=settings.get("title", path.stem),
        document=document,
        folder=folder,
        output=msgspec.convert(settings.get("output", {}), Output),
        templates=folder / settings["templates"] if "templates" in settings else None,
        sources=sources,
        metrics=metrics,
        charts=tuple(charts),
        sha256=digest.hexdigest(),
    )


def fill_late(text: str | None, names: Mapping[str, Any]) -> str | None:
    """A path or title with the names that are known filled in; the others stay."""
    return text and NAME.sub(lambda match: str(names.get(match[1], match[0])), text)


def chart_id(output: str, names: Mapping[str, Any]) -> str:
    """A chart's id: its output path without the suffix."""
    path = fill_late(output, names) or ""
    suffix = next((suffix for suffix in SUFFIXES if path.endswith(suffix)), "")
    return path.removesuffix(suffix)


def duplicate_ids(ids: Iterable[tuple[str, Where]]) -> Iterator[tuple[Where, str]]:
    """Each chart whose id an earlier one has, with what to say of it."""
    seen: set[str] = set()
    for id_, where in ids:
        if id_ in seen and "${" not in id_:
            yield where, f"two charts have the id '{id_}'"
        seen.add(id_)


def _fail(document: Document, findings: list[Finding]) -> None:
    if findings:
        raise SuiteError(
            [document.diagnostic(f.where, f.code, f.message, at=f.at) for f in findings]
        )


def _changed(
    data: dict[str, Any],
    set_vars: Mapping[str, str],
    roots: Mapping[str, Path],
    out: Path | None,
    formats: tuple[str, ...],
) -> dict[str, Any]:
    """The suite's data with the command line's changes."""
    data = dict(data)
    for key, changes in (("vars", set_vars), ("sources", roots)):
        known: Any = data.get(key)
        known = known if isinstance(known, dict) else {}
        for name in changes:
            if name not in known:
                kind = key.removesuffix("s")
                raise UsageError(unknown((), kind, name, known, " of the suite").message)
    if set_vars:
        values = {name: _value(text, data["vars"][name]) for name, text in set_vars.items()}
        data["vars"] = data["vars"] | values
    if roots:
        changed = {name: {**data["sources"][name], "root": str(root.absolute())}
                   for name, root in roots.items()}  # fmt: skip
        data["sources"] = data["sources"] | changed
    if out is not None or formats:
        written = data.get("output")
        output = dict(written) if isinstance(written, dict) else {}
        if out is not None:
            output["dir"] = str(out.absolute())
        data["output"] = output | ({"formats": list(formats)} if formats else {})
    return data


def _value(text: str, before: Any) -> Any:
    """The value that `--set name=text` means; a list where the var is one."""
    if isinstance(before, list):
        return [_scalar(part.strip()) for part in text.split(",") if part.strip()]
    return _scalar(text)


def _scalar(text: str) -> Any:
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, int | float | bool) else text


def _defaults(
    data: dict[str, Any], names: dict[str, Any], findings: list[Finding]
) -> dict[str, Any]:
    defaults = data.get("defaults", {})
    if not isinstance(defaults, dict):
        message = f"'defaults': got {shown(defaults)}; expected a mapping"
        findings.append(Finding(("defaults",), "wrong-type", message))
        return {}
    known = LOOK.union(*(parameters(name) for name in TRANSFORMS)) - {"transform"}
    findings += [
        unknown(("defaults", key), "parameter", key, known, " of any transform", at="key")
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
        findings.append(Finding((), "missing-key", "the suite needs the key 'charts'"))
    elif not isinstance(charts, list):
        message = f"'charts': got {shown(charts)}; expected a list of charts"
        findings.append(Finding(("charts",), "wrong-type", message))
    else:
        for i, entry in enumerate(charts):
            if isinstance(entry, dict):
                yield from unroll(entry, defaults, names, ("charts", i), findings)
            else:
                message = f"got {shown(entry)}; expected a chart, a mapping with 'transform'"
                findings.append(Finding(("charts", i), "wrong-type", message))


def _chart(entry: Entry, findings: list[Finding]) -> Chart:
    panels = []
    for panel, places in entry.panels:
        look = {key: value for key, value in panel.items() if key in LOOK}
        rest = {key: value for key, value in panel.items() if key not in LOOK}
        try:
            transform = msgspec.convert(rest, TRANSFORMS[panel["transform"]])
        except msgspec.ValidationError as err:
            place = places["transform"]
            findings.append(Finding(place, "parameters", f"'{panel['transform']}': {err}"))
            continue
        if not transform.sources():
            name = panel["transform"]
            message = f"transform '{name}' needs the key 'source' (here or in 'defaults')"
            findings.append(Finding(entry.where, "missing-key", message))
        panels.append(Panel(transform, msgspec.convert(look, Look), places["transform"]))
    chart = entry.chart
    return Chart(
        output=chart["output"],
        panels=tuple(panels),
        title=chart.get("title"),
        subtitle=chart.get("subtitle"),
        layout=chart.get("layout", "row"),
        vegalite=chart.get("vegalite") if "panels" in chart else None,
        names=entry.names,
        where=entry.where,
    )
