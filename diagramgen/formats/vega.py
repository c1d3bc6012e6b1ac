"""What the renderer makes of a spec: a drawing, the same as Vega, and what draws in a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from diagramgen.errors import ChartError
from diagramgen.formats.check import check_svg
from diagramgen.formats.embed import NO_TEXT, origin_of, printable
from diagramgen.formats.fonts import renderer
from diagramgen.formats.format import Drawing
from diagramgen.formats.spec import Spec
from diagramgen.formats.width import at_width

VL_VERSION = "6.4"
"""Vega-Lite's version, as the renderer names it; `vegalite.SCHEMA_URL` says it in full."""
ESCAPED = re.compile(r"\\[ubf]")
"""How JSON writes a control character."""
MOST_BLAMED = 50
"""Drawings that may fail for an earlier one's fault before the renderer is given up."""
BLANK: Spec = {"data": {"values": []}, "mark": "point"}


def draw_svg(spec: Spec, scale: float, optimize: bool) -> Drawing:
    """The drawing of a spec, made without loading anything, and checked.

    Raises `ChartError` when the renderer refuses the spec, or what it draws would reach outside.
    """
    svg: str = _ask(renderer().vegalite_to_svg, spec, allowed_base_urls=[])
    svg = at_width(svg, spec)
    return Drawing(svg, check_svg(svg), origin_of(spec), scale, optimize)


def to_vega(spec: Spec) -> Spec:
    """A spec as Vega. Raises `ChartError` when the renderer refuses it."""
    vega: Spec = _ask(renderer().vegalite_to_vega, spec)
    return vega


def _ask(convert: Callable[..., Any], spec: Spec, **more: Any) -> Any:
    """What the renderer makes of a spec. Raises `ChartError` when it refuses it."""
    try:
        return convert(_printable(spec), vl_version=VL_VERSION, **more)
    except ValueError as err:
        _settle()
        reason = " ".join(line.strip() for line in str(err).splitlines()[:2])
        raise ChartError(f"the renderer refuses the spec: {reason}") from err


def _settle() -> None:
    """Let the renderer fail for all that it still has to fail for.

    A link that it refuses fails after the drawing is over: the next one, of another chart, would be
    blamed for it.
    """
    for _ in range(MOST_BLAMED):
        try:
            renderer().vegalite_to_svg(BLANK, vl_version=VL_VERSION)
        except ValueError:
            continue
        return


def _printable(spec: Spec) -> Spec:
    """A spec without what no picture can show, which would end the renderer's process."""
    text = json.dumps(spec, ensure_ascii=False)
    return printable(spec) if ESCAPED.search(text) or NO_TEXT.search(text) else spec


@cache
def vega_bundle() -> bytes:
    """Vega, Vega-Lite and Vega-Embed as one script, in the versions that render the specs.

    It takes seconds to make.
    """
    snippet = "window.vegaEmbed=vegaEmbed;"
    code: str = renderer().javascript_bundle(snippet, vl_version=VL_VERSION)
    # It is a module; a page of file:// can load classic scripts only, whose names are everyone's.
    return f'(() => {{"use strict";\n{code}\n}})();\n'.encode()
