"""Diagnostics as text, JSON, GitHub annotations and SARIF."""

from __future__ import annotations

import json

import click

from diagramgen import __version__
from diagramgen.cli.report import report
from diagramgen.errors import Diagnostic
from diagramgen.suite.codes import CODES

WRONG = Diagnostic(
    "a/charts.yaml", 3, 5, "error", "unknown-metric", "'p,l: 5%' is not a metric", "  - p,l: 5%", 3
)
MISSPELT = Diagnostic(
    "a/charts.yaml", 2, 6, "error", "unknown-key", "'lable' is ...", "run: lable: A", 5, "label"
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
            "end_column": 8,
            "severity": "error",
            "code": "unknown-metric",
            "message": "'p,l: 5%' is not a metric",
            "suggestion": None,
        }
    ]
    (row,) = json.loads(report([MISSPELT], "json"))
    assert (row["column"], row["end_column"], row["suggestion"]) == (6, 11, "label")
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


def test_sarif_has_a_fix_for_a_misspelt_word():
    (run,) = json.loads(report([MISSPELT], "sarif"))["runs"]
    (result,) = run["results"]
    region = {"startLine": 2, "startColumn": 6, "endColumn": 11}
    assert result["fixes"] == [
        {
            "artifactChanges": [
                {
                    "artifactLocation": {"uri": "a/charts.yaml"},
                    "replacements": [
                        {"deletedRegion": region, "insertedContent": {"text": "label"}}
                    ],
                }
            ]
        }
    ]


HOSTILE = Diagnostic(
    "a b/%\n.yaml", 1, 3, "error", "unknown-key", "'\x1b]0;x\x07\n\u202e'", "- \x1b[2Jq: 1", 4
)


def test_nothing_in_a_finding_does_anything():
    assert click.unstyle(report([HOSTILE], "text")) == (
        "a b/%\\n.yaml:1:3: error[unknown-key]: '\\x1b]0;x\\x07\\n\\u202e'\n"
        "    - \\x1b[2Jq: 1\n"
        "      ^^^^^^^"
    )
    assert report([HOSTILE], "github") == (
        "::error file=a b/%25%0A.yaml,line=1,col=3,endColumn=7,title=unknown-key::"
        "'\\x1b]0;x\\x07%0A\\u202e'"
    )
    assert '"uri": "a%20b/%25%0A.yaml"' in report([HOSTILE], "sarif")
    assert json.loads(report([HOSTILE], "json"))[0]["message"] == "'\x1b]0;x\x07\n\u202e'"
    for format_ in ("json", "sarif"):
        assert "\\u202e" in report([HOSTILE], format_)


def test_of_many_findings_the_first_are_told_and_how_many_more():
    many = [ODD._replace(line=i + 1, suggestion="y") for i in range(103)]
    rows = json.loads(report([*many, WRONG._replace(file="other.yaml")], "json"))
    assert len(rows) == 102
    assert rows[99] | {"line": 100} == json.loads(report([many[99]], "json"))[0]
    assert rows[100] == {
        "file": "a/charts.yaml",
        "line": 101,
        "column": 1,
        "end_column": 2,
        "severity": "warning",
        "code": "more-findings",
        "message": "3 more of this file are not shown; mend those above first",
        "suggestion": None,
    }
    assert rows[101]["file"] == "other.yaml"
    more = [ODD._replace(line=i + 1) for i in range(1000)]
    said = "at least 900 more of this file are not shown; mend those above first"
    assert said in report(more, "text").splitlines()[-1]


def test_a_long_line_is_shown_around_its_place():
    long = WRONG._replace(column=500_001, source_line="x" * 1_000_000)
    head, line, carets = click.unstyle(report([long], "text")).splitlines()
    assert head.startswith("a/charts.yaml:3:500001: ")
    assert line == "    " + "x" * 160
    assert carets == " " * 83 + "^^^"
