"""A spec against Vega-Lite's own schema: what is wrong, in words."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from diagramgen.document.data import Schema
from diagramgen.document.wording import KINDS, shown, suggestion
from diagramgen.formats.spec import Spec

if TYPE_CHECKING:
    from jsonschema import Draft7Validator
    from jsonschema.exceptions import ValidationError

SCHEMA_URL = "https://vega.github.io/schema/vega-lite/v6.4.1.json"
"""The version that altair 6 makes; written down since importing altair takes half a second."""
VIEWS = {
    "hconcat": "TopLevelHConcatSpec",
    "vconcat": "TopLevelVConcatSpec",
    "concat": "TopLevelConcatSpec",
    "facet": "TopLevelFacetSpec",
    "repeat": "TopLevelRepeatSpec",
    "layer": "TopLevelLayerSpec",
}
"""The kinds of a spec by the key that makes them; without any it is a single view."""
MOST_WORDS = 24


def problem(spec: Spec) -> str | None:
    """What makes a spec none of Vega-Lite, where it is: 'layer.0.mark: got ...'.

    None where all is right. The rows of its tables are not looked at: the schema allows anything.
    """
    kind = next((name for key, name in VIEWS.items() if key in spec), "TopLevelUnitSpec")
    errors = list(_validator(kind).iter_errors(_without_rows(spec)))
    if not errors:
        return None
    clear = [each for error in errors for each in _clearer(error)]
    error = min(clear, key=lambda each: len(each.absolute_path))
    way = ".".join(str(key) for key in error.absolute_path)
    return f"{way}: {_words(error)}" if way else _words(error)


def anywhere() -> list[Schema]:
    """What Vega-Lite's schema says of a whole spec; `under` goes down from there."""
    return [_schema()["definitions"]["TopLevelSpec"]]


def under(places: Iterable[Schema], key: str) -> list[Schema]:
    """What the schema says of a key of a mapping, of which it may say several things."""
    options = [option for place in places for option in _options(place)]
    others = [option.get("additionalProperties") for option in options]
    named = [option["properties"][key] for option in options if key in option.get("properties", ())]
    found = named or [each for each in others if isinstance(each, dict)]
    # Views are in views by several ways: without this there would be more at every level.
    return list({id(each): each for each in found}.values())


def takes_null(places: Iterable[Schema]) -> bool:
    """Whether null is a value there."""
    kinds = [
        option.get("type", option.get("enum", "null"))
        for place in places
        for option in _options(place)
    ]
    return any(
        kind == "null" or (isinstance(kind, list) and {"null", None} & {*kind}) for kind in kinds
    )


def _options(schema: Schema) -> list[Schema]:
    """The alternatives of a schema, without what they refer to."""
    if "$ref" in schema:
        return _options(_schema()["definitions"][schema["$ref"].rsplit("/", 1)[-1]])
    if "anyOf" in schema:
        return [option for each in schema["anyOf"] for option in _options(each)]
    return [schema]


@cache
def _validator(kind: str) -> Draft7Validator:
    from jsonschema import Draft7Validator

    return Draft7Validator(_schema() | {"$ref": f"#/definitions/{kind}"})


@cache
def _schema() -> Schema:
    """Vega-Lite's own schema, as altair has it."""
    from altair.vegalite.v6.schema import core

    schema: Schema = core.load_schema()
    return schema


def _without_rows(spec: Spec) -> Spec:
    views = {
        key: [_without_rows(view) for view in spec[key]]
        for key in ("hconcat", "vconcat")
        if isinstance(spec.get(key), list) and all(isinstance(view, dict) for view in spec[key])
    }
    return spec | views | ({"data": {"values": []}} if "data" in spec else {})


def _clearer(error: ValidationError) -> list[ValidationError]:
    """The errors to tell for one: of alternatives, those of the one which was most likely meant.

    That is the one that is wrong only deep within, or takes this kind of value, or has the fewest
    errors.
    """
    branches = [
        [clearer for each in group for clearer in _clearer(each)]
        for _, group in groupby(error.context or (), key=lambda each: each.relative_schema_path[0])
    ]

    def rank(errors: list[ValidationError]) -> tuple[int, bool, int]:
        depths = [len(each.absolute_path) - len(error.absolute_path) for each in errors]
        other_kind = any(
            depth == 0 and each.validator in ("type", "enum", "const", "anyOf")
            for depth, each in zip(depths, errors, strict=True)
        )
        return -min(depths), other_kind, len(errors)

    ranked = sorted(branches, key=rank)
    # Where no alternative takes this kind of value, what all of them take says more than one.
    return [error] if not ranked or rank(ranked[0])[1] else ranked[0]


def _words(error: ValidationError) -> str:
    value: Any = error.instance
    schema: Any = error.schema
    if error.validator == "additionalProperties":
        key = next(key for key in value if key not in schema["properties"])
        return f"'{key}' is not a property here{suggestion(key, schema['properties'])}"
    if error.validator == "required":
        key = next(key for key in schema["required"] if key not in value)
        return f"the property '{key}' is missing"
    allowed = list(dict.fromkeys(_allowed(schema)))
    hint = suggestion(value, allowed) if isinstance(value, str) else ""
    if not 0 < len(allowed) <= MOST_WORDS:
        return f"got {shown(value)}{hint}"
    *others, last = allowed
    words = f"{', '.join(others)} or {last}" if others else last
    return f"got {shown(value)}; expected {words}{hint}"


def _allowed(schema: Schema) -> list[str]:
    """The words and kinds of value that a schema allows, without what is within them."""
    words: list[str] = []
    for option in _options(schema):
        if "enum" in option or "const" in option:
            words += [str(word) for word in option.get("enum", [option.get("const")])]
        else:
            kinds = option.get("type", [])
            kinds = [kinds] if isinstance(kinds, str) else kinds
            words += [KINDS.get(kind, kind) for kind in kinds]
    return words
