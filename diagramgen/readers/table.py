"""Tables with one row for each step, or for each step and item: CSV, JSON lines, Parquet."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import islice
from typing import Annotated, Any

from msgspec import Meta, field

from diagramgen.errors import ResultsError, install, visible
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
MOST_ROWS = 1_000_000
"""A table may have so many rows."""


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
                    warnings.append(
                        f"{place}: {reading.item} has another value at this step before"
                    )
                readings[key] = reading
        return Contents(list(readings.values()), "", tuple(warnings[:1]))

    def _check_columns(self, columns: Mapping[str, None], name: str) -> None:
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


class CsvReader(TableReader, frozen=True, kw_only=True, tag="csv"):
    """A CSV table with a header, such as the exports of TensorBoard and Weights & Biases."""

    def rows(self, data: bytes, name: str) -> Iterator[tuple[str, Row]]:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as err:
            raise ResultsError(f"{name}: not UTF-8 text (byte {err.start + 1})") from err
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        try:
            names = Counter(reader.fieldnames or ())
            twice = [column for column, count in names.items() if count > 1]
            if twice:
                raise ResultsError(f"{name}:1: the header has the column {excerpt(twice[0])} twice")
            for row in reader:
                place = f"{name}:{reader.line_num}"
                if None in row or None in row.values():
                    raise ResultsError(f"{place}: has not as many cells as the header")
                yield place, row
        except csv.Error as err:
            raise ResultsError(f"{name}:{reader.reader.line_num}: not valid CSV: {err}") from err


class JsonlReader(TableReader, frozen=True, kw_only=True, tag="jsonl"):
    """A table as JSON lines: one object for each row."""

    def rows(self, data: bytes, name: str) -> Iterator[tuple[str, Row]]:
        for i, line in enumerate(data.split(b"\n"), 1):
            if line.strip():
                row = load_json(line, f"{name}, line {i}")
                if not isinstance(row, dict):
                    raise ResultsError(f"{name}:{i}: got {excerpt(row)}; expected an object")
                yield f"{name}:{i}", row


class ParquetReader(TableReader, frozen=True, kw_only=True, tag="parquet"):
    """A Parquet table; needs the extra `parquet`."""

    def rows(self, data: bytes, name: str) -> Iterator[tuple[str, Row]]:
        try:
            from pyarrow import parquet
        except ImportError as err:
            raise ResultsError(
                f"{name}: reading Parquet needs pyarrow: {install('parquet')}"
            ) from err
        try:
            file = parquet.ParquetFile(io.BytesIO(data))
            if file.metadata.num_rows > MOST_ROWS:  # a small file can hold any number of them
                raise ResultsError(
                    f"{name}: has {file.metadata.num_rows:,} rows; a table may have {MOST_ROWS:,}"
                )
            names = Counter(file.schema_arrow.names)
            rows = [row for batch in file.iter_batches() for row in batch.to_pylist()]
        except ResultsError:
            raise
        except Exception as err:  # a broken file makes it raise errors of many kinds
            said = visible((str(err) or type(err).__name__).splitlines()[0], one_line=True)
            raise ResultsError(f"{name}: not valid Parquet: {said}") from err
        twice = [column for column, count in names.items() if count > 1]
        if twice:
            raise ResultsError(f"{name}: has the column {excerpt(twice[0])} twice")
        for i, row in enumerate(rows, 1):
            yield f"{name}, row {i}", row


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
