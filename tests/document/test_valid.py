"""What is told to be valid at once has nothing against it by `jsonschema` either."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagramgen.document.check import strict_validator
from diagramgen.document.valid import RULES, WORDS, is_valid
from diagramgen.looks.templates import TEMPLATE
from diagramgen.readers import READERS
from diagramgen.suite.expand import PANELS
from diagramgen.suite.schema import (
    CHART,
    chart_schema,
    reader_schema,
    settings_schema,
    transform_schema,
)
from diagramgen.suite.settings import RUNS
from diagramgen.transforms import TRANSFORMS

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-2, 12)
    | st.sampled_from([0.0, 1.0, 0.5, 1e300, math.inf, -math.inf, math.nan])
    | st.sampled_from(["", "a", "b", "abc", "first"])
)
VALUES = st.recursive(
    SCALARS,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.sampled_from("abc"), below),
    max_leaves=6,
)
NUMBERS = st.integers(-1, 3) | st.sampled_from([0.5, 1.0])
COUNTS = st.integers(0, 3)


def of(below):
    """Schemas of a few keys each, of which most are rules."""
    keys = {
        "type": st.sampled_from(["string", "integer", "number", "boolean", "array", "object"]),
        "enum": st.lists(SCALARS, max_size=3),
        "const": SCALARS,
        "anyOf": st.lists(below, min_size=1, max_size=3),
        "items": below,
        "properties": st.dictionaries(st.sampled_from("ab"), below, max_size=2),
        "additionalProperties": st.booleans() | below,
        "propertyNames": below,
        "required": st.lists(st.sampled_from("ab"), unique=True),
        "pattern": st.sampled_from(["^a", "b$", "c"]),
        "description": st.just("words"),
        "multipleOf": st.just(2),
    }
    keys |= dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), NUMBERS)
    keys |= dict.fromkeys(("minItems", "maxItems", "minProperties", "maxProperties"), COUNTS)
    assert keys.keys() >= RULES.keys() - {"$ref"}
    return st.lists(st.sampled_from(sorted(keys)), max_size=3, unique=True).flatmap(
        lambda chosen: st.fixed_dictionaries({key: keys[key] for key in chosen})
    )


SCHEMAS = st.recursive(st.just({"type": "string"}), of, max_leaves=4)


@settings(max_examples=400)
@given(SCHEMAS, SCHEMAS, VALUES)
def test_nothing_is_against_what_is_told_to_be_valid(schema, it, value):
    root = schema | {"items": {"$ref": "#/$defs/it"}, "$defs": {"it": it}}
    if is_valid(value, root):
        assert list(strict_validator()(root).iter_errors(value)) == []


def keys_of(schema):
    """Every key of a schema and those in it."""
    yield from schema
    below = [schema[key] for key in ("items", "additionalProperties", "propertyNames")
             if isinstance(schema.get(key), dict)]  # fmt: skip
    below += schema.get("anyOf", [])
    for key in ("properties", "$defs"):
        below += schema.get(key, {}).values()
    for each in below:
        yield from keys_of(each)


def test_the_language_has_no_rule_that_is_told_only_slowly():
    schemas = [
        settings_schema(), chart_schema(), CHART["for_each"], PANELS, RUNS, TEMPLATE,
        *map(transform_schema, TRANSFORMS), *map(reader_schema, READERS.values()),
    ]  # fmt: skip
    used = {key for schema in schemas for key in keys_of(schema)}
    assert used - WORDS <= RULES.keys()
    assert {"pattern", "$ref", "anyOf"} <= used


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        (1, {"enum": [True]}),
        (True, {"const": 1}),
        (True, {"type": "integer"}),
        (1.0, {"type": "integer"}),
        (math.nan, {"type": "number"}),
        (4, {"multipleOf": 2}),
    ],
)
def test_what_is_not_surely_valid(value, schema):
    assert not is_valid(value, schema)


def test_one_schema_in_two_roots_refers_to_the_parts_of_each():
    shared = {"$ref": "#/$defs/it"}
    texts = {"items": shared, "$defs": {"it": {"type": "string"}}}
    numbers = {"items": shared, "$defs": {"it": {"type": "integer"}}}
    assert [is_valid([1], texts), is_valid([1], numbers)] == [False, True]
