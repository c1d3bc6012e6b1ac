"""Many points: of a long curve only those rows are drawn that its picture can show.

A pixel column shows of a line where it comes in, how high and how low it goes, and where it leaves:
the first, the last, the least and the greatest of its points (M4: Jugel et al. 2014). The rows
between these change nothing that is seen, however many they are.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from diagramgen.document.data import mapping
from diagramgen.formats.spec import Spec
from diagramgen.looks.templates import KEYS
from diagramgen.spec.extremes import extremes
from diagramgen.spec.fields import mark_of, table_views
from diagramgen.spec.numbers import is_points
from diagramgen.spec.patch import patched
from diagramgen.spec.vegalite import problem

if TYPE_CHECKING:
    import numpy as np
    from pandas import DataFrame

PER_CELL = 4
"""Points that a pixel column shows of a line: a series with no more of them is drawn whole."""
FEW = 500
"""So few rows of a view with Vega-Lite of an entry's own are always drawn."""
DIGITS = 3
"""Digits behind the point that places have in a drawing."""
MARKS = frozenset({"line", "area", "point", "circle", "square", "rule", "text"})
"""The marks that a table may be reduced for, where a line or an area is among them."""
ZOOMED = frozenset(
    {"bins", "domain", "domainMax", "domainMin", "domainRaw", "range", "rangeMax", "rangeMin"}
)
"""The keys of an x scale with which its pixels may show a part of the steps."""
DENSE: dict[str, Spec] = {
    "line": {"strokeJoin": "round"},
    "point": {"size": 4},
    "circle": {"size": 4},
    "square": {"size": 4},
}
"""What marks are like that are too many to be told apart, unless a template says otherwise."""
TYPES = frozenset({"linear", "log", "sqrt", "symlog"})
"""The types of x scales whose pixel columns are known."""
COUNTED = frozenset({"bin", "impute", "timeUnit"})
"""The keys of a channel that show other numbers than those of the rows."""
WITHIN = frozenset({"order", "x2", "xOffset", "yOffset"})
"""The channels of marks that are placed otherwise than by one x."""


class Curves(NamedTuple):
    """What a view has curves of: its column on x, the scale of that, and its columns on y."""

    x: str
    scale: Spec
    ys: tuple[str, ...]


class Drawn(NamedTuple):
    """A view and the rows that it is drawn from; `of` is its table, `form` why it looks so."""

    view: Spec
    rows: DataFrame
    of: DataFrame
    form: str | None = None

    def note(self) -> str | None:
        """What a subtitle says of a table in another form, or drawn from a part of its rows."""
        if self.rows is self.of:
            return self.form
        steps = self.of["step"].nunique()
        part = f"{steps:,} steps drawn by their extremes in each pixel column"
        return f"{self.form}; {part}" if self.form else part

    def origin(self) -> Spec:
        """The same for a spec's `usermeta`."""
        if self.rows is self.of:
            return {}
        counts = {"rows": len(self.rows), "of": len(self.of)}
        return {"drawn": counts | {"by": "extremes in each pixel column"}}


def reduced(view: Spec, patch: Spec | None, rows: DataFrame, scale: float) -> Drawn:
    """A view without data, and the rows of a table that it is to be drawn from, in their order.

    `patch` is the Vega-Lite that will be laid over the view, `scale` the PNG's pixels for each of
    its own. Rows are left out of a view of lines over steps, of series with more of them than its
    pixel columns can show: its picture has the same extent in each column without them, the same
    gaps and the same axes. Such lines have round joins, since sharp ones would go beyond their
    points by what the next row happens to be, and points no larger than the line is wide.
    """
    whole = patched(view, patch)
    # What is not valid is told of when the spec is whole.
    skip = patch and (len(rows) <= FEW or problem({"data": {}} | whole))
    keep = None if skip else _kept(whole, rows, scale)
    if keep is None or len(keep) == len(rows):
        return Drawn(view, rows, rows)
    inner = view.get("spec", view)
    layers = [_dense(part) for part in inner.get("layer", ())]
    dense = _dense(inner) | ({"layer": layers} if layers else {})
    return Drawn(view | {"spec": dense} if inner is not view else dense, rows.iloc[keep], rows)


def _dense(part: Spec) -> Spec:
    """A view with its own mark as one of many points is drawn."""
    if "mark" not in part or "data" in part or mark_of(part) not in DENSE:
        return part
    own = part["mark"] if isinstance(part["mark"], dict) else {}
    return part | {"mark": {"type": mark_of(part)} | DENSE[mark_of(part)] | own}


