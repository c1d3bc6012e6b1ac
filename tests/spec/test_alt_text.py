"""The alt text: what a chart shows, its range, its best and its trend, worked out by hand."""

from __future__ import annotations

import pytest

from diagramgen.output.build import build

GROUPS = "    groupings: {domain: {text: [web], symbols: [code, math]}}\n  acc:"


@pytest.fixture
def said(project, plan):
    """The alt text of a chart, from its keys in flow style."""
    project.ppl("run", 100, web=4.0, code=2.0, math=3.0)
    project.ppl("run", 200, web=3.5, code=2.5, math=2.0)
    project.ppl("run", 300, web=3.0, code=2.25)
    project.ppl("run", 9000, web=4.5, code=2.25, math=3.5)
    project.ppl("old", 100, web=8.0, code=4.0)
    project.ppl("old", 400, web=6.0, code=1.0)
    project.acc("run", 100, qa=0.25, copa=0.5)
    project.acc("run", 200, qa=0.5, copa=0.75)

    def call(keys):
        project.suite(f"  - {{{keys}, output: chart.png}}\n")
        suite = project.folder / "charts.yaml"
        suite.write_text(suite.read_text().replace("  acc:", GROUPS, 1))
        (outcome,) = build(plan())
        assert outcome.status == "rendered", outcome.reason
        return project.read("out/chart.vl.json")["description"]

    return call


def test_several_lines(said):
    assert said("transform: series, metric: ppl") == (
        "Line chart of 3 slices, 3 steps from 100 to 300. "
        "PPL (lower is better): 2.00 (code, step 100) to 4.00 (web, step 100). "
        "From the first step to the last better: 2 of 3, most of all web (4.00 to 3.00). "
        "Best at the end: code, step 300. Missing values: 1."
    )


def test_one_line_that_gets_better(said):
    assert said("transform: macro, metric: ppl, items: [web, code]") == (
        "Line chart, 3 steps from 100 to 300. "
        "PPL (lower is better): 2.62 (step 300) to 3.00 (step 100). "
        "From the first step to the last: down from 3.00 to 2.62, better. Best: step 300."
    )


def test_a_reference_has_its_name(said):
    text = said("transform: macro, metric: ppl, items: web, reference: bridge")
    assert text.endswith("better. Best: step 300. Bridge (step 9,000): 4.50.")


def test_changes_say_how_many_are_better(said):
    assert said("transform: delta, metric: ppl, from: 100, to: 200") == (
        "Bar chart of 3 slices, step 200 minus 100. "
        "Change in PPL: \N{MINUS SIGN}1.00 (math) to +0.50 (code). Best: math. Better: 2 of 3."
    )


def test_a_missing_value_is_counted(said):
    assert said("transform: delta, metric: ppl, from: 100, to: 300").endswith(
        "Better: 1 of 2. Missing values: 1."
    )


def test_sources_have_their_labels_and_each_its_own_last_step(said):
    assert said("transform: stage-compare, view: trend, metric: ppl, of: macro, against: old") == (
        "Line chart of Old and Run, 4 steps from 100 to 400. "
        "PPL (lower is better): 2.62 (Run, step 300) to 6.00 (Old, step 100). "
        "From the first step to the last better: 2 of 2, most of all Old (6.00 to 3.50). "
        "Best at the end: Run, step 300."
    )


def test_groups_are_named(said):
    assert said("transform: domain, metric: ppl, by: domain, steps: [100, 200]").startswith(
        "Bar chart of text and symbols, 2 steps from 100 to 200. "
    )


def test_two_measures(said):
    assert said("transform: tradeoff, x: ppl, y: acc, steps: [100, 200]") == (
        "Path through two measures, 2 steps from 100 to 200. "
        "Macro PPL (lower is better): 2.67 (step 200) to 3.00 (step 100). "
        "From the first step to the last: down from 3.00 to 2.67, better. Best: step 200. "
        "Macro accuracy (higher is better): 37.5% (step 100) to 62.5% (step 200). "
        "From the first step to the last: up from 37.5% to 62.5%, better. Best: step 200."
    )


def test_panels_are_counted(said):
    text = said("transform: macro, panels: [{metric: ppl, items: web}, {metric: acc}]")
    assert text.startswith("Panel 1: line chart, 3 steps from 100 to 300. ")
    assert " Panel 2: line chart, 2 steps from 100 to 200. Accuracy (higher is better): " in text


def test_a_heatmap(said):
    assert said("transform: series, metric: ppl, template: heatmap").startswith(
        "Heatmap of 3 slices, 3 steps from 100 to 300. "
    )


def test_the_last_source_is_counted_where_it_is_best(said):
    text = said("transform: stage-compare, view: at, metric: ppl, against: old")
    assert text.endswith(
        "PPL (lower is better): 2.00 (Run, code) to 8.00 (Old, web). Run is best on both slices."
    )
