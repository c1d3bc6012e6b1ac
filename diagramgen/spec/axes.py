"""The ends of axes of numbers, said before the chart is drawn: what stands where follows from them.

The renderer would choose them from the data in the same way, but too late to place labels by.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from diagramgen.document.data import mapping
from diagramgen.formats.spec import Spec
from diagramgen.spec.fields import table_views

if TYPE_CHECKING:
    from pandas import DataFrame

SECOND = {"x": "x2", "y": "y2"}
KINDS = ("linear", "log", "symlog")
"""The scales whose ends are chosen here."""
CHOSEN = {"domain", "domainMin", "domainMax", "domainMid", "domainRaw", "range", "reverse"}
"""What in a scale says that somebody else has chosen its ends."""
HELD = {"zero", "padding", "nice"}
"""What in a scale the chosen ends have in them."""
STEPS = 10
"""About so many steps an axis has, to whose multiples its ends are rounded."""


class Ends(NamedTuple):
    """The numbers at the two ends of an axis, and its scale; `constant` is that of a symlog one."""

    low: float
    high: float
    kind: str = "linear"
    constant: float = 1.0

    def place(self, value: float, size: float) -> float:
        """How many pixels from its low end a number stands on an axis of a size."""
        low, high = self._straight(self.low), self._straight(self.high)
        return (self._straight(value) - low) / (high - low) * size

    def value(self, place: float, size: float) -> float:
        """The number that stands so many pixels from the low end."""
        low, high = self._straight(self.low), self._straight(self.high)
        return self._bent(low + place / size * (high - low))

    def _straight(self, value: float) -> float:
        if self.kind == "log":
            return math.log(value)
        if self.kind == "symlog":
            return math.copysign(math.log1p(abs(value) / self.constant), value)
        return value

    def _bent(self, place: float) -> float:
        if self.kind == "log":
            return math.exp(place)
        if self.kind == "symlog":
            return math.copysign(math.expm1(abs(place)) * self.constant, place)
        return place


def set_ends(view: Spec, rows: DataFrame, channel: str, size: float) -> Ends | None:
    """Say where the axis of a channel ends, in all layers of a view, in place; the ends.

    `size` is the axis' length in pixels. Where the scale says two numbers itself, these are the
    ends. None, and nothing is said, where the channel has no numbers of the table, or its scale
    says otherwise what it shows.
    """
    found = [*_encodings(view, channel)]
    parts = [part for part, _ in found if "field" in part or "datum" in part]
    if not parts or any(part.get("scale", {}) is None or "bin" in part for part in parts):
        return None
    scales = [mapping(part, "scale") for part in parts]
    said = {key: value for scale in scales for key, value in scale.items()}
    kind, constant = said.get("type", "linear"), said.get("constant", 1.0)
    if said.keys() & CHOSEN == {"domain"} and kind in KINDS and _are_ends(said):
        low, high = said["domain"]
        return Ends(float(low), float(high), kind, constant)
    numbers = [number for part, second in found for number in _numbers((part, second), rows)]
    if said.keys() & CHOSEN or kind not in KINDS or not numbers:
        return None
    paddings = [s["padding"] for s in scales if isinstance(s.get("padding"), int | float)]
    to_zero = any(scale.get("zero") is True for scale in scales)
    ends = ends_of(numbers, size, max(paddings, default=0), kind, constant, zero=to_zero)
    if kind == "linear" and not any(scale.get("nice") is False for scale in scales):
        ends = rounded(ends)
    for part in parts:
        own = {key: value for key, value in mapping(part, "scale").items() if key not in HELD}
        part["scale"] = own | {"domain": [ends.low, ends.high], "nice": False}
        if kind == "linear":
            part["scale"]["zero"] = False
    return ends


def _are_ends(scale: Spec) -> bool:
    """Whether a scale says by two numbers where it ends, and no more than these are shown."""
    domain = scale["domain"]
    if not isinstance(domain, list) or len(domain) != 2 or scale.get("nice") is not False:
        return False
    low, high = domain
    return all(isinstance(end, int | float) for end in domain) and low < high


def ends_of(
    numbers: Iterable[float],
    size: float,
    padding: float = 0,
    kind: str = "linear",
    constant: float = 1.0,
    *,
    zero: bool = False,
) -> Ends:
    """The ends of an axis with so many pixels free beyond the numbers on both sides.

    With `zero` an axis of numbers of one sign ends at 0, with nothing beyond it.
    """
    numbers = [*numbers]
    low, high = min(numbers), max(numbers)
    from_zero, to_zero = zero and low >= 0, zero and high <= 0
    low, high = 0.0 if from_zero else low, 0.0 if to_zero else high
    if low == high:
        return _around(low, kind, constant)
    padding = min(padding, size / 3)
    inner = size - padding * (2 - from_zero - to_zero)
    tight = Ends(low, high, kind, constant)
    return tight._replace(
        low=low if from_zero else tight.value(-padding, inner),
        high=high if to_zero else tight.value(inner + padding, inner),
    )


def _around(value: float, kind: str, constant: float) -> Ends:
    """The ends of an axis of one number."""
    if kind == "log":
        return Ends(value / 2, value * 2, kind)
    around = abs(value) / 2 or 1.0
    return Ends(value - around, value + around, kind, constant)


def rounded(ends: Ends) -> Ends:
    """The same ends moved outwards to multiples of the step between ticks, as d3's `nice` does."""
    low, high = ends.low, ends.high
    for _ in range(3):  # a wider axis may have a larger step
        step = tick_step(high - low, STEPS)
        low, high = math.floor(low / step) * step, math.ceil(high / step) * step
    digits = max(0, 2 - math.floor(math.log10(tick_step(high - low, STEPS))))
    return ends._replace(low=round(low, digits), high=round(high, digits))


def tick_step(span: float, count: float) -> float:
    """The step of so many ticks over a span: 1, 2 or 5 times a power of ten, as d3 has it."""
    rough = span / count
    power = 10.0 ** math.floor(math.log10(rough))
    part = rough / power
    return power * (10 if part >= 50**0.5 else 5 if part >= 10**0.5 else 2 if part >= 2**0.5 else 1)


def _encodings(view: Spec, channel: str) -> Iterator[tuple[Spec, Spec]]:
    """Each encoding of numbers on a channel, with that of its second end."""
    for part in table_views(view):
        encodings = part.get("encoding", {})
        found = encodings.get(channel)
        if isinstance(found, dict) and found.get("type") == "quantitative":
            second = encodings.get(SECOND[channel])
            yield found, second if isinstance(second, dict) else {}
        elif isinstance(found, dict) and "datum" in found:
            yield found, {}


def _numbers(parts: Iterable[Spec], rows: DataFrame) -> Iterator[float]:
    """The numbers that encodings place."""
    for part in parts:
        if isinstance(datum := part.get("datum"), int | float):
            yield float(datum)
        if (field := part.get("field")) in rows:
            numbers = rows[field].dropna().to_numpy(dtype=float)
            if len(numbers):
                yield from (float(numbers.min()), float(numbers.max()))
