"""What has changed since the last run: found out before anything heavy is imported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from msgspec.structs import replace

from diagramgen.errors import ResultsError
from diagramgen.local import MOST_OWN, read_local, sha256
from diagramgen.output.files import OutputFolder
from diagramgen.output.request import Request, module_digests
from diagramgen.output.state import SourceSeen, State, own_files
from diagramgen.results.storage import Storage, open_storage
from diagramgen.roots import is_url

Verdict = Literal["unchanged", "results", "request"]
Seen = dict[str, dict[str, tuple[str, str]]]
"""Pattern -> path -> version and digest of a source's files."""


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
        if module_digests(state.modules) != state.modules:
            return "request", state
        if own_files(suite, state.own) != state.own or not _named(state, request):
            return "request", state
        seen: dict[str, SourceSeen] = {}
        for name, source in state.sources.items():
            same = _as_before(source, suite)
            if same is None:
                return "results", state
            seen[name] = same
        written = folder.as_written(state.files())
        if written is None:
            return "request", state
        return "unchanged", replace(state, sources=seen).with_versions(written)
    except (OSError, ResultsError, ValueError):  # the last of a name that no system takes
        return "request", state


def _named(state: State, request: Request) -> bool:
    """Whether the suite, or the command line, names each remote place that is to be asked."""
    said = read_local(request.file, MOST_OWN).decode(errors="replace")
    remote = [source.root for source in state.sources.values() if is_url(source.root)]
    return all(root in said or any(root == text for _, text in request.roots) for root in remote)


def _as_before(source: SourceSeen, folder: Path) -> SourceSeen | None:
    """A source as the last run saw it, with the versions of today; None where it has changed."""
    storage = open_storage(source.root, folder)
    try:
        if tuple(sorted(storage.folders(source.checkpoint))) != source.folders:
            return None
        listed = {
            pattern: [(file.path, file.version) for file in storage.find(pattern)]
            for pattern in source.files
        }
        files = same_files(listed, source.files, storage)
    except FileNotFoundError:
        return source if source.missing else None
    return None if source.missing or files is None else replace(source, files=files)


def same_files(
    listed: Mapping[str, Sequence[tuple[str, str]]], before: Seen, storage: Storage
) -> Seen | None:
    """What the last run saw, with the versions of today; None where it is not what there is now.

    `listed` has the path and the version of each file that a pattern finds. Files are the same by
    size and time, else by content.
    """
    if listed.keys() != before.keys():
        return None
    files: Seen = {}
    for pattern, found in listed.items():
        seen = before[pattern]
        if [path for path, _ in found] != list(seen):
            return None
        files[pattern] = {path: (version, seen[path][1]) for path, version in found}
        for path, version in found:
            old, digest = seen[path]
            if version != old and (not digest or sha256(storage.read(path)) != digest):
                return None
    return files
