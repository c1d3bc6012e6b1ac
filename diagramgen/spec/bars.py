"""Bars and the numbers at their ends: which of them have their place to themselves."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from diagramgen.document.data import mapping
from diagramgen.formats.spec import Spec
from diagramgen.looks.templates import KEYS
from diagramgen.spec.fields import mark_of
from diagramgen.spec.sizes import Sizes

if TYPE_CHECKING:
    from pandas import DataFrame

GAP = 5
"""Pixels between the end of a bar and its number, and at least behind that."""
TOUCH = 3
"""Pixels that a bar may be higher than the end of its neighbour, whose number reaches over it."""


class Bars(NamedTuple):
    """What a view's bars are: the channel of their numbers, that of their names, the text layer."""

    value: str
    name: str
    bar: Spec
    text: Spec


class Numbers(NamedTuple):
    """The numbers that are written: of which column, how wide each is, between which ends."""

    rows: DataFrame
    field: str
    widths: list[float]
    domain: tuple[float, float] | None = None


def set_apart(view: Spec, rows: DataFrame) -> None:
    """Put bars of one name that colours tell apart beside one another, in place: else they pile up.

    Which column that is, an entry may say by `color_by`.
    """
    for part in view.get("layer", ()):
        encodings = view.get("encoding", {}) | part.get("encoding", {})
        color = mapping(encodings, "color").get("field")
        if not is_bar(part) or color not in KEYS or color not in rows:
            continue
        for name in ("y", "x"):
            field = mapping(encodings, name).get("field")
            is_name = mapping(encodings, name).get("type") in ("nominal", "ordinal")
            if not is_name or field not in rows or f"{name}Offset" in encodings or field == color:
                continue
            if not rows.duplicated([field, color]).any() and rows.duplicated([field]).any():
                offset = {f"{name}Offset": {"field": color, "type": "nominal"}}
                for each in (view, *view["layer"]):
                    if name in each.get("encoding", {}):
                        each["encoding"] |= copy.deepcopy(offset)


def is_bar(part: Spec) -> bool:
    """Whether a layer draws bars."""
    return mark_of(part) == "bar"


def thickness(view: Spec, bars: Bars, rows: DataFrame) -> float:
    """Pixels from one bar to the next across their names' axis."""
    encodings = view.get("encoding", {}) | bars.bar.get("encoding", {})
    count = 1
    for channel in (bars.name, f"{bars.name}Offset"):
        field = mapping(encodings, channel).get("field")
        count *= max(1, rows[field].nunique()) if field in rows else 1
    return float(view["height" if bars.name == "y" else "width"]) / count


def thin(view: Spec, bars: Bars, numbers: Numbers, sizes: Sizes, facets: tuple[str, ...]) -> None:
    """Leave out numbers above bars that would stand on one another or on a bar, in place.

    The last comes first, then the highest and the lowest, then from the last back. In small
    multiples a number is left out where there is no room for it as if beside its like.
    """
    rows, widths, domain = numbers.rows, numbers.widths, numbers.domain
    name = mapping(view.get("encoding", {}) | bars.bar["encoding"], bars.name).get("field", "step")
    order = sorted(rows[name].dropna().unique().tolist())
    places = {each: place for place, each in enumerate(order)}
    band = thickness(view, bars, rows)
    values = rows[numbers.field].to_numpy("float64")
    low, high = domain or (min(0.0, float(values.min())), max(0.0, float(values.max())) or 1.0)
    per = float(view["height"]) / ((high - low) or 1.0)
    size = float(bars.text["mark"].get("fontSize", sizes.text))
    kept: set[int] = set()
    for group in _groups(rows, [*facets]):
        kept |= _free(
            [(i, places[rows[name].iloc[i]], values[i] * per, widths[i]) for i in group],
            band, size, (-4.0, float(view["width"]) + sizes.right - 1),
        )  # fmt: skip
    if len(kept) == len(rows):
        return
    keys = [key for key in KEYS if key in rows]
    shown = ["|".join(_key(rows[key].iloc[i]) for key in keys) for i in sorted(kept)]
    own = " + '|' + ".join(f"datum.{key}" for key in keys)
    test = f"indexof({json.dumps(shown, ensure_ascii=False)}, '' + {own}) >= 0"
    bars.text["transform"] = [*bars.text.get("transform", ()), {"filter": test}]


def _key(value: Any) -> str:
    """A key as a Vega expression writes it."""
    from pandas import isna

    if isna(value):
        return "null"
    return str(int(value)) if isinstance(value, float) else str(value)


def _groups(rows: DataFrame, keys: list[str]) -> Iterator[list[int]]:
    """The places of the rows of each plot."""
    keys = [key for key in keys if key in rows]
    if not keys:
        yield list(range(len(rows)))
        return
    for places in rows.reset_index(drop=True).groupby(keys, observed=True).groups.values():
        yield [int(place) for place in places]


def _free(
    labels: list[tuple[int, int, float, float]],
    band: float,
    size: float,
    within: tuple[float, float],
) -> set[int]:
    """Which labels have their place to themselves: row, band, height in pixels, width of each.

    `within` is where the picture begins and ends.
    """
    bars = {place: height for _, place, height, _ in labels}
    by_height = sorted(labels, key=lambda label: label[2])
    by_place = sorted(labels, key=lambda label: -label[1])
    wanted = dict.fromkeys([*by_place[:1], *by_height[-1:], *by_height[:1], *by_place])
    taken: list[tuple[float, float, float, float]] = []
    kept: set[int] = set()
    for row, place, height, width in wanted:
        middle = (place + 0.5) * band
        left, right = middle - width / 2 - 2, middle + width / 2 + 2
        low, high = (height, height + size + GAP) if height >= 0 else (height - size - GAP, height)
        reach = math.ceil(width / 2 / band)
        on_bar = any(
            other != place
            and other in bars
            and left < (other + 0.8) * band
            and right > (other + 0.2) * band
            and low + TOUCH < max(0.0, bars[other])
            and high - TOUCH > min(0.0, bars[other])
            for other in range(place - reach, place + reach + 1)
        )
        on_label = any(
            left < box[2] and box[0] < right and low < box[3] and box[1] < high for box in taken
        )
        inside = within[0] <= left + 2 and right - 2 <= within[1]
        if inside and not on_bar and not on_label:
            taken.append((left, low, right, high))
            kept.add(row)
    return kept
