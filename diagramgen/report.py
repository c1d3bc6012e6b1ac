"""Diagnostics as text for people, and as what other programs read."""

from __future__ import annotations

import json

from diagramgen.errors import Diagnostic


def report(findings: list[Diagnostic], format_: str) -> str:
    """The findings as `text`, `json`, or `github` annotations; nothing to say is empty text."""
    if format_ == "json":
        keys = ("file", "line", "column", "severity", "code", "message")
        rows = [{key: getattr(finding, key) for key in keys} for finding in findings]
        return json.dumps(rows, indent=1, ensure_ascii=False)
    lines = [str(finding) if format_ == "text" else _annotation(finding) for finding in findings]
    return "\n".join(lines)


def _annotation(finding: Diagnostic) -> str:
    place = f"file={finding.file},line={finding.line},col={finding.column}"
    message = finding.message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return f"::{finding.severity} {place},title={finding.code}::{message}"
