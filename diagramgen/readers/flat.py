"""Objects of a file as rows of a table: what is in an object inside is a column of its own."""

from __future__ import annotations

from collections import Counter
from typing import Any

from diagramgen.errors import ResultsError
from diagramgen.readers.records import excerpt

Row = dict[str, Any]
MOST_NESTED = 10
"""Cells are looked for in so many objects, one inside the other."""


def flat(row: Row, place: str) -> Row:
    """The cells of an object and of the objects in it, by the way to each: `OUTER.INNER`.

    Raises `ResultsError` where two have the same way; `place` is what messages call the object.
    """
    if not any(type(cell) is dict for cell in row.values()):
        return row
    cells = list(row.items())
    for _ in range(MOST_NESTED):
        if not any(isinstance(cell, dict) for _, cell in cells):
            break
        cells = [
            (f"{key}.{inner}" if isinstance(cell, dict) else key, value)
            for key, cell in cells
            for inner, value in (cell.items() if isinstance(cell, dict) else [("", cell)])
        ]
    found = dict(cells)
    if len(found) < len(cells):
        twice, _ = Counter(key for key, _ in cells).most_common(1)[0]
        raise ResultsError(f"{place}: has the column {excerpt(twice)} twice")
    return found
