"""Tables with one row for each step, or for each step and item; JSON lines are one kind."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from typing import Annotated, Any

from msgspec import Meta, field

from diagramgen.errors import NotInFile, ResultsError
from diagramgen.readers.bulk import MOST_ROWS, Asked, Bulk
from diagramgen.readers.flat import Row, flat
from diagramgen.readers.gathered import Gathered, differs
from diagramgen.readers.inflated import inflated
from diagramgen.readers.parsed import load_json
from diagramgen.readers.records import (
    Contents,
    Reader,
    Reading,
    Runs,
    amount,
    excerpt,
    item_name,
    number,
    there,
    whole_step,
)
from diagramgen.readers.wide import Cell, beside, cells, fault, is_pattern

CELLS = (str, int, float, Decimal, type(None))
"""What may stand in a cell that is compared or names an item."""


class TableReader(Reader, frozen=True, kw_only=True):
    """A table, long (a row for each step and item) or wide (a column for each item).

    Long: `item` and `value` name the columns. Wide: `columns` are patterns of column names in
    which {item} stands for the item. Of a step that comes twice, as after a restart, the last row
    that has a value counts. Empty cells are missing values.
    """

    step: Annotated[
        str | None,
        Meta(
            description="Column with the step; left out where the checkpoint pattern has {step}, "
            "or nothing has steps.",
            examples=["_step", "Step"],
        ),
    ] = None
    item: Annotated[
        str | None,
        Meta(
            description="Long tables: column with the item; left out where the file has one item.",
        ),
    ] = None
    value: Annotated[
        str | None,
        Meta(
            description="Long tables: column with the value; {run} in it stands for a run of the "
            "source's `runs: {columns: ...}`.",
            examples=["acc", "{run}"],
        ),
    ] = None
    n: Annotated[
        str | None,
        Meta(
            description="Column with n; of a wide table {item} in it stands for the item.",
            examples=["n", "results.{item}.n"],
        ),
    ] = None
    stderr: Annotated[
        str | None,
        Meta(
            description="Column with the standard error; of a wide table {item} in it stands for "
            "the item.",
            examples=["stderr", "results.{item}.acc_stderr"],
        ),
    ] = None
    columns: Annotated[
        tuple[str, ...],
        Meta(
            description="Wide tables: names of the value columns, {item} stands for the item, "
            "{run} for a run of the source's `runs: {columns: ...}`.",
            examples=[["eval/{item}-validation/CrossEntropyLoss"], ["{run} - eval/{item}/acc"]],
        ),
    ] = ()
    where: Annotated[
        dict[str, str], Meta(description="Keep only rows that have these texts in these columns.")
    ] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if (self.value is None) == (not self.columns):
            raise ValueError("needs `value` (a long table) or `columns` (a wide one)")
        beside = [name for name in (self.n, self.stderr) if name is not None]
        for pattern in self.patterns() + beside:
            if (said := fault(pattern)) is not None:
                raise ValueError(said)
        if self.value is not None and any("{item}" in each for each in (self.value, *beside)):
            raise ValueError("{item} stands for an item in wide tables: needs `columns`")

    def patterns(self) -> list[str]:
        """The patterns of the value columns, of a long table as of a wide one."""
        return list(self.columns) if self.value is None else [self.value]

    @property
    def steps_inside(self) -> bool:
        return True

    def rows(self, data: bytes, name: str) -> Iterable[tuple[str, Row]]:
        """Each row with its place. Raises `ResultsError`."""
        raise NotImplementedError

    def read(self, data: bytes, name: str) -> Contents:
        return self._read(data, name, None).get("", Contents([]))

    def read_runs(self, data: bytes, name: str, runs: Runs) -> Mapping[str, Contents]:
        return self._read(data, name, runs)

    def _read(self, data: bytes, name: str, runs: Runs | None) -> Mapping[str, Contents]:
        data = inflated(data, name)
        found = self.read_bulk(data, name, runs)
        return self.read_rows(data, name, runs) if found is None else found

    def read_bulk(
        self,
        data: bytes,  # noqa: ARG002 others need them
        name: str,  # noqa: ARG002
        runs: Runs | None = None,  # noqa: ARG002
    ) -> Mapping[str, Contents] | None:
        """The contents by run, all at once; None where only the rows tell what is there.

        Without `runs` all are of the run "". Raises `ResultsError`.
        """
        return None

    def read_rows(self, data: bytes, name: str, runs: Runs | None = None) -> dict[str, Contents]:
        """The contents by run, cell by cell: what a cell means, and what is said of a wrong one."""
        rows = list(islice(self.rows(data, name), MOST_ROWS + 1))
        if len(rows) > MOST_ROWS:
            raise ResultsError(f"{name}: has more than {MOST_ROWS:,} rows, which no table may")
        return self.read_listed(rows, name, runs)

    def read_listed(
        self, rows: Sequence[tuple[str, Row]], name: str, runs: Runs | None = None
    ) -> dict[str, Contents]:
        """The contents of some rows, each with its place, by run. Raises `ResultsError`."""
        found: dict[str, Gathered] = {}
        asked = self.asked(dict.fromkeys(key for _, row in rows for key in row), name, runs)
        for place, row in rows:
            if any(_text(row.get(column)) != text for column, text in self.where.items()):
                continue
            run = " ".join(_run(row.get(column), column, place) for column in asked.run)
            step = None
            if self.step is not None:
                step = whole_step(row.get(self.step), f"{place}, {self.step}")
            for cell, reading in self._readings(row, asked.cells, step, place):
                found.setdefault(run or cell.run, Gathered(name)).add(reading, place)
        return {run: gathered.contents() for run, gathered in found.items()}

    def asked(self, columns: Collection[str], name: str, runs: Runs | None = None) -> Asked:
        """What a table with these columns is asked for. Raises `ResultsError` where one lacks."""
        named = [] if runs is None else list(runs.columns)
        if any("{run}" in pattern for pattern in self.patterns()) != bool(named):
            raise ResultsError(
                f"{name}: {{run}} in the reader's `columns` or `value` and `runs: {{columns: "
                "[...]}` of the source need each other"
            )
        naming = () if runs is None else runs.naming()
        if not columns:
            return Asked(())
        self._check_columns(columns, name)
        for run in naming:
            if run not in columns:
                raise ResultsError(
                    f"{name}: no column '{run}', which `runs` names; {there(columns, run)}"
                )
        taken = {self.step, self.item, *naming, *self.where}
        found = [
            cell
            for pattern in self.patterns()
            for cell in self._cells(pattern, columns, {each for each in taken if each}, named, name)
        ]
        for key, pattern in (("n", self.n), ("stderr", self.stderr)):
            if is_pattern(pattern) and not any(getattr(cell, key) for cell in found):
                raise NotInFile(name, key, _none_like(pattern or "", columns))
        return Asked(found, self.step, self.item, naming, self.where)

    def _cells(
        self,
        pattern: str,
        columns: Collection[str],
        taken: Collection[str],
        runs: list[str],
        name: str,
    ) -> list[Cell]:
        """The columns that a pattern means, with those beside them. Raises `ResultsError`."""
        found = [
            cell._replace(
                item="" if self.value is not None else cell.item,
                n=beside(self.n, cell, columns),
                stderr=beside(self.stderr, cell, columns),
            )
            for cell in cells(pattern, columns, taken, runs)
        ]
        others = {column for cell in found for column in (cell.n, cell.stderr)}
        found = [cell for cell in found if cell.value not in others or not is_pattern(pattern)]
        if not found:
            raise NotInFile(
                name, "columns" if self.columns else "value", _none_like(pattern, columns)
            )
        for cell in found:
            item_name(cell.item, "a column", name)
            item_name(cell.run, "a column", name)
        return found

    def contents(
        self, found: Mapping[str, Bulk] | None, data: bytes, name: str
    ) -> Mapping[str, Contents] | None:
        """What was found at once, with what is to be said of values that differ."""
        if found is None:
            return None
        wanted = {row for bulk in found.values() if bulk.differs for row in bulk.differs[:2]}
        last = max(wanted, default=-1) + 1
        rows = enumerate(islice(self.rows(data, name), last)) if wanted else ()
        places = {row: place for row, (place, _) in rows if row in wanted}
        by_run = {}
        for run, (readings, differing) in found.items():
            said = ("", "")
            if differing is not None:
                before, after, item = differing
                said = differs(name, item, places[before], places[after], self.step)
            by_run[run] = Contents(readings, "", said[:1] if said[0] else (), said[1])
        return by_run

    def _check_columns(self, columns: Collection[str], name: str) -> None:
        plain = {"step": self.step, "item": self.item, "value": self.value}
        plain |= {"n": self.n, "stderr": self.stderr}
        asked = [(key, column) for key, column in plain.items() if not is_pattern(column)]
        for key, column in (*asked, *(("where", column) for column in self.where)):
            if column is not None and column not in columns:
                raise NotInFile(name, key, f"no column '{column}'; {there(columns, column)}")

    def _readings(
        self, row: Row, asked: Iterable[Cell], step: int | None, place: str
    ) -> Iterator[tuple[Cell, Reading]]:
        def beside(column: str | None) -> float:
            return math.nan if column is None else amount(row.get(column), column, place)

        item = "" if self.item is None else _item(row.get(self.item), self.item, place)
        for cell in asked:
            if cell.value in row or self.value is not None:
                value = number(row.get(cell.value), cell.value, place)
                numbers = value, beside(cell.n), beside(cell.stderr)
                yield cell, Reading(cell.item or item, *numbers, step)


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
                yield f"{name}:{i}", flat(row, f"{name}:{i}")


def _none_like(pattern: str, columns: Iterable[str]) -> str:
    return f"no column is like '{pattern}'; {there(columns, pattern)}"


def _text(raw: Any) -> str:
    """A cell as `where` compares it; dates, lists and the like are no text that is ever meant."""
    return str(raw) if isinstance(raw, CELLS) else ""


def _item(raw: Any, column: str, place: str) -> str:
    """The item of a cell: text, or a number that counts the items."""
    named = str(raw) if isinstance(raw, CELLS) and raw is not None else raw
    return item_name(named, column, place)


def _run(raw: Any, column: str, place: str) -> str:
    """The run of a cell: a name as an item's, and never blank."""
    run = _item(raw, column, place)
    if not run.strip():
        raise ResultsError(f"{place}: {column}: got {excerpt(raw)}; expected the run's name")
    return run
