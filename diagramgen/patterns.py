"""Patterns of paths: `*` within a name, `**` for any folders, {step}, {item}.

A step may have a unit: `ckpt-{step}` finds `ckpt-1k`, which is step 1,000, and `ckpt-1.5M`.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from diagramgen.errors import ResultsError, visible

PARTS = re.compile(r"((?:(?<=/)|^)\*\*/|\{step\}|\{item\}|\*)")
PLACEHOLDERS = ("{step}", "{item}")
FORWARDS = {
    "**/": "(?:[^/]+/)*",
    "*": "[^/]*",
    "{step}": r"(?P<step>[0-9]{1,18}(?:(?:\.[0-9]{1,3})?[kKM](?![0-9A-Za-z]))?)",
    "{item}": "(?P<item>[^/]+)",
}
BACKWARDS = {
    "*": "[^/]*?",
    "{step}": r"(?P<step>(?:(?<![0-9A-Za-z])[kKM](?:[0-9]{1,3}\.)??)?[0-9]{1,18}?)",
    "{item}": "(?P<item>[^/]+?)",
}
UNITS = {"k": 1_000, "K": 1_000, "M": 1_000_000}
MOST_STARS = 2
"""So many stars may stand in a pattern that has a placeholder twice."""


class Pattern(NamedTuple):
    """A pattern, ready to be matched; a star takes as much as it can, then the next one."""

    expression: re.Pattern[str]
    backwards: bool

    def match(self, path: str) -> dict[str, str] | None:
        """What the placeholders stand for in a path; None where the pattern does not match it.

        A step is all digits, without its unit.
        """
        found = self.expression.fullmatch(path[::-1] if self.backwards else path)
        if found is None:
            return None
        values = found.groupdict()
        if self.backwards:
            values = {name: text[::-1] for name, text in values.items()}
        if values.get("step", "")[-1:] in UNITS:
            values["step"] = str(step_number(values["step"]))
        return values


def step_number(text: str) -> int:
    """The step that a path says: digits, or a number with its unit such as 1k or 1.5M."""
    if text[-1] in UNITS:
        return int(Decimal(text[:-1]) * UNITS[text[-1]])
    return int(text)


@lru_cache(1000)
def path_pattern(text: str) -> Pattern:
    """A pattern of paths. Its matching takes time linear in the path, whatever the pattern.

    Where a placeholder comes again it means the same text; such a pattern has few stars, as with
    many the time would not be linear. Raises `ResultsError` where it has more.
    """
    parts = PARTS.split(text)
    if _is_plain(text):
        return Pattern(re.compile(_forwards(parts)), backwards=False)
    if all(parts.count(name) < 2 for name in PLACEHOLDERS):
        return Pattern(re.compile(_backwards(text)), backwards=True)
    if sum("*" in part for part in parts[1::2]) > MOST_STARS:
        raise ResultsError(
            f"pattern '{visible(text, one_line=True)}': where {{step}} or {{item}} comes twice, "
            f"* may stand {MOST_STARS} times at most"
        )
    return Pattern(re.compile(_forwards(parts)), backwards=False)


def _is_plain(text: str) -> bool:
    """Whether no name has more than one part of any length: then there is nothing to try twice."""
    names = text.split("/")
    several = any(name.count("*") + name.count("{item}") > 1 for name in names if name != "**")
    return not several and names.count("**") < 2


def _forwards(parts: list[str]) -> str:
    """The plain expression: it tries every length of every star."""
    expression = ""
    for i, part in enumerate(parts):
        again = part in parts[:i] and part in PLACEHOLDERS
        known = re.escape(part) if i % 2 == 0 else FORWARDS[part]
        expression += f"(?P={part.strip('{}')})" if again else known
    return expression


def _backwards(text: str) -> str:
    """An expression for the path read from its end, that tries hardly any length twice.

    To take the most from the left is to leave the least on the right. Read from the end, what
    stands between two stars is therefore best matched at the first place that has it, and once
    that is found no other can be needed: the group closes (`?>`) and is never tried again.
    """
    folders = re.split(r"(?:(?<=/)|^)\*\*/", text)
    groups = []
    for folder in folders[::-1]:
        names = folder.split("/")
        groups.append("/".join(_name(name) for name in names[::-1]))
    return groups[0] + _closed([f"(?:/[^/]+)*?{group}" for group in groups[1:]])


def _name(name: str) -> str:
    """The expression of one name, read from its end."""
    last, *others = re.split(r"(\*|\{item\})", name)[::-1]
    open_ended = [
        f"{BACKWARDS[star]}{_fixed(before)}"
        for star, before in zip(others[::2], others[1::2], strict=True)
    ]
    return f"(?>{_fixed(last)}{_closed(open_ended)}(?=/|\\Z))"


def _closed(groups: list[str]) -> str:
    """Groups one after the other, each closed but the last: its end is that of the whole."""
    return "".join([*(f"(?>{group})" for group in groups[:-1]), *groups[-1:]])


def _fixed(text: str) -> str:
    """The expression of a part without stars, read from its end."""
    parts = re.split(r"(\{step\})", text)
    return "".join(BACKWARDS.get(part, re.escape(part[::-1])) for part in parts[::-1])
