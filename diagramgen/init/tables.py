"""Tables: which column has the step, the item, the value, and which columns are alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from diagramgen.errors import ResultsError, UsageError
from diagramgen.init.folder import MOST_MEASURES, Stepped, can_be_named, read_file
from diagramgen.init.kinds import NOT_RESULTS, STDERR, Kind, N, kind_of
from diagramgen.init.runs import Channel, Run
from diagramgen.readers import Reading
from diagramgen.readers.csv import CsvReader
from diagramgen.readers.parquet import ParquetReader
from diagramgen.readers.table import JsonlReader, TableReader

STEPS = ("_step", "step", "global_step", "trainer/global_step", "train_step", "training_step",
         "iteration", "iter")  # fmt: skip
ITEMS = ("item", "task", "slice", "dataset", "benchmark", "domain", "subset", "tag")
VALUES = ("value", "score", "result")
RUNS = ("model", "run", "source")
READERS: dict[str, type[TableReader]] = {
    ".csv": CsvReader, ".jsonl": JsonlReader, ".parquet": ParquetReader,
}  # fmt: skip
Row = dict[str, Any]


class Long(NamedTuple):
    """A table with a row for each step and item: its columns, and its values of `metric`."""

    step: str | None
    item: str | None
    value: str
    n: str | None
    stderr: str | None
    metric: str | None


def column(row: Mapping[str, Any], names: Iterable[str]) -> str | None:
    """The column of a row that is called one of some names, in any case."""
    by_name = {name.lower(): name for name in row}
    return next((by_name[name] for name in names if name in by_name), None)


def long_table(rows: list[Row]) -> Long | None:
    """The columns of a table if it is a long one: it has a column of items, or one of values."""
    row = rows[0]
    item, value = column(row, ITEMS), column(row, VALUES)
    if value is None:
        named = [name for name in row if kind_of(name) and is_numeric(rows, name)]
        value = named[0] if item is not None and named else None
    if value is None:
        return None
    metric = column(row, ("metric", "measure"))
    return Long(column(row, STEPS), item, value, column(row, N), column(row, STDERR), metric)


def is_numeric(rows: list[Row], name: str) -> bool:
    """Whether a column has numbers and nothing else; empty cells aside."""
    cells = [cell for cell in (row.get(name) for row in rows) if cell not in ("", None)]
    try:
        return bool([float(cell) for cell in cells])
    except (TypeError, ValueError, OverflowError):
        return False


def value_columns(rows: list[Row]) -> list[str]:
    """The columns of a wide table that may be results."""
    return [
        name for name in rows[0]
        if name.lower() not in STEPS and is_numeric(rows, name)
        and can_be_named(name) and "{" not in name
        and not NOT_RESULTS.fullmatch(name) and not NOT_RESULTS.fullmatch(name.split("/")[-1])
    ]  # fmt: skip


def alike(columns: Iterable[str], rows: list[Row]) -> dict[str, tuple[Kind | None, list[str]]]:
    """Columns that measure the same of different items: pattern -> kind, columns.

    The item is what tells their names apart: `eval/{item}/loss`, `acc/{item}`, `{item}_acc`.
    """
    found: dict[tuple[str, str, str], list[str]] = {}
    kinds: dict[str, Kind | None] = {}
    for name in columns:
        parts = name.split("/")
        if len(parts) > 2 and kind_of(parts[-1]):
            kinds[name] = kind_of(parts[-1])
            key = ("/".join(parts[:-2]), "/" + parts[-1], "")
        else:
            words = [kind_of(word) for word in _words(name)]
            kinds[name] = next(filter(None, words), None)
            key = ("/".join(parts[:-1]), "", getattr(kinds[name], "name", ""))
        found.setdefault(key, []).append(name)
    return {
        _pattern(*key, names): (_sure(kinds[names[0]], names, rows), names)
        for key, names in found.items()
    }


def _words(name: str) -> list[str]:
    """The words of a column's name that may say what it measures, the likeliest first."""
    last = name.rsplit("/", maxsplit=1)[-1].rsplit(" - ", maxsplit=1)[-1]
    tokens = re.split(r"[_\- ]", last)
    tails = ["_".join(tokens[i:]) for i in range(len(tokens))]
    folders = [part for folder in name.split("/")[:-1][::-1] for part in re.split(r"[_\-]", folder)]
    return [*tails, tokens[0], *folders]


def _sure(kind: Kind | None, names: list[str], rows: list[Row]) -> Kind | None:
    """A kind of shares only where the numbers are shares."""
    cells = [float(row[name]) for row in rows for name in names if row.get(name) not in ("", None)]
    if kind is not None and kind.format.endswith("%") and max(cells, default=0) > 1:
        return kind._replace(format=".3g")
    return kind


