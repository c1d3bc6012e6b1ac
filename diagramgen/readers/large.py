"""A Parquet table too large to be read whole: what is in it, and the rows that are asked for."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from diagramgen.errors import ResultsError
from diagramgen.local import open_local
from diagramgen.readers.bulk import (
    MOST_ROWS,
    Asked,
    cast,
    create_names,
    names_of,
    not_plain,
    quoted,
    readings_of,
)
from diagramgen.readers.database import sealed
from diagramgen.readers.gathered import differs
from diagramgen.readers.parquet import ParquetReader, broken, columns_of
from diagramgen.readers.records import Contents, Runs

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from numpy import ndarray

MOST_LARGE = 1_000_000_000
"""A Parquet table of this machine may have so many rows: to look through them takes a minute."""
MOST_STEPS = 5_000_000
"""Of all its runs together it may have so many steps: what is known of each takes 300 bytes."""
MOST_ASKED = 25_000_000
"""Charts may ask for so many values of it: while they are read they take 100 bytes each."""
KNOWN = "isfinite(d{0})"  # of what is missing it is NULL, which counts for nothing


class StepsThere(NamedTuple):
    """The steps of a run, ascending, whether any item has a value at each, and how many it has."""

    step: ndarray
    known: ndarray
    readings: ndarray


@dataclass(frozen=True, eq=False)
class LargeTable:
    """A table that was looked through: its items, and the steps of its runs by their names.

    `path` is where it is on this machine, `name` what messages call it, `version` its size and time
    when it was looked through.
    """

    path: str
    name: str
    version: tuple[int, int]
    asked: Asked
    items: list[str]
    runs: Mapping[str, StepsThere]

    def read(self, wanted: Mapping[str, Collection[int]]) -> dict[str, Contents]:
        """What the table has of some steps of some runs, by run.

        Raises `ResultsError` where that are too many rows, and where the table has changed so that
        it cannot be read.
        """
        import duckdb
        import numpy as np

        steps = {run: np.array(sorted(of), "int64") for run, of in wanted.items()}
        there = ((self.runs[run], of) for run, of in steps.items())
        count = sum(int(all_.readings[np.isin(all_.step, of)].sum()) for all_, of in there)
        if count > MOST_ASKED:
            raise ResultsError(
                f"{self.name}: charts need {count:,} of its values; they may need {MOST_ASKED:,}: "
                "ask for fewer steps or runs"
            )
        asked, runs = self.asked, list(self.runs)
        with _cells(self.path, self.name, asked) as (database, version):
            if version != self.version:
                raise ResultsError(f"{self.name}: was changed while it was read; run again")
            try:
                for kind, names in (("item", self.items), ("run", runs)):
                    if getattr(asked, kind) and names:
                        create_names(database, kind, names)
                keys = {
                    "place": np.repeat(
                        [runs.index(run) for run in steps], [*map(len, steps.values())]
                    ),
                    "step": np.concatenate([*steps.values()]),
                }
                database.register("wanted", keys)
                where = "WHERE counts AND step IN (SELECT step FROM wanted)"
                if asked.run:
                    named = ", ".join(map(quoted, steps))
                    places = "(enum_code(run::runs)::BIGINT, step)"
                    where = f"WHERE counts AND run IN ({named}) AND {places} IN (FROM wanted)"
                found = readings_of(database, asked, self.items, runs, where, "row")
            except duckdb.Error as err:
                raise broken(self.name, err) from err
        contents = {}
        for run in wanted:
            readings, differing = found[run]
            warnings: tuple[str, ...] = ()
            if differing is not None:
                before, after = (f"{self.name}, row {row + 1}" for row in differing[:2])
                warnings = (differs(self.name, differing[2], before, after, self.asked.step)[0],)
            contents[run] = Contents(readings, "", warnings)
        return contents


def look_through(path: str, name: str, reader: ParquetReader, runs: Runs | None) -> LargeTable:
    """A large table of this machine, as far as planning needs to know it.

    Raises `OSError` where the file cannot be opened, `ResultsError` where the table is not plain
    numbers and names: only of a small one each cell is looked at alone.
    """
    import duckdb

    with open_local(path) as handle, sealed(handle) as (database, place):
        columns = columns_of(database, place, name, MOST_LARGE)
    asked = reader.asked(columns, name, runs)
    only = f"only in tables of up to {MOST_ROWS:,} rows"
    if wrong := not_plain(columns, asked):
        said = f"column '{wrong[0]}' is {columns[wrong[0]].type}"
        raise ResultsError(f"{name}: {said}; other columns than numbers and texts are read {only}")
    with _cells(path, name, asked) as (database, version):
        try:
            names = names_of(database, asked, "row")
            found, odd = _steps(database, asked, [] if names is None else names[1])
            cells = {} if odd is None else _row(database, odd)
        except duckdb.Error as err:
            raise broken(name, err) from err
    if sum(len(each.step) for each in found.values()) > MOST_STEPS:
        raise ResultsError(f"{name}: has more than {MOST_STEPS:,} steps in all its runs")
    if cells:
        at = f"{name}, row {(odd or 0) + 1}"
        reader.read_listed([(at, cells)], name, runs)
        raise ResultsError(f"{at}: numbers, steps or names in other words are read {only}")
    if names is None:
        said = "an item or a run has no name that can be shown; its row is told"
        raise ResultsError(f"{name}: {said} {only}")
    return LargeTable(path, name, version, asked, names[0], found)


def _row(database: DuckDBPyConnection, row: int) -> dict[str, object]:
    """A row of the table by the names of its columns."""
    found = database.execute("SELECT * EXCLUDE file_row_number FROM file WHERE file_row_number = ?",
                             [row])  # fmt: skip
    names = [column[0].strip() for column in found.description or ()]
    cells = found.fetchone() or ()
    return dict(zip(names, cells, strict=False))


def _steps(
    database: DuckDBPyConnection, asked: Asked, runs: list[str]
) -> tuple[dict[str, StepsThere], int | None]:
    """The steps of each run, and the first row with an odd cell, if there is one."""
    import numpy as np

    numbers = asked.numbers()
    by_run: dict[str, list[str]] = {}
    for cell in asked.cells:
        by_run.setdefault(cell.run, []).append(KNOWN.format(numbers.index(cell.value)))
    known = ", ".join(
        f"coalesce(bool_or({' OR '.join(of)}), false) AS known{i}"
        for i, of in enumerate(by_run.values())
    )
    run = "enum_code(run::runs)" if asked.run and runs else "0"
    found = database.execute(
        f"SELECT {run} AS run, step, count(*) AS rows, min(row) FILTER (odd) AS odd, {known} "
        f"FROM cells WHERE counts GROUP BY ALL ORDER BY ALL LIMIT {MOST_STEPS + 1}"
    ).fetchnumpy()
    of_column = {key: np.ma.asarray(column) for key, column in found.items()}
    odd = of_column["odd"]
    if odd.count():
        return {}, int(odd.min())
    steps: dict[str, StepsThere] = {}
    for i, name in enumerate(runs):
        width = len(asked.cells) if asked.run else len(by_run.get(name, ()))
        of = of_column["run"] == i if asked.run else slice(None)
        at, known_there, rows = (
            np.asarray(of_column[key][of])
            for key in ("step", "known0" if asked.run else f"known{i}", "rows")
        )
        steps[name] = StepsThere(at.astype("int64"), known_there.astype(bool), rows * width)
    return steps, None


@contextmanager
def _cells(
    path: str, name: str, asked: Asked
) -> Iterator[tuple[DuckDBPyConnection, tuple[int, int]]]:
    """A database that has the table as `cells`, of what its columns mean, and the file's version.

    `row` counts from 0.
    """
    with open_local(path) as handle, sealed(handle) as (database, place):
        columns = columns_of(database, place, name, MOST_LARGE)
        file = f"read_parquet('{place}', file_row_number = true)"
        database.execute(f"CREATE TEMP VIEW file AS SELECT * FROM {file}")
        places = [column.sql for column in columns.values()]
        named = f"{file} AS file({', '.join([*places, 'row'])})"
        database.execute(
            f"CREATE TEMP VIEW cells AS SELECT {cast(asked, columns)}, row FROM {named}"
        )
        stat = os.fstat(handle)
        yield database, (stat.st_size, stat.st_mtime_ns)
