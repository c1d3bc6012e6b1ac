"""Which fields a view has beside its table's columns: those that its transforms make."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from diagramgen.formats.spec import Spec

if TYPE_CHECKING:
    from pandas import DataFrame

NAMED = ("item", "group", "source", "against")
"""The columns whose values are names."""
UNNAMED = {
    "fold": ("key", "value"),
    "density": ("value", "density"),
    "quantile": ("prob", "value"),
}
"""What Vega-Lite calls the fields that these transforms make where they say no `as`."""


def table_views(view: Spec) -> list[Spec]:
    """A view and its layers, but those with data of their own: the table is nothing to them."""
    return [view, *(part for part in view.get("layer", ()) if "data" not in part)]


def mark_of(view: Spec) -> str:
    """The kind of a view's mark; nothing where it has none."""
    mark: Any = view.get("mark")
    kind = mark.get("type") if isinstance(mark, dict) else mark
    return kind if isinstance(kind, str) else ""


def fields_made(view: Spec, rows: DataFrame) -> set[str]:
    """The fields that a view's own transforms make of a table."""
    transforms = view.get("transform", ())
    made = {name for each in transforms for name in _named(each)}
    pivots = {each["pivot"] for each in transforms if isinstance(each.get("pivot"), str)}
    return made | {str(value) for field in pivots & set(rows) for value in rows[field].unique()}


def _named(part: Any) -> Iterator[str]:
    """The names that a transform, or a part of one, gives to what it makes."""
    if isinstance(part, list):
        for each in part:
            yield from _named(each)
    if not isinstance(part, dict):
        return
    for key, value in part.items():
        if key in ("as", "fields"):  # `fields` are those that a lookup brings
            yield from _words(value)
        elif key != "data":
            yield from _named(value)
        if key in UNNAMED and "as" not in part:
            yield from UNNAMED[key]
        if key in ("bin", "stack") and isinstance(part.get("as"), str):
            yield f"{part['as']}_end"


def _words(value: Any) -> list[str]:
    return [
        each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)
    ]
