"""`charts.yaml` -> Suite: read, filled in, checked."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from diagramgen import themes
from diagramgen.assets import YAML
from diagramgen.check import Finding, check, shown, unknown
from diagramgen.document import Document, Where, read_document
from diagramgen.errors import SuiteError, UsageError
from diagramgen.expand import LOOK, Entry, fill, fill_late, fill_vars, parameters, unroll
from diagramgen.lint import lint
from diagramgen.meaning import check_entry, check_groups
from diagramgen.readers import find_reader, installed
from diagramgen.roots import check_root, is_url
from diagramgen.schema import reader_schema, settings_schema
from diagramgen.suite import FORMATS, Chart, Look, Metric, Output, Panel, Source, Suite
from diagramgen.transforms import TRANSFORMS

CAUSES = ("unknown-var", "yaml-syntax", "yaml-tag")
"""Codes of findings after which others at the same place are no news."""
SUFFIXES = tuple(f".{format_}" for format_ in FORMATS)


def load(
    path: Path,
    *,
    set_vars: Mapping[str, object] | None = None,
    roots: Mapping[str, str | Path] | None = None,
    out: Path | None = None,
    formats: tuple[str, ...] = (),
    gallery: bool = False,
) -> Suite:
    """Read and check a suite, with what the command line changes in it.

        YAML -> document -> settings and entries, filled in -> checked -> Suite

    `set_vars` gives vars new values (text is read as on the command line), `roots` other folders
    to sources, `out` and `formats` other outputs; with `gallery` there is one in any case. Raises
    `SuiteError` with every finding, `UsageError` where there is no file or a change names what the
    suite does not have.
    """
    document = read_document(path, path.name if path.is_absolute() else path.as_posix())
    if not isinstance(document.data, dict):
        message = f"a suite is a mapping; got {shown(document.data)}"
        raise SuiteError([*document.problems, document.diagnostic((), "wrong-type", message)])
    output = _output(out, formats, gallery)
    data = _changed(document.data, set_vars or {}, roots or {}, output)
    findings: list[Finding] = []
    names = fill_vars(_mapping(data, "vars"), findings)
    written = {
        key: value for key, value in data.items() if key not in ("charts", "defaults", "vars")
    }
    settings = fill(written, names, (), findings)
    checked = settings | ({"vars": data["vars"]} if "vars" in data else {})
    findings += check(checked, settings_schema(), (), "the suite")
    findings += _check_roots(settings)
    findings += _check_readers(settings)
    entries = list(_entries(data, _defaults(data, names, findings), names, findings))
    own = _own_templates(settings, path.parent, findings)
    findings += _check_theme(_mapping(settings, "output").get("theme"), path.parent)
    for entry in entries:
        findings += check_entry(entry, settings, own)
    _fail(document, findings)

    sources = msgspec.convert(settings["sources"], dict[str, Source])
    metrics = {name: _metric(metric) for name, metric in settings["metrics"].items()}
    findings += check_groups(metrics)
    charts = [_chart(entry) for entry in entries]
    ids = [(chart_id(chart.output, chart.names), chart.where) for chart in charts]
    for where, message in duplicate_ids(ids):
        findings.append(Finding((*where, "output"), "duplicate-id", message))
    _fail(document, findings)
    panels = [panel for chart in charts for panel in chart.panels]
    return Suite(
        title=settings.get("title", path.stem),
        document=document,
        folder=path.parent,
        output=msgspec.convert(settings.get("output", {}), Output),
        templates=own,
        sources=sources,
        metrics=metrics,
        aliases=settings.get("aliases", {}),
        charts=tuple(charts),
        warnings=tuple(
            document.diagnostic(f.where, f.code, f.message, at=f.at, severity="warning")
            for f in lint(document, entries, panels, sources, metrics)
        ),
        sha256=_sha256(document, set_vars or {}),
    )


def _check_roots(settings: Mapping[str, Any]) -> Iterator[Finding]:
    """What is wrong with each source's `root`: it is no place for results."""
    for name, source in _mapping(settings, "sources").items():
        root = source.get("root") if isinstance(source, dict) else None
        problem = check_root(root) if isinstance(root, str) else None
        if problem is not None:
            yield Finding(("sources", name, "root"), "wrong-root", f"'root': {problem}")


def _check_readers(settings: Mapping[str, Any]) -> Iterator[Finding]:
    """What is wrong with each metric's `read`: its keys are those of its reader."""
    for name, metric in _mapping(settings, "metrics").items():
        read = metric.get("read") if isinstance(metric, dict) else None
        reader = read.get("reader") if isinstance(read, dict) else None
        if not isinstance(reader, str):
            continue
        place = ("metrics", name, "read")
        kind = find_reader(reader)
        if kind is None:
            names = {"enum": list(installed())}
            yield from check(reader, names, (*place, "reader"), "'reader'")
            continue
        found = list(check(read, reader_schema(kind), place, "'read'"))
        yield from found
        try:
            msgspec.convert(read, kind)
        except msgspec.ValidationError as err:
            if not found:
                yield Finding(place, "conflicting-parameters", f"reader '{reader}': {err}")


