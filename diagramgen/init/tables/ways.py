"""What is said of a table: how to read it, and how its columns are named to people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from diagramgen.errors import short, visible
from diagramgen.init.kinds import Kind


class Way(NamedTuple):
    """One way to read a table: keys of `read`, what the numbers are, and what is no item."""

    name: str
    measure: str
    read: Mapping[str, Any]
    kind: Kind | None
    item: str = "task"
    without: tuple[str, ...] = ()


class Layout(NamedTuple):
    """What a table is: how to read each of its metrics, its runs, other keys of its source."""

    ways: list[Way]
    why: str
    runs: Mapping[str, Any] | None = None
    keys: Mapping[str, Any] = {}
    notes: tuple[str, ...] = ()


def listed(names: Sequence[str]) -> str:
    """Names in words: the first of them, and how many more there are."""
    more = f" and {len(names) - 6} more" if len(names) > 6 else ""
    return ", ".join(f"'{shown(name)}'" for name in names[:6]) + more


def shown(text: str) -> str:
    """A name or a cell as a message has it."""
    return short(visible(text, one_line=True), 40)


def left_out(columns: Sequence[str]) -> tuple[str, ...]:
    """The note on columns that are left out, if there are any."""
    return (f"left out, since nothing says what they are: {listed(columns)}",) if columns else ()
