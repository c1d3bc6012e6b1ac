"""What a saved spec and the manifest say of their origin."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import msgspec

import diagramgen

if TYPE_CHECKING:
    from diagramgen.results.plan import PlannedChart
    from diagramgen.suite.suite import Suite


@cache
def versions() -> dict[str, str]:
    """The versions that decide what a chart looks like."""
    return {
        "diagramgen": diagramgen.__version__,
        "altair": version("altair"),
        "vl-convert": version("vl-convert-python"),
    }


def entry_sha256(planned: PlannedChart, suite: Suite) -> str:
    """The digest of what the suite says of a chart: its entry, its metrics, its sources.

    Not where the sources are, which differs between machines, nor where the entry stands.
    """
    chart, panels = planned.chart, planned.panels
    metrics = dict.fromkeys(m for panel in panels for m in panel.transform.metrics())
    sources = dict.fromkeys(s for panel in panels for s in panel.transform.sources())
    said = [
        planned.id,
        [planned.title, planned.subtitle, chart.layout, chart.vegalite],
        [(panel.transform, panel.look) for panel in panels],
        {name: suite.definitions.metrics[name] for name in metrics},
        {
            name: msgspec.structs.replace(suite.definitions.sources[name], root="")
            for name in sources
        },
        [suite.output.theme, suite.output.width],
    ]
    return sha256(msgspec.json.encode(said, order="deterministic")).hexdigest()


def provenance(planned: PlannedChart, suite: Suite) -> dict[str, Any]:
    """A chart's id, transforms with their parameters, sources and versions, and its digest."""
    panels = [
        {
            "transform": panel.transform.name(),
            "parameters": {
                key: value
                for key, value in msgspec.json.decode(msgspec.json.encode(panel.transform)).items()
                if value is not None and key != "transform"
            },
        }
        for panel in planned.panels
    ]
    names = dict.fromkeys(s for panel in planned.panels for s in panel.transform.sources())
    origin: dict[str, Any] = {"id": planned.id}
    origin |= panels[0] if len(panels) == 1 else {"panels": panels}
    origin["sources"] = {name: suite.definitions.source_label(name) for name in names}
    return origin | {"suite": entry_sha256(planned, suite), "versions": versions()}
