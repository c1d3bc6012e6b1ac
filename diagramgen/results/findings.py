"""A suite against its results: which charts they do not allow, and where they have gaps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from diagramgen.document.document import Document, Where
from diagramgen.errors import ChartError, Diagnostic
from diagramgen.results.plan import Plan, PlannedChart


def against_results(plan: Plan) -> tuple[list[Diagnostic], list[str]]:
    """The findings of a plan's charts, and the lines of the coverage matrices.

    Every result file is read. Raises `ResultsError` when one cannot be.
    """
    from diagramgen.results.coverage import coverage
    from diagramgen.results.read import read_plan

    results = read_plan(plan, everything=True)
    definitions = plan.suite.definitions
    findings = []
    for planned in results.plan.charts:
        status, reason = planned.status, planned.reason
        where = planned.chart.panels[0].where
        for panel, written in zip(planned.panels, planned.chart.panels, strict=False):
            try:
                panel.transform(results.table, definitions)
            except ChartError as err:
                status, reason = ("skipped" if err.skip else "failed"), str(err)
                where = written.where
                if err.unmatched is not None:
                    entries = (where[:-1], planned.chart.where, ("defaults",))
                    where = _of_items(plan.suite.document, entries, err.unmatched) or where
                break
        if status != "ready":
            findings.append(_finding(plan, planned, status, reason or "", where))
    return findings, list(coverage(results.table, definitions))


def _finding(
    plan: Plan, planned: PlannedChart, status: str, reason: str, where: Where
) -> Diagnostic:
    message = f"'{planned.id}': {reason}"
    if status == "skipped":
        return plan.suite.document.diagnostic(where, "chart-skipped", message, severity="warning")
    return plan.suite.document.diagnostic(where, "chart-fails", message)


def _of_items(document: Document, entries: Iterable[Where], pattern: str) -> Where | None:
    """The way to a name or glob of items in the first of some mappings that has it.

    To its `items` where the pattern is the value of a var; None where there are none.
    """
    for entry in entries:
        data = document.data
        for key in entry:
            data = data.get(key, {}) if isinstance(data, dict) else data[key]
        texts = [(way, text) for way, text in _texts(data, entry) if "items" in way[len(entry) :]]
        for way, text in texts:
            if text == pattern:
                return way
        for way, text in texts:
            if "${" in text:
                return way
    return None


def _texts(data: object, way: Where) -> Iterator[tuple[Where, str]]:
    """Each text of an entry with the way to it; those of its panels are theirs."""
    if isinstance(data, str):
        yield way, data
    elif isinstance(data, dict):
        for key, value in data.items():
            if key != "panels":
                yield from _texts(value, (*way, key))
    elif isinstance(data, list):
        for i, value in enumerate(data):
            yield from _texts(value, (*way, i))
