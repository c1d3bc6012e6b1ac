"""Vega-Lite spec -> the bytes of each file that is made from it."""

from __future__ import annotations

import json
from collections.abc import Iterable

from diagramgen.formats import FORMATS
from diagramgen.formats.format import OfDrawing, OfSpec
from diagramgen.formats.scripts import fonts_for
from diagramgen.formats.spec import Spec, encode
from diagramgen.formats.vega import draw_svg


def draw(spec: Spec, format_: str, scale: float) -> bytes:
    """A spec as the bytes of a file of one format, see `draw_all`."""
    return draw_all(encode(spec), (format_,), scale)[format_]


def draw_all(
    spec: bytes, formats: Iterable[str], scale: float, *, optimize: bool = False
) -> dict[str, bytes]:
    """A spec, as the bytes of its `.vl.json`, as the bytes of a file of each format.

        spec -> SVG -> checked -> png, svg, pdf

    The formats are those that are not made from tables. Pictures say in their file what they show
    and where they come from, and hold all that they show: drawing them loads nothing. `scale` is
    PNG pixels for each chart pixel; with `optimize` a PNG has as few bytes as it can have. Raises
    `ChartError` when the renderer refuses the spec, or what it draws would reach outside or has too
    many pixels.
    """
    kinds = {name: FORMATS[name] for name in formats}
    files = {name: kind.make(spec) for name, kind in kinds.items() if isinstance(kind, OfSpec)}
    pictures = {name: kind for name, kind in kinds.items() if isinstance(kind, OfDrawing)}
    if pictures:
        with fonts_for(spec.decode()):
            drawing = draw_svg(json.loads(spec), scale, optimize)
            files |= {name: kind.make(drawing) for name, kind in pictures.items()}
    return {name: files[name] for name in kinds}
