"""What only the suite knows, filled into a fitted view: words, formats, orders, colours, sizes."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from diagramgen.document.data import mapping
from diagramgen.errors import ChartError
from diagramgen.formats.spec import Spec
from diagramgen.looks.palette import Palette, Scheme, Shades
from diagramgen.spec.cells import ramp_scale
from diagramgen.spec.fields import mark_of, table_views
from diagramgen.spec.numbers import in_points, legend_format

if TYPE_CHECKING:
    from diagramgen.model.look import Look
    from diagramgen.spec.names import Names
    from diagramgen.transforms import Axis

ABOVE = {"orient": "top", "direction": "horizontal", "offset": 8}
"""Where a legend of a few short names stands: it leaves the plot its full width."""
WHOLE = "format(datum.value, ',')"
"""A Vega expression for the labels of steps: 14,336."""
TOKENS = "replace(format(datum.value, '.3~s'), 'G', 'B')"
"""The same for tokens, each short by itself: 30.1B."""
SHORT = "replace(format(datum.value, '~s'), 'G', 'B')"
"""The same for powers of ten: 1M."""
DECADE = f"abs(datum.value) >= 1 || !datum.value ? {SHORT} : format(datum.value, '~r')"
"""The same for powers of ten, of which those below 1 are written out: 0.01, not 10m."""
TITLES = {"source": "Source", "against": "Against"}
"""What a tooltip calls the columns that a legend leaves without a title."""
SHORT_LEGEND = 60
"""Characters that a legend above a plot may have."""
VALUES = ("value", "lower", "upper", "reference")
"""The columns that share an axis."""
LOOKS = ("color", "fill", "stroke", "shape", "strokeDash")
"""The channels that tell names apart."""
COLORED = {"range", "scheme"}
"""The keys of a scale that say what it makes of names or numbers: one is enough."""
MOST_STEP_TICKS = 12
NEAR_ZERO = 0.1
"""Of the range of the numbers on an axis: so close to 0 it begins there."""
LEGEND_ROWS = 24


def fill_channels(view: Spec, names: Names, axes: Mapping[str, Axis], look: Look) -> None:
    """Fill a fitted view and its layers in place; what a template says of a channel stays."""
    bars = any(mark_of(part) == "bar" for part in (view, *view.get("layer", ())))
    for part in table_views(view):
        for channel, encoding in list(part.get("encoding", {}).items()):
            if channel == "tooltip":
                for each in encoding:
                    _fill_tooltip(each, axes, names, part)
            elif isinstance(encoding, dict):
                _fill_channel(channel, encoding, names, axes, look, part)
                is_number = channel in ("x", "y") and encoding.get("type") == "quantitative"
                if is_number and not bars and _may_have(encoding, "scale"):
                    encoding["scale"] = _close(encoding, names, axes)


def _may_have(encoding: Spec, key: str) -> bool:
    """Whether a channel has a scale, axis or legend: null says that it has none."""
    return isinstance(encoding.get(key, {}), dict)


def _add(encoding: Spec, key: str, more: Spec) -> None:
    """Add to a channel's scale, axis or legend, in place, what it does not say itself."""
    own = mapping(encoding, key)
    if own.keys() & COLORED:
        more = {name: value for name, value in more.items() if name not in COLORED}
    if _may_have(encoding, key):
        encoding[key] = more | own


def _close(encoding: Spec, names: Names, axes: Mapping[str, Axis]) -> Spec:
    """A scale that begins and ends near the data: bars need one to start from, points don't."""
    scale = mapping(encoding, "scale")
    is_free = not scale.keys() & {"type", "zero"}
    if is_free and _begins_at_zero(encoding.get("field", ""), names, axes):
        # Room below the lowest value would be room for values that there are not.
        return {**scale, "zero": True, "padding": 0}
    nice = {"nice": False} if scale.get("type") == "log" else {}
    return {"zero": False, **nice, **scale}


def _begins_at_zero(field: str, names: Names, axes: Mapping[str, Axis]) -> bool:
    """Whether a column's axis is of values that are never negative, the lowest of them near 0."""
    fields = VALUES if field in VALUES else (field,)
    if fields[0] not in axes or axes[fields[0]].format.startswith("+"):
        return False
    numbers = names.rows[[name for name in fields if name in names.rows]]
    low, high = numbers.min().min(), numbers.max().max()
    return bool(0 <= low < NEAR_ZERO * (high - low))


