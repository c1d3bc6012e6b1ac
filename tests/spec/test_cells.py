"""Cells: which colour is which number, and numbers that can be read on them."""

from pathlib import Path

import pandas as pd
import pytest

from diagramgen.looks.shades import luminance
from diagramgen.looks.themes import built_in, load_theme
from diagramgen.spec.cells import label_cells, light_ranges, ramp_scale
from diagramgen.spec.sizes import sizes_of

SIZES = sizes_of(load_theme("light", Path(), "full").config)
GREYS = ("#ffffff", "#808080", "#000000")


def scale(numbers, colors=GREYS, is_difference=False, may_log=False):
    return ramp_scale(colors, numbers, is_difference=is_difference, may_log=may_log)


def test_colours_are_spread_evenly():
    assert scale([4.0, 2.0]) == {
        "domain": [2.0, 3.0, 4.0],
        "range": list(GREYS),
        "interpolate": "rgb",
    }


def test_differences_have_zero_in_the_middle():
    assert scale([-1.0, 4.0], is_difference=True)["domain"] == [-4.0, 0.0, 4.0]
    assert scale([0.0], is_difference=True)["domain"] == [-1.0, 0.0, 1.0]


def test_numbers_over_decades_go_by_their_logarithms():
    wide = scale([1.0, 100.0], may_log=True)
    assert (wide["type"], wide["domain"]) == ("log", [1.0, 10.0, 100.0])
    assert "type" not in scale([1.0, 19.0], may_log=True)
    assert "type" not in scale([0.0, 100.0], may_log=True)
    assert "type" not in scale([1.0, 100.0])


def test_one_number_has_a_colour():
    assert scale([2.0])["domain"] == [1.0, 2.0, 3.0]


def test_light_text_is_on_dark_cells():
    # Grey of luminance 0.1791 is rgb 0.4608: that is 54 % of the way from white to black.
    ((low, high),) = light_ranges(scale([0.0, 1.0]))
    assert low == pytest.approx(0.54, abs=0.01)
    assert high > 1e9
    assert light_ranges({"scheme": "blues"}) is None
    assert light_ranges(scale([0.0, 1.0]) | {"interpolate": "hcl"}) is None


@pytest.mark.parametrize("theme", built_in())
@pytest.mark.parametrize("kind", ["cells", "differences"])
def test_text_on_every_cell_has_a_contrast_of_more_than_four_and_a_half(theme, kind):
    colors = getattr(load_theme(theme, Path(), "full").palette, kind)
    ramp = scale([-1.0, 1.0], colors)
    ranges = light_ranges(ramp)
    for i in range(400):
        value = -1 + 2 * i / 399
        place = (value + 1) / 2 * (len(colors) - 1)
        at = min(int(place), len(colors) - 2)
        ends = [[int(colors[at + k][j : j + 2], 16) / 255 for j in (1, 3, 5)] for k in (0, 1)]
        cell = luminance([a + (b - a) * (place - at) for a, b in zip(*ends, strict=True)])
        is_light = any(low <= value <= high for low, high in ranges)
        contrast = 1.05 / (cell + 0.05) if is_light else (cell + 0.05) / 0.05
        assert contrast > 4.5


def cells(width, height, count=10, items=5):
    rows = pd.DataFrame(
        [{"item": f"i{i}", "step": s, "value": 12.34} for i in range(items) for s in range(count)]
    )
    view = {
        "width": width,
        "height": height,
        "encoding": {"x": {"field": "step"}, "y": {"field": "item"}},
        "layer": [
            {"mark": {"type": "rect"}, "encoding": {"color": {"scale": scale([0.0, 20.0])}}},
            {"mark": {"type": "text"}, "encoding": {"text": {"format": ".2f"}}},
        ],
    }
    label_cells(view, rows, SIZES)
    return view["layer"]


def test_numbers_stand_only_on_cells_with_room():
    # "12.34" is 2.5 times as wide as its letters are high: 28.8 pixels at 11.5.
    roomy, narrow, tight, flat = (
        cells(400, 100),
        cells(300, 100),
        cells(200, 100),
        cells(400, 50),
    )
    assert roomy[1]["mark"]["fontSize"] == 11.5
    assert roomy[1]["mark"]["color"]["expr"].endswith("? 'white' : 'black'")
    assert narrow[1]["mark"]["fontSize"] == 9.5
    assert len(tight) == len(flat) == 1
