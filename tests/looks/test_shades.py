"""Kinds of one colour."""

import itertools

import pytest

from diagramgen.looks.shades import contrast, distance, from_oklab, shades, to_oklab

COLORS = ["#005a9c", "#d55e00", "#00897b", "#7f4f24", "#5b5b5b"]


@pytest.mark.parametrize("color", [*COLORS, "#000000", "#ffffff"])
def test_there_and_back(color):
    assert from_oklab(to_oklab(color)) == color


def test_oklab_of_known_colours():
    """White, black and red as Ottosson gives them."""
    assert to_oklab("#ffffff") == pytest.approx((1, 0, 0), abs=1e-3)
    assert to_oklab("#000000") == pytest.approx((0, 0, 0), abs=1e-3)
    assert to_oklab("#ff0000") == pytest.approx((0.628, 0.225, 0.126), abs=1e-3)


def test_contrast_as_wcag_has_it():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert contrast("#ffffff", "#767676") == contrast("#767676", "#ffffff")


@pytest.mark.parametrize("color", COLORS)
@pytest.mark.parametrize("count", [2, 3, 5])
def test_kinds_go_from_dark_to_light_and_are_told_apart(color, count):
    kinds = shades(color, count, (0.36, 0.64))
    lightness = [to_oklab(kind)[0] for kind in kinds]
    assert lightness == sorted(lightness)
    assert (lightness[0], lightness[-1]) == pytest.approx((0.36, 0.64), abs=0.01)
    assert min(distance(*pair) for pair in itertools.pairwise(kinds)) > 0.06
    assert min(contrast(kind, "#ffffff") for kind in kinds) > 3


def test_one_alone_is_the_colour_itself():
    assert shades("#005a9c", 1, (0.36, 0.64)) == ["#005a9c"]


def test_what_no_screen_shows_has_less_of_its_hue():
    assert from_oklab((0.5, 0.4, 0.0)).startswith("#")
    assert to_oklab(from_oklab((0.5, 0.4, 0.0)))[0] == pytest.approx(0.5, abs=0.01)
