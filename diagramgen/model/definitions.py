"""What a suite defines and charts name: its sources and metrics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from diagramgen.model.metric import Metric
from diagramgen.model.source import Source
from diagramgen.readers import Reader

MOST_NAMED = 3
"""Of more sources than these a title says how many there are."""


class Definitions(NamedTuple):
    """The sources and the metrics by name, in the suite's order."""

    sources: Mapping[str, Source]
    metrics: Mapping[str, Metric]

    def reader(self, source: str, metric: str) -> Reader:
        """How a source's files are read for a metric."""
        return self.sources[source].read.get(metric, self.metrics[metric].read)

    def source_label(self, name: str) -> str:
        """The source's name for people."""
        return self.sources[name].label or name

    def source_labels(self, names: Sequence[str], between: str) -> str:
        """The names of some sources in one line; more than three are counted."""
        if len(names) > MOST_NAMED:
            return f"{len(names)} runs"
        return between.join(map(self.source_label, names))

    def unit(self, names: Iterable[str]) -> str:
        """What the steps of some sources count: `step` where that is not the same for all."""
        units = {self.sources[name].unit for name in names}
        return units.pop() if len(units) == 1 else "step"

    def metric_label(self, name: str) -> str:
        """The metric's name for people."""
        return self.metrics[name].label or name
