"""A chart's description in words, written from its tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from diagramgen.formats.spec import Spec

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.model.definitions import Definitions
    from diagramgen.transforms import Axis, Resolved, Transform

Row = dict[str, Any]
step_of = itemgetter("step")
SERIES = ("source", "item", "group", "against")
"""The columns that tell the series of a chart apart; the steps are along them."""
MOST_NAMED = 4
"""More names than this are only counted."""


class Shown(NamedTuple):
    """One panel: its view, the transform behind it, and the rows that it is drawn from.

    `rows` are JSON values; among them are the ends and the extremes of each series. `table` has all
    rows, of which they may be a part.
    """

    view: Spec
    transform: Resolved[Transform]
    rows: list[Row]
    table: DataFrame


def alt_text(panels: Sequence[Shown], definitions: Definitions) -> str:
    """What a chart shows, from which value to which, where it is best, and how it changes.

    It does not say the title again, which is read with it.
    """
    parts = []
    for number, panel in enumerate(panels, 1):
        sentences = list(_Panel(panel, definitions).sentences())
        if len(panels) > 1:
            sentences[0] = f"Panel {number}: {sentences[0][:1].lower()}{sentences[0][1:]}"
        parts += sentences
    return " ".join(parts)


class _Panel:
    """The sentences about one panel, with what all of them need to know."""

    def __init__(self, panel: Shown, definitions: Definitions) -> None:
        self.view, self.transform, self.rows, self.table = panel
        self.definitions = definitions
        self.metric = definitions.metrics[panel.transform.metrics()[0]]
        columns = self.rows[0] if self.rows else {}
        self.values = {
            column: list(dict.fromkeys(row[column] for row in self.rows if row[column] is not None))
            for column in (*SERIES, "step")
            if column in columns
        }
        self.varying = [column for column, values in self.values.items() if len(values) > 1]
        if {"item", "group"} <= set(self.varying):
            self.varying.remove("group")

    def sentences(self) -> Iterator[str]:
        yield f"{self._what()}."
        for column, axis in self.transform.axes(self.definitions).items():
            known = [row for row in self.rows if row.get(column) is not None]
            if known and column == "reference":
                yield from self._reference(known, axis)
            elif known:
                yield from self._measure(known, column, axis)
        verdicts = [row["better"] for row in self.rows if row.get("better") is not None]
        if verdicts:
            yield f"Better: {sum(verdicts)} of {len(verdicts)}."
        gaps = self.table["value"].isna().sum() if "value" in self.table else 0
        if gaps:
            yield f"Missing values: {gaps}."

    def _what(self) -> str:
        """The kind of chart, how many things it shows, and at which steps."""
        many = []
        if "item" in self.varying:
            items = self.metric.items or f"{self.metric.item}s"
            many.append(f"{len(self.values['item'])} {items}")
        if "group" in self.varying:
            many.append(self._list("group", "groups"))
        if "source" in self.varying:
            many.append(self._list("source", "sources"))
        text = _kind(self.view, self.rows) + (f" of {', '.join(many)}" if many else "")
        if "against" in self.values:
            text += f" against {self._list('against', 'sources')}"
        return text + self._when()

    def _list(self, column: str, word: str) -> str:
        values = self.values[column]
        if len(values) > MOST_NAMED:
            return f"{len(values)} {word}"
        *names, last = (str(self._label(column, value)) for value in values)
        return f"{', '.join(names)} and {last}" if names else last

    def _when(self) -> str:
        steps = sorted(self.values.get("step", ()))
        if len(steps) > 1:
            count = self.table["step"].nunique()
            return f", {count:,} steps from {steps[0]:,} to {steps[-1]:,}"
        if steps:
            return f", step {steps[0]:,}"
        ends = {(row["from_step"], row["to_step"]) for row in self.rows if row.get("to_step")}
        return "".join(f", step {last:,} minus {first:,}" for first, last in ends if len(ends) == 1)

    def _reference(self, known: list[Row], axis: Axis) -> Iterator[str]:
        found = {(row.get("label"), row["reference"]) for row in known}
        for label, value in sorted(found, key=str):
            yield f"{label or 'Reference'}: {number(value, axis)}."

    def _measure(self, known: list[Row], column: str, axis: Axis) -> Iterator[str]:
        """The range of a column's numbers, and which is best, or how they change."""
        low, high = (pick(known, key=lambda row: row[column]) for pick in (min, max))
        if low[column] == high[column]:
            yield f"{axis.title}: {number(low[column], axis)}."
            return
        lone = not self.varying
        ends = [f"{number(row[column], axis)}{'' if lone else f' ({self._which(row)})'}"
                for row in (low, high)]  # fmt: skip
        yield f"{axis.title}: {ends[0]} to {ends[1]}."
        best = {"lower": low, "higher": high}.get(axis.better or "")
        if "step" in self.varying:
            yield from self._trend(known, column, axis, best)
        elif best is not None and len(known) > 2:
            yield f"Best: {self._which(best)}."

    def _trend(self, known: list[Row], column: str, axis: Axis, best: Row | None) -> Iterator[str]:
        """How each series changes from its first step to its last."""
        series: dict[tuple[Any, ...], list[Row]] = {}
        names = [name for name in self.varying if name != "step"]
        for row in sorted(known, key=step_of):
            series.setdefault(tuple(row[name] for name in names), []).append(row)
        long = [rows for rows in series.values() if len(rows) > 1]
        if len(series) > 1 and long and axis.better:
            yield from self._trends(long, names, column, axis)
            return
        for rows in long if len(series) == 1 else ():
            change = rows[-1][column] - rows[0][column]
            way = "unchanged" if change == 0 else "up" if change > 0 else "down"
            is_better = (change < 0) == (axis.better == "lower")
            words = f", {'better' if is_better else 'worse'}" if change and axis.better else ""
            yield f"From the first step to the last: {way}, {_ends(rows, column, axis)}{words}."
        if best is not None:
            yield f"Best: {self._which(best)}."

    def _trends(
        self, series: list[list[Row]], names: Sequence[str], column: str, axis: Axis
    ) -> Iterator[str]:
        """How many of several series become better, which one most, and which one is best then."""
        sign = -1 if axis.better == "lower" else 1

        def gain(rows: list[Row]) -> float:
            return float(sign * (rows[-1][column] - rows[0][column]))

        count, most = sum(gain(rows) > 0 for rows in series), max(series, key=gain)
        words = f"From the first step to the last better: {count} of {len(series)}"
        which = f"{self._which(most[-1], names)} ({_ends(most, column, axis)})"
        yield f"{words}, most of all {which}." if count else f"{words}."
        # Each source has a last step of its own.
        last = sorted((rows[-1] for rows in series), key=step_of)
        end = {row.get("source"): row["step"] for row in last}
        there = [row for row in last if row["step"] == end[row.get("source")]]
        yield f"Best at the end: {self._which(max(there, key=lambda row: sign * row[column]))}."

    def _which(self, row: Row, among: Sequence[str] | None = None) -> str:
        """The names that tell a row from the others, of some columns or all that vary."""
        names = [f"step {row[name]:,}" if name == "step" else str(self._label(name, row[name]))
                 for name in among or self.varying if row[name] is not None]  # fmt: skip
        return ", ".join(names) or "the only value"

    def _label(self, column: str, value: Any) -> Any:
        if column in ("source", "against"):
            return self.definitions.source_label(value)
        return self.metric.labels.get(value, value) if column == "item" else value


