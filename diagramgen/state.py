"""What the last run saw and made, kept in the output folder: and what of it has changed.

Safe to delete. Whatever of it is foreign, cut off or out of date only leads to drawing again. This
module imports nothing heavy: it decides before pandas, altair or the renderer are loaded.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from diagramgen.assets import YAML, asset_folder
from diagramgen.errors import OutputError, ResultsError
from diagramgen.files import HIDDEN, inside
from diagramgen.storage import open_storage

if TYPE_CHECKING:
    from diagramgen.discover import SourceFiles
    from diagramgen.manifest import Outcome
    from diagramgen.plan import Plan
    from diagramgen.suite import Suite

Json = dict[str, Any]
STATE = f"{HIDDEN}/state.json"
MANIFEST = "manifest.json"
VERSION = 1
OUTPUT_DIR = re.compile(r"^output:.*?\bdir:\s*[\"']?([^\"',{}\n#]+)", re.MULTILINE | re.DOTALL)
DEFAULT_DIR = "diagrams"


class Request(NamedTuple):
    """What a run is asked for: everything but the result files that decides what it makes."""

    file: Path
    sets: tuple[str, ...]
    roots: tuple[str, ...]
    formats: tuple[str, ...]
    charts: tuple[str, ...]
    flags: tuple[bool, ...]

    def digest(self, folder: Path) -> str:
        """The same for the same request into the same folder, whatever the time and place."""
        here = os.path.relpath(self.file.parent, folder)
        words = [*self._replace(file=Path(self.file.name)), here, code()]
        text = json.dumps(words, default=str).encode()
        return sha256(text + self.file.read_bytes())


@cache
def code() -> str:
    """A digest of the programs that decide what a chart looks like: their files' sizes and times.

    Their versions would say less, and take longer to find out.
    """
    parts = []
    for name in ("altair", "vl_convert"):
        found = find_spec(name)
        assert found is not None, f"{name} is installed"
        assert found.origin is not None, f"{name} is a package"
        parts.append(_stamp(Path(found.origin)))
    for root in (Path(__file__).parent, asset_folder("templates"), asset_folder("gallery")):
        for folder, folders, names in os.walk(root):
            folders[:] = sorted(set(folders) - {"__pycache__"})
            parts += [_stamp(Path(folder) / name) for name in sorted(names)]
    return sha256("\n".join(parts).encode())


def _stamp(path: Path) -> str:
    stat = path.stat()
    return f"{path.name} {stat.st_size} {stat.st_mtime_ns}"


def probable_folder(request: Request, out: Path | None) -> Path | None:
    """Where the suite writes to, told without reading it as YAML.

    A guess that is wrong does no harm: there is no state that fits the request.
    """
    if out is not None:
        return out
    try:
        found = OUTPUT_DIR.search(request.file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None
    return request.file.parent / (found[1].strip() if found else DEFAULT_DIR)


def read_state(folder: Path) -> Json | None:
    """The state that the last finished run left in a folder, if it is whole and one of ours."""
    try:
        digest_line, text = (folder / STATE).read_bytes().split(b"\n", 1)
    except (OSError, ValueError):
        return None
    if digest_line.decode(errors="replace") != sha256(text):
        return None
    state: Json = json.loads(text)
    return state if state["version"] == VERSION else None


Verdict = Literal["unchanged", "results", "request"]


def compare(state: Json | None, request: Request, folder: Path) -> Verdict:
    """Whether all is as the last run left it, or what has changed: the results, or what is asked.

    Notes in `state` which files were only touched.
    """
    if state is None:
        return "request"
    try:
        if state["request"] != request.digest(folder) or not state["repeatable"]:
            return "request"
        if own_files(request.file.parent, state["own"]) != state["own"]:
            return "request"
        if not all(_as_before(each, request.file.parent) for each in state["sources"].values()):
            return "results"
        files = {path: sha for chart in state["charts"].values() for path, sha in chart["files"]}
        files |= state["others"]
        return "unchanged" if is_there(folder, files.items()) else "request"
    except (OSError, ResultsError):
        return "request"


def _as_before(source: Json, folder: Path) -> bool:
    """Whether a source's files are those of the last run: by size and time, else by content."""
    storage = open_storage(source["root"], folder)
    try:
        if sorted(storage.folders(source["checkpoint"])) != source["folders"]:
            return False
        for pattern, before in source["files"].items():
            found = storage.find(pattern)
            if [file.path for file in found] != list(before):
                return False
            for file in found:
                old_version, digest = before[file.path]
                if file.version == old_version:
                    continue
                if not digest or sha256(storage.read(file.path)) != digest:
                    return False
                before[file.path] = [file.version, digest]
                source["touched"] = True
    except FileNotFoundError:
        return bool(source["missing"])
    return not source["missing"]


