"""A spec against Vega-Lite's own schema: what is wrong, in words."""

from __future__ import annotations

from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

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


@cache
def _validator(kind: str) -> Draft7Validator:
    from altair.vegalite.v6.schema import core
    from jsonschema import Draft7Validator

    schema = core.load_schema()
    return Draft7Validator(schema | {"$ref": f"#/definitions/{kind}"})


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
    allowed = list(dict.fromkeys(_allowed(schema, _validator("TopLevelUnitSpec").schema)))
    hint = suggestion(value, allowed) if isinstance(value, str) else ""
    if not 0 < len(allowed) <= MOST_WORDS:
        return f"got {shown(value)}{hint}"
    *others, last = allowed
    words = f"{', '.join(others)} or {last}" if others else last
    return f"got {shown(value)}; expected {words}{hint}"


def _allowed(schema: Any, root: Any) -> list[str]:
    """The words and kinds of value that a schema allows, without what is within them."""
    if "$ref" in schema:
        schema = root["definitions"][schema["$ref"].rsplit("/", 1)[-1]]
    if "anyOf" in schema:
        return [word for option in schema["anyOf"] for word in _allowed(option, root)]
    if "enum" in schema or "const" in schema:
        return [str(word) for word in schema.get("enum", [schema.get("const")])]
    kinds = schema.get("type", [])
    return [KINDS.get(kind, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds)]
