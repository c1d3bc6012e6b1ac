"""Pictures of several plots are as wide as they are said to be."""

import pytest

from diagramgen.formats.width import at_width

SVG = (
    '<svg class="marks" width="{0}" height="90" viewBox="0 0 {0} 90">'
    '<rect width="{0}" height="90" fill="white"/><rect width="8" height="4"/></svg>'
)


def said(width):
    return {"usermeta": {"diagramgen": {"width": width}}}


@pytest.mark.parametrize("drawn", [955, 963])
def test_what_is_nearly_as_wide_is_made_so(drawn):
    assert at_width(SVG.format(drawn), said(960)) == SVG.format(960)


@pytest.mark.parametrize("width", [None, 900, "960", True])
def test_what_is_of_another_width_stays(width):
    assert at_width(SVG.format(963), said(width)) == SVG.format(963)
    assert at_width(SVG.format(963), {}) == SVG.format(963)
    assert at_width("<svg/>", said(960)) == "<svg/>"
