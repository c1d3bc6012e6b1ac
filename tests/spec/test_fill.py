"""What only the suite knows is filled into a view: words, formats, orders, colours, scales."""

import copy
from pathlib import Path

import msgspec
import pandas as pd
import pytest

from diagramgen.looks.themes import load_theme
from diagramgen.model.look import Look
from diagramgen.spec.fill import fill_channels
from diagramgen.spec.names import Names
from diagramgen.transforms import TRANSFORMS, Axis, Table

PPL = Axis("PPL (lower is better)", ".2f")
GAIN = Axis("Improvement (positive is better)", "+.1%")
POINTS = Axis("Change in accuracy (percentage points)", "+.1%", points=True)
ITEMS = {"item": ["web", "code", "math"], "value": [3.0, 1.0, 2.0]}


@pytest.fixture
def filled(definitions):
    """A channel of a one-layer view, filled: what `fill_channels` makes of it."""

    def call(channel, given, rows=ITEMS, axis=PPL, mark="point", theme="light", **look):
        view = {"mark": {"type": mark}, "encoding": {channel: copy.deepcopy(given)}}
        words = {"transform": "series", "source": "new", "metric": "ppl"}
        transform = msgspec.convert(words, TRANSFORMS["series"])
        table = pd.DataFrame(rows)
        if "item" in rows:
            table = table.astype({"item": "category"})
        names = Names(
            Table(table), transform, definitions, load_theme(theme, Path(), "full").palette
        )
        fill_channels(view, names, {"value": axis, "n": Axis("Number", ",")}, Look(**look))
        return view["encoding"].get(channel, view["mark"])

    return call


def quantity(field="value"):
    return {"field": field, "type": "quantitative"}


def name(field="item"):
    return {"field": field, "type": "nominal"}


def test_a_number_on_an_axis(filled):
    assert filled("y", quantity()) == {
        "field": "value",
        "type": "quantitative",
        "title": "PPL (lower is better)",
        "axis": {"format": "f", "tickCount": 8},
        "scale": {"zero": False},
    }


@pytest.mark.parametrize(
    ("form", "ticks"),
    [
        (".2f", "f"),
        (".1%", "%"),
        (",", ",~r"),
        (".3g", "~r"),
        ("~s", "~s"),
        (",d", ",d"),
    ],
)
def test_ticks_have_the_digits_that_they_need_and_no_exponent(filled, form, ticks):
    assert filled("x", quantity(), axis=Axis("X", form))["axis"]["format"] == ticks


def test_a_difference_has_its_sign_but_not_at_zero(filled):
    axis = filled("y", quantity(), axis=GAIN)["axis"]
    assert axis["format"] == "+%"
    assert axis["labelExpr"] == "datum.value ? datum.label : replace(datum.label, '+', '')"


def test_differences_of_percentages_are_points(filled):
    label = "format(datum.value * 100, datum.value ? '+~f' : '~f')"
    assert filled("y", quantity(), axis=POINTS)["axis"]["labelExpr"] == label
    text = filled("text", quantity(), axis=POINTS, mark="text")
    assert text == {"type": "text", "text": {"expr": "format(datum.value * 100, '+.1f')"}}


def test_a_number_as_text(filled):
    assert filled("text", quantity(), mark="text")["format"] == ".2f"


def test_bars_start_at_zero_and_points_need_not(filled):
    assert "scale" not in filled("x", quantity(), mark="bar")
    assert filled("x", quantity(), mark="point")["scale"] == {"zero": False}


