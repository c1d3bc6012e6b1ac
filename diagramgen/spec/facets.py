"""Small multiples: one plot for each value of the columns that a view has no channel for."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from diagramgen.formats.spec import Spec
from diagramgen.spec.wrap import wrapped

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.spec.names import Names

MOST_HEIGHT = 1640
"""Pixels that small multiples are high together: with their title two screens."""
LEAST_WIDTH = 90
"""Pixels of a plot so narrow that no more of them stand side by side."""


class Grid(NamedTuple):
    """How small multiples stand: in so many columns, each so high, and how many of them there are.

    `of` is how many there would be. `crossed` are those of two columns' values.
    """

    columns: int
    height: float
    shown: int
    of: int
    crossed: bool = False

    def note(self) -> str | None:
        """What a subtitle says of plots that are left out."""
        if self.shown == self.of:
            return None
        return f"The first {self.shown} of {self.of} plots: more would be higher than two screens"


def columns_of(count: int) -> int:
    """How many of so many plots best stand side by side."""
    return count if count <= 3 else 2 if count == 4 else 3


def grid_of(
    count: int, best: int, low: float, height: float, around: float, width: Callable[[int], float]
) -> Grid:
    """So many plots in a grid that is no higher than `MOST_HEIGHT`.

    `best` is how many columns they best have, `height` how high each best is and `low` how high at
    least; `around` is what each row has beside it, `width` how wide a plot is in so many columns.
    More columns are better than plots that are left out.
    """
    columns = best
    while True:
        rows = -(-count // columns)
        each = MOST_HEIGHT / rows - around
        if each >= low:
            return Grid(columns, min(height, int(each)), count, count)
        if columns >= count or width(columns + 1) < LEAST_WIDTH:
            break
        columns += 1
    rows = max(1, int(MOST_HEIGHT // (low + around)))
    return Grid(columns, low, min(count, rows * columns), count)


class Frame(NamedTuple):
    """What is around small multiples: in how many columns they stand, and how far apart.

    `width` is what the title of each may have, in pixels, whose letters are of `size`; `title` is
    that of the x axis, which all share. With `own_y` each has a y axis of its own. `crossed` are
    those of two columns: a row for each value of one, a column for each of the other.
    """

    columns: int
    gap: float
    width: float
    size: float
    title: str | list[str] | None = None
    own_y: bool = False
    crossed: bool = False


def small_multiples(view: Spec, facets: tuple[str, ...], names: Names, frame: Frame) -> Spec:
    """The view once for each value: a grid of two columns' values, else row after row."""
    own: Spec = {"spec": view, "spacing": {"row": math.floor(frame.gap), "column": frame.gap}}
    if frame.crossed:
        row, column = (_facet(name, names, frame) for name in facets)
        _share(column, frame)
        return own | {"facet": {"row": row, "column": column}}
    # An axis that a column shares stands below its last row, far from its last plot if that row
    # is not full.
    alone: Spec = {}
    if len(cells_of(facets, names)) % frame.columns:
        alone["axis"] = {"x": "independent"}
    if frame.own_y:
        alone["scale"] = {"y": "independent"}
    resolve = {"resolve": alone} if alone else {}
    if len(facets) == 1:
        facet = _facet(facets[0], names, frame)
        _share(facet, frame)
        return own | {"facet": facet, "columns": frame.columns} | resolve
    titles = {
        "|".join(map(str, cell)): ", ".join(map(names.title_of, facets, cell))
        for cell in cells_of(facets, names)
    }
    key = " + '|' + ".join(f"datum.{column}" for column in facets)
    title = {"calculate": f"{json.dumps(titles, ensure_ascii=False)}[{key}]", "as": "facet"}
    lines = _wrapped({each: each for each in titles.values()}, frame)
    facet = {"field": "facet", "type": "nominal", "header": {"title": None} | lines}
    facet["sort"] = list(titles.values())
    _share(facet, frame)
    return own | {"transform": [title], "facet": facet, "columns": frame.columns} | resolve


def _share(facet: Spec, frame: Frame) -> None:
    """Let the title of the x axis stand once below all plots, in place."""
    if frame.title is not None:
        below = {"title": frame.title, "titleOrient": "bottom", "labelOrient": "top"}
        facet["header"] |= below


def rows_of(cells: list[tuple[Any, ...]], facets: tuple[str, ...], rows: DataFrame) -> DataFrame:
    """The rows of some of the plots."""
    wanted = set(cells)
    each = rows[list(facets)].itertuples(index=False, name=None)
    return rows[[cell in wanted for cell in each]]


def _facet(column: str, names: Names, frame: Frame) -> Spec:
    titles = {str(value): names.title_of(column, value) for value in names.order(column)}
    header: Spec = {"title": None} | _wrapped(titles, frame)
    return {"field": column, "type": "nominal", "sort": names.order(column), "header": header}


def _wrapped(titles: dict[str, str], frame: Frame) -> Spec:
    """What of a header writes titles in lines, where they are others than the values."""
    lines = {key: wrapped(text, frame.width, frame.size, bold=True) for key, text in titles.items()}
    shown = {key: each if len(each) > 1 else titles[key] for key, each in lines.items()}
    if all(key == text for key, text in shown.items()):
        return {}
    return {"labelExpr": f"{json.dumps(shown, ensure_ascii=False)}[datum.value]"}


def is_crossed(facets: tuple[str, ...], names: Names) -> bool:
    """Whether two columns have every pair of their values.

    Vega-Lite draws a grid with a pair missing as if there were none: the plots after it move up,
    under titles that are not theirs.
    """
    if len(facets) != 2:
        return False
    return len(cells_of(facets, names)) == len(names.order(facets[0])) * len(names.order(facets[1]))


def cells_of(facets: tuple[str, ...], names: Names) -> list[tuple[Any, ...]]:
    """The combinations of values that the table has, in the order of each."""
    orders = [names.order(column) for column in facets]
    found = names.rows[list(facets)].drop_duplicates().itertuples(index=False, name=None)
    return sorted(
        found, key=lambda cell: [order.index(v) for order, v in zip(orders, cell, strict=True)]
    )
