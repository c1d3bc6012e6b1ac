"""Plan -> files: every chart of a plan, then the manifest."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from importlib.util import find_spec

from msgspec.structs import replace

from diagramgen.errors import OutputError, SuiteError, UsageError, install
from diagramgen.formats.scripts import packages_for
from diagramgen.output.card import card_of
from diagramgen.output.charts import Chart, How, make_all
from diagramgen.output.files import (
    MANIFEST,
    STATE,
    OutputFolder,
    digests,
    open_output,
)
from diagramgen.output.gallery import (
    PAGE,
    chart_script,
    gallery_files,
    is_of_gallery,
)
from diagramgen.output.inventory import make_manifest, prunable
from diagramgen.output.manifest import Manifest, encode_manifest, read_manifest
from diagramgen.output.outcome import Outcome
from diagramgen.output.state import ChartSeen, State, encode_state
from diagramgen.output.timing import Phases
from diagramgen.output.work import Work, find_work, state_of
from diagramgen.results.plan import Plan
from diagramgen.suite.ids import collisions

MOST_LETTERS = 20
"""Of more letters without a font than these only the first are told."""


def build(plan: Plan, work: Work | None = None, how: How | None = None) -> list[Outcome]:
    """Make every chart of the plan that has changed and write its files, then the manifest.

        results -> table -> Vega-Lite spec -> files -> manifest

    `work` is what is to be done, where that is found out already. Charts whose files are as the
    last run left them, from the same spec, are `unchanged`. A chart that fails leaves its old files
    in place and does not stop the others. Raises `ResultsError` when a result file cannot be read,
    `OutputError` when the output folder cannot be written to; both before anything is written.
    """
    how = how or How(phases=Phases())
    if plan.suite.output.png.optimize and find_spec("oxipng") is None:
        needs = "output.png.optimize: needs a package that is not there"
        raise UsageError(f"{needs}: {install('optimize')}")
    work = work or find_work(plan, how.state)
    plan = work.results.plan
    output = plan.suite.output
    with (
        open_output(plan.suite.folder, output.dir, make=True) as folder,
        folder.only_here(how.notice),
    ):
        before = read_manifest(folder, plan.suite.file())
        folder.known |= before.files() if before else {}
        folder.known |= digests(how.state.files()) if how.state else {}
        folder.force = how.force
        folder.check([MANIFEST, PAGE] if output.gallery else [MANIFEST])
        if folder.folds_case:
            _check_case(plan)
        how.keep(folder)
        charts, others = make_all(work, folder, how)
        outcomes = [chart.outcome for chart in charts]
        _tell_undrawn(outcomes, how)
        with how.phases("manifest"):
            manifest = make_manifest(plan, outcomes, before, folder)
            if how.prune:
                manifest = _pruned(plan, manifest, folder, how)
            seen = _seen(charts, plan, how.state)
            files = {MANIFEST: encode_manifest(manifest)}
            if output.gallery:
                files |= _gallery(manifest, seen, folder)
            for name, data in files.items():
                others[name] = folder.write(name, data)
            scripts = [name for chart in seen.values() for name in chart.script]
            for name in {*how.state.files()} - {*others, *scripts} if how.state else ():
                if is_of_gallery(name):
                    folder.remove(name)
            now = state_of(work, outcomes, seen, others, request=how.request, warnings=how.warnings)
            folder.write(STATE, encode_state(now))
    return outcomes


def _tell_undrawn(outcomes: Iterable[Outcome], how: How) -> None:
    """Tell once of all letters for which there is no font, and where Debian has one."""
    letters = sorted({letter for outcome in outcomes for letter in outcome.undrawn})
    if letters:
        some = "".join(letters[:MOST_LETTERS]) + ("..." if len(letters) > MOST_LETTERS else "")
        packages = " ".join(packages_for(letters))
        how.notice(
            f"warning: no font has the letters {some}: they are drawn as boxes; "
            f"install one (Debian: {packages}), and render with --force"
        )


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


def _seen(charts: list[Chart], plan: Plan, before: State | None) -> dict[str, ChartSeen]:
    """What is known of each chart that has files; of those that were not asked for, as before."""
    now = {chart.outcome.planned.id: chart.seen for chart in charts}
    old = before.charts if before else {}
    found = {id_: now.get(id_, old.get(id_)) for id_ in plan.ids if id_ in now or id_ in old}
    return {id_: seen for id_, seen in found.items() if seen is not None}


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


def _gallery(
    manifest: Manifest, seen: Mapping[str, ChartSeen], folder: OutputFolder
) -> dict[str, bytes]:
    """The gallery's files but those that this run and earlier ones know to be there.

    Of a chart of which nobody knows anything but its files, the saved spec tells.
    """
    cards = {id_: chart.card for id_, chart in seen.items() if chart.card is not None}
    scripts: dict[str, bytes] = {}
    for entry in manifest.charts:
        saved = f"{entry.id}.vl.json"
        if entry.id not in cards and entry.files and folder.is_file(saved):
            spec = folder.read(saved)
            cards[entry.id] = card_of(json.loads(spec))
            scripts |= [chart_script(entry.id, spec)]
    return gallery_files(manifest, cards) | scripts
