"""Axes without what says nothing."""

from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from diagramgen.looks.themes import load_theme
from diagramgen.spec.sizes import sizes_of
from diagramgen.spec.tidy import drop_y_titles, fewer_ticks, quiet_names, thin_steps

SIZES = sizes_of(load_theme("light", Path(), "full").config)


def test_names_have_no_ticks():
    names = {"field": "item", "type": "nominal"}
    steps = {"field": "step", "type": "ordinal"}
    view = {"encoding": {"y": dict(names), "x": dict(steps)}}
    quiet_names(view)
    assert view["encoding"] == {
        "y": names | {"axis": {"ticks": False, "labelPadding": 6}},
        "x": steps,
    }


@pytest.mark.parametrize(("height", "count"), [(400, 5), (170, 3), (60, 2)])
def test_numbers_have_about_five_ticks(height, count):
    axis = {"field": "value", "type": "quantitative", "axis": {"tickCount": 8}}
    view = {"width": 400, "height": height, "encoding": {"y": axis}}
    fewer_ticks(view, pd.DataFrame({"value": [1.0, 2.0]}), SIZES)
    assert view["encoding"]["y"]["axis"]["tickCount"] == count


def test_the_ticks_of_a_template_stay():
    axis = {"field": "value", "type": "quantitative", "axis": {"tickCount": 3}}
    view = {"width": 400, "height": 400, "encoding": {"y": dict(axis)}}
    fewer_ticks(view, pd.DataFrame({"value": [1.0, 2.0]}), SIZES)
    assert view["encoding"]["y"] == axis


def test_a_y_axis_does_not_say_what_the_title_does():
    def title(of_chart):
        view = {"encoding": {"y": {"field": "value", "title": "Tier2 PPL"}}}
        drop_y_titles(view, of_chart)
        return view["encoding"]["y"]["title"]

    assert title("Macro tier2 PPL") is None
    assert title("Macro PPL") == "Tier2 PPL"


@pytest.mark.parametrize(("width", "named"), [(400, None), (100, [2000, 4000, 6000])])
def test_steps_are_named_where_there_is_room(width, named):
    names = SimpleNamespace(order=lambda _: [1000, 2000, 3000, 4000, 5000, 6000])
    axis = {"labelExpr": "replace(format(datum.value, '~s'), 'G', 'B')"}
    x = {"field": "step", "type": "ordinal", "axis": axis}
    view = {"width": width, "encoding": {"x": x}}
    thin_steps(view, names, SIZES)
    assert view["encoding"]["x"]["axis"].get("values") == named
