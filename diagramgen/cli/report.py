"""Diagnostics as text for people, and as what other programs read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

import click

from diagramgen import __version__
from diagramgen.errors import Diagnostic, json_text, told, visible
from diagramgen.suite.codes import CODES

FORMATS = ("text", "json", "github", "sarif")
COLORS = {"error": "red", "warning": "yellow"}
SARIF = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def report(findings: Iterable[Diagnostic], format_: str) -> str:
    """The findings as `text` (coloured), `json`, `github` annotations or `sarif`.

    Of many in one file the first, and how many more there are.
    """
    findings = told(findings)
    if format_ == "json":
        return json_text([_row(finding) for finding in findings])
    if format_ == "sarif":
        return json_text(_sarif(findings))
    line = _text if format_ == "text" else _annotation
    return "\n".join(line(finding) for finding in findings)


def _row(finding: Diagnostic) -> dict[str, Any]:
    """The finding as plain data: `suggestion` goes where `column` to `end_column` is."""
    return {
        "file": finding.file,
        "line": finding.line,
        "column": finding.column,
        "end_column": finding.column + finding.length,
        "severity": finding.severity,
        "code": finding.code,
        "message": finding.message,
        "suggestion": finding.suggestion,
    }


def _text(finding: Diagnostic) -> str:
    """The finding with its severity and its carets in colour; the terminal decides."""
    head, *quote = str(finding).split("\n")
    color = COLORS[finding.severity]
    word = f"{finding.severity}[{finding.code}]"
    head = head.replace(word, click.style(word, fg=color, bold=True), 1)
    if quote:
        quote[-1] = click.style(quote[-1], fg=color)
    return "\n".join([head, *quote])


def _annotation(finding: Diagnostic) -> str:
    """A GitHub workflow command; see its escaping rules for properties and data."""
    places = {"file": finding.file, "line": finding.line, "col": finding.column}
    places["endColumn"] = finding.column + finding.length
    places["title"] = finding.code
    properties = ",".join(
        f"{key}={_escaped(str(value)).replace(':', '%3A').replace(',', '%2C')}"
        for key, value in places.items()
    )
    return f"::{finding.severity} {properties}::{_escaped(finding.message)}"


def _escaped(text: str) -> str:
    return visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _sarif(findings: Iterable[Diagnostic]) -> dict[str, Any]:
    """A SARIF 2.1.0 log with one run."""
    rules = [
        {"id": code, "shortDescription": {"text": meaning}, "help": {"text": mend}}
        for code, (meaning, mend) in CODES.items()
    ]
    results = [_result(finding) for finding in findings]
    tool = {"driver": {"name": "diagramgen", "version": __version__, "rules": rules}}
    run = {"tool": tool, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SARIF, "version": "2.1.0", "runs": [run]}


def _result(finding: Diagnostic) -> dict[str, Any]:
    """The finding as SARIF has it, with its fix where there is one."""
    file = {"uri": quote(finding.file)}
    region = {
        "startLine": finding.line,
        "startColumn": finding.column,
        "endColumn": finding.column + finding.length,
    }
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "level": finding.severity,
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": {"artifactLocation": file, "region": region}}],
    }
    if finding.suggestion is not None:
        text = {"text": finding.suggestion}
        change = {"deletedRegion": region, "insertedContent": text}
        changes = [{"artifactLocation": file, "replacements": [change]}]
        result["fixes"] = [{"artifactChanges": changes}]
    return result
