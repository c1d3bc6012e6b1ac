"""Room for the numbers at the ends of bars, and which of them are written."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from diagramgen.document.data import mapping
from diagramgen.formats.spec import Spec
from diagramgen.spec.axes import tick_step
from diagramgen.spec.bars import GAP, Bars, Numbers, thickness, thin
from diagramgen.spec.fields import mark_of, table_views
from diagramgen.spec.guides import tick_labels
from diagramgen.spec.sizes import Sizes
from diagramgen.spec.text import text_width
from diagramgen.spec.written import writer

if TYPE_CHECKING:
    import numpy as np
    from pandas import DataFrame

HELD = frozenset({"domain", "domainMin", "domainMax", "domainRaw", "padding", "range", "reverse"})
"""What in a scale says that somebody else has chosen where it ends."""
BEHIND = 2
"""Pixels behind a number."""
MOST_LABELS = 0.6
"""The most of a plot that numbers at the sides of its bars may take."""
LEAST_BARS = 30
"""Pixels that bars have at least, in however narrow a plot."""
MOST_ROUNDS = 40
CLOSEST = 0.95
"""Of the letters' size: bars that are closer to one another have no numbers beside them."""
MOST_PART = 0.9
"""The most of an axis that labels may take; more of them would leave no bar."""


class Bounds(NamedTuple):
    """What bars stand in: which columns make small multiples, each of them with its own y axis.

    With `fits` the plot is drawn as wide as there is room for it.
    """

    facets: tuple[str, ...] = ()
    own_y: bool = False
    fits: bool = False


ALONE = Bounds()


def make_room(view: Spec, rows: DataFrame, sizes: Sizes, bounds: Bounds = ALONE) -> None:
    """Let the axis of a view's bars end where the farthest number beside them does, in place.

    Numbers that would stand on one another are left out. The gridlines of an axis go where the
    numbers are written. What a template says of its scale stays.
    """
    bars = _bars(view)
    if bars is None:
        return
    field = bars.text["encoding"]["text"]["field"] if "text" in bars.text["encoding"] else "value"
    field = field if field in rows else "value"
    if field not in rows or rows[field].notna().sum() == 0:
        return
    there = rows[rows[field].notna()]
    axes = {_field(view, bars, channel) for channel in (bars.name, f"{bars.name}Offset")}
    if "step" in axes and writer(bars.text)(1.0).startswith("+"):
        # The baseline's own change says nothing.
        there = there[there[field] != 0]
        zero = {"filter": f"datum.{field} !== 0"}
        bars.text["transform"] = [*bars.text.get("transform", ()), zero]
    if there.empty:
        return
    size = float(bars.text["mark"].get("fontSize", sizes.text))
    write = writer(bars.text)
    _same_title(bars)
    widths = [text_width(write(value), size) for value in there[field].astype(float)]
    encoding = bars.bar["encoding"][bars.value]
    if bars.value == "y":
        along = [size + GAP + 3.0] * len(widths)
        domain = _set_ends(view, bars, Numbers(there, field, along), sizes, bounds)
        thin(view, bars, Numbers(there, field, widths, domain), sizes, bounds.facets)
    else:
        along = [width + GAP + BEHIND for width in widths]
        if not _leaves_bars(there, field, along, float(view["width"])):
            view["layer"].remove(bars.text)
            return
        _set_ends(view, bars, Numbers(there, field, along), sizes, bounds)
        if thickness(view, bars, rows) < CLOSEST * size:
            view["layer"].remove(bars.text)
            return
    if isinstance(encoding.get("axis", {}), dict):
        encoding["axis"] = {"grid": False} | mapping(encoding, "axis")


def _leaves_bars(rows: DataFrame, field: str, along: list[float], length: float) -> bool:
    """Whether numbers beside bars leave them a good part of the plot."""
    sides = {True: 0.0, False: 0.0}
    for room, value in zip(along, rows[field].tolist(), strict=True):
        sides[value < 0] = max(sides[value < 0], room)
    return sum(sides.values()) <= MOST_LABELS * length


def _set_ends(
    view: Spec, bars: Bars, numbers: Numbers, sizes: Sizes, bounds: Bounds
) -> tuple[float, float] | None:
    """Say where the axis of bars ends, in place; the ends, None where nobody can know them here.

    `numbers` are as wide as the room that each needs along the axis.
    """
    encoding = bars.bar["encoding"][bars.value]
    scale = mapping(encoding, "scale")
    if scale.keys() & HELD or encoding.get("scale", {}) is None:
        return None
    if bars.value == "y" and bounds.own_y:
        # Each plot has an axis of its own.
        encoding["scale"] = scale | {"padding": round(numbers.widths[0])}
        return None
    length = float(view["width" if bars.value == "x" else "height"])
    domain = _domain(numbers.rows, numbers.field, numbers.widths, length, scale)
    if domain is None:
        return None
    is_log = scale.get("type") == "log"
    if bars.value == "x" and not is_log:
        labels = [text_width(label, sizes.label) for label in tick_labels(encoding, numbers.rows)]
        count = mapping(encoding, "axis").get("tickCount", 5)
        domain = _with_ticks(domain, length, max(labels, default=0), count)
    ends: Spec = {"domain": [*domain]}
    if bars.value == "x" and not is_log and bounds.fits:
        ends = _by_width(domain, numbers, length)
    encoding["scale"] = scale | ends | {"nice": False} | ({} if is_log else {"zero": False})
    return domain


