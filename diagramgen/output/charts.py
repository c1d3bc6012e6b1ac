"""The charts of a plan: handed out to be made, and written in their order.

task -> made -> files
"""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from typing import Any, NamedTuple

from diagramgen.errors import ChartError, OutputError
from diagramgen.limits import MAX_SECONDS
from diagramgen.output.drawing import Bug, Made, Specified, bug_of, draw
from diagramgen.output.files import OutputFolder, Written
from diagramgen.output.gallery import (
    begin_bundle,
    bundle_there,
    finish_bundle,
    page_template,
)
from diagramgen.output.one_chart import Task, make, specify
from diagramgen.output.outcome import Outcome
from diagramgen.output.pool import InThisProcess, Pool
from diagramgen.output.request import code
from diagramgen.output.state import ChartSeen, State
from diagramgen.output.timing import Phases
from diagramgen.output.work import Work, inputs
from diagramgen.results.plan import Plan, PlannedChart
from diagramgen.spec.provenance import entry_sha256
from diagramgen.spec.shared import shared_by

FEW = 100
"""The tables and specs of so few charts are made soonest by this process: to load what makes them
takes each other one as long as some twenty of them."""
AT_ONCE = 8
"""So many charts for each call that the pool does at a time are held: being made, or made."""


def raise_bug(id_: str, bug: Bug) -> None:
    """What becomes of a bug where nobody says otherwise."""
    raise RuntimeError(f"{id_}: {bug.details}")


class How(NamedTuple):
    """How a build is done, and who hears of it.

    `state` is what the last run left, `request` and `warnings` go into that for the next one.
    Charts are made by `pool`. With `prune` the files that the suite no longer produces are removed,
    with `force` those replaced that diagramgen did not make. `report` is told of each chart,
    `notice` of what else a person should know, `bug` of an exception that nobody foresaw, with the
    id of the chart that it is now the failure of; `keep` may write what is to be kept for the next
    run into the folder.
    """

    state: State | None = None
    request: str = ""
    warnings: tuple[str, ...] = ()
    pool: Pool = InThisProcess()
    prune: bool = False
    force: bool = False
    report: Callable[[Outcome], None] = lambda _: None
    notice: Callable[[str], None] = lambda _: None
    bug: Callable[[str, Bug], None] = raise_bug
    keep: Callable[[OutputFolder], None] = lambda _: None
    phases: Phases = Phases()


class Chart(NamedTuple):
    """A chart on its way: what becomes of it, what makes it, and what the state will have of it.

    `inputs` is the digest of what decides about it beside its files.
    """

    outcome: Outcome
    future: Future[Made] | None = None
    inputs: str = ""
    seen: ChartSeen | None = None


def make_all(work: Work, folder: OutputFolder, how: How) -> tuple[list[Chart], dict[str, Written]]:
    """What became of each chart, in the plan's order, and the gallery's bundle where there is one.

    No more charts are held than keep the pool busy.
    """
    plan = work.results.plan
    output = plan.suite.output
    ready = [each for each in plan.charts if each.status == "ready" and each.id not in work.fresh]
    shared = pickle.dumps(shared_by(ready, plan.suite))
    waiting: deque[Chart] = deque()
    charts: list[Chart] = []
    bundle = bundle_there(folder, how.state) if output.gallery else {}
    making: list[Future[bytes]] = []

    def finish_first() -> None:
        if output.gallery and not _is_done(waiting[0]):
            page_template()  # while that one is drawn
        with how.phases("charts and files"):
            chart = _finished(waiting.popleft(), work, folder, how)
        how.report(chart.outcome)
        charts.append(chart)

    with _given_up(how.pool, waiting, making):
        if output.gallery and not bundle:
            # It takes as long as twenty charts: begun first, it is not waited for at the end.
            making.append(begin_bundle(folder, how.pool))
        for planned in plan.charts:
            with how.phases("tasks"):
                waiting.append(_begun(planned, work, shared, folder, how, len(ready) <= FEW))
            while waiting and (_is_done(waiting[0]) or len(waiting) > AT_ONCE * how.pool.width):
                finish_first()
        while waiting:
            finish_first()
        for future in making:
            with how.phases("gallery"):
                bundle = finish_bundle(folder, future)
    return charts, dict(bundle)


def _is_done(chart: Chart) -> bool:
    return chart.future is None or chart.future.done()


