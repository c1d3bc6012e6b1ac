"""Folders -> runs: each way of looking at files takes what is its own of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from diagramgen.errors import UsageError, short
from diagramgen.init import known
from diagramgen.init.folder import may_have_results
from diagramgen.init.harness.runs import harness_runs
from diagramgen.init.records.runs import json_runs
from diagramgen.init.runs import Run, Taken
from diagramgen.init.tables import runs as tables

LINE: tuple[Callable[[Path, Sequence[str]], Taken], ...] = (
    harness_runs,
    known.taken,
    json_runs,
    tables.taken,
)
"""The ways, in order: what one takes, or refuses with a reason, the next does not see."""
NO_NUMBERS = "no results are to be found in them"
MOST_NAMED = 3
"""So many files are named where more are meant."""


def recognise(places: Mapping[Path, Sequence[str]], tell: Callable[[str], None]) -> list[Run]:
    """The runs of all folders; `tell` is told which files are not taken, and why.

    Raises `UsageError` that says, one line each, which folders have no runs, and why.
    """
    runs: list[Run] = []
    wrong: list[str] = []
    for folder, paths in places.items():
        found, left = _runs_of(folder, paths)
        if not found:
            wrong.append(_nothing(folder, paths, left))
        runs += found
        for reason, files in _by_reason(left):
            tell(f"{folder}: not taken: {_named(files)}: {reason}")
    if wrong:
        raise UsageError("\n".join(wrong))
    return runs


def _runs_of(folder: Path, paths: Sequence[str]) -> tuple[list[Run], dict[str, str]]:
    """The runs of a folder, and why those of its files are not taken that may have results."""
    rest = list(paths)
    runs: list[Run] = []
    left = {path: NO_NUMBERS for path in paths if may_have_results(path)}
    for way in LINE:
        taken = way(folder, rest)
        runs += taken.runs
        left |= taken.left
        left = {path: reason for path, reason in left.items() if path not in taken.paths}
        rest = [path for path in rest if path not in taken.paths and path not in taken.left]
    return runs, left


def _nothing(folder: Path, paths: Sequence[str], left: Mapping[str, str]) -> str:
    """Why a folder has no runs."""
    if not left:
        return f"{folder}: holds no result files ({len(paths):,} files looked at)"
    said = (f"{_named(files)}: {reason}" for reason, files in _by_reason(left))
    return f"{folder}: {'; '.join(said)}"


def _by_reason(left: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    """The reasons, those of most files first, with these files."""
    files: dict[str, list[str]] = {}
    for path, reason in left.items():
        files.setdefault(reason, []).append(path)
    return sorted(files.items(), key=lambda pair: -len(pair[1]))


def _named(files: Sequence[str]) -> str:
    """Some files by name, or how many there are."""
    names = [short(file, 100) for file in files[:MOST_NAMED]]
    if len(files) <= MOST_NAMED:
        return ", ".join(names)
    return f"{len(files):,} files, such as {names[0]}"
