"""What a chart says, in the one line that its subtitle begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagramgen.document.data import mapping
from diagramgen.formats.spec import Spec
from diagramgen.spec.figures import Figures, Row, Shown, some_of, step_of
from diagramgen.spec.numbers import number

if TYPE_CHECKING:
    from diagramgen.model.definitions import Definitions
    from diagramgen.transforms import Axis


def finding(panel: Shown, definitions: Definitions) -> str | None:
    """What one panel says, from figures of its alt text; None where no few words say it."""
    of = Figures(panel, definitions)
    if {"x", "y"} <= of.axes.keys():
        return _two_measures(of)
    for column in ("value", "n"):
        known = of.known(column)
        if column in of.axes and known:
            return _one_measure(of, known, column, of.axes[column])
    return None


def interval(view: Spec, confidence: float | None) -> str:
    """What a view's intervals are, by the marks that show them: 'Bands: 95% intervals'.

    Without a confidence they are the table's own, of which nothing is known.
    """
    marks = [mapping(part, "mark").get("type") for part in (view, *view.get("layer", ()))]
    of = "" if confidence is None else f"{confidence * 100:.4g}% "
    return f"{'Bands' if 'area' in marks else 'Thin bars'}: {of}intervals"


def _two_measures(of: Figures) -> str | None:
    """How many points are better in both, or how each measure of a path changes."""
    if of.verdicts:
        at = "at " if of.varying == ["step"] else ""
        some = some_of(sum(of.verdicts), len(of.verdicts), _things(of))
        return f"Better in both (shaded) {at}{some}"
    rows = sorted(of.known("step"), key=step_of)
    rows = [row for row in rows if row["x"] is not None and row["y"] is not None]
    if of.varying != ["step"] or len(rows) < 2:
        return None
    x, y = (f"{_name(of.axes[column])} {of.change(rows, column, of.axes[column])}"
            for column in ("x", "y"))  # fmt: skip
    return f"{x}; {y[:1].lower()}{y[1:]}"


def _one_measure(of: Figures, rows: list[Row], column: str, axis: Axis) -> str | None:
    low, high = (pick(rows, key=lambda row: row[column]) for pick in (min, max))
    if len(of.verdicts) > 1:
        return _verdicts(of, low if of.metric.lower_is_better else high, axis)
    if low[column] == high[column] or of.verdicts:
        return None
    if "step" in of.varying:
        return _over_steps(of, rows, column, axis)
    words = of.wins(rows, column, axis)
    if words is not None:
        return words
    low_words, high_words = (
        f"{of.which(row)} ({number(row[column], axis)})" for row in (low, high)
    )
    if axis.better is None:
        return f"From {low_words} to {high_words}"
    best, worst = (low_words, high_words) if axis.better == "lower" else (high_words, low_words)
    return f"Best: {best}; worst: {worst}"


def _verdicts(of: Figures, best: Row, axis: Axis) -> str:
    count = some_of(sum(of.verdicts), len(of.verdicts), _things(of))
    words = f"{count} {'is' if sum(of.verdicts) < 2 else 'are'} better"
    if of.varying == ["step"]:
        words = f"better at {count}"
    words = f"{words[:1].upper()}{words[1:]}"
    if not any(of.verdicts) or not of.varying:
        return words
    unit = " points" if axis.points else ""
    return f"{words}, most of all {of.which(best)} ({number(best['value'], axis)}{unit})"


def _over_steps(of: Figures, rows: list[Row], column: str, axis: Axis) -> str | None:
    series = of.series(rows)
    long = [each for each in series if len(each) > 1]
    if len(series) == 1:
        change = of.change(series[0], column, axis, ":")
        return f"{change[:1].upper()}{change[1:]}"
    if axis.better is None or not long:
        return None
    if of.names == ["source"]:
        best = of.best_at_end(long, column, axis)
        return f"Best at the end: {of.which(best, of.names)} ({number(best[column], axis)})"
    count, most = of.gains(long, column, axis)
    things = {"item": of.items, "group": "groups"}
    word = things.get(of.names[0], "series") if len(of.names) == 1 else "series"
    words = some_of(count, len(long), word)
    ends = "ends better than it begins" if count < 2 else "end better than they begin"
    return f"{words[:1].upper()}{words[1:]} {ends}{most}"


def _things(of: Figures) -> str:
    """What a chart's rows are called, where only one of their names varies."""
    words = {"item": of.items, "step": "steps", "group": "groups"}
    return words.get(of.varying[0], "") if len(of.varying) == 1 else ""


def _name(axis: Axis) -> str:
    """An axis' title without what it says in brackets."""
    return axis.title.rpartition(" (")[0] or axis.title
