"""Files and how to read them -> runs, read by the readers that the suite will name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from diagramgen.errors import ResultsError
from diagramgen.init.folder import MOST_MEASURES, Stepped, can_be_named, read_file
from diagramgen.init.runs import Channel, Run
from diagramgen.init.tables.ways import Layout, Way
from diagramgen.readers import READERS, Reading, Runs

MOST_RUNS = 200
"""So many runs of a table become sources."""


class Source(NamedTuple):
    """What a suite calls a source, its checkpoint pattern below a folder, and the files of it."""

    folder: Path
    name: str
    checkpoint: str
    files: Sequence[Stepped]


def runs_of(source: Source, base: Mapping[str, Any], layout: Layout) -> list[Run]:
    """The runs of a source whose files are laid out so; `base` are keys of every `read`.

    Raises `ResultsError`.
    """
    notes = list(layout.notes)
    if len(layout.ways) > MOST_MEASURES:
        notes.append(f"of {len(layout.ways):,} measures {MOST_MEASURES} were looked at")
    channels: dict[str | None, list[Channel]] = {}
    for way in layout.ways[:MOST_MEASURES]:
        read = {**base, **way.read}
        for run, readings in _readings(source, read, layout.runs).items():
            named = [
                each._replace(item=each.item or way.name)
                for each in readings
                if can_be_named(each.item or way.name) and each.item not in way.without
            ]
            if named:
                channels.setdefault(run, []).append(_channel(way, read, named))
    if not channels:
        raise ResultsError("it has no value of what it measures")
    if len(channels) > MOST_RUNS:
        raise ResultsError(f"it has {len(channels):,} runs; a suite is written for {MOST_RUNS}")
    why = f"{layout.why} in {source.checkpoint}"
    return [
        Run(source.folder, source.name, str(base["reader"]), why, source.checkpoint, each,
            notes=tuple(notes) if i == 0 else (), runs=layout.runs, member=run, keys=layout.keys)
        for i, (run, each) in enumerate(channels.items())
    ]  # fmt: skip


def reason(err: ResultsError, path: str) -> str:
    """Why a file cannot be read, without its path."""
    return str(err).removeprefix(path).removeprefix(": ").removeprefix(", ")


def _channel(way: Way, read: Mapping[str, Any], readings: list[Reading]) -> Channel:
    return Channel(
        way.name, read, {way.measure: readings}, way.item, {way.measure: way.kind}, False,
        way.without,
    )  # fmt: skip


def _readings(
    source: Source, read: Mapping[str, Any], runs: Mapping[str, Any] | None
) -> dict[str | None, list[Reading]]:
    """What the files have, by run; the suite's own reader reads them. Raises `ResultsError`."""
    reader = msgspec.convert(read, READERS[str(read["reader"])])
    found: dict[str | None, list[Reading]] = {}
    for file in source.files:
        data = read_file(source.folder, file.path)
        if runs is None:
            by_run: Mapping[Any, Any] = {None: reader.read(data, file.path)}
        else:
            by_run = reader.read_runs(data, file.path, msgspec.convert(runs, Runs))
        for run, contents in by_run.items():
            found.setdefault(run, []).extend(
                each if file.step is None else each._replace(step=file.step)
                for each in contents.readings
            )
    return found
