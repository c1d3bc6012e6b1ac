"""PNG: the picture, in pixels."""

from __future__ import annotations

from diagramgen.errors import ChartError
from diagramgen.formats.format import Drawing, OfDrawing
from diagramgen.limits import MAX_PIXELS


def _make(drawing: Drawing) -> bytes:
    """The bytes of the file. Raises `ChartError` where it has too many pixels."""
    from diagramgen.formats.embed import in_png
    from diagramgen.formats.fonts import renderer

    size, scale = drawing.size, drawing.scale
    pixels = size.width * size.height * scale**2
    if not pixels <= MAX_PIXELS:
        raise ChartError(
            f"the PNG would have {pixels / 1e6:,.0f} million pixels, {size.width:,.0f} x "
            f"{size.height:,.0f} at scale {scale:g}; at most {MAX_PIXELS / 1e6:,.0f} million"
        )
    png = in_png(renderer().svg_to_png(drawing.svg, scale=scale), drawing.origin)
    return smaller(png) if drawing.optimize else png


def smaller(png: bytes) -> bytes:
    """The same picture in fewer bytes; without loss, and text chunks stay."""
    import oxipng

    optimized: bytes = oxipng.optimize_from_memory(png, level=2)
    return optimized


FORMAT = OfDrawing(
    description="A picture; `scale: 2` gives two pixels for each of the chart's.",
    make=_make,
    mark=b"diagramgen:id\0",
)
