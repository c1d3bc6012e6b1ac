"""How wide text is drawn, without drawing it."""

from __future__ import annotations

from unicodedata import combining, east_asian_width

WIDTHS = {
    191: "'",
    222: "ijl",
    260: "|",
    278: " !,./:;I[\\]ft",
    333: "()-`r",
    334: "{}",
    355: '"',
    389: "*",
    469: "^",
    500: "Jcksvxyz",
    556: "#$0123456789?L_abdeghnopqu",
    584: "+<=>~\u2212",
    611: "FTZ",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "W",
    1000: "\u2014\u2026",
    1015: "@",
}
"""Thousandths of the font's size that each letter takes in Liberation Sans, as in Helvetica."""
LETTERS = {letter: width for width, letters in WIDTHS.items() for letter in letters}
OTHER, WIDE = 600, 1000
"""The same for letters that are not there: of other alphabets, and of Chinese, Japanese, Korean."""
BOLD = 1.07


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """The width in pixels of a line of text in the font of the charts, at a size in pixels."""
    thousandths = sum(map(_letter_width, text))
    return thousandths * size / 1000 * (BOLD if bold else 1)


def _letter_width(letter: str) -> int:
    known = LETTERS.get(letter)
    if known is not None:
        return known
    if combining(letter):
        return 0
    return WIDE if east_asian_width(letter) in "WF" else OTHER
