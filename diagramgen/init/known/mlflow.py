"""Runs of MLflow: `mlruns/EXPERIMENT/RUN/metrics/NAME`, a file for each metric."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from diagramgen.errors import ResultsError
from diagramgen.init.folder import Stepped, can_be_named, read_file
from diagramgen.init.names import is_result
from diagramgen.init.runs import Run, Taken
from diagramgen.init.tables.columns import Cells
from diagramgen.init.tables.reading import Source, reason, runs_of
from diagramgen.init.tables.ways import Layout, Way, left_out
from diagramgen.init.tables.wide import Group, alike
from diagramgen.readers.csv import CsvReader

METRIC = re.compile(r"((?:.*/)?[0-9a-f]{32})/metrics/(.+)")
HEADER = ("timestamp", "value", "step")


def taken(folder: Path, paths: Sequence[str]) -> Taken:
    """The runs of such files among some paths of a folder."""
    found: dict[str, dict[str, str]] = {}
    for path in paths:
        match = METRIC.fullmatch(path)
        if match:
            found.setdefault(match[1], {})[match[2]] = path
    runs: list[Run] = []
    left: dict[str, str] = {}
    for above, files in found.items():
        try:
            runs += _runs(folder, above, files)
        except ResultsError as err:
            left |= {path: reason(err, path) for path in files.values()}
    mine = {path for files in found.values() for path in files.values()} - left.keys()
    return Taken(runs, frozenset(mine), left)


def _runs(folder: Path, above: str, files: Mapping[str, str]) -> list[Run]:
    """The run of one folder: a channel for each metric, which is a file. Raises `ResultsError`."""
    reader = CsvReader(header=HEADER, value="value", step="step")
    rows: list[dict[str, Any]] = []
    steps: set[str] = set()
    for metric, path in files.items():
        for _, row in reader.rows(read_file(folder, path), path):
            rows.append({metric: row["value"]})
            steps.add(row["step"])
    table = Cells(rows)
    names = [name for name in table.names if is_result(name) and table.numbers(name)]
    groups, odd = alike(table, names, True)
    if not groups:
        raise ResultsError("no metric has results")
    runs: list[Run] = []
    for group in groups:
        runs += _of_group(folder, above, group, files, stepped=len(steps) > 1)
    channels = [channel for run in runs for channel in run.channels]
    return [runs[0]._replace(channels=channels, notes=left_out(odd))]


def _of_group(
    folder: Path, above: str, group: Group, files: Mapping[str, str], *, stepped: bool
) -> list[Run]:
    """The run with one metric; where a pattern means several files, {item} stands in its path."""
    runs: list[Run] = []
    for column in group.columns:
        members = [files[name] for name in group.members if "{item}" in column or name == column]
        read = {"file": column, "value": "value"} | ({"step": "step"} if stepped else {})
        source = Source(folder, _name(folder, above), f"{above}/metrics/",
                        [Stepped(path, None) for path in members])  # fmt: skip
        name = group.name if len(group.columns) == 1 else column
        layout = Layout([Way(name, name, read, group.kind)], "metrics of MLflow")
        if "{item}" in column:
            before, _, after = column.partition("{item}")
            runs += _with_items(source, layout, (before, after), above)
        else:
            runs += runs_of(source, {"reader": "csv", "header": HEADER}, layout)
    return runs


def _with_items(source: Source, layout: Layout, around: tuple[str, str], above: str) -> list[Run]:
    """The run of files whose names have the item, each reading of which has none."""
    before, after = around
    whole: list[Run] = []
    for file in source.files:
        name = file.path.removeprefix(f"{above}/metrics/")
        item = name[len(before) : len(name) - len(after)]
        found = runs_of(source._replace(files=[file]), {"reader": "csv", "header": HEADER}, layout)
        for run in found:
            [channel] = run.channels
            readings = {
                measure: [each._replace(item=item) for each in of]
                for measure, of in channel.readings.items()
            }
            whole.append(run._replace(channels=[channel._replace(readings=readings)]))
    first, *others = whole
    [channel] = first.channels
    merged = {
        measure: [*of, *(r for run in others for r in run.channels[0].readings.get(measure, ()))]
        for measure, of in channel.readings.items()
    }
    return [first._replace(channels=[channel._replace(readings=merged)])]


def _name(folder: Path, above: str) -> str:
    """The name that MLflow gave the run, else its id."""
    try:
        named = read_file(folder, f"{above}/tags/mlflow.runName").decode("utf-8", "replace").strip()
    except ResultsError:
        named = ""
    return named if can_be_named(named) else above.rpartition("/")[2]
