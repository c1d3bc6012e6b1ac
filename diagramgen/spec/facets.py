"""Small multiples: one plot for each value of the columns that a view has no channel for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from diagramgen.formats.spec import Spec

if TYPE_CHECKING:
    from diagramgen.spec.names import Names


def columns_of(facets: tuple[str, ...], names: Names) -> int:
    """How many plots stand side by side."""
    if not facets:
        return 1
    if _is_grid(facets, names):
        return len(names.order(facets[1]))
    count = len(_cells(facets, names))
    return count if count <= 3 else 2 if count == 4 else 3


def small_multiples(
    view: Spec, facets: tuple[str, ...], names: Names, columns: int, gap: int
) -> Spec:
    """The view once for each value: a grid of two columns' values, else row after row.

    `gap` is what is between two plots, in pixels.
    """
    own = {"spec": view, "spacing": gap}
    if _is_grid(facets, names):
        row, column = (_facet(name, names) for name in facets)
        return own | {"facet": {"row": row, "column": column}}
    # An axis that a column shares stands below its last row, far from its last plot if that row
    # is not full.
    alone: Spec = {}
    if len(_cells(facets, names)) % columns:
        alone["axis"] = {"x": "independent"}
    if facets == ("item",):
        alone["scale"] = {"y": "independent"}
    resolve = {"resolve": alone} if alone else {}
    if len(facets) == 1:
        return own | {"facet": _facet(facets[0], names), "columns": columns} | resolve
    titles = {
        "|".join(map(str, cell)): ", ".join(map(names.title_of, facets, cell))
        for cell in _cells(facets, names)
    }
    key = " + '|' + ".join(f"datum.{column}" for column in facets)
    title = {"calculate": f"{json.dumps(titles, ensure_ascii=False)}[{key}]", "as": "facet"}
    facet: Spec = {"field": "facet", "type": "nominal", "header": {"title": None}}
    facet["sort"] = list(titles.values())
    return own | {"transform": [title], "facet": facet, "columns": columns} | resolve


def _facet(column: str, names: Names) -> Spec:
    titles = {str(value): names.title_of(column, value) for value in names.order(column)}
    header: Spec = {"title": None}
    if any(name != title for name, title in titles.items()):
        header["labelExpr"] = f"{json.dumps(titles, ensure_ascii=False)}[datum.value]"
    return {"field": column, "type": "nominal", "sort": names.order(column), "header": header}


def _is_grid(facets: tuple[str, ...], names: Names) -> bool:
    """Whether two columns have every pair of their values.

    Vega-Lite draws a grid with a pair missing as if there were none: the plots after it move up,
    under titles that are not theirs.
    """
    if len(facets) != 2:
        return False
    return len(_cells(facets, names)) == len(names.order(facets[0])) * len(names.order(facets[1]))


def _cells(facets: tuple[str, ...], names: Names) -> list[tuple[Any, ...]]:
    """The combinations of values that the table has, in the order of each."""
    orders = [names.order(column) for column in facets]
    found = names.rows[list(facets)].drop_duplicates().itertuples(index=False, name=None)
    return sorted(
        found, key=lambda cell: [order.index(v) for order, v in zip(orders, cell, strict=True)]
    )
