"""Vega-Lite JSON: the spec itself."""

from __future__ import annotations

from diagramgen.formats.format import OfSpec


def _make(spec: bytes) -> bytes:
    return spec


FORMAT = OfSpec(
    description="The Vega-Lite spec with its data, for the web and notebooks.",
    make=_make,
    mark=b'"diagramgen":',
)
