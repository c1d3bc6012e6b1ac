"""Wide tables: which columns a pattern means, and what their names say of item and run."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from diagramgen.readers.records import MOST_LETTERS

PLACEHOLDER = re.compile(r"(\{run\}|\{item\})")
BOUNDS = ("__MIN", "__MAX")
"""Weights & Biases exports each column with these two beside it."""


class Cell(NamedTuple):
    """A column of values, the item and the run that its name says, and the columns beside it.

    `item` and `run` are empty where its name says none.
    """

    value: str
    item: str = ""
    run: str = ""
    n: str | None = None
    stderr: str | None = None


def is_pattern(text: str | None) -> bool:
    """Whether the name of a column has {item} or {run} in it."""
    return text is not None and PLACEHOLDER.search(text) is not None


def fault(pattern: str) -> str | None:
    """What is wrong with a pattern of columns, if anything is."""
    literals, names = PLACEHOLDER.split(pattern)[::2], PLACEHOLDER.findall(pattern)
    if len(set(names)) < len(names):
        return "a pattern of columns has {item} and {run} once at most"
    if any(not between for between in literals[1:-1]):
        return "a pattern of columns has some text between {run} and {item}"
    return None


def cells(
    pattern: str, columns: Iterable[str], taken: Collection[str], runs: Sequence[str]
) -> Iterator[Cell]:
    """The columns that a pattern means, but those `taken` for something else.

    A run is one that a glob of `runs` matches. A column without {item} in its pattern is its own
    item: by its whole name, or by what is left of it without the run.
    """
    if not is_pattern(pattern):
        yield from (Cell(column, column) for column in columns if column == pattern)
        return
    known = columns if isinstance(columns, Collection) else list(columns)
    own = PLACEHOLDER.sub("", pattern).strip(" -_/.:|")
    for column in known:
        stem = column.removesuffix(BOUNDS[0]).removesuffix(BOUNDS[1])
        if column in taken or (stem != column and stem in known):
            continue
        for said in _readings(pattern, column):
            run = said.get("{run}", "")
            if "{run}" not in said or any(fnmatchcase(run, glob) for glob in runs):
                yield Cell(column, said.get("{item}", own), run)
                break


def beside(pattern: str | None, cell: Cell, columns: Collection[str]) -> str | None:
    """The column of n or of the standard error that belongs to a cell, if there is one."""
    if pattern is None:
        return None
    said = {"{item}": cell.item, "{run}": cell.run}
    column = PLACEHOLDER.sub(lambda found: said[found[0]], pattern)
    return column if column in columns else None


def _readings(pattern: str, column: str) -> Iterator[dict[str, str]]:
    """Each way to read a column's name as a pattern has it, the longest first name first."""
    first, *more = PLACEHOLDER.findall(pattern)
    before, *between, after = PLACEHOLDER.split(pattern)[::2]
    inside = column[len(before) : len(column) - len(after)]
    if f"{before}{inside}{after}" != column or not inside:
        return
    if not more:
        yield {first: inside}
        return
    [middle], [second] = between, more
    end = MOST_LETTERS + len(middle)  # no name is longer
    while (at := inside.rfind(middle, 0, end)) > 0:
        if at + len(middle) < len(inside):
            yield {first: inside[:at], second: inside[at + len(middle) :]}
        end = at + len(middle) - 1
