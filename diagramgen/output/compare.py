"""What has changed since the last run: found out before anything heavy is imported."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from msgspec.structs import replace

from diagramgen.errors import ResultsError
from diagramgen.local import MOST_OWN, read_local, sha256
from diagramgen.output.files import OutputFolder
from diagramgen.output.request import Request, module_digests
from diagramgen.output.state import SourceSeen, State, own_files
from diagramgen.results.storage import open_storage
from diagramgen.roots import is_url

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
        state = replace(state, sources=seen)
        return "unchanged" if folder.has(state.files().items()) else "request", state
    except (OSError, ResultsError, ValueError):  # the last of a name that no system takes
        return "request", state


def _named(state: State, request: Request) -> bool:
    """Whether the suite, or the command line, names each remote place that is to be asked."""
    said = read_local(request.file, MOST_OWN).decode(errors="replace")
    remote = [source.root for source in state.sources.values() if is_url(source.root)]
    return all(root in said or any(root == text for _, text in request.roots) for root in remote)


def _as_before(source: SourceSeen, folder: Path) -> SourceSeen | None:
    """A source as the last run saw it, with the versions of today; None where it has changed.

    Its files are the same by size and time, else by content.
    """
    storage = open_storage(source.root, folder)
    files: dict[str, dict[str, tuple[str, str]]] = {}
    try:
        if tuple(sorted(storage.folders(source.checkpoint))) != source.folders:
            return None
        for pattern, before in source.files.items():
            found = storage.find(pattern)
            if [file.path for file in found] != list(before):
                return None
            files[pattern] = {file.path: (file.version, before[file.path][1]) for file in found}
            for file in found:
                old_version, digest = before[file.path]
                if file.version == old_version:
                    continue
                if not digest or sha256(storage.read(file.path)) != digest:
                    return None
    except FileNotFoundError:
        return source if source.missing else None
    return None if source.missing else replace(source, files=files)
