"""Which fields a view has beside its table's columns."""

import pandas as pd
import pytest

from diagramgen.spec.fields import fields_made, table_views

ROWS = pd.DataFrame({"item": ["web", "code"], "step": [100, 200], "value": [1.0, 2.0]})


@pytest.mark.parametrize(
    ("transform", "made"),
    [
        ({"filter": "datum.value > 1"}, set()),
        ({"sample": 5}, set()),
        ({"calculate": "datum.value * 2", "as": "twice"}, {"twice"}),
        ({"aggregate": [{"op": "mean", "field": "value", "as": "mean"},
                        {"op": "count", "as": "count"}], "groupby": ["step"]},
         {"mean", "count"}),
        ({"joinaggregate": [{"op": "max", "field": "value", "as": "most"}]}, {"most"}),
        ({"window": [{"op": "rank", "as": "rank"}], "sort": [{"field": "value"}]}, {"rank"}),
        ({"fold": ["lower", "upper"]}, {"key", "value"}),
        ({"fold": ["lower", "upper"], "as": ["end", "bound"]}, {"end", "bound"}),
        ({"density": "value"}, {"value", "density"}),
        ({"quantile": "value", "as": ["part", "bound"]}, {"part", "bound"}),
        ({"regression": "value", "on": "step"}, set()),
        ({"regression": "value", "on": "step", "as": ["x", "fitted"]}, {"x", "fitted"}),
        ({"bin": True, "field": "value", "as": "bin"}, {"bin", "bin_end"}),
        ({"stack": "value", "groupby": ["step"], "as": ["low", "high"]}, {"low", "high"}),
        ({"lookup": "item", "from": {"data": {"values": [{"as": "row"}]}, "key": "name",
                                     "fields": ["size", "age"]}},
         {"size", "age"}),
        ({"pivot": "item", "value": "value"}, {"web", "code"}),
        ({"pivot": "none", "value": "value"}, set()),
        ({"calculate": "1", "as": 5}, set()),
        ({"aggregate": 7}, set()),
    ],
)  # fmt: skip
def test_what_a_transform_makes(transform, made):
    assert fields_made({"transform": [transform]}, ROWS) == made


def test_a_view_without_transforms_makes_nothing():
    assert fields_made({"mark": "bar"}, ROWS) == set()


def test_a_layer_with_data_of_its_own_does_not_show_the_table():
    own, other = {"mark": "rule", "data": {"values": [{}]}}, {"mark": "bar"}
    view = {"layer": [own, other]}
    assert table_views(view) == [view, other]
