"""Why a pattern finds no file: the first of its parts that fits nothing, and what is there."""

from __future__ import annotations

from diagramgen.errors import visible
from diagramgen.patterns import path_pattern
from diagramgen.readers.records import there
from diagramgen.results.storage import Storage

MOST_LOOKED_INTO = 8
"""So many folders that fit are looked into for the next part."""


def mismatch(storage: Storage, pattern: str, root: str) -> str:
    """What is said of a pattern that finds no file below a root that is there."""
    parts = pattern.split("/")
    at = [""]
    for i, part in enumerate(parts):
        names = _names(storage, at)
        if part == "**" or i == len(parts) - 1:
            return _said(root, at, "/".join(parts[i:]), names)
        fits = path_pattern(part)
        below = [(folder, name) for folder, name in names if name.endswith("/")]
        found = [f"{folder}{name}" for folder, name in below if fits.match(name[:-1]) is not None]
        if not found:
            return _said(root, at, part, names)
        at = found[:MOST_LOOKED_INTO]
    raise AssertionError("a pattern has a last part")


def _names(storage: Storage, folders: list[str]) -> list[tuple[str, str]]:
    """What lies in some folders, each name with its folder."""
    return [(folder, name) for folder in folders for name in storage.names(folder)]


def _said(root: str, folders: list[str], part: str, names: list[tuple[str, str]]) -> str:
    """The words for a part that fits nothing in some folders; the first one is told of."""
    place = visible(f"{root.rstrip('/')}/{folders[0]}".rstrip("/"), one_line=True)
    known = [name for folder, name in names if folder == folders[0]]
    if not known:
        return f"{place} is empty"
    return f"nothing in {place} is like '{part}'; {there(known, part)}"
