"""Small multiples: each plot under its own title."""

from pathlib import Path

import msgspec
import pandas as pd
import pytest

from diagramgen.looks.themes import load_theme
from diagramgen.spec.facets import Frame, cells_of, columns_of, grid_of, is_crossed, small_multiples
from diagramgen.spec.names import Names
from diagramgen.transforms import TRANSFORMS, Table

LIGHT = load_theme("light", Path(), "full").palette
VIEW = {"mark": "point"}


@pytest.fixture
def drawn(definitions):
    """The facets of a table with these rows."""

    def call(facets, *rows):
        words = {"transform": "series", "source": "new", "metric": "ppl"}
        transform = msgspec.convert(words, TRANSFORMS["series"])
        names = Names(
            Table(pd.DataFrame(rows, columns=list(facets))), transform, definitions, LIGHT
        )
        crossed = is_crossed(facets, names)
        columns = (
            len(names.order(facets[1])) if crossed else columns_of(len(cells_of(facets, names)))
        )
        frame = Frame(columns, 40, 200, 13, "Step", facets == ("item",), crossed)
        return small_multiples(VIEW, facets, names, frame) | {"side by side": columns}

    return call


@pytest.mark.parametrize(("count", "columns"), [(1, 1), (2, 2), (3, 3), (4, 2), (5, 3), (11, 3)])
def test_how_many_stand_side_by_side(drawn, count, columns):
    assert drawn(("item",), *([f"item{i:02}"] for i in range(count)))["side by side"] == columns


def test_one_column(drawn):
    assert drawn(("source",), ["new"], ["old"], ["new"]) == {
        "spec": VIEW,
        "spacing": {"row": 40, "column": 40},
        "facet": {
            "field": "source",
            "type": "nominal",
            "sort": ["new", "old"],
            "header": {
                "title": "Step",
                "titleOrient": "bottom",
                "labelOrient": "top",
                "labelExpr": '{"new": "New", "old": "Old"}[datum.value]',
            },
        },
        "columns": 2,
        "side by side": 2,
    }


def test_items_have_axes_of_their_own(drawn):
    assert drawn(("item",), ["web"], ["code"], ["math"])["resolve"] == {
        "scale": {"y": "independent"}
    }


def test_where_the_last_row_is_not_full_each_plot_has_its_own_axis(drawn):
    resolve = drawn(("step",), *([step] for step in range(5)))["resolve"]
    assert resolve == {"axis": {"x": "independent"}}


def test_a_grid(drawn):
    grid = drawn(("source", "step"), ["new", 1], ["new", 2], ["old", 1], ["old", 2])
    assert grid["facet"]["row"]["field"] == "source"
    assert grid["facet"]["column"]["header"]["labelExpr"] == (
        '{"1": "step 1", "2": "step 2"}[datum.value]'
    )
    assert grid["side by side"] == 2


def test_a_grid_with_a_pair_missing_names_each_plot(drawn):
    rows = drawn(("source", "step"), ["old", 9000], ["new", 2], ["new", 1])
    assert rows["transform"] == [
        {
            "calculate": '{"old|9000": "Old, step 9,000", "new|1": "New, step 1", '
            '"new|2": "New, step 2"}[datum.source + \'|\' + datum.step]',
            "as": "facet",
        }
    ]
    assert rows["facet"]["sort"] == ["Old, step 9,000", "New, step 1", "New, step 2"]
    assert rows["side by side"] == 3


def test_three_columns(drawn):
    rows = drawn(("item", "source", "step"), ["web", "new", 1], ["code", "old", 2])
    assert rows["facet"]["sort"] == ["web, New, step 1", "code, Old, step 2"]


@pytest.mark.parametrize(
    ("count", "low", "columns", "height", "shown"),
    [
        (4, 90, 2, 400, 4),
        (12, 90, 3, 360, 12),  # four rows of 410
        (60, 90, 6, 114, 60),  # ten rows of 164; twelve would be of 136, too low for a plot
        (400, 90, 6, 90, 66),  # eleven rows of 140
    ],
)
def test_a_grid_is_no_higher_than_two_screens(count, low, columns, height, shown):
    best = 2 if count == 4 else 3
    grid = grid_of(count, best, low, 400, 50, lambda columns: 600 / columns)
    assert (grid.columns, grid.height, grid.shown, grid.of) == (columns, height, shown, count)
    assert (grid.note() is None) == (shown == count)
    assert -(-grid.shown // grid.columns) * (grid.height + 50) <= 1640
