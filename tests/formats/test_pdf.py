"""PDF: as large in inches as the picture is."""

import io

from pypdf import PdfReader

from diagramgen.formats.pdf import in_points
from diagramgen.formats.render import draw

SPEC = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
    "data": {"values": [{"x": 1}]},
    "mark": "point",
    "encoding": {"x": {"field": "x", "type": "quantitative"}},
    "width": 320,
    "autosize": {"type": "fit-x", "contains": "padding"},
}


def test_a_column_of_a_paper_is_three_inches_and_a_third():
    page = PdfReader(io.BytesIO(draw(SPEC, "pdf", 2.0))).pages[0]
    assert abs(float(page.mediabox.width) / 72 - 3.33) < 0.01


def test_only_the_drawing_as_a_whole_is_made_smaller():
    svg = '<svg width="320" height="100" viewBox="0 0 320 100"><rect width="8" height="4"/></svg>'
    assert in_points(svg) == (
        '<svg width="240" height="75" viewBox="0 0 320 100"><rect width="8" height="4"/></svg>'
    )
