"""How wide a chart is: as its plot needs, or as one or both columns of a paper."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Any, NamedTuple

from diagramgen.document.data import mapping
from diagramgen.formats.spec import Spec

MOST_LETTERS = 100
"""A line of a title has so many where the picture is as wide as it needs."""
SYMBOL = 26
"""Pixels of a legend's symbol and what is around it."""
NUMBERS = 56
"""Pixels that an axis of numbers takes beside its plot, with its title."""


class Page(NamedTuple):
    """A width preset.

    `total` is the width of the whole picture in pixels, None where that is what its plot of `plot`
    pixels needs. `letter` is the width of a letter of labels and subtitles, `gap` what is between
    two plots. On a `narrow` page panels and small multiples stand below one another, as legends
    below their plots do.
    """

    total: int | None
    plot: int
    letter: float
    gap: int
    narrow: bool = False


PAGES = {
    "full": Page(None, 760, 7, 40),
    "two-column": Page(672, 600, 5.6, 20),
    "one-column": Page(320, 252, 5, 16, narrow=True),
}
"""The presets by the name that suites use; 96 pixels are an inch."""


def plot_width(page: Page, count: int, labels: list[str]) -> int:
    """The width of one of so many plots that stand side by side.

    `labels` are the names on their common axis, if there are names on it.
    """
    if page.total is None:
        return (page.plot - (count - 1) * page.gap) // count
    longest = max(map(len, labels), default=0)
    axis = int(longest * page.letter) + 12 if labels else NUMBERS
    return (page.total - 14 - axis - (count - 1) * page.gap) // count


def panel_page(page: Page, count: int) -> Page:
    """The page of one of so many panels that stand side by side."""
    if page.total is None:
        return page._replace(plot=(page.plot + (count - 1) * 120) // count)
    total = (page.total - (count - 1) * page.gap) // count
    return page._replace(total=total, plot=total - NUMBERS)


def fit_width(view: Spec, page: Page) -> Spec:
    """A single view with its guides as wide as the page."""
    if page.total is None:
        return view
    marks = [part.get("mark", {}) for part in view.get("layer", ())]
    kinds = {mark if isinstance(mark, str) else mark.get("type") for mark in marks}
    fitted = view | {"width": page.total, "autosize": {"type": "fit-x", "contains": "padding"}}
    if {"bar", "text"} <= kinds:
        # Only guides are fitted in; the number behind the longest bar would be cut off.
        fitted["padding"] = {"left": 4, "top": 4, "bottom": 4, "right": int(7 * page.letter)}
    return fitted


def legend_columns(view: Spec, page: Page, label: Callable[[str, Any], str]) -> None:
    """Let legends above or below a plot have as many columns as there is room for, in place.

    `label` gives what a column's value is called.
    """
    for part in (view, *view.get("layer", ())):
        for encoding in part.get("encoding", {}).values():
            legend = encoding.get("legend") if isinstance(encoding, dict) else None
            beside = not page.narrow and mapping(encoding, "legend").get("orient") != "top"
            if beside or not legend or not isinstance(legend, dict):
                continue
            names = mapping(encoding, "scale").get("domain")
            labels = [label(encoding["field"], name) for name in names] if names else []
            widths = [len(text) * page.letter + SYMBOL for text in labels]
            if page.narrow or sum(widths) > page.plot:
                columns = max(1, int(page.plot // max(widths, default=SYMBOL)))
                encoding["legend"] = legend | {"columns": columns}


def title_of(text: str, parts: list[str | None], page: Page) -> Spec:
    """A title with a subtitle of several parts, wrapped where the page is too narrow for them."""
    width = page.total or page.plot
    most = MOST_LETTERS if page.total is None else max(20, int(width / page.letter / 1.35))
    lines_of_text = textwrap.wrap(text, most)
    title = text if page.total is None and len(lines_of_text) < 2 else lines_of_text
    letters = max(30, int(width / page.letter))
    lines = [line for part in parts if part for line in textwrap.wrap(part, letters)]
    return {"text": title} | ({"subtitle": lines} if lines else {})
