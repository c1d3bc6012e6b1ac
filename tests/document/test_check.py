"""A value against a schema: what is said of it, and where."""

from __future__ import annotations

import pytest

from diagramgen.document.check import check, check_json, expected
from diagramgen.document.wording import Finding, Missing, Unknown, Wrong

STEP = {"type": "integer", "format": "step"}
OF = {"enum": ["items", "macro"]}
CHOICE = {"anyOf": [STEP, {"enum": ["first", "last"]}]}
NAMES = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}


def found(value, schema):
    return list(check(value, schema, ("here",), "the thing"))


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"type": "string"}, "text"),
        ({}, "a mapping"),
        (OF, "items or macro"),
        ({"const": 1}, "1"),
        (STEP, "a step"),
        (CHOICE, "a step, first or last"),
        ({"type": "array"}, "a list"),
        ({"type": "array", "items": STEP}, "a list of steps"),
        ({"type": "array", "items": CHOICE}, "a list of (a step, first or last)"),
        (NAMES, "text or a list of text"),
        (
            {"anyOf": [*CHOICE["anyOf"], {"type": "array", "items": CHOICE}]},
            "a step, first, last or a list of these",
        ),
        (
            {"anyOf": [{"type": "boolean"}, {"type": "array", "items": {"type": "boolean"}}]},
            "true or false or a list of (true or false)",
        ),
        (
            {"type": "object", "additionalProperties": {"type": "number"}},
            "a mapping of names to numbers",
        ),
        ({"type": "number", "exclusiveMinimum": 0, "maximum": 0.5}, "a number above 0 to 0.5"),
        ({"type": "integer", "minimum": 1, "exclusiveMaximum": 9}, "an integer from 1 below 9"),
        ({"type": "integer", "multipleOf": 10}, "an integer divisible by 10"),
        ({"type": "string", "minLength": 1}, "text of 1 characters or more"),
        ({"type": "string", "maxLength": 9}, "text of 9 characters or less"),
        ({"$ref": "#/$defs/of"}, "items or macro"),
        ({"anyOf": [OF, {"$ref": "#/$defs/of"}]}, "items or macro"),  # each once
    ],
)
def test_what_a_schema_allows_in_words(schema, said):
    assert expected(schema, {"$defs": {"of": OF}}) == said


@pytest.mark.parametrize(
    ("value", "schema", "code", "what"),
    [
        (
            "macros",
            OF,
            "wrong-value",
            Wrong("the thing", "macros", "items or macro", "macro"),
        ),
        (2, {"const": 1}, "wrong-value", Wrong("the thing", 2, "1")),
        ("steps", {"const": "step"}, "wrong-value", Wrong("the thing", "steps", "step", "step")),
        ("frist", CHOICE, "wrong-type", Wrong("the thing", "frist", expected(CHOICE, {}), "first")),
        # Only words of the language are ever meant, not those that tell of it.
        ("a steps", CHOICE, "wrong-type", Wrong("the thing", "a steps", expected(CHOICE, {}))),
        (2.0, {"type": "integer"}, "wrong-type", Wrong("the thing", 2.0, "an integer")),
        (True, {"type": "integer"}, "wrong-type", Wrong("the thing", True, "an integer")),
        (True, {"type": "number"}, "wrong-type", Wrong("the thing", True, "a number")),
        (
            float("inf"),
            {"type": "number"},
            "wrong-type",
            Wrong("the thing", float("inf"), "a number"),
        ),
        (
            5,
            {"type": "integer", "maximum": 4},
            "wrong-value",
            Wrong("the thing", 5, "an integer to 4"),
        ),
        (
            "a.jpg",
            {"type": "string", "pattern": "png$", "examples": ["a.png", "b.png"]},
            "wrong-value",
            Wrong("the thing", "a.jpg", "text like 'a.png' or 'b.png'"),
        ),
        (
            "A",
            {"type": "string", "pattern": "^[a-z]$"},
            "wrong-value",
            Wrong("the thing", "A", "text that matches '^[a-z]$'"),
        ),
        (
            "",
            {"type": "string", "minLength": 1},
            "wrong-value",
            Wrong("the thing", "", "text of 1 characters or more"),
        ),
        (
            {"a": 1, "b": 2},
            {"type": "object", "maxProperties": 1},
            "too-large",
            "the thing has 2 entries; it may have 1",
        ),
        (
            [],
            {"type": "array", "minItems": 2},
            "empty",
            "the thing is empty; put something in, or remove it",
        ),
        (
            [1],
            {"type": "array", "minItems": 2},
            "wrong-value",
            "the thing has 1 entries; it needs 2",
        ),
        (
            [1, 2, 3],
            {"type": "array", "maxItems": 2},
            "too-large",
            "the thing has 3 entries; it may have 2",
        ),
        (
            {},
            {"type": "object", "minProperties": 1},
            "empty",
            "the thing is empty; put something in, or remove it",
        ),
    ],
)
def test_what_is_found(value, schema, code, what):
    assert found(value, schema) == [Finding(("here",), code, what)]


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        (2, {"type": "number"}),
        (2**70, {"type": "integer"}),
        (["a"], NAMES),
        ([1], {"type": "array", "minItems": 1, "maxItems": 1}),
    ],
)
def test_what_is_right(value, schema):
    assert found(value, schema) == []


