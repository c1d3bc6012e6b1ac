"""Vega-Lite spec -> the bytes of each file."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterable
from functools import cache
from hashlib import sha256
from typing import Any

from diagramgen.assets import asset_folder
from diagramgen.errors import ChartError
from diagramgen.formats.check import Size, check_svg
from diagramgen.formats.embed import NO_TEXT, Origin, in_pdf, in_png, in_svg, origin_of, printable
from diagramgen.formats.fonts import renderer
from diagramgen.formats.spec import Spec
from diagramgen.limits import MAX_PIXELS

VL_VERSION = "6.4"
"""Vega-Lite's version, as the renderer names it; `vegalite.SCHEMA_URL` says it in full."""
PICTURES = ("png", "svg", "pdf")
ESCAPED = re.compile(r"\\[ubf]")
"""How JSON writes a control character."""
POLICY = (
    "default-src 'none'; script-src {}; style-src 'unsafe-inline'; img-src data: blob:; "
    "connect-src 'none'; base-uri 'none'; form-action 'none'"
)
"""What a page with a chart may do: run its two scripts, and show what is written in it."""
MOST_BLAMED = 50
"""Drawings that may fail for an earlier one's fault before the renderer is given up."""
BLANK: Spec = {"data": {"values": []}, "mark": "point"}


def encode(data: Spec) -> bytes:
    """A spec or manifest as the bytes of a JSON file."""
    text = json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False)
    return f"{text}\n".encode()


def needs_renderer(formats: Iterable[str]) -> bool:
    """Whether any of the formats is more than the spec or the table themselves."""
    return not set(formats) <= {"vl.json", "csv"}


def draw(spec: Spec, format_: str, scale: float) -> bytes:
    """A spec as the bytes of a file of one format, see `draw_all`."""
    return draw_all(spec, (format_,), scale)[format_]


def draw_all(spec: Spec, formats: Iterable[str], scale: float) -> dict[str, bytes]:
    """A spec as the bytes of a file of each format, any but csv.

        spec -> SVG -> checked -> png, svg, pdf

    Pictures say in their file what they show and where they come from, and hold all that they show:
    drawing them loads nothing. `scale` is PNG pixels for each chart pixel. Raises `ChartError` when
    the renderer refuses the spec, or what it draws would reach outside or has too many pixels.
    """
    origin, plain = origin_of(spec), _printable(spec)
    svg, size = "", Size(0, 0)
    if not set(PICTURES).isdisjoint(formats):
        svg = _ask(renderer().vegalite_to_svg, plain, allowed_base_urls=[])
        size = check_svg(svg)
    makers = {
        "png": lambda: in_png(_png(svg, size, scale), origin),
        "svg": lambda: in_svg(svg, origin).encode(),
        "pdf": lambda: in_pdf(renderer().svg_to_pdf(svg), origin),
        "vl.json": lambda: encode(spec),
        "vega.json": lambda: encode(_ask(renderer().vegalite_to_vega, plain)),
        "html": lambda: _html(spec, origin).encode(),
    }
    return {format_: makers[format_]() for format_ in formats}


def _ask(convert: Callable[..., Any], spec: Spec, **more: Any) -> Any:
    """What the renderer makes of a spec. Raises `ChartError` when it refuses it."""
    try:
        return convert(spec, vl_version=VL_VERSION, **more)
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


def _png(svg: str, size: Size, scale: float) -> bytes:
    pixels = size.width * size.height * scale**2
    if not pixels <= MAX_PIXELS:
        raise ChartError(
            f"the PNG would have {pixels / 1e6:,.0f} million pixels, {size.width:,.0f} x "
            f"{size.height:,.0f} at scale {scale:g}; at most {MAX_PIXELS / 1e6:,.0f} million"
        )
    png: bytes = renderer().svg_to_png(svg, scale=scale)
    return png


def _printable(spec: Spec) -> Spec:
    """A spec without what no picture can show, which would end the renderer's process."""
    text = json.dumps(spec, ensure_ascii=False)
    return printable(spec) if ESCAPED.search(text) or NO_TEXT.search(text) else spec


def _html(spec: Spec, origin: Origin) -> str:
    """A page with one chart that needs no other file and no other host."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(asset_folder("gallery")), autoescape=True, undefined=StrictUndefined
    )
    # In a script no text may end it; JSON can write every '<' another way.
    chart = json.dumps(spec).replace("<", "\\u003c")
    script = f"""
  const spec = {chart};
  const actions = {{ export: true, source: true, compiled: false, editor: false }};
  const how = {{ mode: "vega-lite", renderer: "svg", ast: true, actions }};
  vegaEmbed("#chart", spec, how).catch(console.error);
"""
    bundle = vega_bundle().decode()
    text: str = environment.get_template("chart.html.j2").render(
        origin=origin, background=spec.get("config", {}).get("background", "white"),
        policy=Markup(POLICY.format(" ".join(map(_hash, (bundle, script))))),
        bundle=Markup(bundle), script=Markup(script),
    )  # fmt: skip
    return text


def _hash(script: str) -> str:
    """How a policy names a script that stands in its page."""
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


@cache
def vega_bundle() -> bytes:
    """Vega, Vega-Lite and Vega-Embed as one script, in the versions that render the specs.

    It takes seconds to make.
    """
    snippet = "window.vegaEmbed=vegaEmbed;"
    code: str = renderer().javascript_bundle(snippet, vl_version=VL_VERSION)
    # It is a module; a page of file:// can load classic scripts only, whose names are everyone's.
    return f'(() => {{"use strict";\n{code}\n}})();\n'.encode()