@pytest.mark.parametrize(
    ("values", "axis", "scale"),
    [
        ([0.0, 0.5, 0.8], PPL, {"zero": True, "padding": 0}),
        ([0.05, 0.5, 0.8], PPL, {"zero": True, "padding": 0}),
        ([0.1, 0.5, 0.8], PPL, {"zero": False, "padding": 8}),
        ([-0.1, 0.5, 0.8], PPL, {"zero": False, "padding": 8}),
        ([0.0, 0.5, 0.8], GAIN, {"zero": False, "padding": 8}),
        ([float("nan")] * 3, PPL, {"zero": False, "padding": 8}),
    ],
)
def test_an_axis_of_positive_numbers_has_no_room_below_zero(filled, values, axis, scale):
    given = quantity() | {"scale": {"padding": 8}}
    assert filled("y", given, {"value": values}, axis)["scale"] == scale


def test_all_that_shares_an_axis_begins_at_zero_together(filled):
    rows = {"value": [0.3, 0.8], "lower": [0.01, 0.7]}
    assert filled("y", quantity(), rows)["scale"] == {"zero": True, "padding": 0}
    assert filled("y", quantity("lower"), rows)["scale"] == {"zero": True, "padding": 0}


def test_a_log_scale_ends_near_the_points_but_bars_start_at_a_power_of_ten(filled):
    points = filled("y", quantity(), y_scale="log")
    assert points["scale"] == {"zero": False, "nice": False, "type": "log"}
    bars = filled("x", quantity(), mark="bar", x_scale="log")
    assert bars["scale"] == {"type": "log"}


def test_a_log_axis_of_many_decades_has_its_ticks_at_powers_of_ten(filled):
    wide = {"item": ["web", "code"], "value": [2.0, 30_000.0]}
    assert filled("y", quantity(), wide, y_scale="log")["axis"]["values"] == [
        1, 10, 100, 1000, 10_000, 100_000,
    ]  # fmt: skip
    narrow = {"item": ["web", "code"], "value": [4.0, 30.0]}
    assert "values" not in filled("y", quantity(), narrow, y_scale="log")["axis"]


def test_a_symlog_axis_is_linear_below_its_smallest_number(filled):
    rows = {"item": ["web", "code", "math"], "value": [0.0, 5.0, 40.0]}
    assert filled("y", quantity(), rows, y_scale="symlog")["scale"]["constant"] == 5


def test_a_scale_is_for_its_own_axis(filled):
    assert filled("x", quantity(), y_scale="log")["scale"] == {"zero": False}


def test_the_templates_own_axis_and_scale_stay(filled):
    own = quantity() | {"axis": {"tickCount": 2}, "scale": {"padding": 8, "zero": True}}
    encoding = filled("y", own)
    assert encoding["axis"] == {"format": "f", "tickCount": 2}
    assert encoding["scale"] == {"padding": 8, "zero": True}


def test_null_in_a_template_is_none(filled):
    none = {"axis": None, "scale": None, "legend": None, "title": None}
    assert filled("y", quantity() | none, y_scale="log") == quantity() | none
    assert filled("x", name() | none) == name() | none | {"sort": ["web", "code", "math"]}
    steps = {"step": [2000, 6000], "value": [1.0, 2.0], "x": [2e9, 6e9]}
    tokens = filled("x", quantity("step") | none, steps, unit="tokens")
    assert tokens == quantity("x") | none
    for channel in ("color", "shape", "strokeDash"):
        assert filled(channel, name() | none) == name() | none
    assert filled("color", quantity() | none) == quantity() | none


def test_what_a_template_says_of_names_stays(filled):
    axis = name() | {"sort": None, "axis": {"title": "Slice", "labelAngle": 0}}
    assert filled("x", axis) == axis
    assert filled("x", axis, sort="value")["sort"] == ["code", "math", "web"]
    colors = name() | {"scale": {"scheme": "dark2"}, "legend": {"title": "Which", "orient": "left"}}
    assert filled("color", colors) == colors | {
        "scale": {"domain": ["web", "code", "math"], "scheme": "dark2"}
    }
    rows = {"better": [True, False], "value": [1.0, 2.0]}
    better = name("better") | {"scale": {"range": ["white", "black"]}}
    assert filled("color", better, rows)["scale"] == {
        "domain": [True, False],
        "range": ["white", "black"],
    }


