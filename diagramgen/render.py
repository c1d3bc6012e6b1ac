"""Vega-Lite spec -> the bytes of each file."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from typing import Any

from diagramgen.assets import asset_folder
from diagramgen.embed import Origin, in_pdf, in_png, in_svg, origin_of
from diagramgen.errors import ChartError
from diagramgen.fonts import renderer

Spec = dict[str, Any]
VL_VERSION = "6.4"
"""Vega-Lite's version, as the renderer names it; `vegalite.SCHEMA_URL` says it in full."""


def encode(data: Spec) -> bytes:
    """A spec or manifest as the bytes of a JSON file."""
    text = json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False)
    return f"{text}\n".encode()


def needs_renderer(formats: Iterable[str]) -> bool:
    """Whether any of the formats is more than the spec or the table themselves."""
    return not set(formats) <= {"vl.json", "csv"}


def draw(spec: Spec, format_: str, scale: float) -> bytes:
    """A spec as the bytes of a file of the given format, any but csv.

    Pictures say in their file what they show and where they come from. `scale` is PNG pixels for
    each chart pixel. Raises `ChartError` when the renderer refuses the spec.
    """
    if format_ == "vl.json":
        return encode(spec)
    library = renderer()
    origin = origin_of(spec)
    try:
        if format_ == "png":
            return in_png(library.vegalite_to_png(spec, vl_version=VL_VERSION, scale=scale), origin)
        if format_ == "svg":
            return in_svg(library.vegalite_to_svg(spec, vl_version=VL_VERSION), origin).encode()
        if format_ == "pdf":
            return in_pdf(library.vegalite_to_pdf(spec, vl_version=VL_VERSION), origin)
        vega = library.vegalite_to_vega(spec, vl_version=VL_VERSION)
    except ValueError as err:
        raise ChartError(f"the renderer refuses the spec: {str(err).splitlines()[0]}") from err
    return encode(vega) if format_ == "vega.json" else _html(spec, origin).encode()


def _html(spec: Spec, origin: Origin) -> str:
    """A page with one chart that needs no other file and no other host."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(asset_folder("gallery")), autoescape=True, undefined=StrictUndefined
    )
    # In a script no text may end it; JSON can write every '<' another way.
    chart = json.dumps(spec).replace("<", "\\u003c")
    text: str = environment.get_template("chart.html.j2").render(
        origin=origin, background=spec.get("config", {}).get("background", "white"),
        bundle=Markup(vega_bundle().decode()), spec=Markup(chart),
    )  # fmt: skip
    return text


@cache
def vega_bundle() -> bytes:
    """Vega, Vega-Lite and Vega-Embed as one script, in the versions that render the specs.

    It takes seconds to make.
    """
    snippet = "window.vegaEmbed=vegaEmbed;"
    code: str = renderer().javascript_bundle(snippet, vl_version=VL_VERSION)
    # It is a module; a page of file:// can load classic scripts only, whose names are everyone's.
    return f'(() => {{"use strict";\n{code}\n}})();\n'.encode()
