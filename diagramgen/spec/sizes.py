"""How large a theme draws words and what stands around a plot, in pixels."""

from __future__ import annotations

from typing import Any, NamedTuple

from diagramgen.document.data import mapping
from diagramgen.formats.spec import Spec


class Sizes(NamedTuple):
    """Sizes in pixels: of letters, of the widest label, of what is between words and plot."""

    title: float
    subtitle: float
    header: float
    text: float
    label: float
    label_limit: float
    axis_title: float
    axis_title_gap: float
    legend_label: float
    legend_label_limit: float
    legend_title: float
    legend_gap: float
    symbol: float
    left: float
    right: float
    legend_beside: bool
    """Whether legends stand on the plot's right unless they say otherwise."""


def sizes_of(config: Spec) -> Sizes:
    """The sizes that a theme's config says, Vega's own where it says none."""

    def number(part: str, key: str, default: float) -> float:
        found = mapping(config, part).get(key)
        return float(found) if isinstance(found, int | float) else default

    return Sizes(
        title=number("title", "fontSize", 13),
        subtitle=number("title", "subtitleFontSize", 11),
        header=number("header", "labelFontSize", 10),
        text=number("text", "fontSize", 11),
        label=number("axis", "labelFontSize", 10),
        label_limit=number("axis", "labelLimit", 180),
        axis_title=number("axis", "titleFontSize", 11),
        axis_title_gap=number("axis", "titlePadding", 4),
        legend_label=number("legend", "labelFontSize", 10),
        legend_label_limit=number("legend", "labelLimit", 160),
        legend_title=number("legend", "titleFontSize", 11),
        legend_gap=number("legend", "offset", 18),
        symbol=number("legend", "symbolSize", 100) ** 0.5,
        left=_side(config.get("padding", 5), "left"),
        right=_side(config.get("padding", 5), "right"),
        legend_beside=mapping(config, "legend").get("orient", "right") in ("left", "right"),
    )


def _side(padding: Any, name: str) -> float:
    """The padding on one side: one number for all of them, or one for each."""
    found = padding.get(name, 0) if isinstance(padding, dict) else padding
    return float(found) if isinstance(found, int | float) else 0
