"""What the last run saw and made, kept in the output folder.

Safe to delete. Whatever of it is foreign, cut off or out of date only leads to drawing again.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec.structs import replace

from diagramgen.assets import YAML
from diagramgen.errors import OutputError
from diagramgen.local import digest, sha256
from diagramgen.model.record import Record
from diagramgen.output.card import Card
from diagramgen.output.files import MOST_BYTES, STATE, OutputFolder, Written
from diagramgen.output.manifest import Status
from diagramgen.roots import is_url

if TYPE_CHECKING:
    from diagramgen.results.discover import SourceFiles
    from diagramgen.results.plan import Plan
    from diagramgen.suite.suite import Suite


class ChartSeen(Record, frozen=True):
    """A chart as it was drawn: what from, and its files with their digests and versions.

    `inputs` changes when anything does that decides about its table and spec but what files say,
    `key` when the spec or the files would. `card` is what the gallery says of it, and its file
    there is the last one.
    """

    inputs: str
    key: str
    title: str | None
    left_out: dict[str, str]
    files: dict[str, Written]
    script: dict[str, Written]
    card: Card | None


class SourceSeen(Record, frozen=True):
    """The files that a source had: pattern -> path -> version and digest.

    `folders` are the steps of the folders that match `checkpoint`. A digest is empty where the file
    was not read. By the name of each run, or of the source itself, `valueless` are the metrics and
    steps without any value, `noted` is what was to be noted when the files were read. What is known
    of them is `whole` where no file ended in the middle.
    """

    root: str
    checkpoint: str
    folders: tuple[int, ...]
    missing: bool
    files: dict[str, dict[str, tuple[str, str]]]
    whole: bool
    valueless: dict[str, tuple[tuple[str, int], ...]]
    noted: dict[str, tuple[str, ...]]


class State(Record, frozen=True):
    """What a run saw and made.

    `context` is a digest of all that charts have in common. `others` are the files that belong to
    no chart; `own` has the digests of the suite's own files, `modules` those of the packages whose
    parts it uses. The state is `repeatable` where the same request can only end the same.
    """

    version: Literal[4]
    request: str
    context: str
    code: str
    repeatable: bool
    charts: dict[str, ChartSeen]
    outcomes: tuple[tuple[str, Status, str | None], ...]
    warnings: tuple[str, ...]
    own: dict[str, str]
    modules: dict[str, str]
    sources: dict[str, SourceSeen]
    others: dict[str, Written]

    def files(self) -> dict[str, Written]:
        """Every file that the run left, by its path."""
        found = dict(self.others)
        for chart in self.charts.values():
            found |= chart.files | chart.script
        return found

    def with_versions(self, files: Mapping[str, Written]) -> State:
        """The same with the versions that its files have now."""
        charts = {
            id_: replace(
                chart,
                files={path: files[path] for path in chart.files},
                script={path: files[path] for path in chart.script},
            )
            for id_, chart in self.charts.items()
        }
        return replace(self, charts=charts, others={path: files[path] for path in self.others})


def read_state(folder: OutputFolder) -> State | None:
    """The state that the last finished run left in a folder, if it is whole and one of ours."""
    try:
        digest_line, text = folder.read(STATE, MOST_BYTES).split(b"\n", 1)
        if digest_line.decode(errors="replace") != sha256(text):
            return None
        return msgspec.json.decode(text, type=State)
    except (OSError, OutputError, ValueError, RecursionError):
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


def own_names(suite: Suite) -> list[str]:
    """The suite's own folder of templates and file of a theme, where it has any."""
    names = []
    if suite.templates is not None:
        names.append(f"{os.path.relpath(suite.templates.path, suite.folder)}/")
    if suite.output.theme.endswith(YAML):
        names.append(suite.output.theme)
    return names


def by_written(plan: Plan) -> dict[str, SourceFiles]:
    """The files of each source by its name in the suite: several runs of one have the same."""
    return {found.written: found for found in plan.sources.values()}


def source_seen(found: SourceFiles, digests: Mapping[str, str], suite: Suite) -> SourceSeen:
    """A source as it is now; what of its values is to be remembered is not said yet."""
    root, folder = suite.definitions.sources[found.written].root, suite.folder
    return SourceSeen(
        root=root if is_url(root) else os.path.relpath(folder / root, folder),
        checkpoint=found.checkpoint,
        folders=tuple(sorted(found.folders)),
        missing=found.missing is not None and not found.listed,
        files={
            pattern: {file.path: (file.version, digests.get(file.path, "")) for file in files}
            for pattern, files in found.listed.items()
        },
        whole=True,
        valueless={},
        noted={},
    )


def encode_state(state: State) -> bytes:
    """A state as the bytes of its file: a digest of what follows, so that no other is believed."""
    text = msgspec.json.encode(state)
    return sha256(text).encode() + b"\n" + text
