"""The manifest: what was done, for each source and each chart."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache
from glob import escape
from typing import Any

from diagramgen.assets import asset_folder
from diagramgen.errors import OutputError
from diagramgen.formats import format_of
from diagramgen.model.source import Source
from diagramgen.output.files import MANIFEST, MOST_BYTES, OutputFolder
from diagramgen.output.outcome import Outcome
from diagramgen.results.discover import SourceFiles
from diagramgen.results.plan import Plan
from diagramgen.spec.provenance import versions
from diagramgen.suite.ids import chart_id

Json = dict[str, Any]
NAME_IN_PATH = re.compile(r"\$\{[^}]*\}")


def make_manifest(
    plan: Plan, outcomes: Iterable[Outcome], before: Json | None, folder: OutputFolder
) -> Json:
    """The manifest of a run; charts that were not asked for keep their entry of `before`.

    The files of `before` that no chart has any more are `stale` as long as they are there.
    """
    entries = {entry["id"]: entry for entry in before["charts"]} if before else {}
    entries |= {outcome.planned.id: _chart(outcome) for outcome in outcomes}
    charts = [entries[id_] for id_ in plan.ids if id_ in entries]
    return {
        "version": 1,
        "suite": {
            "title": plan.suite.title,
            "file": plan.suite.file(),
            "sha256": plan.suite.sha256,
        },
        "versions": versions(),
        "sources": {
            name: _source(found, plan.suite.definitions.sources[name])
            for name, found in plan.sources.items()
        },
        "charts": charts,
        "stale": _stale(charts, before, folder),
    }


def _source(found: SourceFiles, source: Source) -> Json:
    steps = list(found.steps())
    entry: Json = {
        "label": source.label,
        "steps": steps,
        "plotted": [step for step in steps if step != source.bridge],
        "bridge": source.bridge if source.bridge in steps else None,
        "left_out": {str(step): reason for step, reason in sorted(found.left_out.items())},
        "files": {
            metric: {str(step): [file.path for file in of] for step, of in sorted(files.items())}
            for metric, files in found.files.items()
            if files
        },
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
        "files": [{"path": path, "sha256": sha256} for path, sha256 in outcome.files.items()],
        "left_out": dict(outcome.left_out),
    }
    return {key: value for key, value in entry.items() if value is not None}


def read_manifest(folder: OutputFolder, plan: Plan) -> Json | None:
    """The manifest of the suite's run before, if there is one."""
    try:
        data = json.loads(folder.read(MANIFEST, MOST_BYTES))
    except (OSError, OutputError, ValueError, RecursionError):
        return None
    of_suite = _is_manifest(data) and data["suite"]["file"] == plan.suite.file()
    return dict(data) if of_suite else None


def files_of(manifest: Json | None) -> dict[str, str]:
    """The digest of every file that a manifest knows, by its path."""
    if manifest is None:
        return {}
    files = [file for entry in manifest["charts"] for file in entry["files"]] + manifest["stale"]
    return {file["path"]: file["sha256"] for file in files}


def _is_manifest(data: Any) -> bool:
    from jsonschema import Draft202012Validator

    return bool(Draft202012Validator(manifest_schema()).is_valid(data))


@cache
def manifest_schema() -> Json:
    """The JSON Schema of manifests."""
    file = asset_folder("schema") / "manifest.schema.json"
    schema: Json = json.loads(file.read_bytes())
    return schema


def _stale(charts: list[Json], before: Json | None, folder: OutputFolder) -> list[Json]:
    """The files of earlier runs that are still there and that none of the charts has."""
    now = {file["path"] for entry in charts for file in entry["files"]}
    return [
        {"path": path, "sha256": digest}
        for path, digest in sorted(files_of(before).items())
        if path not in now and folder.is_file(path)
    ]


def prunable(plan: Plan, manifest: Json) -> list[Json]:
    """The stale files that the suite no longer produces.

    What a declared chart has left from an earlier run stays where this one did not draw it.
    """
    drawn = {entry["id"] for entry in manifest["charts"] if entry["status"] == "rendered"}
    waiting = [_any_step(id_) for id_ in plan.ids if id_ not in drawn]
    return [
        file
        for file in manifest["stale"]
        if format_of(file["path"])
        and not any(fnmatchcase(chart_id(file["path"], {}), id_) for id_ in waiting)
    ]


def _any_step(id_: str) -> str:
    """A chart's id as a glob: of a chart that is not drawn, `${step}` may be unknown."""
    return "*".join(map(escape, NAME_IN_PATH.split(id_)))
