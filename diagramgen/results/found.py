"""A result file that is there, and what is said of one that is not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from diagramgen.errors import ResultsError, visible

NO_TEXT = "names of results are text without control characters"
MOST_BYTES = 1 << 28
"""A result file may have so many."""


class Found(NamedTuple):
    """A file below a root: its path there, and what the pattern's placeholders stand for.

    `version` changes when the file does: its size and time, or what a remote place says of it.
    `size` is in bytes, 0 where a remote place does not tell.
    """

    path: str
    step: int | None
    item: str | None
    version: str
    size: int = 0


def found_at(path: str, values: Mapping[str, str], version: str, size: int) -> Found:
    """A file with what the placeholders stand for. Raises `ResultsError` for odd names."""
    if not path.isprintable() and visible(path, one_line=True) != path:
        raise ResultsError(f"the file '{visible(path, one_line=True)}': rename it: {NO_TEXT}")
    step = values.get("step")
    return Found(path, None if step is None else int(step), values.get("item"), version, size)


def reason(err: Exception) -> str:
    """What an error says, in one line; a URL without its query, which may be signed, and user."""
    said = getattr(err, "strerror", None) or str(err) or type(err).__name__
    said = visible(str(said).splitlines()[0], one_line=True)
    return re.sub(r"""(://)(?:[^\s/?"']*@)?([^\s?"']*)(?:\?[^\s"']*)?""", r"\1\2", said)


def of_files(pattern: str) -> str:
    """A pattern of files: `**` at its end stands for every file there."""
    return f"{pattern}/*" if pattern == "**" or pattern.endswith("/**") else pattern
