"""The manifest: what the runs have made of a suite, as `schema/manifest.schema.json` says it."""

from __future__ import annotations

import json
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from diagramgen.errors import OutputError
from diagramgen.model.record import Record
from diagramgen.output.files import MANIFEST, MOST_BYTES, OutputFolder

Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
FINISHED = "none"
"""What stands for the step of a finished model."""
ALL = "all"
"""What stands for steps that are too many to be listed."""
MOST_STEPS = 10_000
"""So many steps of a source are listed."""
Step = Annotated[str, Meta(pattern=f"^(-?[0-9]+|{FINISHED}|{ALL})$")]
Status = Literal["rendered", "unchanged", "skipped", "failed"]


class SuiteEntry(Record, frozen=True):
    """The suite that was drawn."""

    title: str
    file: str
    sha256: Sha256


class FileEntry(Record, frozen=True):
    """A file below the manifest's folder."""

    path: str
    sha256: Sha256


class StepRange(Record, frozen=True):
    """What is said of steps that are too many to be listed."""

    first: int
    last: int
    count: int


class SourceEntry(Record, frozen=True, omit_defaults=True):
    """Which checkpoints of a source have result files; `missing` says why it is not there.

    Of more than `MOST_STEPS` it says the first, the last and how many, and which files have them.
    """

    label: str | None
    steps: tuple[int, ...] | StepRange
    plotted: tuple[int, ...] | StepRange
    bridge: int | None
    left_out: dict[Step, str]
    files: dict[str, dict[Step, tuple[str, ...]]]
    missing: str | None = None


class ChartEntry(Record, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a chart when it was last asked for."""

    id: str
    status: Status
    reason: str | None = None
    title: str | None = None
    transforms: tuple[str, ...]
    metrics: tuple[str, ...]
    sources: tuple[str, ...]
    files: tuple[FileEntry, ...]
    left_out: dict[str, str]

    def __post_init__(self) -> None:
        """Raise `ValueError` for one that was not drawn and does not say why."""
        if self.status in ("skipped", "failed") and self.reason is None:
            raise ValueError(f"{self.status} without a reason")


class Manifest(Record, frozen=True):
    """What the runs have made of a suite; no chart of it has the `stale` files any more."""

    version: Literal[1]
    suite: SuiteEntry
    versions: dict[str, str]
    sources: dict[str, SourceEntry]
    charts: tuple[ChartEntry, ...]
    stale: tuple[FileEntry, ...]

    def files(self) -> dict[str, str]:
        """The digest of every file that it knows, by its path."""
        of_charts = [file for chart in self.charts for file in chart.files]
        return {file.path: file.sha256 for file in (*of_charts, *self.stale)}


def read_manifest(folder: OutputFolder, suite: str) -> Manifest | None:
    """The manifest of the runs before, if there is one of a suite whose file has that name."""
    try:
        found = decode_manifest(folder.read(MANIFEST, MOST_BYTES))
    except (OSError, OutputError):
        return None
    return found if found and found.suite.file == suite else None


def decode_manifest(data: bytes) -> Manifest | None:
    """The manifest that some bytes are; None where they are none."""
    try:
        return msgspec.convert(json.loads(data), Manifest)
    except (ValueError, msgspec.ValidationError, RecursionError):
        return None


def encode_manifest(manifest: Manifest) -> bytes:
    """A manifest as the bytes of its file."""
    from diagramgen.formats.spec import encode

    return encode(msgspec.to_builtins(manifest))


def nothing_drawn(manifest: Manifest) -> Manifest:
    """The manifest after a run for which there was nothing to draw."""
    charts = [
        msgspec.structs.replace(chart, status="unchanged") if chart.status == "rendered" else chart
        for chart in manifest.charts
    ]
    return msgspec.structs.replace(manifest, charts=tuple(charts))