def _fill_channel(
    channel: str, encoding: Spec, names: Names, axes: Mapping[str, Axis], look: Look, view: Spec
) -> None:
    field = encoding.get("field")
    if channel in ("x", "y") and "datum" not in encoding:
        scale = look.x_scale if channel == "x" else look.y_scale
        if scale and encoding.get("type") == "quantitative" and _may_have(encoding, "scale"):
            encoding["scale"] = mapping(encoding, "scale") | {"type": scale}
            if scale == "log":
                _check_positive(channel, field, names)
    if field is None or field not in names.rows:
        return
    if field == "better":
        _fill_better(encoding, names)
    elif field in ("item", "group", "source", "against") or (
        field == "step" and encoding.get("type") != "quantitative"
    ):
        _fill_names(channel, encoding, names, look, view)
    elif field == "step" and channel in ("x", "y"):
        _fill_steps(encoding, names)
        if look.unit == "tokens":
            _count_tokens(encoding, names)
    elif field in ("lower", "upper"):
        _fill_number(channel, encoding, axes["value"], names, view)
    elif field in axes:
        _fill_number(channel, encoding, axes[field], names, view)
    if mapping(encoding, "scale").get("type") in ("log", "symlog"):
        _fill_decades(encoding, names)


def _check_positive(channel: str, field: Any, names: Names) -> None:
    """Raise `ChartError` where a logarithmic axis has a number that it has no place for."""
    from pandas import NA

    least = names.rows[field].min() if field in names.rows else 1
    if least is not NA and least <= 0:
        raise ChartError(f"{channel}_scale: log has no place for {field} {least:g}; symlog has one")


def _fill_decades(encoding: Spec, names: Names) -> None:
    """Ticks of a log axis at powers of ten; a symlog axis is linear below its smallest number."""
    numbers = names.rows[encoding["field"]].dropna().to_numpy(dtype=float)
    numbers = abs(numbers[numbers != 0])
    if not len(numbers):
        return
    least, most = float(numbers.min()), float(numbers.max())
    low, high = math.floor(math.log10(least)), math.ceil(math.log10(most))
    ticks = [10.0**power for power in range(low, high + 1)]
    among = [tick for tick in ticks if least <= tick <= most]
    if encoding["scale"]["type"] == "symlog":
        encoding["scale"] = {"constant": least} | encoding["scale"]
        ticks = [0.0, *ticks]
    if len(among) > 2 and _may_have(encoding, "axis"):
        labels = {"values": ticks, "labelExpr": DECADE, "labelOverlap": "greedy"}
        encoding["axis"] = mapping(encoding, "axis") | labels


def _fill_tooltip(encoding: Spec, axes: Mapping[str, Axis], names: Names, view: Spec) -> None:
    column = encoding["field"]
    axis = axes.get("value" if column in ("lower", "upper") else column)
    if axis is None:
        if column in ("step", "n", "from_step", "to_step"):
            encoding.setdefault("format", ",")
        if column in ("item", "group", "step", *TITLES) and column in names.rows:
            encoding.setdefault("title", TITLES.get(column) or names.title(column))
        return
    encoding.setdefault("title", axis.title)
    if axis.points and "format" not in encoding:
        # A d3-format that makes percents of a number has a percent sign.
        points = in_points(column)
        view["transform"] = [*view.get("transform", ()), points]
        encoding |= {"field": points["as"], "format": f"{axis.format.removesuffix('%')}f"}
    encoding.setdefault("format", axis.format)


def _fill_better(encoding: Spec, names: Names) -> None:
    """The colours of better and worse; a legend names only those that there are."""
    looks = {True: names.palette.better, False: names.palette.worse}
    found = set(names.rows["better"].dropna().unique().tolist())
    shown = [each for each in looks if each in found] or [*looks]
    colors = {"domain": shown, "range": [looks[each] for each in shown]}
    _add(encoding, "scale", colors)
    labels = "datum.value ? 'better' : 'worse'"
    _add(encoding, "legend", {"title": None, "labelExpr": labels, **ABOVE})


