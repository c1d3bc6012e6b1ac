"""A table as columns, all at once: for those in which no cell is odd."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from diagramgen.errors import ResultsError
from diagramgen.readers.columns import ReadingColumns
from diagramgen.readers.records import MISSING, MOST_LETTERS, is_name
from diagramgen.readers.wide import Cell

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

    `cells` are the columns of values. Where `item` names a column, it has the item of all of them,
    and the columns of `run` make the name of their run. `where` has the text that a column must
    have.
    """

    cells: Sequence[Cell]
    step: str | None = None
    item: str | None = None
    run: tuple[str, ...] = ()
    where: Mapping[str, str] = {}

    def numbers(self) -> list[str]:
        """Each column that has numbers but the steps, once."""
        asked = (column for cell in self.cells for column in (cell.value, cell.n, cell.stderr))
        return list(dict.fromkeys(column for column in asked if column is not None))

    def columns(self) -> list[str]:
        """Each column that has numbers or steps, once."""
        return [*self.numbers(), *([self.step] if self.step is not None else [])]

    def amounts(self) -> set[str]:
        """The columns of numbers that are never negative."""
        return {each for cell in self.cells for each in (cell.n, cell.stderr) if each is not None}

    def texts(self) -> list[str]:
        """Each column that has texts, once."""
        asked = (self.item, *self.run, *self.where)
        return list(dict.fromkeys(column for column in asked if column is not None))


class Bulk(NamedTuple):
    """What a table has of a run.

    `differs` are two rows with other values of an item at one step, counted from 0, and the item.
    """

    readings: ReadingColumns
    differs: tuple[int, int, str] | None = None


def bulk_readings(
    database: DuckDBPyConnection,
    source: str,
    columns: Mapping[str, Column],
    asked: Asked,
    name: str,
) -> dict[str, Bulk] | None:
    """The readings of a source, a table as SQL has it, by run; "" where the table tells no runs.

    None where it has to be read cell by cell. That is where it is broken, or a cell is odd: neither
    a plain number nor one of the words for a missing one; no step, no name of an item or a run;
    less than 0 where it may not be. Raises `ResultsError` where it has too many rows; `name` is
    what messages call it.
    """
    import duckdb

    if not_plain(columns, asked):
        return None
    try:
        cells = cast(asked, columns)
        database.execute(f"CREATE OR REPLACE TEMP TABLE cells AS SELECT {cells} FROM {source}")
        found = database.execute("SELECT count(*), bool_or(odd AND counts) FROM cells").fetchone()
        rows, is_odd = found or (0, True)
        if rows > MOST_ROWS:
            raise too_many(rows, name)
        if is_odd or (names := names_of(database, asked)) is None:
            return None
        return readings_of(database, asked, *names, "WHERE counts")
    except duckdb.Error:
        return None


def not_plain(columns: Mapping[str, Column], asked: Asked) -> list[str]:
    """The columns that are asked for and are neither plain numbers nor texts, as they have to be.

    Steps are no truth values.
    """
    wrong = [column for column in asked.texts() if columns[column].type != TEXT]
    wrong += [column for column in asked.columns() if columns[column].type not in NUMBERS]
    is_truth = asked.step is not None and columns[asked.step].type == "BOOLEAN"
    return [*wrong, *([asked.step or ""] if is_truth else [])]


class TooManyRows(ResultsError):
    """A table has more rows than one that is read whole may have."""


def too_many(rows: int, name: str, most: int = MOST_ROWS) -> TooManyRows:
    """What is said of a table with more rows than it may have."""
    return TooManyRows(f"{name}: has {rows:,} rows; a table may have {most:,}")


