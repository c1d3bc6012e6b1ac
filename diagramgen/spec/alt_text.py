"""A chart's description in words, written from its tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from diagramgen.spec.figures import Figures, Row, Shown
from diagramgen.spec.numbers import number
from diagramgen.transforms.words import listing

if TYPE_CHECKING:
    from diagramgen.model.definitions import Definitions
    from diagramgen.transforms import Axis

MOST_NAMED = 4
"""More names than this are only counted."""


def alt_text(panels: Sequence[Shown], definitions: Definitions) -> str:
    """What a chart shows, from which value to which, where it is best, and how it changes.

    It does not say the title again, which is read with it.
    """
    parts = []
    for place, panel in enumerate(panels, 1):
        sentences = list(_sentences(Figures(panel, definitions)))
        if len(panels) > 1:
            sentences[0] = f"Panel {place}: {sentences[0][:1].lower()}{sentences[0][1:]}"
        parts += sentences
    return " ".join(parts)


def _sentences(of: Figures) -> Iterator[str]:
    yield f"{_what(of)}."
    for column, axis in of.axes.items():
        known = of.known(column)
        if known and column == "reference":
            yield from _references(known, axis)
        elif known:
            yield from _measure(of, known, column, axis)
    if of.verdicts:
        yield f"Better: {sum(of.verdicts)} of {len(of.verdicts)}."
    gaps = of.table["value"].isna().sum() if "value" in of.table else 0
    if gaps:
        yield f"Missing values: {gaps}."


def _what(of: Figures) -> str:
    """The kind of chart, how many things it shows, and at which steps."""
    many = []
    if "item" in of.varying:
        many.append(f"{len(of.values['item'])} {of.items}")
    if "group" in of.varying:
        many.append(_list(of, "group", "groups"))
    if "source" in of.varying:
        many.append(_list(of, "source", "sources"))
    text = _kind(of.view, of.rows) + (f" of {', '.join(many)}" if many else "")
    if "against" in of.values:
        text += f" against {_list(of, 'against', 'sources')}"
    return text + _when(of)


def _list(of: Figures, column: str, word: str) -> str:
    values = of.values[column]
    if len(values) > MOST_NAMED:
        return f"{len(values)} {word}"
    return listing([str(of.label(column, value)) for value in values])


def _when(of: Figures) -> str:
    steps = sorted(of.values.get("step", ()))
    if len(steps) > 1:
        count = of.table["step"].nunique()
        return f", {count:,} steps from {steps[0]:,} to {steps[-1]:,}"
    if steps:
        return f", step {steps[0]:,}"
    pairs = {(row["from_step"], row["to_step"]) for row in of.rows if row.get("to_step")}
    return "".join(f", step {last:,} minus {first:,}" for first, last in pairs if len(pairs) == 1)


def _references(known: list[Row], axis: Axis) -> Iterator[str]:
    found = {(row.get("label"), row["reference"]) for row in known}
    for label, value in sorted(found, key=str):
        name = str(label or "reference")
        yield f"{name[:1].upper()}{name[1:]}: {number(value, axis)}."


def _measure(of: Figures, known: list[Row], column: str, axis: Axis) -> Iterator[str]:
    """The range of a column's numbers, and which is best, or how they change."""
    low, high = (pick(known, key=lambda row: row[column]) for pick in (min, max))
    if low[column] == high[column]:
        yield f"{axis.title}: {number(low[column], axis)}."
        return
    lone = not of.varying
    texts = [f"{number(row[column], axis)}{'' if lone else f' ({of.which(row)})'}"
             for row in (low, high)]  # fmt: skip
    yield f"{axis.title}: {texts[0]} to {texts[1]}."
    best = {"lower": low, "higher": high}.get(axis.better or "")
    if "step" in of.varying:
        yield from _trend(of, known, column, axis, best)
    elif best is not None and len(known) > 2:
        yield f"{of.wins(known, column, axis) or f'Best: {of.which(best)}'}."


def _trend(
    of: Figures, known: list[Row], column: str, axis: Axis, best: Row | None
) -> Iterator[str]:
    """How each series changes from its first step to its last."""
    series = of.series(known)
    long = [rows for rows in series if len(rows) > 1]
    if len(series) > 1 and long and axis.better:
        count, most = of.gains(long, column, axis)
        yield f"From the first step to the last better: {count} of {len(long)}{most}."
        yield f"Best at the end: {of.which(of.best_at_end(long, column, axis))}."
        return
    for rows in long if len(series) == 1 else ():
        yield f"From the first step to the last: {of.change(rows, column, axis)}."
    if best is not None:
        yield f"Best: {of.which(best)}."


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
