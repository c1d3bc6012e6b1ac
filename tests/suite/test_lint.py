"""The warnings of a suite without errors."""

from __future__ import annotations

import pytest

from diagramgen.suite.load import load

HEADER = """\
version: 1
sources: {run: {root: results}}
metrics:
  ppl:
    better: lower
    item: slice
    order: [web, wiki, code]
    groupings: {domain: {text: [w*], code: [code]}}
    read: {reader: json, file: p.json}
  acc: {better: higher, read: {reader: json, file: a.json}, groupings: {any: {all: [xy]}}}
charts:
  - {transform: series, source: run, metric: acc, items: [anything], output: acc.png}
"""


@pytest.fixture
def said(tmp_path):
    """The warnings of a suite with one more chart, and whatever else."""

    def said(keys, more="", header=HEADER):
        entry = f"  - {{transform: series, source: run, metric: ppl, output: a.png, {keys}}}\n"
        (tmp_path / "charts.yaml").write_text(header + entry + more, encoding="utf-8")
        found = load(tmp_path / "charts.yaml").warnings
        assert {each.severity for each in found} <= {"warning"}
        return sorted(f"{each.line}:{each.column}: {each.code}: {each.message}" for each in found)

    return said


@pytest.mark.parametrize(
    "keys",
    [
        "by: domain",
        "items: [web, 'w*', '[a-c]ode', 'c?de']",
        "items: group:domain/text",
    ],
)
def test_nothing_is_said(said, keys):
    assert said(keys) == []


@pytest.mark.parametrize(
    ("keys", "warning"),
    [
        (
            "items: [web, wik]",
            (
                "13:79: unknown-item: 'wik' matches none of the slices that 'order' names; "
                "did you mean 'wiki'?"
            ),
        ),
        ("items: 'x*'", "13:73: unknown-item: 'x*' matches none of the slices that 'order' names"),
        # At its own place, though another is there twice before it.
        (
            "items: [web, web, '?']",
            "13:84: unknown-item: '?' matches none of the slices that 'order' names",
        ),
    ],
)
def test_items_that_the_order_does_not_name(said, keys, warning):
    assert said(keys) == [warning]


def test_items_of_groups_and_of_measures(said):
    header = HEADER.replace("code: [code]", "code: [code, cod]")
    assert said("by: domain", header=header) == [
        (
            "8:51: unknown-item: 'cod' matches none of the slices that 'order' names; "
            "did you mean 'code'?"
        )
    ]
    chart = "{transform: tradeoff, source: run, x: acc, y: {metric: ppl, items: [wbe]}"
    assert said("by: domain", f"  - {chart}, output: b.png}}\n") == [
        (
            "14:73: unknown-item: 'wbe' matches none of the slices that 'order' names; "
            "did you mean 'web'?"
        )
    ]


def test_what_to_write_for_a_misspelt_item(tmp_path):
    chart = "  - {transform: series, source: run, metric: ppl, items: [wik, x], output: a.png}\n"
    (tmp_path / "charts.yaml").write_text(HEADER + chart, encoding="utf-8")
    found = [(each.column, each.suggestion) for each in load(tmp_path / "charts.yaml").warnings]
    assert found == [(59, "wiki"), (64, None)]


def test_several_items_are_called_what_the_metric_calls_them(said):
    header = HEADER.replace("item: slice", "item: facility\n    items: facilities")
    warning = "14:73: unknown-item: 'x*' matches none of the facilities that 'order' names"
    assert said("items: 'x*'", header=header) == [warning]


def test_what_nobody_uses(said):
    header = (
        HEADER.replace("metric: acc", "metric: ppl")
        .replace("items: [anything]", "title: '${b}'")
        .replace(
            "sources: {", "vars: {a: 1, b: '${a}', c: '${d}', d: 2}\nsources: {old: {root: o}, "
        )
    )
    assert said("by: domain", header=header) == [
        "11:3: unused-metric: no chart uses metric 'acc'",
        "2:25: unused-var: nothing names var 'c'",
        "2:36: unused-var: nothing names var 'd'",
        "3:11: unused-source: no chart uses source 'old'",
    ]


def test_words_that_old_yaml_takes_for_something_else(said):
    assert said("title: no") == [
        (
            "13:73: yaml-1.1: this is text here, but true or false for readers of YAML 1.1; "
            "put it in quotes"
        )
    ]


def test_how_many_items_are_held_against_globs(said, monkeypatch):
    monkeypatch.setattr("diagramgen.suite.lint.TO_COMPILE", 7)
    # Each of the globs w* and c* takes 3 + 7; the name that is no glob takes none.
    monkeypatch.setattr("diagramgen.suite.lint.MAX_MATCHES", 20)
    assert said("items: ['c*', code]") == []
    monkeypatch.setattr("diagramgen.suite.lint.MAX_MATCHES", 19)
    assert said("items: ['c*', code, 'x*']") == [
        "13:74: too-large: more than 19 pairs of items and globs; no others are told"
    ]