def own_files(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """The digest of each of the suite's own files, and of those in its own folders."""
    found: dict[str, str] = {}
    for name in names:
        path = folder / name
        if name.endswith("/"):
            files = sorted(path.glob("*.yaml"))
            found[name] = sha256("\n".join(f"{f.name} {digest(f)}" for f in files).encode())
        else:
            found[name] = digest(path)
    return found


def is_there(folder: Path, files: Iterable[tuple[str, str]]) -> bool:
    """Whether files of the output folder have the contents with these digests."""
    try:
        return all(digest(inside(folder, path)) == sha for path, sha in files)
    except OutputError:
        return False


def digest(path: Path) -> str:
    """The sha256 of a file's bytes; empty where there is none."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def sha256(data: bytes) -> str:
    """The digest of some bytes, as in the manifest."""
    return hashlib.sha256(data).hexdigest()


def made(plan: Plan, outcomes: list[Outcome], keys: Mapping[str, str]) -> Json:
    """What a run made; `keys` are the charts' by id."""
    from diagramgen.readers import BUILT_IN

    built_in = all(type(metric.read) in BUILT_IN for metric in plan.suite.metrics.values())
    charts = {
        outcome.planned.id: {
            "key": keys[outcome.planned.id],
            "files": sorted(outcome.files.items()),
        }
        for outcome in outcomes
        if outcome.files
    }
    return {
        "code": code(),
        "repeatable": built_in and all(outcome.status != "failed" for outcome in outcomes),
        "ids": plan.ids,
        "charts": charts,
        "outcomes": [(each.planned.id, each.status, each.reason) for each in outcomes],
    }


def seen(plan: Plan) -> Json:
    """What a run saw: the suite's own files, and which files each source has."""
    suite = plan.suite
    return {
        "own": own_files(suite.folder, _own_names(suite)),
        "sources": {
            name: _source(found, suite.sources[name].root, suite.folder)
            for name, found in plan.sources.items()
        },
    }


def _source(found: SourceFiles, root: str, folder: Path) -> Json:
    return {
        "root": root if "://" in root else os.path.relpath(folder / root, folder),
        "checkpoint": found.checkpoint,
        "folders": sorted(found.folders),
        "missing": found.missing is not None and not found.listed,
        "files": {
            pattern: {file.path: [file.version, found.digests.get(file.path, "")] for file in files}
            for pattern, files in found.listed.items()
        },
    }


def _own_names(suite: Suite) -> list[str]:
    """The suite's own folder of templates and file of a theme, where it has any."""
    names = []
    if suite.templates is not None:
        names.append(f"{os.path.relpath(suite.templates, suite.folder)}/")
    if suite.output.theme.endswith(YAML):
        names.append(suite.output.theme)
    return names


def encode_state(state: Json, others: Mapping[str, str], before: Json | None) -> bytes:
    """A state as the bytes of its file: a digest of what follows, so that no other is believed.

    `others` are the digests of the files that belong to no chart. What `before` knows of charts
    that were not asked for this time is kept.
    """
    asked = {id_ for id_, _, _ in state["outcomes"]}
    old = before["charts"] if before else {}
    kept = {id_: old[id_] for id_ in state["ids"] if id_ in old and id_ not in asked}
    whole = {"version": VERSION} | state | {"charts": kept | state["charts"], "others": others}
    text = json.dumps(whole, separators=(",", ":")).encode()
    return sha256(text).encode() + b"\n" + text
