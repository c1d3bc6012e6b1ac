"""Text that is no wider than there is room for: in lines, or without its middle."""

from __future__ import annotations

from typing import Any

from diagramgen.spec.text import text_width

GAP = "\N{HORIZONTAL ELLIPSIS}"


def wrapped(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """The lines of a text, each at most so many pixels wide where its words are.

    A word that is wider than a line alone goes on in the next.
    """
    lines: list[str] = []
    line = ""
    for word in text.split():
        both = f"{line} {word}" if line else word
        if text_width(both, size, bold=bold) <= width:
            line = both
            continue
        if line:
            lines.append(line)
        *full, line = _broken(word, width, size, bold)
        lines += full
    return [*lines, line] if line else lines


def _broken(word: str, width: float, size: float, bold: bool) -> list[str]:
    """A word in parts that have room."""
    parts, part = [], ""
    for letter in word:
        if part and text_width(part + letter, size, bold=bold) > width:
            parts.append(part)
            part = ""
        part += letter
    return [*parts, part]


def shortened(labels: dict[Any, str], limit: float, size: float) -> dict[Any, str]:
    """Labels of at most a width in pixels, each another one where that can be.

    The longer ones lose their middle; those that are then alike lose more of their beginning.
    """
    for part in (0.5, 0.3, 0.1):
        found = {name: _short(label, limit, size, part) for name, label in labels.items()}
        if len(set(found.values())) == len(set(labels.values())):
            break
    return found


def _short(label: str, limit: float, size: float, part: float) -> str:
    """A label with so much of its beginning, in parts of what is left, and the end for the rest."""
    if text_width(label, size) <= limit:
        return label
    for count in range(len(label) - 1, 1, -1):
        head = round(count * part)
        text = f"{label[:head].rstrip()}{GAP}{label[len(label) - count + head :].lstrip()}"
        if text_width(text, size) <= limit:
            return text
    return label
