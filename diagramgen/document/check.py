"""A value against a schema -> findings that say what is wrong in the language's own words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from diagramgen.document.data import Schema
from diagramgen.document.document import Where
from diagramgen.document.valid import is_valid
from diagramgen.document.wording import (
    KINDS,
    Finding,
    Missing,
    Unknown,
    Wrong,
    nearest,
    shown,
    unknown,
)
from diagramgen.errors import short
from diagramgen.limits import MAX_FINDINGS, MAX_VEGALITE

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

PLURALS = {
    "an integer": "integers",
    "a number": "numbers",
    "a step": "steps",
    "a mapping": "mappings",
}
BOUNDS = {
    "minimum": "from {:g}",
    "exclusiveMinimum": "above {:g}",
    "maximum": "to {:g}",
    "exclusiveMaximum": "below {:g}",
    "multipleOf": "divisible by {:g}",
    "minLength": "of {} characters or more",
    "maxLength": "of {} characters or less",
}
OF_VALUES = {"enum", "const", *BOUNDS}
"""Rules that a value of the right kind may break."""
MOST_EXACT = 2**53
"""Up to this every integer is a number of JavaScript."""


def check(value: Any, schema: Schema, where: Where, what: str) -> Iterator[Finding]:
    """Every finding of a value against a JSON Schema; `what` names the value itself.

    An integer is written without a point (2.0 is none), a number is finite.
    """
    if is_valid(value, schema):
        return
    findings = (
        finding
        for error in strict_validator()(schema).iter_errors(value)
        for finding in _findings(error, schema, where, what)
    )
    found = list(islice(findings, MAX_FINDINGS))
    # Of a misspelt key that is needed one finding is enough.
    meant = {(f.where[:-1], f.what.meant) for f in found if isinstance(f.what, Unknown)}
    for finding in found:
        parts = finding.what
        if not (isinstance(parts, Missing) and (finding.where, parts.key) in meant):
            yield finding


def check_json(value: Any, where: Where) -> Iterator[Finding]:
    """The numbers in a value that JSON, and so Vega-Lite, does not have, and one with too much."""
    nodes = 0
    todo = [(value, where)]
    while todo:
        node, place = todo.pop()
        nodes += 1
        if nodes > MAX_VEGALITE:
            message = f"more than {MAX_VEGALITE:,} values of Vega-Lite"
            yield Finding(where, "too-large", message)
            return
        if isinstance(node, dict):
            todo += [(each, (*place, key)) for key, each in node.items()]
        elif isinstance(node, list):
            todo += [(each, (*place, i)) for i, each in enumerate(node)]
        elif isinstance(node, float) and not math.isfinite(node):
            yield Finding(place, "wrong-value", f"{node} is no number of JSON; null is")
        elif isinstance(node, int) and abs(node) > MOST_EXACT:
            message = f"{shown(node)} is not exact in JavaScript, which ends at {MOST_EXACT}"
            yield Finding(place, "wrong-value", message)


@cache
def strict_validator() -> Any:
    """The validator of JSON Schema 2020-12 for values of YAML, as `check` has them."""
    from jsonschema import Draft202012Validator, validators

    def is_integer(_: object, value: object) -> bool:
        return isinstance(value, int) and not isinstance(value, bool)

    def is_number(_: object, value: object) -> bool:
        return is_integer(_, value) or (isinstance(value, float) and math.isfinite(value))

    types = Draft202012Validator.TYPE_CHECKER
    types = types.redefine_many({"integer": is_integer, "number": is_number})
    extend: Any = validators.extend
    return extend(Draft202012Validator, type_checker=types)


def _findings(error: ValidationError, root: Schema, where: Where, what: str) -> Iterator[Finding]:
    place = (*where, *error.absolute_path)
    rule: Any = error.validator_value
    schema: Any = error.schema
    value: Any = error.instance
    name = _name(list(error.absolute_path), what)
    match error.validator:
        case "additionalProperties":
            known = schema["properties"]
            for key in value:
                if key not in known:
                    yield unknown((*place, key), "key", key, known, f" of {name}", at="key")
        case "required":
            for key in rule:
                if key not in value:
                    yield Finding(place, "missing-key", Missing(name, key))
        case "minItems" | "minProperties" | "maxItems" | "maxProperties":
            yield _miscounted(place, name, len(value), rule)
        case "pattern":
            like = " or ".join(f"'{example}'" for example in schema.get("examples", ()))
            like = f"text like {like}" if like else f"text that matches '{rule}'"
            yield Finding(place, "wrong-value", Wrong(name, value, like))
        case "anyOf" if inside := _of_its_kind(error, root):
            for each in inside:
                yield from _findings(each, root, where, what)
        case rule_name:
            meant = nearest(value, _literals(schema, root))
            wrong = Wrong(name, value, expected(schema, root), meant)
            yield Finding(place, "wrong-value" if rule_name in OF_VALUES else "wrong-type", wrong)


def _miscounted(place: Where, name: str, count: int, allowed: int) -> Finding:
    """That a list or mapping has too few or too many entries."""
    if not count:
        return Finding(place, "empty", f"{name} is empty; put something in, or remove it")
    if count < allowed:
        return Finding(place, "wrong-value", f"{name} has {count:,} entries; it needs {allowed:,}")
    return Finding(place, "too-large", f"{name} has {count:,} entries; it may have {allowed:,}")


def _literals(schema: Schema, root: Schema) -> Iterator[str]:
    """The words that a schema allows."""
    schema = resolved(schema, root)
    for option in schema.get("anyOf", ()):
        yield from _literals(option, root)
    yield from map(str, schema.get("enum", ()))
    if "const" in schema:
        yield str(schema["const"])


def _of_its_kind(error: ValidationError, root: Schema) -> list[ValidationError]:
    """What is wrong with a list or mapping by the one alternative that is one, if only one is."""
    value: Any = error.instance
    kind = "array" if isinstance(value, list) else "object" if isinstance(value, dict) else None
    options: Any = error.validator_value
    fitting = [i for i, option in enumerate(options) if resolved(option, root).get("type") == kind]
    if kind is None or len(fitting) != 1:
        return []
    return [each for each in error.context or () if each.relative_schema_path[0] == fitting[0]]


def resolved(schema: Schema, root: Schema) -> Schema:
    """A schema, or the one of `$defs` that it refers to."""
    name = schema.get("$ref", "").rsplit("/", 1)[-1]
    found: Schema = root["$defs"][name] if name else schema
    return found


def _name(path: list[Any], what: str) -> str:
    """What a message calls a node: its key, and for a list's member the list's key."""
    if not path:
        return what
    last = path[-1]
    return (
        f"'{short(last)}'"
        if isinstance(last, str)
        else f"{_name(path[:-1], what)}, entry {last + 1}"
    )


def expected(schema: Schema, root: Schema) -> str:
    """What a schema allows, in words: 'a step, first, last or a list of these'."""
    return _joined(list(dict.fromkeys(_alternatives(schema, root))))


def _joined(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _alternatives(schema: Schema, root: Schema) -> list[str]:
    schema = resolved(schema, root)
    if "anyOf" in schema:
        words = [word for option in schema["anyOf"] for word in _alternatives(option, root)]
        return [_short(word, words) for word in words]
    if "enum" in schema:
        return [str(value) for value in schema["enum"]]
    if "const" in schema:
        return [str(schema["const"])]
    kind = schema.get("type", "object")
    if kind == "array" and "items" in schema:
        return [f"a list of {_members(schema['items'], root)}"]
    if isinstance(schema.get("additionalProperties"), dict):
        return [f"a mapping of names to {_members(schema['additionalProperties'], root)}"]
    if schema.get("format") == "step":
        return ["a step"]
    bounds = [words.format(schema[key]) for key, words in BOUNDS.items() if key in schema]
    return [" ".join([KINDS[kind], *bounds])]


def _members(schema: Schema, root: Schema) -> str:
    words = expected(schema, root)
    return f"({words})" if " or " in words else PLURALS.get(words, words)


def _short(word: str, words: list[str]) -> str:
    """The same word, where it names its members as the others are named: 'a list of these'."""
    plain = [each for each in words if not each.startswith(("a list of", "a mapping of"))]
    return word.replace(f"({_joined(plain)})", "these") if len(plain) > 1 else word
