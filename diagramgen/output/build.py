"""Plan -> files: every chart of a plan, then the manifest."""

from __future__ import annotations

import json
from collections import deque
from concurrent.futures import Future, wait
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from diagramgen.errors import OutputError, SuiteError, UsageError, install
from diagramgen.local import sha256
from diagramgen.output.card import card_of
from diagramgen.output.files import MANIFEST, STATE, OutputFolder, open_output
from diagramgen.output.gallery import (
    PAGE,
    begin_bundle,
    bundle_there,
    chart_script,
    finish_bundle,
    gallery_files,
    is_of_gallery,
)
from diagramgen.output.inventory import make_manifest, prunable
from diagramgen.output.manifest import Manifest, encode_manifest, read_manifest
from diagramgen.output.one_chart import Chart, How, finish, prepare, submit
from diagramgen.output.outcome import Outcome
from diagramgen.output.pool import Pool
from diagramgen.output.state import encode_state, state_of
from diagramgen.output.timing import Phases
from diagramgen.output.workers import Drawn
from diagramgen.results.plan import Plan
from diagramgen.suite.ids import collisions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pandas import DataFrame

    from diagramgen.results.read import Results


def build(plan: Plan, results: Results | None = None, how: How | None = None) -> list[Outcome]:
    """Draw every chart of the plan that has changed and write its files, then the manifest.

        results -> table -> Vega-Lite spec -> files -> manifest

    `results` are the plan's, where they are read already. Charts whose files are as the last run
    left them, from the same spec, are `unchanged`. A chart that fails leaves its old files in place
    and does not stop the others. Raises `ResultsError` when a result file cannot be read,
    `OutputError` when the output folder cannot be written to; both before anything is written.
    """
    from diagramgen.results.read import read_plan

    how = how or How(phases=Phases())
    if plan.suite.output.png.optimize and find_spec("oxipng") is None:
        needs = "output.png.optimize: needs a package that is not there"
        raise UsageError(f"{needs}: {install('optimize')}")
    if results is None:
        results = read_plan(plan)
    plan = results.plan
    output = plan.suite.output
    with (
        open_output(plan.suite.folder, output.dir, make=True) as folder,
        folder.only_here(how.notice),
    ):
        before = read_manifest(folder, plan.suite.file())
        folder.known |= before.files() if before else {}
        folder.known |= how.state.files() if how.state else {}
        folder.force = how.force
        folder.check([MANIFEST, PAGE] if output.gallery else [MANIFEST])
        if folder.folds_case:
            _check_case(plan)
        charts, bundle = _draw(plan, results.table, folder, how)
        outcomes = [chart.outcome for chart in charts]
        with how.phases("manifest"):
            manifest = make_manifest(plan, outcomes, before, folder)
            if how.prune:
                manifest = _pruned(plan, manifest, folder, how)
            others = {MANIFEST: encode_manifest(manifest)}
            if output.gallery:
                others |= _gallery(manifest, charts, folder)
            for name, data in others.items():
                folder.write(name, data)
            digests = bundle | {name: sha256(data) for name, data in others.items()}
            for name in set(how.state.others if how.state else ()) - set(digests):
                if is_of_gallery(name):
                    folder.remove(name)
            now = state_of(
                results, outcomes, digests, how.state,
                request=how.request, warnings=how.warnings,
            )  # fmt: skip
            folder.write(STATE, encode_state(now))
    return outcomes


def _check_case(plan: Plan) -> None:
    """Raise `SuiteError` for ids that a file system without upper and lower case takes for one."""
    places = {chart.id: (*chart.chart.where, "output") for chart in plan.charts}
    findings = [
        plan.suite.document.diagnostic(
            places[second],
            "duplicate-id",
            f"'{second}' and '{first}' differ only in case, and the output folder's file system "
            "does not tell them apart",
        )
        for first, second in collisions(places, fold=True)
    ]
    if findings:
        raise SuiteError(findings)


@contextmanager
def _given_up(pool: Pool, waiting: Iterable[Chart], making: list[Future[Drawn]]) -> Iterator[None]:
    """Give up what is not drawn when the build ends early, so that nothing is written after that.

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


def _pruned(plan: Plan, manifest: Manifest, folder: OutputFolder, how: How) -> Manifest:
    """The manifest without the files that the suite no longer produces, once they are removed."""
    removed = set()
    for file in prunable(plan, manifest):
        try:
            folder.remove(file.path)
        except OutputError as err:
            how.notice(f"warning: {err}")
        else:
            removed.add(file)
    return replace(manifest, stale=tuple(file for file in manifest.stale if file not in removed))


def _gallery(manifest: Manifest, charts: list[Chart], folder: OutputFolder) -> dict[str, bytes]:
    """The gallery's files, with the charts of earlier runs that this one was not asked for."""
    specs = {chart.outcome.planned.id: chart.spec for chart in charts if chart.outcome.files}
    for entry in manifest.charts:
        saved = f"{entry.id}.vl.json"
        if entry.id not in specs and entry.files and folder.is_file(saved):
            specs[entry.id] = folder.read(saved)
    cards = {id_: card_of(json.loads(spec)) for id_, spec in specs.items()}
    scripts = dict(chart_script(id_, spec) for id_, spec in specs.items())
    return gallery_files(manifest, cards) | scripts


def _draw(
    plan: Plan, results: DataFrame, folder: OutputFolder, how: How
) -> tuple[list[Chart], dict[str, str]]:
    """What became of each chart, in the plan's order; specs are built while others are drawn.

    And the digest of the gallery's bundle by its path, where there is a gallery.
    """
    output = plan.suite.output
    waiting: deque[Chart] = deque()
    charts: list[Chart] = []
    bundle = bundle_there(folder, how.state)
    making: list[Future[Drawn]] = []

    def finish_first() -> None:
        with how.phases("drawing and files"):
            chart = finish(waiting.popleft(), plan, folder, how)
        how.report(chart.outcome)
        charts.append(chart)

    with _given_up(how.pool, waiting, making):
        if output.gallery and not bundle:
            # It takes as long as twenty charts: begun first, it is not waited for at the end.
            making.append(begin_bundle(folder, how.pool))
        for planned in plan.charts:
            with how.phases("tables and specs"):
                chart = prepare(planned, results, plan, folder, how)
            with how.phases("drawing and files"):
                waiting.append(submit(chart, output, folder, how.pool))
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
