"""Panels of one metric have one scale: what is as high in two of them is as good."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from diagramgen.document.data import mapping
from diagramgen.formats.spec import Spec
from diagramgen.spec.fields import mark_of, table_views

CHANNELS = ("x", "y")


class Scaled(NamedTuple):
    """What an axis of numbers is of: its title, the keys of its scale, and whether bars are on it.

    Bars begin at 0, points need not: they are not laid on one scale.
    """

    title: str
    scale: Spec
    bars: bool


def same_scales(views: Sequence[Spec]) -> dict[str, str]:
    """The channels whose scale all of some views share, as Vega-Lite's `resolve` has it."""
    shared = {}
    for channel in CHANNELS:
        first, *others = (_scaled(view, channel) for view in views)
        if first is not None and all(other == first for other in others):
            shared[channel] = "shared"
    return shared


def _scaled(view: Spec, channel: str) -> Scaled | None:
    """What a view has on an axis; None where that is a name, a step, or different in each plot."""
    if "spec" in view:
        return None
    kinds = {mark_of(part) for part in table_views(view)}
    parts = [
        view.get("encoding", {}),
        *(part.get("encoding", {}) for part in view.get("layer", ())),
    ]
    numbers = [
        each
        for each in (mapping(encoding, channel) for encoding in parts)
        if each.get("type") == "quantitative" and each.get("field") not in (None, "step")
    ]
    titles = {each["title"] for each in numbers if isinstance(each.get("title"), str)}
    scale: Spec = {}
    for each in numbers:
        scale |= mapping(each, "scale")
    return Scaled(titles.pop(), scale, "bar" in kinds) if len(titles) == 1 else None
