"""PDF: the drawing with its fonts inside."""

from __future__ import annotations

import re

from diagramgen.formats.format import Drawing, OfDrawing

POINTS = 72 / 96
"""Points of a pixel: a PDF has 72 to an inch, a picture 96."""
SIDE = re.compile(r' (width|height)="([0-9.]+)"')
EMOJI = re.compile("[\u231a-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]\ufe0f?")
BOX = "\N{WHITE SQUARE}"


def _make(drawing: Drawing) -> bytes:
    from diagramgen.formats.embed import in_pdf
    from diagramgen.formats.fonts import renderer

    convert, svg = renderer().svg_to_pdf, in_points(drawing.svg)
    try:
        data = convert(svg)
    except RuntimeError:
        # The renderer can embed no font of coloured pictures.
        data = convert(EMOJI.sub(BOX, svg))
    return in_pdf(data, drawing.origin)


def in_points(svg: str) -> str:
    """A drawing as large in points as it is in inches; what is in it stays, by its `viewBox`."""
    head, end, rest = svg.partition(">")
    return SIDE.sub(lambda side: f' {side[1]}="{float(side[2]) * POINTS:g}"', head) + end + rest


FORMAT = OfDrawing(
    description="A drawing with its fonts inside, for LaTeX.",
    make=_make,
    mark=b"/Keywords (diagramgen",
)
