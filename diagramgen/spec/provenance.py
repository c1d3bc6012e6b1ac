"""What a saved spec and the manifest say of their origin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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

MOST_STEPS = 10_000
"""So many steps of a source stand in a spec one by one."""


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
    scale = [] if chart.scale == "shared" else [chart.scale]
    entry = [
        planned.id,
        [planned.title, planned.subtitle, chart.layout, chart.vegalite, *scale],
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
    """What the parameters of a transform say, as plain data.

    Of more than `MOST_STEPS` steps of a source it is the first, the last and how many there are.
    """
    parameters = {key: each for key, each in transform.parameters().items() if each is not None}
    if isinstance(steps := parameters.get("steps"), Mapping):
        parameters["steps"] = {source: _counted(of) for source, of in steps.items()}
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(parameters))
    return plain


def _counted(steps: Any) -> Any:
    """Steps, or what is said of those that are too many to be listed."""
    if not isinstance(steps, Sequence) or isinstance(steps, str) or len(steps) <= MOST_STEPS:
        return steps
    return {"first": steps[0], "last": steps[-1], "count": len(steps)}


def provenance(
    planned: PlannedChart,
    definitions: Definitions,
    entry: str,
    drawn: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """A chart's id, transforms with their parameters, sources and versions, and its digest.

    `entry` is the digest of what the suite says of it, `drawn` what else is to be said of each
    panel.
    """
    panels = [
        {"transform": panel.transform.asked.name(), "parameters": said(panel.transform), **more}
        for panel, more in zip(planned.panels, drawn, strict=True)
    ]
    origin: dict[str, Any] = {"id": planned.id}
    origin |= panels[0] if len(panels) == 1 else {"panels": panels}
    origin["sources"] = {name: definitions.source_label(name) for name in planned.sources()}
    return origin | {"suite": entry, "versions": versions()}
