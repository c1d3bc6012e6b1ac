"""Plan -> files: the whole line that data travels, one chart after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from diagramgen.alt_text import alt_text
from diagramgen.errors import ChartError, OutputError
from diagramgen.files import inside, write_file
from diagramgen.manifest import NAME, Outcome, make_manifest, read_manifest, stale_files, versions
from diagramgen.plan import Plan, PlannedChart
from diagramgen.render import Spec, draw, encode, vegalite_spec

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.suite import Suite
    from diagramgen.transforms import Table


def build(
    plan: Plan, *, prune: bool = False, report: Callable[[Outcome], None] = lambda _: None
) -> list[Outcome]:
    """Draw every chart of the plan and write its files, then the manifest.

        results -> table -> altair chart -> Vega-Lite spec -> files -> manifest

    A chart that fails leaves its old files in place and does not stop the others. With `prune`
    the files of charts that the suite no longer declares are removed. Raises `ResultsError` when
    a result file cannot be read, before anything is written.
    """
    from diagramgen.sources import read_results

    folder = plan.suite.folder / plan.suite.output.dir
    results = read_results(plan)
    before = read_manifest(folder)
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
    write_file(inside(folder, NAME), encode(make_manifest(plan, outcomes, before)))
    for path in stale_files(plan, before, folder) if prune else ():
        path.unlink(missing_ok=True)
    return outcomes


def draw_chart(planned: PlannedChart, results: DataFrame, suite: Suite) -> Outcome:
    """A chart's files as bytes, or why there are none."""
    if planned.status != "ready":
        return Outcome(planned, planned.status, reason=planned.reason)
    try:
        found = tables(planned, results, suite)
        spec = chart_spec(planned, found, suite)
        files = {
            f"{planned.id}.{format_}": draw(spec, format_, suite.output.scale)
            for format_ in suite.output.formats
        }
    except ChartError as err:
        status = "skipped" if getattr(err, "skip", False) else "failed"
        return Outcome(planned, status, reason=str(err))
    left_out = dict(planned.left_out)
    for table in found:
        left_out |= table.left_out
    return Outcome(planned, "rendered", spec["title"]["text"], None, files, left_out)


def tables(planned: PlannedChart, results: DataFrame, suite: Suite) -> list[Table]:
    """The table of each panel of a planned chart. Raises `ChartError`."""
    return [panel.transform(results, suite) for panel in planned.panels]


def chart_spec(planned: PlannedChart, found: list[Table], suite: Suite) -> Spec:
    """A planned chart's Vega-Lite spec from its tables. Raises `ChartError`."""
    from diagramgen.chart import build_chart

    spec = vegalite_spec(build_chart(planned, found, suite))
    pairs = [(panel.transform, table) for panel, table in zip(planned.panels, found, strict=True)]
    spec["description"] = alt_text(spec["title"]["text"], pairs, suite)
    spec["usermeta"] = {"diagramgen": _provenance(planned, suite)}
    return spec


def _provenance(planned: PlannedChart, suite: Suite) -> dict[str, Any]:
    """What a saved spec says of its origin."""
    panels = [
        {
            "transform": panel.transform.name(),
            "parameters": {
                key: value
                for key, value in msgspec.to_builtins(panel.transform).items()
                if value is not None and key != "transform"
            },
        }
        for panel in planned.panels
    ]
    names = dict.fromkeys(s for panel in planned.panels for s in panel.transform.sources())
    origin: dict[str, Any] = {"id": planned.id}
    origin |= panels[0] if len(panels) == 1 else {"panels": panels}
    origin["sources"] = {name: suite.source_label(name) for name in names}
    return origin | {"versions": versions()}
