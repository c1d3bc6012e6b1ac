"""What a results folder is recognised as."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from diagramgen.init.harness.files import Told
from diagramgen.init.kinds import Kind
from diagramgen.readers import Reading


class Channel(NamedTuple):
    """What one way of reading gives: the keys of `read` but the measure, and all it measures.

    With `mixed` each item may have a measure of its own. `without` names what the files have beside
    the items, such as averages; no reading is of these. `labels` are what charts call items.
    """

    name: str
    read: Mapping[str, Any]
    readings: Mapping[str, list[Reading]]
    item: str = "task"
    kinds: Mapping[str, Kind | None] = {}
    mixed: bool = False
    without: tuple[str, ...] = ()
    labels: Mapping[str, str] = {}


class Run(NamedTuple):
    """One source: its folder, its checkpoint pattern, what there is, and why we think so.

    Where the files name the run, `runs` is the source's key of that name, and `member` is this run:
    all members of one file are one source of the suite. `keys` are other keys of the source. The
    readings of a finished model have no step.
    """

    folder: Path
    name: str
    format: str
    why: str
    checkpoint: str
    channels: list[Channel]
    told: Told = Told({}, {}, {}, limited=False)
    notes: tuple[str, ...] = ()
    runs: Mapping[str, Any] | None = None
    member: str | None = None
    keys: Mapping[str, Any] = {}

    @property
    def called(self) -> str:
        """What charts call this run."""
        return self.name if self.member is None else f"{self.name}/{self.member}"

    def items(self) -> set[str]:
        """Every item that some reading is of."""
        return {
            reading.item
            for channel in self.channels
            for readings in channel.readings.values()
            for reading in readings
        }

    def steps(self) -> list[int]:
        """Every step that some reading is of, ascending."""
        return sorted(
            {
                reading.step
                for channel in self.channels
                for readings in channel.readings.values()
                for reading in readings
                if reading.step is not None
            }
        )


class Taken(NamedTuple):
    """What one way of looking at files takes: runs, which files they are, and why not others.

    `left` are files that it knows, but cannot take; no other way looks at these.
    """

    runs: list[Run]
    paths: frozenset[str]
    left: Mapping[str, str]
