"""Files of one model: which of them are one run, and the pattern that fits these and no others."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from diagramgen.errors import ResultsError
from diagramgen.init.folder import Stepped, matching, one_pattern
from diagramgen.readers import Reading
from diagramgen.readers.dates import date_in

Readings = dict[str, list[Reading]]


class Unit(NamedTuple):
    """Files of one pattern and one model, and what was read of each measure in some of them."""

    pattern: str
    files: list[Stepped]
    data: dict[str, Any]
    readings: Mapping[str, list[Reading]] = {}

    def places(self) -> set[tuple[int | None, str]]:
        """The step and item of each reading."""
        every = (reading for each in self.readings.values() for reading in each)
        return {(reading.step, reading.item) for reading in every}

    def is_dated(self) -> bool:
        """Whether each file says when it was written: of an item the newest counts then."""
        return all(
            date_in(path) or (isinstance(data, dict) and "date" in data)
            for path, data in self.data.items()
        )


def apart(units: list[Unit]) -> list[list[Unit]]:
    """Units of one model, apart where two have the same: by where their paths first differ."""
    seen: dict[tuple[int | None, str], Unit] = {}
    for unit in units:
        for place in unit.places():
            other = seen.setdefault(place, unit)
            if other is unit or _newest_counts(unit, other):
                continue
            ways = unit.pattern.split("/"), other.pattern.split("/")
            at = next(i for i, (a, b) in enumerate(zip(*ways, strict=False)) if a != b)
            groups: dict[str, list[Unit]] = {}
            for each in units:
                way = each.pattern.split("/")
                groups.setdefault(way[at] if at < len(way) else "", []).append(each)
            return [part for group in groups.values() for part in apart(group)]
    return [units]


def _newest_counts(one: Unit, other: Unit) -> bool:
    """Whether two units are dated files of one folder, of which the newest counts."""
    folders = {unit.pattern.rpartition("/")[0] for unit in (one, other)}
    stepped = any("{step}" in unit.pattern for unit in (one, other))
    return len(folders) == 1 and not stepped and one.is_dated() and other.is_dated()


def own_words(ways: list[list[str]], others: list[list[str]]) -> str:
    """The first part of paths that is the same in some, and in none of the others."""
    for at, word in enumerate(ways[0]):
        same = all(at < len(way) and way[at] == word for way in ways)
        if same and not any(at < len(way) and way[at] == word for way in others):
            return plain(word)
    return ""


def plain(name: str) -> str:
    """What a part of a path says, without the step, dates and suffix."""
    words = re.sub(r"\.[a-z]+$", "", re.sub(r"(?i)[a-z_]*[-_=]?\{step\}|\*", "", name))
    return words.strip("_-. ")


def with_step(units: list[Unit]) -> tuple[list[Unit], list[str]]:
    """The units that have the step in their path, if any has; and the files of the others."""
    having = [unit for unit in units if "{step}" in unit.pattern]
    lost = [file.path for unit in units if unit not in having for file in unit.files]
    return (having, lost) if having else (units, [])


def place(
    units: list[Unit], own: set[str], paths: Sequence[str], *, lone: bool
) -> tuple[str, str] | None:
    """The folder and the checkpoint pattern that fit these files and no others, if any do."""
    patterns = [unit.pattern for unit in units]
    folders = [pattern.split("/")[:-1] for pattern in patterns]
    depth = 0
    while all(
        depth < len(way) and way[depth] == folders[0][depth] and not set("{*") & set(way[depth])
        for way in folders
    ):
        depth += 1
    top = "/".join(folders[0][:depth])
    below = [pattern[len(top) + 1 :] if top else pattern for pattern in patterns]
    names = [pattern.rpartition("/")[2] for pattern in below]
    tries = [("", one_pattern(patterns))] if lone else []
    tries += [(top, one_pattern(below)), (top, f"**/{one_pattern(names)}")]
    if len(own) == 1:
        tries.append((top, next(iter(own))[len(top) + 1 if top else 0 :]))
    steps = {file.path: file.step for unit in units for file in unit.files}
    for head, pattern in tries:
        inside = {path: path[len(head) + 1 if head else 0 :] for path in paths
                  if not head or path.startswith(f"{head}/")}  # fmt: skip
        try:
            found = matching(pattern, inside.values())
        except ResultsError:
            continue
        matched = {path: found[name] for path, name in inside.items() if name in found}
        if matched == {path: step for path, step in steps.items() if path in own}:
            return head, pattern
    return None


def together(units: list[Unit], shots: int | None = None) -> Readings:
    """What all units have of each measure; of an item at a step the last in order of names.

    With `shots` only what was evaluated with so many few-shot examples.
    """
    found: dict[str, dict[tuple[int | None, str], Reading]] = {}
    for unit in units:
        for measure, readings in unit.readings.items():
            of = found.setdefault(measure, {})
            of |= {(r.step, r.item): r for r in readings if shots in (None, r.shots)}
    return {measure: list(of.values()) for measure, of in found.items() if of}