@contextmanager
def _given_up(pool: Pool, waiting: deque[Chart], making: list[Future[bytes]]) -> Iterator[None]:
    """Give up what is not done when the build ends early, so that nothing is written after that.

    After an error the pool goes on, for the next build; a person who ends this one need not wait.
    """
    try:
        yield
    except Exception:
        futures: list[Future[Any]] = [*making]
        futures += [chart.future for chart in waiting if chart.future]
        wait(future for future in futures if not future.cancel())
        raise
    except BaseException:
        pool.stop()
        raise


def _begun(
    planned: PlannedChart, work: Work, shared: bytes, folder: OutputFolder, how: How, here: bool
) -> Chart:
    """A chart that the pool makes, or one of which it is known what becomes of it.

    With `here` its table and spec are made by this process.
    """
    if planned.status != "ready":
        return Chart(Outcome(planned, planned.status, reason=planned.reason))
    if last := work.fresh.get(planned.id):
        return Chart(Outcome(planned, "unchanged", last.title, None, last.files, last.left_out),
                     seen=last)  # fmt: skip
    try:
        folder.check(f"{planned.id}.{format_}" for format_ in planned.chart.formats)
    except OutputError as err:
        return Chart(_failed(Outcome(planned, "failed"), str(err)))
    output = work.results.plan.suite.output
    looks = repr((planned.chart.formats, output.scale, output.png.optimize, code()))
    entry = entry_sha256(planned, work.results.plan.suite.definitions, output)
    last = how.state.charts.get(planned.id) if how.state else None
    there = last is not None and folder.as_written(last.files | last.script) is not None
    task = Task(planned, entry, work.results.rows.of(planned.reads()), shared, looks,
                last.key if last and there else "")  # fmt: skip
    outcome, digest = Outcome(planned, "rendered"), inputs(planned, entry, work.context)
    if not here:
        return Chart(outcome, how.pool.submit(make, task, seconds=MAX_SECONDS), digest)
    found = specify(task)
    if isinstance(found, Specified):
        return Chart(outcome, how.pool.submit(draw, found, seconds=MAX_SECONDS), digest)
    done: Future[Made] = Future()
    done.set_result(found)
    return Chart(outcome, done, digest)


def _finished(chart: Chart, work: Work, folder: OutputFolder, how: How) -> Chart:
    """Write a chart's files; where that fails its old ones stay."""
    planned, suite = chart.outcome.planned, work.results.plan.suite
    if chart.future is None:
        return chart
    try:
        made = _result(chart.future, suite.modules)
        if made.bug is not None:
            how.bug(planned.id, made.bug)
            return Chart(_failed(chart.outcome, _said(made.bug, planned, work.results.plan)))
        if made.status in ("skipped", "failed"):
            return Chart(Outcome(planned, made.status, made.title, made.reason))
        last = how.state.charts[planned.id] if how.state and made.status == "unchanged" else None
        if last is None:
            folder.check(made.script)
            written = folder.write_all({**made.files, **made.script})
            files = {name: written[name] for name in made.files}
            script = {name: written[name] for name in made.script}
        else:
            files, script = last.files, last.script
    except (ChartError, OutputError) as err:
        return Chart(_failed(chart.outcome, str(err)))
    seen = ChartSeen(
        inputs=chart.inputs,
        key=made.key,
        title=made.title,
        left_out=dict(made.left_out),
        files=files,
        script=script,
        card=made.card,
    )
    outcome = Outcome(planned, made.status, made.title, None, files, made.left_out, made.undrawn)
    return Chart(outcome, seen=seen)


def _result(future: Future[Made], modules: Collection[str]) -> Made:
    """What was made. Raises `ChartError` where that took too much, or its process ended."""
    try:
        return future.result()
    except ChartError:
        raise
    except Exception as err:  # what comes back from a process may be anything
        return Made("failed", bug=bug_of(err, modules))


def _said(bug: Bug, planned: PlannedChart, plan: Plan) -> str:
    """A bug that a chart has brought to light as the reason of its failure, with its place."""
    place = plan.suite.document.diagnostic(planned.chart.where, "", "")
    return f"{place.file}:{place.line}:{place.column}: a bug of {bug.whose} ({bug.kind})"


def _failed(outcome: Outcome, reason: str) -> Outcome:
    return Outcome(outcome.planned, "failed", outcome.title, reason)
