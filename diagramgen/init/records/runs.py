"""Other JSON files -> runs of records of numbers: one for each checkpoint pattern, or model."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from diagramgen.errors import NotInFile, ResultsError
from diagramgen.init.checks import averages_beside, check
from diagramgen.init.folder import (
    MOST_MEASURES,
    Stepped,
    affordable,
    by_pattern,
    can_be_named,
    from_above,
    load,
    may_have_results,
    one_pattern,
    split_pattern,
)
from diagramgen.init.harness.runs import sample
from diagramgen.init.kinds import kind_of
from diagramgen.init.names import is_average
from diagramgen.init.records.find import Records, find_records, no_items
from diagramgen.init.records.one_row import is_one_row, layout_of_files, missed
from diagramgen.init.runs import Channel, Run, Taken
from diagramgen.init.tables.ways import listed
from diagramgen.init.units import plain
from diagramgen.readers import Reading
from diagramgen.readers.json import JsonReader
from diagramgen.readers.json_table import JsonTableReader

WHY = "JSON records"
MOST_MODELS = 200
"""So many models of one file are looked at."""


class Files(NamedTuple):
    """The JSON files of a folder: what those hold that were read, and the records of each pattern.

    `notes` gets what is to be told of them.
    """

    folder: Path
    patterns: Mapping[str, list[Stepped]]
    parsed: Mapping[str, Any]
    records: dict[str, Records]
    notes: list[str]

    def read(self, pattern: str) -> list[Stepped]:
        """The files of a pattern that were read."""
        return [file for file in self.patterns[pattern] if self.parsed.get(file.path) is not None]


class Checkpoint(NamedTuple):
    """A checkpoint pattern, below a folder, and the patterns of paths that it stands for.

    With `whole` these are its own, else those of files in the checkpoint's folder.
    """

    below: str
    pattern: str
    members: list[str]
    whole: bool


def json_runs(folder: Path, paths: Sequence[str]) -> Taken:
    """The runs of JSON files with records of numbers among some paths of a folder."""
    notes: list[str] = []
    failed: dict[str, str] = {}
    patterns = by_pattern(p for p in paths if p.endswith(".json") and may_have_results(p))
    samples = {pattern: sample(files) for pattern, files in patterns.items()}
    chosen = affordable(folder, [f.path for of in samples.values() for f in of], notes)
    parsed = {path: load(folder, path, failed) for path in chosen}
    files = Files(folder, patterns, parsed, {}, notes)
    for pattern in patterns:
        known = filter(None, (find_records(parsed[file.path]) for file in files.read(pattern)))
        records = max(known, key=lambda each: each.size, default=None)
        records = _as_table(files, pattern, records)
        if records is not None and records.doubt:
            failed |= {file.path: records.doubt for file in patterns[pattern]}
        elif records is not None:
            files.records[pattern] = records
    runs: list[Run] = []
    taken: set[str] = set()
    for checkpoint in _checkpoints(files):
        found = list(_runs(files, checkpoint))
        runs += found
        if found:
            taken.update(f.path for pattern in checkpoint.members for f in patterns[pattern])
    lost = [f"passed over {path}: {why}" for path, why in failed.items() if path in taken]
    runs[:1] = [run._replace(notes=(*run.notes, *notes, *lost)) for run in runs[:1]]
    return Taken(runs, frozenset(taken), failed)


def _as_table(files: Files, pattern: str, records: Records | None) -> Records | None:
    """The records of a pattern, or the files as tables of a row where these have more.

    What neither has is told.
    """
    every = [(file.path, files.parsed[file.path]) for file in files.read(pattern)]
    if any(is_one_row(data, records) for _, data in every):
        word = plain(Path(pattern).name)
        try:
            layout = layout_of_files([d for _, d in every], word, in_path="{step}" in pattern)
        except ResultsError as err:
            if records is None:
                return Records((), (), doubt=str(err).removeprefix(": "))
            files.notes.append(f"{pattern}: {err}")
        else:
            files.notes.extend(f"{pattern}: {note}" for note in layout.notes)
            step = layout.ways[0].read.get("step")
            return Records((), (), size=len(layout.ways), step=step, ways=tuple(layout.ways))
    if records is None or records.doubt or records.steps_inside() or records.runs is not None:
        return records
    for path, data in every[-1:]:
        beside = [".".join(way) for way in missed(data, records)]
        if beside:
            files.notes.append(f"{path}: left out: {listed(beside)}")
    return records


def _checkpoints(files: Files) -> Iterator[Checkpoint]:
    """The patterns of each run: a folder with files, or the files themselves."""
    by_head: dict[str, list[str]] = {}
    by_folder: dict[str, list[str]] = {}
    for pattern in files.records:
        if "{step}" in pattern:
            by_head.setdefault(split_pattern(pattern)[0], []).append(pattern)
        else:
            by_folder.setdefault(pattern.rpartition("/")[0], []).append(pattern)
    for head, members in by_head.items():
        yield Checkpoint("", head, members, whole=members == [head])
    for folder, members in by_folder.items():
        shapes = {pattern: repr(files.records[pattern]._replace(size=0)) for pattern in members}
        names = [pattern.rpartition("/")[2] for pattern in members]
        of = files.records
        stepped = [p for p in members if of[p].step is not None and of[p].runs is None]
        if len(members) > 1 and stepped == members and len(set(shapes.values())) == 1:
            yield Checkpoint(folder, one_pattern(names), members, whole=True)
        elif len(members) > 1 and len(set(shapes.values())) == len(members):
            yield Checkpoint(folder, "", members, whole=False)  # each measures something else
        else:
            for name, member in zip(names, members, strict=True):
                yield Checkpoint(folder, name, [member], whole=True)


def _runs(files: Files, checkpoint: Checkpoint) -> Iterator[Run]:
    """The run of a checkpoint pattern; of files that have several models one for each."""
    by_run: dict[str | None, list[Channel]] = {}
    whys = []
    for pattern in checkpoint.members:
        name = pattern.rpartition("/")[2]
        file = "" if checkpoint.whole else split_pattern(pattern)[1] or name
        for member, channel in _channels(files, pattern, file):
            by_run.setdefault(member, []).append(channel)
        records = files.records[pattern]
        at = f" at '{'.'.join(records.way) or 'the top'}'"
        whys.append(f"{file or name}{' as a table of one row' if records.ways else at}")
    keys = files.records[checkpoint.members[0]].runs
    runs = None if keys is None else msgspec.to_builtins(keys)
    root, path = files.folder / checkpoint.below, checkpoint.pattern
    name = plain(Path(path).name) if checkpoint.whole else ""
    if "{step}" in path:
        name = "_".join(filter(None, map(plain, path.rstrip("/").split("/"))))
    if len(files.records) == len(checkpoint.members) or not name:
        name = root.resolve().name
    if not path:  # the folder itself is the checkpoint
        root, there = from_above(root)
        path = f"{there}/"
    for member, channels in by_run.items():
        yield Run(root, name, "json", f"{WHY} in {', '.join(whys)}", path, channels,
                  runs=runs and {key: value for key, value in runs.items() if value},
                  member=member)  # fmt: skip


def _channels(files: Files, pattern: str, file: str) -> Iterator[tuple[str | None, Channel]]:
    """What the files of a pattern have, by the model that they name, if they do."""
    records = files.records[pattern]
    if records.ways:
        yield from ((None, channel) for channel in _of_table(files, pattern, file))
        return
    read = records.read(file, stepped="{step}" in pattern)
    of: dict[str | None, dict[str, list[Reading]]] = {}
    without: dict[str, list[Reading]] = {}
    for measure in records.values[:MOST_MEASURES] or ("",):
        reader = msgspec.convert(read | {"value": measure or None}, JsonReader)
        for name, reading in _readings(files, pattern, reader):
            if no_items([reading.item]):
                without.setdefault(reading.item, []).append(reading)
            elif isfinite(reading.value) and can_be_named(reading.item):
                of.setdefault(name, {}).setdefault(measure, []).append(reading)
    word = records.way[-1] if records.way else ""
    item = {"slices": "slice", "domains": "domain"}.get(word, "task")
    stem = plain(Path(file or pattern).name)
    if not file and not any(map(kind_of, re.split(r"[^A-Za-z0-9]+", stem))):
        stem = ""  # the name of the run, not of what is measured
    for name, readings in list(of.items())[:MOST_MODELS]:
        yield name, Channel(stem, read, readings, item, without=tuple(sorted(without)))
    if set(of) == {None}:
        own = of[None]
        counts = next((name for name in ("ppl", "perplexity") if name in own), next(iter(own)))
        _check(files, pattern, own[counts], without)


def _of_table(files: Files, pattern: str, file: str) -> Iterator[Channel]:
    """What the files of a pattern have that are tables of a row."""
    stem = f"{plain(Path(file).name)} " if file else ""  # other files may measure the same
    for way in files.records[pattern].ways[:MOST_MEASURES]:
        read = {"reader": "json-table"} | ({"file": file} if file else {}) | dict(way.read)
        reader = msgspec.convert(read, JsonTableReader)
        found: list[Reading] = []
        lacking = []
        for each in files.read(pattern):
            try:
                contents = reader.read(json.dumps(files.parsed[each.path]).encode(), each.path)
            except NotInFile:
                lacking.append(each.path)
                continue
            for reading in contents.readings:
                step = reading.step if each.step is None else each.step
                item = reading.item or way.name
                if item not in way.without and can_be_named(item):
                    found.append(reading._replace(item=item, step=step))
        if lacking:
            files.notes.append(f"left out: {listed([way.name])}, which {lacking[0]} does not have")
        elif found:
            kinds = {way.measure: way.kind}
            name = f"{stem}{way.name}"
            yield Channel(name, read, {way.measure: found}, way.item, kinds, False, way.without)


def _check(
    files: Files, pattern: str, readings: list[Reading], without: Mapping[str, list[Reading]]
) -> None:
    """Note where an average in the last file, or beside its records, is not that of our items."""
    last = max((reading.step or 0 for reading in readings), default=0)
    own = [reading for reading in readings if (reading.step or 0) == last]
    for name, of in without.items():
        theirs = [each.value for each in of if (each.step or 0) == last]
        if is_average(name) and theirs:
            files.notes.extend(check(name, theirs[0], own))
    for file in files.read(pattern):
        if file.step == last or file.step is None:
            beside = averages_beside(files.parsed[file.path], files.records[pattern].way)
            for name, value in beside.items():
                files.notes.extend(check(name, value, own))
            return


def _readings(
    files: Files, pattern: str, reader: JsonReader
) -> Iterable[tuple[str | None, Reading]]:
    runs = files.records[pattern].runs
    for file in files.read(pattern):
        data = files.parsed[file.path]
        by_run: Mapping[Any, Any]
        try:
            if runs is None:
                by_run = {None: reader.contents(data, file.path)}
            else:
                by_run = reader.read_runs(json.dumps(data).encode(), file.path, runs)
        except ResultsError as err:
            files.notes.append(f"passed over {err}")
            continue
        for name, contents in by_run.items():
            for each in contents.readings:
                yield name, each._replace(step=each.step if file.step is None else file.step)
