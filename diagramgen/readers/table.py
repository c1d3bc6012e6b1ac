"""Tables with one row for each step, or for each step and item: CSV, JSON lines, Parquet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, ClassVar

from msgspec import Meta, field

from diagramgen.errors import ResultsError
from diagramgen.readers.records import Contents, Reader, Reading, load_json, number, shown

Row = dict[str, Any]


class TableReader(Reader, frozen=True, kw_only=True):
    """A table, long (a row for each step and item) or wide (a column for each item).

    Long: `item` and `value` name the columns. Wide: `columns` are patterns of column names in
    which {item} stands for the item. Of a step that comes twice, as after a restart, the last row
    counts. Empty cells are missing values.
    """

    steps_inside: ClassVar[bool] = True

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

    def rows(self, data: bytes, name: str) -> Iterable[tuple[str, Row]]:
        """Each row with its place. Raises `ResultsError`."""
        raise NotImplementedError

    def read(self, data: bytes, name: str) -> Contents:
        rows = list(self.rows(data, name))
        if rows:
            self._check_columns(dict.fromkeys(key for _, row in rows for key in row), name)
        readings: dict[tuple[int | None, str], Reading] = {}
        warnings = []
        for place, row in rows:
            if any(str(row.get(column)) != text for column, text in self.where.items()):
                continue
            step = None if self.step is None else _step(row.get(self.step), f"{place}, {self.step}")
            for reading in self._readings(row, step, place):
                key = (reading.step, reading.item)
                before = readings.pop(key, reading)
                if before.value == before.value and before.value != reading.value:
                    warnings.append(
                        f"{place}: {reading.item} has another value at this step before"
                    )
                readings[key] = reading
        return Contents(list(readings.values()), "", tuple(warnings[:1]))

    def _check_columns(self, row: Mapping[str, None], name: str) -> None:
        asked = (self.step, self.item, self.value, self.n, self.stderr, *self.where)
        for column in asked:
            if column is not None and column not in row:
                raise ResultsError(f"{name}: no column '{column}'; there is {', '.join(row)}")
        for pattern in self.columns:
            if not any(_pattern(pattern).fullmatch(column) for column in row):
                raise ResultsError(
                    f"{name}: no column is like '{pattern}'; there is {', '.join(row)}"
                )

    def _readings(self, row: Row, step: int | None, place: str) -> Iterator[Reading]:
        def cell(column: str | None) -> float:
            return float("nan") if column is None else _number(row.get(column), place, column)

        if self.value is not None:
            item = "" if self.item is None else str(row.get(self.item))
            yield Reading(item, cell(self.value), cell(self.n), cell(self.stderr), step)
        for pattern in self.columns:
            for column in row:
                if (found := _pattern(pattern).fullmatch(column)) is not None:
                    yield Reading(found.groupdict().get("item", column), cell(column), step=step)


class CsvReader(TableReader, frozen=True, kw_only=True, tag="csv"):
    """A CSV table with a header, such as the exports of TensorBoard and Weights & Biases."""

    def rows(self, data: bytes, name: str) -> Iterator[tuple[str, Row]]:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as err:
            raise ResultsError(f"{name}: not UTF-8 text (byte {err.start + 1})") from err
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        try:
            for row in reader:
                place = f"{name}:{reader.line_num}"
                if None in row or None in row.values():
                    raise ResultsError(f"{place}: has not as many cells as the header")
                yield place, row
        except csv.Error as err:
            raise ResultsError(f"{name}:{reader.line_num}: not valid CSV: {err}") from err


class JsonlReader(TableReader, frozen=True, kw_only=True, tag="jsonl"):
    """A table as JSON lines: one object for each row."""

    def rows(self, data: bytes, name: str) -> Iterator[tuple[str, Row]]:
        for i, line in enumerate(data.split(b"\n"), 1):
            if line.strip():
                row = load_json(line, f"{name}, line {i}")
                if not isinstance(row, dict):
                    raise ResultsError(f"{name}:{i}: got {shown(row)}; expected an object")
                yield f"{name}:{i}", row


class ParquetReader(TableReader, frozen=True, kw_only=True, tag="parquet"):
    """A Parquet table; needs the extra `parquet`."""

    def rows(self, data: bytes, name: str) -> Iterator[tuple[str, Row]]:
        try:
            from pyarrow import ArrowException, parquet
        except ImportError as err:
            raise ResultsError(
                f"{name}: reading Parquet needs pyarrow: pip install 'diagramgen[parquet]'"
            ) from err
        try:
            table = parquet.read_table(io.BytesIO(data))
        except (ArrowException, OSError) as err:
            raise ResultsError(f"{name}: not valid Parquet: {str(err).splitlines()[0]}") from err
        for i, row in enumerate(table.to_pylist(), 1):
            yield f"{name}, row {i}", row


def _pattern(pattern: str) -> re.Pattern[str]:
    before, has_item, after = pattern.partition("{item}")
    return re.compile(re.escape(before) + ("(?P<item>.+)" if has_item else "") + re.escape(after))


def _number(raw: Any, place: str, column: str) -> float:
    """A cell's number, also where the table has it as text."""
    if isinstance(raw, str):
        try:
            return number(float(raw), column, place)
        except ValueError:
            pass
    return number(raw, column, place)


def _step(raw: Any, place: str) -> int:
    try:
        step = float(raw)
    except (TypeError, ValueError):
        step = float("nan")
    if not step.is_integer():
        raise ResultsError(f"{place}: got {shown(raw)}; expected a step, a whole number")
    return int(step)
