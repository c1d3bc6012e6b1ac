"""How wide a chart is: as the page that it is for, its legend and its words included."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from diagramgen.document.data import mapping
from diagramgen.formats.spec import Spec
from diagramgen.spec.sizes import Sizes
from diagramgen.spec.text import text_width
from diagramgen.spec.wrap import wrapped

SYMBOL = 14
"""Pixels beside a legend's symbol and behind its name."""
LEAST = 40
"""Pixels that a plot has at least, however much is around it."""
PANEL_TITLE = 14
"""The letters of a panel's title where panels stand side by side."""


class Page(NamedTuple):
    """A width preset.

    `total` is the width of the whole picture in pixels. `letter` is the width of a letter of
    labels, `gap` what is between two plots. `names` is the part of the picture that names on an
    axis take at most. On a `narrow` page panels stand below one another, as legends below their
    plots do.
    """

    total: int
    letter: float
    gap: int
    names: float = 0.4
    narrow: bool = False


PAGES = {
    "full": Page(960, 7, 32),
    "two-column": Page(672, 5.6, 20),
    "one-column": Page(320, 5, 14, names=0.45, narrow=True),
}
"""The presets by the name that suites use; 96 pixels are an inch."""


def plot_width(page: Page, columns: int, sizes: Sizes, left: float, right: float) -> int:
    """The width of one of so many plots that stand side by side.

    `left` and `right` are what all axes and legends take together.
    """
    inner = page.total - sizes.left - sizes.right - left - right - (columns - 1) * page.gap
    return max(LEAST, int(inner / columns))


def panel_page(page: Page, count: int, sizes: Sizes) -> Page:
    """The page of one of so many panels that stand side by side."""
    around = sizes.left + sizes.right
    inner = (page.total - around - (count - 1) * panel_gap(page)) / count
    return page._replace(total=int(inner + around))


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


def limit_names(view: Spec, page: Page, sizes: Sizes, longest: float) -> None:
    """Cut names on a y axis that would take too much of the picture, in place."""
    most = int(page.names * page.total)
    if longest <= min(most, sizes.label_limit):
        return
    for part in (view, *view.get("layer", ())):
        encoding = mapping(part.get("encoding"), "y")
        if encoding.get("type") in ("nominal", "ordinal") and encoding.get("axis", {}) is not None:
            encoding["axis"] = {"labelLimit": most} | mapping(encoding, "axis")


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
            if not isinstance(names, list) or encoding.get("type") == "quantitative":
                continue
            labels = [label(encoding["field"], name) for name in names]
            around = sizes.symbol + SYMBOL
            widths = [text_width(text, sizes.legend_label) + around for text in labels]
            if page.narrow or sum(widths) > room:
                columns = min(len(widths), max(1, int(room // max(widths))))
                encoding["legend"] = legend | {"columns": columns}


def title_of(text: str, parts: list[str | None], page: Page, sizes: Sizes) -> Spec:
    """A title with a subtitle of several parts, each wrapped to the picture's width."""
    width = page.total - sizes.left - sizes.right
    lines = wrapped(text, width, sizes.title, bold=True)
    title: str | list[str] = text if len(lines) < 2 else lines
    below = [line for part in parts if part for line in wrapped(part, width, sizes.subtitle)]
    return {"text": title} | ({"subtitle": below} if below else {})
