"""The columns of a table: what each is for, by its name and by what stands in it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from math import isfinite
from typing import Any

from diagramgen.errors import ResultsError
from diagramgen.init.folder import STEP_WORD, can_be_named
from diagramgen.readers.records import MISSING, excerpt, number, whole_step

STEPS = ("step", "global_step", "_step", "trainer/global_step", "train_step", "training_step",
         "iteration", "iter", "iterations", "steps", "current_steps",
         "current_step", "ckpt", "checkpoint",
         "checkpoints")  # fmt: skip
"""Columns of steps, the likeliest first."""
TOKENS = ("tokens", "total_tokens", "n_tokens", "num_tokens", "tokens_seen", "train_tokens",
          "training_tokens", "consumed_tokens")  # fmt: skip
EPOCHS = ("epoch", "epochs")
ITEMS = ("item", "task", "task_name", "task_id", "slice", "dataset", "dataset_name", "benchmark",
         "domain", "eval", "eval_name", "evaluation", "subtask", "subject", "subset", "tag",
         "category", "test")  # fmt: skip
METRICS = ("metric", "measure", "metric_name")
VALUES = ("value", "score", "result", "metric_value")
RUNS = ("model", "model_name", "model_id", "run", "run_name", "runname", "run_id", "source",
        "experiment", "experiment_name", "exp", "exp_name", "config", "variant", "recipe",
        "system", "method", "name", "checkpoint", "ckpt", "fullname")  # fmt: skip
IDS = ("run_id", "model_id")
SPLITS = ("split", "mode", "filter", "aggregation", "version")
"""Columns whose rows are of the same thing, seen in other ways."""
SEEDS = ("seed", "random_seed", "trial", "repeat", "fold")
Row = Mapping[str, Any]


class Cells:
    """A table's columns and rows, and what its cells are; it looks at each column once.

    `parts` tells the file of each row, where there are several: each of another step.
    """

    def __init__(self, rows: Sequence[Row], parts: Sequence[int] = ()) -> None:
        self.rows = rows
        self.parts = parts or [0] * len(rows)
        self.names = list(dict.fromkeys(name for row in rows for name in row))
        self._filled: dict[str, list[tuple[int, Any]]] = {}
        self._numbers: dict[str, list[float] | None] = {}

    def filled(self, name: str) -> list[tuple[int, Any]]:
        """The cells of a column that say something, each with its row's place."""
        if name not in self._filled:
            cells = ((i, row.get(name)) for i, row in enumerate(self.rows))
            self._filled[name] = [(i, cell) for i, cell in cells if not is_missing(cell)]
        return self._filled[name]

    def texts(self, name: str) -> list[str]:
        """The distinct texts of a column, in the table's order."""
        return list(dict.fromkeys(str(cell) for _, cell in self.filled(name)))

    def numbers(self, name: str) -> list[float] | None:
        """The numbers of a column; None where some cell is none, or there is not one."""
        if name not in self._numbers:
            try:
                found = [number(cell, "", "") for _, cell in self.filled(name)]
            except ResultsError:
                found = []
            self._numbers[name] = [each for each in found if isfinite(each)] or None
        return self._numbers[name]

    def is_text(self, name: str) -> bool:
        """Whether a column has names: texts, of which not all are numbers."""
        cells = [cell for _, cell in self.filled(name)]
        return bool(cells) and self.numbers(name) is None and all(isinstance(c, str) for c in cells)

    @cached_property
    def plain(self) -> dict[str, str]:
        """Each column's name in one spelling."""
        return {name: spelt(name) for name in self.names}

    def named(self, wanted: Iterable[str]) -> list[str]:
        """The columns that are called one of some names: whole, or as the last part after `/`."""
        found: dict[str, None] = {}
        for want in wanted:
            found |= dict.fromkeys(name for name, plain in self.plain.items() if plain == want)
            found |= dict.fromkeys(
                name for name, plain in self.plain.items() if plain.rpartition("/")[2] == want
            )
        return list(found)


def spelt(name: str) -> str:
    """A column's name in one spelling: lower case, `_` for blanks and hyphens."""
    return re.sub(r"[\s\-]+", "_", name.strip().lower())


def is_missing(cell: Any) -> bool:
    """Whether a cell says nothing."""
    return (
        cell is None
        or (isinstance(cell, float) and math.isnan(cell))
        or (isinstance(cell, str) and cell.strip().lower() in MISSING)
    )


def step_column(table: Cells) -> str | None:
    """The column of the steps, if there is one. Raises `ResultsError` where it has no whole steps.

    Checkpoints that are names of models (`llama-7b`) are no steps; see `run_columns`.
    """
    refused = ""
    names = [name for name in table.named(RUNS) if _names_steps(table, name)]
    for name in dict.fromkeys((*table.named(STEPS), *names)):
        wrong = _no_steps(table, name)
        if wrong is None:
            return name
        of_names = spelt(name) in RUNS and not any(re.search(r"\d", t) for t in table.texts(name))
        refused = refused or ("" if of_names else wrong)
    if refused:
        raise ResultsError(refused)
    return None


def _names_steps(table: Cells, name: str) -> bool:
    """Whether a column of names has checkpoints of one run: `ckpt-1000`, `ckpt-2000`."""
    texts = table.texts(name)
    return len(texts) > 1 and all(map(STEP_WORD.fullmatch, texts))


def _no_steps(table: Cells, name: str) -> str | None:
    """Why a column has no steps."""
    filled = table.filled(name)
    if len(filled) < len(table.rows):
        row = next(i for i, cell in enumerate(table.rows) if is_missing(cell.get(name)))
        return f"column '{name}' has no step in row {row + 1}"
    for i, cell in filled:
        try:
            whole_step(cell, "")
        except ResultsError:
            return (
                f"column '{name}' has {excerpt(cell)} in row {i + 1}; write steps as whole numbers"
            )
    return None


def counting_column(table: Cells, names: Iterable[str], key: Sequence[str]) -> str | None:
    """A column of whole numbers that counts on where all of `key` is the same, such as tokens."""
    for name in table.named(names):
        if _no_steps(table, name) is not None:
            continue
        seen: dict[tuple[str, ...], set[str]] = {}
        for row in table.rows:
            seen.setdefault(tuple(str(row.get(k)) for k in key), set()).add(str(row.get(name)))
        if any(len(each) > 1 for each in seen.values()):
            return name
    return None


def run_columns(table: Cells) -> list[str]:
    """The columns that may name runs, the likeliest first: those with more than one name.

    Of a name and an id that tell the same apart the name is likelier.
    """
    found = [
        name for name in table.named(RUNS)
        if len(table.texts(name)) > 1 and _names_runs(table, name)
    ]  # fmt: skip
    ids = [name for name in found if spelt(name) in IDS]
    names = [name for name in found if name not in ids]
    most = max((len(table.texts(name)) for name in ids), default=0)
    return sorted(found, key=lambda n: n in ids and any(len(table.texts(o)) == most for o in names))


def _names_runs(table: Cells, name: str) -> bool:
    """Whether a column has a name in every row; numbers only where the column is of runs."""
    filled = table.filled(name)
    if len(filled) < len(table.rows) or not all(can_be_named(str(cell)) for _, cell in filled):
        return False
    return table.is_text(name) or spelt(name) in ("run", "run_id")
