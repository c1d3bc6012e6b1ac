"""PDF: the drawing with its fonts inside."""

from __future__ import annotations

from diagramgen.formats.format import Drawing, OfDrawing


def _make(drawing: Drawing) -> bytes:
    from diagramgen.formats.embed import in_pdf
    from diagramgen.formats.fonts import renderer

    return in_pdf(renderer().svg_to_pdf(drawing.svg), drawing.origin)


FORMAT = OfDrawing(
    description="A drawing with its fonts inside, for LaTeX.",
    make=_make,
    mark=b"/Keywords (diagramgen",
)