def _fill_names(channel: str, encoding: Spec, names: Names, look: Look, view: Spec) -> None:
    column = encoding["field"]
    order, labels = names.order(column), names.labels(column)
    if channel in ("x", "y"):
        if look.sort != "order" and column != "step":
            encoding["sort"] = _by_value(names, column, look.sort)
        encoding.setdefault("sort", order)
        axis: Spec = {"title": None} | ({"labelExpr": labels} if labels else {})
        if column == "step":
            axis = {"title": names.title(column), "labelExpr": _step_labels(names)}
        if channel == "x":
            axis["labelAngle"] = 0 if column == "step" else -35
        _add(encoding, "axis", axis)
        return
    if channel in ("xOffset", "yOffset"):
        encoding.setdefault("sort", order)
        return
    if channel not in LOOKS:
        return
    # Dashed outlines would fray the legend's symbols. Vega-Lite merges legends of one domain even
    # when one of them is off, so that of dashes gets a domain of its own.
    valued = names.valued(column)
    looks = zip(order, names.range(column, channel), strict=True)
    order = [name for name in order if name in valued]
    domain = [*order, ""] if channel == "strokeDash" else order
    colors = [look for name, look in looks if name in valued]
    _add(encoding, "scale", {"domain": domain, "range": colors})
    if channel == "strokeDash":
        encoding.setdefault("legend", None)
        return
    legend: Spec = {"title": names.title(column)}
    short = sum(len(names.label(column, name)) + 3 for name in order) <= SHORT_LEGEND
    if column in ("source", "against"):
        legend |= ABOVE
    elif mark_of(view) == "bar" and short:
        # On its right a long bar has its number.
        legend |= ABOVE | {"titleOrient": "left"}
    if labels:
        legend["labelExpr"] = labels
    if len(order) > LEGEND_ROWS:
        legend["columns"] = -(-len(order) // LEGEND_ROWS)
    _add(encoding, "legend", legend)


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


def _count_tokens(encoding: Spec, names: Names) -> None:
    """Let an axis of steps show the tokens seen at them, the table's x."""
    ticks = sorted(names.rows["x"].unique().tolist())
    encoding["field"] = "x"
    if _may_have(encoding, "axis"):
        encoding["axis"] |= {"title": "Tokens"}
        if encoding["axis"].get("labelExpr") == WHOLE:
            encoding["axis"]["labelExpr"] = TOKENS
        encoding["axis"] |= {"values": ticks} if "values" in encoding["axis"] else {}


def _fill_steps(encoding: Spec, names: Names) -> None:
    steps = names.order("step")
    axis: Spec = {"title": names.title("step"), "labelExpr": _step_labels(names)}
    if len(steps) <= MOST_STEP_TICKS:
        axis |= {"values": steps, "labelOverlap": "greedy"}
    _add(encoding, "axis", axis)
    _add(encoding, "scale", {"zero": False, "nice": False, "padding": 16})


def _step_labels(names: Names) -> str:
    """How an axis writes its steps: in full, as titles and labels do; tokens are too many."""
    return TOKENS if names.title("step") == "Tokens" else WHOLE


def _fill_number(channel: str, encoding: Spec, axis: Axis, names: Names, view: Spec) -> None:
    if channel == "text":
        if axis.points:
            del view["encoding"]["text"]
            form = axis.format.removesuffix("%") + "f"
            text = f"format(datum.{encoding['field']} * 100, '{form}')"
            mark = view["mark"]
            view["mark"] = ({"type": mark} if isinstance(mark, str) else mark) | {
                "text": {"expr": text}
            }
        else:
            encoding.setdefault("format", axis.format)
    elif channel in ("x", "y"):
        encoding.setdefault("title", axis.title)
        _add(encoding, "axis", _tick_labels(axis))
    elif channel in ("color", "fill"):
        encoding.setdefault("title", axis.title)
        is_difference = axis.format.startswith("+")
        colors = _shades(names.palette, view, is_difference)
        column = names.rows[encoding["field"]].dropna().to_numpy(dtype=float)
        numbers = [float(number) for number in column]
        if mark_of(view) == "rect" and "range" in colors:
            shades = colors["range"]
            if is_difference and axis.better == "lower":
                shades = shades[::-1]
            may_log = not is_difference and not axis.format.endswith("%")
            colors = ramp_scale(shades, numbers, is_difference=is_difference, may_log=may_log)
        elif is_difference:
            most = max((abs(number) for number in numbers), default=0) or 1
            numbers = [-most, most]
            colors |= {"domain": numbers}
        _add(encoding, "scale", colors)
        form = legend_format(axis.format, numbers)
        _add(encoding, "legend", {"format": form} | _points(axis, form))


def _shades(palette: Palette, view: Spec, is_difference: bool) -> Spec:
    """The part of a scale that says in which colours its numbers are."""
    shades: Shades = palette.differences if is_difference else palette.cells
    if mark_of(view) == "point":
        shades = palette.points
    if isinstance(shades, Scheme):
        return {"scheme": {"name": shades.name, "extent": list(shades.extent)}}
    return {"range": list(shades)}


def _tick_labels(axis: Axis) -> Spec:
    """Tick labels with as many digits as the ticks need, and no sign at 0."""
    form = re.sub(r"\.\d+", "", axis.format)
    if not re.search(r"[bcdefnorsxX%]$", form):
        # Without a type, and with g, d3 writes 10,000 as 1e+4.
        form = re.sub(r"~?[gp]?$", "~r", form, count=1)
    words: Spec = {"format": form, "tickCount": 8}
    if axis.points:
        return words | _points(axis)
    if form.startswith("+"):
        return words | {"labelExpr": "datum.value ? datum.label : replace(datum.label, '+', '')"}
    return words


def _points(axis: Axis, form: str = "+~f") -> Spec:
    """Labels of differences of percentages: percentage points, those at 0 without a sign."""
    if not axis.points:
        return {}
    form = form.removesuffix("%").removesuffix("f") + "f"
    zero = form.replace("+", "")
    return {"labelExpr": f"format(datum.value * 100, datum.value ? '{form}' : '{zero}')"}
