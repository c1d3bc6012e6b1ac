"""A table as columns, all at once: for those in which no cell is odd."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from diagramgen.errors import ResultsError
from diagramgen.readers.columns import ReadingColumns
from diagramgen.readers.records import MISSING, MOST_LETTERS, is_name

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from numpy import ndarray

TEXT = "VARCHAR"
WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT")
NUMBERS = {TEXT, "BOOLEAN", "FLOAT", "DOUBLE", *WHOLE, *(f"U{each}" for each in WHOLE)}
"""Types of columns that are numbers, or texts that may say some."""
MOST_ROWS = 1_000_000
"""A table may have so many rows."""
MOST_EXACT = 2**53
"""Below it, every whole number is a double."""


class Column(NamedTuple):
    """A column of a table: what SQL calls it (by its place, not its name), and its type there."""

    sql: str
    type: str = TEXT


class Asked(NamedTuple):
    """What a table is asked for: columns by what they are for, and the rows that count.

    `values` are the columns of values, each with its item; where `item` names a column there is
    one, whose item that column says. `where` has the text that a column must have.
    """

    values: Sequence[tuple[Column, str]]
    step: Column | None = None
    item: Column | None = None
    n: Column | None = None
    stderr: Column | None = None
    where: Sequence[tuple[Column, str]] = ()

    def numbers(self) -> list[Column]:
        """Each column that has numbers but the steps, once."""
        asked = (self.n, self.stderr, *(column for column, _ in self.values))
        return list(dict.fromkeys(column for column in asked if column is not None))

    def texts(self) -> list[Column]:
        """Each column that has texts, once."""
        asked = (self.item, *(column for column, _ in self.where))
        return list(dict.fromkeys(column for column in asked if column is not None))


class Bulk(NamedTuple):
    """What a table has; `differs` is a row with another value than one before, and its item."""

    readings: ReadingColumns
    differs: tuple[int, str] | None = None


def bulk_readings(
    database: DuckDBPyConnection, source: str, asked: Asked, name: str
) -> Bulk | None:
    """The readings of a source, a table as SQL has it; None where it has to be read cell by cell.

    That is where it is broken, or a cell is odd: neither a plain number nor one of the words for a
    missing one; no step, no name of an item; less than 0 where it may not be. Raises `ResultsError`
    where it has too many rows; `name` is what messages call it.
    """
    import duckdb

    steps = [] if asked.step is None else [asked.step]
    if (
        any(column.type != TEXT for column in asked.texts())
        or any(column.type not in NUMBERS for column in asked.numbers() + steps)
        or any(column.type == "BOOLEAN" for column in steps)
    ):
        return None
    try:
        database.execute(f"CREATE TEMP TABLE cells AS SELECT {_cast(asked)} FROM {source}")
        found = database.execute("SELECT count(*), bool_or(odd AND counts) FROM cells").fetchone()
        rows, is_odd = found or (0, True)
        if rows > MOST_ROWS:
            raise too_many(rows, name)
        return None if is_odd else _readings(database, asked)
    except duckdb.Error:
        return None


def too_many(rows: int, name: str) -> ResultsError:
    """What is said of a table with more rows than it may have."""
    return ResultsError(f"{name}: has {rows:,} rows; a table may have {MOST_ROWS:,}")


def _cast(asked: Asked) -> str:
    """Each row's cells as what they mean, whether one is odd, and whether the row counts."""
    where = [f"{column.sql} = {_text(text)}" for column, text in asked.where]
    cells, odd = ["coalesce(" + (" AND ".join(where) or "true") + ", false) AS counts"], ["false"]
    if asked.item is not None:
        cells.append(f"{asked.item.sql} AS item")
    if asked.step is not None:
        step = asked.step.sql
        number = f"try_cast({step} AS DOUBLE)"  # where both are the same, neither was rounded
        cells.append(f"try_cast({step} AS BIGINT) AS step")
        odd.append(f"coalesce(step <> {number} OR abs({number}) >= {MOST_EXACT}, true)")
    for i, column in enumerate(asked.numbers()):
        cells.append(f"try_cast({column.sql} AS DOUBLE) AS d{i}")
        odd.append(f"(d{i} IS NULL AND {_says(column)})")
        if column.type == TEXT:
            odd.append(f"strlen({column.sql}) > {MOST_LETTERS}")
        if column in (asked.n, asked.stderr):
            odd.append(f"d{i} < 0")
    return f"{', '.join(cells)}, {' OR '.join(odd)} AS odd"


