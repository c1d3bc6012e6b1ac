"""The manifest: what was done, for each source and each chart."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import diagramgen
from diagramgen.errors import OutputError
from diagramgen.files import inside
from diagramgen.plan import Plan, PlannedChart, SourceFiles
from diagramgen.suite import Source

Json = dict[str, Any]
NAME = "manifest.json"


class Outcome(NamedTuple):
    """What became of a chart: `files` are its files' paths below the output folder, with bytes."""

    planned: PlannedChart
    status: str
    title: str | None = None
    reason: str | None = None
    files: Mapping[str, bytes] = {}
    left_out: Mapping[str, str] = {}


def make_manifest(plan: Plan, outcomes: Iterable[Outcome], before: Json) -> Json:
    """The manifest of a run; charts that were not asked for keep their entry of `before`."""
    entries = {entry["id"]: entry for entry in before.get("charts", [])}
    entries |= {outcome.planned.id: _chart(outcome) for outcome in outcomes}
    return {
        "version": 1,
        "suite": {
            "title": plan.suite.title,
            "file": plan.suite.document.name,
            "sha256": plan.suite.sha256,
        },
        "versions": versions(),
        "sources": {
            name: _source(found, plan.suite.sources[name]) for name, found in plan.sources.items()
        },
        "charts": [entries[id_] for id_ in plan.ids if id_ in entries],
    }


def versions() -> dict[str, str]:
    """The versions that decide what a chart looks like."""
    return {
        "diagramgen": diagramgen.__version__,
        "altair": version("altair"),
        "vl-convert": version("vl-convert-python"),
    }


def _source(found: SourceFiles, source: Source) -> Json:
    steps = list(found.steps())
    entry: Json = {
        "label": source.label,
        "steps": steps,
        "plotted": [step for step in steps if step != source.bridge],
        "bridge": source.bridge if source.bridge in steps else None,
        "left_out": {str(step): reason for step, reason in sorted(found.left_out.items())},
    }
    return entry | ({"missing": found.missing} if found.missing else {})


def _chart(outcome: Outcome) -> Json:
    panels = outcome.planned.panels
    entry: Json = {
        "id": outcome.planned.id,
        "status": outcome.status,
        "reason": outcome.reason,
        "title": outcome.title,
        "transforms": [panel.transform.name() for panel in panels],
        "metrics": list(dict.fromkeys(m for panel in panels for m in panel.transform.metrics())),
        "sources": list(dict.fromkeys(s for panel in panels for s in panel.transform.sources())),
        "files": [
            {"path": path, "sha256": hashlib.sha256(data).hexdigest()}
            for path, data in outcome.files.items()
        ],
        "left_out": dict(outcome.left_out),
    }
    return {key: value for key, value in entry.items() if value is not None}


def read_manifest(folder: Path) -> Json:
    """The manifest of the run before; empty where there is none, or none that can be read."""
    try:
        data = json.loads((folder / NAME).read_bytes())
    except (OSError, ValueError):
        return {}
    charts = data.get("charts") if isinstance(data, dict) else None
    if not isinstance(charts, list) or not all(_is_entry(entry) for entry in charts):
        return {}
    return dict(data)


def _is_entry(entry: Any) -> bool:
    files = entry.get("files") if isinstance(entry, dict) else None
    return (
        isinstance(files, list)
        and isinstance(entry.get("id"), str)
        and all(isinstance(file, dict) and isinstance(file.get("path"), str) for file in files)
    )


def stale_files(plan: Plan, before: Json, folder: Path) -> list[Path]:
    """The files that this suite made, as `before` says, and that it no longer declares."""
    if before.get("suite", {}).get("file") != plan.suite.document.name:
        return []
    stale = []
    for entry in before.get("charts", []):
        if entry["id"] in plan.ids:
            continue
        for file in entry["files"]:
            try:
                path = inside(folder, file["path"])
            except OutputError:
                continue
            if path.is_file():
                stale.append(path)
    return stale
