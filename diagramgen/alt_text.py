"""A chart's description in words, written from its tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pandas import DataFrame, Series

    from diagramgen.suite import Suite
    from diagramgen.transforms import Axis, Table, Transform


def alt_text(title: str, panels: list[tuple[Transform, Table]], suite: Suite) -> str:
    """What a chart shows, over which steps, from which value to which, and where it is best."""
    parts = [_sentence(title)]
    for transform, table in panels:
        if len(panels) > 1:
            parts.append(_sentence(transform.title(suite)))
        parts += _panel(table.rows, transform.axes(suite))
    return " ".join(parts)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _panel(rows: DataFrame, axes: Mapping[str, Axis]) -> list[str]:
    parts = []
    if "step" in rows and rows["step"].nunique() > 1:
        parts.append(f"Steps {rows['step'].min():,} to {rows['step'].max():,}.")
    for column, axis in axes.items():
        if column not in rows or column == "reference" or rows[column].isna().all():
            continue
        known = rows[rows[column].notna()]
        numbers = known[column].to_numpy()
        low, high = known.iloc[numbers.argmin()], known.iloc[numbers.argmax()]
        if low[column] == high[column]:
            parts.append(f"{axis.title}: {number(low[column], axis)}.")
            continue
        ends = f"{number(low[column], axis)} ({_which(low, rows)}) to "
        ends += f"{number(high[column], axis)} ({_which(high, rows)})"
        parts.append(f"{axis.title}: {ends}.")
        if "step" in rows and not rows["step"].duplicated().any() and len(known) > 1:
            first, last = known[column].iloc[0], known[column].iloc[-1]
            trend = "unchanged" if first == last else "up" if last > first else "down"
            ends = f"{number(first, axis)} to {number(last, axis)}"
            parts.append(f"From the first step to the last: {trend}, {ends}.")
    gaps = int(rows["value"].isna().sum()) if "value" in rows else 0
    if gaps:
        parts.append(f"Missing values: {gaps}.")
    return parts


def _which(row: Series, rows: DataFrame) -> str:
    """The names that tell a row from the others."""
    keys = [key for key in ("source", "item", "group", "against", "step")
            if key in rows and rows[key].nunique() > 1]  # fmt: skip
    if "item" in keys and "group" in keys:
        keys.remove("group")
    names = [f"step {row[key]:,}" if key == "step" else str(row[key]) for key in keys]
    return ", ".join(names) or "the only value"


def number(value: float, axis: Axis) -> str:
    """A number as the axis' d3-format shows it, in the part of d3-format that Python shares."""
    form = axis.format.replace("~", "")
    if form.endswith("s"):
        return f"{value:,.0f}"
    if axis.points:
        return f"{value * 100:{form.removesuffix('%')}f}"
    try:
        return f"{value:{form}}"
    except ValueError:
        return f"{value:g}"
