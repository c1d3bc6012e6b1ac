"""Ways into the data of a JSON file: keys from the outside in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache
from typing import Any, NamedTuple

from diagramgen.errors import NotInFile, ResultsError, visible
from diagramgen.readers.records import (
    MOST_LETTERS,
    excerpt,
    item_name,
    there,
    whole_step,
)

Keys = str | tuple[str, ...]
"""Keys joined by dots, or a list of them, of which one may have dots in it."""
PLACEHOLDER = re.compile(r"\{(item|step|run)\}")
SAYS = {"item": "(?P<item>.+)", "run": "(?P<run>.+)", "step": "(?P<step>[0-9]{1,19})"}
MOST_KEY = 5 * MOST_LETTERS
"""A key that says something has no more characters."""


class Node(NamedTuple):
    """A place in a file that a way leads to: what is there, the keys to it, and what they say."""

    data: Any
    way: tuple[str, ...] = ()
    item: str | None = None
    step: int | None = None
    run: str = ""

    @property
    def place(self) -> str:
        """The way to it, as messages show it."""
        return visible(".".join(self.way), one_line=True) or "the file"


@cache
def keys_of(keys: Keys) -> tuple[str, ...]:
    """The keys of a way."""
    if isinstance(keys, str):
        return tuple(keys.split(".")) if keys else ()
    return keys


def dotted(keys: Keys) -> str:
    """A way as messages show it."""
    return ".".join(keys_of(keys))


@cache
def placeholders(keys: Keys) -> tuple[str, ...]:
    """What the keys of a way say: `item`, `step` and `run`, in their order."""
    return tuple(name for key in keys_of(keys) for name in PLACEHOLDER.findall(key))


def walk(node: Node, keys: tuple[str, ...], name: str, runs: Sequence[str] = ()) -> Iterator[Node]:
    """Every node that `keys` leads to from a node.

    * stands for every key of an object and every element of a list; {item}, {step} and {run}, alone
    or as a part of a key, for what a key says; a key with ? after it need not be there. A run is
    one that a glob of `runs` matches. Raises `ResultsError` where a way leads nowhere; where keys
    say something, only if all of them do.
    """
    if not keys:
        yield node
        return
    key, *rest = keys
    if isinstance(node.data, list) and key == "*":
        *before, last = node.way or ("",)
        for i, each in enumerate(node.data):
            inside = node._replace(data=each, way=(*before, f"{last}[{i}]"))
            yield from walk(inside, tuple(rest), name, runs)
        return
    if isinstance(node.data, list):
        said = f"{node.place} is a list; put * in the way for its elements, before '{key}'"
        raise ResultsError(f"{name}: {said}")
    if not isinstance(node.data, dict):
        with_key = "" if key == "*" else f" with '{key}'"
        said = f"got {excerpt(node.data)}; expected an object{with_key}"
        raise ResultsError(f"{name}: {node.place}: {said}")
    if PLACEHOLDER.search(key):
        yield from _said(node, key, tuple(rest), name, runs)
        return
    if key.endswith("?") and key not in node.data:
        key = key.removesuffix("?")
        if key not in node.data:
            return
    if key != "*" and key not in node.data:
        where = f" in {node.place}" if node.way else ""
        raise NotInFile(name, "records", f"no '{key}'{where}; {there(node.data, key)}")
    for each in node.data if key == "*" else [key]:
        inside = node._replace(data=node.data[each], way=(*node.way, each))
        yield from walk(inside, tuple(rest), name, runs)


def _said(
    node: Node, pattern: str, rest: tuple[str, ...], name: str, runs: Sequence[str]
) -> Iterator[Node]:
    """The nodes below the keys of an object that a pattern with placeholders means."""
    pieces = PLACEHOLDER.split(pattern)
    texts = [SAYS[piece] if i % 2 else re.escape(piece) for i, piece in enumerate(pieces)]
    regex = re.compile("".join(texts) if pattern != "{step}" else "(?P<step>.+)", re.DOTALL)
    lost: NotInFile | None = None
    found = False
    for key, data in node.data.items():
        if len(key) > MOST_KEY:
            item_name(key, node.place, name)
        match = regex.fullmatch(key)
        if match is None or not _is_run(match.groupdict().get("run"), runs):
            continue
        inside = _below(node, key, data, match.groupdict(), name)
        try:
            for each in walk(inside, rest, name, runs):
                found = True
                yield each
        except NotInFile as err:
            lost = lost or err
    if not found and (lost is not None or node.data):
        none = f"no key in {node.place} is like '{pattern}'; {there(node.data, pattern)}"
        raise lost or NotInFile(name, "records", none)


def _below(node: Node, key: str, data: Any, said: Mapping[str, str], name: str) -> Node:
    """The node below a key, with what the key says. Raises `ResultsError` where it is no name."""
    inside = node._replace(data=data, way=(*node.way, key))
    if "item" in said:
        inside = inside._replace(item=item_name(said["item"], node.place, name))
    if "run" in said:
        inside = inside._replace(run=item_name(said["run"], node.place, name))
    if "step" in said:
        inside = inside._replace(step=whole_step(said["step"], f"{name}: {node.place}"))
    return inside


def _is_run(run: str | None, runs: Sequence[str]) -> bool:
    return run is None or any(fnmatchcase(run, glob) for glob in runs)


def is_of_file(field: Keys) -> bool:
    """Whether a field is one of the whole file, not of a record: it begins with a slash."""
    return bool(keys_of(field)) and keys_of(field)[0].startswith("/")


def field_of(record: Any, field: Keys, place: str, name: str, file: Any = None) -> Any:
    """A record's field, or with a slash the file's; None (missing) where that is null or lacks it.

    Raises `ResultsError` where there is something else than an object on the way.
    """
    keys, data = keys_of(field), record
    if is_of_file(field):
        keys, data, place = (keys[0][1:], *keys[1:]), file, "the file"
    for key in keys:
        if data is None:
            return None
        if not isinstance(data, dict):
            raise ResultsError(
                f"{name}: {place}: got {excerpt(data)}; expected an object with '{key}'"
            )
        data = data.get(key)
    return data


def check_fields(
    asked: Iterable[tuple[str, Keys | None]], records: Sequence[Any], file: Any, name: str
) -> None:
    """Refuse a field that no record has: one record may lack it, all lacking it is a typo.

    `asked` are keys of a reader with the fields that they name. Raises `NotInFile`.
    """
    for key_of, field in asked:
        if field is None:
            continue
        keys, where = keys_of(field), [each for each in records if isinstance(each, dict)]
        if is_of_file(field):
            keys, where = (keys[0][1:], *keys[1:]), [file] if isinstance(file, dict) else []
        for i, key in enumerate(keys, 1):
            if where and not any(key in each for each in where):
                who = "the file has no" if is_of_file(field) else "no record has"
                said = f"{who} '{'.'.join(keys[:i])}'; {there(where[0], key)}"
                raise NotInFile(name, key_of, said)
            where = [each[key] for each in where if isinstance(each.get(key), dict)]
