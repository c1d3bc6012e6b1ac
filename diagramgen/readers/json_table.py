"""Tables inside a JSON document: a list of rows, or an object of columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from msgspec import Meta

from diagramgen.errors import ResultsError
from diagramgen.readers.flat import Row, flat
from diagramgen.readers.parsed import load_json
from diagramgen.readers.records import excerpt
from diagramgen.readers.table import TableReader
from diagramgen.readers.ways import Keys, Node, dotted, keys_of, placeholders, walk
from diagramgen.readers.wide import cells


class JsonTableReader(TableReader, frozen=True, kw_only=True, tag="json-table"):
    """A table in a JSON file: a list of objects, its rows, or an object of lists, its columns.

    What is in an object inside is the column `OUTER.INNER`. The lists of columns are as long as
    the one of the steps, else as most of them are; others are no columns. An object in which what
    is asked for is no list is a table of one row.
    """

    records: Annotated[
        Keys,
        Meta(
            description="Way to the table, keys joined by dots (or a list of keys); empty: the "
            "whole file.",
            examples=["log_history"],
        ),
    ] = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        if "*" in keys_of(self.records) or placeholders(self.records):
            raise ValueError("`records` leads to one table, without * and {item}")

    def rows(self, data: bytes, name: str) -> Iterator[tuple[str, Row]]:
        [node] = walk(Node(load_json(data, name)), keys_of(self.records), name)
        table = node.data
        if isinstance(table, list):
            for i, row in enumerate(table, 1):
                place = f"{name}, row {i}"
                if not isinstance(row, dict):
                    raise ResultsError(f"{place}: got {excerpt(row)}; expected an object")
                yield place, flat(row, place)
            return
        inside = flat(table, name) if isinstance(table, dict) else {}
        columns = {key: cell for key, cell in inside.items() if isinstance(cell, list)}
        if inside and not self._are_lists(inside, columns):
            yield name, {key: cell for key, cell in inside.items() if key not in columns}
            return
        if not columns:
            raise ResultsError(
                f"{name}: {dotted(self.records) or 'the file'}: got {excerpt(table)}; "
                "expected a list of objects, or an object of lists"
            )
        length = self._length(columns)
        self._check_lengths({key: len(column) for key, column in columns.items()}, length, name)
        whole = {key: column for key, column in columns.items() if len(column) == length}
        for i in range(length):
            yield f"{name}, row {i + 1}", {key: column[i] for key, column in whole.items()}

    def _are_lists(self, inside: Row, columns: Row) -> bool:
        """Whether a table is one of lists: not where all that is asked for is beside these."""
        found = [cell.value for each in self.patterns() for cell in cells(each, inside, (), "*")]
        return bool(columns) and (not found or any(name in columns for name in found))

    def _length(self, columns: Mapping[str, list[Any]]) -> int:
        """How many rows a table has: as many as steps, else as most columns have."""
        if self.step is not None and self.step in columns:
            return len(columns[self.step])
        [(length, _)] = Counter(map(len, columns.values())).most_common(1)
        return length

    def _check_lengths(self, lengths: Mapping[str, int], length: int, name: str) -> None:
        """Refuse a column that is asked for and is not as long as the others."""
        odd = [column for column, own in lengths.items() if own != length]
        plain = {self.step, self.item, self.n, self.stderr, *self.where}
        wide = [cell.value for pattern in self.patterns() for cell in cells(pattern, odd, (), "*")]
        asked = [column for column in odd if column in plain or column in wide]
        if asked:
            said = f"the column '{asked[0]}' has {lengths[asked[0]]:,} values"
            raise ResultsError(f"{name}: {said}, where the table has {length:,} rows")
