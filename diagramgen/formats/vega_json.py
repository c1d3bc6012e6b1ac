"""Vega JSON: the spec in the language that Vega-Lite is short for."""

from __future__ import annotations

import json

from diagramgen.formats.format import OfSpec
from diagramgen.formats.spec import encode


def _make(spec: bytes) -> bytes:
    from diagramgen.formats.vega import to_vega

    return encode(to_vega(json.loads(spec)))


FORMAT = OfSpec(
    description="The same as Vega, which some tools want.",
    make=_make,
    needs_renderer=True,
    mark=b'"diagramgen":',
)
