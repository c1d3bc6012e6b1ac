"""What only the suite knows, filled into a fitted view: words, formats, orders, colours, sizes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from diagramgen.looks import BETTER, SOURCE_COLORS, WORSE, look_of, ramp
from diagramgen.transforms.selection import in_order

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.suite import Look, Suite
    from diagramgen.transforms import Axis, Transform

View = dict[str, Any]
ABOVE = {"orient": "top", "direction": "horizontal", "offset": 8}
"""Where a legend of a few short names stands: it leaves the plot its full width."""
STEP_AXIS = {"title": "Step", "format": "~s"}
MOST_STEP_TICKS = 12
LEGEND_ROWS = 24


class Names:
    """The order, the display names and the looks of the values of a table's key columns."""

    def __init__(self, rows: DataFrame, transform: Transform, suite: Suite) -> None:
        self.rows, self.transform, self.suite = rows, transform, suite
        self.metric = suite.metrics[transform.metrics()[0]]

    def order(self, column: str) -> list[Any]:
        """The column's values as legends and axes have them."""
        values = list(self.rows[column].dropna().unique())
        if column in ("source", "against"):
            return values
        if column == "item":
            return in_order([str(value) for value in values], self.metric)
        if column == "group":
            groups = [name for of in self.metric.groupings.values() for name in of]
            return sorted((str(value) for value in values), key=groups.index)
        return sorted(int(value) for value in values)

    def places(self, column: str) -> list[int]:
        """Where each of `order` stands among all that the suite knows: what its look hangs on."""
        order = self.order(column)
        if column in ("source", "against"):
            known = list(self.suite.sources)
        elif column == "item":
            known = in_order({*self.metric.order, *order}, self.metric)
        elif column == "group":
            known = list(self.metric.groupings[self._grouping()])
        else:
            known = order
        return [known.index(value) for value in order]

    def _grouping(self) -> str:
        """The grouping that the table's groups are of: the entry's, else the first that fits."""
        groups = set(self.order("group"))
        asked = [getattr(self.transform, name, None) for name in ("by", "group")]
        names = [name for name in (*asked, *self.metric.groupings) if name is not None]
        return next(name for name in names if groups <= set(self.metric.groupings[name]))

    def range(self, column: str, channel: str) -> list[Any]:
        """The looks of `order` on a channel: colours, dashes or shapes."""
        if column == "step" and channel not in ("shape", "strokeDash"):
            return ramp(len(self.order(column)))
        colors = {"colors": SOURCE_COLORS} if column in ("source", "against") else {}
        looks = [look_of(place, **colors) for place in self.places(column)]
        kind = {"shape": "shape", "strokeDash": "dash"}.get(channel, "color")
        return [list(value) if kind == "dash" else value for value in
                (getattr(each, kind) for each in looks)]  # fmt: skip

    def labels(self, column: str) -> str | None:
        """A Vega expression for a value's display name, where one has another than itself."""
        if column == "step":
            return "format(datum.value, ',')"
        if column in ("source", "against"):
            shown = {name: self.suite.source_label(name) for name in self.order(column)}
        elif column == "item":
            shown = {
                i: self.metric.labels[i] for i in self.order(column) if i in self.metric.labels
            }
        else:
            shown = {}
        shown = {name: label for name, label in shown.items() if name != label}
        return (
            f"{json.dumps(shown, ensure_ascii=False)}[datum.value] || datum.value"
            if shown
            else None
        )

    def title(self, column: str) -> str | None:
        """What the column's values are called, for a legend."""
        if column == "item":
            return self.metric.item.capitalize()
        if column == "group":
            return self._grouping().capitalize()
        return "Step" if column == "step" else None


def fill(view: View, names: Names, axes: Mapping[str, Axis], look: Look) -> None:
    """Fill a fitted view and its layers in place."""
    bars = any(_mark(part) == "bar" for part in (view, *view.get("layer", ())))
    for part in (view, *view.get("layer", ())):
        for channel, encoding in list(part.get("encoding", {}).items()):
            if channel == "tooltip":
                for each in encoding:
                    _fill_tooltip(each, axes)
            elif isinstance(encoding, dict):
                _fill_channel(channel, encoding, names, axes, look, part)
                if channel in ("x", "y") and encoding.get("type") == "quantitative" and not bars:
                    encoding["scale"] = {"zero": False} | encoding.get("scale", {})


def _mark(view: View) -> str | None:
    mark = view.get("mark")
    return mark.get("type") if isinstance(mark, dict) else mark


