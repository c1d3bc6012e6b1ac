"""Templates: Vega-Lite in YAML, fitted to a table's columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from diagramgen.assets import asset_folder
from diagramgen.document.check import check, check_json
from diagramgen.document.data import Schema
from diagramgen.document.document import read_document
from diagramgen.document.wording import Finding, Missing, diagnostics
from diagramgen.errors import Diagnostic, SuiteError, UsageError
from diagramgen.formats.spec import Spec
from diagramgen.looks.python import TEMPLATES, function_in, made_by
from diagramgen.looks.reach import held, references
from diagramgen.looks.variables import check_variables
from diagramgen.model.columns import COLUMNS
from diagramgen.plugins import module_of

KEYS = ("item", "group", "against", "source", "step")
"""The columns that tell a table's rows apart."""
WORD: Schema = {"type": "string"}
CHANNEL: Schema = {
    "type": "object",
    "properties": {"field": WORD, "type": WORD},
}
VIEW: Schema = {
    "type": "object",
    "properties": {
        "transform": {"type": "array", "items": {"type": "object"}},
        "mark": {
            "anyOf": [WORD, {"type": "object", "properties": {"type": WORD}, "required": ["type"]}]
        },
        "encoding": {
            "type": "object",
            "properties": {
                "tooltip": {"type": "array", "items": CHANNEL | {"required": ["field"]}}
            },
            "additionalProperties": {"anyOf": [CHANNEL, {"type": "array", "items": CHANNEL}]},
        },
    },
}
TEMPLATE: Schema = {
    "type": "object",
    "properties": VIEW["properties"]
    | {
        "description": WORD,
        "layer": {"type": "array", "minItems": 1, "items": VIEW},
        "usermeta": {
            "type": "object",
            "properties": {
                "needs": {"type": "array", "items": {"enum": list(COLUMNS)}},
                "keys": {"type": "array", "items": {"enum": list(KEYS)}},
            },
            "required": ["needs"],
            "additionalProperties": False,
        },
    },
    "required": ["usermeta"],
}
"""What a template must be for `fit` and `fill_channels`; all else about it is Vega-Lite's."""


REPLACED = ("$schema", "usermeta", "description", "data")
"""Keys at a template's top of which a chart has its own: it may be tried with rows in an editor."""


class TemplateFolder(NamedTuple):
    """A suite's own folder of templates; `python` says whether those in Python may run."""

    path: Path
    python: bool = False


class Template(NamedTuple):
    """A template: `needs` are the columns without which it cannot be used.

    `keys` are those of its fields that tell rows apart and for which another such column may stand
    in; `spec` is the Vega-Lite view, `description` what it shows. `module` is the top-level one of
    the package that brings it.
    """

    name: str
    needs: tuple[str, ...]
    keys: tuple[str, ...]
    spec: Spec
    description: str = ""
    origin: Literal["built-in", "suite", "python", "package"] = "built-in"
    module: str | None = None


class Templates(NamedTuple):
    """The templates that a suite may name, and those that it uses by name.

    `unread` tells of those that cannot be used, `findings` what is wrong in the others.
    """

    names: list[str]
    used: dict[str, Template]
    unread: dict[str, str]
    findings: list[Diagnostic]


def used_templates(used: Iterable[str], own: TemplateFolder | None) -> Templates:
    """The templates of a suite, those `used` and all that stand in for built-in ones read."""
    wanted = set(used)
    known = {*built_in(), *_own(own)}
    if not wanted <= known:
        known.update(TEMPLATES.names())
    found = Templates(sorted(known), {}, {}, [])
    for name in sorted((wanted | _own(own).intersection(built_in())) & known):
        try:
            found.used[name] = load(name, own)
        except SuiteError as err:
            found.findings.extend(err.diagnostics)
        except UsageError as err:
            found.unread[name] = str(err)
    return found


