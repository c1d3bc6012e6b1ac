"""Results folders -> the text of a suite for them.

folders -> runs -> metrics -> charts -> text
         recognise  metrics   charts   charts/text
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from diagramgen.errors import UsageError, visible
from diagramgen.init.charts.charts import charts_of, used
from diagramgen.init.charts.text import suite_text
from diagramgen.init.folder import can_be_named, places
from diagramgen.init.metrics.draft import Draft
from diagramgen.init.metrics.metrics import aliases_of, metrics_of
from diagramgen.init.naming import named
from diagramgen.init.recognise import recognise
from diagramgen.init.runs import Run
from diagramgen.roots import check_root

MOST_ITEMS = 2000
"""So many items are looked at: each is compared with each."""
MOST_NAMED = 3
"""Of many runs so many are named."""
EPOCH = re.compile(r"(?i)epochs?[-_=/]?\{step\}")
"""A checkpoint pattern whose steps are epochs."""
MOST_LISTED = 8
"""So many runs are told one by one."""


def write_suite(
    folders: Sequence[Path],
    *,
    into: Path,
    title: str | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> str:
    """The text of a suite for results folders and files; it is to lie in the folder `into`.

    `tell` is told what was recognised, and why, and what was not. Raises `UsageError` that says,
    one line each, which of them have nothing that a chart could be made of.
    """
    warnings: list[str] = []
    runs = named(recognise(places(folders), warnings.append))
    wrong = []
    for folder in dict.fromkeys(run.folder for run in runs):
        of = [run for run in runs if run.folder == folder]
        count = len(set[str]().union(*(run.items() for run in of)))
        if count > MOST_ITEMS:
            wrong.append(f"{folder}: {count:,} items; a suite is written for {MOST_ITEMS:,}")
    if wrong:
        raise UsageError("\n".join(wrong))
    for line in _recognised(runs):
        tell(line)
    warnings += [f"{run.folder}: {note}" for run in runs for note in run.notes]
    for warning in dict.fromkeys(warnings):
        tell(f"warning: {warning}")
    aliases = aliases_of(runs)
    metrics = metrics_of(runs, aliases)
    names = [run.called for run in runs]
    charts = list(charts_of(metrics, names))
    if not charts:
        counts = ", ".join(f"{len(metric.members()):,} of {metric.name}" for metric in metrics[:3])
        raise UsageError(
            f"{runs[0].folder}: no chart has room for what there is: {counts} at one step, without "
            "groups; name a part of it"
        )
    metrics = used(metrics, (entry for _, entries in charts for entry in entries))
    for metric in metrics:
        if "check the direction" in metric.kind.note:
            tell(f"warning: {metric.kind.note}")
    whys = [f"{run.name}: {run.why}" for run in runs]
    return suite_text(
        title or _title(names), _sources(runs, metrics, into), _few(whys), aliases, metrics, charts
    )


def _recognised(runs: Sequence[Run]) -> list[str]:
    """What each run was recognised as, or how many there are where they are many."""
    by_why: dict[str, dict[tuple[Path, str], list[Run]]] = {}
    for run in runs:
        of = by_why.setdefault(run.why, {})
        of.setdefault((run.folder, run.checkpoint), []).append(run)
    lines = []
    for why, sources in by_why.items():
        if len(sources) <= MOST_LISTED:
            for (folder, checkpoint), members in sources.items():
                many = f"{_how_many(members)}, " if len(members) > 1 else ""
                lines.append(f"{folder}: {why}; checkpoint '{checkpoint}', {many}{_span(members)}")
        else:
            every = [run for members in sources.values() for run in members]
            top = Path(os.path.commonpath([run.folder.absolute() for run in every]))
            lines.append(f"{top}: {why}; {_how_many(every)}, {_span(every)}")
    return lines


def _how_many(runs: Sequence[Run]) -> str:
    names = [run.member or run.name for run in runs[:MOST_NAMED]]
    more = " ..." if len(runs) > MOST_NAMED else ""
    return visible(f"{len(runs)} runs ({', '.join(names)}{more})", one_line=True)


def _span(runs: Sequence[Run]) -> str:
    steps = sorted({step for run in runs for step in run.steps()})
    if not steps:
        return "no steps: finished models" if len(runs) > 1 else "no steps: a finished model"
    return f"step {steps[0]} to {steps[-1]}" if len(steps) > 1 else f"step {steps[0]}"


def _sources(
    runs: Sequence[Run], metrics: Sequence[Draft], into: Path
) -> Mapping[str, Mapping[str, Any]]:
    """The sources of the suite; where one reads a metric in its own way, that stands with it."""
    found: dict[str, dict[str, Any]] = {}
    for run in runs:
        source = found.setdefault(
            run.name, {"root": _root(run.folder, into), "checkpoint": run.checkpoint}
        )
        source |= {"unit": "epoch"} if EPOCH.search(run.checkpoint) else {}
        source |= ({"runs": dict(run.runs)} if run.runs else {}) | dict(run.keys)
        reads = {m.name: m.reads[run.called] for m in metrics if run.called in m.reads}
        if reads:
            source["read"] = source.get("read", {}) | reads
    return found


def _few(whys: Sequence[str]) -> list[str]:
    """Why each source is what it is, or of many that are the same one and how many more."""
    lines = list(dict.fromkeys(whys))
    if len(lines) <= MOST_LISTED:
        return lines
    by_why: dict[str, list[str]] = {}
    for line in lines:
        name, _, why = line.partition(": ")
        by_why.setdefault(why, []).append(name)
    return [
        f"{names[0]} and {len(names) - 1} more: {why}" if len(names) > 1 else f"{names[0]}: {why}"
        for why, names in by_why.items()
    ]


def _root(folder: Path, into: Path) -> str:
    """How the suite calls a folder: relative to itself where it can, absolute where asked so.

    Raises `UsageError` for a folder that a suite cannot name.
    """
    inside = folder.resolve().is_relative_to(into.resolve())
    if folder.is_absolute() and not inside:
        root = folder.as_posix()
    else:
        root = Path(os.path.relpath(folder.resolve(), into.resolve())).as_posix()
    if not all(map(can_be_named, filter(None, root.split("/")))):
        raise UsageError(f"{visible(root, one_line=True)}: a suite cannot name this folder")
    return f"./{root}" if check_root(root) else root


def _title(names: Sequence[str]) -> str:
    if len(names) > 3:
        return f"Evaluation of {len(names)} runs"
    return f"Evaluation of {' and '.join(filter(None, [', '.join(names[:-1]), names[-1]]))}"
