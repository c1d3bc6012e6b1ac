"""A spec's files: each of its format, the same bytes every time."""

from __future__ import annotations

import io
import json
import re

import pytest
from PIL import Image

from diagramgen.errors import ChartError
from diagramgen.formats.png import smaller
from diagramgen.formats.render import draw
from diagramgen.formats.spec import encode
from diagramgen.formats.vega import VL_VERSION
from diagramgen.spec.vegalite import SCHEMA_URL

SPEC = {
    "$schema": SCHEMA_URL,
    "title": "Loss </script><script>alert(1)</script>",
    "description": 'Falls "fast".',
    "config": {"background": "#fffff0"},
    "data": {"values": [{"item": "a <b>", "loss": 2.5}, {"item": "ü 📈", "loss": 2.0}]},
    "mark": "bar",
    "encoding": {
        "x": {"field": "loss", "type": "quantitative"},
        "y": {"field": "item", "type": "nominal"},
    },
}
BEGINS = {
    "png": b"\x89PNG\r\n\x1a\n",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"',
    "pdf": b"%PDF-1.",
    "vl.json": b'{\n "$schema": "https://vega.github.io/schema/vega-lite/v6',
    "vega.json": b'{\n "$schema": "https://vega.github.io/schema/vega/v6',
    "html": b"<!doctype html>",
}


@pytest.mark.parametrize("format_", BEGINS)
def test_each_format_is_what_it_says_and_has_the_same_bytes_every_time(format_):
    first = draw(SPEC, format_, 1.0)
    assert first.startswith(BEGINS[format_])
    assert draw(SPEC, format_, 1.0) == first


def test_scale_is_png_pixels_for_each_chart_pixel():
    def size(scale):
        png = draw(SPEC, "png", scale)
        return tuple(int.from_bytes(png[i : i + 4]) for i in (16, 20))

    single, double = size(1.0), size(2.0)
    assert abs(double[0] - 2 * single[0]) <= 1
    assert abs(double[1] - 2 * single[1]) <= 1


def test_the_renderer_has_the_vega_lite_that_the_specs_name():
    assert f"/v{VL_VERSION}." in SCHEMA_URL


def test_a_saved_spec_is_read_as_it_was():
    assert json.loads(draw(SPEC, "vl.json", 1.0)) == SPEC


def test_a_page_holds_its_chart_and_nothing_in_it_ends_the_script():
    page = draw(SPEC, "html", 1.0).decode()
    assert page.count("</script>") == 2
    assert "<title>Loss &lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;</title>" in page
    assert '<meta name="description" content="Falls &#34;fast&#34;.">' in page
    assert 'style="background: #fffff0"' in page
    (spec,) = re.findall(r"const spec = (.*);\n", page)
    assert json.loads(spec) == SPEC
    own = page[: page.index("<script>")] + page[page.index("</script>") :]
    assert re.findall(r'(?:src|href)="([^"]*)"', own) == ["data:,"]


def test_what_the_renderer_refuses_is_a_chart_error():
    with pytest.raises(ChartError, match=r"^the renderer refuses the spec: "):
        draw(SPEC | {"mark": "nothing"}, "png", 1.0)


def test_json_has_no_nan():
    with pytest.raises(ValueError, match="Out of range float values are not JSON compliant"):
        encode({"value": float("nan")})


def test_an_optimized_png_has_the_same_pixels_and_words_in_fewer_bytes():
    pytest.importorskip("oxipng", reason="needs the extra `optimize`")
    plain = draw(SPEC, "png", 2.0)
    small = smaller(plain)
    with Image.open(io.BytesIO(plain)) as before, Image.open(io.BytesIO(small)) as after:
        assert after.convert("RGBA").tobytes() == before.convert("RGBA").tobytes()
        after.load()
        assert after.text["Title"] == SPEC["title"]
    assert len(small) < 0.8 * len(plain)
    assert smaller(plain) == small
