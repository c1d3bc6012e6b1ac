"""Which columns name the runs of a table whose rows nothing else tells apart."""

from __future__ import annotations

from collections.abc import Sequence

from diagramgen.init.tables.columns import RUNS, SEEDS, SPLITS, Cells
from diagramgen.init.tables.distinct import columns_of, twice
from diagramgen.init.tables.ways import Layout

CONFIGURATION = ("params", "parameters", "size", "model_size", "scale", "data", "dataset_mix",
                 "mix", "mixture", "corpus", "variant", "arch", "lr", "learning_rate", "batch_size",
                 "width", "depth", "optimizer", "group")  # fmt: skip
"""Columns that say how a run was trained."""


def with_runs(table: Cells, layout: Layout, key: Sequence[str]) -> Layout:
    """The layout where runs have the name that is needed to tell all rows apart.

    `key` are the columns that tell them apart so far. As it is where they do, or none would.
    """
    runs = layout.runs or {}
    if "columns" in runs or not _is_twice(table, layout, key):
        return layout
    values = {name for way in layout.ways for name in columns_of(table, way, runs)}
    named = table.named((*RUNS, *CONFIGURATION, *SEEDS))
    texts = [name for name in table.names if table.is_text(name) and name not in named]
    splits = set(table.named(SPLITS))
    most = len(table.rows) // 2
    wanted = [
        name for name in (*named, *texts)
        if name not in (*key, *values, *splits) and len(table.filled(name)) == len(table.rows)
        and 1 < len(table.texts(name)) <= (len(table.rows) if name in named else most)
    ]  # fmt: skip
    chosen: list[str] = []
    for name in wanted:
        if not _is_twice(table, layout, [*key, *chosen]):
            break
        chosen.append(name)
    if _is_twice(table, layout, [*key, *chosen]):
        return layout
    for name in [*chosen]:
        others = [each for each in chosen if each != name]
        if not _is_twice(table, layout, [*key, *others]):
            chosen = others
    own = [runs["column"]] if "column" in runs else []
    column = [*own, *chosen]
    return layout._replace(runs={"column": column if len(column) > 1 else column[0]})


def _is_twice(table: Cells, layout: Layout, key: Sequence[str]) -> bool:
    """Whether two rows that the key does not tell apart have different values."""
    return any(
        twice(table, key, columns_of(table, way, layout.runs or {}), way.read.get("where", {}))
        for way in layout.ways
    )
