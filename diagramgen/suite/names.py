"""What an entry names: sources, metrics, groupings and items, as its transform's schema tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from diagramgen.document.check import resolved
from diagramgen.document.data import Schema
from diagramgen.document.document import Where
from diagramgen.suite.schema import transform_schema

KINDS = ("source", "metric", "grouping", "item")


class Name(NamedTuple):
    """A name in an entry.

    `kind` is what it is a name of, one of `KINDS`. `metric` is the one that the
    mapping around it names, whose groupings and items are meant. `at` tells whether the name is the
    node's key or its value.
    """

    kind: str
    text: str
    where: Where
    metric: str | None = None
    at: str = "value"


def names_in(panel: Mapping[str, Any], places: Mapping[str, Where]) -> Iterator[Name]:
    """Every name in a panel whose transform is known; `places` are the ways to its keys."""
    schema = transform_schema(panel["transform"])
    named = _with_names(panel["transform"], KINDS)
    own = {key: value for key, value in panel.items() if key in named}
    return _in_mapping(own, places, schema, schema, None)


def may_name_items(panel: Mapping[str, Any]) -> bool:
    """Whether there may be names of items in a panel whose transform is known."""
    return not _with_names(panel["transform"], ("item",)).isdisjoint(panel)


@cache
def _with_names(transform: str, kinds: tuple[str, ...]) -> frozenset[str]:
    """The parameters of a transform in which there may be names of some kinds."""
    schema, properties = transform_schema(transform), transform_schema(transform)["properties"]
    return frozenset(key for key, of in properties.items() if _may_have(kinds, of, schema))


def _may_have(kinds: tuple[str, ...], schema: Schema, root: Schema) -> bool:
    """Whether there may be names of some kinds in a value of a schema, which may be in itself."""
    todo, seen = [schema], []
    while todo:
        each = resolved(todo.pop(), root)
        if each in seen:
            continue
        seen.append(each)
        if each.get("format") in kinds:
            return True
        below = [each.get(key) for key in ("propertyNames", "items", "additionalProperties")]
        below += [*each.get("anyOf", ()), *each.get("properties", {}).values()]
        todo += [part for part in below if isinstance(part, dict)]
    return False


def _in_mapping(
    data: Mapping[str, Any],
    places: Mapping[str, Where],
    schema: Schema,
    root: Schema,
    metric: str | None,
) -> Iterator[Name]:
    properties, others = schema.get("properties", {}), schema.get("additionalProperties")
    for key, value in data.items():
        if properties.get(key, {}).get("format") == "metric" and isinstance(value, str):
            metric = value
    of_keys = schema.get("propertyNames", {}).get("format")
    for key, value in data.items():
        if of_keys is not None:
            yield Name(of_keys, key, places[key], metric, "key")
        below = properties.get(key, others)
        if isinstance(below, dict):
            yield from _in_value(value, places[key], below, root, metric)


def _in_value(
    value: Any, where: Where, schema: Schema, root: Schema, metric: str | None
) -> Iterator[Name]:
    schema = resolved(schema, root)
    for option in schema.get("anyOf", ()):
        yield from _in_value(value, where, option, root, metric)
    if isinstance(value, str) and schema.get("type") == "string" and "format" in schema:
        yield Name(schema["format"], value, where, metric)
    elif isinstance(value, list):
        for i, each in enumerate(value):
            yield from _in_value(each, (*where, i), schema.get("items", {}), root, metric)
    elif isinstance(value, dict):
        places = {key: (*where, key) for key in value}
        yield from _in_mapping(value, places, schema, root, metric)


@cache
def step_parameters(transform: str) -> frozenset[str]:
    """The parameters of a transform that are one step; resolved they may stand in paths, titles."""
    properties = transform_schema(transform)["properties"]
    return frozenset(
        key
        for key, schema in properties.items()
        if any(option.get("format") == "step" for option in schema.get("anyOf", [schema]))
    )
