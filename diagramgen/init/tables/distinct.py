"""Whether the columns of a table tell its rows apart, and what is said where they do not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from diagramgen.errors import ResultsError
from diagramgen.init.tables.columns import ITEMS, RUNS, SEEDS, SPLITS, Cells, is_missing
from diagramgen.init.tables.ways import Layout, Way, listed, shown

EXAMPLES = ("question_id", "doc_id", "example_id", "sample_id", "instance_id", "prompt_id",
            "query_id", "qid", "uid", "id", "idx", "index")  # fmt: skip
"""Columns that tell the examples of a task apart."""


def distinct(table: Cells, layout: Layout, key: Sequence[str]) -> Layout:
    """The layout, if nothing stands in a table twice with different values.

    Of the rows of one step of a log the last counts, as after a restart. Raises `ResultsError`.
    """
    for way in layout.ways:
        columns = columns_of(table, way, layout.runs or {})
        both = twice(table, key, columns, way.read.get("where", {}))
        if both is None:
            continue
        first, second = (table.rows[i] for i in both)
        others = [name for name in table.names if name not in (*key, *columns)]
        apart = [name for name in others if first.get(name) != second.get(name)]
        known = [name for name in table.named((*SEEDS, *SPLITS, *RUNS, *ITEMS)) if name in apart]
        if known or "step" not in way.read or "item" in way.read:
            raise ResultsError(_said(table, key, both, apart, known))
    return layout


def columns_of(table: Cells, way: Way, runs: Mapping[str, Any]) -> list[str]:
    """The columns of values that a way to read a table means."""
    patterns: Iterable[str] = way.read.get("columns", ())
    if "value" in way.read:
        patterns = runs["columns"] if way.read["value"] == "{run}" else [way.read["value"]]
    found = []
    for pattern in patterns:
        before, has_item, after = pattern.partition("{item}")
        found += [
            name for name in table.names
            if (name.startswith(before) and name.endswith(after) if has_item else name == pattern)
        ]  # fmt: skip
    return found


def twice(
    table: Cells, key: Sequence[str], columns: Sequence[str], where: Mapping[str, str]
) -> tuple[int, int] | None:
    """Two rows of one key that have different values in a column, if there are such."""
    seen: dict[tuple[Any, ...], tuple[int, str]] = {}
    for i, row in enumerate(table.rows):
        if any(str(row.get(name)) != text for name, text in where.items()):
            continue
        at = (table.parts[i], *(str(row.get(name)).strip() for name in key))
        for column in columns:
            cell = row.get(column)
            if not is_missing(cell):
                before = seen.setdefault((*at, column), (i, str(cell)))
                if before[1] != str(cell):
                    return before[0], i
    return None


def _said(
    table: Cells, key: Sequence[str], rows: tuple[int, int], apart: list[str], known: list[str]
) -> str:
    what = " and ".join(f"'{shown(name)}'" for name in key)
    alike = (
        f"rows {rows[0] + 1} and {rows[1] + 1} have the same {what}"
        if what else f"it has {len(table.rows)} rows, and no column of steps or models"
    )  # fmt: skip
    if known and not what:
        values = ", ".join(shown(text) for text in table.texts(known[0])[:3])
        return (
            f"it has {len(table.rows)} rows that '{shown(known[0])}' tells apart ({values}); write "
            "one table for each, or one of their means"
        )
    if known:
        values = ", ".join(shown(text) for text in table.texts(known[0])[:3])
        return (
            f"{alike} and differ in '{shown(known[0])}' ({values}); write one table for each, or "
            "one of their means"
        )
    if not what:
        there = listed(table.names)
        return f"{alike} ({there}); name the one that tells them apart step or model"
    examples = [name for name in table.named(EXAMPLES) if name in apart]
    if examples:
        return f"{alike}: '{shown(examples[0])}' tells single examples apart; write their means"
    others = f" and differ in {listed(apart)}" if apart else ""
    return f"{alike}{others}; name the column that tells them apart step, model or task"
