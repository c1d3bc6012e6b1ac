"""What is wrong: findings with their parts, and the words that are made of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import Any, NamedTuple

from diagramgen.document.document import Document, Where
from diagramgen.errors import MAX_WORD, Diagnostic, Severity, short

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
PLAIN = re.compile("[A-Za-z_][A-Za-z0-9_./-]*")
"""What stands for itself wherever YAML may have a word."""
CAUSES = ("unknown-var", "yaml-syntax", "yaml-tag", "control-character")
"""Codes of findings after which others at the same place are no news."""


class Wrong(NamedTuple):
    """A value that is none of those allowed; `name` is what a message calls its node.

    `meant` is the allowed word that it is nearest to, if it is near any.
    """

    name: str
    got: Any
    expected: str
    meant: str | None = None


class Unknown(NamedTuple):
    """A word that is not one of those known; `of` says whose word it would be: ' of the suite'."""

    word: str
    kind: str
    known: tuple[str, ...]
    of: str = ""
    meant: str | None = None


class Unmatched(NamedTuple):
    """A name or glob that matches none of some `items`, of which `meant` is the nearest, if any."""

    glob: str
    items: str
    meant: str | None = None


class Missing(NamedTuple):
    """A key that must be there and is not; `more` follows it in the message."""

    name: str
    key: str
    more: str = ""


What = str | Wrong | Unknown | Unmatched | Missing
"""What is wrong: its parts, or words of its own."""


class Finding(NamedTuple):
    """What is wrong at a node; `at` tells whether its key or its value is meant."""

    where: Where
    code: str
    what: What
    at: str = "value"

    @property
    def message(self) -> str:
        """What is wrong, in words."""
        return words(self.what)


def words(what: What) -> str:
    """What is wrong, in words."""
    match what:
        case Wrong(name, got, expected, meant):
            place = f"{name}: " if name else ""
            return f"{place}got {shown(got)}; expected {expected}{_hint(meant)}"
        case Unknown(word, kind, known, of, meant):
            article = "an" if kind[0] in "aeiou" else "a"
            hint = _hint(meant) or f"; known: {_list(known)}"
            return f"'{short(word)}' is not {article} {kind}{of}{hint}"
        case Unmatched(glob, items, meant):
            return f"'{short(glob)}' matches none of the {items}{_hint(meant)}"
        case Missing(name, key, more):
            return f"{name} needs the key '{key}'{more}"
        case str():
            return what


def diagnostics(
    document: Document, findings: Iterable[Finding], severity: Severity = "error"
) -> list[Diagnostic]:
    """The findings at their places in a document, with its own; what follows from others is not."""
    found = [_diagnostic(document, finding, severity) for finding in findings]
    found += document.problems
    causes = {(each.line, each.column) for each in found if each.code in CAUSES}
    return [f for f in found if f.code in CAUSES or (f.line, f.column) not in causes]


def _diagnostic(document: Document, finding: Finding, severity: Severity) -> Diagnostic:
    where, code, what, at = finding
    message = finding.message + _trap_hint(document, finding)
    found = document.diagnostic(where, code, message, at=at, severity=severity)
    match what:
        case (
            Wrong(got=str(word), meant=str(meant))
            | Unknown(word=word, meant=str(meant))
            | Unmatched(glob=word, meant=str(meant))
        ):
            start = found.column - 1
            written = found.source_line[start : start + found.length]
            if written in (word, f"'{word}'", f'"{word}"') and PLAIN.fullmatch(meant):
                return found._replace(suggestion=meant)
    return found


def _trap_hint(document: Document, finding: Finding) -> str:
    """What to write instead of a word that only YAML 1.1 takes for the number or truth meant."""
    meaning = document.traps.get((finding.where, "value"))
    match finding:
        case Finding(code="wrong-type", what=Wrong(got=str(text))) if meaning is not None:
            plain = text.replace("_", "")
            if meaning == "true or false":
                plain = "true" if text.lower() in ("yes", "on") else "false"
            hint = f"; '{short(text)}' is text"
            return f"{hint}, write {short(plain)}" if plain != text else hint
    return ""


def unknown(
    where: Where, kind: str, word: str, known: Iterable[str], of: str = "", *, at: str = "value"
) -> Finding:
    """A word that is not one of those known, with the nearest one."""
    names = tuple(known)
    what = Unknown(word, kind, names, of, nearest(word, names))
    return Finding(where, f"unknown-{kind}", what, at)


def _list(names: tuple[str, ...]) -> str:
    """Names as a message lists them: of many the first."""
    listed = ", ".join(short(name) for name in names[:MAX_LISTED]) or "none"
    return listed if len(names) <= MAX_LISTED else f"{listed} and {len(names) - MAX_LISTED:,} more"


def nearest(word: Any, known: Iterable[Any]) -> str | None:
    """The known word that a text is nearest to; None where none is near, or it is no text.

    Only among words, and as many as people can have in mind: the search takes its time.
    """
    if not isinstance(word, str) or len(word) > MAX_WORD:
        return None
    names = [text for each in islice(known, MAX_KNOWN) if len(text := str(each)) <= MAX_WORD]
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, names, 1, 0.6)), None)


def suggestion(word: Any, known: Iterable[Any]) -> str:
    """'; did you mean ...?' when a known word is near, else nothing."""
    return _hint(nearest(word, known))


def _hint(meant: str | None) -> str:
    return f"; did you mean '{meant}'?" if meant is not None else ""


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
