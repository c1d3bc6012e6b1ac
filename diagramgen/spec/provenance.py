"""What a saved spec and the manifest say of their origin."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import msgspec

import diagramgen

if TYPE_CHECKING:
    from diagramgen.model.definitions import Definitions
    from diagramgen.model.output import Output
    from diagramgen.results.plan import PlannedChart
    from diagramgen.transforms import Resolved, Transform


@cache
def versions() -> dict[str, str]:
    """The versions that decide what a chart looks like."""
    return {
        "diagramgen": diagramgen.__version__,
        "altair": version("altair"),
        "vl-convert": version("vl-convert-python"),
    }


def entry_sha256(planned: PlannedChart, definitions: Definitions, output: Output) -> str:
    """The digest of what the suite says of a ready chart: its entry, its metrics, its sources.

    Not where the sources are, which differs between machines, nor where the entry stands; nor
    what it does not say, so that it stays when the language gains keys.
    """
    chart, panels = planned.chart, planned.panels
    entry = [
        planned.id,
        [planned.title, planned.subtitle, chart.layout, chart.vegalite],
        [(_record(panel.transform), panel.look) for panel in panels],
        {name: definitions.metrics[name] for name in chart.metrics()},
        {
            name: msgspec.structs.replace(definitions.sources[name], root="")
            for name in planned.sources()
        },
        [output.theme, output.width],
    ]
    return sha256(msgspec.json.encode(entry, order="deterministic")).hexdigest()


def _record(transform: Resolved[Transform]) -> msgspec.Raw:
    """A transform's parameters as JSON, in their order, as that of a record's fields is kept."""
    record = {"transform": transform.asked.name()} | transform.parameters()
    pairs = (
        msgspec.json.encode(key) + b":" + msgspec.json.encode(value, order="deterministic")
        for key, value in record.items()
        if value is not None
    )
    return msgspec.Raw(b"{" + b",".join(pairs) + b"}")


def said(transform: Resolved[Transform] | Transform) -> dict[str, Any]:
    """What the parameters of a transform say, as plain data."""
    parameters = transform.parameters().items()
    plain: dict[str, Any] = msgspec.json.decode(
        msgspec.json.encode({key: value for key, value in parameters if value is not None})
    )
    return plain


def provenance(planned: PlannedChart, definitions: Definitions, entry: str) -> dict[str, Any]:
    """A chart's id, transforms with their parameters, sources and versions, and its digest."""
    panels = [
        {"transform": panel.transform.asked.name(), "parameters": said(panel.transform)}
        for panel in planned.panels
    ]
    origin: dict[str, Any] = {"id": planned.id}
    origin |= panels[0] if len(panels) == 1 else {"panels": panels}
    origin["sources"] = {name: definitions.source_label(name) for name in planned.sources()}
    return origin | {"suite": entry, "versions": versions()}