def test_a_node_is_named_by_its_key_or_its_place_in_the_list():
    schema = {
        "type": "object",
        "properties": {"a": {"type": "array", "items": {"type": "array", "items": STEP}}},
    }
    assert found({"a": [[1], [2, "x"]]}, schema) == [
        Finding(("here", "a", 1, 1), "wrong-type", Wrong("'a', entry 2, entry 2", "x", "a step"))
    ]
    assert found({"a": None}, schema)[0].what.name == "'a'"
    long = {"type": "object", "additionalProperties": STEP}
    assert found({"k" * 61: None}, long)[0].what.name == f"'{'k' * 57}...'"


def test_of_alternatives_the_one_of_its_kind_says_what_is_wrong():
    alternatives = {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/measure"}]}
    measure = {
        "type": "object",
        "properties": {"metric": {"type": "string"}},
        "required": ["metric"],
        "additionalProperties": False,
    }
    schema = {"type": "object", "properties": {"x": alternatives}, "$defs": {"measure": measure}}
    assert sorted(found({"x": {"items": "a"}}, schema)) == [
        Finding(("here", "x"), "missing-key", Missing("'x'", "metric")),
        Finding(
            ("here", "x", "items"),
            "unknown-key",
            Unknown("items", "key", ("metric",), " of 'x'"),
            "key",
        ),
    ]
    assert found({"x": 5}, schema) == [
        Finding(("here", "x"), "wrong-type", Wrong("'x'", 5, "text or a mapping"))
    ]
    # Where two are of its kind, none of them is taken to be meant.
    two = {"anyOf": [{"type": "array", "items": STEP}, {"type": "array", "maxItems": 0}]}
    assert found(["a"], two) == [
        Finding(("here",), "wrong-type", Wrong("the thing", ["a"], "a list of steps or a list"))
    ]


NEEDS = {
    "type": "object",
    "properties": {"label": {"type": "string"}, "root": {"type": "string"}},
    "required": ["label"],
    "additionalProperties": False,
}


def test_of_a_misspelt_key_that_is_needed_one_finding_is_enough():
    misspelt = Finding(
        ("here", "lable"),
        "unknown-key",
        Unknown("lable", "key", ("label", "root"), " of the thing", "label"),
        "key",
    )
    missing = Finding(("here",), "missing-key", Missing("the thing", "label"))
    assert found({"lable": "a"}, NEEDS) == [misspelt]
    assert missing in found({"rot": "a"}, NEEDS)
    assert found({"label": "a", "root": "b", "lable": "c"}, NEEDS) == [misspelt]
    # The key is missing in one mapping and misspelt in another.
    both = {"type": "object", "additionalProperties": NEEDS}
    assert {f.where for f in found({"a": {"lable": "x"}, "b": {}}, both)} == {
        ("here", "a", "lable"),
        ("here", "b"),
    }


def test_no_more_is_looked_for_than_is_told():
    schema = {"type": "array", "items": STEP}
    assert len(found(["x"] * 1500, schema)) == 1000


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (float("nan"), "nan is no number of JSON; null is"),
        (float("-inf"), "-inf is no number of JSON; null is"),
        (2**53 + 1, "9007199254740993 is not exact in JavaScript, which ends at 9007199254740992"),
        (
            -(2**53) - 1,
            "-9007199254740993 is not exact in JavaScript, which ends at 9007199254740992",
        ),
    ],
)
def test_numbers_that_json_lacks(value, said):
    assert list(check_json({"a": [0.5, {"b": value}]}, ("here",))) == [
        Finding(("here", "a", 1, "b"), "wrong-value", said)
    ]


def test_numbers_that_json_has():
    assert list(check_json([2**53, -(2**53), 1e300, None, "nan", True], ())) == []


def test_how_much_vegalite_there_may_be(monkeypatch):
    monkeypatch.setattr("diagramgen.document.check.MAX_VEGALITE", 4)
    assert list(check_json([1, 2, 3], ("here",))) == []
    (finding,) = check_json([1, 2, [3]], ("here",))
    assert (finding.code, finding.message) == ("too-large", "more than 4 values of Vega-Lite")
