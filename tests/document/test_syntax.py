"""What is said of text that is no YAML: where, and what to do about it."""

from __future__ import annotations

import pytest

from diagramgen.document.document import parse_document
from diagramgen.errors import SuiteError

SAID = [
    ("a: {b: 1\n", "1:4: this '{' is never closed"),
    ("a: [1, 2\n", "1:4: this '[' is never closed"),
    ('a: "text\n', "1:4: this quote is never closed"),
    ("a:\n\tb: 1\n", "2:1: a tab cannot indent; use spaces"),
    ("a: @home\n", "1:4: text cannot begin with '@'; put it in quotes"),
    ("a: %home\n", "1:4: text cannot begin with '%'; put it in quotes"),
    ("a: b: c\n", "1:5: a second ':' in one line; put text that has ': ' in it in quotes"),
    (
        "a: *.png\n",
        "1:4: text cannot begin with '*'; put it in quotes",
    ),
    (
        "a: *b\n",
        (
            "1:4: '*b' is an alias, and no '&b' stands before it; "
            "put text that begins with '*' in quotes"
        ),
    ),
    (
        "a: 1\n   b: 2\n",
        (
            "2:4: a key cannot stand here: it is indented deeper than the keys above, or the line "
            "above is no key with ': ' and a value"
        ),
    ),
    (
        "a: 'it's'\n",
        "1:8: nothing can follow a text in quotes",
    ),
    (
        "a: [1, 'it's']\n",
        (
            "1:12: nothing can follow a text in quotes but ',' or ']'; "
            "an apostrophe within '...' is written twice"
        ),
    ),
    (
        "a: [1, 2\nb: 3\n",
        (
            "2:2: expected ',' or ']' here, for the '[' of line 1 is still open; "
            "put text that has ': ' in it in quotes"
        ),
    ),
    (
        'a: "\\d"\n',
        "1:5: '\\d' means nothing in \"...\"; write '\\\\' for a backslash, or use '...'",
    ),
    (
        "a:\n  - b: 1\n   c: 2\n",
        (
            "3:4: expected '- ' and the next entry of the list that begins in line 2; "
            "the keys of one entry are indented alike"
        ),
    ),
    ("a: 1\n---\nb: 2\n", "2:1: a suite is one document; remove this '---'"),
    (
        "a: [}]\n",
        (
            "1:5: expected a value, not '}', for nothing is open that it closes; "
            "put text that begins with it in quotes"
        ),
    ),
    ("a: &x 1\nb: &x 2\nc\n", "3:1: a key needs ': ' and a value; is it indented as it should be?"),
]


@pytest.mark.parametrize(("text", "said"), SAID, ids=[repr(text) for text, _ in SAID])
def test_what_is_said_and_where(text, said):
    with pytest.raises(SuiteError) as err:
        parse_document(text, "charts.yaml")
    (found,) = err.value.diagnostics
    assert found.code == "yaml-syntax"
    assert f"{found.line}:{found.column}: {found.message}" == said
