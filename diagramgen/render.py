"""Vega-Lite spec -> the bytes of each file."""

from __future__ import annotations

import json
from typing import Any

from diagramgen.errors import ChartError
from diagramgen.fonts import renderer

Spec = dict[str, Any]


def encode(data: Spec) -> bytes:
    """A spec or manifest as the bytes of a JSON file."""
    text = json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False)
    return f"{text}\n".encode()


def draw(spec: Spec, format_: str, scale: float) -> bytes:
    """A spec as the bytes of a file of the given format: png, svg or vl.json.

    Raises `ChartError` when the renderer refuses the spec.
    """
    if format_ == "vl.json":
        return encode(spec)
    vl_convert = renderer()
    version = spec["$schema"].rsplit("/v", 1)[-1].removesuffix(".json")
    version = ".".join(version.split(".")[:2])
    try:
        if format_ == "svg":
            svg: str = vl_convert.vegalite_to_svg(spec, vl_version=version)
            return svg.encode()
        png: bytes = vl_convert.vegalite_to_png(spec, vl_version=version, scale=scale)
    except ValueError as err:
        raise ChartError(f"the renderer refuses the spec: {str(err).splitlines()[0]}") from err
    return png
