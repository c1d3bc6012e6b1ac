"""Long names cut in their middle, where names that begin alike mostly differ at their ends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from diagramgen.document.data import mapping
from diagramgen.formats.spec import Spec
from diagramgen.spec.fields import NAMED, table_views
from diagramgen.spec.text import text_width
from diagramgen.spec.wrap import shortened

if TYPE_CHECKING:
    from diagramgen.spec.names import Names
    from diagramgen.spec.page import Page
    from diagramgen.spec.sizes import Sizes

LEGEND = 0.42
"""The most of a picture that a name in a legend takes."""
SLOPING, SLOPING_PART = 30, 0.1
"""The most pixels of a label on a sloping axis: so many, and a part of the picture's width."""
MARGIN = 4
"""Pixels by which a cut name is shorter than it may be: its width is an estimate."""


def shorten_legends(view: Spec, names: Names, page: Page, sizes: Sizes) -> None:
    """Cut the names in legends that would take too much of the picture, in place."""
    limit = min(sizes.legend_label_limit, (0.72 if page.narrow else LEGEND) * page.total)
    for part in table_views(view):
        for channel in ("color", "fill", "shape"):
            encoding = part.get("encoding", {}).get(channel)
            if isinstance(encoding, dict) and encoding.get("field") in NAMED:
                _cut(encoding, names, limit, sizes.legend_label)


def shorten_labels(view: Spec, names: Names, page: Page, sizes: Sizes) -> None:
    """Cut the table's labels on a sloping x axis that would reach too far, in place."""
    for part in table_views(view):
        encoding = mapping(part.get("encoding"), "x")
        if encoding.get("field") != "label" or "label" not in names.rows:
            continue
        labels = {str(label): str(label) for label in names.rows["label"].dropna()}
        most = SLOPING + SLOPING_PART * page.total
        if any(text_width(label, sizes.label) > most for label in labels):
            encoding["axis"] = mapping(encoding, "axis") | {
                "labelExpr": _lookup(shortened(labels, most - MARGIN, sizes.label))
            }


def _lookup(cut: dict[Any, str]) -> str:
    """A Vega expression for names, some of which are cut."""
    shown = {str(name): text for name, text in cut.items() if str(name) != text}
    return f"{json.dumps(shown, ensure_ascii=False)}[datum.value] || datum.value"


def _cut(encoding: Spec, names: Names, limit: float, size: float) -> None:
    column = encoding["field"]
    if encoding.get("legend", {}) is None or column not in names.rows:
        return
    labels = {name: names.label(column, name) for name in names.order(column)}
    if all(text_width(label, size) <= limit for label in labels.values()):
        return
    words = _lookup(shortened(labels, limit - MARGIN, size))
    encoding["legend"] = mapping(encoding, "legend") | {"labelExpr": words}
