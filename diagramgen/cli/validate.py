"""Suites -> what is wrong with them, told in the order of their places."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from diagramgen.cli.options import load_suite
from diagramgen.cli.report import report
from diagramgen.cli.terminal import in_color, put, tell
from diagramgen.errors import Diagnostic, SuiteError, by_place, visible
from diagramgen.output.request import Request


def validate(files: Sequence[Path], request: Request, format_: str, results: bool) -> int:
    """Print what is wrong with each of some suites; the exit code, 1 where anything is an error.

    `request` says what is another in all of them. With `results` they are held against their result
    files. Raises `UsageError`, `ResultsError`.
    """
    findings: list[Diagnostic] = []
    matrix: list[str] = []
    said: list[str] = []
    for file in files:
        found, count, lines = _validated(request._replace(file=file), results)
        findings += found
        matrix += lines
        said.append(f"{file}: {count}{_count(found)}")
    text = report(findings, format_)
    if format_ == "text":
        text = "\n".join([*filter(None, [text]), *map(visible, matrix)])
        text = text if in_color() else click.unstyle(text)
    put(f"{text}\n" if text else "")
    if format_ == "text":
        for words in said:
            tell(words)
    return 1 if any(finding.severity == "error" for finding in findings) else 0


def _validated(request: Request, results: bool) -> tuple[list[Diagnostic], str, list[str]]:
    """A suite's findings by place, the number of its charts in words, its coverage matrices."""
    try:
        suite = load_suite(request)
    except SuiteError as err:
        return err.diagnostics, "", []
    findings = list(suite.warnings)
    matrix: list[str] = []
    if results:
        from diagramgen.results import plan
        from diagramgen.results.findings import against_results

        skip = request.skip_stage_compare
        more, matrix = against_results(plan.make_plan(suite, skip_stage_compare=skip))
        findings += more
    charts = "1 chart" if len(suite.charts) == 1 else f"{len(suite.charts)} charts"
    return by_place(findings), f"{charts}, ", matrix


def _count(findings: list[Diagnostic]) -> str:
    kinds = [finding.severity for finding in findings]
    numbers = [(kinds.count(kind), kind) for kind in ("error", "warning") if kind in kinds]
    words = [f"{number} {kind}{'s' if number > 1 else ''}" for number, kind in numbers]
    return ", ".join(words) or "no problems"