def _metric(data: Mapping[str, Any]) -> Metric:
    kind = find_reader(data["read"]["reader"])
    assert kind is not None, "checked before"
    return msgspec.convert({**data, "read": msgspec.convert(data["read"], kind)}, Metric)


def _sha256(document: Document, set_vars: Mapping[str, object]) -> str:
    digest = hashlib.sha256(document.text.encode())
    digest.update(json.dumps(sorted(set_vars.items()), default=str).encode())
    return digest.hexdigest()


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
    """Raise every finding, at its place, if there is any."""
    found = [
        document.diagnostic(f.where, f.code, f.message + _trap_hint(document, f), at=f.at)
        for f in findings
    ]
    found += document.problems
    causes = {(each.line, each.column) for each in found if each.code in CAUSES}
    found = [f for f in found if f.code in CAUSES or (f.line, f.column) not in causes]
    if found:
        # The line of a wrong root may hold a password.
        raise SuiteError(
            [f._replace(source_line="") if f.code == "wrong-root" else f for f in found]
        )


def _trap_hint(document: Document, finding: Finding) -> str:
    """What to write instead of a word that only YAML 1.1 takes for the number or truth meant."""
    meaning = document.traps.get((finding.where, "value"))
    if meaning is None or finding.code != "wrong-type":
        return ""
    text = re.sub(r".*?got '(.*?)';.*", r"\1", finding.message)
    plain = text.replace("_", "")
    if meaning == "true or false":
        plain = "true" if text.lower() in ("yes", "on", "y") else "false"
    return f"; '{text}' is text, write {plain}" if plain != text else f"; '{text}' is text"


def _mapping(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def _own_templates(
    settings: Mapping[str, Any], folder: Path, findings: list[Finding]
) -> Path | None:
    """The folder of the suite's own templates, if it names one."""
    name = settings.get("templates")
    if not isinstance(name, str):
        return None
    if not (folder / name).is_dir():
        message = f"'templates': there is no folder '{name}' beside the suite"
        findings.append(Finding(("templates",), "wrong-value", message))
        return None
    return folder / name


def _check_theme(name: object, folder: Path) -> Iterator[Finding]:
    """What is wrong with `output.theme`. Raises `SuiteError` for a file of it that is not YAML."""
    known, place = themes.built_in(), ("output", "theme")
    if not isinstance(name, str) or name in known:
        return
    if not name.endswith(YAML):
        yield unknown(place, "theme", name, known)
        return
    try:
        themes.load_theme(name, folder, themes.FULL)
    except UsageError as err:
        yield Finding(place, "wrong-value", f"'theme': {err}")


def _changed(
    data: dict[str, Any],
    set_vars: Mapping[str, object],
    roots: Mapping[str, str | Path],
    output: dict[str, Any],
) -> dict[str, Any]:
    """The suite's data with the command line's changes."""
    data = dict(data)
    for key, changes in (("vars", set_vars), ("sources", roots)):
        known = _mapping(data, key)
        for name in changes:
            if name not in known:
                kind = key.removesuffix("s")
                raise UsageError(unknown((), kind, name, known, " of the suite").message)
    if set_vars:
        values = {name: _value(text, data["vars"][name]) for name, text in set_vars.items()}
        data["vars"] = data["vars"] | values
    if roots:
        changed = {name: {**data["sources"][name], "root": _place(name, root)}
                   for name, root in roots.items()}  # fmt: skip
        data["sources"] = data["sources"] | changed
    if output:
        data["output"] = _mapping(data, "output") | output
    return data


def _output(out: Path | None, formats: tuple[str, ...], gallery: bool) -> dict[str, Any]:
    """What the command line says of the output."""
    changes: dict[str, Any] = {}
    if out is not None:
        changes["dir"] = str(out.absolute())
    if formats:
        changes["formats"] = list(formats)
    return changes | ({"gallery": True} if gallery else {})


def _place(source: str, root: str | Path) -> str:
    """A root of the command line: a path as seen from where the command runs, or a URL."""
    text = str(root)
    if problem := check_root(text):
        raise UsageError(f"source '{source}': {problem}")
    return text if is_url(text) else str(Path(text).absolute())


def _value(text: object, before: Any) -> Any:
    """The value that `--set name=text` means; a list where the var is one."""
    if not isinstance(text, str):
        return text
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


def _chart(entry: Entry) -> Chart:
    panels = []
    for panel, places in entry.panels:
        look = {key: value for key, value in panel.items() if key in LOOK}
        rest = {key: value for key, value in panel.items() if key not in LOOK}
        transform = msgspec.convert(rest, TRANSFORMS[panel["transform"]])
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
