"""Suite -> Plan: which charts, of which steps, into which files."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any, Literal, NamedTuple

from diagramgen.document.wording import suggestion
from diagramgen.errors import SuiteError, Unavailable, UsageError
from diagramgen.model.checkpoints import Checkpoints
from diagramgen.model.look import Look
from diagramgen.results.contents import HandOut, Memory
from diagramgen.results.discover import SourceFiles
from diagramgen.results.runs import Runs, find_runs, on_runs
from diagramgen.suite.expand import fill_late
from diagramgen.suite.ids import Id, chart_id, check_ids
from diagramgen.suite.suite import Chart, Suite
from diagramgen.transforms import Resolved, Transform

NOT_A_TREND = "has no steps"
Pair = tuple[str, str]
"""A source and a metric."""


class PlannedPanel(NamedTuple):
    """A panel whose steps are known, with its look."""

    transform: Resolved[Transform]
    look: Look


class PlannedChart(NamedTuple):
    """A chart with its steps resolved: what to draw, or why not.

    There are `panels` where status is "ready", else a `reason`. `left_out` tells of steps and
    sources that the entry asks for and that are not there.
    """

    id: str
    chart: Chart
    status: Literal["ready", "skipped", "failed"]
    panels: tuple[PlannedPanel, ...] = ()
    title: str | None = None
    subtitle: str | None = None
    reason: str | None = None
    left_out: Mapping[str, str] = {}

    def output(self) -> str:
        """The output path with the steps filled in."""
        written = self.chart.output
        return self.id + written[len(chart_id(written, {})) :]

    def sources(self) -> tuple[str, ...]:
        """The sources that the chart reads; where it is not ready, those that it asks for."""
        panels = self.panels or self.chart.panels
        return tuple(dict.fromkeys(name for each in panels for name in each.transform.sources()))

    def reads(self) -> dict[Pair, set[int]]:
        """The steps of each source and metric whose files the chart needs."""
        found: dict[Pair, set[int]] = {}
        for panel in self.panels:
            for source, steps in panel.transform.read_steps().items():
                for metric in panel.transform.metrics():
                    found.setdefault((source, metric), set()).update(steps)
        return found


class Plan(NamedTuple):
    """Everything that is to be done, in the suite's order.

    `charts` are those asked for, `places` where they stand among those of the suite, whose ids are
    `ids`. In `suite` each run of a source is one, in the suite as it was `written` they are not.
    """

    written: Suite
    runs: Runs
    charts: tuple[PlannedChart, ...]
    ids: tuple[str, ...]
    places: tuple[int, ...]
    skip_stage_compare: bool = False

    @property
    def suite(self) -> Suite:
        """The suite, in which each run of a source is one."""
        return self.runs.suite

    @property
    def sources(self) -> Mapping[str, SourceFiles]:
        """The files of each source, each run being one."""
        return self.runs.sources

    def reads(self) -> dict[Pair, set[int]]:
        """The steps of each source and metric whose files some chart needs."""
        found: dict[Pair, set[int]] = {}
        for chart in self.charts:
            for pair, steps in chart.reads().items():
                found.setdefault(pair, set()).update(steps)
        return found

    def files(self) -> dict[Pair, set[int]]:
        """The steps of each source and metric that have a file."""
        return {
            (source, metric): set(files)
            for source, found in self.sources.items()
            for metric, files in found.files.items()
        }


def make_plan(
    suite: Suite,
    only: tuple[str, ...] = (),
    *,
    skip_stage_compare: bool = False,
    memory: Memory | None = None,
    hand_out: HandOut = map,
) -> Plan:
    """The plan for a suite, or for the charts whose ids match `only` (ids or globs).

    Where steps or runs stand inside files, these are read as `read_plan` does it. Raises
    `ResultsError` when a source that is not optional is not there, `SuiteError` when two charts
    have one id, `UsageError` when nothing matches `only`.
    """
    everything = tuple(range(len(suite.charts)))
    runs = find_runs(suite, {}, memory, hand_out)
    plan = _planned(Plan(suite, runs, (), (), everything, skip_stage_compare))
    for pattern in only:
        if not any(_chosen(id_, (pattern,)) for id_ in plan.ids):
            hint = suggestion(pattern, plan.ids) or "; `diagramgen list` shows the ids"
            raise UsageError(f"no chart has the id '{pattern}'{hint}")
    places = tuple(i for i, id_ in enumerate(plan.ids) if _chosen(id_, only))
    return plan._replace(charts=tuple(plan.charts[i] for i in places), places=places)


def plan_without(
    plan: Plan,
    files: Mapping[str, Collection[str]],
    memory: Memory | None = None,
    hand_out: HandOut = map,
) -> Plan:
    """The plan for the same charts as if some files, by source, were not there.

    Raises as `make_plan` does.
    """
    return _planned(plan._replace(runs=find_runs(plan.written, files, memory, hand_out)))


def plan_without_values(plan: Plan, keys: Iterable[tuple[str, str, int]]) -> Plan:
    """The plan for the same charts where some (source, metric, step) are no checkpoints.

    They have files, in which no item has a value. Raises `SuiteError` when two charts have one id.
    """
    by_source: dict[str, set[tuple[str, int]]] = {}
    for source, metric, step in keys:
        by_source.setdefault(source, set()).add((metric, step))
    found = {name: each.without(by_source.get(name, ())) for name, each in plan.sources.items()}
    return _planned(plan._replace(runs=plan.runs._replace(sources=found)))


def _planned(plan: Plan) -> Plan:
    """The plan with its charts as its sources allow them."""
    at = checkpoints(plan.suite, plan.sources)
    charts = tuple(
        plan_chart(each, at, plan.runs, plan.skip_stage_compare) for each in plan.suite.charts
    )
    _check_ids(plan.suite, charts)
    ids = tuple(chart.id for chart in charts)
    return plan._replace(charts=tuple(charts[i] for i in plan.places), ids=ids)


def checkpoints(suite: Suite, sources: Mapping[str, SourceFiles]) -> Checkpoints:
    """The steps of every source and metric."""
    steps: dict[tuple[str, str], tuple[int, ...]] = {}
    bridges: dict[tuple[str, str], int] = {}
    for name, found in sources.items():
        bridge = suite.definitions.sources[name].bridge
        for metric, files in found.files.items():
            steps[name, metric] = tuple(sorted(step for step in files if step != bridge))
            if bridge in files and bridge is not None:
                bridges[name, metric] = bridge
    missing = {name: found.missing for name, found in sources.items() if found.missing}
    optional = frozenset(
        name for name, source in suite.definitions.sources.items() if source.optional
    )
    return Checkpoints(steps, bridges, missing, optional)


def plan_chart(
    chart: Chart, at: Checkpoints, runs: Runs, skip_stage_compare: bool = False
) -> PlannedChart:
    """A chart with the steps that are there, or the reason why it is not drawn."""
    if skip_stage_compare and any(len(p.transform.sources()) > 1 for p in chart.panels):
        return _not_drawn(chart, "skipped", "it compares sources, and --skip-stage-compare is set")
    try:
        panels = tuple(
            PlannedPanel(on_runs(panel.transform, runs).resolve(at), panel.look)
            for panel in chart.panels
        )
    except Unavailable as err:
        return _not_drawn(chart, "skipped" if err.skip else "failed", str(err))
    names: dict[str, Any] = dict(chart.names)
    left_out: dict[str, str] = {}
    for panel in panels:
        names |= panel.transform.step_names()
        left_out |= _lost(panel.transform, at)
    return PlannedChart(
        id=chart_id(chart.output, names),
        chart=chart,
        status="ready",
        panels=panels,
        title=fill_late(chart.title, names),
        subtitle=fill_late(chart.subtitle, names),
        left_out=left_out,
    )


def _not_drawn(chart: Chart, status: Literal["skipped", "failed"], reason: str) -> PlannedChart:
    return PlannedChart(chart_id(chart.output, chart.names), chart, status, reason=reason)


def _lost(transform: Resolved[Transform], at: Checkpoints) -> dict[str, str]:
    """The steps and sources that an entry asks for and that were left out."""
    read = transform.sources()
    asked = [source for source in transform.asked.sources() if source not in read]
    lost = {source: at.missing.get(source, NOT_A_TREND) for source in asked}
    steps = transform.asked.parameters().get("steps")
    if isinstance(steps, tuple):
        there = set().union(*transform.read_steps().values())
        gone = [step for step in steps if isinstance(step, int) and step not in there]
        lost |= {f"step {step}": "not there" for step in gone}
    return lost


def _check_ids(suite: Suite, charts: tuple[PlannedChart, ...]) -> None:
    ids = [Id(chart.id, chart.chart.where, chart.chart.formats) for chart in charts]
    findings = [
        suite.document.diagnostic(found.where, found.code, found.message)
        for found in check_ids(ids, gallery=suite.output.gallery)
    ]
    if findings:
        raise SuiteError(findings)


def _chosen(id_: str, only: tuple[str, ...]) -> bool:
    return not only or any(id_ == pattern or fnmatchcase(id_, pattern) for pattern in only)
