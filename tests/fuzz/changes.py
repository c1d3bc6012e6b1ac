"""Changes of a project, as plain data: of a file's structure, of its bytes, of what it is."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from tests.fuzz.atoms import ATOMS, BYTES, NAMES, OUTSIDE
from tests.fuzz.projects import Entry, Project, Special, Tree, encode

Way = tuple[str | int, ...]
"""The keys and indices that lead to a node of a structure."""


class Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What every part of a case is: plain data that a file can hold."""


class Atom(Data, frozen=True, tag="atom"):
    """One of `atoms.ATOMS`."""

    name: str


class Node(Data, frozen=True, tag="node"):
    """A node of one of the project's own structures."""

    file: str
    at: Way


class Many(Data, frozen=True, tag="many"):
    """A list."""

    values: tuple[Atom | Node, ...]


class Under(Data, frozen=True, tag="under"):
    """A mapping with one key."""

    key: str
    value: Atom | Node


Value = Atom | Node | Many | Under


class Structural(Data, frozen=True):
    """A change of the node at `at` of a file's structure."""

    file: str
    at: Way


class Set(Structural, frozen=True, tag="set"):
    """Another value."""

    value: Value


class Add(Structural, frozen=True, tag="add"):
    """A value more, in the mapping or list that the node is."""

    key: str
    value: Value


class Rename(Structural, frozen=True, tag="rename"):
    """Another key."""

    key: str


class Delete(Structural, frozen=True, tag="delete"):
    """Nothing there any more."""


class Double(Structural, frozen=True, tag="double"):
    """The node twice."""


class Swap(Structural, frozen=True, tag="swap"):
    """The node and another change places."""

    other: Way


class Bytewise(Data, frozen=True):
    """A change of a file's bytes at so many thousandths of its length."""

    file: str
    at: int


class Cut(Bytewise, frozen=True, tag="cut"):
    """The rest is not there."""


class Flip(Bytewise, frozen=True, tag="flip"):
    """One byte has other bits."""

    bits: int


class Insert(Bytewise, frozen=True, tag="insert"):
    """One of `atoms.BYTES` stands there as well."""

    name: str


class Whole(Data, frozen=True, tag="whole"):
    """A file is one of `atoms.BYTES`."""

    file: str
    name: str


class Become(Data, frozen=True, tag="become"):
    """A file, or a folder with all that is in it, is something else: see `KINDS`."""

    path: str
    kind: str


class Copy(Data, frozen=True, tag="copy"):
    """A file, or a folder, is there once more beside itself, under one of `atoms.NAMES`."""

    path: str
    name: str


Change = Set | Add | Rename | Delete | Double | Swap | Cut | Flip | Insert | Whole | Become | Copy
ITSELF = "@itself@"
KINDS: dict[str, Special | None] = {
    "nothing": None,
    "folder": Special("folder"),
    "fifo": Special("fifo"),
    "unreadable": Special("unreadable"),
    "link to a file": Special("link", f"{OUTSIDE}/secret.txt"),
    "link to a folder": Special("link", OUTSIDE),
    "link to nothing": Special("link", "nowhere"),
    "link to what is not there outside": Special("link", f"{OUTSIDE}/new"),
    "link to its folder": Special("link", "."),
    "link to itself": Special("link", ITSELF),
    "device": Special("link", "/dev/zero"),
}


def apply(project: Project, changes: Iterable[Change], outside: str) -> Tree:
    """The project changed: structures first, then bytes and files, each in the order given.

    A change whose place an earlier one took away does nothing. `outside` is the folder that
    nothing may touch.
    """
    tree: Tree = dict(project.files)
    structural = [change for change in changes if isinstance(change, Structural)]
    for file in dict.fromkeys(change.file for change in structural):
        root = {"": copy.deepcopy(project.documents[file])}
        for change in structural:
            if change.file == file:
                _restructure(root, change, project, outside)
        try:
            tree[file] = encode(file, root.get(""))
        except ValueError:
            continue  # the kind of file cannot hold it
    for change in changes:
        if isinstance(change, Bytewise | Whole):
            before = tree.get(change.file)
            if isinstance(before, bytes):
                tree[change.file] = _rewritten(before, change)
        elif isinstance(change, Become):
            _become(tree, change, outside)
        elif isinstance(change, Copy):
            _copy(tree, change)
    return tree


def _restructure(root: dict[str, Any], change: Structural, project: Project, outside: str) -> None:
    *way, last = ("", *change.at)
    try:
        parent = _at(root, way)
        node = parent[last]
        match change:
            case Set():
                parent[last] = _value(change.value, project, outside)
            case Add() if isinstance(node, list):
                node.append(_value(change.value, project, outside))
            case Add() if isinstance(node, dict):
                node[_key(change.key)] = _value(change.value, project, outside)
            case Rename() if isinstance(parent, dict) and parent is not root:
                renamed = {(_key(change.key) if k == last else k): v for k, v in parent.items()}
                parent.clear()
                parent.update(renamed)
            case Delete():
                del parent[last]
            case Double() if isinstance(parent, list):
                parent.insert(last, copy.deepcopy(node))
            case Double() if parent is not root:
                parent[f"{last}_"] = copy.deepcopy(node)
            case Swap():
                *other_way, other = ("", *change.other)
                other_parent = _at(root, other_way)
                parent[last], other_parent[other] = (
                    copy.deepcopy(other_parent[other]),
                    copy.deepcopy(node),
                )
    except (KeyError, IndexError, TypeError):
        return  # an earlier change took the place away


def _at(data: Any, way: Iterable[str | int]) -> Any:
    for key in way:
        data = data[key]
    return data


def _value(value: Value, project: Project, outside: str) -> Any:
    match value:
        case Atom():
            atom = ATOMS[value.name]
            return atom.replace(OUTSIDE, outside) if isinstance(atom, str) else copy.deepcopy(atom)
        case Node():
            return copy.deepcopy(_at(project.documents[value.file], value.at))
        case Many():
            return [_value(each, project, outside) for each in value.values]
        case Under():
            return {_key(value.key): _value(value.value, project, outside)}


def _key(key: str) -> str:
    """A key: itself, or the text that is the atom of that name."""
    return str(ATOMS.get(key, key))


def _rewritten(before: bytes, change: Bytewise | Whole) -> bytes:
    if isinstance(change, Whole):
        return BYTES[change.name]
    place = len(before) * change.at // 1000
    match change:
        case Cut():
            return before[:place]
        case Insert():
            return before[:place] + BYTES[change.name] + before[place:]
        case Flip() if place < len(before):
            return before[:place] + bytes([before[place] ^ change.bits]) + before[place + 1 :]
    return before


def _below(tree: Mapping[str, Entry], path: str) -> list[str]:
    return [each for each in tree if each == path or each.startswith(f"{path}/")]


def _become(tree: Tree, change: Become, outside: str) -> None:
    there = _below(tree, change.path)
    for each in there:
        del tree[each]
    kind = KINDS[change.kind]
    if there and kind is not None:
        name = change.path.rpartition("/")[2]
        target = kind.target.replace(OUTSIDE, outside).replace(ITSELF, name)
        tree[change.path] = kind._replace(target=target)


def _copy(tree: Tree, change: Copy) -> None:
    folder = change.path.rpartition("/")[0]
    name = NAMES[change.name].decode(errors="surrogateescape")
    new = f"{folder}/{name}" if folder else name
    for each in () if _below(tree, new) else _below(tree, change.path):
        tree[new + each.removeprefix(change.path)] = tree[each]
