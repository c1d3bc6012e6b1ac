"""Diagnostics as text, JSON, GitHub annotations and SARIF."""

from __future__ import annotations

import json

import click

from diagramgen import __version__
from diagramgen.codes import CODES
from diagramgen.errors import Diagnostic
from diagramgen.report import report

WRONG = Diagnostic(
    "a/charts.yaml", 3, 5, "error", "unknown-metric", "'p,l: 5%' is not a metric", "  - p,l: 5%", 3
)
ODD = Diagnostic("a/charts.yaml", 1, 1, "warning", "unused-var", "nothing names var 'x'")


def test_text():
    assert click.unstyle(report([ODD, WRONG], "text")) == (
        "a/charts.yaml:1:1: warning[unused-var]: nothing names var 'x'\n"
        "a/charts.yaml:3:5: error[unknown-metric]: 'p,l: 5%' is not a metric\n"
        "      - p,l: 5%\n"
        "        ^^^"
    )


def test_text_has_colours_for_a_terminal():
    text = report([WRONG], "text")
    assert click.style("error[unknown-metric]", fg="red", bold=True) in text
    assert click.style("        ^^^", fg="red") in text


def test_json():
    assert json.loads(report([WRONG], "json")) == [
        {
            "file": "a/charts.yaml",
            "line": 3,
            "column": 5,
            "severity": "error",
            "code": "unknown-metric",
            "message": "'p,l: 5%' is not a metric",
        }
    ]
    assert json.loads(report([], "json")) == []


def test_github_annotations_escape_what_they_must():
    assert report([WRONG, ODD], "github") == (
        "::error file=a/charts.yaml,line=3,col=5,endColumn=8,title=unknown-metric::"
        "'p,l: 5%25' is not a metric\n"
        "::warning file=a/charts.yaml,line=1,col=1,endColumn=2,title=unused-var::"
        "nothing names var 'x'"
    )


def test_sarif():
    log = json.loads(report([WRONG], "sarif"))
    (run,) = log["runs"]
    assert log["version"] == "2.1.0"
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("diagramgen", __version__)
    assert [rule["id"] for rule in driver["rules"]] == list(CODES)
    assert run["results"] == [
        {
            "ruleId": "unknown-metric",
            "level": "error",
            "message": {"text": "'p,l: 5%' is not a metric"},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": "a/charts.yaml"},
                        "region": {"startLine": 3, "startColumn": 5, "endColumn": 8},
                    }
                }
            ],
        }
    ]
