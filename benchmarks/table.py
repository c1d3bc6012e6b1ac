"""Figures as rows of a table, each held against its limit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

HEAD = ("measured", "figure", "beside", "its figure", "ratio", "limit", "")
RIGHT = {"figure", "its figure", "ratio", "limit"}
FORMATS = {"s": "{:.2f} s", "MiB": "{:.0f} MiB", "MB": "{:.2f} MB"}


class Row(NamedTuple):
    """A figure, or whether something is so; it may stand beside another figure.

    `limit` is the most that the ratio may be or, where there is no `other`, the figure itself.
    """

    what: str
    figure: float | bool
    unit: str = "s"
    beside: str = ""
    other: float | None = None
    limit: float | None = None

    @property
    def ratio(self) -> float | None:
        """The figure in parts of the other one."""
        return None if self.other is None else self.figure / self.other

    @property
    def is_over(self) -> bool:
        """Whether the limit is exceeded, or what should be so is not."""
        if isinstance(self.figure, bool):
            return not self.figure
        held = self.figure if self.ratio is None else self.ratio
        return self.limit is not None and held > self.limit

    def cells(self) -> list[str]:
        """The row's texts, in the order of `HEAD`."""
        if isinstance(self.figure, bool):
            return [self.what, said(self.figure), "", "", "", "yes", verdict(self)]
        return [
            self.what,
            FORMATS[self.unit].format(self.figure),
            self.beside,
            "" if self.other is None else FORMATS[self.unit].format(self.other),
            "" if self.ratio is None else f"{self.ratio:.2f}",
            limit_of(self),
            "" if self.limit is None else verdict(self),
        ]


def said(yes: bool) -> str:
    """Yes or no."""
    return "yes" if yes else "no"


def verdict(row: Row) -> str:
    """A word on a row that has a limit."""
    return "**over**" if row.is_over else "ok"


def limit_of(row: Row) -> str:
    """A row's limit as text, a ratio's without a unit."""
    if row.limit is None:
        return ""
    return f"{row.limit:.2f}" if row.other is not None else FORMATS[row.unit].format(row.limit)


def table(rows: Iterable[Row]) -> str:
    """The rows as a Markdown table."""
    lines = [list(HEAD), *(row.cells() for row in rows)]
    widths = [max(3, *map(len, column)) for column in zip(*lines, strict=True)]
    rule = [
        "-" * (width - 1) + ":" if name in RIGHT else "-" * width
        for name, width in zip(HEAD, widths, strict=True)
    ]
    return "\n".join(line(cells, widths) for cells in [lines[0], rule, *lines[1:]])


def line(cells: list[str], widths: list[int]) -> str:
    """A line of a Markdown table whose columns have these widths."""
    padded = [
        cell.rjust(width) if name in RIGHT else cell.ljust(width)
        for name, cell, width in zip(HEAD, cells, widths, strict=True)
    ]
    return f"| {' | '.join(padded)} |"
