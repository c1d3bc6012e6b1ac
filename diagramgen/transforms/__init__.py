"""The transforms: results -> a chart's table. One file for each."""

from __future__ import annotations

from diagramgen.plugins import Registry, record_problem
from diagramgen.transforms.delta import Delta
from diagramgen.transforms.domain import Domain
from diagramgen.transforms.macro import Macro
from diagramgen.transforms.quadrant import Quadrant
from diagramgen.transforms.relative import Relative
from diagramgen.transforms.series import Series
from diagramgen.transforms.snapshot import Snapshot
from diagramgen.transforms.stage_compare import StageCompare
from diagramgen.transforms.support import Support
from diagramgen.transforms.tradeoff import Tradeoff
from diagramgen.transforms.transform import Axis, Resolved, Table, Transform

TRANSFORMS: dict[str, type[Transform]] = {
    transform.__struct_config__.tag: transform  # type: ignore[misc]
    for transform in (
        Series,
        Macro,
        Relative,
        Delta,
        Snapshot,
        Domain,
        Support,
        Tradeoff,
        Quadrant,
        StageCompare,
    )
}
"""Every built-in transform by the name that suites use, in the order of the reference."""

REGISTRY = Registry("transform", TRANSFORMS, record_problem(Transform))
find_transform, names, installed = REGISTRY.find, REGISTRY.names, REGISTRY.installed

__all__ = [
    "REGISTRY",
    "TRANSFORMS",
    "Axis",
    "Resolved",
    "Table",
    "Transform",
    "find_transform",
    "installed",
    "names",
]
