"""A metric as the suite is to have it, as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from math import inf, isfinite, nan
from typing import Any, NamedTuple

from diagramgen.init.kinds import Kind, is_qualifier, kind_of, words
from diagramgen.readers import Reading

WIDE = 30.0
"""Values further apart than by this factor go on a logarithmic axis."""


class Draft(NamedTuple):
    """A metric as the suite is to have it; `readings` are those of each run that has it.

    `reads` are those of the runs whose files are read in another way than `read` says. `values` is
    the table of measures: task or glob, measure, what else there is. `collapse` has globs and the
    average; `without` what is no item; `groups` the items that a harness averages. With `part` it
    is of items that count as one in another metric.
    """

    name: str
    kind: Kind
    item: str
    read: Mapping[str, Any]
    readings: Mapping[str, list[Reading]]
    values: tuple[tuple[str, str, str], ...] = ()
    collapse: Mapping[str, tuple[list[str], str]] = {}
    groupings: Mapping[str, Mapping[str, list[str]]] = {}
    labels: Mapping[str, str] = {}
    notes: tuple[str, ...] = ()
    part: bool = False
    reads: Mapping[str, Mapping[str, Any]] = {}
    without: tuple[str, ...] = ()
    groups: Mapping[str, list[str]] = {}

    def members(self, run: str | None = None) -> list[str]:
        """The items of all runs, or of one, as charts show them."""
        items = {r.item for name, of in self.readings.items() if run in (None, name) for r in of}
        inside = {glob: one for one, (globs, _) in self.collapse.items() for glob in globs}
        names = {
            next((one for glob, one in inside.items() if fnmatchcase(item, glob)), item)
            for item in items
        }
        return sorted(names)

    def steps(self, run: str) -> list[int]:
        """The steps that a run has of it."""
        return sorted({r.step for r in self.readings[run] if r.step is not None})

    def title(self, item: str) -> str:
        """What a chart of one item is called: of an item that is the measure itself as that."""
        said = self.kind.label.lower().split()
        if all(word in said or is_qualifier(word) or kind_of(word) for word in words(item)):
            return self.kind.label
        return f"{self.kind.label} of {self.labels.get(item, item)}"

    def range(self) -> tuple[float, float]:
        """The least and the greatest value."""
        values = [r.value for of in self.readings.values() for r in of if isfinite(r.value)]
        return min(values, default=nan), max(values, default=nan)

    def has_n(self, items: Iterable[str] | None = None) -> bool:
        """Whether the files tell the n of every item, or of some, at some step of each run."""
        every = [[r for r in of if items is None or r.item in items]
                 for of in self.readings.values()]  # fmt: skip
        return all({r.item for r in of if r.n > 0} == {r.item for r in of} for of in every)


def is_wide(metric: Draft) -> bool:
    """Whether values are far enough apart for a logarithmic axis."""
    low, high = metric.range()
    named = "perplexity" in metric.kind.name
    return named and low > 0 and high / low > WIDE and high < inf
