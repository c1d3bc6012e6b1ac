"""What the gallery says of a chart before it is drawn."""

from __future__ import annotations

import msgspec
import pytest

from diagramgen.output.card import Card, card_of

ROWS = [
    {"source": "run", "step": 1000, "item": "web_a", "value": 2.5},
    {"source": "run", "step": 1000, "item": "code  b", "value": None},
]


def panel(height, **more):
    return {"mark": "line", "height": height, "data": {"values": ROWS}} | more


def test_a_card_of_a_spec_with_labels():
    labels = '{"web_a": "The web"}[datum.value] || datum.value'
    encoding = {
        "x": {"field": "step", "axis": {"labelExpr": "format(datum.value, ',')"}},
        "color": {"field": "item", "legend": {"labelExpr": labels}},
    }
    spec = {
        "title": {"text": "Loss", "subtitle": ["My run", "two lines"]},
        "description": "Falls.",
        "usermeta": {"diagramgen": {"id": "loss", "sources": {"run": "My run"}}},
        "config": {"axis": {"labelExpr": '{"a": "not a name"}[datum.value]'}},
        **panel(200, encoding=encoding),
    }
    card = card_of(spec)
    assert card == Card(
        height=290,
        subtitle="My run two lines",
        description="Falls.",
        names="My run\nrun\nweb_a\ncode b\nThe web",
    )
    assert msgspec.convert(msgspec.to_builtins(card), Card) == card


@pytest.mark.parametrize(
    ("spec", "height"),
    [
        (panel(120), 210),
        ({"vconcat": [panel(100), panel(150)]}, 340),
        ({"hconcat": [panel(100), panel(150)]}, 240),
        ({"spec": panel(100), "facet": {"field": "item"}}, 190),
        (panel({"step": 20}), 390),
        ({"data": {"url": "a.csv"}, "title": "No rows"}, 390),
    ],
)
def test_the_height_of_views_below_and_beside_one_another(spec, height):
    assert card_of(spec).height == height


def test_a_card_is_bounded():
    rows = [{"item": f"{i:03}" + "x" * 96} for i in range(500)]
    spec = {"description": "d" * 5000, "title": {"subtitle": "s" * 5000}, "data": {"values": rows}}
    card = card_of(spec)
    assert card.names.split("\n") == [f"{i:03}" + "x" * 77 for i in range(12)]
    assert card.description == "d" * 599 + "…"
    assert len(card.subtitle) == 600
