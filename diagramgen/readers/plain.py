"""Plain numbers of records: what needs no closer look, which is nearly all there ever is."""

from __future__ import annotations

import math
from math import isfinite
from typing import Any

from diagramgen.readers.ways import Keys, keys_of

EXACT = 2**53
"""Below this every integer is a float, too."""


def plain_column(records: list[Any], field: Keys | None) -> list[float] | None:
    """A field of all records, where each has a plain number; None where one needs a closer look."""
    if field is None:
        return [math.nan] * len(records)
    column = records
    try:
        for key in keys_of(field):
            column = [record[key] for record in column]
    except (KeyError, TypeError):
        return None
    kinds = set(map(type, column))
    if kinds == {float}:
        return column if all(map(isfinite, column)) else None
    if not kinds <= {int, float} or not (min(column) > -EXACT and max(column) < EXACT):
        return None
    return list(map(float, column)) if all(map(isfinite, column)) else None


def plain(record: Any, keys: tuple[str, ...]) -> float | None:
    """The number that a record has where `keys` lead; None for all that needs a closer look."""
    for key in keys:
        if type(record) is not dict:
            return None
        record = record.get(key)
    if type(record) is int and abs(record) < EXACT:
        return float(record)
    return record if type(record) is float and isfinite(record) else None
