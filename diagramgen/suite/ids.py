"""The ids of a suite's charts: their files' paths, and which of them cannot be."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from diagramgen.document.document import Where, control_character
from diagramgen.document.wording import Finding
from diagramgen.errors import short
from diagramgen.formats import format_of
from diagramgen.limits import MAX_ID, MAX_NAME
from diagramgen.suite.expand import fill_late

OWN = (".diagramgen", "manifest.json")
GALLERY = ("index.html", "gallery")
"""What else is written into the output folder: by every run, and with a gallery."""


class Id(NamedTuple):
    """A chart's id with the place of its entry, and the formats of its files."""

    id: str
    where: Where
    formats: tuple[str, ...]


def chart_id(output: str, names: Mapping[str, Any]) -> str:
    """A chart's id: its output path without the suffix; `./d/a.png` and `d//a.png` are `d/a`."""
    path = plain_path(fill_late(output, names) or "")
    name = format_of(path)
    return path.removesuffix(f".{name}") if name else path


def plain_path(path: str) -> str:
    """A relative path without parts that say nothing."""
    return "/".join(part for part in path.split("/") if part not in ("", "."))


def check_ids(ids: Sequence[Id], *, gallery: bool) -> Iterator[Finding]:
    """What is wrong with the ids of charts.

    Two charts may not mean one file, nor one of those that are written beside them, nor a file and
    a folder. What is between two is told of the later entry. Ids that still lack a step are not
    looked at.
    """
    files: list[tuple[str, Where]] = []
    seen: set[str] = set()
    for id_, where, formats in ids:
        if "${" in id_:
            continue
        alike = _alike(id_)
        if message := control_character(id_, one_line=True):
            yield _finding(where, "control-character", message)
        elif message := _no_path(id_):
            yield _finding(where, "wrong-value", message)
        elif alike in seen:
            yield _finding(where, "duplicate-id", f"two charts have the id '{short(id_)}'")
        else:
            files += [(f"{id_}.{format_}", where) for format_ in formats]
        seen.add(alike)
    yield from _own_files(files, (*OWN, *GALLERY) if gallery else OWN)
    yield from _folders_that_are_files(files)


def _own_files(files: list[tuple[str, Where]], own: Sequence[str]) -> Iterator[Finding]:
    """Charts' files that are what is written beside them, whether case is told apart or not."""
    told: set[Where] = set()
    for path, where in files:
        first = _alike(path, fold=True).split("/", 1)[0]
        if first in own and where not in told:
            told.add(where)
            message = f"'{short(path)}' is in the place of a file that diagramgen itself writes"
            yield _finding(where, "duplicate-id", message)


def _folders_that_are_files(files: list[tuple[str, Where]]) -> Iterator[Finding]:
    """Charts that need a folder where another has a file: in order they are neighbours."""
    ordered = sorted((_alike(path).split("/"), where) for path, where in files)
    for (first, first_at), (second, second_at) in itertools.pairwise(ordered):
        if second[: len(first)] == first:
            message = f"one chart has the file '{short('/'.join(first))}', another a folder there"
            yield _finding(max(first_at, second_at), "duplicate-id", message)


def _finding(where: Where, code: str, message: str) -> Finding:
    return Finding((*where, "output"), code, message)


def _no_path(id_: str) -> str | None:
    """What is said of an id that cannot be the path of files."""
    if len(id_) > MAX_ID:
        return f"'{short(id_)}' has {len(id_):,} characters; a path may have {MAX_ID:,}"
    for part in id_.split("/"):
        size = len(part.encode(errors="replace"))
        if size > MAX_NAME:
            return f"'{short(part)}' has {size:,} bytes; a name in a path may have {MAX_NAME}"
    if id_.rsplit("/", 1)[-1] in ("", ".", ".."):
        return "a path needs a name before its suffix"
    return None


def same_but_for_case(ids: Iterable[Id]) -> Iterator[Finding]:
    """The ids that some file systems take for an earlier one of another case."""
    places: dict[str, Where] = {}
    for id_, where, _ in ids:
        places.setdefault(id_, where)
    for first, second in collisions(places, fold=True):
        message = f"'{short(second)}' and '{short(first)}' differ only in case"
        yield _finding(places[second], "same-but-for-case", message)


def collisions(paths: Iterable[str], *, fold: bool) -> Iterator[tuple[str, str]]:
    """Pairs of paths, an earlier and a later one, that mean one file on some file systems.

    Those differ only in the normal form of Unicode or, with `fold`, in case.
    """
    seen: dict[str, str] = {}
    for path in paths:
        first = seen.setdefault(_alike(path, fold=fold), path)
        if first != path:
            yield first, path


def _alike(path: str, *, fold: bool = False) -> str:
    """The same text for all paths that may mean one file."""
    if path.isascii():
        return path.lower() if fold else path
    text = unicodedata.normalize("NFC", path)
    return unicodedata.normalize("NFC", text.casefold()) if fold else text
