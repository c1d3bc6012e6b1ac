"""Tables: which column has the step, the run, the item, and what the others measure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from diagramgen.errors import ResultsError
from diagramgen.init.folder import (
    Stepped,
    affordable,
    by_pattern,
    may_have_results,
    read_file,
)
from diagramgen.init.runs import Run, Taken
from diagramgen.init.tables.columns import Cells
from diagramgen.init.tables.layout import layout_of
from diagramgen.init.tables.reading import Source, reason, runs_of
from diagramgen.readers.csv import CsvReader
from diagramgen.readers.inflated import inflated
from diagramgen.readers.parquet import ParquetReader
from diagramgen.readers.table import JsonlReader, TableReader

READERS: dict[str, type[TableReader]] = {
    ".csv": CsvReader, ".tsv": CsvReader, ".jsonl": JsonlReader, ".ndjson": JsonlReader,
    ".parquet": ParquetReader,
}  # fmt: skip
PLAIN = frozenset(
    ("metrics", "log", "logs", "history", "results", "progress", "train_log", "scores")
)
"""Names of files that say nothing of the run: their folder is called by its name."""
MOST_ROWS = 50_000
"""So many rows of a table tell what it is."""


def reader_of(path: str) -> type[TableReader] | None:
    """The reader of a table's file, by its name; gzip aside."""
    return READERS.get(Path(path.removesuffix(".gz")).suffix.lower())


def taken(folder: Path, paths: Iterable[str]) -> Taken:
    """The runs of the tables among some files, and why other tables are none."""
    left: dict[str, str] = {}
    notes: list[str] = []
    tables = [path for path in paths if may_have_results(path) and reader_of(path) is not None]
    found = by_pattern(affordable(folder, tables, notes))
    groups = {pattern: files for pattern, files in found.items() if "{step}" in pattern}
    for pattern, files in found.items():
        if pattern not in groups:
            groups |= {file.path: [file] for file in files}
    runs: list[Run] = []
    paths_of: list[str] = []
    for pattern, files in groups.items():
        try:
            runs += table_runs(folder, pattern, files)
            paths_of += [file.path for file in files]
        except ResultsError as err:
            left |= {file.path: reason(err, file.path) for file in files}
    if len({run.checkpoint for run in runs}) == 1:
        runs = [run._replace(name=folder.resolve().name) for run in runs]
    return Taken(runs, frozenset(paths_of), left)


def table_runs(folder: Path, pattern: str, files: list[Stepped]) -> list[Run]:
    """The runs of a table, or of the tables of several steps. Raises `ResultsError`."""
    reader = reader_of(files[0].path)
    assert reader is not None
    rows: list[Mapping[str, Any]] = []
    parts: list[int] = []
    for i, file in enumerate(files):
        data = inflated(read_file(folder, file.path), file.path)
        rows += islice(_rows(reader, data, file.path), MOST_ROWS)
        parts += [i] * (len(rows) - len(parts))
    if not rows:
        raise ResultsError("the table has no rows")
    in_path = "{step}" in pattern
    layout = layout_of(Cells(rows, parts), _words(pattern)[1], in_path=in_path)
    base = {"reader": reader.__struct_config__.tag}
    return runs_of(Source(folder, _words(pattern)[0], pattern, files), base, layout)


def _rows(reader: type[TableReader], data: bytes, name: str) -> Iterable[Mapping[str, Any]]:
    return (row for _, row in reader(value="x").rows(data, name))


def _words(pattern: str) -> tuple[str, str]:
    """What a file's run is called, and what is in it: by its name, without suffixes and the step.

    Of a download from TensorBoard, `run-RUN-tag-TAG.csv`, both.
    """
    *folders, name = pattern.split("/")
    stem = name.removesuffix(".gz").rpartition(".")[0].replace("{step}", "").strip("_-. ")
    downloaded = re.fullmatch(r"run-(.+?)-tag-(.+)", stem)
    if downloaded:
        return downloaded[1].strip("_-. ") or "run", downloaded[2]
    run = stem
    if folders and (not stem or stem.lower() in PLAIN):
        run = folders[-1].replace("{step}", "").strip("_-. ") or stem
    return run or "table", stem or "table"
