"""What a run has made -> its manifest, and which files of earlier runs the suite has lost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from glob import escape

from diagramgen.formats import format_of
from diagramgen.model.checkpoints import NO_STEP
from diagramgen.model.source import Source
from diagramgen.output.files import OutputFolder
from diagramgen.output.manifest import (
    ALL,
    FINISHED,
    MOST_STEPS,
    ChartEntry,
    FileEntry,
    Manifest,
    SourceEntry,
    StepRange,
    SuiteEntry,
)
from diagramgen.output.outcome import Outcome
from diagramgen.results.discover import SourceFiles
from diagramgen.results.found import Found
from diagramgen.results.plan import Plan
from diagramgen.spec.provenance import versions
from diagramgen.suite.ids import chart_id

NAME_IN_PATH = re.compile(r"\$\{[^}]*\}")


def make_manifest(
    plan: Plan, outcomes: Iterable[Outcome], before: Manifest | None, folder: OutputFolder
) -> Manifest:
    """The manifest of a run; charts that were not asked for keep their entry of `before`.

    The files of `before` that no chart has any more are `stale` as long as they are there.
    """
    entries = {chart.id: chart for chart in before.charts} if before else {}
    entries |= {outcome.planned.id: _chart(outcome) for outcome in outcomes}
    charts = tuple(entries[id_] for id_ in plan.ids if id_ in entries)
    suite = plan.suite
    return Manifest(
        version=1,
        suite=SuiteEntry(title=suite.title, file=suite.file(), sha256=suite.sha256),
        versions=versions(),
        sources={
            name: _source(found, suite.definitions.sources[name])
            for name, found in plan.sources.items()
        },
        charts=charts,
        stale=_stale(charts, before, folder),
    )


def _source(found: SourceFiles, source: Source) -> SourceEntry:
    steps = found.steps()
    return SourceEntry(
        label=source.label,
        steps=_listed(steps),
        plotted=_listed(tuple(step for step in steps if step != source.bridge)),
        bridge=source.bridge if source.bridge in steps else None,
        left_out={_step(step): reason for step, reason in sorted(found.left_out.items())},
        files={metric: _files(files) for metric, files in found.files.items() if files},
        missing=found.missing,
    )


def _listed(steps: tuple[int, ...]) -> tuple[int, ...] | StepRange:
    """Steps one by one, or what is said of too many."""
    if len(steps) <= MOST_STEPS:
        return steps
    return StepRange(first=steps[0], last=steps[-1], count=len(steps))


def _files(files: Mapping[int, tuple[Found, ...]]) -> dict[str, tuple[str, ...]]:
    """The paths of each step's files, or of those of too many steps."""
    if len(files) > MOST_STEPS:
        every = dict.fromkeys(file.path for of in dict.fromkeys(files.values()) for file in of)
        return {ALL: tuple(sorted(every))}
    return {_step(step): tuple(file.path for file in of) for step, of in sorted(files.items())}


def _step(step: int) -> str:
    return FINISHED if step == NO_STEP else str(step)


def _chart(outcome: Outcome) -> ChartEntry:
    planned = outcome.planned
    return ChartEntry(
        id=planned.id,
        status=outcome.status,
        reason=outcome.reason,
        title=outcome.title,
        transforms=planned.chart.transforms(),
        metrics=planned.chart.metrics(),
        sources=planned.sources(),
        files=tuple(
            FileEntry(path=path, sha256=file.sha256) for path, file in outcome.files.items()
        ),
        left_out=dict(outcome.left_out),
    )


def _stale(
    charts: Iterable[ChartEntry], before: Manifest | None, folder: OutputFolder
) -> tuple[FileEntry, ...]:
    """The files of earlier runs that are still there and that none of the charts has."""
    now = {file.path for chart in charts for file in chart.files}
    known = before.files() if before else {}
    return tuple(
        FileEntry(path=path, sha256=digest)
        for path, digest in sorted(known.items())
        if path not in now and folder.is_file(path)
    )


def prunable(plan: Plan, manifest: Manifest) -> list[FileEntry]:
    """The stale files that the suite no longer produces.

    What a declared chart has left from an earlier run stays where this one did not draw it.
    """
    drawn = {chart.id for chart in manifest.charts if chart.status == "rendered"}
    waiting = [_any_step(id_) for id_ in plan.ids if id_ not in drawn]
    return [
        file
        for file in manifest.stale
        if format_of(file.path)
        and not any(fnmatchcase(chart_id(file.path, {}), id_) for id_ in waiting)
    ]


def _any_step(id_: str) -> str:
    """A chart's id as a glob: of a chart that is not drawn, `${step}` may be unknown."""
    return "*".join(map(escape, NAME_IN_PATH.split(id_)))
