"""The fenced blocks of the Markdown pages, for the tests and for the scripts beside this file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"`([^`]+\.\w+)`:$")


class Block(NamedTuple):
    """A fenced block: its text and language, its place, and what it stands under.

    `file` is the path that the line above it names, where that line ends with "`path`:".
    """

    page: str
    line: int
    language: str
    heading: str
    file: str | None
    text: str


def blocks(page: Path) -> list[Block]:
    """The blocks of a page in their order."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in FENCE.finditer(text):
        above = text[: match.start()]
        headings = re.findall(r"^#+ (.+)$", FENCE.sub("", above), re.MULTILINE)
        name = FILE.search(above.rstrip())
        found.append(
            Block(
                page=page.name,
                line=above.count("\n") + 1,
                language=match[1],
                heading=headings[-1] if headings else "",
                file=name and name[1],
                text=match[2],
            )
        )
    return found
