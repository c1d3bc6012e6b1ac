"""What an entry means: what is not there, and what cannot be."""

from __future__ import annotations

import pytest

from diagramgen.errors import SuiteError
from diagramgen.suite.load import load

HEADER = """\
version: 1
vars: {long: XXX, list: [1], side: 5000}
sources:
  run: {root: results}
  old: {root: old, tokens_per_step: 5}
metrics:
  ppl:
    better: lower
    item: slice
    order: [web, code]
    groupings: {domain: {text: [web], code: [code]}}
    read: {reader: json, file: p.json}
  acc: {better: higher, read: {reader: json, file: a.json}}
charts:
""".replace("XXX", "x" * 800)


@pytest.fixture
def said(tmp_path):
    """What is said of one chart, a `series` of `ppl` unless its keys say something else."""

    def said(keys, kind="series", metric="metric: ppl, ", output="output: a.png", header=HEADER):
        source = "" if "source:" in keys else "source: run, "
        entry = f"  - {{transform: {kind}, {source}{metric}{output}, {keys}}}\n"
        (tmp_path / "charts.yaml").write_text(header + entry, encoding="utf-8")
        try:
            load(tmp_path / "charts.yaml")
        except SuiteError as err:
            return [f"{each.code}: {each.message}" for each in err.diagnostics]
        return []

    return said


@pytest.mark.parametrize(
    "keys",
    [
        "steps: {run: [1]}",
        "items: [group:domain, group:domain/code, w*], by: domain",
        "source: old, unit: tokens",
        "source: [run, old], height: 10000, width: 2500",  # twice as large in pixels
        "color_by: item",
        "by: domain, color_by: group, template: line",
    ],
)
def test_what_is_there(said, keys):
    assert said(keys) == []


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ("source: [run, olt]", "unknown-source: 'olt' is not a source; did you mean 'old'?"),
        ("steps: {olt: [1]}", "unknown-source: 'olt' is not a source; did you mean 'old'?"),
        (
            "unit: tokens",
            "missing-key: 'unit: tokens' needs the key 'tokens_per_step' of source 'run'",
        ),
        (
            "by: domains",
            "unknown-grouping: 'domains' is not a grouping of metric 'ppl'; did you mean 'domain'?",
        ),
        (
            "items: [group:origin]",
            "unknown-grouping: 'origin' is not a grouping of metric 'ppl'; known: domain",
        ),
        (
            "items: group:domain/maths",
            "unknown-group: 'maths' is not a group of grouping 'domain'; known: text, code",
        ),
        (f"items: {'x' * 1001}", "too-large: a name or glob may have 1,000 characters"),
        (
            "layout: rows",
            "wrong-value: 'layout': got 'rows'; expected row or column; did you mean 'row'?",
        ),
        ("source: 3", "wrong-type: 'source': got 3; expected text or a list of text"),
        (
            "stepz: 3",
            (
                "unknown-parameter: 'stepz' is not a parameter of transform 'series'; "
                "did you mean 'steps'?"
            ),
        ),
        (
            "layuot: row",
            (
                "unknown-parameter: 'layuot' is not a parameter of transform 'series'; "
                "did you mean 'layout'?"
            ),
        ),
        (
            "width: 10000, height: 2501",
            "too-large: 100,040,000 pixels; a picture may have 100,000,000",
        ),
        ("template: lin", "unknown-template: 'lin' is not a template; did you mean 'line'?"),
        (
            "color_by: against",
            (
                "missing-column: there is no column 'against' to colour by; "
                "transform 'series' makes item, n, source, stderr, step, value"
            ),
        ),
        (
            "title: 'of ${list}'",
            "wrong-type: '${list}' is a list or mapping; it cannot stand in text",
        ),
        ("subtitle: ${frm}", "unknown-var: 'frm' is not a var; known: long, list, side"),
        (
            "vegalite: {width: .nan}",
            "wrong-value: nan is no number of JSON; null is",
        ),
        (
            "vegalite: {data: {url: a.json}}",
            (
                "outside-reference: 'url' loads 'a.json'; a chart holds all that it shows: "
                "its table, and pictures written out as 'data:image/png;base64,...'"
            ),
        ),
    ],
)
def test_what_is_not(said, keys, message):
    assert said(keys) == [message]