def test_what_a_template_says_of_numbers_stays(filled):
    own = {"title": "Mine", "format": ".3f"}
    assert filled("text", quantity() | own, mark="text") == quantity() | own
    assert filled("tooltip", [quantity() | own]) == [quantity() | own]
    colors = quantity() | {"scale": {"range": ["white", "black"]}, "legend": {"format": "d"}}
    assert filled("color", colors) == colors | {"title": "PPL (lower is better)"}


def test_names_on_an_axis_stand_in_the_suites_order(filled):
    encoding = filled("y", name())
    assert encoding["sort"] == ["web", "code", "math"]
    assert encoding["axis"] == {"title": None}
    assert filled("x", name())["axis"] == {"title": None, "labelAngle": -35}


@pytest.mark.parametrize(
    ("sort", "ordered"), [("value", ["code", "math", "web"]), ("-value", ["web", "math", "code"])]
)
def test_names_sorted_by_value(filled, sort, ordered):
    assert filled("y", name(), sort=sort)["sort"] == ordered


def test_a_missing_value_is_sorted_last(filled):
    rows = {"item": ["web", "code", "math"], "value": [3.0, float("nan"), 2.0]}
    assert filled("y", name(), rows, sort="value")["sort"] == ["math", "web", "code"]
    assert filled("y", name(), rows, sort="-value")["sort"] == ["web", "math", "code"]


def test_several_values_of_a_name_are_sorted_by_their_mean(filled):
    rows = {"item": ["web", "web", "code", "code"], "value": [1.0, 5.0, 2.0, 2.0]}
    assert filled("y", name(), rows, sort="-value")["sort"] == ["web", "code"]


def test_without_values_the_n_sorts(filled):
    rows = {"item": ["web", "code"], "n": [1.0, 2.0]}
    assert filled("y", name(), rows, sort="-value")["sort"] == ["code", "web"]


def test_colours_of_names(filled):
    encoding = filled("color", name())
    assert encoding["scale"]["domain"] == ["web", "code", "math"]
    assert encoding["legend"] == {"title": "Slice"}


def test_dashes_have_a_domain_of_their_own_and_no_legend(filled):
    encoding = filled("strokeDash", name())
    assert encoding["scale"]["domain"] == ["web", "code", "math", ""]
    assert encoding["legend"] is None


@pytest.mark.parametrize("channel", ["detail", "text", "order", "key"])
def test_other_channels_stay_as_they_are(filled, channel):
    assert filled(channel, name()) == name()


def test_a_long_legend_has_columns(filled):
    items = [f"slice{i:02}" for i in range(25)]
    rows = {"item": items, "value": [1.0] * 25}
    assert filled("color", name(), rows)["legend"]["columns"] == 2


def test_a_legend_of_bars_stands_above_them_if_it_is_short(filled):
    rows = {"group": ["text", "code"], "value": [1.0, 2.0]}
    legend = filled("color", name("group"), rows, mark="bar")["legend"]
    assert (legend["title"], legend["orient"]) == ("Domain", "top")
    rows = {"item": ["a_rather_long_name", "another_rather_long_name", "and_yet_another_one"],
            "value": [1.0, 2.0, 3.0]}  # fmt: skip
    assert "orient" not in filled("color", name(), rows, mark="bar")["legend"]


def test_a_legend_of_sources_stands_above(filled):
    rows = {"source": ["new", "old"], "value": [1.0, 2.0]}
    legend = filled("color", name("source"), rows)["legend"]
    assert legend["orient"] == "top"
    assert legend["title"] is None
    assert legend["labelExpr"].startswith('{"new": "New", "old": "Old"}')


