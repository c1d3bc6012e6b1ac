"""Where axes end, and what stands where on them."""

import math

import pandas as pd
import pytest

from diagramgen.spec.axes import Ends, ends_of, rounded, set_ends, tick_step


def test_a_number_is_placed_by_its_part_of_the_axis():
    ends = Ends(10, 20)
    assert ends.place(15, 200) == 100
    assert ends.value(50, 200) == 12.5


def test_on_a_log_axis_equal_ratios_are_equally_far():
    ends = Ends(1, 100, "log")
    assert ends.place(10, 200) == pytest.approx(100)
    assert ends.value(100, 200) == pytest.approx(10)


def test_on_a_symlog_axis_negative_numbers_have_a_place():
    ends = Ends(-9, 9, "symlog", 1.0)
    assert ends.place(0, 100) == pytest.approx(50)
    assert ends.value(ends.place(-3, 100), 100) == pytest.approx(-3)


def test_padding_is_in_pixels_on_both_sides():
    """Of 100 pixels 80 are for the numbers from 0 to 8: a pixel is 0.1, and 10 are 1."""
    assert ends_of([0, 8], 100, 10) == Ends(-1, 9)


def test_an_axis_from_zero_has_nothing_beyond_it():
    assert ends_of([3, 9], 100, 10, zero=True) == Ends(0, 10)
    assert ends_of([-3, -9], 100, 10, zero=True) == Ends(-10, 0)


def test_one_number_has_room_around_it():
    assert ends_of([4], 100) == Ends(2, 6)
    assert ends_of([0], 100) == Ends(-1, 1)
    assert ends_of([4], 100, kind="log") == Ends(2, 8, "log")


@pytest.mark.parametrize(
    ("low", "high", "step"), [(0, 10, 1), (0, 14, 1), (0, 15, 2), (0, 35, 5), (0.29, 0.73, 0.05)]
)
def test_steps_are_one_two_and_five_times_powers_of_ten(low, high, step):
    assert tick_step(high - low, 10) == pytest.approx(step)


def test_ends_move_outwards_to_steps():
    assert rounded(Ends(0.29, 0.73)) == Ends(0.25, 0.75)
    assert rounded(Ends(-0.02, 17.3)) == Ends(-2, 18)


@pytest.fixture
def view():
    """A line with a band and a rule, over steps."""
    y = {"type": "quantitative", "scale": {"zero": False, "padding": 10}}
    return {
        "layer": [
            {"mark": "area", "encoding": {"y": y | {"field": "lower"}, "y2": {"field": "upper"}}},
            {"mark": "rule", "encoding": {"y": {"datum": 1}}},
            {"mark": "line", "encoding": {"y": y | {"field": "value"}}},
        ]
    }


ROWS = pd.DataFrame({"value": [4.0, math.nan, 6.0], "lower": [3.0] * 3, "upper": [9.0] * 3})


def test_all_layers_of_a_view_have_the_same_ends(view):
    """From the rule at 1 to the band's 9; 10 of 100 pixels on each side are 1."""
    assert set_ends(view, ROWS, "y", 100) == Ends(0, 10)
    scales = [part["encoding"]["y"]["scale"] for part in view["layer"]]
    assert scales == [{"domain": [0.0, 10.0], "nice": False, "zero": False}] * 3


def test_ends_that_are_said_stay(view):
    ends = set_ends(view, ROWS, "y", 100)
    assert set_ends(view, ROWS, "y", 400) == ends


@pytest.mark.parametrize(
    "scale", [{"domain": [0, 1]}, {"domainMax": 5}, {"type": "sqrt"}, {"type": "pow"}]
)
def test_a_scale_that_is_somebody_elses_stays_as_it_is(view, scale):
    view["layer"][2]["encoding"]["y"]["scale"] = scale
    assert set_ends(view, ROWS, "y", 100) is None
    assert view["layer"][2]["encoding"]["y"]["scale"] == scale


def test_a_channel_without_numbers_has_no_ends(view):
    assert set_ends(view, ROWS, "x", 100) is None
    assert set_ends({"layer": []}, ROWS, "y", 100) is None
