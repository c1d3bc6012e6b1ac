"""Another form for a table of more names than one chart can tell apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from diagramgen.document.data import mapping
from diagramgen.formats.spec import Spec
from diagramgen.spec.fields import mark_of, table_views

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.results.plan import PlannedPanel
    from diagramgen.spec.names import Names

MOST_COLORS = 8
"""So many colours are told apart on one chart."""
MOST_LINES = 24
"""So many lines have room for their names."""
FORMS = {"line": "heatmap", "grouped-bar": "dot-plot"}
"""The template that takes over from a transform's own where there are too many names for that."""
POINTS = ("dot-plot", "path", "quadrant")
"""The templates of points, of which some stand out where there are too many names."""
LOOKS = ("color", "shape", "strokeDash")
BACK = {"line": ("strokeWidth", 1.0), "point": ("size", 8)}
"""What is less of those that stand back, by mark: a channel and its value."""


def form_of(panel: PlannedPanel, rows: DataFrame) -> tuple[str, str | None]:
    """The template that shows a panel's table, and why it is not the transform's own."""
    own = panel.look.template or panel.transform.default_template()
    if panel.look.template or own not in FORMS:
        return own, None
    counts = {name: rows[name].nunique() for name in ("item", "source", "step") if name in rows}
    if own == "line":
        items, color = counts.get("item", 1), panel.look.color_by
        if items > MOST_LINES and counts.get("source", 1) < 2 and color in (None, "item"):
            return FORMS[own], f"{items} are more than lines can tell apart: each has a row"
        return own, None
    most = max(counts.get("source", 1), counts.get("step", 1))
    if most > MOST_COLORS:
        return FORMS[own], f"{most} are more than bars can tell apart: each is a point"
    return own, None


def is_crowded(names: Names, column: str) -> bool:
    """Whether a chart has more names than colours, so that some share one."""
    colors = names.range(column, "color")
    return len(colors) > MOST_COLORS and len(set(colors)) < len(colors)


def chosen(names: Names, column: str, better: str | None) -> list[Any]:
    """The best and the worst of many names by their mean value at the last step of each.

    Of a table without values it is their mean x. Where it is not known which direction is better,
    the greatest and the least.
    """
    value = "value" if "value" in names.rows else "x"
    rows = names.rows.dropna(subset=[value])
    if "step" in rows:
        last = rows.groupby(rows[column].astype(object))["step"].transform("max")
        rows = rows[(rows["step"] == last) | rows["step"].isna()]
    means = rows.groupby(rows[column].astype(object))[value].mean().to_dict()
    order = sorted(means, key=lambda name: means[name], reverse=better != "lower")
    return order[:1] + order[-1:] if len(order) > 1 else order


def pick_points(view: Spec, names: Names, better: str | None) -> tuple[str, list[Any]] | None:
    """Let the best and the worst of too many names of points have colours and a legend, in place.

    Of steps it is the last and the first. The column of the names and the two; None where all names
    can be told apart.
    """
    found = None
    for part in table_views(view):
        color = mapping(part.get("encoding", {}), "color")
        column = str(color.get("field"))
        if column == "step" and len(names.order(column)) > MOST_COLORS:
            steps = names.order(column)
            found = (column, [steps[-1], steps[0]])
            color["legend"] = mapping(color, "legend") | {"values": found[1]}
        elif column in ("source", "item", "against") and is_crowded(names, column):
            found = (column, chosen(names, column, better))
            color["legend"] = mapping(color, "legend") | {"values": found[1]}
    if found:
        stand_out(view, names, *found)
    return found


def stand_out(view: Spec, names: Names, column: str, picks: list[Any]) -> None:
    """Let some names of a column have colours, in place, and all others stand back in grey."""
    palette, order = names.palette, names.order(column)
    colors = dict(zip(picks, palette.names, strict=False))
    ranges = {
        "color": [colors.get(name, palette.no_group) for name in order],
        "shape": ["circle"] * len(order),
        "strokeDash": [[1, 0]] * len(order),
    }
    for part in table_views(view):
        encodings, kind = part.get("encoding", {}), mark_of(part)
        for channel in LOOKS:
            encoding = encodings.get(channel)
            if isinstance(encoding, dict) and encoding.get("field") == column:
                encoding["scale"] = encoding.get("scale", {}) | {"range": ranges[channel]}
        if kind in BACK and "color" in encodings:
            channel, less = BACK[kind]
            test = {"not": {"field": column, "oneOf": picks}}
            encodings[channel] = {"condition": {"test": test, "value": less}}