def cast(asked: Asked, columns: Mapping[str, Column]) -> str:
    """Each row's cells as what they mean, whether one is odd, and whether the row counts."""
    where = [f"{columns[column].sql} = {quoted(text)}" for column, text in asked.where.items()]
    counts = f"coalesce({' AND '.join(where)}, false)" if where else "true"
    cells, odd = [f"{counts} AS counts"], ["false"]
    if asked.item is not None:
        cells.append(f"{columns[asked.item].sql} AS item")
    if asked.run:
        parts = [columns[column].sql for column in asked.run]
        name = " || ' ' || ".join(parts)
        cells.append(f"{name} AS run")
        odd += [f"coalesce(trim({part}), '') = ''" for part in parts]
    if asked.step is not None:
        step = columns[asked.step].sql
        number = f"try_cast({step} AS DOUBLE)"  # where both are the same, neither was rounded
        cells.append(f"try_cast({step} AS BIGINT) AS step")
        odd.append(f"coalesce(step <> {number} OR abs({number}) >= {MOST_EXACT}, true)")
    amounts = asked.amounts()
    for i, name in enumerate(asked.numbers()):
        number_in = columns[name]
        cells.append(f"try_cast({number_in.sql} AS DOUBLE) AS d{i}")
        odd.append(f"(d{i} IS NULL AND {_says(number_in)})")
        if number_in.type == TEXT:
            odd.append(f"strlen({number_in.sql}) > {MOST_LETTERS}")
        if name in amounts:
            odd.append(f"d{i} < 0")
    return f"{', '.join(cells)}, {' OR '.join(odd)} AS odd"


def names_of(
    database: DuckDBPyConnection, asked: Asked, row: str = "rowid"
) -> tuple[list[str], list[str]] | None:
    """The items and the runs of `cells`, each once in their order; None where one is no name.

    Where a column has them, they are the enum `items` or `runs` then. `row` numbers the rows.
    """
    items = _names(database, "item", row) if asked.item else [cell.item for cell in asked.cells]
    runs = _names(database, "run", row) if asked.run else [cell.run for cell in asked.cells]
    if items is None or runs is None or (asked.run and not all(run.strip() for run in runs)):
        return None
    return list(dict.fromkeys(items)), list(dict.fromkeys(runs))


def readings_of(
    database: DuckDBPyConnection,
    asked: Asked,
    items: list[str],
    runs: list[str],
    where: str,
    row: str = "rowid",
) -> dict[str, Bulk]:
    """The readings of those rows of `cells` that a condition of SQL means, by run."""
    import numpy as np

    keep = asked.where or row != "rowid"  # all rows in their order are numbered without a column
    select = [f"d{i}" for i in range(len(asked.numbers()))]
    select += [f"{row} AS row"] if keep else []
    select += ["step"] if asked.step else []
    select += ["enum_code(item::items) AS item"] if asked.item and items else []
    select += ["enum_code(run::runs) AS run"] if asked.run and runs else []
    found = database.execute(f"SELECT {', '.join(select)} FROM cells {where}").fetchnumpy()
    if row != "rowid" and (np.diff(found["row"]) < 0).any():  # read by several threads
        order = np.argsort(found["row"])
        found = {key: np.ma.asarray(column)[order] for key, column in found.items()}
    of = {
        column: _doubles(np.ma.asarray(found[f"d{i}"])) for i, column in enumerate(asked.numbers())
    }
    width, rows = len(asked.cells), len(next(iter(found.values())))
    unknown = np.broadcast_to(np.nan, rows)

    def beside(columns: list[str | None]) -> ndarray:
        """The cells of some columns, one after the other in each row."""
        if not any(columns):
            return np.broadcast_to(np.nan, rows * width)
        arrays = [unknown if column is None else of[column] for column in columns]
        return arrays[0] if width == 1 else np.column_stack(arrays).reshape(-1)

    def each(column: ndarray) -> ndarray:
        """A column with its number for each of a row's cells."""
        return column if width == 1 else np.repeat(column, width)

    def codes(kind: str, names: list[str], of_cells: list[str]) -> ndarray:
        """The place in `names` of each cell's item or run."""
        if kind in found:
            return each(np.asarray(found[kind]))
        places = {name: i for i, name in enumerate(names)}
        return np.tile(np.array([places.get(name, 0) for name in of_cells], "int64"), rows)

    steps = None
    if asked.step is not None:
        steps = each(np.asarray(found["step"], "int64"))
    readings = ReadingColumns(
        tuple(items),
        steps,
        codes("item", items, [cell.item for cell in asked.cells]),
        beside([cell.value for cell in asked.cells]),
        beside([cell.n for cell in asked.cells]),
        beside([cell.stderr for cell in asked.cells]),
    )
    run = codes("run", runs, [cell.run for cell in asked.cells])
    place = np.asarray(found["row"], "int64") if "row" in found else np.arange(rows)
    return _of_runs(readings, each(place), run, runs)


