"""How wide a chart is: as the page that it is for, its legend and its words included."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from diagramgen.document.data import mapping
from diagramgen.formats.spec import Spec
from diagramgen.spec.sizes import Sizes
from diagramgen.spec.text import text_width
from diagramgen.spec.wrap import shortened, wrapped

SYMBOL = 14
"""Pixels beside a legend's symbol and behind its name."""
LEGEND_PART = 0.15
"""The most of a picture that the title of a legend beside the plot takes in a line."""
EDGE, ZERO_EDGE = 1.0, 2.3
"""Pixels between two plots beside the gap, with axes of numbers, and with a line at 0 as well."""
LEAST = 40
"""Pixels that a plot has at least, however much is around it."""
RAMP = 200
"""Pixels of a legend of numbers, as the renderer has it."""
PANEL_TITLE = 14
"""The letters of a panel's title where panels stand side by side."""


class Page(NamedTuple):
    """A width preset.

    `total` is the width of the whole picture in pixels. `letter` is the width of a letter of
    labels, `gap` what is between two plots. `names` is the part of the picture that names on an
    axis take at most. On a `narrow` page panels stand below one another, as legends below their
    plots do.
    """

    total: float
    letter: float
    gap: int
    names: float = 0.4
    narrow: bool = False


PAGES = {
    "full": Page(960, 7, 32),
    "two-column": Page(672, 5.6, 20),
    "one-column": Page(320, 5, 14, names=0.42, narrow=True),
}
"""The presets by the name that suites use; 96 pixels are an inch."""


def edge_of(view: Spec) -> float:
    """The pixels that the renderer adds between two plots, for the lines at their edges."""
    parts = (view, *view.get("layer", ()))
    if any(mapping(part.get("encoding"), "y").get("type") == "nominal" for part in parts):
        return 0
    has_zero = any(mapping(part, "mark").get("style") == "zero" for part in parts)
    return ZERO_EDGE if has_zero else EDGE


def plot_width(
    page: Page, columns: int, sizes: Sizes, left: float, right: float, edge: float = 0
) -> int:
    """The width of one of so many plots that stand side by side.

    `left` and `right` are what all axes and legends take together, `edge` what is between two plots
    beside the gap.
    """
    inner = page.total - sizes.left - sizes.right - left - right
    return max(LEAST, int((inner - (columns - 1) * (page.gap + edge)) / columns))


def panel_page(page: Page, count: int, sizes: Sizes) -> Page:
    """The page of one of so many panels that stand side by side."""
    around = sizes.left + sizes.right
    inner = (page.total - around - (count - 1) * panel_gap(page)) / count
    return page._replace(total=inner + around)


def panel_gap(page: Page) -> int:
    """Pixels between two panels."""
    return page.gap + 8


def fit_width(view: Spec, page: Page, sizes: Sizes, beyond: float = 0) -> Spec:
    """A single view with its guides as wide as the page.

    `beyond` is what its marks take on the right of the plot: only guides are fitted in.
    """
    fitted = view | {"width": page.total, "autosize": {"type": "fit-x", "contains": "padding"}}
    if beyond:
        fitted["padding"] = {
            "left": sizes.left, "top": sizes.left, "bottom": sizes.left,
            "right": round(sizes.right + beyond),
        }  # fmt: skip
    return fitted


def limit_names(view: Spec, page: Page, sizes: Sizes, shown: dict[Any, str]) -> None:
    """Cut names on a y axis that would take too much of the picture, in place, in their middle.

    Those of one suite are often told apart by their ends. `shown` has what each name is called.
    """
    most = min(page.names * page.total, sizes.label_limit)
    if all(text_width(label, sizes.label) <= most for label in shown.values()):
        return
    cuts = {str(name): text for name, text in shortened(shown, most, sizes.label).items()}
    labels = f"{json.dumps(cuts, ensure_ascii=False)}[datum.value] || datum.value"
    for part in (view, *view.get("layer", ())):
        encoding = mapping(part.get("encoding"), "y")
        axis = mapping(encoding, "axis")
        if encoding.get("type") in ("nominal", "ordinal") and encoding.get("axis", {}) is not None:
            encoding["axis"] = axis | {"labelExpr": labels, "labelLimit": math.ceil(most) + 2}


def wrap_legends(view: Spec, page: Page, sizes: Sizes) -> None:
    """Break the titles of legends that would take too much of the picture, in place."""
    room = page.total * (1 - page.names if page.narrow else LEGEND_PART)
    for part in (view, *view.get("layer", ())):
        for channel in ("color", "fill"):
            encoding = mapping(part.get("encoding"), channel)
            if encoding.get("type") != "quantitative" or encoding.get("legend", {}) is None:
                continue
            legend = mapping(encoding, "legend")
            holder = legend if "title" in legend else encoding
            if isinstance(holder.get("title"), str):
                lines = wrapped(holder["title"], room, sizes.legend_title)
                holder["title"] = lines if len(lines) > 1 else holder["title"]


def legend_columns(
    view: Spec, page: Page, sizes: Sizes, room: float, label: Callable[[str, Any], str]
) -> None:
    """Let legends above or below a plot have as many columns as there is room for, in place.

    `room` is in pixels. `label` gives what a column's value is called.
    """
    for part in (view, *view.get("layer", ())):
        for encoding in part.get("encoding", {}).values():
            legend = encoding.get("legend") if isinstance(encoding, dict) else None
            beside = not page.narrow and mapping(encoding, "legend").get("orient") != "top"
            if beside or not legend or not isinstance(legend, dict):
                continue
            names = mapping(encoding, "scale").get("domain")
            if not names or not isinstance(names, list) or encoding.get("type") == "quantitative":
                continue
            labels = [label(encoding["field"], name) for name in names]
            around = sizes.symbol + SYMBOL
            title = legend.get("title")
            beside_title = isinstance(title, str) and legend.get("titleOrient") == "left"
            free = room - (text_width(str(title), sizes.legend_title) + 8 if beside_title else 0)
            widths = [text_width(text, sizes.legend_label) + around for text in labels]
            if page.narrow or sum(widths) > free:
                columns = min(len(widths), max(1, int(free // max(widths))))
                encoding["legend"] = legend | {"columns": columns}


def shorten_ramps(view: Spec, page: Page, sizes: Sizes) -> None:
    """Let a legend of numbers be no longer than a low plot that it stands beside, in place."""
    for part in (view, *view.get("layer", ())):
        encoding = mapping(part.get("encoding"), "color")
        legend = encoding.get("legend", {})
        if encoding.get("type") != "quantitative" or legend is None or page.narrow:
            continue
        title = legend.get("title", encoding.get("title"))
        lines = len(title) if isinstance(title, list) else bool(title)
        free = view["height"] - lines * sizes.legend_title * 1.2
        if free < RAMP:
            encoding["legend"] = {"gradientLength": max(LEAST, round(free))} | legend


def title_of(text: str, parts: Iterable[str | None], page: Page, sizes: Sizes) -> Spec:
    """A title with a subtitle of several parts, each wrapped to the picture's width."""
    width = page.total - sizes.left - sizes.right
    lines = wrapped(text, width, sizes.title, bold=True)
    title: str | list[str] = text if len(lines) < 2 else lines
    below = [line for part in parts if part for line in wrapped(part, width, sizes.subtitle)]
    return {"text": title} | ({"subtitle": below} if below else {})


def titled(title: Spec) -> Spec:
    """A view's key for a title; none for one without a word, for which there would be room."""
    return {"title": title} if title["text"] or "subtitle" in title else {}
