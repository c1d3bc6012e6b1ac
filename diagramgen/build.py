"""Plan -> files: the whole line that data travels, one chart after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from diagramgen.errors import ChartError, OutputError
from diagramgen.files import inside, make_folder, remove_file, write_file
from diagramgen.manifest import NAME, Outcome, make_manifest, prunable, read_manifest
from diagramgen.plan import Plan, PlannedChart
from diagramgen.render import Spec, draw, encode
from diagramgen.units import in_tokens

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.suite import Suite
    from diagramgen.transforms import Table


def build(
    plan: Plan,
    results: DataFrame | None = None,
    *,
    prune: bool = False,
    report: Callable[[Outcome], None] = lambda _: None,
) -> list[Outcome]:
    """Draw every chart of the plan and write its files, then the manifest.

        results -> table -> Vega-Lite spec -> files -> manifest

    `results` are the plan's, where they are read already. A chart that fails leaves its old files
    in place and does not stop the others. With `prune` the files that the suite no longer produces
    are removed. Raises `ResultsError` when a result file cannot be read, `OutputError` when the
    output folder cannot be written to; both before anything is written.
    """
    from diagramgen.sources import read_plan

    folder = plan.suite.folder / plan.suite.output.dir
    if results is None:
        plan, results = read_plan(plan)
    make_folder(folder, plan.suite.output.dir)
    before = read_manifest(folder, plan)
    outcomes = []
    for planned in plan.charts:
        outcome = draw_chart(planned, results, plan.suite)
        try:
            for name, data in outcome.files.items():
                write_file(inside(folder, name), data)
        except OutputError as err:
            outcome = Outcome(planned, "failed", outcome.title, str(err))
        report(outcome)
        outcomes.append(outcome)
    manifest = make_manifest(plan, outcomes, before, folder)
    for file in prunable(plan, manifest) if prune else ():
        remove_file(inside(folder, file["path"]), folder)
        manifest["stale"].remove(file)
    write_file(inside(folder, NAME), encode(manifest))
    return outcomes


def draw_chart(planned: PlannedChart, results: DataFrame, suite: Suite) -> Outcome:
    """A chart's files as bytes, or why there are none."""
    if planned.status != "ready":
        return Outcome(planned, planned.status, reason=planned.reason)
    from diagramgen.chart import build_spec

    try:
        found = tables(planned, results, suite)
        spec = build_spec(planned, found, suite)
        files = {
            f"{planned.id}.{format_}": draw(spec, format_, suite.output.scale)
            for format_ in suite.output.formats
        }
    except ChartError as err:
        status = "skipped" if err.skip else "failed"
        return Outcome(planned, status, reason=str(err))
    left_out = dict(planned.left_out)
    for table in found:
        left_out |= table.left_out
    return Outcome(planned, "rendered", title_of(spec, planned), None, files, left_out)


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
