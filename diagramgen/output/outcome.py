"""What became of a chart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from diagramgen.output.manifest import Status
from diagramgen.results.plan import PlannedChart


class Outcome(NamedTuple):
    """What became of a chart: `files` are its files below the output folder, path -> sha256.

    `key` changes when anything does that they come from.
    """

    planned: PlannedChart
    status: Status
    title: str | None = None
    reason: str | None = None
    files: Mapping[str, str] = {}
    left_out: Mapping[str, str] = {}
    key: str = ""
