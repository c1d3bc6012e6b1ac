"""Whether a view draws anything of its table: a picture without a mark is none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from diagramgen.document.data import mapping
from diagramgen.errors import ChartError
from diagramgen.formats.spec import Spec
from diagramgen.spec.fields import mark_of, table_views

POSITIONS = ("x", "y", "x2", "y2")
GUIDES = frozenset({"rule", "text"})
"""The marks that say something of others; alone they count as the chart's."""


def check_drawn(view: Spec, rows: list[dict[str, Any]]) -> None:
    """Raise `ChartError` where no mark of a view shows a row of its table.

    A mark shows a row that has a value in each column that places it, within the domain that its
    axis is said to have. Whatever the view's own transforms place is taken to show.
    """
    inner = view.get("spec", view)
    marks = list(_marks(inner))
    shown = [each for each in marks if each[0] not in GUIDES] or marks
    known = set(rows[0]) if rows else set()
    lost: dict[str, None] = {}
    for _, encoding in shown:
        places = {
            channel: each["field"]
            for channel in POSITIONS
            if (each := mapping(encoding, channel)).get("field")
        }
        if rows and not (places and set(places.values()) <= known):
            return
        full = [row for row in rows if all(row[field] is not None for field in places.values())]
        if full and _in_window(full, places, encoding):
            return
        lost |= dict.fromkeys(
            field for field in places.values() if all(row[field] is None for row in rows)
        )
        lost |= {} if not full else {f"{' and '.join(places.values())} within the axes": None}
    if not rows:
        raise ChartError("there is nothing to draw: the table has no rows")
    what = " and ".join(lost) or "a place"
    raise ChartError(f"there is nothing to draw: no row has {what}")


def _marks(view: Spec) -> Iterator[tuple[str, Spec]]:
    """The marks of a view's table, each with all of its channels."""
    for part in table_views(view):
        if "mark" in part:
            yield mark_of(part), view.get("encoding", {}) | part.get("encoding", {})


def _in_window(rows: list[dict[str, Any]], places: dict[str, str], encoding: Spec) -> bool:
    """Whether not all rows lie on one side of what an axis shows: lines may go through it."""
    for channel, field in places.items():
        domain = mapping(mapping(encoding, channel), "scale").get("domain")
        numbers = [row[field] for row in rows]
        if not isinstance(domain, list) or len(domain) != 2:
            continue
        if not all(_is_number(each) for each in (*domain, *numbers)):
            continue
        if max(numbers) < min(domain) or min(numbers) > max(domain):
            return False
    return True


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
