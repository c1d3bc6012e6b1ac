"""The evaluations of nanochat: `base_model_001000.csv`, one table for each step."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from diagramgen.errors import ResultsError
from diagramgen.init.folder import Stepped, read_file
from diagramgen.init.runs import Run, Taken
from diagramgen.init.tables.reading import reason
from diagramgen.init.tables.runs import table_runs

NAME = re.compile(r"((?:.*/)?[^/]*_)([0-9]{6})\.csv")
HEADER = re.compile(rb"\s*Task\s*,\s*Accuracy\s*,\s*Centered\s*")


def taken(folder: Path, paths: Sequence[str]) -> Taken:
    """The runs of such tables among some paths of a folder."""
    groups: dict[str, list[Stepped]] = {}
    for path in paths:
        found = NAME.fullmatch(path)
        if found and _is_one(folder, path):
            groups.setdefault(f"{found[1]}{{step}}.csv", []).append(Stepped(path, int(found[2])))
    runs: list[Run] = []
    left: dict[str, str] = {}
    for pattern, files in groups.items():
        try:
            runs += table_runs(folder, pattern, files)
        except ResultsError as err:
            left |= {file.path: reason(err, file.path) for file in files}
    mine = {file.path for files in groups.values() for file in files} - left.keys()
    return Taken(runs, frozenset(mine), left)


def _is_one(folder: Path, path: str) -> bool:
    try:
        return HEADER.fullmatch(read_file(folder, path).partition(b"\n")[0]) is not None
    except ResultsError:
        return False
