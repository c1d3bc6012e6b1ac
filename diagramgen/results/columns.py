"""Readings -> the results, as plain arrays and as the table that transforms take."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple

from diagramgen.model.checkpoints import NO_STEP
from diagramgen.model.metric import in_order
from diagramgen.readers import Reading
from diagramgen.readers.columns import ReadingColumns

if TYPE_CHECKING:
    from numpy import ndarray
    from pandas import DataFrame

    from diagramgen.model.definitions import Definitions


Row = tuple[str, int, str, Reading]
Key = tuple[str, str, int]
"""A source, a metric and a step."""


class Names(NamedTuple):
    """A column of names: those that there are, in their order, and the place of each row's there.

    `codes` are of the smallest unsigned type that has room for them.
    """

    names: tuple[str, ...]
    codes: ndarray

    def at(self, rows: ndarray) -> Names:
        """The names of some rows, without those that none of them has; their order stays."""
        import numpy as np

        codes = self.codes[rows]
        there = np.flatnonzero(np.bincount(codes, minlength=len(self.names)))
        places = np.zeros(len(self.names), _smallest(len(there)))
        places[there] = np.arange(len(there))
        return Names(tuple(self.names[i] for i in there), places[codes])


class Rows(NamedTuple):
    """The results, a row for each (source, step, metric, item), sorted by these four.

    `step` is int64 (`NO_STEP` where there is none), `value`, `n` and `stderr` are float64 (NaN =
    missing or unknown).
    """

    source: Names
    step: ndarray
    metric: Names
    item: Names
    value: ndarray
    n: ndarray
    stderr: ndarray

    def of(self, steps: Mapping[tuple[str, str], AbstractSet[int]]) -> Rows:
        """The rows at some steps of sources and metrics, as what reads only these is handed.

        Sources, metrics and items keep their order; those without a row are no names any more.
        """
        import numpy as np

        found = [self._places(*pair, of_pair) for pair, of_pair in steps.items()]
        rows = np.sort(np.concatenate(found), kind="stable") if found else np.zeros(0, "int64")
        return Rows(
            self.source.at(rows), self.step[rows], self.metric.at(rows), self.item.at(rows),
            self.value[rows], self.n[rows], self.stderr[rows],
        )  # fmt: skip

    def _places(self, source: str, metric: str, steps: AbstractSet[int]) -> ndarray:
        """The rows of a metric at some steps of a source, found without a look at all rows."""
        import numpy as np

        if source not in self.source.names or metric not in self.metric.names:
            return np.zeros(0, "int64")
        codes = self.source.codes
        code = codes.dtype.type(self.source.names.index(source))
        start, end = np.searchsorted(codes, code), np.searchsorted(codes, code, "right")
        of_source, asked = self.step[start:end], np.sort(np.fromiter(steps, "int64"))
        first = np.searchsorted(of_source, asked)
        length = np.searchsorted(of_source, asked, "right") - first
        ends = np.cumsum(length)
        rows = np.arange(length.sum()) + np.repeat(start + first - (ends - length), length)
        kept: ndarray = rows[self.metric.codes[rows] == self.metric.names.index(metric)]
        return kept

    def table(self) -> DataFrame:
        """The results table: source, metric and item are ordered categories, step is Int64."""
        import pandas as pd

        def category(column: Names) -> Any:
            names = pd.Index(list(column.names), dtype=object)
            return pd.Categorical.from_codes(column.codes, names, ordered=True)

        return pd.DataFrame(
            {
                "source": category(self.source),
                "step": pd.arrays.IntegerArray(self.step, self.step == NO_STEP),
                "metric": category(self.metric),
                "item": category(self.item),
                "value": self.value,
                "n": self.n,
                "stderr": self.stderr,
            },
            copy=False,
        )


def results_table(definitions: Definitions, rows: Iterable[Row]) -> DataFrame:
    """The results table from (source, step, metric, reading), sorted by all four keys."""
    columns = Columns(definitions)
    for source, step, metric, reading in rows:
        columns.add(source, step, metric, [reading])
    return columns.rows().table()


class Columns:
    """The results as they are read: plain numbers, which take no more room than the rows."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.places: dict[str, int] = {}
        self.blocks: list[tuple[int, int, int]] = []
        self.step, self.item = array("q"), array("q")
        self.value, self.n, self.stderr = array("d"), array("d"), array("d")
        self.wholes: list[tuple[ndarray, ...]] = []
        self._last: tuple[tuple[str, ...], ndarray] | None = None
        self.sources = {name: i for i, name in enumerate(definitions.sources)}
        self.metrics = {name: i for i, name in enumerate(definitions.metrics)}

    def add(self, source: str, step: int, metric: str, readings: Sequence[Reading]) -> None:
        """Add a metric's readings at one step of a source."""
        if not readings:
            return
        if isinstance(readings, ReadingColumns):
            self._add_columns(readings)
        else:
            items, values, ns, stderrs, *_ = zip(*readings, strict=True)
            self.item.extend(self._places(items))
            self.value.extend(values)
            self.n.extend(ns)
            self.stderr.extend(stderrs)
        self.step.extend(repeat(step, len(readings)))
        self.blocks.append((self.sources[source], self.metrics[metric], len(readings)))

    def add_steps(self, source: str, metric: str, readings: ReadingColumns) -> None:
        """Add a metric's readings at many steps of a source, each as the readings say it."""
        import numpy as np

        places = self._places_of(readings.items)
        codes = self.sources[source], self.metrics[metric]
        of = (np.broadcast_to(code, len(readings)) for code in codes)
        assert readings.step is not None
        numbers = readings.value, readings.n, readings.stderr
        self.wholes.append((*of, readings.step, places[readings.item], *numbers))

    def _add_columns(self, readings: ReadingColumns) -> None:
        places = self._places_of(readings.items)
        self.item.frombytes(places[readings.item].tobytes())
        self.value.frombytes(readings.value.tobytes())
        self.n.frombytes(readings.n.tobytes())
        self.stderr.frombytes(readings.stderr.tobytes())

    def _places_of(self, items: tuple[str, ...]) -> ndarray:
        """The places of the items that columns count in: many readings share them."""
        import numpy as np

        if self._last is None or self._last[0] is not items:
            self._last = items, np.array(self._places(items), "int64")
        return self._last[1]

    def _places(self, items: Iterable[str]) -> list[int]:
        return [self.places.setdefault(item, len(self.places)) for item in items]

    def rows(self) -> Rows:
        """The results, sorted."""
        import numpy as np

        source, metric, step, placed, value, n, stderr = self._arrays()
        known = list(self.places)
        names = tuple(
            dict.fromkeys(
                item
                for name, i in self.metrics.items()
                for item in in_order(
                    [known[place] for place in np.flatnonzero(np.bincount(placed[metric == i]))],
                    self.definitions.metrics[name],
                )
            )
        )
        ordered = {item: i for i, item in enumerate(names)}
        # What no reading has, of items that come in columns, stands nowhere.
        places = np.array([ordered.get(item, -1) for item in known], dtype="int64")
        item = places[placed]
        order = _order(source, step, metric, item)

        def named(codes: ndarray, names: tuple[str, ...]) -> Names:
            return Names(names, codes[order].astype(_smallest(len(names))))

        return Rows(
            named(source, tuple(self.sources)), step[order], named(metric, tuple(self.metrics)),
            named(item, names), value[order], n[order], stderr[order],
        )  # fmt: skip

    def _arrays(self) -> list[ndarray]:
        """Source, metric, step, item, value, n and stderr of all that was added."""
        import numpy as np

        blocks = np.array(self.blocks, dtype="int64").reshape(-1, 3)
        of = (np.repeat(blocks[:, i], blocks[:, 2]) for i in range(2))
        keys = (np.frombuffer(each, "int64") for each in (self.step, self.item))
        numbers = (np.frombuffer(each) for each in (self.value, self.n, self.stderr))
        single = (*of, *keys, *numbers)
        parts = [*([single] if self.blocks or not self.wholes else []), *self.wholes]
        columns = zip(*parts, strict=True)
        return [np.concatenate(each) if len(each) > 1 else each[0] for each in columns]


def _smallest(count: int) -> str:
    """The smallest type of numbers that count so many names."""
    return next((kind for kind in ("uint8", "uint16") if count <= 1 << int(kind[4:])), "uint32")


def _order(*keys: ndarray) -> ndarray:
    """The places of rows sorted by some keys, the first one first.

    What files have is nearly in order: one key made of all is then sorted in half the time that
    several take.
    """
    import numpy as np

    whole, most = np.zeros(len(keys[0]), "int64"), 1
    for key in keys if len(whole) else ():
        least = int(key.min())
        width = int(key.max()) - least + 1
        if most * width >= 2**63:  # steps may lie further apart than numbers reach
            return np.lexsort(keys[::-1])
        whole, most = whole * width + (key - least), most * width
    return np.argsort(whole, kind="stable")
