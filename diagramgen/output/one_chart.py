"""One chart, from its place in the plan to its files.

results -> table -> Vega-Lite spec -> files
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import TYPE_CHECKING, NamedTuple

from diagramgen.errors import ChartError, OutputError
from diagramgen.formats import FORMATS
from diagramgen.formats.format import OfTables
from diagramgen.formats.spec import Spec, encode
from diagramgen.limits import MAX_SECONDS
from diagramgen.local import sha256
from diagramgen.output.files import OutputFolder
from diagramgen.output.outcome import Outcome
from diagramgen.output.pool import InThisProcess, Pool
from diagramgen.output.request import code
from diagramgen.output.state import State
from diagramgen.output.timing import Phases
from diagramgen.output.workers import Drawn, draw_files
from diagramgen.plugins import culprit
from diagramgen.results.plan import Plan, PlannedChart
from diagramgen.spec.pixels import check_rows
from diagramgen.spec.units import in_tokens

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.model.output import Output
    from diagramgen.suite.suite import Suite
    from diagramgen.transforms import Table


class Chart(NamedTuple):
    """A chart on its way: what becomes of it, and its spec as the bytes of its file.

    `tables` are the bytes of the files that are made from its tables, by format; `future` is what
    draws the others.
    """

    outcome: Outcome
    spec: bytes = b""
    tables: Mapping[str, bytes] = {}
    future: Future[dict[str, Drawn]] | None = None


def raise_bug(_: str, err: Exception, __: str) -> None:
    """What becomes of a bug where nobody says otherwise."""
    raise err


class How(NamedTuple):
    """How a build is done, and who hears of it.

    `state` is what the last run left, `request` and `warnings` go into that for the next one.
    Specs are drawn by `pool`. With `prune` the files that the suite no longer produces are
    removed, with `force` those replaced that diagramgen did not make. `report` is told of each
    chart, `notice` of what else a person should know, `bug` of an exception that nobody foresaw,
    with the id of the chart that it is now the failure of.
    """

    state: State | None = None
    request: str = ""
    warnings: tuple[str, ...] = ()
    pool: Pool = InThisProcess()
    prune: bool = False
    force: bool = False
    report: Callable[[Outcome], None] = lambda _: None
    notice: Callable[[str], None] = lambda _: None
    bug: Callable[[str, Exception, str], None] = raise_bug
    phases: Phases = Phases()


def prepare(
    planned: PlannedChart, results: DataFrame, plan: Plan, folder: OutputFolder, how: How
) -> Chart:
    """A chart's spec, and whether its files are up to date, or why there is none."""
    if planned.status != "ready":
        return Chart(Outcome(planned, planned.status, reason=planned.reason))
    try:
        chart = _built(planned, results, plan.suite)
    except ChartError as err:
        return Chart(Outcome(planned, "skipped" if err.skip else "failed", reason=str(err)))
    except Exception as err:  # one chart's failure never stops the others
        return Chart(_failed(Outcome(planned, "failed"), _bug(planned, err, plan, how)))
    last = how.state.charts.get(planned.id) if how.state else None
    if last and last.key == chart.outcome.key and folder.has(last.files):
        outcome = chart.outcome._replace(status="unchanged", files=dict(last.files))
        return chart._replace(outcome=outcome)
    return chart


def _built(planned: PlannedChart, results: DataFrame, suite: Suite) -> Chart:
    """A chart to be drawn. Raises `ChartError`."""
    from diagramgen.spec.chart import build_spec

    found = tables(planned, results, suite)
    spec = build_spec(planned, found, suite)
    text = encode(spec)
    rows = [table.rows for table in found]
    kinds = {name: FORMATS[name] for name in planned.chart.formats}
    of_tables = {n: kind.make(rows) for n, kind in kinds.items() if isinstance(kind, OfTables)}
    left_out = dict(planned.left_out)
    for table in found:
        left_out |= table.left_out
    key = _key(text, planned.chart.formats, suite.output)
    title = title_of(spec, planned)
    return Chart(Outcome(planned, "rendered", title, left_out=left_out, key=key), text, of_tables)


def _bug(planned: PlannedChart, err: Exception, plan: Plan, how: How) -> str:
    """Tell of a bug that a chart has brought to light; the reason of its failure, with a place."""
    whose = culprit(err, plan.suite.modules)
    how.bug(planned.id, err, whose)
    place = plan.suite.document.diagnostic(planned.chart.where, "", "")
    return f"{place.file}:{place.line}:{place.column}: a bug of {whose} ({type(err).__name__})"


def _key(spec: bytes, formats: tuple[str, ...], output: Output) -> str:
    parts = (formats, output.scale, output.png.optimize, code())
    return sha256(spec + repr(parts).encode())


def submit(chart: Chart, output: Output, folder: OutputFolder, pool: Pool) -> Chart:
    """The chart with what draws it, where that is to be done."""
    if chart.outcome.status != "rendered":
        return chart
    planned = chart.outcome.planned
    formats = tuple(name for name in planned.chart.formats if name not in chart.tables)
    looks = (output.scale, output.png.optimize)
    arguments = (chart.spec, formats, *looks, folder.temporary())
    try:
        folder.check(f"{planned.id}.{format_}" for format_ in planned.chart.formats)
        return chart._replace(future=pool.submit(draw_files, *arguments, seconds=MAX_SECONDS))
    except OutputError as err:
        return chart._replace(outcome=_failed(chart.outcome, str(err)))


def finish(chart: Chart, plan: Plan, folder: OutputFolder, how: How) -> Chart:
    """Write a chart's files; where that fails its old ones stay."""
    outcome = chart.outcome
    if chart.future is None:
        return chart
    try:
        drawn = chart.future.result()
        files = {}
        for format_, (temporary, digest) in drawn.items():
            name = f"{outcome.planned.id}.{format_}"
            folder.move(temporary, name, digest)
            files[name] = digest
        for format_, data in chart.tables.items():
            name = f"{outcome.planned.id}.{format_}"
            folder.write(name, data)
            files[name] = sha256(data)
        outcome = outcome._replace(files=files)
    except (ChartError, OutputError) as err:
        outcome = _failed(outcome, str(err))
    except OSError as err:
        outcome = _failed(outcome, f"cannot write to the output folder: {err.strerror}")
    except Exception as err:  # one chart's failure never stops the others
        outcome = _failed(outcome, _bug(outcome.planned, err, plan, how))
    return chart._replace(outcome=outcome, future=None)


def _failed(outcome: Outcome, reason: str) -> Outcome:
    return Outcome(outcome.planned, "failed", outcome.title, reason)


def tables(planned: PlannedChart, results: DataFrame, suite: Suite) -> list[Table]:
    """The table of each panel of a planned chart. Raises `ChartError`."""
    found = [panel.transform(results, suite.definitions) for panel in planned.panels]
    check_rows(sum(len(table.rows) for table in found))
    return [
        in_tokens(table, suite.definitions) if panel.look.unit == "tokens" else table
        for panel, table in zip(planned.panels, found, strict=True)
    ]


def title_of(spec: Spec, planned: PlannedChart) -> str:
    """The title of a spec as text; the chart's id where its `vegalite` has taken it away."""
    title = spec.get("title", planned.id)
    text = title.get("text", planned.id) if isinstance(title, dict) else title
    return " ".join(text) if isinstance(text, list) else str(text)
