"""Plan and the last run's state -> what is to be made, and the results that this needs."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from msgspec.structs import replace

from diagramgen.errors import OutputError
from diagramgen.local import sha256
from diagramgen.output.compare import same_files
from diagramgen.output.files import open_output
from diagramgen.output.request import code, module_digests
from diagramgen.output.state import (
    ChartSeen,
    SourceSeen,
    State,
    by_written,
    own_files,
    own_names,
    source_seen,
)
from diagramgen.results.contents import HandOut, Memory
from diagramgen.results.plan import Plan, plan_without_values
from diagramgen.spec.provenance import entry_sha256

if TYPE_CHECKING:
    from diagramgen.output.files import Written
    from diagramgen.output.outcome import Outcome
    from diagramgen.results.discover import SourceFiles
    from diagramgen.results.plan import PlannedChart
    from diagramgen.results.read import Results
    from diagramgen.suite.suite import Suite


class Work(NamedTuple):
    """What is to be done: the plan's charts but those that are `fresh`, by id, as they were drawn.

    `results` have what the others need. `sources` are those that are as the last run saw them, by
    their name in the suite, `context` is a digest of all that charts have in common, `own` and
    `modules` those that it comes from.
    """

    results: Results
    fresh: Mapping[str, ChartSeen]
    sources: Mapping[str, SourceSeen]
    context: str
    own: Mapping[str, str]
    modules: Mapping[str, str]


def find_work(
    plan: Plan,
    state: State | None,
    *,
    strict: bool = False,
    memory: Memory | None = None,
    hand_out: HandOut = map,
) -> Work:
    """What of a plan is to be done after the run that left a state.

    A chart is fresh where all that decides about it is as it was, down to its files. What `memory`
    knows of result files is not read again, `hand_out` has the others read. Raises `ResultsError`
    when one cannot be read.
    """
    from diagramgen.results.read import read_plan

    suite = plan.suite
    own, modules = own_files(suite.folder, own_names(suite)), module_digests(suite.modules)
    context = _context(suite, own, modules)
    if state is None or state.context != context or suite.runs_python:
        results = read_plan(plan, strict=strict, memory=memory, hand_out=hand_out)
        return Work(results, {}, {}, context, own, modules)
    sources = {
        name: same
        for name, found in by_written(plan).items()
        if name in state.sources and (same := _as_seen(found, state.sources[name], plan.written))
    }
    valueless = {
        (name, metric, step)
        for source in sources.values()
        for name, of in source.valueless.items()
        for metric, step in of
    }
    if valueless:
        plan = plan_without_values(plan, valueless)
    fresh = _fresh(plan, state, sources, context)
    places = [i for i, chart in enumerate(plan.charts) if chart.id not in fresh]
    stale = plan._replace(
        charts=tuple(plan.charts[i] for i in places), places=tuple(plan.places[i] for i in places)
    )
    results = read_plan(stale, strict=strict, memory=memory, hand_out=hand_out)
    charts = list(plan.charts)
    for i, chart in zip(places, results.plan.charts, strict=True):
        charts[i] = chart
    plan = results.plan._replace(charts=tuple(charts), places=plan.places)
    results = dataclasses.replace(results, plan=plan, warnings=_noted(results.warnings, sources))
    return Work(results, fresh, sources, context, own, modules)


def _context(suite: Suite, own: Mapping[str, str], modules: Mapping[str, str]) -> str:
    """A digest of all that the charts of a suite have in common, wherever the results are.

    The order of sources and metrics is part of it, for it tells which colours they have.
    """
    sources = {name: replace(source, root="") for name, source in suite.definitions.sources.items()}
    output = replace(suite.output, dir="")
    parts = [sources, suite.definitions.metrics, output, suite.aliases, own, modules, code()]
    return sha256(msgspec.json.encode(parts))


def inputs(chart: PlannedChart, entry: str, context: str) -> str:
    """A digest of what decides about a ready chart but what files say; `entry` is its entry's."""
    parts = [context, entry, chart.chart.formats, sorted(chart.left_out.items())]
    return sha256(msgspec.json.encode(parts))


