"""Tables as CSV, JSON or Markdown text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from diagramgen.errors import json_text, visible

if TYPE_CHECKING:
    from pandas import DataFrame, Series


def one_table(tables: list[DataFrame]) -> DataFrame:
    """One table, or several below one another with a first column `panel` that counts from 1."""
    import pandas as pd

    if len(tables) == 1:
        return tables[0]
    parts = [part.astype(object) for part in tables]
    for i, part in enumerate(parts):
        part.insert(0, "panel", i + 1)
    return pd.concat(parts, ignore_index=True)


def records(rows: DataFrame) -> list[dict[str, Any]]:
    """A table as JSON values: missing ones are null, categories are text."""
    columns = [_plain(rows[name]) for name in rows.columns]
    names = list(rows.columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _plain(column: Series) -> list[Any]:
    from pandas import NA

    return [None if value is None or value is NA or value != value else value  # noqa: PLR0124 only NaN differs from itself
            for value in column.tolist()]  # fmt: skip


def print_tables(tables: list[DataFrame], format_: str) -> str:
    """A chart's table as text: `csv`, `json` or `markdown`.

    Numbers are exact: reading them back gives the same ones. Missing ones are empty, or null.
    """
    table = one_table(tables)
    if format_ == "json":
        return json_text(records(table)) + "\n"
    if format_ == "csv":
        return table.to_csv(index=False, lineterminator="\n")
    rows = [[_cell(value) for value in row.values()] for row in records(table)]
    lines = [list(table.columns), ["---"] * len(table.columns), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(value: Any) -> str:
    text = "" if value is None else str(value).replace("|", "\\|").replace("\n", " ")
    return visible(text, one_line=True)
