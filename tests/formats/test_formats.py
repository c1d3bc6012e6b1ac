"""The table of formats: what it knows of each is true of its files."""

import re

import pandas as pd
import pytest

from diagramgen.formats import FORMATS, format_of, needs_renderer
from diagramgen.formats.format import OfTables
from diagramgen.formats.render import draw, draw_all
from diagramgen.formats.spec import encode
from diagramgen.limits import MAX_NAME
from diagramgen.model.output import Output
from diagramgen.model.record import record_schema
from diagramgen.spec.vegalite import SCHEMA_URL
from diagramgen.suite.schema import CHART

SPEC = {
    "$schema": SCHEMA_URL,
    "usermeta": {"diagramgen": {"id": "a/b"}},
    "data": {"values": [{"a": "b"}]},
    "mark": "point",
}


@pytest.mark.parametrize(
    ("path", "format_"),
    [
        ("a/b.png", "png"),
        ("a.vl.json", "vl.json"),
        ("a.svg/b.vega.json", "vega.json"),
        ("a.json", None),
        ("a.PNG", None),
        ("png", None),
        ("a.gif", None),
        ("", None),
    ],
)
def test_a_suffix_names_a_format(path, format_):
    assert format_of(path) == format_


@pytest.mark.parametrize("name", [name for name in FORMATS if FORMATS[name].mark])
def test_a_file_says_that_diagramgen_made_it(name):
    assert FORMATS[name].mark in draw(SPEC, name, 1.0)


@pytest.mark.parametrize("name", [n for n in FORMATS if isinstance(FORMATS[n], OfTables)])
def test_a_format_of_tables_is_made_without_a_spec(name):
    tables = [pd.DataFrame({"step": [1], "value": [0.5]})]
    assert FORMATS[name].make(tables) == b"step,value\n1,0.5\n"
    with pytest.raises(KeyError):
        draw_all(encode(SPEC), (name,), 1.0)


def test_which_formats_need_the_renderer():
    assert [name for name in FORMATS if not needs_renderer([name])] == ["vl.json", "csv"]
    assert not needs_renderer(["csv", "vl.json"])
    assert needs_renderer(["csv", "html"])
    assert not needs_renderer([])


def test_the_language_knows_the_formats_of_the_table():
    formats = record_schema(Output)["properties"]["formats"]
    assert sorted(formats["items"]["enum"]) == sorted(FORMATS)
    pattern = re.compile(CHART["output"]["pattern"])
    assert all(pattern.search(f"a.{name}") for name in FORMATS)
    assert not any(pattern.search(path) for path in ("a", "png", "a.gif", "a.json", "a.png/b"))


def test_the_longest_name_of_a_file_has_room_for_every_suffix():
    assert MAX_NAME + max(len(f".{name}".encode()) for name in FORMATS) == 255
