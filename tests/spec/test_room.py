"""Room for the numbers beside bars."""

import copy
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from diagramgen.looks.templates import load
from diagramgen.looks.themes import load_theme
from diagramgen.spec.room import Bounds, make_room
from diagramgen.spec.sizes import sizes_of
from diagramgen.spec.text import text_width

SIZES = sizes_of(load_theme("light", Path(), "full").config)
GAP = 5


def bars(
    values,
    template="delta-bar",
    width=400,
    height=100,
    form=".2f",
    scale=None,
    fits=False,
    **columns,
):
    """A template's view with room made for these values."""
    view = copy.deepcopy(load(template, None).spec)
    rows = pd.DataFrame({"item": [f"i{k}" for k in range(len(values))], "value": values} | columns)
    view |= {"width": width, "height": height}
    for part in view["layer"]:
        encoding = part.get("encoding", {})
        if "text" in encoding:
            encoding["text"]["format"] = form
    channel = "y" if template == "step-bar" else "x"
    view["layer"][0]["encoding"][channel]["axis"] = {"tickCount": 5}
    if scale:
        view["layer"][0]["encoding"][channel]["scale"] = scale
    make_room(view, rows, SIZES, Bounds(fits=fits))
    return view


def scale_of(view, channel="x"):
    return view["layer"][0]["encoding"][channel].get("scale", {})


def place(number, domain, length):
    return (number - domain[0]) / (domain[1] - domain[0]) * length


def label_width(text):
    return text_width(text, SIZES.text)


def test_the_axis_ends_where_the_longest_label_does():
    low, high = scale_of(bars([8.0, 2.0]))["domain"]
    assert low == 0
    behind = 400 - place(8.0, (low, high), 400)
    assert label_width("8.00") + GAP < behind < label_width("8.00") + 2 * GAP


def test_labels_of_negative_values_have_their_room_on_the_left():
    low, high = scale_of(bars([-8.0, -2.0]))["domain"]
    assert 0 <= high < 0.5  # the tick at 0 has a label with a right half
    before = place(-8.0, (low, high), 400)
    assert label_width("\u22128.00") + GAP < before < label_width("\u22128.00") + 3 * GAP


def test_both_sides_have_what_they_need():
    low, high = scale_of(bars([-1.0, 8.0]))["domain"]
    assert place(-1.0, (low, high), 400) > label_width("\u22121.00") + GAP
    assert 400 - place(8.0, (low, high), 400) > label_width("8.00") + GAP


@pytest.mark.parametrize("width", [150, 400, 900])
def test_where_the_plot_is_fitted_in_the_ends_go_by_its_width(width):
    scale = scale_of(bars([-1.0, 8.0], fits=True))
    low, high = (
        eval(scale[end]["expr"], {"width": width, "max": max}) for end in ("domainMin", "domainMax")
    )
    assert place(-1.0, (low, high), width) > label_width("\u22121.00") + GAP
    assert width - place(8.0, (low, high), width) > label_width("8.00") + GAP


def test_most_of_a_narrow_plot_is_bars():
    low, high = scale_of(bars([-8.0, 8.0], width=150))["domain"]
    assert 16 / (high - low) > 0.5


def test_a_label_stands_behind_its_interval():
    view = bars([5.0], "bar", lower=[4.0], upper=[9.0])
    assert 400 - place(9.0, scale_of(view)["domain"], 400) > label_width("5.00") + GAP


def test_a_logarithmic_axis_begins_at_a_power_of_ten():
    low, high = scale_of(bars([150.0, 900.0], "bar", scale={"type": "log"}))["domain"]
    assert low == 100
    assert high > 900


def test_ends_of_somebody_elses_stay():
    assert scale_of(bars([8.0], scale={"domain": [0, 9]})) == {"domain": [0, 9]}


def test_no_gridline_crosses_a_label():
    assert bars([8.0])["layer"][0]["encoding"]["x"]["axis"]["grid"] is False


def test_bars_that_are_too_thin_have_no_labels():
    marks = [part["mark"]["type"] for part in bars([1.0] * 20, height=100)["layer"]]
    assert marks == ["bar", "rule"]
    marks = [part["mark"]["type"] for part in bars([1.0] * 5, height=100)["layer"]]
    assert marks == ["bar", "rule", "text"]


def test_numbers_that_would_leave_no_bars_are_not_written():
    # Twice a label of some 29 pixels, each with 7 around it, in 100 pixels.
    narrow = bars([-8.0, 8.0], width=100)
    assert [part["mark"]["type"] for part in narrow["layer"]] == ["bar", "rule"]


def test_the_baselines_own_change_is_not_written():
    view = bars([0.0, 1.0], "step-bar", form="+.2f", step=[1, 2])
    no_zero = {"filter": "datum.value !== 0"}
    assert no_zero in view["layer"][2]["transform"]
    assert no_zero not in bars([0.0, 1.0], "delta-bar", form="+.2f")["layer"][2]["transform"]


@pytest.mark.parametrize(("count", "shown"), [(4, 4), (60, 15)])
def test_labels_above_bars_do_not_stand_on_one_another(count, shown):
    view = bars(
        [1.0 + k / 1000 for k in range(count)],
        "step-bar",
        height=300,
        item=["one"] * count,
        step=[*range(count)],
    )
    tests = [each["filter"] for each in view["layer"][2]["transform"] if "indexof" in str(each)]
    if shown == count:
        assert tests == []
        return
    (test,) = tests
    kept = [
        int(name.split("|")[1].strip('"'))
        for name in test[test.index("[") + 1 : test.index("]")].split(", ")
    ]
    band = 400 / count
    gaps = [(after - before) * band for before, after in pairwise(kept)]
    assert min(gaps) >= label_width("1.00")
    assert 1 < len(kept) <= shown
