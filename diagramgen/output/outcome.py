"""What became of a chart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from diagramgen.output.files import Written
from diagramgen.output.manifest import Status
from diagramgen.results.plan import PlannedChart


class Outcome(NamedTuple):
    """What became of a chart, and its files below the output folder by their path.

    `undrawn` are letters in its pictures that no font of the machine has.
    """

    planned: PlannedChart
    status: Status
    title: str | None = None
    reason: str | None = None
    files: Mapping[str, Written] = {}
    left_out: Mapping[str, str] = {}
    undrawn: str = ""
