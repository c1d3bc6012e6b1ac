"""A picture without a mark is none, and says why."""

from __future__ import annotations

import pytest

from diagramgen.errors import ChartError
from diagramgen.spec.drawn import check_drawn

POINT = {"x": {"field": "step"}, "y": {"field": "value"}}
BAR = {"encoding": {"y": {"field": "item"}}, "layer": [
    {"mark": "bar", "encoding": {"x": {"field": "value"}}},
    {"mark": "rule", "encoding": {"x": {"datum": 0}}},
]}  # fmt: skip


def rows(*values):
    return [{"step": i, "item": f"i{i}", "value": value} for i, value in enumerate(values)]


def window(low, high):
    x = {"field": "step", "scale": {"domain": [low, high]}}
    return {"mark": "line", "encoding": POINT | {"x": x}}


@pytest.mark.parametrize(
    ("view", "table"),
    [
        ({"mark": "point", "encoding": POINT}, rows(None, 1.0)),
        ({"spec": {"mark": {"type": "point"}, "encoding": POINT}}, rows(1.0)),
        (BAR, rows(None, 0.0)),
        # A line goes through.
        (window(0.2, 0.8), rows(1.0, 2.0)),
        (window(1, 5), rows(1.0, 2.0)),
        # What its own transforms place, or what has no place, is its own affair.
        ({"mark": "point", "encoding": {"x": {"field": "density"}}}, rows(None)),
        ({"mark": "arc", "encoding": {"theta": {"field": "value"}}}, rows(None)),
        ({"mark": "rule", "encoding": {"y": {"field": "value"}}}, rows(1.0)),
    ],
)
def test_a_view_that_shows_something(view, table):
    check_drawn(view, table)


@pytest.mark.parametrize(
    ("view", "table", "lost"),
    [
        ({"mark": "point", "encoding": POINT}, rows(None, None), "no row has value"),
        (BAR, rows(None, None), "no row has value"),
        (window(5, 9), rows(1.0, 2.0), "no row has step and value within the axes"),
        (window(-9, -5), rows(1.0, 2.0), "no row has step and value within the axes"),
        ({"mark": "rule", "encoding": {"y": {"field": "value"}}}, rows(None), "no row has value"),
        ({"layer": []}, rows(1.0), "no row has a place"),
        ({"mark": "point", "encoding": POINT}, [], "the table has no rows"),
    ],
)
def test_a_view_that_shows_nothing(view, table, lost):
    with pytest.raises(ChartError) as err:
        check_drawn(view, table)
    assert str(err.value) == f"there is nothing to draw: {lost}"
