"""Small multiples: each plot under its own title."""

from pathlib import Path

import msgspec
import pandas as pd
import pytest

from diagramgen.looks.themes import load_theme
from diagramgen.spec.facets import columns_of, small_multiples
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
        columns = columns_of(facets, names)
        return small_multiples(VIEW, facets, names, columns, 40) | {"side by side": columns}

    return call


@pytest.mark.parametrize(("count", "columns"), [(1, 1), (2, 2), (3, 3), (4, 2), (5, 3), (11, 3)])
def test_how_many_stand_side_by_side(drawn, count, columns):
    assert drawn(("item",), *([f"item{i:02}"] for i in range(count)))["side by side"] == columns


def test_one_column(drawn):
    assert drawn(("source",), ["new"], ["old"], ["new"]) == {
        "spec": VIEW,
        "spacing": 40,
        "facet": {
            "field": "source",
            "type": "nominal",
            "sort": ["new", "old"],
            "header": {"title": None, "labelExpr": '{"new": "New", "old": "Old"}[datum.value]'},
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