def _kept(view: Spec, rows: DataFrame, scale: float) -> np.ndarray | None:
    """The places of the rows that a view is drawn from; None where it is from all."""
    import numpy as np

    inner = view.get("spec", view)
    width = inner.get("width")
    curves = _curves(view, inner, rows)
    if curves is None or not isinstance(width, int | float):
        return None
    most = PER_CELL * math.ceil(width * scale)
    if len(rows) <= most:
        return None
    x = rows[curves.x].to_numpy("float64", na_value=math.nan)
    ys = [rows[name].to_numpy("float64", na_value=math.nan) for name in curves.ys]
    cells = np.floor(np.round(_pixels(x, curves.scale, width), DIGITS) * scale)
    return extremes(_series(rows), cells, x, ys, most)


def _curves(view: Spec, inner: Spec, rows: DataFrame) -> Curves | None:
    """What a view has curves of; None where it needs all rows of its table."""
    parts = [part for part in table_views(inner) if "mark" in part]
    channels = [inner.get("encoding", {}) | part.get("encoding", {}) for part in parts]
    marks = [mark_of(part) for part in parts]
    if not {"line", "area"} & set(marks) or set(marks) - MARKS or _is_computed(view, inner):
        return None
    if not all(map(_shows_rows, marks, channels)):
        return None
    axes = [mapping(encoding, "x") for encoding in channels]
    fields = {axis["field"] for axis in axes if "field" in axis}
    scales = [axis.get("scale", {}) for axis in axes if "field" in axis]
    named = [mapping(encoding, channel) for encoding in channels for channel in ("y", "y2")]
    ys = tuple(dict.fromkeys(each["field"] for each in named if "field" in each))
    # Without a y of its own an x is the tokens of a step, with one it is a measure.
    if fields not in ({"step"}, {"x"} if "y" not in rows else {"step"}) or not set(ys) <= set(rows):
        return None
    if not all(isinstance(scale, dict) and not scale.keys() & ZOOMED for scale in scales):
        return None
    scale = {key: value for each in scales for key, value in each.items()}
    types = {each.get("type") for each in scales} - {None}
    if len(types) > 1 or types - TYPES or (types == {"symlog"} and "constant" not in scale):
        return None
    return Curves(fields.pop(), scale, ys)


def _is_computed(view: Spec, inner: Spec) -> bool:
    """Whether a view makes other rows of its table's, or has an x axis for a part of them only."""
    transforms = [*view.get("transform", ())] if view is not inner else []
    parts = [inner, *inner.get("layer", ())]
    scales = [mapping(mapping(part, "resolve"), "scale") for part in (view, inner)]
    return (
        any("calculate" not in each for each in transforms)
        or any(not is_points(each) for part in parts for each in part.get("transform", ()))
        or any("x" in each for each in scales)
    )


def _shows_rows(mark: str, encoding: Spec) -> bool:
    """Whether marks show their rows as they are, each at its x: any of them may be missing."""
    x = mapping(encoding, "x")
    if "field" in x and (mark == "text" or x.get("type") != "quantitative"):
        return False
    if encoding.keys() & WITHIN or (mark == "area" and "y2" not in encoding):  # it is stacked
        return False
    kept = {"y": ("min", "max")}
    return not any(
        each.keys() & COUNTED or each.get("aggregate") not in (None, *kept.get(channel, ()))
        for channel, each in encoding.items()
        if isinstance(each, dict)
    )


def _series(rows: DataFrame) -> np.ndarray:
    """Which series each row is of, as numbers from 0."""
    import numpy as np

    codes = np.zeros(len(rows), dtype="int64")
    for key in KEYS:
        if key != "step" and key in rows:
            of, names = rows[key].factorize(use_na_sentinel=False)
            codes = codes * len(names) + of
    return np.unique(codes, return_inverse=True)[1]


def _pixels(x: np.ndarray, scale: Spec, width: float) -> np.ndarray:
    """Where numbers are on an axis that is so long and has no more than them and its padding.

    An axis that goes on to round numbers has fewer pixels for them.
    """
    import numpy as np

    places = _places(x, scale)
    low, high = np.nanmin(places), np.nanmax(places)
    padding = min(scale.get("padding", 0), width / 2)
    pixels: np.ndarray = padding + (places - low) / ((high - low) or 1) * (width - 2 * padding)
    return pixels


def _places(x: np.ndarray, scale: Spec) -> np.ndarray:
    """Where a scale of one of `TYPES` puts numbers, on an axis of whatever length."""
    import numpy as np

    kind, places = scale.get("type", "linear"), x
    if kind == "log":
        places = np.log(x)
    elif kind == "sqrt":
        places = np.copysign(np.sqrt(np.abs(x)), x)
    elif kind == "symlog":
        places = np.copysign(np.log1p(np.abs(x) / scale["constant"]), x)
    return places
