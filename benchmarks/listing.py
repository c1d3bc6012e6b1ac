"""How long it takes to check a suite of ten thousand charts and to list them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from benchmarks import suites
from benchmarks.measure import alternate, python
from benchmarks.table import Row

NEXT_TO_NONE, FEW, MANY = 100, 1_000, 10_000
COMMANDS = ("validate", "list")
WAYS = ("written", "for_each")
LIMIT = 3
"""Seconds for the many."""
GROWTH = 1.5
"""The most that the many may take for each chart in parts of what the few take for each."""


def listing(folder: Path, rounds: int) -> list[Row]:
    """Charts written one by one and made by `for_each`, of a hundred sources, against a tenth.

    What next to no charts take, which is the start and the sources, is left out of the growth.
    """
    contestants = {}
    for way in WAYS:
        for count in (NEXT_TO_NONE, FEW, MANY):
            place = folder / f"{way}-{count}"
            place.mkdir(parents=True)
            suites.hundred_runs(place, count, by_for_each=way == "for_each")
            for command in COMMANDS:
                arguments = ("-m", "diagramgen", command, "-c", place / suites.FILE)
                contestants[_name(command, count, way)] = partial(python, *arguments)
    seconds = alternate(contestants, rounds)
    rows = []
    for way in WAYS:
        for command in COMMANDS:
            name, few, start = (_name(command, n, way) for n in (MANY, FEW, NEXT_TO_NONE))
            rows.append(Row(name, seconds[name], limit=LIMIT))
            growth = seconds[name] - seconds[start]
            share = (seconds[few] - seconds[start]) * (MANY - NEXT_TO_NONE) / (FEW - NEXT_TO_NONE)
            beside = f"as many times each of {FEW:,}"
            rows.append(Row(f"{name}, beyond {NEXT_TO_NONE}", growth, "s", beside, share, GROWTH))
    return rows


def _name(command: str, count: int, way: str) -> str:
    return f"`{command}` of {count:,} charts, {way}"
