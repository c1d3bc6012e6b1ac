"""Numbers as they are written: apart where they are apart, with the same digits in a chart."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from diagramgen.spec.numbers import fitting, in_points, is_points, legend_format, number, precise
from diagramgen.transforms import Axis


@pytest.mark.parametrize(
    ("form", "values", "fit"),
    [
        # Its own digits are enough.
        (".2f", [4.07, 29.35], ".2f"),
        (".1%", [0.288, 0.73], ".1%"),
        ("+.1f", [-1.5, 0.0, 2.0], "+.1f"),
        (".0f", [], ".0f"),
        (".0f", [math.nan], ".0f"),
        (".1f", [0.0, 0.0], ".1f"),
        # Neighbours would be written alike.
        (".0f", [29.22, 29.31], ".1f"),
        (".1%", [0.4001, 0.4002], ".2%"),
        ("+.1f", [-0.41, -0.44, 1.0], "+.2f"),
        ("+.1%", [-0.0041, -0.0044, 0.01], "+.2%"),
        (".1~f", [1.11, 1.14], ".2f"),
        # They are so near that nothing in the chart shows the difference.
        (".1f", [0.0, 20.01, 20.04, 40.0], ".1f"),
        (".1%", [0.6, 0.6000000000000001], ".1%"),
        # Significant digits become decimals: the same for all.
        (".3g", [4.071, 29.352], ",.2f"),
        (".3g", [0.4, 0.5], ",.1f"),
        (".3g", [0.012, 1.523], ",.3f"),
        (".3g", [600000.0, 1234.0], ",.0f"),
        (".3s", [0.01, 0.02], ",.2f"),
        (".3~s", [12.34, 15.67], ",.1f"),
        # Large numbers are short, a wide range has some digits of each.
        (".3~s", [143000.0, 2e9], ".3~s"),
        (".3g", [0.00001, 0.3], ",.3~r"),
        (".3g", [12345678.0, 23456789.0], ",.3~r"),
        # What only d3-format knows stays.
        (".1e", [0.4, 0.41], ".1e"),
        ("x", [1.0, 2.0], "x"),
        (",", [100.0, 10042.0], ","),
    ],
)
def test_a_format_that_fits_the_numbers(form, values, fit):
    assert fitting(form, values) == fit


def test_a_reference_is_told_apart_from_the_values():
    axis = Axis("PPL", ".1f", better="lower")
    rows = pd.DataFrame({"value": [3.0, 3.12], "reference": [3.14, 3.14]})
    assert precise({"value": axis, "reference": axis}, rows) == {
        "value": axis._replace(format=".2f"),
        "reference": axis._replace(format=".2f"),
    }


def test_a_column_that_the_table_lacks_keeps_its_format():
    axis = Axis("Number", ",")
    assert precise({"n": axis}, pd.DataFrame({"value": [1.0]})) == {"n": axis}


@pytest.mark.parametrize(
    ("form", "values", "legend"),
    [
        (".2f", [4.0, 30.0], ".2~f"),
        (".2f", [1.0, 1.001], ".4~f"),
        ("+.1%", [-0.0935, 0.0935], "+.1~%"),
        (".1%", [0.5, 0.501], ".2~%"),
        (".2f", [3.0], ".2~f"),
        (",.3~r", [0.1, 9e9], ",.3~r"),
        (".2f", [math.nan], ".2f"),
    ],
)
def test_a_legend_repeats_no_label(form, values, legend):
    assert legend_format(form, values) == legend


def test_percentage_points_are_a_field_of_their_own():
    made = in_points("value")
    assert made == {"calculate": "datum.value * 100", "as": "points of value"}
    assert is_points(made)
    assert not is_points({"calculate": "datum.value * 100", "as": "value"})
    assert not is_points({"filter": "datum.value > 1"})


@pytest.mark.parametrize(
    ("value", "axis", "text"),
    [
        (0.0537, Axis("", "+.1%"), "+5.4%"),
        (0.0, Axis("", "+.1%"), "0.0%"),
        (-0.001, Axis("", "+.2f"), "0.00"),
        (-0.021, Axis("", "+.1%", points=True), "\N{MINUS SIGN}2.1"),
        (10042.0, Axis("", ","), "10,042"),
        (2097152.0, Axis("", ".3s"), "2,097,152"),
        (12345678.0, Axis("", ",.3~r"), "12,300,000"),
        (0.0000123, Axis("", ",.3~r"), "0.0000123"),
        (0.1, Axis("", ",.3~r"), "0.1"),
        (0.0, Axis("", ",.3~r"), "0"),
        (-0.25, Axis("", "+,.2~r"), "\N{MINUS SIGN}0.25"),
        (1.5, Axis("", "x"), "1.5"),
        (1.5, Axis("", "$.2f"), "1.5"),
        (1.5, Axis("", "(.2f"), "1.5"),
        (-0.021, Axis("", "$.1%", points=True), "\N{MINUS SIGN}2.1"),
        (1.5, Axis("", "*>8.2f"), "****1.50"),
        (1.5, Axis("", "c"), "1.5"),
        (1.5, Axis("", "p"), "1.5"),
        (1.5, Axis("", "#x"), "1.5"),
        (1e300, Axis("", ".1e"), "1.0e+300"),
    ],
)
def test_a_number_is_written_as_its_axis_does(value, axis, text):
    assert number(value, axis) == text
