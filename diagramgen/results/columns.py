"""Readings -> the results table."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import TYPE_CHECKING, Any

from diagramgen.model.checkpoints import NO_STEP
from diagramgen.model.metric import in_order
from diagramgen.readers import Reading
from diagramgen.readers.columns import ReadingColumns

if TYPE_CHECKING:
    from numpy import ndarray
    from pandas import DataFrame

    from diagramgen.model.definitions import Definitions


Row = tuple[str, int, str, Reading]


def results_table(definitions: Definitions, rows: Iterable[Row]) -> DataFrame:
    """The results table from (source, step, metric, reading), sorted by all four keys."""
    columns = Columns(definitions)
    for source, step, metric, reading in rows:
        columns.add(source, step, metric, [reading])
    return columns.table()


class Columns:
    """The results table as it is read: plain numbers, which take no more room than the table."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.places: dict[str, int] = {}
        self.blocks: list[tuple[int, int, int]] = []
        self.step, self.item = array("q"), array("q")
        self.value, self.n, self.stderr = array("d"), array("d"), array("d")
        self.wholes: list[tuple[ndarray, ...]] = []
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

        places = np.array(self._places(readings.items), "int64")
        codes = self.sources[source], self.metrics[metric]
        of = (np.broadcast_to(code, len(readings)) for code in codes)
        assert readings.step is not None
        numbers = readings.value, readings.n, readings.stderr
        self.wholes.append((*of, readings.step, places[readings.item], *numbers))

    def _add_columns(self, readings: ReadingColumns) -> None:
        import numpy as np

        places = np.array(self._places(readings.items), "int64")
        self.item.frombytes(places[readings.item].tobytes())
        self.value.frombytes(readings.value.tobytes())
        self.n.frombytes(readings.n.tobytes())
        self.stderr.frombytes(readings.stderr.tobytes())

    def _places(self, items: Iterable[str]) -> list[int]:
        return [self.places.setdefault(item, len(self.places)) for item in items]

    def table(self) -> DataFrame:
        """The results table, sorted by all four keys."""
        import numpy as np
        import pandas as pd

        source, metric, step, placed, value, n, stderr = self._arrays()
        known = list(self.places)
        names = dict.fromkeys(
            item
            for name, i in self.metrics.items()
            for item in in_order(
                [known[place] for place in np.flatnonzero(np.bincount(placed[metric == i]))],
                self.definitions.metrics[name],
            )
        )
        ordered = {item: i for i, item in enumerate(names)}
        # What no reading has, of items that come in columns, stands nowhere.
        places = np.array([ordered.get(item, -1) for item in known], dtype="int64")
        item = places[placed]
        order = _order(source, step, metric, item)

        def category(codes: np.ndarray, names: Iterable[str]) -> Any:
            return pd.Categorical.from_codes(
                codes[order], pd.Index(list(names), dtype=object), ordered=True
            )

        return pd.DataFrame(
            {
                "source": category(source, self.definitions.sources),
                "step": pd.arrays.IntegerArray(step[order], step[order] == NO_STEP),
                "metric": category(metric, self.definitions.metrics),
                "item": category(item, names),
                "value": value[order],
                "n": n[order],
                "stderr": stderr[order],
            },
            copy=False,
        )

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
