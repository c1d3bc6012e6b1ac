"""Plan -> files: the whole line that data travels, chart by chart."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from diagramgen.errors import ChartError, OutputError, UsageError
from diagramgen.files import (
    TEMPORARY,
    inside,
    make_folder,
    move_file,
    only_here,
    remove_file,
    write_file,
)
from diagramgen.gallery import begin_bundle, bundle_there, finish_bundle, gallery_files
from diagramgen.manifest import Outcome, make_manifest, prunable, read_manifest
from diagramgen.plan import Plan, PlannedChart
from diagramgen.render import Spec, encode
from diagramgen.state import (
    MANIFEST,
    STATE,
    code,
    encode_state,
    is_there,
    made,
    seen,
    sha256,
)
from diagramgen.timing import Phases
from diagramgen.units import in_tokens
from diagramgen.workers import Drawn, InThisProcess, draw_files

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.suite import Output, Suite
    from diagramgen.transforms import Table

Json = dict[str, Any]
ENDED = "the process that drew it ended; there may be too little memory: try --jobs 1"


class Chart(NamedTuple):
    """A chart on its way: what becomes of it, and its spec as the bytes of its file.

    `key` changes when anything does that its files come from; `future` is what draws them.
    """

    outcome: Outcome
    spec: bytes = b""
    key: str = ""
    csv: bytes = b""
    future: Future[dict[str, Drawn]] | None = None


class How(NamedTuple):
    """How a build is done, and who hears of it.

    `state` is what the last run left, `request` and `warnings` go into that for the next one.
    Specs are drawn by `executor`. With `prune` the files that the suite no longer
    produces are removed. `report` is told of each chart, `notice` when another run is waited for.
    """

    state: Json | None = None
    request: str = ""
    warnings: tuple[str, ...] = ()
    executor: Executor = InThisProcess()
    prune: bool = False
    report: Callable[[Outcome], None] = lambda _: None
    notice: Callable[[str], None] = lambda _: None
    phases: Phases = Phases()


def build(plan: Plan, results: DataFrame | None = None, how: How | None = None) -> list[Outcome]:
    """Draw every chart of the plan that has changed and write its files, then the manifest.

        results -> table -> Vega-Lite spec -> files -> manifest

    `results` are the plan's, where they are read already. Charts whose files are as the last run
    left them, from the same spec, are `unchanged`. A chart that fails leaves its old files in place
    and does not stop the others. Raises `ResultsError` when a result file cannot be read,
    `OutputError` when the output folder cannot be written to; both before anything is written.
    """
    from diagramgen.sources import read_plan

    how = how or How(phases=Phases())
    if plan.suite.output.png.optimize and find_spec("oxipng") is None:
        extra = "pip install 'diagramgen[optimize]'"
        raise UsageError(f"output.png.optimize: needs a package that is not there: {extra}")
    folder = plan.suite.folder / plan.suite.output.dir
    if results is None:
        plan, results = read_plan(plan)
    make_folder(folder, plan.suite.output.dir)
    with only_here(folder, how.notice):
        before = read_manifest(folder, plan)
        charts, bundle = _draw(plan, results, folder, how)
        outcomes = [chart.outcome for chart in charts]
        with how.phases("manifest"):
            manifest = make_manifest(plan, outcomes, before, folder)
            for file in prunable(plan, manifest) if how.prune else ():
                remove_file(inside(folder, file["path"]), folder)
                manifest["stale"].remove(file)
            others = {MANIFEST: encode(manifest)}
            if plan.suite.output.gallery:
                others |= _gallery(manifest, charts, folder)
            for name, data in others.items():
                write_file(inside(folder, name), data, folder / TEMPORARY)
            digests = bundle | {name: sha256(data) for name, data in others.items()}
            for name in set(how.state["others"] if how.state else ()) - set(digests):
                remove_file(inside(folder, name), folder)
            now = made(plan, outcomes, {chart.outcome.planned.id: chart.key for chart in charts})
            now |= seen(plan) | {"request": how.request, "warnings": how.warnings}
            write_file(folder / STATE, encode_state(now, digests, how.state), folder / TEMPORARY)
    return outcomes


def _gallery(manifest: Json, charts: list[Chart], folder: Path) -> dict[str, bytes]:
    """The gallery's files, with the charts of earlier runs that this one was not asked for."""
    specs = {chart.outcome.planned.id: chart.spec for chart in charts if chart.outcome.files}
    for entry in manifest["charts"]:
        saved = folder / f"{entry['id']}.vl.json"
        if entry["id"] not in specs and entry["files"] and saved.is_file():
            specs[entry["id"]] = saved.read_bytes()
    return gallery_files(manifest, specs)