def _names(database: DuckDBPyConnection, kind: str, row: str) -> list[str] | None:
    """The names in the column `kind` in their order, an enum now; None where one is no name."""
    found = f"SELECT {kind} FROM cells WHERE counts GROUP BY 1 ORDER BY min({row})"
    names = [name for (name,) in database.execute(found).fetchall()]
    if not all(isinstance(name, str) and is_name(name) for name in names):
        return None
    if names:
        create_names(database, kind, names)
    return names


def create_names(database: DuckDBPyConnection, kind: str, names: Sequence[str]) -> None:
    """Make the enum of an item's or a run's names."""
    database.execute(f"CREATE TEMP TYPE {kind}s AS ENUM ({', '.join(map(quoted, names))})")


def _of_runs(
    readings: ReadingColumns, rows: ndarray, run: ndarray, names: list[str]
) -> dict[str, Bulk]:
    """The readings of each run; `run` counts in its names."""
    import numpy as np

    if len(names) < 2:
        return {name: _last_of_each(readings, rows) for name in names}
    order = np.argsort(run, kind="stable")
    ends = np.cumsum(np.bincount(run, minlength=len(names)))
    parts = np.split(order, ends[:-1])
    return {
        name: _last_of_each(readings.at(part), rows[part])
        for name, part in zip(names, parts, strict=True)
    }


def _doubles(cells: ndarray) -> ndarray:
    """Numbers, NaN where they are missing; what is infinite is missing, too."""
    import numpy as np

    numbers: ndarray = np.ma.filled(cells.astype("float64", copy=False), np.nan)
    infinite = np.isinf(numbers)
    return np.where(infinite, np.nan, numbers) if infinite.any() else numbers


def _last_of_each(readings: ReadingColumns, rows: ndarray) -> Bulk:
    """Of an item that a step has twice the last with a value, and the first two that differ."""
    import numpy as np

    item, value = readings.item, readings.value
    step = np.zeros(len(item), "int64") if readings.step is None else readings.step
    later = step[1:] > step[:-1]
    if (later | ((step[1:] == step[:-1]) & (item[1:] > item[:-1]))).all():
        return Bulk(readings)
    order = np.lexsort((~np.isnan(value), item, step))
    again = (np.diff(step[order]) == 0) & (np.diff(item[order]) == 0)
    if not again.any():
        return Bulk(readings)
    before, after = value[order[:-1]], value[order[1:]]
    differ = again & ~np.isnan(before) & (before != after)
    kept = readings.at(np.sort(order[np.append(~again, True)]))
    if not differ.any():
        return Bulk(kept)
    second = order[1:][differ]
    first = second.argmin()
    pair = order[:-1][differ][first], second[first]
    return Bulk(kept, (int(rows[pair[0]]), int(rows[pair[1]]), readings.items[item[pair[1]]]))


def _says(column: Column) -> str:
    """Whether a cell says something but that a number is missing."""
    if column.type != TEXT:
        return f"{column.sql} IS NOT NULL"
    words = ", ".join(map(quoted, sorted(MISSING)))
    return f"{column.sql} IS NOT NULL AND lower(trim({column.sql})) NOT IN ({words})"


def quoted(text: str) -> str:
    """A text as SQL has it."""
    return "'" + text.replace("'", "''") + "'"
