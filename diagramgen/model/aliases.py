"""Other names that items have in files."""

from __future__ import annotations

from collections.abc import Mapping


def alias(item: str, aliases: Mapping[str, str]) -> str:
    """The suite's name of an item: the first alias that matches, * standing for the same text."""
    for glob, name in aliases.items():
        before, star, after = glob.partition("*")
        fits = item.startswith(before) and item.endswith(after)
        if star and fits and len(item) >= len(before) + len(after):
            return name.replace("*", item[len(before) : len(item) - len(after)])
        if item == glob:
            return name
    return item
