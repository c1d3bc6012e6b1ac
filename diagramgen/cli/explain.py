"""A file -> where it comes from: its entry in the suite, and the result files behind it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diagramgen.cli.options import make_plan
from diagramgen.errors import UsageError, visible
from diagramgen.formats.embed import MOST_BYTES, Origin, read_origin
from diagramgen.local import read_local, sha256
from diagramgen.output.files import MANIFEST
from diagramgen.output.manifest import decode_manifest
from diagramgen.output.request import Request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagramgen.results.plan import Plan, PlannedChart, PlannedPanel
    from diagramgen.suite.suite import Panel

Json = dict[str, Any]
WIDTH = 11
SINCE = {
    True: "says the same of it as when it was drawn",
    False: "has changed since it was drawn",
    None: "",
}
"""Whether the suite is still what the file was drawn from, where the file tells."""


def explain(file: Path, request: Request) -> Json:
    """What a file shows, the entry that drew it, and the result files that this reads.

    Where the suite that is asked for is not there, only what the file says is told. Raises
    `UsageError` for a file that is not of ours, and whatever is wrong with the suite.
    """
    listed = _listed(file)
    try:
        origin = read_origin(file)
    except UsageError:
        if listed is None:
            raise
        origin = None
    if origin is None and listed is None:
        raise UsageError(f"{file}: diagramgen has not drawn this, or what it wrote into it is lost")
    id_ = origin.id if origin else str(listed and listed["id"])
    found: Json = {"id": id_, "title": None, "description": None}
    if origin:
        found |= {"title": origin.title, "description": origin.description}
    if listed:
        found |= {"title": listed["title"], "altered": listed["altered"]}
    if not request.file.is_file():
        return found | {"suite": None}
    plan = make_plan(request)
    planned = next((chart for chart in plan.charts if chart.id == id_), None)
    return found | {"suite": _suite(origin, planned, plan)} | _chart(planned, plan)


def _suite(origin: Origin | None, planned: PlannedChart | None, plan: Plan) -> Json:
    """The place of the entry in the suite, and whether it is still as it was."""
    from diagramgen.spec.provenance import entry_sha256

    suite = plan.suite
    if planned is None:
        return {"file": suite.document.name, "line": None, "column": None, "unchanged": None}
    place = suite.document.diagnostic(planned.chart.where, "", "")
    digest = origin.suite if origin and planned.status == "ready" else ""
    same = entry_sha256(planned, suite.definitions, suite.output) == digest if digest else None
    return {"file": place.file, "line": place.line, "column": place.column, "unchanged": same}


def _chart(planned: PlannedChart | None, plan: Plan) -> Json:
    """The transforms of an entry with what they say, and the files that they read."""
    from diagramgen.spec.provenance import said

    panels: Sequence[PlannedPanel | Panel] = ()
    if planned:
        panels = planned.panels or planned.chart.panels
    names = planned.chart.transforms() if planned else ()
    files: dict[str, list[str]] = {}
    keys = (planned.reads() if planned else {}).items()
    for source, metric, step in ((*pair, step) for pair, steps in keys for step in sorted(steps)):
        root = plan.suite.definitions.sources[source].root.rstrip("/")
        found = plan.sources[source].files.get(metric, {}).get(step, ())
        files.setdefault(source, []).extend(f"{root}/{file.path}" for file in found)
    return {
        "panels": [
            {"transform": name} | said(panel.transform)
            for name, panel in zip(names, panels, strict=True)
        ],
        "sources": {
            name: {
                "label": plan.suite.definitions.source_label(name),
                "files": list(dict.fromkeys(of)),
            }
            for name, of in files.items()
        },
    }


def _listed(file: Path) -> Json | None:
    """What the manifest of the output folder that a file is in says of it."""
    path = file.absolute()
    for folder in path.parents:
        try:
            manifest = decode_manifest(read_local(folder / MANIFEST, MOST_BYTES))
            name = path.relative_to(folder).as_posix()
            for chart in manifest.charts if manifest else ():
                for each in chart.files:
                    if each.path == name:
                        altered = sha256(read_local(path)) != each.sha256
                        return {"id": chart.id, "title": chart.title, "altered": altered}
        except OSError:
            continue
    return None


def as_text(found: Json) -> str:
    """An explanation as lines for people."""
    lines = [("chart", found["id"])]
    lines += [(name, found[key]) for name, key in (("title", "title"), ("shows", "description"))
              if found[key]]  # fmt: skip
    suite = found["suite"]
    if suite is None:
        lines.append(("suite", "not here; -c FILE tells which entry drew it"))
    elif suite["line"] is None:
        lines.append(("suite", f"{suite['file']} has no chart of that id now"))
    else:
        since = SINCE[suite["unchanged"]]
        place = f"{suite['file']}:{suite['line']}:{suite['column']}"
        lines.append(("entry", f"{place}{f', which {since}' if since else ''}"))
    for panel in found.get("panels", ()):
        said = {key: value for key, value in panel.items() if key != "transform"}
        lines.append(("transform", f"{panel['transform']} {json.dumps(said, ensure_ascii=False)}"))
    for name, source in found.get("sources", {}).items():
        lines.append(("source", f"{name} ({source['label']})"))
        lines += [("", file) for file in source["files"]]
    if found.get("altered"):
        lines.append(("file", "has been altered since it was written"))
    shown = ((name, visible(str(text), one_line=True)) for name, text in lines)
    return "".join(f"{name:<{WIDTH}}{text}".rstrip() + "\n" for name, text in shown)
