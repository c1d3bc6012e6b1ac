"""JSON data with something else in one of its places: what a test puts anywhere in a file."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

Way = tuple[Any, ...]


def places(data: Any, way: Way = ()) -> Iterator[Way]:
    """The way to every value of some JSON data, the whole included."""
    yield way
    if isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from places(value, (*way, key))


def replaced(data: Any, way: Way, value: Any, key: str | None = None) -> Any:
    """The data with another value in one place, or, with `key`, the value there by that key."""
    if not way:
        return value if key is None else data
    data = copy.deepcopy(data)
    node = data
    for step in way[:-1]:
        node = node[step]
    if key is not None and isinstance(node, dict):
        node[key] = node.pop(way[-1])
    else:
        node[way[-1]] = value
    return data