def _by_width(domain: tuple[float, float], numbers: Numbers, length: float) -> Spec:
    """The same ends by the width that the plot has where it is shown: the gallery fits it there.

    Labels are as wide in a narrower plot: beyond the longest bars stay as many pixels.
    """
    ends = _ends(numbers.rows, numbers.field)
    low, high = min(0.0, float(ends.min())), max(0.0, float(ends.max()))
    per = length / (domain[1] - domain[0])
    before, behind = ((low - domain[0]) * per, (domain[1] - high) * per)
    inner = f"max({LEAST_BARS}, width - {before + behind:.5g})"
    said = {"domainMin": (low, -before), "domainMax": (high, behind)}
    return {
        key: {"expr": f"{end:.6g} + {pixels * (high - low):.6g} / {inner}"} if pixels else end
        for key, (end, pixels) in said.items()
    }


def _bars(view: Spec) -> Bars | None:
    """What a view's bars are; None where it has none with numbers beside them."""
    bar = next((part for part in table_views(view) if mark_of(part) == "bar"), None)
    text = next((part for part in table_views(view)[1:] if mark_of(part) == "text"), None)
    if bar is None or text is None or not isinstance(text["mark"], dict):
        return None
    common = view.get("encoding", {})
    encodings = common | bar.get("encoding", {})
    for value, name in (("x", "y"), ("y", "x")):
        is_number = mapping(encodings, value).get("type") == "quantitative"
        is_own = value in bar.get("encoding", {}) and "encoding" in text
        if is_number and is_own and mapping(encodings, name).get("type") in ("nominal", "ordinal"):
            return Bars(value, name, bar, text)
    return None


def _field(view: Spec, bars: Bars, channel: str) -> str | None:
    """The column of a channel of the bars."""
    encodings = view.get("encoding", {}) | bars.bar.get("encoding", {})
    field: str | None = mapping(encodings, channel).get("field")
    return field


def _same_title(bars: Bars) -> None:
    """Let the place of a number have the title of its bar's axis, in place: else it has both."""
    title = bars.bar["encoding"][bars.value].get("title")
    if bars.value in bars.text["encoding"] and title is not None:
        bars.text["encoding"][bars.value].setdefault("title", title)


def _ends(rows: DataFrame, field: str) -> np.ndarray:
    """Where the number of each row stands: at the end of its bar, or of its interval."""
    values = rows[field].to_numpy("float64")
    if field != "value" or "upper" not in rows or "lower" not in rows:
        return values
    import numpy as np

    lower = rows["lower"].to_numpy("float64", na_value=math.nan)
    upper = rows["upper"].to_numpy("float64", na_value=math.nan)
    whisker = np.where(values < 0, lower, upper)
    return np.where(np.isnan(whisker), values, whisker)


def _domain(
    rows: DataFrame, field: str, along: list[float], length: float, scale: Spec
) -> tuple[float, float] | None:
    """The ends of an axis so long that each bar has room for its label beyond its end.

    A label takes the more numbers the more there are on the axis: the ends are found by trying
    them until they stay. None where the scale is of a kind that has its ends from Vega.
    """
    import numpy as np

    kind = scale.get("type", "linear")
    ends, room = _ends(rows, field), np.minimum(np.array(along) / length, MOST_PART / 2)
    if kind == "log" and (ends > 0).all():
        places = np.log10(ends)
        least = float(np.log10(rows[field].to_numpy("float64")).min())
        low = float(math.floor(least - 0.01))
        below = np.zeros(len(places), bool)
        _, high = _spread(places, room, below, low, fixed=True)
        return 10.0**low, _rounded(10.0**high)
    if kind != "linear":
        return None
    below = rows[field].to_numpy("float64") < 0
    low, high = _spread(ends, room, below, 0.0)
    whiskers = [rows[name].astype(float) for name in ("lower", "upper") if name in rows]
    low = min([low, *(float(each.min()) for each in whiskers if each.notna().any())])
    high = max([high, *(float(each.max()) for each in whiskers if each.notna().any())])
    return (_rounded(low), _rounded(high)) if low < high else None


def _with_ticks(
    domain: tuple[float, float], length: float, label: float, count: int
) -> tuple[float, float]:
    """The same ends, the last farther out if half of the last tick's label were beyond it."""
    low, high = domain
    step = tick_step(high - low, count)
    last = math.floor(high / step) * step
    beyond = (last - low) / (high - low) * length + label / 2 + 1 - length
    return low, _rounded(high + max(0, beyond) / length * (high - low))


def _spread(
    ends: np.ndarray, room: np.ndarray, below: np.ndarray, start: float, *, fixed: bool = False
) -> tuple[float, float]:
    """The ends of an axis from `start` on with all labels in it; `room` is parts of its length."""
    low, high = min(start, float(ends.min())), max(start, float(ends.max()))
    if fixed:
        low = start
    for _ in range(MOST_ROUNDS):
        span = high - low
        least = float((ends - room * span)[below].min()) if below.any() else start
        most = float((ends + room * span)[~below].max()) if (~below).any() else start
        if abs(most - high) + abs(least - low) <= 1e-6 * span:
            break
        low, high = (low if fixed else min(start, least)), max(start, most)
    return low, high


def _rounded(number: float) -> float:
    """Digits enough for a pixel, the same on every machine."""
    return float(f"{number:.5g}")
