"""A value against a schema -> findings that say what is wrong in the language's own words."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from diagramgen.document import Where

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

Schema = dict[str, Any]
KINDS = {
    "string": "text",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
}
PLURALS = {
    "an integer": "integers",
    "a number": "numbers",
    "a step": "steps",
    "a mapping": "mappings",
}
BOUNDS = {
    "minimum": "from",
    "exclusiveMinimum": "above",
    "maximum": "to",
    "exclusiveMaximum": "below",
}


NEAR = re.compile(r"did you mean '(.*)'\?$")
NEEDED = re.compile(r"needs the key '(.*)'$")


class Finding(NamedTuple):
    """What is wrong at a node; `at` tells whether its key or its value is meant."""

    where: Where
    code: str
    message: str
    at: str = "value"


def check(value: Any, schema: Schema, where: Where, what: str) -> Iterator[Finding]:
    """Every finding of a value against a JSON Schema; `what` names the value itself.

    An integer is written without a point (2.0 is none), a number is finite.
    """
    found = [
        finding
        for error in _validator()(schema).iter_errors(value)
        for finding in _findings(error, schema, where, what)
    ]
    # Of a misspelt key that is needed one finding is enough.
    meant = {(f.where[:-1], name) for f in found for name in NEAR.findall(f.message)}
    for finding in found:
        lost = NEEDED.findall(finding.message) if finding.code == "missing-key" else []
        if not any((finding.where, name) in meant for name in lost):
            yield finding


@cache
def _validator() -> Any:
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
    got = f"{name}: got {shown(value)}; expected {expected(schema, root)}"
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
        case "minItems" | "minProperties":
            yield Finding(place, "empty", f"{name} is empty; put something in, or remove it")
        case "pattern":
            like = " or ".join(f"'{example}'" for example in schema["examples"])
            message = f"{name}: got {shown(value)}; expected text like {like}"
            yield Finding(place, "wrong-value", message)
        case "anyOf" if inside := _of_its_kind(error, root):
            for each in inside:
                yield from _findings(each, root, where, what)
        case "enum" | "const" | "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum":
            yield Finding(place, "wrong-value", got + _near(value, [schema], root))
        case _:
            options = rule if error.validator == "anyOf" else []
            yield Finding(place, "wrong-type", got + _near(value, options, root))


def _near(value: Any, options: list[Schema], root: Schema) -> str:
    """A hint at the word of some schemas that a text may be meant for."""
    words = [word for option in options for word in _alternatives(option, root)]
    return suggestion(value, words) if isinstance(value, str) else ""


def _of_its_kind(error: ValidationError, root: Schema) -> list[ValidationError]:
    """What is wrong with a list or mapping by the one alternative that is one, if only one is."""
    value: Any = error.instance
    kind = "array" if isinstance(value, list) else "object" if isinstance(value, dict) else None
    options: Any = error.validator_value
    fitting = [i for i, option in enumerate(options) if _resolved(option, root).get("type") == kind]
    if kind is None or len(fitting) != 1:
        return []
    return [each for each in error.context or () if each.relative_schema_path[0] == fitting[0]]


def _resolved(schema: Schema, root: Schema) -> Schema:
    """A schema, or the one of `$defs` that it refers to."""
    name = schema.get("$ref", "").rsplit("/", 1)[-1]
    found: Schema = root["$defs"][name] if name else schema
    return found


def _name(path: list[Any], what: str) -> str:
    """What a message calls a node: its key, and for a list's member the list's key."""
    if not path:
        return what
    last = path[-1]
    return f"'{last}'" if isinstance(last, str) else f"{_name(path[:-1], what)}, entry {last + 1}"


def unknown(
    where: Where, kind: str, word: str, known: Iterable[str], of: str = "", *, at: str = "value"
) -> Finding:
    """A word that is not one of those known, with the nearest one, or with all."""
    names = list(known)
    hint = suggestion(word, names) or f"; known: {', '.join(names) or 'none'}"
    article = "an" if kind[0] in "aeiou" else "a"
    return Finding(where, f"unknown-{kind}", f"'{word}' is not {article} {kind}{of}{hint}", at)


def suggestion(word: str, known: Iterable[Any]) -> str:
    """'; did you mean ...?' when a known word is near, else nothing."""
    near = difflib.get_close_matches(word, [str(each) for each in known], 1, 0.6)
    return f"; did you mean '{near[0]}'?" if near else ""


def expected(schema: Schema, root: Schema) -> str:
    """What a schema allows, in words: 'a step, first, last or a list of these'."""
    return _joined(list(dict.fromkeys(_alternatives(schema, root))))


def _joined(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _alternatives(schema: Schema, root: Schema) -> list[str]:
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rsplit("/", 1)[-1]]
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
    bounds = [f"{word} {schema[key]:g}" for key, word in BOUNDS.items() if key in schema]
    return [" ".join([KINDS[kind], *bounds])]


def _members(schema: Schema, root: Schema) -> str:
    words = expected(schema, root)
    return f"({words})" if " or " in words else PLURALS.get(words, words)


def _short(word: str, words: list[str]) -> str:
    """The same word, where it names its members as the others are named: 'a list of these'."""
    plain = [each for each in words if not each.startswith(("a list of", "a mapping of"))]
    return word.replace(f"({_joined(plain)})", "these") if len(plain) > 1 else word


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