def test_the_step_that_a_transform_finds_may_stand_in_paths_and_titles(said):
    assert (
        said("title: 'from ${from} to ${to}'", "delta", output="output: '${from}_${to}.png'") == []
    )
    assert said("title: '${steps}'") == [
        "unknown-var: 'steps' is not a var; known: long, list, side"
    ]


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("../a.png", "outside-output: '../a.png' leaves the output folder"),
        ("/a.png", "outside-output: '/a.png' leaves the output folder"),
        ("a/../../b.png", "outside-output: 'a/../../b.png' leaves the output folder"),
        (r"a\b.png", r"outside-output: 'a\b.png' leaves the output folder"),
        (
            "${long}${long}.png",
            "too-large: vars make this text more than 1,000 characters longer",
        ),
    ],
)
def test_outputs_that_cannot_be(said, output, message):
    assert said("width: 200", output=f"output: '{output}'") == [message]


def test_what_a_large_parameter_has_in_it_is_not_looked_at(said, monkeypatch):
    monkeypatch.setattr("diagramgen.suite.meaning.MAX_PARAMETER", 4)
    assert said("items: [group:a, group:b, c, d]") == ["too-large: 'items' has more than 4 values"]
    assert said("items: [web, code, web]") == []
    assert said("vegalite: {a: [1, 2, 3, 4]}") == []


def test_the_keys_of_a_whole_chart_and_of_its_panels(said):
    panel = "panels: [{transform: series, metric: ppl}]"
    assert said(f"{panel}, vegalite: {{width: 3}}", "macro") == []
    assert said(f"{panel}, vegalite: {{href: 'javascript:a'}}", "macro") == [
        (
            "outside-reference: 'href' leads to 'javascript:a'; "
            "expected an address of https, http or mailto"
        )
    ]
    assert said(panel.replace("metric: ppl", "metric: ppl, stps: [1]"), "macro") == [
        "unknown-parameter: 'stps' is not a parameter of transform 'series'; did you mean 'steps'?"
    ]


def test_a_chart_without_an_output_or_with_one_that_is_no_text(said):
    assert said("width: 200", output="title: a") == ["missing-key: a chart needs the key 'output'"]
    assert said("width: 200", output="output: [a]") == [
        "wrong-type: 'output': got a list; expected text"
    ]


def test_the_scale_of_the_pictures_counts(said):
    header = HEADER.replace("charts:", "output: {scale: 4}\ncharts:")
    assert said("width: 2500, height: 2500", header=header) == []
    assert said("width: 2500, height: 2501", header=header) == [
        "too-large: 100,040,000 pixels; a picture may have 100,000,000"
    ]


def test_measures_are_metrics(said):
    assert said("x: ppl, y: {metric: acc}", "tradeoff", metric="") == []
    assert said("x: pll, y: {metric: ac}", "tradeoff", metric="") == [
        "unknown-metric: 'pll' is not a metric; did you mean 'ppl'?",
        "unknown-metric: 'ac' is not a metric; did you mean 'acc'?",
    ]
    assert said("x: acc, y: {metric: ppl, items: group:dom}", "tradeoff", metric="") == [
        "unknown-grouping: 'dom' is not a grouping of metric 'ppl'; did you mean 'domain'?"
    ]


def test_parameters_that_exclude_each_other(said):
    assert said("step: 1, steps: [1]", "snapshot") == [
        (
            "conflicting-parameters: transform 'snapshot': `step` is for one step, `steps` for "
            "several: use one of them"
        )
    ]
