"""Drawing reaches nothing: a listener hears nothing of it, and what would reach it is told."""

from __future__ import annotations

import json

import pytest

from diagramgen.errors import ChartError
from diagramgen.formats.check import Size, check_svg
from diagramgen.formats.render import draw, draw_all
from diagramgen.formats.spec import encode
from diagramgen.spec.vegalite import SCHEMA_URL

POINTS = {
    "$schema": SCHEMA_URL,
    "data": {"values": [{"step": 1, "value": 2.5}]},
    "mark": "point",
    "encoding": {
        "x": {"field": "step", "type": "quantitative"},
        "y": {"field": "value", "type": "quantitative"},
    },
}
IMAGE = {"type": "image", "width": 9, "height": 9}
PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNg"
    "YGBgAAAABQABpfZFQAAAAABJRU5ErkJggg=="
)
ASKED = {
    "data": {"data": {"url": "HOST/data.json"}},
    "lookup": {
        "transform": [
            {
                "lookup": "step",
                "from": {"data": {"url": "HOST/lookup.json"}, "key": "step", "fields": ["n"]},
            }
        ]
    },
    "topojson": {
        "data": {"url": "HOST/topo.json", "format": {"type": "topojson", "feature": "a"}},
        "mark": "geoshape",
        "encoding": {},
    },
    "image": {"mark": IMAGE | {"url": "HOST/mark.png"}},
    "image of an expression": {"mark": IMAGE | {"url": {"expr": "'HOST/' + 'expr.png'"}}},
    "image of a field": {
        "mark": IMAGE,
        "transform": [{"calculate": "'HOST/' + datum.step", "as": "where"}],
        "encoding": POINTS["encoding"] | {"url": {"field": "where", "type": "nominal"}},
    },
}
"""Each asks another host for something when it is drawn, if nothing keeps it from that."""
LATER = {
    "color": {"mark": {"type": "point", "color": "url(HOST/color.svg#a)"}},
    "background": {"background": "url(HOST/background.svg#a)"},
    "font": {"mark": {"type": "text", "text": "a", "font": "url(HOST/font.woff)"}},
    "blend": {"mark": {"type": "point", "blend": "normal;fill:url(HOST/blend.svg#a)"}},
    "escaped": {"mark": {"type": "point", "color": "u\\72l(HOST/color.svg#a)"}},
    "picture of a picture": {"mark": IMAGE | {"url": "data:image/svg+xml,<image href='HOST/'/>"}},
}
"""Each asks when its SVG is shown in a browser."""


def with_host(change, host):
    """The points with a change that names another host."""
    return POINTS | json.loads(json.dumps(change).replace("HOST", host))


@pytest.mark.parametrize("format_", ["png", "svg", "pdf"])
@pytest.mark.parametrize("what", ASKED)
def test_no_format_asks_another_host_for_anything(what, format_, listener):
    listener.seen()
    for host in listener.urls:
        with pytest.raises(ChartError):
            draw(with_host(ASKED[what], host), format_, 1.0)
    assert listener.seen() == []


@pytest.mark.parametrize("what", LATER)
def test_no_picture_asks_when_it_is_shown(what):
    with pytest.raises(ChartError, match="a chart holds all that it shows, and loads nothing"):
        draw(with_host(LATER[what], "https://example.org"), "svg", 1.0)


def test_a_file_of_this_machine_is_not_read(tmp_path):
    secret = tmp_path / "secret.json"
    secret.write_text('[{"text": "a secret"}]', encoding="utf-8")
    text = {"mark": {"type": "text"}, "encoding": {"text": {"field": "text"}}}
    assert b"a secret" not in draw(POINTS | text | {"data": {"url": f"file://{secret}"}}, "svg", 1)
    with pytest.raises(ChartError, match="External data url not allowed"):
        draw(POINTS | text | {"data": {"url": str(secret)}}, "svg", 1)
    with pytest.raises(ChartError, match=r"^mark image, href: "):
        draw(POINTS | {"mark": IMAGE | {"url": f"file://{secret}"}}, "png", 1.0)


def test_what_is_refused_is_told_with_mark_and_address():
    with pytest.raises(ChartError) as err:
        draw(POINTS | {"mark": IMAGE | {"url": "http://example.org/a.png"}}, "png", 1.0)
    assert str(err.value) == (
        "mark image, href: 'http://example.org/a.png'; "
        "a chart holds all that it shows, and loads nothing"
    )
    with pytest.raises(ChartError) as err:
        draw(POINTS | {"data": {"url": "http://example.org/a.json"}}, "png", 1.0)
    assert str(err.value) == (
        "the renderer refuses the spec: Vega-Lite to SVG conversion failed: "
        "Error: External data url not allowed: http://example.org/a.json"
    )


