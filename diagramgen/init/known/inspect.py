"""Logs of Inspect: of each model one source, of each task the newest log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from diagramgen.document.data import mapping
from diagramgen.errors import ResultsError
from diagramgen.init.folder import Stepped, affordable, can_be_named, read_file
from diagramgen.init.kinds import kind_of, unknown_kind
from diagramgen.init.runs import Run, Taken
from diagramgen.init.tables.reading import Source, reason, runs_of
from diagramgen.init.tables.ways import Layout, Way, listed
from diagramgen.readers.inspect import log_of

RUNS = {"column": "model"}
ASIDE = ("stderr", "std", "var", "bootstrap_stderr", "bootstrap_std")
"""Metrics that tell of another one."""


def taken(folder: Path, paths: Sequence[str]) -> Taken:
    """The runs of such logs among some paths of a folder."""
    left: dict[str, str] = {}
    logs: dict[str, dict[str, Any]] = {}
    for path in affordable(folder, [p for p in paths if p.endswith((".eval", ".json"))], []):
        try:
            log = log_of(read_file(folder, path), path)
        except ResultsError as err:
            if path.endswith(".eval"):
                left[path] = reason(err, path)
            continue
        if isinstance(log, dict) and isinstance(mapping(log, "eval").get("task"), str):
            if log.get("status") == "success":
                logs[path] = log
            else:
                left[path] = "the evaluation did not succeed"
    if not logs:
        return Taken([], frozenset(), left)
    try:
        runs = []
        for suffix in (".eval", ".json"):
            runs += _runs(folder, {p: logs[p] for p in logs if p.endswith(suffix)}, suffix)
    except ResultsError as err:
        return Taken([], frozenset(), left | {path: reason(err, path) for path in logs})
    return Taken(runs, frozenset(logs), left)


def _runs(folder: Path, logs: Mapping[str, dict[str, Any]], suffix: str) -> list[Run]:
    """The runs of logs of one suffix: a source of all, told apart by model."""
    metrics: dict[str, None] = {}
    for log in logs.values():
        scores = mapping(log, "results").get("scores")
        for score in scores if isinstance(scores, list) else ():
            names = mapping(score, "metrics") if isinstance(score, dict) else {}
            metrics |= {n: None for n in names if n not in ASIDE and can_be_named(n)}
    if not logs:
        return []
    folders = {path.rpartition("/")[0] for path in logs}
    pattern = f"{folders.pop()}/*{suffix}".lstrip("/") if len(folders) == 1 else f"**/*{suffix}"
    source = Source(folder, folder.resolve().name, pattern, [Stepped(path, None) for path in logs])
    ways = [
        Way(metric, metric, {"value": metric}, kind_of(metric) or unknown_kind(metric, ()))
        for metric in metrics
    ]
    read = [way for way in ways if _can_be_read(source, way)] or ways[:1]
    lost = [way.name for way in ways if way not in read]
    notes = (f"left out, since not every log has them once: {listed(lost)}",) if lost else ()
    layout = Layout(read, f"{len(logs):,} logs of Inspect", RUNS, notes=notes)
    return runs_of(source, {"reader": "inspect"}, layout)


def _can_be_read(source: Source, way: Way) -> bool:
    """Whether all logs have a metric, and each of one scorer only."""
    try:
        return bool(runs_of(source, {"reader": "inspect"}, Layout([way], "", RUNS)))
    except ResultsError:
        return False
