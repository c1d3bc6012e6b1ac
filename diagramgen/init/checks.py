"""The averages that files have themselves: no items, but a check of ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isclose, isfinite
from typing import Any

from diagramgen.document.data import mapping
from diagramgen.init.names import is_average
from diagramgen.readers import Reading
from diagramgen.readers.records import excerpt

CLOSE = 1e-4
"""An average that differs by less, as a share of it, may be rounded."""


def check(name: str, theirs: Any, readings: Iterable[Reading]) -> list[str]:
    """A note where an average of a file is neither the plain nor the weighted mean of items."""
    every = [reading for reading in readings if isfinite(reading.value)]
    if not every or isinstance(theirs, bool) or not isinstance(theirs, int | float):
        return []
    means = [sum(r.value for r in every) / len(every)]
    if all(r.n > 0 for r in every):
        means.append(sum(r.value * r.n for r in every) / sum(r.n for r in every))
    if not isfinite(theirs) or any(isclose(theirs, mean, rel_tol=CLOSE) for mean in means):
        return []
    said = f"{excerpt(name)} of the files is not the mean of its {len(every)} items"
    return [f"{said}: {theirs:.6g} against {means[-1]:.6g}"]


def check_groups(
    results: Mapping[str, Any], groups: Mapping[str, list[str]], found: Mapping[str, list[Reading]]
) -> list[str]:
    """The same for the rows of a file of lm-eval that average others: `found` is of its step."""
    notes: list[str] = []
    for group in groups:
        leaves = _leaves(group, groups, set())
        row = mapping(results, group)
        for measure, readings in found.items():
            own = [reading for reading in readings if reading.item in leaves]
            theirs = row.get(measure, row.get(f"{measure},none"))
            if len(own) == len(leaves):
                notes += check(group, theirs, own)
    return notes[:1]


def _leaves(group: str, groups: Mapping[str, list[str]], seen: set[str]) -> set[str]:
    """The tasks of a group and of the groups in it."""
    found: set[str] = set()
    for member in groups.get(group, ()):
        if member in groups and groups[member] and member not in seen:
            found |= _leaves(member, groups, seen | {member})
        elif member not in groups:
            found.add(member)
    return found


def averages_beside(data: Any, way: tuple[str, ...]) -> dict[str, Any]:
    """The averages that lie beside records in a JSON file, by name."""
    for key in way[:-1]:
        data = mapping(data, key)
    beside = data if way and isinstance(data, dict) else {}
    return {name: value for name, value in beside.items() if is_average(name)}
