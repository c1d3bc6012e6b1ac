"""A suite against its results: which charts they do not allow, and where they have gaps."""

from __future__ import annotations

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
        if status == "ready":
            try:
                for panel in planned.panels:
                    panel.transform(results.table, definitions)
            except ChartError as err:
                status, reason = ("skipped" if err.skip else "failed"), str(err)
        if status != "ready":
            findings.append(_finding(plan, planned, status, reason or ""))
    return findings, list(coverage(results.table, definitions))


def _finding(plan: Plan, planned: PlannedChart, status: str, reason: str) -> Diagnostic:
    where = planned.chart.panels[0].where
    message = f"'{planned.id}': {reason}"
    if status == "skipped":
        return plan.suite.document.diagnostic(where, "chart-skipped", message, severity="warning")
    return plan.suite.document.diagnostic(where, "chart-fails", message)
