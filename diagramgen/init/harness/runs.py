"""The files of evaluation harnesses -> runs: one for each model, at its steps if it has such."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any

from diagramgen.errors import ResultsError
from diagramgen.init.checks import check_groups
from diagramgen.init.folder import (
    MOST_MEASURES,
    Stepped,
    affordable,
    by_pattern,
    can_be_named,
    load,
    may_have_results,
    step_key,
)
from diagramgen.init.harness import files as harness
from diagramgen.init.harness.shots import different_shots, one_number_of_shots
from diagramgen.init.runs import Channel, Run, Taken
from diagramgen.init.units import (
    Readings,
    Unit,
    apart,
    own_words,
    place,
    plain,
    together,
    with_step,
)

SAMPLE = 40
"""Files of one pattern that are read: evenly spread, the first and the last step among them."""
MOST_SAMPLED = 300
"""Of many patterns together so many are read, but at least these of each."""
LEAST_SAMPLED = 6
FORMATS = {
    "lm-eval": "results of lm-evaluation-harness",
    "lighteval": "results of lighteval",
    "olmes": "results of olmes",
}
NO_PATTERN = (
    "no pattern of paths fits the {count} files of {model} and no others; put each model into a "
    "folder of its own"
)


def harness_runs(folder: Path, paths: Sequence[str]) -> Taken:
    """The runs of harness files among some paths of a folder."""
    notes: list[str] = []
    named = [path for path in paths if path.endswith((".json", ".jsonl"))]
    patterns = by_pattern(filter(may_have_results, named))
    found: dict[tuple[str, str], list[Unit]] = {}
    whys: dict[str, str] = {}
    left: dict[str, str] = {}
    failed: dict[str, str] = {}
    for pattern, files, data in _looked_at(folder, patterns, notes, failed):
        for key, why, unit in _units(pattern, files, data):
            whys.setdefault(key[0], why)
            found.setdefault(key, []).append(unit)
    parts = [
        (key, told, units, alone)
        for key, every in found.items()
        for told, units, alone in _parts(key[0], every, notes)
    ]
    runs: list[Run] = []
    taken: set[str] = set()
    lone = len(parts) == 1
    for (format_, model), told, every, alone in parts:
        units, lost = with_step(every)
        own = {file.path for unit in units for file in unit.files}
        left |= dict.fromkeys(lost, "its path has no step, as those of the others have")
        found_at = place(units, own, paths, lone=lone)
        if found_at is None:
            reason = NO_PATTERN.format(count=len(own), model=model or format_)
            left |= dict.fromkeys(own, reason)
            continue
        top, checkpoint = found_at
        readings = together(units)
        if not readings:
            left |= dict.fromkeys(own, f"{FORMATS[format_]}, but without any values")
            continue
        read: dict[str, Any] = {"reader": format_} | ({"limited": True} if told.limited else {})
        shots, left_out = one_number_of_shots(units)
        if shots is not None:
            read["shots"] = shots
            readings = together(units, shots)
            notes.append(left_out)
        root = folder / top if top else folder
        stepped = any(r.step is not None for each in readings.values() for r in each)
        name = _name(root, model, alone, units, by_folder=lone or (stepped and top != ""))
        why = f"{FORMATS[format_]} ({whys[format_]})"
        channel = Channel("", read, readings, mixed=format_ != "olmes")
        lost = [f"passed over {path}: {why}" for path, why in failed.items() if path in own]
        said = (*notes, *lost, *different_shots(readings), *_checks(format_, units, told))
        runs.append(Run(root, name, format_, why, checkpoint, [channel], told, said))
        notes = []  # those of the folder are said once
        taken |= own
    return Taken(runs, frozenset(taken), left)


def _checks(format_: str, units: list[Unit], told: harness.Told) -> list[str]:
    """A note where a row of the last file that averages others is not their average."""
    if format_ != "lm-eval" or not told.groups:
        return []
    steps = {file.path: file.step for unit in units for file in unit.files}
    path, data = max(
        ((path, data) for unit in units for path, data in unit.data.items() if data.get("groups")),
        key=lambda pair: (steps[pair[0]] or 0, pair[0]),
    )
    measures = harness.measures_of(format_, [data])[:MOST_MEASURES]
    try:
        contents = harness.read_all(format_, measures, data, path, limited=told.limited)
    except ResultsError:  # it is passed over, and told
        return []
    groups = harness.told(format_, [data]).groups
    found = {measure: list(each.readings) for measure, each in contents.items()}
    return check_groups(data["results"], groups, found)


def _looked_at(
    folder: Path,
    patterns: Mapping[str, list[Stepped]],
    notes: list[str],
    failed: dict[str, str],
) -> Iterable[tuple[str, list[Stepped], dict[str, Any]]]:
    """The patterns with their files and what those hold that are read."""
    most = max(LEAST_SAMPLED, min(SAMPLE, MOST_SAMPLED // max(1, len(patterns))))
    steps = [{f.step for f in files} for p, files in patterns.items() if "{step}" in p]
    shared = set.intersection(*steps) if steps else set()
    samples = {
        pattern: sample(files, most, shared) if "{step}" in pattern else files
        for pattern, files in patterns.items()
    }
    chosen = set(affordable(folder, [f.path for of in samples.values() for f in of], notes))
    for pattern, files in patterns.items():
        read = [file.path for file in samples[pattern] if file.path in chosen]
        data = {path: load(folder, path, failed) for path in read}
        yield pattern, files, {path: each for path, each in data.items() if each is not None}


def sample(
    files: list[Stepped], most: int = SAMPLE, shared: Collection[int | None] = ()
) -> list[Stepped]:
    """So many of some files, evenly spread over their steps, the first and the last among them.

    Of steps that are `shared` with other runs rather than of others.
    """
    ordered = sorted(files, key=lambda file: (file.step or 0, file.path))
    if len(ordered) <= most:
        return ordered
    inner = [file for file in ordered[1:-1] if file.step in shared]
    inner = inner if len(inner) >= most - 2 else ordered[1:-1]
    spread = (inner[round(i * (len(inner) - 1) / (most - 3))] for i in range(most - 2))
    return [ordered[0], *spread, ordered[-1]]


def _units(
    pattern: str, files: list[Stepped], data: Mapping[str, Any]
) -> Iterable[tuple[tuple[str, str], str, Unit]]:
    """The units of a pattern: what has a step in its path is of one model, else a file says it."""
    own: dict[tuple[str, str], dict[str, Any]] = {}
    whys = {}
    for path, each in data.items():
        known = harness.format_of(each)
        if known is not None:
            key = known[0], step_key(harness.model_of(known[0], each))
            if "{step}" in pattern and own:
                key = next(iter(own))
            whys[key] = known[1]
            own.setdefault(key, {})[path] = each
    for key, of in own.items():
        stays = files if "{step}" in pattern else [file for file in files if file.path in of]
        yield key, whys[key], Unit(pattern, stays, of)


def _parts(
    format_: str, units: list[Unit], notes: list[str]
) -> Iterable[tuple[harness.Told, list[Unit], str]]:
    """The runs among the units of one model: each has an item at a step once, or several dates.

    With what tells each apart from the others, empty where there is one.
    """
    data = [each for unit in units for each in unit.data.values()]
    told = harness.told(format_, data)
    measures = harness.measures_of(format_, data)
    if len(measures) > MOST_MEASURES:
        notes.append(f"of {len(measures):,} measures {MOST_MEASURES} were looked at")
    read = [_read(format_, unit, measures[:MOST_MEASURES], told, notes) for unit in units]
    for part in apart(read):
        ways = [unit.pattern.split("/") for unit in part]
        others = [unit.pattern.split("/") for unit in read if unit not in part]
        alone = own_words(ways, others) if others else ""
        yield harness.told(format_, [d for u in part for d in u.data.values()]), part, alone


def _read(
    format_: str, unit: Unit, measures: Sequence[str], told: harness.Told, notes: list[str]
) -> Unit:
    """A unit with what its files have of each measure."""
    readings: Readings = {measure: [] for measure in measures}
    steps = {file.path: file.step for file in unit.files}
    for path, data in unit.data.items():
        try:
            every = harness.read_all(format_, measures, data, path, limited=told.limited)
        except ResultsError as err:
            notes.append(f"passed over {err}")
            continue
        for measure, contents in every.items():
            readings[measure] += [
                reading if steps[path] is None else reading._replace(step=steps[path])
                for reading in contents.readings
                if isfinite(reading.value) and can_be_named(reading.item)
            ]
    return unit._replace(readings=readings)


def _name(root: Path, model: str, alone: str, units: list[Unit], *, by_folder: bool) -> str:
    """What a run is called: as its folder, or as its model."""
    parts = [part for part in model.split("/") if "{step}" not in part or plain(part)]
    stepped = any("{step}" in unit.pattern for unit in units)
    if not parts or (by_folder and stepped):
        return root.resolve().name
    return "_".join(filter(None, (plain(parts[-1]), alone)))
