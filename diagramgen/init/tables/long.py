"""Long tables: a row for each item, and columns, or a column, of what is measured."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any, NamedTuple

from diagramgen.errors import ResultsError
from diagramgen.init.folder import can_be_named
from diagramgen.init.kinds import (
    SCORE,
    STDERR,
    N,
    is_benchmark,
    kind_of,
    scaled,
    unknown_kind,
    words,
)
from diagramgen.init.names import are_models, is_average, is_result
from diagramgen.init.tables.averages import check_rows
from diagramgen.init.tables.columns import (
    ITEMS,
    METRICS,
    VALUES,
    Cells,
    is_missing,
)
from diagramgen.init.tables.ways import Layout, Way, listed, shown
from diagramgen.readers.records import number

NEARLY = re.compile(r"[-+]?[0-9][0-9.,' ]*( ?(%|±|\+/-|\(|\[).*)?")
"""A cell that people read as a number: a decimal comma, a spread after it, thousands apart."""
COMMA = re.compile(r"[-+]?[0-9]+,[0-9]+")


class _Of(NamedTuple):
    """What the metrics of a long table have in common; `runs` are columns, if they are runs."""

    table: Cells
    base: Mapping[str, Any]
    item: str
    n: str | None
    runs: tuple[str, ...] = ()


def long_layout(
    table: Cells, base: Mapping[str, Any], taken: Iterable[str], item: str, word: str
) -> Layout:
    """The metrics of a long table whose items stand in `item`; `word` is the table's name.

    Raises `ResultsError` where there are none.
    """
    texts = [name for name in table.named(METRICS) if table.is_text(name) and name != item]
    metric = texts[0] if texts else None
    empty = [i for i, row in enumerate(table.rows) if is_missing(row.get(item))]
    if empty:
        raise ResultsError(f"column '{shown(item)}' is empty in row {empty[0] + 1}; write the "
                           f"{' '.join(words(item))} in each row")  # fmt: skip
    value = _first(name for name in table.named(VALUES) if table.numbers(name))
    n = _first(name for name in table.named(N) if table.numbers(name) and name not in taken)
    columns, notes = results(table, {*taken, n or "", metric or ""})
    if value in columns and (metric or len(columns) == 1):
        columns = [value]
    of = _Of(table, base, item, n)
    if value is None and len(columns) > 1 and (metric or are_models(columns)):
        of, columns = of._replace(runs=tuple(columns)), ["{run}"]
    if not columns:
        raise ResultsError(no_results(table, taken))
    wheres: list[dict[str, str]] = [{}]
    if metric and columns[0] in (value, "{run}"):
        wheres = [{metric: text} for text in table.texts(metric) if can_be_named(text)]
    ways = []
    for column in columns:
        own = column
        if column in (value, "{run}"):
            own = word if kind_of(word) or column == value else "score"
        ways += [_way(of, column, where, next(iter(where.values()), own)) for where in wheres]
    key = [name for name in taken if name != item]
    notes += [note for way in ways for note in check_rows(table, way, item, key)]
    runs = {"columns": of.runs} if of.runs else None
    why = f"long table, items in '{shown(item)}'"
    return Layout(ways, why, runs, notes=tuple(dict.fromkeys(notes)))


def _first(names: Iterable[str]) -> str | None:
    return next(iter(names), None)


def _way(of: _Of, column: str, where: Mapping[str, str], said: str) -> Way:
    """How to read one metric, of which `said` is the name."""
    values = of.runs or (column,)
    rows = [row for row in of.table.rows if all(str(row.get(k)) == v for k, v in where.items())]
    part = Cells(rows)
    numbers = [each for name in values for each in part.numbers(name) or ()]
    full = {
        str(row.get(of.item)) for row in rows if any(not is_missing(row.get(v)) for v in values)
    }
    items = part.texts(of.item)
    without = [item for item in items if item not in full or is_average(item)]
    if not set(items) - set(without):
        without = [item for item in items if item not in full]
    kind = kind_of(said)
    if kind is None:
        of_tasks = 2 * sum(map(is_benchmark, items)) >= len(items)
        kind = SCORE if of_tasks else unknown_kind(" ".join(words(said)) or "value", ())
    stderr = _first(name for name in (f"{column}_stderr", *of.table.named(STDERR))
                    if name in of.table.names)  # fmt: skip
    keys = {"item": of.item, "value": column, "n": of.n, "stderr": stderr, "where": dict(where)}
    read = {**of.base, **{key: value for key, value in keys.items() if value}}
    item = " ".join(words(of.item)) if of.item in of.table.named(ITEMS) else "task"
    return Way(said, said, read, scaled(kind, numbers), item, tuple(without))


def results(table: Cells, taken: Iterable[str]) -> tuple[list[str], list[str]]:
    """The columns that may be results, and notes of those that nearly are."""
    found, notes = [], []
    for name in table.names:
        if name in taken or not is_result(name):
            continue
        if table.numbers(name):
            found.append(name)
            continue
        filled = table.filled(name)
        odd = [(i, cell) for i, cell in filled if not _is_number(cell)]
        if odd and (len(odd) < len(filled) or NEARLY.fullmatch(str(odd[0][1]).strip())):
            row, cell = odd[0]
            notes.append(f"column '{shown(name)}' left out: '{shown(str(cell))}' in row {row + 1} "
                         f"is no number")  # fmt: skip
    return found, notes


def no_results(table: Cells, taken: Iterable[str]) -> str:
    """Why no column of a table is a result."""
    for name in table.names:
        for i, cell in () if name in taken else table.filled(name)[:1]:
            text = str(cell).strip()
            if _is_number(cell) or not NEARLY.fullmatch(text):
                continue
            if text.endswith("%"):
                return f"column '{shown(name)}' has '{shown(text)}'; write plain numbers"
            plain = f"write {text.replace(',', '.')}" if COMMA.fullmatch(text) else (
                "write plain numbers")  # fmt: skip
            return f"column '{shown(name)}' has '{shown(text)}' in row {i + 1}; {plain}"
    return f"no column has results; there is {listed(table.names)}"


def _is_number(cell: Any) -> bool:
    try:
        return isfinite(number(cell, "", ""))
    except ResultsError:
        return False
