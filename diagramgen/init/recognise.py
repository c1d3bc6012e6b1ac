"""A results folder -> runs: the format, the checkpoint pattern, and what there is to read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from diagramgen.errors import ResultsError, UsageError
from diagramgen.init import harness, json_records
from diagramgen.init.folder import (
    MOST_MEASURES,
    Stepped,
    affordable,
    by_pattern,
    can_be_named,
    list_files,
    one_pattern,
    read_file,
    split_pattern,
)
from diagramgen.init.runs import Channel, Run
from diagramgen.init.tables import READERS, table_runs
from diagramgen.readers import Reading
from diagramgen.readers.json import JsonReader
from diagramgen.readers.records import load_json

SAMPLE = 40
"""Files of one pattern that are read: evenly spread, the first and the last step among them."""
NO_STEP = (
    "no step is to be found, neither in paths (step_100, checkpoint-100, 100.json) nor in the "
    "files: put those of each checkpoint into a folder such as step_1000"
)
FORMATS = {
    "lm-eval": "results of lm-evaluation-harness",
    "lighteval": "results of lighteval",
    "olmes": "results of olmes",
    "json": "JSON records",
}


Parsed = dict[str, Any]


def recognise(folder: Path) -> list[Run]:
    """The runs of a folder: one, or for tables one for each file. Raises `UsageError`."""
    paths = list_files(folder)
    jsons = [path for path in paths if path.endswith((".json", ".jsonl"))]
    patterns = by_pattern(jsons)
    formats: dict[str, tuple[str, str]] = {}
    parsed: Parsed = {}
    notes: list[str] = []
    sampled = {file.path: p for p, files in patterns.items() for file in _sample(files)}
    for path in affordable(folder, sampled, notes):
        data = _load(folder, path, notes)
        found = _format(data)
        if found is not None and formats.setdefault(sampled[path], found)[0] == found[0]:
            parsed[path] = data
    harnesses = [pattern for pattern, (name, _) in formats.items() if name != "json"]
    if harnesses:
        first = formats[harnesses[0]][0]
        same = {p: patterns[p] for p in harnesses if formats[p][0] == first}
        return [_harness_run(folder, same, formats[harnesses[0]], parsed, notes)]
    if formats:
        return [_json_run(folder, {p: patterns[p] for p in formats}, parsed, notes)]
    tables = [path for path in paths if Path(path).suffix in READERS]
    if not tables:
        raise UsageError(f"{folder}: no file of a known format ({len(paths)} files looked at)")
    return table_runs(folder, by_pattern(affordable(folder, tables, notes)))


def _sample(files: list[Stepped]) -> list[Stepped]:
    ordered = sorted(files, key=lambda file: (file.step or 0, file.path))
    if len(ordered) <= SAMPLE:
        return ordered
    return [ordered[round(i * (len(ordered) - 1) / (SAMPLE - 1))] for i in range(SAMPLE)]


def _load(folder: Path, path: str, notes: list[str]) -> Any:
    """A file's data; a list of its lines for .jsonl; None and a note where it is none."""
    try:
        data = read_file(folder, path)
        if not path.endswith(".jsonl"):
            return load_json(data, path)
        return [load_json(line, path) for line in data.split(b"\n") if line.strip()]
    except ResultsError as err:
        notes.append(f"passed over {err}")
        return None


def _format(data: Any) -> tuple[str, str] | None:
    if data is None:
        return None
    found = harness.format_of(data)
    if found is not None or isinstance(data, list):
        return found
    records = json_records.find_records(data)
    where = ".".join(records.way) if records else ""
    return (
        ("json", f"'{where}' has records" if where else "records of numbers") if records else None
    )


def _harness_run(
    folder: Path, patterns: Mapping[str, list[Stepped]], found: tuple[str, str], parsed: Parsed,
    notes: list[str],
) -> Run:  # fmt: skip
    format_, why = found
    patterns = _with_step(patterns, notes)
    files = [file for group in patterns.values() for file in group if file.path in parsed]
    pattern_of = {file.path: pattern for pattern, group in patterns.items() for file in group}
    data = [parsed[file.path] for file in files]
    told = harness.told(format_, data)
    measures = harness.measures_of(format_, data)
    if len(measures) > MOST_MEASURES:
        notes.append(f"of {len(measures):,} measures {MOST_MEASURES} were looked at")
        measures = measures[:MOST_MEASURES]
    readings: dict[str, list[Reading]] = {measure: [] for measure in measures}
    origin: dict[tuple[int, str, str], str] = {}
    for file in files:
        pattern = pattern_of[file.path]
        try:
            contents = harness.read_all(
                format_, measures, parsed[file.path], file.path, limited=told.limited
            )
        except ResultsError as err:
            notes.append(f"passed over {err}")
            continue
        for measure, each in contents.items():
            for reading in filter(_can_be_named, each.readings):
                step = reading.step if file.step is None else file.step
                if step is None:
                    raise UsageError(f"{folder}: {FORMATS[format_]} ({why}), but {NO_STEP}")
                before = origin.setdefault((step, measure, reading.item), pattern)
                if before != pattern:
                    raise UsageError(_several_runs(folder, patterns))
                readings[measure].append(reading._replace(step=step))
    readings = {measure: each for measure, each in readings.items() if each}
    notes += _different_shots(readings)
    if not readings:
        raise UsageError(f"{folder}: {FORMATS[format_]} ({why}), but without any values")
    read: dict[str, Any] = {"reader": format_} | ({"limited": True} if told.limited else {})
    channel = Channel("", read, readings, mixed=format_ != "olmes")
    return Run(folder, _name(folder), format_, f"{FORMATS[format_]} ({why})",
               one_pattern(patterns), [channel], told, tuple(notes))  # fmt: skip


