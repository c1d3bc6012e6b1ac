"""What a suite defines and charts name: its sources and metrics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from diagramgen.model.metric import Metric
from diagramgen.model.source import Source


class Definitions(NamedTuple):
    """The sources and the metrics by name, in the suite's order."""

    sources: Mapping[str, Source]
    metrics: Mapping[str, Metric]

    def source_label(self, name: str) -> str:
        """The source's name for people."""
        return self.sources[name].label or name

    def metric_label(self, name: str) -> str:
        """The metric's name for people."""
        return self.metrics[name].label or name
