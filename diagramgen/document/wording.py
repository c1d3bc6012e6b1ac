"""What is wrong, in words."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from itertools import islice
from typing import Any, NamedTuple

from diagramgen.document.document import Document, Where
from diagramgen.errors import MAX_WORD, Diagnostic, short

KINDS = {
    "string": "text",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
}
MAX_KNOWN = 200
"""Names among which a misspelt one is looked for: it takes as long as there are names."""
MAX_LISTED = 60
"""Names that a message lists."""
CAUSES = ("unknown-var", "yaml-syntax", "yaml-tag", "control-character")
"""Codes of findings after which others at the same place are no news."""


class Finding(NamedTuple):
    """What is wrong at a node; `at` tells whether its key or its value is meant."""

    where: Where
    code: str
    message: str
    at: str = "value"


def diagnostics(document: Document, findings: Iterable[Finding]) -> list[Diagnostic]:
    """The findings at their places in a document, with its own; what follows from others is not."""
    found = [
        document.diagnostic(f.where, f.code, f.message + _trap_hint(document, f), at=f.at)
        for f in findings
    ]
    found += document.problems
    causes = {(each.line, each.column) for each in found if each.code in CAUSES}
    return [f for f in found if f.code in CAUSES or (f.line, f.column) not in causes]


def _trap_hint(document: Document, finding: Finding) -> str:
    """What to write instead of a word that only YAML 1.1 takes for the number or truth meant."""
    meaning = document.traps.get((finding.where, "value"))
    if meaning is None or finding.code != "wrong-type":
        return ""
    text = finding.message.partition("got '")[2].partition("';")[0] or finding.message
    plain = text.replace("_", "")
    if meaning == "true or false":
        plain = "true" if text.lower() in ("yes", "on", "y") else "false"
    return f"; '{text}' is text, write {plain}" if plain != text else f"; '{text}' is text"


def unknown(
    where: Where, kind: str, word: str, known: Iterable[str], of: str = "", *, at: str = "value"
) -> Finding:
    """A word that is not one of those known, with the nearest one, or with all."""
    names = list(known)
    hint = suggestion(word, names) or f"; known: {_list(names)}"
    article = "an" if kind[0] in "aeiou" else "a"
    return Finding(
        where, f"unknown-{kind}", f"'{short(word)}' is not {article} {kind}{of}{hint}", at
    )


def _list(names: list[str]) -> str:
    """Names as a message lists them: of many the first."""
    listed = ", ".join(short(name) for name in names[:MAX_LISTED]) or "none"
    return listed if len(names) <= MAX_LISTED else f"{listed} and {len(names) - MAX_LISTED:,} more"


def suggestion(word: str, known: Iterable[Any]) -> str:
    """'; did you mean ...?' when a known word is near, else nothing.

    Only among words, and as many as people can have in mind: the search takes its time.
    """
    if len(word) > MAX_WORD:
        return ""
    words = [text for each in islice(known, MAX_KNOWN) if len(text := str(each)) <= MAX_WORD]
    near = difflib.get_close_matches(word, words, 1, 0.6)
    return f"; did you mean '{near[0]}'?" if near else ""


def shown(value: Any) -> str:
    """A value as a message shows it."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    text = short(str(value))
    return f"'{text}'" if isinstance(value, str) else text


def mapping(data: Any, key: str) -> dict[str, Any]:
    """The mapping that a mapping has at a key; an empty one where it has none."""
    value = data.get(key) if isinstance(data, dict) else None
    return value if isinstance(value, dict) else {}