def test_better_and_worse(filled):
    rows = {"better": [True, False], "value": [1.0, 2.0]}
    encoding = filled("color", name("better"), rows)
    assert encoding["scale"] == {"domain": [True, False], "range": ["#1b7837", "#8e44ad"]}
    assert encoding["legend"]["labelExpr"] == "datum.value ? 'better' : 'worse'"
    assert filled("color", name("better"), rows, theme="dark")["scale"]["range"] == [
        "#7fd38a",
        "#c58af0",
    ]


def test_steps_on_an_axis(filled):
    rows = {"step": [2000, 6000], "value": [1.0, 2.0]}
    encoding = filled("x", quantity("step"), rows)
    assert encoding["axis"]["values"] == [2000, 6000]
    assert encoding["scale"] == {"zero": False, "nice": False, "padding": 16}
    many = {"step": list(range(20)), "value": [1.0] * 20}
    assert "values" not in filled("x", quantity("step"), many)["axis"]


def test_steps_as_names(filled):
    rows = {"step": [6000, 2000], "value": [1.0, 2.0]}
    encoding = filled("x", {"field": "step", "type": "ordinal"}, rows)
    assert encoding["sort"] == [2000, 6000]
    assert encoding["axis"] == {
        "title": "Step",
        "labelExpr": "format(datum.value, ',')",
        "labelAngle": 0,
    }


def test_numbers_as_colours(filled):
    encoding = filled("color", quantity(), mark="rect")
    scale = encoding["scale"]
    assert (scale["domain"][0], scale["domain"][-1]) == (1.0, 3.0)
    assert (scale["range"][0], scale["range"][-1]) == ("#f2f7d0", "#081d58")
    assert encoding["legend"] == {"format": ".2~f"}


def test_numbers_as_colours_of_points_are_seen_on_the_ground(filled):
    encoding = filled("fill", quantity(), mark="point")
    assert encoding["scale"] == {"scheme": {"name": "blues", "extent": [0.62, 1]}}


def test_numbers_as_colours_of_another_theme(filled):
    cells = filled("color", quantity(), mark="rect", theme="dark")
    assert (cells["scale"]["range"][0], cells["scale"]["range"][-1]) == ("#440154", "#fde725")
    points = filled("color", quantity(), mark="point", theme="dark")
    assert points["scale"] == {"range": ["#5a7ba3", "#d3e7fb"]}


def test_differences_as_colours_have_their_zero_in_the_middle(filled):
    rows = {"item": ["web", "code"], "value": [-0.02, 0.1]}
    scale = filled("color", quantity(), rows, axis=GAIN, mark="rect")["scale"]
    assert dict(zip(scale["domain"], scale["range"], strict=True)).items() >= {
        (-0.1, "#40004b"),
        (0.0, "#f4f4f4"),
        (0.1, "#00441b"),
    }
    less = filled("color", quantity(), rows, axis=GAIN._replace(better="lower"), mark="rect")
    assert less["scale"]["range"] == scale["range"][::-1]
    nothing = {"item": ["web", "code"], "value": [0.0, float("nan")]}
    assert filled("color", quantity(), nothing, axis=GAIN)["scale"]["domain"] == [-1, 1]


def test_the_templates_own_colours_stay(filled):
    own = quantity() | {"scale": {"scheme": "viridis"}}
    assert filled("color", own)["scale"] == {"scheme": "viridis"}


def test_a_tooltip_says_what_the_numbers_are(filled):
    assert filled("tooltip", [quantity(), quantity("step"), quantity("n"), name()]) == [
        quantity() | {"title": "PPL (lower is better)", "format": ".2f"},
        quantity("step") | {"format": ","},
        quantity("n") | {"title": "Number", "format": ","},
        name() | {"title": "Slice"},
    ]


def test_a_tooltip_tells_percentage_points(filled):
    (told,) = filled("tooltip", [quantity()], axis=POINTS)
    assert told == {
        "field": "points of value",
        "type": "quantitative",
        "title": "Change in accuracy (percentage points)",
        "format": "+.1f",
    }