def _pattern(head: str, tail: str, _kind: str, names: list[str]) -> str:
    start = f"{head}/" if head else ""
    items = [name.removeprefix(start).removesuffix(tail) for name in names]
    if len(items) == 1:
        return names[0]
    end = _shared_end(items)
    return f"{start}{{item}}{end}{tail}"


def _shared_end(items: list[str]) -> str:
    """What all items end with, from a separator on."""
    least = min(len(item) for item in items)
    same = 0
    while same < least - 1 and len({item[-same - 1 :] for item in items}) == 1:
        same += 1
    end = items[0][-same:] if same else ""
    found = re.search(r"[_\-. ].*", end)
    return found[0] if found else ""


def table_runs(folder: Path, patterns: Mapping[str, list[Stepped]]) -> list[Run]:
    """The runs of a folder of tables: each file is one, unless the steps are in the paths."""
    suffix = Path(next(iter(patterns))).suffix
    patterns = {p: files for p, files in patterns.items() if p.endswith(suffix)}
    groups = {p: files for p, files in patterns.items() if "{step}" in p}
    if not groups:
        groups = {file.path: [file] for files in patterns.values() for file in files}
    rows: dict[str, list[Row]] = {}
    for pattern, files in groups.items():
        try:
            rows[pattern] = [
                row
                for file in files
                for _, row in READERS[suffix](value="x").rows(
                    read_file(folder, file.path), file.path
                )
            ]
        except ResultsError as err:
            raise UsageError(f"{folder}: {err}") from err
    rows = {pattern: found for pattern, found in rows.items() if found}
    if not rows:
        raise UsageError(f"{folder}: its tables have no rows")
    every = [row for found in rows.values() for row in found]
    runs = []
    for pattern, found in rows.items():
        reads = _reads(folder, pattern, suffix, found, every)
        channels = []
        notes = []
        if len(reads) > MOST_MEASURES:
            notes.append(f"of {len(reads):,} measures {MOST_MEASURES} were looked at")
        for name, read, kinds in reads[:MOST_MEASURES]:
            reader = msgspec.convert(read, READERS[suffix])
            readings = [
                each._replace(step=each.step if file.step is None else file.step,
                              item=each.item or name)
                for file in groups[pattern]
                for each in _read(folder, file.path, reader)
                if can_be_named(each.item or name)
            ]  # fmt: skip
            channels.append(Channel(name, read, {name: readings}, kinds={name: kinds}))
        why = f"{suffix[1:].upper()} table {pattern} ({len(found[0])} columns)"
        name = Path(pattern).stem if len(rows) > 1 else folder.resolve().name
        runs.append(Run(folder, name, suffix[1:], why, pattern, channels, notes=tuple(notes)))
    return runs


def _read(folder: Path, path: str, reader: TableReader) -> list[Reading]:
    try:
        return list(reader.read(read_file(folder, path), path).readings)
    except ResultsError as err:
        raise UsageError(f"{folder}: {err}") from err


def _reads(
    folder: Path, pattern: str, suffix: str, rows: list[Row], every: list[Row]
) -> list[tuple[str, Row, Kind | None]]:
    """Each way to read a table: a name, the keys of `read`, and the kind of its numbers."""
    step = None if "{step}" in pattern else column(rows[0], STEPS)
    if step is None and "{step}" not in pattern:
        raise UsageError(f"{folder}: table {pattern}, but it has no column for the step, "
                         f"and no step is in its path")  # fmt: skip
    runs = column(rows[0], RUNS)
    if runs is not None and len({str(row.get(runs)) for row in rows}) > 1:
        raise UsageError(f"{folder}: table {pattern} holds several runs (column '{runs}'); "
                         f"write one table for each")  # fmt: skip
    base: Row = {"reader": suffix[1:]} | ({"step": step} if step else {})
    long = long_table(rows)
    if long is not None:
        keys = {"item": long.item, "value": long.value, "n": long.n, "stderr": long.stderr}
        base |= {key: value for key, value in keys.items() if value}
        if long.metric is None:
            word = long.value if long.value.lower() not in VALUES else ""
            return [(word or Path(pattern).stem, base, kind_of(word) if word else None)]
        names = dict.fromkeys(str(row.get(long.metric)) for row in rows)
        return [(name, base | {"where": {long.metric: name}}, kind_of(name)) for name in names
                if can_be_named(name)]  # fmt: skip
    shared = dict.fromkeys(name for row in (rows[0], *_heads(every)) for name in row)
    table = [{name: row.get(name, "") for name in shared} for row in every]
    found = alike(value_columns(table), table)
    here = {
        name: (kind, [each for each in names if each in rows[0]])
        for name, (kind, names) in found.items()
    }
    return [
        (name, base | {"columns": (name,)}, kind) for name, (kind, names) in here.items() if names
    ]


def _heads(rows: list[Row]) -> list[Row]:
    return list({tuple(row): row for row in rows}.values())
