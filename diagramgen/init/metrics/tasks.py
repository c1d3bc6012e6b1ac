"""Harness files -> metrics: in them each task has measures of its own, of which one counts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from diagramgen.init.kinds import Kind, choose, kind_of, unknown_kind
from diagramgen.init.metrics.draft import Draft
from diagramgen.init.metrics.groups import families, parents
from diagramgen.init.runs import Run
from diagramgen.model.aliases import alias
from diagramgen.readers import Reading


def mixed(runs: list[Run], aliases: Mapping[str, str]) -> list[Draft]:
    """The metrics of harness files, in which each task has the measure that counts for it."""
    of: dict[str, dict[str, dict[str, list[Reading]]]] = {}
    higher: dict[str, bool] = {}
    for run in runs:
        higher |= run.told.higher
        for measure, readings in run.channels[0].readings.items():
            for reading in readings:
                of.setdefault(reading.item, {}).setdefault(measure, {}).setdefault(
                    run.called, []
                ).append(reading)
    chosen: dict[str, tuple[Kind, dict[str, str]]] = {}
    for task, measures in of.items():
        kinds: dict[str, Kind] = {}
        for measure, by_run in measures.items():
            sure = higher.get(measure.partition(",")[0])
            flat = [r for each in by_run.values() for r in each]
            kinds[measure] = kind_of(measure) or unknown_kind(measure.partition(",")[0], flat, sure)
        names = {kind.name for kind in kinds.values()}
        wanted: list[str] = [n for n in ("accuracy", "perplexity") if n in names] or [
            next(
                (n for n in ("word_perplexity", "f1") if n in names),
                next(iter(kinds.values())).name,
            )
        ]
        for name in wanted:
            alike = [m for m, kind in kinds.items() if kind.name == name]
            measure = choose(task, alike)
            chosen.setdefault(name, (kinds[measure], {}))[1][task] = measure
    found: list[Draft] = []
    for name, (kind, table) in chosen.items():
        found.append(_of_kind(name, kind, table, of, runs, aliases))
    return sorted(found, key=lambda m: (m.kind.name != "accuracy", m.kind.name == "pct_stereotype"))


def _of_kind(
    name: str, kind: Kind, table: dict[str, str], of: Mapping[str, Any], runs: list[Run],
    aliases: Mapping[str, str],
) -> Draft:  # fmt: skip
    whole = parents(_last(table, of))
    table = {task: measure for task, measure in table.items() if task not in whole}
    readings: dict[str, list[Reading]] = {}
    for run in runs:
        rows = [
            reading._replace(item=alias(reading.item, aliases))
            for task, measure in table.items()
            for reading in of[task][measure].get(run.called, ())
        ]
        if rows:
            readings[run.called] = rows
    notes = [f"left out, since others average to it: {task}" for task in sorted(whole)]
    groups = {
        group: members
        for run in runs
        for group, members in run.told.groups.items()
        if len({table[task] for task in members if task in table}) == 1
    }
    values = _table(table, of)
    own = {run.called: run.channels[0].read for run in runs if run.called in readings}
    read = next(iter(own.values()))
    reads = {
        run: {**each, "values": {glob: measure for glob, measure, _ in values}}
        for run, each in own.items()
        if each != read
    }
    return Draft(name, kind, "task", read, readings, values=values, notes=tuple(notes),
                 groups=groups, reads=reads)  # fmt: skip


def _last(table: Mapping[str, str], of: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """The value and n of each task at the last step of the first run that has it."""
    found = {}
    for task, measure in table.items():
        rows = next(iter(of[task][measure].values()))
        last = max(rows, key=lambda r: r.step or 0)
        found[task] = (last.value, last.n)
    return found


def _table(table: Mapping[str, str], of: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """Which measure counts for which task; tasks named alike as one glob."""
    entries: dict[str, tuple[str, str]] = {}
    alike = {
        task: (m, ", ".join(n for n in sorted(of[task]) if n != m)) for task, m in table.items()
    }
    done: set[str] = set()
    for prefix, members in families(table, 4).items() if len(table) > 12 else ():
        outside = [task for task in of if task.startswith(prefix) and task not in members]
        if len({alike[task] for task in members}) == 1 and not outside:
            measure, others = alike[members[0]]
            too = f"; there is {others}, too" if others else ""
            entries[f"{prefix}*"] = (measure, f"{len(members)} tasks{too}")
            done.update(members)
    for task in table.keys() - done:
        measure, others = alike[task]
        entries[re.sub(r"([*?[])", r"[\1]", task)] = (
            measure,
            f"there is {others}, too" if others else "",
        )
    return tuple((glob, *entries[glob]) for glob in sorted(entries))