def _fill_channel(
    channel: str, encoding: View, names: Names, axes: Mapping[str, Axis], look: Look, view: View
) -> None:
    field = encoding.get("field")
    if channel in ("x", "y") and "datum" not in encoding:
        scale = look.x_scale if channel == "x" else look.y_scale
        if scale and encoding.get("type") == "quantitative":
            encoding["scale"] = encoding.get("scale", {}) | {"type": scale}
    if field == "better":
        _fill_better(encoding)
    elif field in ("item", "group", "source", "against") or (
        field == "step" and encoding.get("type") != "quantitative"
    ):
        _fill_names(channel, encoding, names, look)
    elif field == "step" and channel in ("x", "y"):
        _fill_steps(encoding, names)
    elif field in ("lower", "upper"):
        _fill_number(channel, encoding, axes["value"], view)
    elif field is not None and field in axes:
        _fill_number(channel, encoding, axes[field], view)


def _fill_tooltip(encoding: View, axes: Mapping[str, Axis]) -> None:
    axis = axes.get(encoding["field"])
    if axis is not None:
        encoding |= {"title": axis.title, "format": axis.format}
    elif encoding["field"] in ("step", "n"):
        encoding["format"] = ","


def _fill_better(encoding: View) -> None:
    encoding["scale"] = {"domain": [True, False], "range": [BETTER, WORSE]}
    labels = "datum.value ? 'better' : 'worse'"
    encoding["legend"] = {"title": None, "labelExpr": labels, **ABOVE}


def _fill_names(channel: str, encoding: View, names: Names, look: Look) -> None:
    column = encoding["field"]
    order, labels = names.order(column), names.labels(column)
    if channel in ("x", "y"):
        encoding["sort"] = _by_value(names, column, look.sort) if look.sort != "order" else order
        axis = {"title": "Step" if column == "step" else None, "labelExpr": labels}
        encoding["axis"] = {k: v for k, v in axis.items() if v is not None or k == "title"}
        if channel == "x":
            encoding["axis"]["labelAngle"] = 0 if column == "step" else -35
        return
    if channel in ("xOffset", "yOffset"):
        encoding["sort"] = order
        return
    encoding["scale"] = {"domain": order, "range": names.range(column, channel)}
    if channel == "strokeDash":
        # Dashed outlines would fray the legend's symbols. Vega-Lite merges legends of one domain
        # even when one of them is off, so this one gets a domain of its own.
        encoding["scale"]["domain"] = [*order, ""]
        encoding["legend"] = None
        return
    legend: View = {"title": names.title(column)}
    if column in ("source", "against"):
        legend |= ABOVE
    if labels:
        legend["labelExpr"] = labels
    if len(order) > LEGEND_ROWS:
        legend["columns"] = -(-len(order) // LEGEND_ROWS)
    encoding["legend"] = legend


def _by_value(names: Names, column: str, sort: str) -> list[Any]:
    """The column's values by the mean of their rows, up or (with `-value`) down; missing last."""
    number = "value" if "value" in names.rows else "n"
    means = names.rows.assign(key=names.rows[column].astype(object)).groupby("key")[number].mean()
    order = names.order(column)
    sign = -1 if sort == "-value" else 1
    last = float("inf")
    return sorted(
        order, key=lambda name: sign * means[name] if means[name] == means[name] else last
    )


def _fill_steps(encoding: View, names: Names) -> None:
    steps = names.order("step")
    axis: View = dict(STEP_AXIS)
    if len(steps) <= MOST_STEP_TICKS:
        axis |= {"values": steps, "labelOverlap": "greedy"}
    encoding["axis"] = axis
    encoding["scale"] = {"zero": False, "nice": False, "padding": 12} | encoding.get("scale", {})


def _fill_number(channel: str, encoding: View, axis: Axis, view: View) -> None:
    if channel == "text":
        if axis.points:
            del view["encoding"]["text"]
            form = axis.format.removesuffix("%") + "f"
            text = f"format(datum.{encoding['field']} * 100, '{form}')"
            view["mark"]["text"] = {"expr": text}
        else:
            encoding["format"] = axis.format
    elif channel in ("x", "y"):
        encoding["title"] = axis.title
        encoding["axis"] = _tick_labels(axis) | encoding.get("axis", {})
    elif channel in ("color", "fill"):
        encoding["title"] = axis.title
        encoding["legend"] = {"format": axis.format}


def _tick_labels(axis: Axis) -> View:
    """Tick labels with as many digits as the ticks need, and no sign at 0."""
    form = re.sub(r"\.\d+", "", axis.format)
    words: View = {"format": form, "tickCount": 8}
    if axis.points:
        return words | {"labelExpr": "format(datum.value * 100, datum.value ? '+~f' : '~f')"}
    if form.startswith("+"):
        return words | {"labelExpr": "datum.value ? datum.label : replace(datum.label, '+', '')"}
    return words
