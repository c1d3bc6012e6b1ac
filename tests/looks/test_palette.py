"""Colours, dashes and shapes: no two names look alike, and a name looks the same everywhere."""

import itertools
import math
from pathlib import Path

import altair as alt
import pytest

from diagramgen.looks import templates
from diagramgen.looks.palette import DASHES, dash_of, look_of, ramp
from diagramgen.looks.themes import load_theme

LIGHT = load_theme("light", Path(), "full").palette


def test_no_two_of_the_first_48_are_alike():
    assert len({look_of(place, LIGHT.names) for place in range(48)}) == 48


def test_the_first_of_each_round():
    assert look_of(0, LIGHT.names) == ("#005a9c", (1, 0), "circle")
    assert look_of(8, LIGHT.names) == ("#005a9c", (6, 3), "square")
    assert look_of(16, LIGHT.names) == ("#005a9c", (2, 2), "triangle-up")


def test_names_of_one_colour_differ_in_dash_and_shape():
    looks = [look_of(place, ("red",)) for place in range(6)]
    assert {look.color for look in looks} == {"red"}
    assert len({look.dash for look in looks}) == 6
    assert len({look.shape for look in looks}) == 6


def test_dashes_that_differ_even_where_colours_do():
    assert [DASHES.index(dash_of(place)) for place in range(14)] == [
        *(0, 1, 2, 3, 4, 5),
        *(1, 2, 3, 4, 5, 0),
        *(2, 3),
    ]


def lab(color):
    """CIELAB lightness and colour of #rrggbb (D65)."""
    rgb = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    rgb = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in rgb]
    matrix = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    xyz = [sum(a * b for a, b in zip(row, rgb, strict=True)) for row in matrix]
    x, y, z = (v / white for v, white in zip(xyz, (0.9505, 1, 1.089), strict=True))
    x, y, z = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def difference(one, other):
    """CIE76: 2 is just noticeable, 100 is black against white."""
    return math.dist(lab(one), lab(other))


def test_the_measure():
    assert difference("#000000", "#ffffff") == pytest.approx(100, abs=0.1)
    assert difference("#0072b2", "#0072b2") == 0


@pytest.mark.parametrize("colors", [LIGHT.names, LIGHT.sources])
def test_neighbours_are_far_apart(colors):
    distances = [difference(*pair) for pair in itertools.pairwise((*colors, colors[0]))]
    assert min(distances) > 30


@pytest.mark.parametrize("colors", [LIGHT.names, LIGHT.sources, (LIGHT.better, LIGHT.worse)])
def test_every_two_colours_differ_and_stand_out_from_white(colors):
    assert min(difference(*pair) for pair in itertools.combinations(colors, 2)) > 20
    assert min(difference(color, "#ffffff") for color in colors) > 35


def test_a_ramp_runs_from_end_to_end():
    assert ramp(3, ("#000000", "#ffffff")) == ["#000000", "#808080", "#ffffff"]
    assert ramp(1, ("#000000", "#ffffff")) == ["#ffffff"]
    assert ramp(0, LIGHT.steps) == []


@pytest.mark.parametrize("name", templates.built_in())
def test_every_template_is_vega_lite(name):
    spec = templates.load(name, None).spec
    chart = alt.Chart.from_dict({"data": {"values": []}} | spec)
    assert chart.to_dict()["$schema"].startswith("https://vega.github.io/schema/vega-lite/v6")
