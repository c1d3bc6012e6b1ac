"""Templates: Vega-Lite in YAML, fitted to a table's columns."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from diagramgen.assets import asset_folder
from diagramgen.document.check import Finding, Schema, check, check_json, diagnostics
from diagramgen.document.document import Document, read_document
from diagramgen.errors import ChartError, Diagnostic, SuiteError, UsageError
from diagramgen.looks.reach import held
from diagramgen.transforms.parameters import COLUMNS

if TYPE_CHECKING:
    from pandas import DataFrame

KEYS = ("item", "group", "against", "source", "step")
"""The columns that tell a table's rows apart."""
POSITIONS = frozenset({"x", "y", "x2", "y2", "text"})
"""Channels without which a layer makes no sense; any other is left out when its column is."""
COLORS = ("color", "fill", "stroke")
WORD: Schema = {"type": "string"}
CHANNEL: Schema = {
    "type": "object",
    "properties": {
        "field": WORD,
        "type": WORD,
        "scale": {"type": "object"},
        "axis": {"type": "object"},
    },
}
VIEW: Schema = {
    "type": "object",
    "properties": {
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
"""What a template must be for `fit` and `fill`; all else about it is Vega-Lite's."""


class Template(NamedTuple):
    """A template: `needs` are the columns without which it cannot be used.

    `keys` are those of its fields that tell rows apart and for which another such column may stand
    in; `spec` is the Vega-Lite view.
    """

    name: str
    needs: tuple[str, ...]
    keys: tuple[str, ...]
    spec: dict[str, Any]


class Fitted(NamedTuple):
    """A template fitted to a table: its view, the column of each key, the columns of facets."""

    spec: dict[str, Any]
    columns: dict[str, str]
    facets: tuple[str, ...]


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
    words = ("usermeta", "description")
    spec = {key: value for key, value in document.data.items() if key not in words}
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
    if found:
        return
    if not {"mark", "layer"} & data.keys():
        yield Finding((), "missing-key", "a template needs the key 'mark' or 'layer'")
    needs = data["usermeta"]["needs"]
    for i, key in enumerate(data["usermeta"].get("keys", ())):
        if key in needs:
            message = f"'{key}' is in 'needs', too: a column that must be there has no stand-in"
            yield Finding(("usermeta", "keys", i), "conflicting-parameters", message)


def fit(template: Template, rows: DataFrame, color_by: str | None, prefer: str | None) -> Fitted:
    """The template's view with the fields that the table has.

    A layer whose columns are missing is left out. `color_by` is the column that colours are to
    tell apart; `prefer` is the transform's choice where the entry makes none. A column that tells
    rows apart and has no channel makes small multiples. Raises `ChartError` when the table lacks
    what the template needs.
    """
    lost = [column for column in template.needs if column not in rows]
    if lost:
        has = ", ".join(rows.columns)
        raise ChartError(
            f"template '{template.name}' needs column {' and '.join(lost)}; the table has {has}"
        )
    if color_by is not None and color_by not in rows:
        raise ChartError(f"color_by: the table has no column '{color_by}'")
    spec = copy.deepcopy(template.spec)
    fixed = {field for field in template.needs if field in KEYS}
    there = [column for column in KEYS if column in rows and column not in fixed]
    if "item" in there and "group" in there:
        there.remove("group")
    varying = [column for column in there if rows[column].nunique(dropna=False) > 1]
    columns = _assign(template, spec, there, varying, color_by, prefer)
    if color_by is not None and color_by not in columns.values():
        _recolor(spec, color_by)
        varying = [column for column in varying if column != color_by]
    shown = fixed | set(columns.values())
    facets = _facets([column for column in varying if column not in shown], shown, rows)
    renames = {key: columns.get(key) for key in template.keys}
    constant = {column for column in KEYS if column in rows and rows[column].nunique() < 2}
    for view in spec.get("layer", [spec]):
        _fit_view(view, renames, rows, constant)
    _fit_view(spec, renames, rows, constant)
    if "layer" in spec:
        spec["layer"] = [view for view in spec["layer"] if _complete(view, spec, rows)]
    return Fitted(spec, columns, facets)


def _assign(
    template: Template,
    spec: dict[str, Any],
    there: list[str],
    varying: list[str],
    color_by: str | None,
    prefer: str | None,
) -> dict[str, str]:
    """The column for each key of the template; a key that gets none is left out of the view."""
    fields = _fields(spec)
    colored = [key for key in template.keys if fields.get(key, set()) & set(COLORS)]
    columns: dict[str, str] = {}
    wanted = color_by if color_by in there else prefer if prefer in varying else None
    if colored and wanted:
        columns[colored[-1]] = wanted

    def free(names: list[str]) -> list[str]:
        return [name for name in names if name not in columns.values()]

    for key in template.keys:
        if key not in columns and key in free(varying):
            columns[key] = key
    for key in template.keys:
        if key in columns:
            continue
        others = free(varying)
        if not others and fields.get(key, set()) & {"x", "y"}:
            others = [key] if key in free(there) else free(there)
        if others:
            columns[key] = others[0]
    return columns


def _facets(lone: list[str], shown: set[str], rows: DataFrame) -> tuple[str, ...]:
    """Of the columns without a channel those without which rows would lie on one another."""
    facets = list(lone)
    for column in reversed(lone):
        others = sorted(shown & set(rows.columns) | set(facets) - {column})
        if others and not rows.duplicated(others).any():
            facets.remove(column)
    return tuple(facets)


def _fields(spec: dict[str, Any]) -> dict[str, set[str]]:
    """Each field of a view with the channels that it fills."""
    found: dict[str, set[str]] = {}
    for view in (spec, *spec.get("layer", ())):
        for channel, encoding in view.get("encoding", {}).items():
            if isinstance(encoding, dict) and "field" in encoding:
                found.setdefault(encoding["field"], set()).add(channel)
    return found


def _recolor(spec: dict[str, Any], column: str) -> None:
    """Let the nominal colours of a view tell another column apart."""
    for view in (spec, *spec.get("layer", ())):
        for channel in ("color", "shape", "strokeDash"):
            encoding = view.get("encoding", {}).get(channel)
            if encoding and encoding.get("type") in ("nominal", "ordinal"):
                view["encoding"][channel] = {**encoding, "field": column}


def _fit_view(
    view: dict[str, Any], renames: dict[str, str | None], rows: DataFrame, constant: set[str]
) -> None:
    """Rename a view's fields, and leave out the channels that have no column or only one value."""
    encodings = view.get("encoding", {})
    lone_reference = "reference" in rows and rows["reference"].nunique() < 2
    for channel, encoding in list(encodings.items()):
        if channel == "tooltip":
            shown = [
                {**each, "field": renames.get(each["field"], each["field"]) or each["field"]}
                for each in encoding
            ]
            unique = {each["field"]: each for each in shown if each["field"] in rows}
            encodings[channel] = list(unique.values())
            continue
        if not isinstance(encoding, dict) or "field" not in encoding:
            continue
        field = renames.get(encoding["field"], encoding["field"])
        encoding["field"] = field
        optional = channel not in POSITIONS
        idle = optional and (field not in rows or field in constant) and field != "better"
        grey = channel in COLORS and lone_reference and _shows_reference(view)
        if field is None or idle or grey:
            del encodings[channel]


def _shows_reference(view: dict[str, Any]) -> bool:
    encodings = view.get("encoding", {})
    return any(
        isinstance(encodings.get(channel), dict) and encodings[channel].get("field") == "reference"
        for channel in ("x", "y")
    )


def _complete(view: dict[str, Any], spec: dict[str, Any], rows: DataFrame) -> bool:
    """Whether the table has every column that places a layer's marks."""
    encodings = spec.get("encoding", {}) | view.get("encoding", {})
    return all(
        encoding["field"] in rows
        for channel, encoding in encodings.items()
        if channel in POSITIONS and isinstance(encoding, dict) and "field" in encoding
    )