def _kind(view: Mapping[str, Any], rows: list[Row]) -> str:
    """What a view is called, by the marks that it has."""
    marks = {part["mark"] if isinstance(part["mark"], str) else part["mark"]["type"]
             for part in (view, *view.get("layer", ())) if "mark" in part}  # fmt: skip
    if "bar" in marks:
        return "Bar chart"
    if rows and {"x", "y", "step"} <= set(rows[0]) and "value" not in rows[0]:
        return "Path through two measures"
    if "line" in marks:
        return "Line chart"
    return "Heatmap" if "rect" in marks else "Chart"


def _ends(rows: list[Row], column: str, axis: Axis) -> str:
    return " to ".join(number(rows[i][column], axis) for i in (0, -1))


def number(value: float, axis: Axis) -> str:
    """A number as the axis' d3-format shows it, in the part of d3-format that Python shares."""
    try:
        text = _formatted(value, axis)
    except ValueError:
        text = f"{value * 100 if axis.points else value:g}"
    return text.removeprefix("+" if value == 0 else "").replace("-", "\N{MINUS SIGN}")


def _formatted(value: float, axis: Axis) -> str:
    """The same in plain characters. Raises `ValueError` for what only d3-format knows."""
    form = axis.format.replace("~", "")
    if form.endswith("s") or (form.endswith(",") and value == int(value)):
        return f"{value:,.0f}"
    if axis.points:
        return f"{value * 100:{form.removesuffix('%')}f}"
    return f"{value:{form}}"
