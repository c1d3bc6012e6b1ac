"""What the last run saw and made, kept in the output folder: and what of it has changed.

Safe to delete. Whatever of it is foreign, cut off or out of date only leads to drawing again. This
module imports nothing heavy: it decides before pandas, altair or the renderer are loaded.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from diagramgen.assets import YAML
from diagramgen.errors import OutputError, ResultsError
from diagramgen.local import MOST_OWN, digest, read_local, sha256
from diagramgen.output.files import MOST_BYTES, STATE, OutputFolder
from diagramgen.output.request import Request, code
from diagramgen.results.storage import open_storage
from diagramgen.roots import is_url

if TYPE_CHECKING:
    from diagramgen.output.outcome import Outcome
    from diagramgen.results.discover import SourceFiles
    from diagramgen.results.read import Results
    from diagramgen.suite.suite import Suite

Json = dict[str, Any]
VERSION = 2


class State(NamedTuple):
    """What a run saw and made.

    `charts` has of each chart its key and its files with their digests, `others` the digests of
    the files that belong to no chart, `own` those of the suite's own files, `sources` which files
    each source had. The state is `repeatable` where the same request can only end the same.
    """

    version: int
    request: str
    code: str
    repeatable: bool
    ids: Sequence[str]
    charts: Mapping[str, Json]
    outcomes: Sequence[tuple[str, str, str | None]]
    warnings: Sequence[str]
    own: Mapping[str, str]
    sources: Mapping[str, Json]
    others: Mapping[str, str]

    def files(self) -> dict[str, str]:
        """The digest of every file that the run left, by its path."""
        of_charts = {path: sha for chart in self.charts.values() for path, sha in chart["files"]}
        return of_charts | dict(self.others)


SHAPE: Json = {
    "version": int,
    "request": str,
    "code": str,
    "repeatable": bool,
    "ids": [str],
    "charts": {str: {"key": str, "files": [(str, str)]}},
    "outcomes": [(str, str, {str, type(None)})],
    "warnings": [str],
    "own": {str: str},
    "sources": {
        str: {
            "root": str,
            "checkpoint": str,
            "folders": [int],
            "missing": bool,
            "files": {str: {str: (str, str)}},
        }
    },
    "others": {str: str},
}
"""What a state is as JSON: a kind, a list of one, a tuple, a mapping of any or of these keys."""


def read_state(folder: OutputFolder) -> State | None:
    """The state that the last finished run left in a folder, if it is whole and one of ours."""
    try:
        digest_line, text = folder.read(STATE, MOST_BYTES).split(b"\n", 1)
        if digest_line.decode(errors="replace") != sha256(text):
            return None
        data = json.loads(text)
    except (OSError, OutputError, ValueError, RecursionError):
        return None
    fits = _fits(data, SHAPE) and data["version"] == VERSION
    return State(**data) if fits else None


def _fits(value: Any, shape: Any) -> bool:
    """Whether a value is of a shape, see `SHAPE`."""
    if isinstance(shape, set):
        return type(value) in shape
    if isinstance(shape, list):
        return type(value) is list and all(_fits(each, shape[0]) for each in value)
    if isinstance(shape, tuple):
        alike = type(value) is list and len(value) == len(shape)
        return alike and all(map(_fits, value, shape))
    if not isinstance(shape, dict):
        return type(value) is shape
    if type(value) is not dict:
        return False
    if str in shape:
        return all(_fits(each, shape[str]) for each in value.values())
    return value.keys() == shape.keys() and all(_fits(value[key], shape[key]) for key in shape)


Verdict = Literal["unchanged", "results", "request"]


def compare(
    state: State | None, request: Request, folder: OutputFolder
) -> tuple[Verdict, State | None]:
    """Whether all is as the last run left it, or what has changed: the results, or what is asked.

    And the state with the versions that files have now, where they were only touched.
    """
    if state is None:
        return "request", None
    suite = request.file.parent
    try:
        if state.request != request.digest(folder.path) or not state.repeatable:
            return "request", state
        if own_files(suite, state.own) != state.own or not _named(state, request):
            return "request", state
        seen: dict[str, Json] = {}
        for name, source in state.sources.items():
            same = _as_before(source, suite)
            if same is None:
                return "results", state
            seen[name] = same
        state = state._replace(sources=seen)
        return "unchanged" if folder.has(state.files().items()) else "request", state
    except (OSError, ResultsError, ValueError):  # the last of a name that no system takes
        return "request", state


def _named(state: State, request: Request) -> bool:
    """Whether the suite, or the command line, names each remote place that is to be asked."""
    said = read_local(request.file, MOST_OWN).decode(errors="replace")
    remote = [source["root"] for source in state.sources.values() if is_url(source["root"])]
    return all(root in said or any(root in text for text in request.roots) for root in remote)


def _as_before(source: Json, folder: Path) -> Json | None:
    """A source as the last run saw it, with the versions of today; None where it has changed.

    Its files are the same by size and time, else by content.
    """
    storage = open_storage(source["root"], folder)
    files: dict[str, dict[str, list[str]]] = {}
    try:
        if sorted(storage.folders(source["checkpoint"])) != source["folders"]:
            return None
        for pattern, before in source["files"].items():
            found = storage.find(pattern)
            if [file.path for file in found] != list(before):
                return None
            files[pattern] = {file.path: [file.version, before[file.path][1]] for file in found}
            for file in found:
                old_version, digest = before[file.path]
                if file.version == old_version:
                    continue
                if not digest or sha256(storage.read(file.path)) != digest:
                    return None
    except FileNotFoundError:
        return source if source["missing"] else None
    return None if source["missing"] else source | {"files": files}


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


def state_of(
    results: Results,
    outcomes: list[Outcome],
    keys: Mapping[str, str],
    others: Mapping[str, str],
    before: State | None,
) -> State:
    """What a run saw and made, but `request` and `warnings`.

    `keys` are the charts' by id, `others` the digests of the files that belong to no chart. What
    `before` knows of charts that were not asked for this time is kept.
    """
    from diagramgen.readers import BUILT_IN

    plan = results.plan
    suite = plan.suite
    built_in = all(type(metric.read) in BUILT_IN for metric in suite.definitions.metrics.values())
    asked = {outcome.planned.id for outcome in outcomes}
    old = before.charts if before else {}
    charts = {id_: old[id_] for id_ in plan.ids if id_ in old and id_ not in asked}
    charts |= {
        outcome.planned.id: {
            "key": keys[outcome.planned.id],
            "files": sorted(outcome.files.items()),
        }
        for outcome in outcomes
        if outcome.files
    }
    return State(
        version=VERSION,
        request="",
        code=code(),
        repeatable=built_in and all(outcome.status != "failed" for outcome in outcomes),
        ids=plan.ids,
        charts=charts,
        outcomes=[(each.planned.id, each.status, each.reason) for each in outcomes],
        warnings=(),
        own=own_files(suite.folder, _own_names(suite)),
        sources={
            name: _source(
                found, results.digests[name], suite.definitions.sources[name].root, suite.folder
            )
            for name, found in plan.sources.items()
        },
        others=others,
    )


def _source(found: SourceFiles, digests: Mapping[str, str], root: str, folder: Path) -> Json:
    return {
        "root": root if is_url(root) else os.path.relpath(folder / root, folder),
        "checkpoint": found.checkpoint,
        "folders": sorted(found.folders),
        "missing": found.missing is not None and not found.listed,
        "files": {
            pattern: {file.path: [file.version, digests.get(file.path, "")] for file in files}
            for pattern, files in found.listed.items()
        },
    }


def _own_names(suite: Suite) -> list[str]:
    """The suite's own folder of templates and file of a theme, where it has any."""
    names = []
    if suite.templates is not None:
        names.append(f"{os.path.relpath(suite.templates.path, suite.folder)}/")
    if suite.output.theme.endswith(YAML):
        names.append(suite.output.theme)
    return names


def encode_state(state: State) -> bytes:
    """A state as the bytes of its file: a digest of what follows, so that no other is believed."""
    text = json.dumps(state._asdict(), separators=(",", ":")).encode()
    return sha256(text).encode() + b"\n" + text
