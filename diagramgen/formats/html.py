"""HTML: a page with one chart that needs no other file and no other host."""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha256

from diagramgen.assets import asset_folder
from diagramgen.formats.format import OfSpec

POLICY = (
    "default-src 'none'; script-src {}; style-src 'unsafe-inline'; img-src data: blob:; "
    "connect-src 'none'; base-uri 'none'; form-action 'none'"
)
"""What a page with a chart may do: run its two scripts, and show what is written in it."""


def _make(saved: bytes) -> bytes:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    from diagramgen.formats.embed import origin_of
    from diagramgen.formats.vega import vega_bundle

    environment = Environment(
        loader=FileSystemLoader(asset_folder("gallery")), autoescape=True, undefined=StrictUndefined
    )
    spec = json.loads(saved)
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
        origin=origin_of(spec), background=spec.get("config", {}).get("background", "white"),
        policy=Markup(POLICY.format(" ".join(map(_hash, (bundle, script))))),
        bundle=Markup(bundle), script=Markup(script),
    )  # fmt: skip
    return text.encode()


def _hash(script: str) -> str:
    """How a policy names a script that stands in its page."""
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


FORMAT = OfSpec(
    description="A page with this one chart that needs no other file and no network.",
    make=_make,
    needs_renderer=True,
    mark=b'<meta name="generator" content="diagramgen',
)
