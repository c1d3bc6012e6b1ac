"""What a picture says of itself, read by other programs than wrote it."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET

import pytest
from PIL import Image
from pypdf import PdfReader

from diagramgen.formats.embed import Origin, origin_of, text_of_pdf, text_of_png
from diagramgen.formats.render import draw
from diagramgen.spec.vegalite import SCHEMA_URL

TITLE = "Loss <b> & “שלום” 📈"
ORIGIN = Origin(TITLE, "From 3.0 to 2.5.", "a/loss", "5e" * 32)
SPEC = {
    "$schema": SCHEMA_URL,
    "title": {"text": TITLE, "subtitle": ["Run"]},
    "description": "From 3.0 to 2.5.",
    "usermeta": {"diagramgen": {"id": "a/loss", "suite": "5e" * 32}},
    "data": {"values": [{"step": 1, "value": 3.0}, {"step": 2, "value": 2.5}]},
    "mark": "line",
    "encoding": {
        "x": {"field": "step", "type": "quantitative"},
        "y": {"field": "value", "type": "quantitative"},
    },
}


def test_a_spec_says_what_it_shows_and_where_it_comes_from():
    assert origin_of(SPEC) == ORIGIN


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Loss", "Loss"),
        ({"text": ["Loss", "by step"]}, "Loss by step"),
        (["Loss", 1, {"a": 2}], "Loss"),
        ({"text": {"expr": "'a'"}}, ""),
        (2.5, ""),
        (None, ""),
        ("a\x00b\ud800c", "a\ufffdb\ufffdc"),
    ],
)
def test_a_title_of_any_form_is_text(title, text):
    assert origin_of({"title": title}) == Origin(text, "", "", "")


@pytest.mark.parametrize("usermeta", [None, 1, "a", [1], {"diagramgen": [1]}, {"diagramgen": {}}])
def test_a_spec_that_says_nothing_of_its_origin(usermeta):
    assert origin_of({"usermeta": usermeta}) == Origin("", "", "", "")


def test_no_word_of_a_stranger_is_markup_in_an_svg():
    svg = draw(SPEC | {"usermeta": {"diagramgen": {"id": '"/><a', "suite": '"/><b'}}}, "svg", 1.0)
    (of,) = ET.fromstring(svg)[2]
    assert of.attrib == {"id": '"/><a', "suite": '"/><b'}


def test_a_png_has_text_chunks():
    with Image.open(io.BytesIO(draw(SPEC, "png", 1.0))) as picture:
        picture.load()
        assert picture.text == {
            "Title": TITLE,
            "Description": "From 3.0 to 2.5.",
            "Software": "diagramgen 0.1.0",
            "diagramgen:id": "a/loss",
            "diagramgen:suite": "5e" * 32,
        }


def test_the_chunks_of_a_png_are_found_again():
    assert text_of_png(draw(SPEC, "png", 1.0))["diagramgen:id"] == "a/loss"
    assert text_of_png(b"GIF89a") == {}
    assert text_of_png(draw(SPEC, "png", 1.0)[:60]) == {}


def test_an_svg_is_one_image_with_a_title_and_a_description():
    svg = ET.fromstring(draw(SPEC, "svg", 1.0))
    name = "{http://www.w3.org/2000/svg}"
    assert (svg.tag, svg.get("role"), svg.get("aria-labelledby")) == (
        f"{name}svg",
        "img",
        "title desc",
    )
    assert [(svg[i].tag, svg[i].get("id"), svg[i].text) for i in range(2)] == [
        (f"{name}title", "title", TITLE),
        (f"{name}desc", "desc", "From 3.0 to 2.5."),
    ]
    (of,) = svg[2]
    assert (svg[2].tag, of.attrib) == (f"{name}metadata", {"id": "a/loss", "suite": "5e" * 32})


def test_the_text_of_an_svg_is_text_in_a_font_whose_widths_many_machines_have():
    svg = ET.fromstring(draw(SPEC | {"config": {"font": "Liberation Sans, Arial"}}, "svg", 1.0))
    texts = [
        (each.text, each.get("font-family")) for each in svg.iter() if each.tag.endswith("}text")
    ]
    assert ("step", "Liberation Sans, Arial") in texts


def test_a_pdf_has_document_information_and_its_fonts():
    pdf = PdfReader(io.BytesIO(draw(SPEC, "pdf", 1.0)))
    assert dict(pdf.metadata) == {
        "/Title": TITLE,
        "/Subject": "From 3.0 to 2.5.",
        "/Keywords": f"diagramgen:id=a/loss diagramgen:suite={'5e' * 32}",
        "/Creator": "diagramgen 0.1.0",
    }
    fonts = [font.get_object() for font in pdf.pages[0]["/Resources"]["/Font"].values()]
    files = [font["/DescendantFonts"][0]["/FontDescriptor"].keys() for font in fonts]
    assert len(files) == 2
    assert all({"/FontFile2", "/FontFile3"} & set(keys) for keys in files)


def test_the_information_of_a_pdf_is_found_again():
    assert text_of_pdf(draw(SPEC, "pdf", 1.0))["Title"] == TITLE
    assert text_of_pdf(b"no PDF at all") == {}
