"""Readings as columns: what a table of a million rows has, in a few arrays."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
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
        numbers = self.value[rows], _of(self.n, rows), _of(self.stderr, rows)
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

    def has_value(self) -> bool:
        """Whether any item has a value."""
        import numpy as np

        return not np.isnan(self.value).all()

    def of_steps(self, steps: Collection[int]) -> ReadingColumns:
        """The readings of some steps, where the file says steps."""
        import numpy as np

        assert self.step is not None
        return self.at(np.isin(self.step, list(steps)))

    def steps_with_value(self) -> list[int]:
        """The steps at which any item has a value, where the file says steps."""
        import numpy as np

        assert self.step is not None
        steps: list[int] = np.unique(self.step[~np.isnan(self.value)]).tolist()
        return steps

    def by_step(self) -> ByStep | None:
        """The readings of each step; None where the file says no steps."""
        import numpy as np

        if self.step is None:
            return None
        grouped = self
        if (np.diff(self.step) < 0).any():
            grouped = self.at(np.argsort(self.step, kind="stable"))
        return ByStep(grouped)


def _of(numbers: ndarray, rows: slice | ndarray) -> ndarray:
    """Some rows of a column; one number that stands for all of them takes no more room."""
    if isinstance(rows, slice) or numbers.strides != (0,) or not len(numbers):
        return numbers[rows]
    import numpy as np

    count = int(rows.sum()) if rows.dtype == bool else len(rows)
    return np.broadcast_to(numbers[0], count)


class ByStep(Mapping[int, ReadingColumns]):
    """Readings by their steps; those of a step are cut out when they are asked for."""

    def __init__(self, readings: ReadingColumns) -> None:
        """Take readings whose steps are ascending."""
        import numpy as np

        assert readings.step is not None
        self.readings, self._step = readings, readings.step
        changes = np.diff(self._step) != 0
        self._starts = np.flatnonzero(np.append(True, changes)) if len(readings) else changes
        self._places = {step: i for i, step in enumerate(self._step[self._starts].tolist())}

    def __getitem__(self, step: int) -> ReadingColumns:
        place = self._places[step]
        end = self._starts[place + 1] if place + 1 < len(self._starts) else len(self.readings)
        return self.readings.at(slice(int(self._starts[place]), int(end)))

    def __iter__(self) -> Iterator[int]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def with_value(self) -> list[int]:
        """The steps at which any item has a value."""
        import numpy as np

        if not len(self):
            return []
        known = np.add.reduceat(~np.isnan(self.readings.value), self._starts) > 0
        steps: list[int] = self._step[self._starts[known]].tolist()
        return steps

    def of(self, steps: Collection[int]) -> ReadingColumns:
        """The readings of some steps."""
        return self.readings if len(steps) == len(self) else self.readings.of_steps(steps)
