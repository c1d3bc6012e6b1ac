"""Long names cut in their middle, where names that begin alike mostly differ at their ends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from diagramgen.document.data import mapping
from diagramgen.formats.spec import Spec
from diagramgen.spec.fields import table_views
from diagramgen.spec.text import text_width

if TYPE_CHECKING:
    from diagramgen.spec.names import Names
    from diagramgen.spec.page import Page
    from diagramgen.spec.sizes import Sizes

GAP = "\N{HORIZONTAL ELLIPSIS}"
NAMED = ("item", "group", "source", "against")
LEGEND = 0.42
"""The most of a picture that a name in a legend takes."""
MARGIN = 4
"""Pixels by which a cut name is shorter than it may be: its width is an estimate."""


def shorten_legends(view: Spec, names: Names, page: Page, sizes: Sizes) -> None:
    """Cut the names in legends that would take too much of the picture, in place."""
    limit = min(sizes.legend_label_limit, (0.8 if page.narrow else LEGEND) * page.total)
    for part in table_views(view):
        for channel in ("color", "fill", "shape"):
            encoding = part.get("encoding", {}).get(channel)
            if isinstance(encoding, dict) and encoding.get("field") in NAMED:
                _cut(encoding, names, limit, sizes.legend_label)


def _cut(encoding: Spec, names: Names, limit: float, size: float) -> None:
    column = encoding["field"]
    if encoding.get("legend", {}) is None or column not in names.rows:
        return
    labels = {name: names.label(column, name) for name in names.order(column)}
    if all(text_width(label, size) <= limit for label in labels.values()):
        return
    cut = shortened(labels, limit - MARGIN, size)
    shown = {str(name): text for name, text in cut.items() if str(name) != text}
    words = f"{json.dumps(shown, ensure_ascii=False)}[datum.value] || datum.value"
    encoding["legend"] = mapping(encoding, "legend") | {"labelExpr": words}


def shortened(labels: dict[Any, str], limit: float, size: float) -> dict[Any, str]:
    """Labels of at most a width in pixels, each another one where that can be.

    The longer ones lose their middle; those that are then alike lose more of their beginning.
    """
    for part in (0.5, 0.3, 0.1):
        found = {name: _short(label, limit, size, part) for name, label in labels.items()}
        if len(set(found.values())) == len(set(labels.values())):
            break
    return found


def _short(label: str, limit: float, size: float, part: float) -> str:
    """A label with so much of its beginning, in parts of what is left, and the end for the rest."""
    if text_width(label, size) <= limit:
        return label
    for count in range(len(label) - 1, 1, -1):
        head = round(count * part)
        text = f"{label[:head].rstrip()}{GAP}{label[len(label) - count + head :].lstrip()}"
        if text_width(text, size) <= limit:
            return text
    return label
