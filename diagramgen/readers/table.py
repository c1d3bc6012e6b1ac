"""Tables with one row for each step, or for each step and item; JSON lines are one kind."""

from __future__ import annotations

import gzip
import io
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import islice
from typing import Annotated, Any

from msgspec import Meta, field

from diagramgen.errors import ResultsError, TruncatedFile
from diagramgen.readers.bulk import MOST_ROWS, Asked, Bulk, Column
from diagramgen.readers.records import (
    Contents,
    Reader,
    Reading,
    amount,
    excerpt,
    item_name,
    load_json,
    number,
    there,
    whole_step,
)

Row = dict[str, Any]
CELLS = (str, int, float, Decimal, type(None))
"""What may stand in a cell that is compared or names an item."""
MOST_NESTED = 10
"""Cells are looked for in so many objects, one inside the other."""
GZIP = b"\x1f\x8b"
MOST_INFLATED = 1 << 28
"""What is in a file in gzip may have so many bytes."""


class TableReader(Reader, frozen=True, kw_only=True):
    """A table, long (a row for each step and item) or wide (a column for each item).

    Long: `item` and `value` name the columns. Wide: `columns` are patterns of column names in
    which {item} stands for the item. Of a step that comes twice, as after a restart, the last row
    counts. Empty cells are missing values.
    """

    step: Annotated[
        str | None,
        Meta(
            description="Column with the step; left out where the checkpoint pattern has {step}.",
            examples=["_step", "Step"],
        ),
    ] = None
    item: Annotated[
        str | None,
        Meta(
            description="Long tables: column with the item; left out where the file has one item.",
        ),
    ] = None
    value: Annotated[str | None, Meta(description="Long tables: column with the value.")] = None
    n: Annotated[str | None, Meta(description="Long tables: column with n.")] = None
    stderr: Annotated[
        str | None, Meta(description="Long tables: column with the standard error.")
    ] = None
    columns: Annotated[
        tuple[str, ...],
        Meta(
            description="Wide tables: names of the value columns, {item} stands for the item.",
            examples=[["eval/{item}-validation/CrossEntropyLoss"]],
        ),
    ] = ()
    where: Annotated[
        dict[str, str], Meta(description="Keep only rows that have these texts in these columns.")
    ] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if (self.value is None) == (not self.columns):
            raise ValueError("needs `value` (a long table) or `columns` (a wide one)")
        if any(pattern.count("{item}") > 1 for pattern in self.columns):
            raise ValueError("a pattern of `columns` has {item} once at most")

    @property
    def steps_inside(self) -> bool:
        return True

    def rows(self, data: bytes, name: str) -> Iterable[tuple[str, Row]]:
        """Each row with its place. Raises `ResultsError`."""
        raise NotImplementedError

    def read(self, data: bytes, name: str) -> Contents:
        data = inflated(data, name)
        return self.read_bulk(data, name) or self.read_rows(data, name)

    def read_bulk(self, data: bytes, name: str) -> Contents | None:  # noqa: ARG002 others need them
        """The contents, all at once; None where only going through the rows tells what is there.

        Raises `ResultsError`.
        """
        return None

    def read_rows(self, data: bytes, name: str) -> Contents:
        """The contents, cell by cell: what a cell means, and what is said of a wrong one."""
        rows = list(islice(self.rows(data, name), MOST_ROWS + 1))
        if len(rows) > MOST_ROWS:
            raise ResultsError(f"{name}: has more than {MOST_ROWS:,} rows, which no table may")
        columns = dict.fromkeys(key for _, row in rows for key in row)
        if rows:
            self._check_columns(columns, name)
        wide = [_items(pattern, columns, name) for pattern in self.columns if rows]
        readings: dict[tuple[int | None, str], Reading] = {}
        warnings = []
        for place, row in rows:
            if any(_text(row.get(column)) != text for column, text in self.where.items()):
                continue
            step = None
            if self.step is not None:
                step = whole_step(row.get(self.step), f"{place}, {self.step}")
            for reading in self._readings(row, wide, step, place):
                key = (reading.step, reading.item)
                before = readings.pop(key, reading)
                if before.value == before.value and before.value != reading.value:
                    warnings.append(_differs(place, reading.item))
                readings[key] = reading
        return Contents(list(readings.values()), "", tuple(warnings[:1]))

    def asked(self, columns: Mapping[str, Column], name: str) -> Asked:
        """What a table with these columns is asked for. Raises `ResultsError` where one lacks."""
        self._check_columns(columns, name)
        step = None if self.step is None else columns[self.step]
        where = tuple((columns[column], text) for column, text in self.where.items())
        if self.value is None:
            wide = [_items(pattern, columns, name).items() for pattern in self.columns]
            values = tuple((columns[column], item) for items in wide for column, item in items)
            return Asked(values, step, where=where)
        item, n, stderr = (
            None if column is None else columns[column]
            for column in (self.item, self.n, self.stderr)
        )
        return Asked(((columns[self.value], ""),), step, item, n, stderr, where)

    def contents(self, found: Bulk | None, data: bytes, name: str) -> Contents | None:
        """What was found at once, with a warning that names its place."""
        if found is None or found.differs is None:
            return found and Contents(found.readings)
        row, item = found.differs
        place = next(place for place, _ in islice(self.rows(data, name), row, None))
        return Contents(found.readings, "", (_differs(place, item),))

    def _check_columns(self, columns: Iterable[str], name: str) -> None:
        asked = (self.step, self.item, self.value, self.n, self.stderr, *self.where)
        for column in asked:
            if column is not None and column not in columns:
                raise ResultsError(f"{name}: no column '{column}'; {there(columns)}")

    def _readings(
        self, row: Row, wide: list[dict[str, str]], step: int | None, place: str
    ) -> Iterator[Reading]:
        def cell(column: str | None, of: Callable[[Any, str, str], float]) -> float:
            return float("nan") if column is None else of(row.get(column), column, place)

        if self.value is not None:
            item = "" if self.item is None else _item(row.get(self.item), self.item, place)
            n, stderr = cell(self.n, amount), cell(self.stderr, amount)
            yield Reading(item, cell(self.value, number), n, stderr, step)
        for items in wide:
            for column in row:
                if column in items:
                    yield Reading(items[column], cell(column, number), step=step)


