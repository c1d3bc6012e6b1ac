"""Tables as Parquet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING

from diagramgen.errors import ResultsError, visible
from diagramgen.readers.bulk import MOST_ROWS, Column, bulk_readings, too_many
from diagramgen.readers.database import opened
from diagramgen.readers.flat import Row
from diagramgen.readers.records import Contents, Runs, excerpt
from diagramgen.readers.table import TableReader

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

AT_ONCE = 10_000


class ParquetReader(TableReader, frozen=True, kw_only=True, tag="parquet"):
    """A Parquet table.

    A table on this machine may have up to 1,000,000,000 rows, where a column has its steps: of more
    than 1,000,000 rows, or 256 MiB, only those are read that charts need, up to 25,000,000 values,
    and every cell has to be a plain number or a name.
    """

    def rows(self, data: bytes, name: str) -> Iterator[tuple[str, Row]]:
        import duckdb

        with opened(data) as (database, path):
            names = list(columns_of(database, path, name))
            try:
                found = database.execute(f"SELECT * FROM read_parquet('{path}')")
                batches = iter(lambda: found.fetchmany(AT_ONCE), [])
                for i, row in enumerate(chain.from_iterable(batches), 1):
                    yield f"{name}, row {i}", dict(zip(names, row, strict=True))
            except duckdb.Error as err:
                raise broken(name, err) from err

    def read_bulk(
        self, data: bytes, name: str, runs: Runs | None = None
    ) -> Mapping[str, Contents] | None:
        with opened(data) as (database, path):
            columns = columns_of(database, path, name)
            asked = self.asked(columns, name, runs)
            places = ", ".join(column.sql for column in columns.values())
            source = f"read_parquet('{path}') AS file({places})"
            found = bulk_readings(database, source, columns, asked, name)
        return self.contents(found, data, name)


def columns_of(
    database: DuckDBPyConnection, path: str, name: str, most: int = MOST_ROWS
) -> dict[str, Column]:
    """The columns of a Parquet file by their names.

    Raises `ResultsError`, a `TooManyRows` where it has more than `most`.
    """
    import duckdb

    file = f"read_parquet('{path}')"
    try:
        rows = database.execute(f"SELECT num_rows FROM parquet_file_metadata('{path}')").fetchall()
        schema = database.execute(
            f"SELECT name, num_children FROM parquet_schema('{path}')"
        ).fetchall()
        described = database.execute(f"DESCRIBE SELECT * FROM {file}").fetchall()
    except duckdb.Error as err:
        raise broken(name, err) from err
    if rows[0][0] > most:  # a small file can hold any number of them
        raise too_many(rows[0][0], name, most)
    names = [column.strip() for column in _top(schema)]
    twice = [column for column, count in Counter(names).items() if count > 1]
    if twice:
        raise ResultsError(f"{name}: has the column {excerpt(twice[0])} twice")
    return {
        column: Column(f"c{i}", kind)
        for i, (column, (_, kind, *_)) in enumerate(zip(names, described, strict=True))
    }


def _top(schema: list[tuple[str, int | None]]) -> Iterator[str]:
    """The outermost columns of a schema that lists what is in a column after it."""
    inside = 0
    for name, children in schema[1:]:
        if not inside:
            yield name
        inside = max(inside - 1, 0) + (children or 0)


def broken(name: str, err: Exception) -> ResultsError:
    """What is said of a file that DuckDB cannot read."""
    said = visible((str(err) or type(err).__name__).splitlines()[0], one_line=True)
    return ResultsError(f"{name}: not valid Parquet: {said}")
