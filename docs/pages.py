"""The Markdown pages as tests and scripts read them: their blocks, commands and pictures."""

from __future__ import annotations

import io
import re
import shlex
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from diagramgen.cli import commands as cli
from diagramgen.document.document import parse_document, read_document
from diagramgen.looks.themes import overlay

ROOT = Path(__file__).parents[1]

FENCE = re.compile(r"^```(\w+)(?: (\w+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"`([^`]+\.\w+)`:$")
PICTURE = re.compile(r"!\[[^]]+\]\(((?:\w+/)*images/[^)]+)\)")


class Block(NamedTuple):
    """A fenced block: its text, its language and the word after it, and what it stands under.

    `file` is the path that the line above it names, where that line ends with "`path`:".
    """

    page: str
    line: int
    language: str
    word: str | None
    heading: str
    file: str | None
    text: str


def blocks(page: Path) -> list[Block]:
    """The blocks of a page in their order."""
    text = page.read_text(encoding="utf-8")
    return [_block(page, text, match) for match in FENCE.finditer(text)]


def _block(page: Path, text: str, match: re.Match[str]) -> Block:
    above = text[: match.start()]
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", above), re.MULTILINE)
    file = FILE.search(above.rstrip())
    return Block(
        page=page.name,
        line=above.count("\n") + 1,
        language=match[1],
        word=match[2],
        heading=headings[-1] if headings else "",
        file=file and file[1],
        text=match[3],
    )


def suite_of(block: Block, base: dict[str, Any]) -> dict[str, Any]:
    """The suite that a YAML block means: whole as it is, or what it changes in a base suite.

    A block that is a list is the base suite's `charts`.
    """
    data = parse_document(block.text, block.page).data
    if isinstance(data, list):
        data = {"charts": data}
    suite: dict[str, Any] = data if "version" in data else overlay(base, data)
    return suite


def bundled_suite() -> dict[str, Any]:
    """The bundled suite; its sources are found from anywhere."""
    data: dict[str, Any] = read_document(ROOT / "charts.yaml", "charts.yaml").data
    roots = {name: {"root": str(ROOT / source["root"])} for name, source in data["sources"].items()}
    suite: dict[str, Any] = overlay(data, {"sources": roots})
    return suite


class Walk(NamedTuple):
    """A page gone through: its text with what its commands really print, and its pictures."""

    text: str
    pictures: dict[str, bytes]


def walk(page: Path, folder: Path) -> Walk:
    """Do in a folder what a page says: write its files, run its commands, in their order.

    A picture `images/PAGE_CHART.png` is that of the chart as it is drawn at this place of the page.
    """
    text = page.read_text(encoding="utf-8")
    done, pictures, end = "", {}, 0
    for match in _steps(text):
        done, end = done + text[end : match.start()], match.end()
        if match.re is PICTURE:
            name = Path(match[1]).name
            chart = name.removeprefix(f"{page.stem}_")
            pictures[name] = (folder / "diagrams" / chart).read_bytes()
            done += match[0]
            continue
        block = _block(page, text, match)
        if block.language == "console":
            commands = re.findall(r"^\$ (.+)$", block.text, re.MULTILINE)
            done += f"```console\n{''.join(_run(command, folder) for command in commands)}```"
            continue
        if block.file is not None:
            file = folder / block.file
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, encoding="utf-8")
        done += match[0]
    return Walk(done + text[end:], pictures)


def _steps(text: str) -> Iterator[re.Match[str]]:
    found = [*FENCE.finditer(text), *PICTURE.finditer(text)]
    yield from sorted(found, key=lambda match: match.start())


def _run(command: str, folder: Path) -> str:
    """A command line and what it prints, on both streams."""
    words = shlex.split(command)
    screen = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with chdir(folder), redirect_stdout(screen), redirect_stderr(screen):
        arguments = words[: words.index(">")] if ">" in words else words
        with mock.patch("sys.argv", arguments), suppress(SystemExit):
            cli.main()
    printed = screen.buffer.getvalue().decode()
    if ">" in words:
        (folder / words[-1]).write_text(printed, encoding="utf-8")
        printed = ""
    return f"$ {command}\n{printed}"
