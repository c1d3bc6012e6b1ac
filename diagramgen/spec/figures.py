"""The figures that words about a chart are made of: which series are better, from where to where.

The alt text tells them in full, the subtitle the first of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from diagramgen.formats.spec import Spec
from diagramgen.spec.numbers import number

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.model.definitions import Definitions
    from diagramgen.transforms import Axis, Resolved, Transform

Row = dict[str, Any]
step_of = itemgetter("step")
SERIES = ("source", "item", "group", "against")
"""The columns that tell the series of a chart apart; the steps are along them."""


class Shown(NamedTuple):
    """One panel: its view, the transform behind it, and the rows that it is drawn from.

    `rows` are JSON values; among them are the ends and the extremes of each series. `table` has all
    rows, of which they may be a part. `axes` are what the numbers of its columns are.
    """

    view: Spec
    transform: Resolved[Transform]
    rows: list[Row]
    table: DataFrame
    axes: Mapping[str, Axis]


class Figures:
    """What there is to say about a panel, with what all of its words need to know."""

    def __init__(self, panel: Shown, definitions: Definitions) -> None:
        self.view, self.transform, self.rows, self.table, self.axes = panel
        self.definitions = definitions
        self.metric = definitions.metrics[panel.transform.metrics()[0]]
        self.items = self.metric.items or f"{self.metric.item}s"
        columns = self.rows[0] if self.rows else {}
        self.values = {
            column: list(dict.fromkeys(row[column] for row in self.rows if row[column] is not None))
            for column in (*SERIES, "step")
            if column in columns
        }
        self.varying = [column for column, values in self.values.items() if len(values) > 1]
        if {"item", "group"} <= set(self.varying):
            self.varying.remove("group")
        self.names = [column for column in self.varying if column != "step"]
        self.verdicts: list[bool] = [
            row["better"] for row in self.rows if row.get("better") is not None
        ]

    def known(self, column: str) -> list[Row]:
        """The rows that have a number in a column."""
        return [row for row in self.rows if row.get(column) is not None]

    def series(self, known: list[Row]) -> list[list[Row]]:
        """The rows of each series, in the order of their steps."""
        series: dict[tuple[Any, ...], list[Row]] = {}
        for row in sorted((row for row in known if row["step"] is not None), key=step_of):
            series.setdefault(tuple(row[name] for name in self.names), []).append(row)
        return list(series.values())

    def change(self, rows: list[Row], column: str, axis: Axis, before: str = ",") -> str:
        """'down from 12.68 to 11.95, better', of the first and the last row of a series."""
        change = rows[-1][column] - rows[0][column]
        if change == 0:
            return f"unchanged at {number(rows[0][column], axis)}"
        is_better = (change < 0) == (axis.better == "lower")
        words = f"{before} {'better' if is_better else 'worse'}" if axis.better else ""
        return f"{'up' if change > 0 else 'down'} from {ends(rows, column, axis)}{words}"

    def gains(self, series: list[list[Row]], column: str, axis: Axis) -> tuple[int, str]:
        """How many of several series become better, and which of them most."""
        sign = -1 if axis.better == "lower" else 1

        def gain(rows: list[Row]) -> float:
            return float(sign * (rows[-1][column] - rows[0][column]))

        count, most = sum(gain(rows) > 0 for rows in series), max(series, key=gain)
        which = f", most of all {self.which(most[-1], self.names)} ({ends(most, column, axis)})"
        return count, which if count else ""

    def best_at_end(self, series: list[list[Row]], column: str, axis: Axis) -> Row:
        """The best row of the last steps. Each source has a last step of its own."""
        sign = -1 if axis.better == "lower" else 1
        last = sorted((rows[-1] for rows in series), key=step_of)
        end = {row.get("source"): row["step"] for row in last}
        there = [row for row in last if row["step"] == end[row.get("source")]]
        return max(there, key=lambda row: float(sign * row[column]))

    def wins(self, rows: list[Row], column: str, axis: Axis) -> str | None:
        """On how many items or groups the last source is the best; None where none are shared."""
        names = [name for name in ("item", "group") if name in self.varying]
        if axis.better is None or "source" not in self.varying or len(names) != 1:
            return None
        places: dict[Any, list[Row]] = {}
        for row in rows:
            places.setdefault((row[names[0]], row.get("step")), []).append(row)
        shared = [each for each in places.values() if len(each) > 1]
        last = self.values["source"][-1]
        best = min if axis.better == "lower" else max
        won = sum(
            row["source"] == last and row[column] == best(other[column] for other in each)
            for each in shared
            for row in each
        )
        things = "" if "step" in self.varying else self.items if names == ["item"] else "groups"
        won_of = some_of(won, len(shared), things)
        return f"{self.label('source', last)} is best on {won_of}" if shared else None

    def which(self, row: Row, among: Sequence[str] | None = None) -> str:
        """The names that tell a row from the others, of some columns or all that vary."""
        names = [f"step {row[name]:,}" if name == "step" else str(self.label(name, row[name]))
                 for name in among or self.varying if row[name] is not None]  # fmt: skip
        return ", ".join(names) or "the only value"

    def label(self, column: str, value: Any) -> Any:
        """A value's name for people."""
        if column in ("source", "against"):
            return self.definitions.source_label(value)
        return self.metric.labels.get(value, value) if column == "item" else value


def ends(rows: list[Row], column: str, axis: Axis) -> str:
    """The first and the last number of some rows: '12.68 to 11.95'."""
    return " to ".join(number(rows[i][column], axis) for i in (0, -1))


def some_of(count: int, total: int, things: str) -> str:
    """'9 of 11 slices', 'all 11 slices', 'both slices', 'none of 11 slices'."""
    all_of = "both" if total == 2 and things else f"all {total}"
    some = all_of if count == total > 1 else f"{count or 'none'} of {total}"
    return f"{some} {things}".rstrip()
