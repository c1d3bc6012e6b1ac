"""A saved spec -> what the gallery says of its chart before it is drawn."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from diagramgen.model.record import Record

if TYPE_CHECKING:
    from diagramgen.formats.spec import Spec

MOST_TEXT = 600
"""Characters of a subtitle or an alt text; once a chart is drawn, its spec has all of it."""
MOST_NAME = 80
MOST_NAMES = 1000
"""Characters of one name, and of all names of a chart, that the search looks through."""
GUIDES = 90
"""Pixels for a chart's axis and legend, in the space that is kept free until it is drawn."""


class Card(Record, frozen=True, omit_defaults=True):
    """What the gallery says of a drawn chart that comes from its spec.

    `height` is about how many pixels the chart takes. `names` are those of its items, groups and
    sources and their labels, one a line, for the search. All of it is bounded, for there is one
    of each chart in the state and in the page's index.
    """

    height: int
    subtitle: str = ""
    description: str = ""
    names: str = ""


def card_of(spec: Spec) -> Card:
    """What the gallery says of a chart with this spec: that of its file, or the same as built."""
    title = spec.get("title")
    subtitle = title.get("subtitle", ()) if isinstance(title, dict) else ()
    return Card(
        height=_height(spec) + GUIDES,
        subtitle=_cut(subtitle if isinstance(subtitle, str) else " ".join(map(str, subtitle))),
        description=_cut(str(spec.get("description", ""))),
        names=_bounded(dict.fromkeys([*_sources(spec), *_names(spec)])),
    )


def _cut(text: str) -> str:
    return text if len(text) <= MOST_TEXT else f"{text[: MOST_TEXT - 1]}…"


def _bounded(names: Iterable[str]) -> str:
    """The names, one a line, as many of the first as there is room for."""
    room = MOST_NAMES
    kept = []
    for name in names:
        line = " ".join(name[:MOST_NAME].split())
        room -= len(line) + 1
        if room < 0:
            break
        kept.append(line)
    return "\n".join(kept)


def _height(spec: Spec) -> int:
    """About how high a chart is drawn: its views, as far as they stand below one another."""
    if "vconcat" in spec:
        return sum(_height(view) for view in spec["vconcat"])
    parts = spec.get("hconcat") or spec.get("concat") or ([spec["spec"]] if "spec" in spec else [])
    own = spec.get("height", 300)
    return max((_height(part) for part in parts), default=own if isinstance(own, int) else 300)


def _sources(spec: Spec) -> Iterator[str]:
    """The labels of the sources."""
    origin = spec.get("usermeta", {}).get("diagramgen", {})
    return (label for label in origin.get("sources", {}).values() if label)


def _names(node: Any) -> Iterator[str]:
    """The names in the tables of a spec, or of a part of one, and the labels shown for names."""
    if isinstance(node, list):
        for each in node:
            yield from _names(each)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "data":
                yield from _in_rows(value)
            elif key == "labelExpr":
                yield from _labels(value)
            elif key not in ("usermeta", "config"):
                yield from _names(value)


def _in_rows(data: Any) -> Iterator[str]:
    rows = data.get("values") if isinstance(data, dict) else None
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict):
            yield from (value for value in row.values() if isinstance(value, str))


def _labels(expression: Any) -> Iterator[str]:
    """The labels of an expression that looks a name up; of any other there are none."""
    try:
        found, _ = json.JSONDecoder().raw_decode(expression)
    except (TypeError, ValueError):
        return
    if isinstance(found, dict):
        yield from (label for label in found.values() if isinstance(label, str))