def _draw(
    plan: Plan, results: DataFrame, folder: Path, how: How
) -> tuple[list[Chart], dict[str, str]]:
    """What became of each chart, in the plan's order; specs are built while others are drawn.

    And the digest of the gallery's bundle by its path, where there is a gallery.
    """
    known = how.state["charts"] if how.state else {}
    output = plan.suite.output
    waiting: deque[Chart] = deque()
    charts: list[Chart] = []
    bundle = bundle_there(folder, how.state)
    making: list[Future[Drawn]] = []

    def finish_first() -> None:
        with how.phases("drawing and files"):
            chart = finish(waiting.popleft(), folder)
        how.report(chart.outcome)
        charts.append(chart)

    if output.gallery and not bundle:
        # It takes as long as twenty charts: begun first, it is not waited for at the end.
        making.append(begin_bundle(folder, how.executor))
    for planned in plan.charts:
        with how.phases("tables and specs"):
            chart = prepare(planned, results, plan.suite, known, folder)
        with how.phases("drawing and files"):
            waiting.append(submit(chart, output, folder, how.executor))
        while waiting and _is_done(waiting[0]):
            finish_first()
    while waiting:
        finish_first()
    for future in making:
        with how.phases("gallery"):
            bundle = finish_bundle(folder, future)
    return charts, bundle if output.gallery else {}


def _is_done(chart: Chart) -> bool:
    return chart.future is None or chart.future.done()


def prepare(
    planned: PlannedChart,
    results: DataFrame,
    suite: Suite,
    known: Mapping[str, Any],
    folder: Path,
) -> Chart:
    """A chart's spec, and whether its files are up to date, or why there is none."""
    from diagramgen.chart import build_spec
    from diagramgen.print_table import print_tables

    if planned.status != "ready":
        return Chart(Outcome(planned, planned.status, reason=planned.reason))
    try:
        found = tables(planned, results, suite)
        spec = build_spec(planned, found, suite)
    except ChartError as err:
        return Chart(Outcome(planned, "skipped" if err.skip else "failed", reason=str(err)))
    text = encode(spec)
    output = suite.output
    csv = print_tables([table.rows for table in found], "csv") if "csv" in output.formats else ""
    left_out = dict(planned.left_out)
    for table in found:
        left_out |= table.left_out
    outcome = Outcome(planned, "rendered", title_of(spec, planned), left_out=left_out)
    key = _key(text, output)
    last = known.get(planned.id)
    if last and last["key"] == key and is_there(folder, last["files"]):
        outcome = outcome._replace(status="unchanged", files=dict(last["files"]))
    return Chart(outcome, text, key, csv.encode())


def _key(spec: bytes, output: Output) -> str:
    parts = (output.formats, output.scale, output.png.optimize, code())
    return sha256(spec + repr(parts).encode())


def submit(chart: Chart, output: Output, folder: Path, executor: Executor) -> Chart:
    """The chart with what draws it, where that is to be done."""
    if chart.outcome.status != "rendered":
        return chart
    formats = tuple(format_ for format_ in output.formats if format_ != "csv")
    looks = (output.scale, output.png.optimize)
    arguments = (chart.spec, formats, *looks, folder / TEMPORARY)
    try:
        return chart._replace(future=executor.submit(draw_files, *arguments))
    except BrokenProcessPool:
        return chart._replace(outcome=_failed(chart.outcome, ENDED))


def finish(chart: Chart, folder: Path) -> Chart:
    """Write a chart's files; where that fails its old ones stay."""
    outcome = chart.outcome
    if chart.future is None:
        return chart
    try:
        drawn = chart.future.result()
        files = {}
        for format_, (path, digest) in drawn.items():
            name = f"{outcome.planned.id}.{format_}"
            move_file(path, inside(folder, name))
            files[name] = digest
        if chart.csv:
            name = f"{outcome.planned.id}.csv"
            write_file(inside(folder, name), chart.csv, folder / TEMPORARY)
            files[name] = sha256(chart.csv)
        outcome = outcome._replace(files=files)
    except BrokenProcessPool:
        outcome = _failed(outcome, ENDED)
    except (ChartError, OutputError) as err:
        outcome = _failed(outcome, str(err))
    except OSError as err:
        outcome = _failed(outcome, f"cannot write to the output folder: {err.strerror}")
    return chart._replace(outcome=outcome, future=None)


def _failed(outcome: Outcome, reason: str) -> Outcome:
    return Outcome(outcome.planned, "failed", outcome.title, reason)


def tables(planned: PlannedChart, results: DataFrame, suite: Suite) -> list[Table]:
    """The table of each panel of a planned chart. Raises `ChartError`."""
    found = [panel.transform(results, suite) for panel in planned.panels]
    return [
        in_tokens(table, suite) if panel.look.unit == "tokens" else table
        for panel, table in zip(planned.panels, found, strict=True)
    ]


def title_of(spec: Spec, planned: PlannedChart) -> str:
    """The title of a spec as text; the chart's id where its `vegalite` has taken it away."""
    title = spec.get("title", planned.id)
    text = title.get("text", planned.id) if isinstance(title, dict) else title
    return " ".join(text) if isinstance(text, list) else str(text)
