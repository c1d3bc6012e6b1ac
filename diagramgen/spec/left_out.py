"""What of its table a chart does not show, in the words of its subtitle."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from diagramgen.transforms import Table

MOST_NAMED = 8
"""More items than this are counted in the subtitle; the manifest names them."""


def left_out(table: Table) -> str | None:
    """What the table leaves out, and why."""
    if not table.left_out:
        return None
    reasons: dict[str, list[str]] = {}
    for item, reason in table.left_out.items():
        reasons.setdefault(reason, []).append(item)
    parts = [f"{_some(items)} ({reason})" for reason, items in reasons.items()]
    return f"Left out: {'; '.join(parts)}"


def without_values(table: Table) -> str | None:
    """The items or groups of a table that have no value at all."""
    rows = table.rows
    column = next((name for name in ("item", "group") if name in rows), None)
    if column is None or "value" not in rows or rows["value"].notna().all():
        return None
    known = set(rows.loc[rows["value"].notna(), column]) | set(table.left_out)
    lost = [str(name) for name in rows[column].dropna().unique() if name not in known]
    return f"No value: {_some(lost)}" if lost else None


def _some(items: list[str]) -> str:
    return ", ".join(items) if len(items) <= MOST_NAMED else f"{len(items)} items"
