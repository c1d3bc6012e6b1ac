"""How wide text is, beside what the renderer draws."""

from __future__ import annotations

import re

import pytest

from diagramgen.formats.fonts import renderer
from diagramgen.spec.text import text_width


def drawn_width(text, size, weight):
    """What the renderer says of a text's width, by the bounds of a picture that holds it alone."""
    mark = {"type": "text", "align": "left", "fontSize": size, "fontWeight": weight}
    spec = {
        "config": {"font": "Liberation Sans", "view": {"stroke": None}, "padding": 0},
        "width": 1,
        "height": 20,
        "data": {"values": [{"t": text}]},
        "mark": mark | {"x": 0},
        "encoding": {"text": {"field": "t"}},
    }
    svg = renderer().vegalite_to_svg(spec)
    return float(re.search(r'width="([\d.]+)"', svg)[1])


@pytest.mark.parametrize("weight", ["normal", "bold"])
@pytest.mark.parametrize(
    "text",
    [
        "general_web",
        "code_stackv2_edu_filtered",
        "WinoGrande: accuracy (acc_norm)",
        "\u22120.45 points at step 22,000",
        "math_infiwebmath4plus illlliiii",
    ],
)
def test_latin_text_is_as_wide_as_the_renderer_draws_it(text, weight):
    drawn = drawn_width(text, 20, weight)
    assert text_width(text, 20, bold=weight == "bold") == pytest.approx(drawn, rel=0.04)


def test_wide_letters_take_their_whole_size_and_accents_nothing():
    assert text_width("网页", 12) == 24
    assert text_width("e\u0301", 10) == text_width("e", 10)
    assert text_width("", 12) == 0
