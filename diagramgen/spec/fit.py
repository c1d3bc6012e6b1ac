"""A template -> a view with the fields that the table has."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, NamedTuple

from diagramgen.errors import ChartError
from diagramgen.formats.spec import Spec
from diagramgen.looks.templates import KEYS, Template
from diagramgen.spec.fields import fields_made, table_views
from diagramgen.transforms.selection import STEPS

if TYPE_CHECKING:
    from pandas import DataFrame


POSITIONS = frozenset({"x", "y", "x2", "y2", "text"})
"""Channels without which a layer makes no sense; any other is left out when its column is."""
COLORS = ("color", "fill", "stroke")


class Fitted(NamedTuple):
    """A template fitted to a table: its view, the column of each key, the columns of facets."""

    spec: Spec
    columns: dict[str, str]
    facets: tuple[str, ...]


def fit(template: Template, rows: DataFrame, color_by: str | None, prefer: str | None) -> Fitted:
    """The template's view with the fields that the table has.

    A layer whose columns are missing is left out, unless its data or transforms bring them.
    `color_by` is the column that colours are to tell apart; `prefer` is the transform's choice
    where the entry makes none. A column that tells rows apart and has no channel makes small
    multiples. Raises `ChartError` when the table lacks what the template needs.
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
    # That a finished model has no step does not tell its rows from others: the source does.
    varying = [c for c in there if rows[c].nunique(dropna=c == "step") > 1]
    columns = _assign(template, spec, there, varying, color_by, prefer)
    if color_by is not None and color_by not in columns.values():
        _recolor(spec, color_by)
        others = [column for column in varying if column != color_by]
        places = (fixed | set(columns.values()) | set(others)) & set(rows.columns)
        piled = _fills_places(spec) and bool(rows.duplicated(sorted(places)).any())
        if not piled or _set_beside(spec, color_by):
            varying = others
    shown = fixed | set(columns.values())
    facets = _facets([column for column in varying if column not in shown], shown, rows)
    renames = {key: columns.get(key) for key in template.keys}
    constant = {column for column in KEYS if column in rows and rows[column].nunique() < 2}
    for view in table_views(spec):
        _fit_view(view, renames, rows, constant, fields_made(spec, rows) | fields_made(view, rows))
    if "layer" in spec:
        layers = spec["layer"]
        spec["layer"] = [view for view in layers if _complete(view, spec, rows)]
        if spec["layer"] != layers and all("data" in view for view in spec["layer"]):
            has = ", ".join(rows.columns)
            raise ChartError(
                f"template '{template.name}' has no layer for this table, which has {has}"
            )
    return Fitted(spec, columns, facets)


def _assign(
    template: Template,
    spec: Spec,
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


def _fields(spec: Spec) -> dict[str, set[str]]:
    """Each field of a view with the channels that it fills."""
    found: dict[str, set[str]] = {}
    for view in table_views(spec):
        for channel, encoding in view.get("encoding", {}).items():
            if isinstance(encoding, dict) and "field" in encoding:
                found.setdefault(encoding["field"], set()).add(channel)
    return found


def _recolor(spec: Spec, column: str) -> None:
    """Let the nominal colours of a view tell another column apart."""
    for view in table_views(spec):
        for channel in ("color", "shape", "strokeDash"):
            encoding = view.get("encoding", {}).get(channel)
            if encoding and encoding.get("type") in ("nominal", "ordinal"):
                view["encoding"][channel] = {**encoding, "field": column}


def _fills_places(spec: Spec) -> bool:
    """Whether marks of one place hide one another, whatever their colours are."""
    marks = [view["mark"] for view in table_views(spec) if "mark" in view]
    kinds = {mark["type"] if isinstance(mark, dict) else mark for mark in marks}
    return bool(kinds & {"bar", "rect"})


def _set_beside(spec: Spec, column: str) -> bool:
    """Set bars of one place beside one another, in place; False where that is taken or no bar's."""
    band = ("nominal", "ordinal")
    found = [
        (encoding, channel)
        for view in table_views(spec)
        for encoding in [view.get("encoding", {})]
        for channel in ("x", "y")
        if isinstance(encoding.get(channel), dict) and encoding[channel].get("type") in band
    ]
    channels = {channel for _, channel in found}
    taken = any(f"{channel}Offset" in encoding for encoding, channel in found)
    if len(channels) != 1 or taken:
        return False
    for encoding, channel in found:
        encoding[f"{channel}Offset"] = {"field": column, "type": "nominal"}
    return True


def _fit_view(
    view: Spec,
    renames: dict[str, str | None],
    rows: DataFrame,
    constant: set[str],
    made: set[str],
) -> None:
    """Rename a view's fields, and leave out the channels that have no column or only one value.

    The fields that its own transforms have `made` are as the view says.
    """
    known = made | set(rows.columns)
    told = known - {column for column in STEPS if column in rows and rows[column].isna().all()}
    renames = {key: column for key, column in renames.items() if key not in made}
    encodings = view.get("encoding", {})
    lone_reference = "reference" in rows and rows["reference"].nunique() < 2
    for channel, encoding in list(encodings.items()):
        if channel == "tooltip":
            shown = [
                {**each, "field": renames.get(each["field"], each["field"]) or each["field"]}
                for each in encoding
            ]
            unique = {each["field"]: each for each in shown if each["field"] in told}
            encodings[channel] = list(unique.values())
            continue
        if not isinstance(encoding, dict) or "field" not in encoding:
            continue
        field = renames.get(encoding["field"], encoding["field"])
        encoding["field"] = field
        optional = channel not in POSITIONS
        is_idle = field not in known or field in constant - made
        idle = optional and is_idle and field != "better"
        grey = channel in COLORS and lone_reference and _shows_reference(view)
        if field is None or idle or grey:
            del encodings[channel]


def _shows_reference(view: Spec) -> bool:
    encodings = view.get("encoding", {})
    return any(
        isinstance(encodings.get(channel), dict) and encodings[channel].get("field") == "reference"
        for channel in ("x", "y")
    )


def _complete(view: Spec, spec: Spec, rows: DataFrame) -> bool:
    """Whether a layer has every field that places its marks: in the table, or made by itself."""
    if "data" in view:
        return True
    known = fields_made(spec, rows) | fields_made(view, rows) | set(rows.columns)
    encodings = spec.get("encoding", {}) | view.get("encoding", {})
    return all(
        encoding["field"] in known
        for channel, encoding in encodings.items()
        if channel in POSITIONS and isinstance(encoding, dict) and "field" in encoding
    )
