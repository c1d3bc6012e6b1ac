"""SVG: the drawing as it is checked, with words for screen readers."""

from __future__ import annotations

from diagramgen.formats.format import Drawing, OfDrawing


def _make(drawing: Drawing) -> bytes:
    from diagramgen.formats.embed import in_svg

    return in_svg(drawing.svg, drawing.origin).encode()


FORMAT = OfDrawing(
    description="A drawing whose text is text, for pages.", make=_make, mark=b"urn:diagramgen"
)
