"""The line that a subtitle begins with: what a chart says, worked out by hand."""

from __future__ import annotations

import pytest

from diagramgen.output.build import build
from diagramgen.spec.finding import interval


@pytest.fixture
def found(project, plan):
    """The subtitle of a chart, from its keys in flow style."""
    project.ppl("run", 100, web=4.0, code=2.0, math=3.0)
    project.ppl("run", 200, web=3.5, code=2.5, math=2.0)
    project.ppl("old", 100, web=8.0, code=4.0)
    project.ppl("old", 200, web=6.0, code=2.25)
    project.acc("run", 100, qa=0.25, copa=0.5)
    project.acc("run", 200, qa=0.5, copa=0.75)

    def call(keys):
        project.suite(f"  - {{{keys}, output: chart.png}}\n")
        (outcome,) = build(plan())
        assert outcome.status == "rendered", outcome.reason
        return project.read("out/chart.vl.json")["title"].get("subtitle")

    return call


@pytest.mark.parametrize(
    ("keys", "first"),
    [
        ("transform: macro, metric: ppl, items: web", "Down from 4.00 to 3.50: better"),
        ("transform: macro, metric: ppl, items: code", "Up from 2.00 to 2.50: worse"),
        ("transform: macro, metric: acc", "Up from 37.5% to 62.5%: better"),
        (
            "transform: series, metric: ppl",
            "2 of 3 slices end better than they begin, most of all math (3.00 to 2.00)",
        ),
        (
            "transform: series, metric: ppl, items: [code, web]",
            "1 of 2 slices ends better than it begins, most of all web (4.00 to 3.50)",
        ),
        (
            "transform: delta, metric: ppl",
            "2 of 3 slices are better, most of all math (\N{MINUS SIGN}1.00)",
        ),
        (
            "transform: delta, metric: ppl, items: [code], each: step",
            "Better at none of 2 steps",
        ),
        (
            "transform: delta, metric: acc",
            "Both tasks are better, most of all copa (+25.0 points)",
        ),
        (
            "transform: snapshot, metric: ppl, step: 100",
            "Best: code (2.00); worst: web (4.00)",
        ),
        (
            "transform: stage-compare, view: at, step: 200, metric: ppl, against: old",
            "Run is best on 1 of 2 slices",
        ),
        (
            "transform: stage-compare, view: trend, of: macro, metric: ppl, against: old",
            "Best at the end: Run (3.00)",
        ),
        (
            "transform: tradeoff, x: ppl, y: acc",
            (
                "Macro PPL down from 3.00 to 2.67, better; "
                "macro accuracy up from 37.5% to 62.5%, better"
            ),
        ),
        (
            "transform: quadrant, x: ppl, y: acc, baseline: 100",
            "Better in both (shaded) at both steps",
        ),
    ],
)
def test_what_a_chart_says(found, keys, first):
    assert found(keys)[0] == first


@pytest.mark.parametrize("of", ["snapshot", "delta"])
def test_a_chart_of_one_value_has_no_finding(found, of):
    assert found(f"transform: {of}, metric: ppl, items: web") == ["Run"]


@pytest.mark.parametrize(
    ("view", "confidence", "words"),
    [
        ({"layer": [{"mark": {"type": "area"}}]}, 0.95, "Bands: 95% intervals"),
        ({"layer": [{"mark": "rule"}]}, 0.5, "Thin bars: 50% intervals"),
        ({"mark": {"type": "area"}}, None, "Bands: intervals"),
    ],
)
def test_intervals_are_named(view, confidence, words):
    assert interval(view, confidence) == words
