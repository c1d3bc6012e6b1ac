"""What the last run saw and made, kept in the output folder.

Safe to delete. Whatever of it is foreign, cut off or out of date only leads to drawing again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from diagramgen.assets import YAML
from diagramgen.errors import OutputError
from diagramgen.local import digest, sha256
from diagramgen.model.record import Record
from diagramgen.output.files import MOST_BYTES, STATE, OutputFolder
from diagramgen.output.manifest import Status
from diagramgen.output.request import code, module_digests
from diagramgen.roots import is_url

if TYPE_CHECKING:
    from diagramgen.output.outcome import Outcome
    from diagramgen.results.discover import SourceFiles
    from diagramgen.results.read import Results
    from diagramgen.suite.suite import Suite


class ChartSeen(Record, frozen=True):
    """What a chart was drawn from, and its files with their digests."""

    key: str
    files: tuple[tuple[str, str], ...]


class SourceSeen(Record, frozen=True):
    """The files that a source had: pattern -> path -> version and digest.

    `folders` are the steps of the folders that match `checkpoint`. A digest is empty where the file
    was not read.
    """

    root: str
    checkpoint: str
    folders: tuple[int, ...]
    missing: bool
    files: dict[str, dict[str, tuple[str, str]]]


class State(Record, frozen=True):
    """What a run saw and made.

    `others` has the digests of the files that belong to no chart, `own` those of the suite's own
    files, `modules` those of the packages whose parts it uses. The state is `repeatable` where the
    same request can only end the same.
    """

    version: Literal[3]
    request: str
    code: str
    repeatable: bool
    charts: dict[str, ChartSeen]
    outcomes: tuple[tuple[str, Status, str | None], ...]
    warnings: tuple[str, ...]
    own: dict[str, str]
    modules: dict[str, str]
    sources: dict[str, SourceSeen]
    others: dict[str, str]

    def files(self) -> dict[str, str]:
        """The digest of every file that the run left, by its path."""
        return dict(file for chart in self.charts.values() for file in chart.files) | self.others


def read_state(folder: OutputFolder) -> State | None:
    """The state that the last finished run left in a folder, if it is whole and one of ours."""
    try:
        digest_line, text = folder.read(STATE, MOST_BYTES).split(b"\n", 1)
        if digest_line.decode(errors="replace") != sha256(text):
            return None
        return msgspec.convert(json.loads(text), State)
    except (OSError, OutputError, ValueError, msgspec.ValidationError, RecursionError):
        return None


def own_files(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """The digest of each of the suite's own files, and of those in its own folders."""
    found: dict[str, str] = {}
    for name in names:
        path = folder / name
        if name.endswith("/"):
            files = sorted([*path.glob("*.yaml"), *path.glob("*.py")])
            found[name] = sha256("\n".join(f"{f.name} {digest(f)}" for f in files).encode())
        else:
            found[name] = digest(path)
    return found


def state_of(
    results: Results,
    outcomes: list[Outcome],
    others: dict[str, str],
    before: State | None,
    *,
    request: str,
    warnings: tuple[str, ...],
) -> State:
    """What a run saw and made.

    `others` are the digests of the files that belong to no chart, `request` is that of what was
    asked for. What `before` knows of charts that were not asked for this time is kept.
    """
    plan = results.plan
    suite = plan.suite
    asked = {outcome.planned.id for outcome in outcomes}
    old = before.charts if before else {}
    charts = {id_: old[id_] for id_ in plan.ids if id_ in old and id_ not in asked}
    charts |= {
        outcome.planned.id: ChartSeen(key=outcome.key, files=tuple(sorted(outcome.files.items())))
        for outcome in outcomes
        if outcome.files
    }
    return State(
        version=3,
        request=request,
        code=code(),
        repeatable=not suite.runs_python
        and all(outcome.status != "failed" for outcome in outcomes),
        charts=charts,
        outcomes=tuple((each.planned.id, each.status, each.reason) for each in outcomes),
        warnings=warnings,
        own=own_files(suite.folder, _own_names(suite)),
        modules=module_digests(suite.modules),
        sources={
            name: _source(
                found, results.digests[name], suite.definitions.sources[name].root, suite.folder
            )
            for name, found in plan.sources.items()
        },
        others=others,
    )


def _source(found: SourceFiles, digests: Mapping[str, str], root: str, folder: Path) -> SourceSeen:
    return SourceSeen(
        root=root if is_url(root) else os.path.relpath(folder / root, folder),
        checkpoint=found.checkpoint,
        folders=tuple(sorted(found.folders)),
        missing=found.missing is not None and not found.listed,
        files={
            pattern: {file.path: (file.version, digests.get(file.path, "")) for file in files}
            for pattern, files in found.listed.items()
        },
    )


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
    text = json.dumps(msgspec.to_builtins(state), separators=(",", ":")).encode()
    return sha256(text).encode() + b"\n" + text