def names(own: TemplateFolder | None) -> list[str]:
    """The names of all templates: the suite's own, the built-in ones, those of packages."""
    return sorted({*built_in(), *_own(own), *TEMPLATES.names()})


def built_in() -> list[str]:
    """The names of the templates that come with diagramgen."""
    return sorted(file.stem for file in asset_folder("templates").glob("*.yaml"))


def _own(own: TemplateFolder | None) -> set[str]:
    """The names of a suite's own templates, whether they may be used or not."""
    files = [*own.path.glob("*.yaml"), *own.path.glob("*.py")] if own is not None else []
    return {file.stem for file in files}


def load(name: str, own: TemplateFolder | None) -> Template:
    """The template of that name: the suite's own, else the built-in one, else a package's.

    Raises `UsageError` when there is none that can be used, `SuiteError` when it is no template.
    """
    if own is not None and (file := own.path / f"{name}.yaml").exists():
        return _read(file, file.stat().st_mtime_ns)._replace(origin="suite")
    if own is not None and (file := own.path / f"{name}.py").exists():
        if not own.python:
            raise UsageError(f"{_shown(file)} is Python, which runs only with --allow-python")
        return _run(file, file.stat().st_mtime_ns)
    if (file := asset_folder("templates") / f"{name}.yaml").exists():
        return _read(file, file.stat().st_mtime_ns)
    if (function := TEMPLATES.find(name)) is not None:
        return _made(name, function)
    raise UsageError(f"there is no template '{name}'; there are {', '.join(names(own))}")


def _shown(file: Path) -> str:
    """What messages call a file: its folder's name and its own."""
    return f"{file.parent.name}/{file.name}"


@cache
def _read(file: Path, _time: int) -> Template:
    """The template of a file; read again when that has changed."""
    document = read_document(file, _shown(file))
    if found := diagnostics(document, _check(document.data)):
        raise SuiteError(found)
    return _template(file.stem, held(document))


@cache
def _run(file: Path, _time: int) -> Template:
    """The template that a file in Python makes; run again when that has changed."""
    shown = _shown(file)
    spec = _right(made_by(function_in(file, shown), shown), shown)
    return _template(file.stem, spec)._replace(origin="python")


@cache
def _made(name: str, function: Callable[[], Any]) -> Template:
    """The template that a package's function makes."""
    shown = f"template '{name}' of the package {TEMPLATES.package(name)}"
    template = _template(name, _right(made_by(function, shown), shown))
    return template._replace(origin="package", module=module_of(function))


def _right(spec: Spec, shown: str) -> Spec:
    """A template that Python has made. Raises `UsageError` when it is none."""
    wrong = [(finding.where, finding.message) for finding in _check(spec)]
    for way, message in [*wrong, *references(spec)]:
        place = ".".join(map(str, way))
        raise UsageError(f"{shown}: {f'{place}: ' if place else ''}{message}")
    return spec


def _template(name: str, data: Spec) -> Template:
    header = data["usermeta"]
    spec = {key: value for key, value in data.items() if key not in REPLACED}
    needs, keys = tuple(header["needs"]), tuple(header.get("keys", ()))
    return Template(name, needs, keys, spec, data.get("description", ""))


def _check(data: Any) -> Iterator[Finding]:
    """What is wrong with a template: its shape, its columns, its numbers."""
    found = list(check(data, TEMPLATE, (), "a template"))
    yield from found
    yield from check_json(data, ())
    yield from check_variables(data, "a template")
    if found:
        return
    if not {"mark", "layer"} & data.keys():
        yield Finding((), "missing-key", Missing("a template", "mark", " or 'layer'"))
    needs = data["usermeta"]["needs"]
    for i, key in enumerate(data["usermeta"].get("keys", ())):
        if key in needs:
            message = f"'{key}' is in 'needs', too: a column that must be there has no stand-in"
            yield Finding(("usermeta", "keys", i), "conflicting-parameters", message)