def _as_seen(found: SourceFiles, seen: SourceSeen, suite: Suite) -> SourceSeen | None:
    """A source as the last run saw it, with the versions of today; None where it has changed."""
    now = source_seen(found, {}, suite)
    if not seen.whole or replace(seen, files={}, valueless={}, noted={}) != replace(now, files={}):
        return None
    listed = {
        pattern: [(file.path, file.version) for file in files]
        for pattern, files in found.listed.items()
    }
    files = same_files(listed, seen.files, found.storage)
    return None if files is None else replace(seen, files=files)


def _fresh(
    plan: Plan, state: State, sources: Mapping[str, SourceSeen], context: str
) -> dict[str, ChartSeen]:
    """The charts of which nothing has changed, and whose files are as they were left."""
    found: dict[str, ChartSeen] = {}
    for chart in plan.charts:
        last = state.charts.get(chart.id)
        if last is None or chart.status != "ready":
            continue
        written = {plan.sources[name].written for name in chart.sources()}
        entry = entry_sha256(chart, plan.suite.definitions, plan.suite.output)
        if written <= sources.keys() and last.inputs == inputs(chart, entry, context):
            found[chart.id] = last
    return _as_left(found, plan)


def _as_left(charts: Mapping[str, ChartSeen], plan: Plan) -> dict[str, ChartSeen]:
    """The charts whose files are as they were left, with the versions of today."""
    gallery = plan.suite.output.gallery
    found: dict[str, ChartSeen] = {}
    with suppress(OutputError), open_output(plan.suite.folder, plan.suite.output.dir) as folder:
        for id_, last in charts.items():
            files = folder.as_written(last.files)
            script = folder.as_written(last.script) if gallery else {}
            if files is not None and script is not None and (last.card or not gallery):
                found[id_] = replace(last, files=files, script=script)
    return found


def _noted(
    noted: Mapping[str, tuple[str, ...]], sources: Mapping[str, SourceSeen]
) -> dict[str, tuple[str, ...]]:
    """What is to be noted of each source: now, or of one that is as it was, when it was read."""
    before = {name: said for source in sources.values() for name, said in source.noted.items()}
    names = dict.fromkeys([*noted, *before])
    return {name: tuple(dict.fromkeys([*before.get(name, ()), *noted.get(name, ())]))
            for name in names}  # fmt: skip


def state_of(
    work: Work,
    outcomes: list[Outcome],
    charts: dict[str, ChartSeen],
    others: dict[str, Written],
    *,
    request: str,
    warnings: tuple[str, ...],
) -> State:
    """What a run saw and made.

    `others` are the files that belong to no chart, `request` is the digest of what was asked for.
    """
    results = work.results
    plan = results.plan
    suite = plan.suite
    return State(
        version=4,
        request=request,
        context=work.context,
        code=code(),
        repeatable=not suite.runs_python
        and all(outcome.status != "failed" for outcome in outcomes),
        charts=charts,
        outcomes=tuple((each.planned.id, each.status, each.reason) for each in outcomes),
        warnings=warnings,
        own=dict(work.own),
        modules=dict(work.modules),
        sources={name: _source(name, found, work) for name, found in by_written(plan).items()},
        others=others,
    )


def _source(name: str, found: SourceFiles, work: Work) -> SourceSeen:
    """A source as this run saw it, with what is to be remembered of its values."""
    results = work.results
    plan = results.plan
    runs = {run for run, files in plan.sources.items() if files.written == name}
    digests: dict[str, str] = {}
    for run in runs:
        digests |= {path: d for path, d in results.digests[run].items() if d}
    before = work.sources.get(name)
    for files in before.files.values() if before else ():
        digests = {path: digest for path, (_, digest) in files.items() if digest} | digests
    valueless: dict[str, set[tuple[str, int]]] = {
        run: set(of) for run, of in (before.valueless if before else {}).items()
    }
    for run, metric, step in results.valueless:
        if run in runs:
            valueless.setdefault(run, set()).add((metric, step))
    return replace(
        source_seen(found, digests, plan.written),
        whole=name not in results.truncated,
        valueless={run: tuple(sorted(of)) for run, of in sorted(valueless.items())},
        noted={run: results.warnings[run] for run in sorted(runs) if results.warnings.get(run)},
    )
