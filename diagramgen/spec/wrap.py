"""Text in lines that are no wider than there is room for."""

from __future__ import annotations

from diagramgen.spec.text import text_width


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
