"""Templates: Vega-Lite in YAML, fitted to a table's columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from diagramgen.assets import asset_folder
from diagramgen.document.check import Schema, check, check_json
from diagramgen.document.document import Document, read_document
from diagramgen.document.wording import Finding, diagnostics
from diagramgen.errors import Diagnostic, SuiteError, UsageError
from diagramgen.formats.spec import Spec
from diagramgen.looks.reach import held
from diagramgen.looks.variables import check_variables
from diagramgen.model.columns import COLUMNS

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


class Template(NamedTuple):
    """A template: `needs` are the columns without which it cannot be used.

    `keys` are those of its fields that tell rows apart and for which another such column may stand
    in; `spec` is the Vega-Lite view.
    """

    name: str
    needs: tuple[str, ...]
    keys: tuple[str, ...]
    spec: Spec


class Templates(NamedTuple):
    """The templates that a suite may name: `needs` has the columns of those that it uses.

    `unread` tells of files that cannot be read, `findings` what is wrong in the others.
    """

    names: list[str]
    needs: dict[str, tuple[str, ...]]
    unread: dict[str, str]
    findings: list[Diagnostic]


def used_templates(used: Iterable[str], own: Path | None) -> Templates:
    """The templates of a suite, those `used` and all that stand in for built-in ones read."""
    found = Templates(names(own), {}, {}, [])
    standing_in = {name for name in names(None) if is_own(name, own)}
    for name in sorted({*used, *standing_in} & set(found.names)):
        try:
            found.needs[name] = load(name, own).needs
        except SuiteError as err:
            found.findings.extend(err.diagnostics)
        except UsageError as err:
            found.unread[name] = str(err)
    return found


def names(own: Path | None) -> list[str]:
    """The names of all templates, the suite's own among them."""
    folders = [folder for folder in (own, asset_folder("templates")) if folder is not None]
    return sorted({file.stem for folder in folders for file in folder.glob("*.yaml")})


def load(name: str, own: Path | None) -> Template:
    """The template of that name: the suite's own, else the built-in one.

    Raises `UsageError` when there is none that can be read, `SuiteError` when it is no template.
    """
    for folder in filter(None, (own, asset_folder("templates"))):
        file = folder / f"{name}.yaml"
        if file.exists():
            return _read(file, file.stat().st_mtime_ns)
    raise UsageError(f"there is no template '{name}'; there are {', '.join(names(own))}")


@cache
def _read(file: Path, _time: int) -> Template:
    """The template of a file; read again when that has changed."""
    shown = f"{file.parent.name}/{file.name}"
    document = read_document(file, shown)
    if found := diagnostics(document, _check(document)):
        raise SuiteError(found)
    held(document)
    header = document.data["usermeta"]
    spec = {key: value for key, value in document.data.items() if key not in REPLACED}
    return Template(file.stem, tuple(header["needs"]), tuple(header.get("keys", ())), spec)


def is_own(name: str, own: Path | None) -> bool:
    """Whether a template is the suite's own."""
    return own is not None and (own / f"{name}.yaml").is_file()


def _check(document: Document) -> Iterator[Finding]:
    """What is wrong with a template: its shape, its columns, its numbers."""
    data = document.data
    found = list(check(data, TEMPLATE, (), "a template"))
    yield from found
    yield from check_json(data, ())
    yield from check_variables(data, "a template")
    if found:
        return
    if not {"mark", "layer"} & data.keys():
        yield Finding((), "missing-key", "a template needs the key 'mark' or 'layer'")
    needs = data["usermeta"]["needs"]
    for i, key in enumerate(data["usermeta"].get("keys", ())):
        if key in needs:
            message = f"'{key}' is in 'needs', too: a column that must be there has no stand-in"
            yield Finding(("usermeta", "keys", i), "conflicting-parameters", message)
