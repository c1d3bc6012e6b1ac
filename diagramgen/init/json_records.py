"""Any other JSON file: where its records are, and which of their fields says what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from diagramgen.init.folder import can_be_named
from diagramgen.init.kinds import NO_DIRECTION, STDERR, N, kind_of

ASIDE = frozenset(
    [
        "config",
        "configs",
        "args",
        "arguments",
        "metadata",
        "meta",
        "versions",
        "hparams",
        "hyperparameters",
        "environment",
        "model",
        "tokenizer",
        "training",
        "optimizer",
        "timing",
    ]
)
"""Objects that tell of the evaluation rather than its results."""
ITEM_FIELDS = ("task", "slice", "item", "name", "dataset", "benchmark", "domain", "subset")
STEP_FIELDS = ("step", "global_step", "training_step", "train_step", "iteration", "checkpoint",
               "revision")  # fmt: skip


class Records(NamedTuple):
    """Where a file's records are: the way to them, and the fields of each.

    `values` are the fields that may count; empty where the record is the value itself.
    """

    way: tuple[str, ...]
    values: tuple[str, ...]
    item: str | None = None
    n: str | None = None
    stderr: str | None = None
    size: int = 0


def find_records(data: Any) -> Records | None:
    """The records of a file: the object or list with the most numbers in it."""
    found = list(_candidates(data, ()))
    return max(found, key=lambda r: (bool(r.values), r.size), default=None)


def _candidates(node: Any, way: tuple[str, ...]) -> Iterator[Records]:
    if isinstance(node, list):
        rows = [row for row in node if isinstance(row, dict)]
        fields = [f for f in ITEM_FIELDS if rows and all(isinstance(r.get(f), str) for r in rows)]
        names = [row[field] for field in fields[:1] for row in rows]
        if names and len(rows) == len(node) and len(set(names)) == len(names):
            yield from _of_rows(rows, way, fields[0])
    if not isinstance(node, dict) or len(way) > 4:
        return
    values = list(node.values())
    if values and all(isinstance(value, dict) for value in values):
        yield from _of_rows(values, way, None)
    elif values and all(_is_number(value) for value in values):
        yield Records(way, (), size=len(values))
    for key, value in node.items():
        if key.lower() not in ASIDE and can_be_named(key):
            yield from _candidates(value, (*way, key))


def _of_rows(
    rows: list[dict[str, Any]], way: tuple[str, ...], item: str | None
) -> Iterator[Records]:
    shared = [key for key in rows[0] if all(_is_number(row.get(key, 0)) for row in rows)]
    n = next((key for key in N if key in shared), None)
    values = [
        key for key in shared
        if can_be_named(key) and key not in N
        and not is_stderr(key) and not NO_DIRECTION.fullmatch(key)
    ]  # fmt: skip
    if not values:
        return
    known = [key for key in values if kind_of(key)]
    main = (known or values)[0]
    stderr = next(
        (key for key in (f"{main}_stderr", *STDERR) if key in shared and key != main), None
    )
    yield Records(way, tuple(known or values), item, n, stderr, len(rows) * len(values))


def is_stderr(key: str) -> bool:
    """Whether a field has a standard error."""
    return key in STDERR or bool(re.search(r"_stderr$|_se$|_std$|_sem$", key))


def _is_number(value: Any) -> bool:
    missing = value is None or (isinstance(value, str) and value.lower() in ("n/a", "nan"))
    return missing or (isinstance(value, int | float) and not isinstance(value, bool))


def step_field(data: Any) -> str | None:
    """The outermost field of a file that has the step."""
    if not isinstance(data, dict):
        return None
    for field in STEP_FIELDS:
        value = data.get(field)
        if isinstance(value, int) and not isinstance(value, bool):
            return field
        if isinstance(value, str) and re.search(r"(step|checkpoint|iter)[-_=]?[0-9]+", value):
            return field
    return None
