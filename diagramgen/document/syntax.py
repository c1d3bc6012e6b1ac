"""What the YAML parser complains of -> the same in plain words, at the place to mend."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import yaml

from diagramgen.errors import short

CANNOT_BEGIN = "text cannot begin with '{}'; put it in quotes"
TAB = "a tab cannot indent; use spaces"
MESSAGES = {
    "found a tab character that violates indentation": TAB,
    "found a tab character where an indentation space is expected": TAB,
    "could not find expected ':'": "a key needs ': ' and a value; is it indented as it should be?",
    "found undefined tag handle": CANNOT_BEGIN.format("!"),
    "found incompatible YAML document": "this version of YAML is not known; remove the line",
    "found invalid Unicode character escape code": "this is not the code of any character",
    "did not find expected comment or line break": (
        "the text begins in the line after this '{char}'; put text that begins with it in quotes"
    ),
    "did not find expected '-' indicator": (
        "expected '- ' and the next entry of the list that begins in line {line}; "
        "the keys of one entry are indented alike"
    ),
    "did not find expected key": (
        "expected a key of the mapping that begins in line {line}; "
        "the keys of one mapping are indented alike"
    ),
    "did not find expected <document start>": "nothing can follow '...', which ends the file",
    "but found another document": "a suite is one document; remove this '---'",
    "second occurrence": "the anchor '{word}' is there already, in line {line}",
    "found unknown escape character": (
        "'{escape}' means nothing in \"...\"; write '\\\\' for a backslash, or use '...'"
    ),
    "did not find expected hexdecimal number": (
        "'{escape}' needs the code of a character in \"...\"; write '\\\\' for a backslash"
    ),
}
"""Problem -> the message, of a place that needs no closer look."""
AT_CONTEXT = ("could not find expected ':'", "did not find expected comment or line break")
"""Problems whose place is where the part that has them begins."""
BRACKETS = {
    "while parsing a flow mapping": ("{", "}"),
    "while parsing a flow sequence": ("[", "]"),
}
INDICATORS = {
    "while scanning an alias": "*",
    "while scanning an anchor": "&",
    "while scanning a tag": "!",
    "while scanning a directive": "%",
}


class Complaint(NamedTuple):
    """What is wrong in plain words, and from which to which character of the text."""

    message: str
    start: int
    end: int


def explain(error: yaml.MarkedYAMLError, text: str) -> Complaint:
    """A parser's error in plain words; a place behind the text's end is its last character."""
    mark, context = error.problem_mark or error.context_mark, error.context_mark
    start = min(mark.index if mark else 0, len(text))
    opened = context.index if context else start
    at_end = not text[start:].strip()
    problem, part = error.problem or "", error.context or ""
    if part in BRACKETS:
        return _bracket(text, start, opened, at_end, part)
    if part == "while scanning a quoted scalar":
        return Complaint("this quote is never closed", opened, opened + 1)
    if part in INDICATORS:
        return Complaint(CANNOT_BEGIN.format(INDICATORS[part]), opened, opened + 1)
    if problem == "did not find expected node content":
        return _no_value(text, start, at_end)
    return _at_start(text, opened if problem in AT_CONTEXT else start, problem, context) or (
        Complaint(f"{part} {problem}".strip(), start, start + 1)
    )


def _at_start(text: str, start: int, problem: str, context: yaml.Mark | None) -> Complaint | None:
    """What to say of a problem that the text at one place shows; None of one not known here."""
    if problem == "found undefined alias":
        word = _word(text, start)
        message = (
            f"'{word}' is an alias, and no '&{word[1:]}' stands before it; "
            "put text that begins with '*' in quotes"
        )
        return Complaint(message, start, start + len(word))
    if problem == "mapping values are not allowed in this context":
        return _colon(text, start)
    if problem == "found character that cannot start any token":
        char = text[start : start + 1]
        message = TAB if char == "\t" else CANNOT_BEGIN.format(char)
        return Complaint(message, start, start + 1)
    if problem == "did not find expected key" and text[start - 1] in "\"'":
        return Complaint("nothing can follow a text in quotes", start, _line_end(text, start))
    escape = max(0, text.rfind("\\", 0, start + 1))
    words: dict[str, Any] = {
        "line": context.line + 1 if context else 0,
        "char": text[start : start + 1],
        "word": _word(text, start),
        "escape": text[escape : max(start + 1, escape + 2)],
    }
    if problem not in MESSAGES:
        return None
    end = _line_end(text, start) if problem in AT_CONTEXT else start + 1
    return Complaint(MESSAGES[problem].format(**words), start, end)


def _bracket(text: str, start: int, opened: int, at_end: bool, part: str) -> Complaint:
    """What to say of a '{' or '[' that is not closed, or has something in it that cannot be."""
    bracket, closing = BRACKETS[part]
    if at_end:
        return Complaint(f"this '{bracket}' is never closed", opened, opened + 1)
    line = f" of line {text.count(chr(10), 0, opened) + 1}" if "\n" in text[opened:start] else ""
    message = f"expected ',' or '{closing}' here, for the '{bracket}'{line} is still open"
    before, char = text[max(0, start - 2) : start], text[start]
    if before.endswith(("'", '"')):
        message = f"nothing can follow a text in quotes but ',' or '{closing}'"
        if before.endswith("'"):
            message += "; an apostrophe within '...' is written twice"
    elif char == ":":
        message += "; put text that has ': ' in it in quotes"
    elif "${" in text[max(0, start - 2) : start + 2]:
        message += "; '${' lacks its '}'"
    return Complaint(message, start, start + 1)


def _colon(text: str, start: int) -> Complaint:
    """What to say of a ':' that cannot stand where it does."""
    line = text[_line_start(text, start) : start]
    if re.search(r":\s", line.lstrip(" \t-")[1:]) is not None:
        message = "a second ':' in one line; put text that has ': ' in it in quotes"
        return Complaint(message, start, start + 1)
    message = (
        "a key cannot stand here: it is indented deeper than the keys above, or the line above is "
        "no key with ': ' and a value"
    )
    return Complaint(message, start - len(line.lstrip()), start)


def _no_value(text: str, start: int, at_end: bool) -> Complaint:
    """What to say where a value should be and something else is."""
    if at_end:
        end = len(text.rstrip())
        return Complaint("the file ends where a value is expected", max(0, end - 1), end)
    char = text[start]
    message = f"expected a value, not '{char}'"
    if char in "}]":
        message += ", for nothing is open that it closes"
    return Complaint(f"{message}; put text that begins with it in quotes", start, start + 1)


def _word(text: str, start: int) -> str:
    """The characters up to a space, a comma or a bracket."""
    found = re.compile(r"[^\s,\[\]{}]*").match(text, start)
    return short(found[0]) if found else ""


def _line_start(text: str, index: int) -> int:
    return text.rfind("\n", 0, index) + 1


def _line_end(text: str, index: int) -> int:
    """Where the text of a line ends, from a place in it."""
    end = text.find("\n", index)
    return index + max(1, len(text[index : end if end >= 0 else None].rstrip()))