def _different_shots(readings: Mapping[str, list[Reading]]) -> list[str]:
    """A note where an item has other numbers of few-shot examples at other steps."""
    shots: dict[str, set[int]] = {}
    for each in readings.values():
        for reading in each:
            if reading.shots is not None:
                shots.setdefault(reading.item, set()).add(reading.shots)
    mixed = sorted(item for item, numbers in shots.items() if len(numbers) > 1)
    if not mixed:
        return []
    more = f" and {len(mixed) - 3} more" if len(mixed) > 3 else ""
    numbers = sorted(set().union(*(shots[item] for item in mixed)))
    said = (
        f"{', '.join(mixed[:3])}{more}: the number of few-shot examples is not the same at every "
        f"step ({', '.join(map(str, numbers))}); choose with `shots:` in the metric's `read`"
    )
    return [said]


def _with_step(
    patterns: Mapping[str, list[Stepped]], notes: list[str]
) -> Mapping[str, list[Stepped]]:
    """The patterns that have the step, if any has; the others are noted."""
    having = {pattern: files for pattern, files in patterns.items() if "{step}" in pattern}
    if having and len(having) < len(patterns):
        lost = [file.path for pattern, files in patterns.items() if pattern not in having
                for file in files]  # fmt: skip
        more = f" and {len(lost) - 3} more" if len(lost) > 3 else ""
        notes.append(f"passed over files without a step: {', '.join(lost[:3])}{more}")
    return having or patterns


def _several_runs(folder: Path, patterns: Iterable[str]) -> str:
    listed = ", ".join(patterns)
    tops = sorted({f"{folder}/{p.partition('/')[0]}" for p in patterns if "/" in p})
    hint = f"; name a folder for each: {' '.join(tops)}" if len(tops) > 1 else ""
    return f"{folder}: several runs have the same steps and tasks: {listed}{hint}"


def _json_run(
    folder: Path, patterns: Mapping[str, list[Stepped]], parsed: Parsed, notes: list[str]
) -> Run:
    """A run of JSON records: one channel for each file of a checkpoint's folder."""
    patterns = _with_step(patterns, notes)
    inside = not any("{step}" in pattern for pattern in patterns)
    if inside:
        patterns = {one_pattern(patterns): [file for group in patterns.values() for file in group]}
    heads = {split_pattern(pattern)[0] for pattern in patterns}
    if len(heads) > 1:
        raise UsageError(_several_runs(folder, patterns))
    checkpoint = heads.pop()
    channels, whys = [], []
    for pattern, files in patterns.items():
        known = [file for file in files if file.path in parsed]
        records = max(
            filter(None, (json_records.find_records(parsed[file.path]) for file in known)),
            key=lambda each: each.size,
        )
        step = json_records.step_field(parsed[known[0].path]) if inside else None
        if inside and step is None:
            raise UsageError(
                f"{folder}: {FORMATS['json']} at '{'.'.join(records.way)}', but {NO_STEP}"
            )
        file = "" if inside else split_pattern(pattern)[1]
        keys = {"file": file, "records": _joined(records.way), "n": records.n,
                "item": records.item, "stderr": records.stderr, "step": step}  # fmt: skip
        read: Parsed = {"reader": "json"} | {key: value for key, value in keys.items() if value}
        readings: dict[str, list[Reading]] = {}
        for measure in records.values[:MOST_MEASURES] or ("",):
            reader = msgspec.convert(read | {"value": measure or None}, JsonReader)
            readings[measure] = list(_read_json(parsed, known, reader, notes))
        stem = Path(file or pattern).stem.replace("{step}", "").replace("*", "").strip("_-.")
        item = {"slices": "slice", "domains": "domain"}.get(
            records.way[-1] if records.way else "", "task"
        )
        channels.append(Channel(stem, read, readings, item))
        whys.append(f"{file or pattern} at '{'.'.join(records.way) or 'the top'}'")
    return Run(folder, _name(folder), "json", f"{FORMATS['json']} in {', '.join(whys)}",
               checkpoint, channels, notes=tuple(dict.fromkeys(notes)))  # fmt: skip


def _read_json(
    parsed: Parsed, files: Iterable[Stepped], reader: JsonReader, notes: list[str]
) -> Iterable[Reading]:
    for file in files:
        try:
            contents = reader.contents(parsed[file.path], file.path)
        except ResultsError as err:
            notes.append(f"passed over {err}")
            continue
        for each in filter(_can_be_named, contents.readings):
            yield each._replace(step=each.step if file.step is None else file.step)


def _can_be_named(reading: Reading) -> bool:
    return can_be_named(reading.item)


def _joined(way: tuple[str, ...]) -> str | tuple[str, ...]:
    return way if any("." in key or key == "*" for key in way) else ".".join(way)


def _name(folder: Path) -> str:
    return folder.resolve().name