def test_a_picture_that_is_written_out_is_drawn():
    svg = draw(POINTS | {"mark": IMAGE | {"url": PIXEL}}, "svg", 1.0).decode()
    assert f'xlink:href="{PIXEL}"' in svg


def test_a_gradient_is_of_the_drawing_itself():
    stops = [{"offset": 0, "color": "red"}, {"offset": 1, "color": "blue"}]
    for gradient in ("linear", "radial"):
        mark = {"type": "rect", "color": {"gradient": gradient, "stops": stops}}
        assert b"url(#" in draw(POINTS | {"mark": mark}, "svg", 1.0)


def test_a_link_that_runs_something_is_refused_and_no_other_chart_suffers():
    good = draw(POINTS, "svg", 1.0)
    links = POINTS["encoding"] | {"href": {"value": "javascript:alert(1)"}}
    for _ in range(3):
        with pytest.raises(ChartError, match=r"^the renderer refuses the spec: "):
            draw(POINTS | {"encoding": links}, "svg", 1.0)
        assert draw(POINTS, "svg", 1.0) == good


def test_a_link_to_a_page_stays():
    links = POINTS["encoding"] | {"href": {"value": "https://example.org/run"}}
    assert b'href="https://example.org/run"' in draw(POINTS | {"encoding": links}, "svg", 1.0)


HEAD = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10">'
NO_SVG = [
    ("<p/>", "the drawing has an element 'p', which none may have"),
    (f"{HEAD}<script/></svg>", "the drawing has an element 'script', which none may have"),
    (f"{HEAD}<style/></svg>", "the drawing has an element 'style', which none may have"),
    (f"{HEAD}<use href='#a'/></svg>", "the drawing has an element 'use', which none may have"),
    (f"{HEAD}<foreignObject/></svg>",
     "the drawing has an element 'foreignObject', which none may have"),
    (f"{HEAD}<g onload='a()'/></svg>",
     "mark g, onload: 'a()'; a chart holds all that it shows, and loads nothing"),
    (f"{HEAD}<a href='javascript:a()'/></svg>",
     "link: 'javascript:a()'; a chart may link to https, http and mailto only"),
    (f"{HEAD}<a href='data:text/html,a'/></svg>",
     "link: 'data:text/html,a'; a chart may link to https, http and mailto only"),
    (f"{HEAD}<g style='fill:url(//a)'/></svg>",
     "mark g, style: 'fill:url(//a)'; a chart holds all that it shows, and loads nothing"),
    (f"<!DOCTYPE svg>{HEAD}</svg>",
     "the drawing has declarations or instructions, which none may have"),
    (f"<!DOCTYPE svg [<!ENTITY a 'b'>]>{HEAD}&a;</svg>",
     "the drawing has declarations or instructions, which none may have"),
    (f"<?xml-stylesheet href='a'?>{HEAD}</svg>",
     "the drawing has declarations or instructions, which none may have"),
    (f"{HEAD}", "the renderer has drawn no SVG: no element found: line 1, column 63"),
    ('<svg xmlns="http://www.w3.org/2000/svg"/>',
     "the drawing has no width and height in numbers"),
]  # fmt: skip


@pytest.mark.parametrize(("svg", "message"), NO_SVG)
def test_what_no_drawing_may_hold(svg, message):
    with pytest.raises(ChartError) as err:
        check_svg(svg)
    assert str(err.value) == message


def test_a_drawing_that_holds_what_it_shows():
    assert check_svg(f"{HEAD}<rect fill='url(#a)' clip-path='url(\"#b\")'/></svg>") == Size(20, 10)


def test_a_picture_of_too_many_pixels_is_not_begun():
    spec = POINTS | {"width": 30_000, "height": 20_000}
    with pytest.raises(ChartError) as err:
        draw(spec, "png", 2.0)
    assert str(err.value) == (
        "the PNG would have 2,411 million pixels, 30,063 x 20,047 at scale 2; at most 100 million"
    )
    assert draw(spec, "svg", 2.0).startswith(b"<svg")


def test_several_formats_of_one_spec_are_what_each_would_be_alone():
    formats = ("vl.json", "png", "svg", "pdf", "html", "vega.json")
    assert draw_all(encode(POINTS), formats, 2.0) == {
        name: draw(POINTS, name, 2.0) for name in formats
    }


@pytest.mark.parametrize("format_", ["png", "svg", "pdf", "html"])
def test_characters_that_no_picture_has_do_not_end_the_process(format_):
    spec = POINTS | {"title": "a\x00b\x1bc\ufffe", "description": "d\x01"}
    assert draw(spec, format_, 1.0) != b""
    assert "a\ufffdb\ufffdc\ufffd" in draw(spec, "svg", 1.0).decode()
