"""The averages that a table has itself: no items, but a check of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from diagramgen.init.tables.columns import Cells, is_missing
from diagramgen.init.tables.ways import Way, shown
from diagramgen.init.tables.wide import Group
from diagramgen.readers.records import number


def check_columns(table: Cells, group: Group) -> list[str]:
    """A note where the file's own average is not the mean of the columns that we take."""
    for column in group.averages:
        for i, row in enumerate(table.rows):
            cells = [row.get(name) for name in group.members]
            if is_missing(row.get(column)) or any(map(is_missing, cells)):
                continue
            said = _differs(row.get(column), [number(cell, "", "") for cell in cells])
            if said:
                return [f"{_no_mean(column, len(cells))}: {said} in row {i + 1}"]
    return []


def check_rows(table: Cells, way: Way, item: str, key: Sequence[str]) -> list[str]:
    """The same where the average is a row beside those of the items, for all rows of one `key`."""
    where: Mapping[str, str] = way.read.get("where", {})
    value = way.read["value"]
    if value not in table.names:
        return []
    groups: dict[tuple[Any, ...], dict[str, Any]] = {}
    for part, row in zip(table.parts, table.rows, strict=True):
        if all(str(row.get(name)) == text for name, text in where.items()):
            at = (part, *(str(row.get(name)) for name in key))
            groups.setdefault(at, {})[str(row.get(item))] = row.get(value)
    for cells in groups.values():
        ours = [number(cell, "", "") for name, cell in cells.items()
                if name not in way.without and not is_missing(cell)]  # fmt: skip
        for name in way.without:
            said = None if is_missing(cells.get(name)) or not ours else _differs(cells[name], ours)
            if said:
                return [f"{_no_mean(name, len(ours))}: {said}"]
    return []


def _no_mean(name: str, count: int) -> str:
    return f"'{shown(name)}' of the file is not the mean of its {count} items"


def _differs(given: Any, values: Sequence[float]) -> str | None:
    """How an average that a file has differs from the mean, if by more than its rounding."""
    theirs, ours = number(given, "", ""), sum(values) / len(values)
    decimals = len(str(given).strip().partition(".")[2]) if "e" not in str(given).lower() else 6
    if abs(theirs - ours) <= max(1.01 * 10.0**-decimals, 1e-6 * abs(ours)):
        return None
    return f"{theirs:.6g} against {ours:.6g}"
