"""Readings as columns: what a table of a million rows has, in a few arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

from diagramgen.readers.records import Reading

if TYPE_CHECKING:
    from numpy import ndarray


@dataclass(frozen=True, slots=True, eq=False)
class ReadingColumns(Sequence[Reading]):
    """Readings that are arrays, one number each; of a step, no item is there twice.

    `item` counts in `items`, which may have more than these readings; `step` is None where the
    file says none. A reading is made when it is asked for.
    """

    items: tuple[str, ...]
    step: ndarray | None
    item: ndarray
    value: ndarray
    n: ndarray
    stderr: ndarray

    def __len__(self) -> int:
        return len(self.item)

    @overload
    def __getitem__(self, at: int) -> Reading: ...
    @overload
    def __getitem__(self, at: slice) -> ReadingColumns: ...
    def __getitem__(self, at: int | slice) -> Reading | ReadingColumns:
        if isinstance(at, slice):
            return self.at(at)
        step = None if self.step is None else int(self.step[at])
        item = self.items[self.item[at]]
        numbers = float(self.value[at]), float(self.n[at]), float(self.stderr[at])
        return Reading(item, *numbers, step)

    def at(self, rows: slice | ndarray) -> ReadingColumns:
        """The readings of some rows."""
        step = None if self.step is None else self.step[rows]
        numbers = self.value[rows], self.n[rows], self.stderr[rows]
        return ReadingColumns(self.items, step, self.item[rows], *numbers)

    def named(self, item: str) -> ReadingColumns | None:
        """The same, with a name for the item that the file has no name for.

        None where it has another item of that name.
        """
        if "" not in self.items:
            return self
        if item in self.items:
            return None
        items = tuple(each or item for each in self.items)
        return ReadingColumns(items, self.step, self.item, self.value, self.n, self.stderr)

    def of(self, step: int) -> ReadingColumns:
        """The readings of a step."""
        return self if self.step is None else self.at(self.step == step)

    def by_step(self) -> dict[int | None, ReadingColumns]:
        """The readings of each step, in the order of their rows."""
        import numpy as np

        if self.step is None or not len(self):
            return {None: self} if len(self) else {}
        grouped = self
        if (np.diff(self.step) < 0).any():
            grouped = self.at(np.argsort(self.step, kind="stable"))
        assert grouped.step is not None
        starts = np.flatnonzero(np.diff(grouped.step, prepend=grouped.step[0] - 1))
        ends = [*starts[1:].tolist(), len(self)]
        steps = grouped.step[starts].tolist()
        of_each = zip(steps, starts.tolist(), ends, strict=True)
        return {step: grouped.at(slice(start, end)) for step, start, end in of_each}
