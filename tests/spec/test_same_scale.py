"""Panels of one metric have one scale, of bars or of points."""

from __future__ import annotations

import pytest

from diagramgen.spec.same_scale import same_scales

BAR = {"field": "value", "type": "quantitative", "title": "PPL", "scale": {"zero": True}}
NAMES = {"field": "item", "type": "nominal", "title": "PPL"}
STEPS = {"field": "step", "type": "quantitative", "title": "Step"}


def view(x, y, mark="line"):
    return {"layer": [{"mark": {"type": mark}, "encoding": {"x": x, "y": y}}]}


def with_y(**changes):
    return view(STEPS, BAR | changes)


@pytest.mark.parametrize(
    ("views", "shared"),
    [
        ([with_y(), with_y()], {"y": "shared"}),
        ([view(BAR, NAMES, "bar"), view(BAR, NAMES, "bar")], {"x": "shared"}),
        ([view(BAR, BAR), view(BAR, BAR), view(BAR, BAR)], {"x": "shared", "y": "shared"}),
        # Another metric, a logarithm, bars beside points, small multiples.
        ([with_y(), with_y(title="Accuracy")], {}),
        ([with_y(), with_y(), with_y(title="Accuracy")], {}),
        ([with_y(), with_y(scale={"type": "log"})], {}),
        ([view(STEPS, BAR, "bar"), with_y()], {}),
        ([with_y(), {"facet": {}, "spec": with_y()}], {}),
        ([with_y(title=None), with_y(title=None)], {}),
    ],
)
def test_the_channels_that_share_a_scale(views, shared):
    assert same_scales(views) == shared
