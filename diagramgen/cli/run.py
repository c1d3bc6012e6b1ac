"""One run of `diagramgen render`: is anything to do, and if so, do it and tell of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, get_args

from diagramgen.cli.bugs import tell_bug_of
from diagramgen.cli.options import RunOptions, load_suite, make_plan
from diagramgen.cli.terminal import progress, tell
from diagramgen.errors import OutputError
from diagramgen.local import MOST_OWN, read_local
from diagramgen.output.compare import Verdict, compare
from diagramgen.output.files import OutputFolder, open_output
from diagramgen.output.manifest import Status
from diagramgen.output.request import Request, probable_output
from diagramgen.output.state import State, read_state
from diagramgen.output.timing import Phases
from diagramgen.output.unchanged import confirm

if TYPE_CHECKING:
    from diagramgen.output.outcome import Outcome
    from diagramgen.output.pool import Pool
    from diagramgen.results.contents import HandOut
    from diagramgen.results.plan import Plan

ALL = 1 << 30
"""More processes than there are."""
MANY = 50
"""More charts than these are made soonest by several processes, whatever their formats."""
STATUSES: tuple[Status, ...] = get_args(Status)


def run(
    request: Request,
    options: RunOptions,
    pool: Pool | None = None,
    is_over: Callable[[], bool] = lambda: False,
) -> int:
    """Bring the charts that are asked for up to date; the exit code.

    Specs are drawn by `pool`; without one by processes of their own. Where `is_over` after a chart
    it ends as by Ctrl-C. Raises `UserError`.
    """
    phases = Phases()
    with ExitStack() as stack:
        with phases("what has changed"):
            folder = None if options.force else _probable_folder(request, stack)
            before = read_state(folder) if folder else None
            verdict, state = compare(before, request, folder) if folder else ("request", None)
        if state and folder and verdict == "unchanged" and not options.prune:
            suite, touched = request.file.name, state != before
            _tell(confirm(state, folder, suite, touched=touched, notice=tell), folder)
            code = 0
        else:
            own = pool is None and options.cluster is None
            if own and (at_first := _soon(request, state, verdict)):
                from diagramgen.output.workers import started

                pool = stack.enter_context(started(options.jobs, at_first=at_first))
            code = _build(request, options, state, pool, is_over, phases)
    if options.verbose:
        tell_all(phases.lines())
    return code


def _probable_folder(request: Request, stack: ExitStack) -> OutputFolder | None:
    """The output folder as far as it can be told from the suite's text, where there is one."""
    name = probable_output(request)
    try:
        return stack.enter_context(open_output(request.file.parent, name)) if name else None
    except OutputError:
        return None


def _soon(request: Request, state: State | None, verdict: Verdict) -> int | None:
    """How many processes are worth starting before it is known what is to be drawn."""
    from diagramgen.formats import format_of, needs_renderer

    if state is None or verdict == "results":
        return ALL if _looks_long(request) else None
    formats = [format_of(path) for chart in state.charts.values() for path in chart.files]
    return 1 if needs_renderer(filter(None, set(formats))) else None


def _looks_long(request: Request) -> bool:
    """Whether many charts are likely to be drawn."""
    from diagramgen.formats import needs_renderer
    from diagramgen.output.pool import FEW

    named = [chart for chart in request.charts if "*" not in chart and "?" not in chart]
    if request.charts and len(named) == len(request.charts) <= FEW:
        return False
    if request.formats and not needs_renderer(request.formats):
        return False
    try:
        return read_local(request.file, MOST_OWN).count(b"output:") > FEW
    except OSError:
        return False


def _build(
    request: Request,
    options: RunOptions,
    state: State | None,
    pool: Pool | None,
    is_over: Callable[[], bool],
    phases: Phases,
) -> int:
    from diagramgen.formats import needs_renderer
    from diagramgen.output.cached import cache_of, keep
    from diagramgen.output.cluster import clustered
    from diagramgen.output.pool import FEW, InThisProcess
    from diagramgen.output.reading import hand_out
    from diagramgen.output.workers import started

    with ExitStack() as stack:
        with phases("suite"):
            suite = load_suite(request)
            cache = cache_of(suite, options.cache)
        read_there: HandOut = map
        if options.cluster:
            with phases("cluster"):
                pool = pool or stack.enter_context(clustered(options.cluster, tell))
            read_there = partial(hand_out, pool)
        with phases("plan"):
            plan = make_plan(request, suite, cache, read_there)
        ready = [planned.chart for planned in plan.charts if planned.status == "ready"]
        draws = any(needs_renderer(chart.formats) for chart in ready)
        if pool is None and (draws or len(ready) > MANY):
            # They load what charts are made with while this process loads all else.
            at_first = 1 if len(ready) <= FEW else ALL
            pool = stack.enter_context(started(options.jobs, at_first=at_first, draws=draws))
        with phases("imports"):
            from diagramgen.output.build import build
            from diagramgen.output.charts import How
            from diagramgen.output.work import find_work
        with phases("results"):
            work = find_work(plan, state, strict=request.strict, memory=cache, hand_out=read_there)
        plan = work.results.plan
        said = warnings(plan, work.results.warnings)
        tell_all(f"warning: {warning}" for warning in said)
        folder = plan.suite.folder / plan.suite.output.dir
        show = stack.enter_context(progress(len(plan.charts)))

        def report(outcome: Outcome) -> None:
            show(_line(outcome))
            if is_over():
                raise KeyboardInterrupt

        how = How(
            state=state,
            request=request.digest(folder),
            warnings=said,
            pool=pool or InThisProcess(),
            prune=options.prune,
            force=options.force,
            report=report,
            notice=tell,
            bug=tell_bug_of,
            keep=lambda folder: keep(cache, options.cache, folder, tell),
            phases=phases,
        )
        outcomes = build(plan, work, how)
    counts = Counter(outcome.status for outcome in outcomes)
    tell(f"{_summary(counts)} in {folder}")
    return 1 if counts["failed"] else 0


def warnings(plan: Plan, noted: Mapping[str, Sequence[str]] = {}) -> tuple[str, ...]:
    """What is to be told before the charts: directions to settle, checkpoints that lack files."""
    from diagramgen.model.metric import unsettled

    found = [
        f"metric '{name}': {unsettled(metric)}"
        for name, metric in plan.suite.definitions.metrics.items()
        if metric.settled is None
    ]
    for name, source in plan.sources.items():
        for step, reason in sorted(source.left_out.items()):
            found.append(f"source '{name}', step {step}: {reason}")
        found += noted.get(name, ())
    return tuple(found)


def tell_all(lines: Iterable[str]) -> None:
    """Several lines for people on stderr."""
    for line in lines:
        tell(line)


def line(status: str, id_: str, reason: str | None) -> str:
    """What became of a chart, as a line."""
    return f"{status:<9} {id_}{f': {reason}' if reason else ''}"


def _line(outcome: Outcome) -> str:
    if outcome.status == "unchanged":
        return ""
    return line(outcome.status, outcome.planned.id, outcome.reason)


def _summary(counts: Counter[Status]) -> str:
    parts = [f"{counts[status]} {status}" for status in STATUSES if counts[status]]
    return ", ".join(parts) or "no charts"


def _tell(state: State, folder: OutputFolder) -> None:
    """Tell what the last run told, and that nothing was to do."""
    tell_all(f"warning: {warning}" for warning in state.warnings)
    tell_all(line(status, id_, reason) for id_, status, reason in state.outcomes if reason)
    counts = Counter(status for _, status, _ in state.outcomes)
    tell(f"{_summary(counts)} in {folder.path}")
