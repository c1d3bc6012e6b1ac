"""Files of particular kinds, known by their names and what is in them -> runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from diagramgen.init.known import (
    benchmarks,
    evalplus,
    helm,
    inspect,
    json_tables,
    mlflow,
    mteb,
    nanochat,
    tensorboard,
)
from diagramgen.init.runs import Run, Taken

KINDS: tuple[Callable[[Path, Sequence[str]], Taken], ...] = (
    helm.taken,
    mteb.taken,
    benchmarks.taken,
    evalplus.taken,
    inspect.taken,
    nanochat.taken,
    tensorboard.taken,
    mlflow.taken,
    json_tables.taken,
)
"""The kinds, in order: what one takes the next does not see."""


def taken(folder: Path, paths: Sequence[str]) -> Taken:
    """The runs of the files of all these kinds among some paths of a folder."""
    runs: list[Run] = []
    mine: set[str] = set()
    left: dict[str, str] = {}
    for kind in KINDS:
        found = kind(folder, [path for path in paths if path not in mine])
        runs += found.runs
        mine |= found.paths
        left |= found.left
    return Taken(runs, frozenset(mine), left)
