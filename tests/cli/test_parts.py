"""`diagramgen parts`: what suites can name, and whose it is."""

from __future__ import annotations

import json

from diagramgen.cli.parts import Part, as_text
from diagramgen.formats import FORMATS
from diagramgen.looks.templates import built_in
from diagramgen.readers import READERS
from diagramgen.transforms import TRANSFORMS


def test_all_that_is_built_in_is_listed_with_a_sentence(main):
    done = main("parts", "--json")
    assert (done.code, done.err) == (0, "")
    found = json.loads(done.out)
    assert [(part["kind"], part["name"]) for part in found] == [
        *(("transform", name) for name in TRANSFORMS),
        *(("reader", name) for name in READERS),
        *(("template", name) for name in built_in()),
        *(("format", name) for name in FORMATS),
    ]
    assert {part["package"] for part in found} == {"diagramgen"}
    assert all(part["description"].endswith(".") for part in found)


def test_people_see_a_line_for_each(main):
    lines = main("parts").out.splitlines()
    assert lines[:2] == [
        "transforms",
        "  series         diagramgen  Each item's value at each step.",
    ]
    assert (
        "  vl.json        diagramgen  The Vega-Lite spec with its data, for the web and notebooks."
        in (lines)
    )


def test_what_packages_say_of_their_parts_is_shown_as_it_is():
    found = [
        Part("transform", "a", "diagramgen", "One."),
        Part("reader", "long-name", "other", "\x1b[31mred"),
    ]
    assert as_text(found) == (
        "transforms\n"
        "  a          diagramgen  One.\n"
        "\n"
        "readers\n"
        "  long-name  other       \\x1b[31mred\n"
    )
