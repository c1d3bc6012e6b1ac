"""Ways into the data of a JSON file: keys from the outside in."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from diagramgen.errors import NotInFile, ResultsError, visible
from diagramgen.readers.records import excerpt, there

Keys = str | tuple[str, ...]
"""Keys joined by dots, or a list of them, of which one may have dots in it."""


@cache
def keys_of(keys: Keys) -> tuple[str, ...]:
    """The keys of a way."""
    if isinstance(keys, str):
        return tuple(keys.split(".")) if keys else ()
    return keys


def dotted(keys: Keys) -> str:
    """A way as messages show it."""
    return ".".join(keys_of(keys))


def walk(
    data: Any, keys: tuple[str, ...], way: tuple[str, ...], name: str
) -> Iterator[tuple[Any, tuple[str, ...]]]:
    """Every node that `keys` leads to, with its way, which begins with `way`.

    Raises `ResultsError` where they lead nowhere.
    """
    if not keys:
        yield data, way
        return
    key, *rest = keys
    if not isinstance(data, dict):
        where = visible(".".join(way), one_line=True) or "the file"
        with_key = "" if key == "*" else f" with '{key}'"
        raise ResultsError(f"{name}: {where}: got {excerpt(data)}; expected an object{with_key}")
    if key == "*":
        for each in data:
            yield from walk(data[each], tuple(rest), (*way, each), name)
        return
    if key not in data:
        where = f" in {visible('.'.join(way), one_line=True)}" if way else ""
        raise NotInFile(name, "records", f"no '{key}'{where}; {there(data, key)}")
    yield from walk(data[key], tuple(rest), (*way, key), name)


def field_of(record: Any, field: Keys, place: str, name: str) -> Any:
    """A record's field; None (missing) where the record is null or lacks it.

    Raises `ResultsError` where there is something else than an object on the way.
    """
    for key in keys_of(field):
        if record is None:
            return None
        if not isinstance(record, dict):
            raise ResultsError(
                f"{name}: {place}: got {excerpt(record)}; expected an object with '{key}'"
            )
        record = record.get(key)
    return record
