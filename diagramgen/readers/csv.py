"""Tables as text: CSV with any delimiter."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

from diagramgen.errors import ResultsError
from diagramgen.readers.bulk import Column, bulk_readings
from diagramgen.readers.database import opened
from diagramgen.readers.records import Contents, excerpt
from diagramgen.readers.table import Row, TableReader

DELIMITERS = ",\t;|"
"""What may stand between cells: the first of these that the header has."""
LARGE = 100_000
"""Of fewer bytes the rows are read in less time than a database takes to open."""
BOM = b"\xef\xbb\xbf"


class CsvReader(TableReader, frozen=True, kw_only=True, tag="csv"):
    """A CSV table with a header, such as the exports of TensorBoard and Weights & Biases.

    Cells stand between commas, tabs, semicolons or bars, whichever of these the header has first
    in this order. Spaces around the names of columns do not count.
    """

    def rows(self, data: bytes, name: str) -> Iterator[tuple[str, Row]]:
        text = _decoded(data, name)
        delimiter = _delimiter(text.partition("\n")[0])
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
        try:
            reader.fieldnames = [column.strip() for column in reader.fieldnames or ()]
            names = Counter(reader.fieldnames)
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

    def read_bulk(self, data: bytes, name: str) -> Contents | None:
        if len(data) < LARGE:
            return None
        if not data.isascii():
            _decoded(data, name)
        data = data.removeprefix(BOM)
        line, delimiter, names = _header(data)
        if len(set(names)) < max(2, len(names)) or not data[len(line) :].strip():
            return None  # a blank line is a row, to a database, where there is one column
        if b'"' in data and (b' "' in data or b'" ' in data):
            return None  # a database takes spaces around quotes for nothing
        columns = {column: Column(f"c{i}") for i, column in enumerate(names)}
        asked = self.asked(columns, name)
        types = ", ".join(f"'{column.sql}': 'VARCHAR'" for column in columns.values())
        texts = ", ".join(f"'{column.sql}'" for column in asked.texts())
        blank = f", force_not_null = [{texts}]" if texts else ""
        with opened(data) as (database, path):
            source = (
                f"read_csv('{path}', auto_detect = false, header = true, columns = {{{types}}}, "
                f"delim = '{delimiter}', quote = '\"', escape = '\"', "
                f"compression = 'none'{blank})"
            )
            found = bulk_readings(database, source, asked, name)
        return self.contents(found, data, name)


def _header(data: bytes) -> tuple[bytes, str, list[str]]:
    """A table's first line, the delimiter of its cells, and the columns; none where it is odd."""
    line = re.split(rb"[\r\n]", data, maxsplit=1)[0]
    text = line.decode("utf-8", "replace")
    delimiter = _delimiter(text)
    try:
        names = next(csv.reader([text], strict=True, delimiter=delimiter), [])
    except csv.Error:
        names = []
    return line, delimiter, [column.strip() for column in names]


def _delimiter(header: str) -> str:
    return next((each for each in DELIMITERS if each in header), DELIMITERS[0])


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as err:
        raise ResultsError(f"{name}: not UTF-8 text (byte {err.start + 1})") from err
