"""The record that every part of a suite is, and its JSON Schema."""

from __future__ import annotations

import inspect
from typing import Any

import msgspec

from diagramgen.document.data import Schema


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every part of a suite is: fixed keys, none unknown, never changed."""


def record_schema(kind: type[msgspec.Struct], prefix: str = "") -> Schema:
    """A record's schema without nulls: a key that has nothing to say is left out.

    With a `prefix` the names of the records in it begin so: of two packages each may have one of
    the same name.
    """
    ref = f"#/$defs/{prefix}{{name}}"
    (_, parts) = msgspec.json.schema_components([kind], ref_template=ref)
    parts = _without_null(parts)
    own: Schema = parts.pop(kind.__name__)
    own["description"] = inspect.cleandoc(kind.__doc__ or "")
    return own | {"$defs": {f"{prefix}{name}": part for name, part in parts.items()}}


def _without_null(node: Any) -> Any:
    if isinstance(node, list):
        return [_without_null(each) for each in node]
    if not isinstance(node, dict):
        return node
    node = {key: _without_null(value) for key, value in node.items()}
    if node.get("default", ...) is None:
        del node["default"]
    options = [option for option in node.pop("anyOf", []) if option != {"type": "null"}]
    if len(options) == 1:
        return options[0] | node
    return node | ({"anyOf": options} if options else {})
