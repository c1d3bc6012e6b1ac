"""Tables as text: CSV with any delimiter."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated

from msgspec import Meta

from diagramgen.errors import ResultsError
from diagramgen.readers.bulk import Column, bulk_readings
from diagramgen.readers.database import opened
from diagramgen.readers.flat import Row
from diagramgen.readers.records import Contents, Runs, excerpt
from diagramgen.readers.table import TableReader

DELIMITERS = ",\t;|"
"""What may stand between cells: the first of these that the header has."""
MOST_WIDE = 300
"""Of more columns the rows are read in less time than a database takes to plan."""
BLANKS = " \t"
"""What does not count around a cell."""
LARGE = 100_000
"""Of fewer bytes the rows are read in less time than a database takes to open."""
BOM = b"\xef\xbb\xbf"


class CsvReader(TableReader, frozen=True, kw_only=True, tag="csv"):
    """A CSV table with a header, such as the exports of TensorBoard and Weights & Biases.

    Cells stand between commas, tabs, semicolons or bars, whichever of these the first line has, in
    this order. Spaces around the names of columns and the cells do not count.
    """

    header: Annotated[
        tuple[str, ...],
        Meta(
            description="Names of the columns, where the file has none in its first line: in such "
            "a file blanks may stand between the cells, too.",
            examples=[["timestamp", "value", "step"]],
        ),
    ] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(set(self.header)) < len(self.header):
            raise ValueError("`header` names a column twice")

    def rows(self, data: bytes, name: str) -> Iterator[tuple[str, Row]]:
        text = _decoded(data, name)
        delimiter = self._delimiter(text.partition("\n")[0])
        lines = io.StringIO(text, newline="")
        given = list(self.header) or None
        reader = csv.DictReader(lines, given, strict=True, delimiter=delimiter)
        header = "`header`" if given else "the header"
        try:
            reader.fieldnames = [column.strip() for column in reader.fieldnames or ()]
            names = Counter(reader.fieldnames)
            twice = [column for column, count in names.items() if count > 1]
            if twice:
                raise ResultsError(f"{name}:1: the header has the column {excerpt(twice[0])} twice")
            for row in reader:
                place = f"{name}:{reader.line_num}"
                if None in row or None in row.values():
                    raise ResultsError(f"{place}: has not as many cells as {header}")
                yield place, {column: cell.strip(BLANKS) for column, cell in row.items()}
        except csv.Error as err:
            raise ResultsError(f"{name}:{reader.reader.line_num}: not valid CSV: {err}") from err

    def read_bulk(
        self, data: bytes, name: str, runs: Runs | None = None
    ) -> Mapping[str, Contents] | None:
        if len(data) < LARGE:
            return None
        if not data.isascii():
            _decoded(data, name)
        data = data.removeprefix(BOM)
        line, delimiter, names = self._first_line(data)
        below = data if self.header else data[len(line) :]
        if len(names) > MOST_WIDE:
            return None
        if len(set(names)) < max(2, len(names)) or not (below[:LARGE].strip() or below.strip()):
            return None  # a blank line is a row, to a database, where there is one column
        if b'"' in data and (b' "' in data or b'" ' in data):
            return None  # a database takes spaces around quotes for nothing
        texts = {column: Column(f"c{i}") for i, column in enumerate(names)}
        asked = self.asked(texts, name, runs)
        numbers = {column: Column(texts[column].sql, "DOUBLE") for column in asked.columns()}
        blank = ", ".join(f"'{texts[column].sql}'" for column in asked.texts())
        blank = f", force_not_null = [{blank}]" if blank else ""
        with opened(data) as (database, path):
            # What are numbers in every row is read as such in half the time.
            for columns in (texts | numbers | {each: texts[each] for each in asked.texts()}, texts):
                most = f", max_line_size = {csv.field_size_limit()}" if columns != texts else ""
                types = ", ".join(f"'{each.sql}': '{each.type}'" for each in columns.values())
                source = (
                    f"read_csv('{path}', auto_detect = false, header = {not self.header}, "
                    f"columns = {{{types}}}, delim = '{delimiter}', quote = '\"', "
                    f"escape = '\"', compression = 'none'{blank}{most})"
                )
                if asked.texts():
                    cells = (texts[column].sql for column in asked.texts())
                    plain = ", ".join(f"trim({cell}, '{BLANKS}') AS {cell}" for cell in cells)
                    source = f"(SELECT * REPLACE ({plain}) FROM {source})"
                found = bulk_readings(database, source, columns, asked, name)
                if found is not None:
                    break
        return self.contents(found, data, name)

    def _first_line(self, data: bytes) -> tuple[bytes, str, list[str]]:
        """A table's first line, the delimiter of its cells, and the columns; none if it is odd."""
        end = re.search(rb"[\r\n]", data)
        line = data[: end.start()] if end else data
        text = line.decode("utf-8", "replace")
        delimiter = self._delimiter(text)
        try:
            names = next(csv.reader([text], strict=True, delimiter=delimiter), [])
        except csv.Error:
            names = []
        return line, delimiter, list(self.header) or [column.strip() for column in names]

    def _delimiter(self, line: str) -> str:
        """What stands between the cells of a table's first line."""
        otherwise = " " if len(self.header) > 1 else DELIMITERS[0]
        return next((each for each in DELIMITERS if each in line), otherwise)


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as err:
        raise ResultsError(f"{name}: not UTF-8 text (byte {err.start + 1})") from err
