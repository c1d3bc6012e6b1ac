"""A value against a schema -> findings that say what is wrong in the language's own words."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from diagramgen.document import Where

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

KINDS = {
    "string": "text",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "nothing",
}


class Finding(NamedTuple):
    """What is wrong at a node; `at` tells whether its key or its value is meant."""

    where: Where
    code: str
    message: str
    at: str = "value"


def check(value: Any, schema: dict[str, Any], where: Where, what: str) -> Iterator[Finding]:
    """Every finding of a value against a JSON Schema; `what` names the mapping that it is."""
    from jsonschema import Draft202012Validator

    for error in Draft202012Validator(schema).iter_errors(value):
        yield from _findings(error, schema, where, what)


def _findings(
    error: ValidationError, root: dict[str, Any], where: Where, what: str
) -> Iterator[Finding]:
    place = (*where, *error.absolute_path)
    rule: Any = error.validator_value
    schema: Any = error.schema
    value: Any = error.instance
    name = what if len(error.absolute_path) == 0 else f"'{error.absolute_path[-1]}'"
    match error.validator:
        case "additionalProperties":
            known = schema["properties"]
            for key in value:
                if key not in known:
                    yield unknown((*place, key), "key", key, known, f" of {name}", at="key")
        case "required":
            for key in rule:
                if key not in value:
                    yield Finding(place, "missing-key", f"{name} needs the key '{key}'")
        case "minItems" | "minProperties" | "minLength":
            yield Finding(place, "empty", f"{name} is empty; it needs at least {rule}")
        case "pattern":
            message = f"{name}: got {shown(value)}; expected text that matches {rule}"
            yield Finding(place, "wrong-value", message)
        case "enum" | "const":
            allowed = rule if error.validator == "enum" else [rule]
            hint = suggestion(value, allowed) if isinstance(value, str) else ""
            message = f"{name}: got {shown(value)}; expected {expected(schema, root)}{hint}"
            yield Finding(place, "wrong-value", message)
        case _:
            message = f"{name}: got {shown(value)}; expected {expected(schema, root)}"
            yield Finding(place, "wrong-type", message)


def unknown(
    where: Where, kind: str, word: str, known: Iterable[str], of: str = "", *, at: str = "value"
) -> Finding:
    """A word that is not one of those known, with the nearest one, or with all."""
    names = list(known)
    hint = suggestion(word, names) or f"; known: {', '.join(names) or 'none'}"
    return Finding(where, f"unknown-{kind}", f"'{word}' is not a {kind}{of}{hint}", at)


def suggestion(word: str, known: Iterable[Any]) -> str:
    """'; did you mean ...?' when a known word is near, else nothing."""
    near = difflib.get_close_matches(word, [str(each) for each in known], 1, 0.6)
    return f"; did you mean '{near[0]}'?" if near else ""


def expected(schema: dict[str, Any], root: dict[str, Any]) -> str:
    """What a schema allows, in words: 'an integer, first, last or a list of ...'."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rsplit("/", 1)[-1]]
    options = schema.get("anyOf")
    if options:
        words = [word for option in options for word in _alternatives(option, root)]
        return _or(words)
    return _or(_alternatives(schema, root))


def _alternatives(schema: dict[str, Any], root: dict[str, Any]) -> list[str]:
    if "enum" in schema:
        return [str(value) for value in schema["enum"]]
    if "const" in schema:
        return [str(schema["const"])]
    kind = schema.get("type", "object")
    if kind == "array" and "items" in schema:
        return [f"a list of ({expected(schema['items'], root)})"]
    limits = {"minimum": "from", "maximum": "to", "exclusiveMinimum": "above",
              "exclusiveMaximum": "below"}  # fmt: skip
    bounds = "".join(f" {word} {schema[key]:g}" for key, word in limits.items() if key in schema)
    return [KINDS.get(kind, str(kind)) + bounds]


def _or(words: list[str]) -> str:
    words = list(dict.fromkeys(words))
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def shown(value: Any) -> str:
    """A value as a message shows it."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    text = text if len(text) <= 60 else f"{text[:57]}..."
    return f"'{text}'" if isinstance(value, str) else text
