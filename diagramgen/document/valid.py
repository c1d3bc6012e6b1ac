"""Whether a value surely has nothing against it in a schema; most have not, and it is quick to see.

What is wrong with any other is told by `jsonschema`, which takes a hundred times as long, and to
import as long again as to read a suite.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from operator import ge, gt, le, lt
from typing import Any

from diagramgen.document.data import Schema

Test = Callable[[Any], bool]
Rule = Callable[[Schema, Schema], Test]
WORDS = frozenset({"$defs", "default", "description", "examples", "format", "title"})
"""Keys of a schema that ask for nothing."""


def is_valid(value: Any, schema: Schema) -> bool:
    """Whether a value is valid by a JSON Schema for which it is easily told; False is 'perhaps'.

    An integer is written without a point (2.0 is none), a number is finite.
    """
    return _test(schema, schema)(value)


_KNOWN: dict[tuple[int, int], tuple[Schema, Schema, Test]] = {}
"""The test of each schema in a root by their `id`s, which are no others' while both are kept."""


def _test(schema: Schema, root: Schema) -> Test:
    """What a value must pass for a schema, whose `$ref`s are to `$defs` of `root`."""
    place = id(schema), id(root)
    if place not in _KNOWN:
        # A key that no rule is for may ask for anything.
        rules = dict.fromkeys(RULES.get(key, _perhaps) for key in schema if key not in WORDS)
        tests = [rule(schema, root) for rule in rules]
        _KNOWN[place] = schema, root, tests[0] if len(tests) == 1 else _every(tests)
    return _KNOWN[place][2]


def _perhaps(_: Schema, __: Schema) -> Test:
    return lambda _: False


def _every(tests: list[Test]) -> Test:
    def test(value: Any) -> bool:
        for each in tests:  # noqa: SIM110 a third of the time of `all`
            if not each(value):
                return False
        return True

    return test


def _any_of(schema: Schema, root: Schema) -> Test:
    tests = [_test(option, root) for option in schema["anyOf"]]

    def test(value: Any) -> bool:
        for each in tests:  # noqa: SIM110 a third of the time of `any`
            if each(value):
                return True
        return False

    return test


def _type(schema: Schema, _: Schema) -> Test:
    return TYPES[schema["type"]]


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return _is_integer(value) or (isinstance(value, float) and math.isfinite(value))


TYPES: dict[Any, Test] = {
    "string": lambda value: isinstance(value, str),
    "integer": _is_integer,
    "number": _is_number,
    "boolean": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


def _ref(schema: Schema, root: Schema) -> Test:
    # Only when it is asked for: a schema may be in itself.
    name = schema["$ref"].removeprefix("#/$defs/")

    def test(value: Any) -> bool:
        return _test(root["$defs"][name], root)(value)

    return test


def _properties(schema: Schema, root: Schema) -> Test:
    tests = {key: _test(each, root) for key, each in schema.get("properties", {}).items()}
    others = schema.get("additionalProperties", True)
    other = _test(others, root) if isinstance(others, dict) else None

    def test(value: Any) -> bool:
        if not isinstance(value, dict):
            return True
        for key, each in value.items():
            known = tests.get(key, other)
            if not (known(each) if known is not None else others):
                return False
        return True

    return test


def _items(schema: Schema, root: Schema) -> Test:
    of_each = _test(schema["items"], root)
    return lambda value: not isinstance(value, list) or all(map(of_each, value))


def _names(schema: Schema, root: Schema) -> Test:
    of_each = _test(schema["propertyNames"], root)
    return lambda value: not isinstance(value, dict) or all(map(of_each, value))


def _pattern(schema: Schema, _: Schema) -> Test:
    search = re.compile(schema["pattern"]).search
    return lambda value: not isinstance(value, str) or search(value) is not None


def _required(schema: Schema, _: Schema) -> Test:
    keys = frozenset(schema["required"])
    return lambda value: not isinstance(value, dict) or keys <= value.keys()


def _enum(schema: Schema, _: Schema) -> Test:
    # To Python 1, 1.0 and true are one.
    known = {(type(word), word) for word in schema["enum"] if isinstance(word, str | int)}
    return lambda value: isinstance(value, str | int) and (type(value), value) in known


def _const(schema: Schema, root: Schema) -> Test:
    return _enum({"enum": [schema["const"]]}, root)


def _sized(
    kind: type[list[Any]] | type[dict[str, Any]], key: str, is_right: Callable[[int, int], bool]
) -> Rule:
    def rule(schema: Schema, _: Schema) -> Test:
        bound = schema[key]
        return lambda value: not isinstance(value, kind) or is_right(len(value), bound)

    return rule


def _bounded(key: str, is_right: Callable[[Any, Any], bool]) -> Rule:
    def rule(schema: Schema, _: Schema) -> Test:
        bound = schema[key]
        return lambda value: not _is_number(value) or is_right(value, bound)

    return rule


RULES: dict[str, Rule] = {
    "$ref": _ref,
    "additionalProperties": _properties,
    "anyOf": _any_of,
    "const": _const,
    "enum": _enum,
    "exclusiveMaximum": _bounded("exclusiveMaximum", lt),
    "exclusiveMinimum": _bounded("exclusiveMinimum", gt),
    "items": _items,
    "maxItems": _sized(list, "maxItems", le),
    "maxProperties": _sized(dict, "maxProperties", le),
    "maximum": _bounded("maximum", le),
    "minItems": _sized(list, "minItems", ge),
    "minProperties": _sized(dict, "minProperties", ge),
    "minimum": _bounded("minimum", ge),
    "pattern": _pattern,
    "properties": _properties,
    "propertyNames": _names,
    "required": _required,
    "type": _type,
}
"""What asks for something, by its key; `properties` and `additionalProperties` are one test."""