def _readings(database: DuckDBPyConnection, asked: Asked) -> Bulk | None:
    import numpy as np

    items = dict.fromkeys(item for _, item in asked.values)
    select = ["rowid AS row", *(f"d{i}" for i in range(len(asked.numbers())))]
    if asked.step is not None:
        select.append("step")
    if asked.item is not None:
        found = "SELECT item FROM cells WHERE counts GROUP BY 1 ORDER BY min(rowid)"
        names = [name for (name,) in database.execute(found).fetchall()]
        if not all(isinstance(name, str) and is_name(name) for name in names):
            return None
        items = dict.fromkeys(names)
        if items:
            database.execute(f"CREATE TEMP TYPE items AS ENUM ({', '.join(map(_text, items))})")
            select.append("enum_code(item::items) AS item")
    cells = database.execute(f"SELECT {', '.join(select)} FROM cells WHERE counts").fetchnumpy()
    of = {
        column: _doubles(np.ma.asarray(cells[f"d{i}"])) for i, column in enumerate(asked.numbers())
    }
    width, rows = len(asked.values), len(cells["row"])
    steps = None
    if asked.step is not None:
        steps = np.repeat(np.asarray(cells["step"], "int64"), width)
    codes = {name: i for i, name in enumerate(items)}
    if asked.item is not None:
        item_of = np.asarray(cells.get("item", ()), "int64")
    else:
        item_of = np.tile(np.array([codes[item] for _, item in asked.values], "int64"), rows)
    unknown = np.full(rows * width, np.nan)
    readings = ReadingColumns(
        tuple(items),
        steps,
        item_of,
        np.column_stack([of[column] for column, _ in asked.values]).reshape(-1),
        unknown if asked.n is None else of[asked.n],
        unknown if asked.stderr is None else of[asked.stderr],
    )
    return _last_of_each(readings, np.repeat(cells["row"], width))


def _doubles(cells: ndarray) -> ndarray:
    """Numbers, NaN where they are missing; what is infinite is missing, too."""
    import numpy as np

    numbers: ndarray = np.ma.filled(cells.astype("float64"), np.nan)
    numbers[~np.isfinite(numbers)] = np.nan
    return numbers


def _last_of_each(readings: ReadingColumns, rows: ndarray) -> Bulk:
    """Of an item that a step has twice the last, and the first that differs from one before."""
    import numpy as np

    item, value = readings.item, readings.value
    step = np.zeros(len(item), "int64") if readings.step is None else readings.step
    forward = np.diff(step) > 0
    if (forward | ((np.diff(step) == 0) & (np.diff(item) > 0))).all():
        return Bulk(readings)
    order = np.lexsort((item, step))
    again = (np.diff(step[order]) == 0) & (np.diff(item[order]) == 0)
    if not again.any():
        return Bulk(readings)
    before, after = value[order[:-1]], value[order[1:]]
    differs = order[1:][again & ~np.isnan(before) & (before != after)]
    kept = readings.at(np.sort(order[np.append(~again, True)]))
    if not len(differs):
        return Bulk(kept)
    first = differs.min()
    return Bulk(kept, (int(rows[first]), readings.items[item[first]]))


def _says(column: Column) -> str:
    """Whether a cell says something but that a number is missing."""
    if column.type != TEXT:
        return f"{column.sql} IS NOT NULL"
    words = ", ".join(map(_text, sorted(MISSING)))
    return f"{column.sql} IS NOT NULL AND lower(trim({column.sql})) NOT IN ({words})"


def _text(text: str) -> str:
    """A text as SQL has it."""
    return "'" + text.replace("'", "''") + "'"
