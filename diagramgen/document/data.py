"""Plain data, as YAML and JSON files have it."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]
"""A JSON Schema, or a part of one."""


def mapping(data: Any, key: str) -> dict[str, Any]:
    """The mapping that a mapping has at a key; an empty one where it has none."""
    value = data.get(key) if isinstance(data, dict) else None
    return value if isinstance(value, dict) else {}