class JsonlReader(TableReader, frozen=True, kw_only=True, tag="jsonl"):
    """A table as JSON lines: one object for each row.

    What is in an object inside it is the column `OUTER.INNER`.
    """

    def rows(self, data: bytes, name: str) -> Iterator[tuple[str, Row]]:
        for i, line in enumerate(data.split(b"\n"), 1):
            if line.strip():
                row = load_json(line, f"{name}, line {i}")
                if not isinstance(row, dict):
                    raise ResultsError(f"{name}:{i}: got {excerpt(row)}; expected an object")
                cells = _flat(row)
                flat = dict(cells)
                if len(flat) < len(cells):
                    twice, _ = Counter(key for key, _ in cells).most_common(1)[0]
                    raise ResultsError(f"{name}:{i}: has the column {excerpt(twice)} twice")
                yield f"{name}:{i}", flat


def _flat(row: Row) -> list[tuple[str, Any]]:
    """The cells of an object and of the objects in it, each with the way to it."""
    cells = list(row.items())
    for _ in range(MOST_NESTED):
        if not any(isinstance(cell, dict) for _, cell in cells):
            break
        cells = [
            (f"{key}.{inner}" if isinstance(cell, dict) else key, value)
            for key, cell in cells
            for inner, value in (cell.items() if isinstance(cell, dict) else [("", cell)])
        ]
    return cells


def inflated(data: bytes, name: str) -> bytes:
    """A file's bytes; of one in gzip what is in it. Raises `ResultsError`."""
    if not data.startswith(GZIP):
        return data
    try:
        with gzip.open(io.BytesIO(data)) as file:
            whole = file.read(MOST_INFLATED + 1)
    except EOFError as err:
        raise TruncatedFile(f"{name}: not valid gzip: it ends in the middle") from err
    except (OSError, zlib.error) as err:
        raise ResultsError(f"{name}: not valid gzip: {err}") from err
    if len(whole) > MOST_INFLATED:  # a small file can hold any number of bytes
        raise ResultsError(f"{name}: has more than the {MOST_INFLATED:,} bytes that it may have")
    return whole


def _differs(place: str, item: str) -> str:
    return f"{place}: {item} has another value at this step before"


def _items(pattern: str, columns: Iterable[str], name: str) -> dict[str, str]:
    """The columns that a pattern means, with their items. Raises `ResultsError` for none."""
    before, has_item, after = pattern.partition("{item}")
    least = len(before) + len(after)
    found = {
        column: column[len(before) : len(column) - len(after)] if has_item else column
        for column in columns
        if (
            column.startswith(before) and column.endswith(after) and len(column) > least
            if has_item
            else column == pattern
        )
    }
    if not found:
        raise ResultsError(f"{name}: no column is like '{pattern}'; {there(columns)}")
    return {column: item_name(item, "a column", name) for column, item in found.items()}


def _text(raw: Any) -> str:
    """A cell as `where` compares it; dates, lists and the like are no text that is ever meant."""
    return str(raw) if isinstance(raw, CELLS) else ""


def _item(raw: Any, column: str, place: str) -> str:
    """The item of a cell: text, or a number that counts the items."""
    named = str(raw) if isinstance(raw, CELLS) and raw is not None else raw
    return item_name(named, column, place)
