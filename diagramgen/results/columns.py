"""Readings -> the results table."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from diagramgen.model.metric import in_order
from diagramgen.readers import Reading

if TYPE_CHECKING:
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
        self.items: dict[str, dict[str, None]] = {metric: {} for metric in definitions.metrics}
        self.blocks: list[tuple[int, int, int, int]] = []
        self.item, self.value, self.n, self.stderr = array("q"), array("d"), array("d"), array("d")
        self.sources = {name: i for i, name in enumerate(definitions.sources)}
        self.metrics = {name: i for i, name in enumerate(definitions.metrics)}

    def add(self, source: str, step: int, metric: str, readings: list[Reading]) -> None:
        """Add a metric's readings at one step of a source."""
        if not readings:
            return
        items, values, ns, stderrs, *_ = zip(*readings, strict=True)
        self.items[metric].update(dict.fromkeys(items))
        for item in items:
            self.places.setdefault(item, len(self.places))
        self.item.extend(map(self.places.__getitem__, items))
        self.value.extend(values)
        self.n.extend(ns)
        self.stderr.extend(stderrs)
        self.blocks.append((self.sources[source], step, self.metrics[metric], len(items)))

    def table(self) -> DataFrame:
        """The results table, sorted by all four keys."""
        import numpy as np
        import pandas as pd

        names = dict.fromkeys(
            item
            for metric, items in self.items.items()
            for item in in_order(items, self.definitions.metrics[metric])
        )
        ordered = {item: i for i, item in enumerate(names)}
        places = np.array([ordered[item] for item in self.places], dtype="int64")
        blocks = np.array(self.blocks, dtype="int64").reshape(-1, 4)
        source, step, metric = (np.repeat(blocks[:, i], blocks[:, 3]) for i in range(3))
        item = places[np.array(self.item, dtype="int64")]
        order = np.lexsort((item, metric, step, source))

        def category(codes: np.ndarray, names: Iterable[str]) -> Any:
            return pd.Categorical.from_codes(
                codes[order], pd.Index(list(names), dtype=object), ordered=True
            )

        return pd.DataFrame(
            {
                "source": category(source, self.definitions.sources),
                "step": step[order],
                "metric": category(metric, self.definitions.metrics),
                "item": category(item, names),
                "value": np.array(self.value)[order],
                "n": np.array(self.n)[order],
                "stderr": np.array(self.stderr)[order],
            }
        )
