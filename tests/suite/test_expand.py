"""Entries as written -> entries as meant."""

from __future__ import annotations

import pytest

from diagramgen.suite.expand import (
    Size,
    fill,
    fill_late,
    fill_vars,
    parameters,
    size_of,
    too_large,
    too_long,
    transform_of,
    unroll,
    used_names,
)
from diagramgen.transforms import TRANSFORMS


def said(findings):
    return [(finding.where, finding.code, finding.message) for finding in findings]


def filled(value, **names):
    findings = []
    return fill(value, names, ("here",), findings), said(findings)


@pytest.mark.parametrize(
    ("value", "result"),
    [
        ("${step}", 7),  # a whole value keeps its type
        ("at ${step}", "at 7"),
        ("${step}${step}", "77"),
        ("${steps}", [1, 2]),
        ({"a": ["${step}", 3], "${step}": None}, {"a": [7, 3], "${step}": None}),
        ("plain $ {step}", "plain $ {step}"),
    ],
)
def test_names_are_filled_in(value, result):
    assert filled(value, step=7, steps=[1, 2]) == (result, [])


def test_names_that_are_not_there_and_those_that_cannot_stand_in_text():
    assert filled(["${a} ${stp} ${a}"], step=7) == (
        ["${a} ${stp} ${a}"],
        [
            (("here", 0), "unknown-var", "'a' is not a var; known: step"),
            (("here", 0), "unknown-var", "'stp' is not a var; did you mean 'step'?"),
        ],
    )
    assert filled("at ${steps}", steps=[1]) == (
        "at ${steps}",
        [(("here",), "wrong-type", "'${steps}' is a list or mapping; it cannot stand in text")],
    )


def test_how_much_longer_a_text_may_become():
    assert too_long("${a}${a}", {"a": "x" * 500}) is None
    longer = "vars make this text more than 1,000 characters longer"
    assert too_long("${a}${a}-${b}", {"a": "x" * 500, "b": 1}) == longer
    assert too_long("${a}${b}", {"b": ["x" * 1001]}) is None
    assert filled("${a}!", a="x" * 1000) == ("x" * 1000 + "!", [])
    assert filled("${a}!", a="x" * 1001) == ("${a}!", [(("here",), "too-large", longer)])
    assert filled("${a}", a="x" * 1001) == ("x" * 1001, [])


def test_no_more_is_found_than_is_told():
    findings = []
    for _ in range(3):
        fill(" ".join(f"${{a{i}}}" for i in range(400)), {}, (), findings)
    assert len(findings) == 1000


def test_the_size_of_a_value():
    assert size_of(3, {}) == Size(1, 0)
    assert size_of([], {}) == Size(1, 1)
    assert size_of([1, {"a": [2, 3]}], {}) == Size(6, 3)
    shared = [1, 2]
    assert size_of([shared, shared], {}) == Size(7, 2)


def test_what_is_too_large(monkeypatch):
    monkeypatch.setattr("diagramgen.suite.expand.MAX_FILLED", 10)
    assert too_large(Size(10, 60)) is None
    assert too_large(Size(10, 61)) == "nested more than 60 levels deep"
    assert too_large(Size(11, 1)) == "more than 10 values"


def test_what_is_known_later_stays():
    assert fill_late("a/${step}_${from}.png", {"step": 3}) == "a/3_${from}.png"
    assert fill_late(None, {"step": 3}) is None


def test_vars_may_name_one_another():
    findings = []
    given = {"all": ["${first}", 3], "first": "${base}", "base": 2, "text": "s${first}"}
    assert fill_vars(given, findings) == {"all": [2, 3], "first": 2, "base": 2, "text": "s2"}
    assert findings == []


def test_vars_that_name_themselves_or_what_is_not_there():
    findings = []
    fill_vars({"a": "${b}", "b": "${c}", "c": "${b}"}, findings)
    assert said(findings) == [(("vars", "b"), "circular-var", "circular: b -> c -> b")]
    findings = []
    fill_vars({"a": "${bb}", "b": 1}, findings)
    assert said(findings) == [
        (("vars", "a"), "unknown-var", "'bb' is not a var; did you mean 'b'?")
    ]


def test_how_far_vars_may_name_one_another():
    def chain(links):
        return {"v0": 1} | {f"v{i}": f"${{v{i - 1}}}" for i in range(1, links + 1)}

    for links, count in ((59, 0), (60, 1)):
        findings = []
        vars_ = dict(reversed(chain(links).items()))
        fill_vars(vars_, findings)
        assert [f.message for f in findings] == [
            "vars name one another over more than 60 links"
        ] * count


def test_names_that_a_value_uses():
    assert used_names({"a": ["${x}-${y}", 3], "${k}": "${x}"}) == ["x", "y", "x"]


def test_the_transform_that_an_entry_names():
    assert transform_of({"transform": "series"}) is TRANSFORMS["series"]
    for entry in ({"transform": "sries"}, {"transform": ["series"]}, {}):
        assert transform_of(entry) is None
    assert parameters(TRANSFORMS["delta"]) >= {"transform", "from", "to", "metric", "source"}


def entries(entry, defaults=None, **names):
    findings = []
    found = list(unroll(entry, defaults or {}, names, ("charts", 0), findings))
    return found, said(findings)


def test_an_entry_without_panels_is_one_panel_with_the_defaults_that_it_knows():
    entry = {"transform": "series", "metric": "${m}", "output": "${m}.png", "layout": "row"}
    defaults = {"source": "run", "metric": "ppl", "baseline": 3, "width": 200}
    (found,), findings = entries(entry, defaults, m="acc")
    assert findings == []
    assert found.chart == {"output": "${m}.png", "layout": "row"}
    assert found.names == {"m": "acc"}
    assert found.where == ("charts", 0)
    assert found.panels == [
        (
            {"transform": "series", "metric": "acc", "source": "run", "width": 200},
            {
                "transform": ("charts", 0, "transform"),
                "metric": ("charts", 0, "metric"),
                "source": ("defaults", "source"),
                "width": ("defaults", "width"),
            },
        )
    ]


def test_an_entry_is_drawn_for_each_set_of_variables():
    entry = {"transform": "snapshot", "step": "${step}", "metric": "${m}"}
    grid = entry | {"for_each": {"step": [1, 2], "m": "${metrics}"}}
    found, findings = entries(grid, metrics=["a", "b"], step=9)
    assert findings == []
    assert [(each.names["step"], each.names["m"]) for each in found] == [
        (1, "a"),
        (1, "b"),
        (2, "a"),
        (2, "b"),
    ]
    assert [each.panels[0][0]["step"] for each in found] == [1, 1, 2, 2]
    listed = entry | {"for_each": [{"step": 1, "m": "a"}, {"step": 2, "m": "b"}]}
    found, findings = entries(listed)
    assert [each.names for each in found] == [{"step": 1, "m": "a"}, {"step": 2, "m": "b"}]
    found, findings = entries(entry | {"for_each": {"step": 3}})
    assert found == []
    assert [code for _, code, _ in findings] == ["wrong-type"]


def test_panels_inherit_what_their_transforms_know():
    entry = {
        "metric": "acc",
        "baseline": "first",
        "width": 300,
        "output": "a.png",
        "title": "T",
        "panels": [{"transform": "relative"}, {"transform": "macro", "metric": "ppl"}],
    }
    defaults = {"source": "run", "title": "D", "subtitle": "S", "vegalite": {}}
    (found,), findings = entries(entry, defaults)
    assert findings == []
    assert (found.chart["title"], found.chart["subtitle"]) == ("T", "S")
    assert found.chart["vegalite"] == {}
    (first, first_places), (second, second_places) = found.panels
    assert first == {
        "transform": "relative",
        "metric": "acc",
        "baseline": "first",
        "width": 300,
        "source": "run",
    }
    assert second == {"transform": "macro", "metric": "ppl", "width": 300, "source": "run"}
    assert first_places["metric"] == ("charts", 0, "metric")
    assert second_places["metric"] == ("charts", 0, "panels", 1, "metric")
    assert second_places["source"] == ("defaults", "source")


def test_what_no_panel_knows_is_told():
    entry = {"baselin": 1, "output": "a.png", "panels": [{"transform": "relative"}]}
    _, findings = entries(entry)
    ((where, code, message),) = findings
    assert (where, code) == (("charts", 0, "baselin"), "unknown-parameter")
    assert message == "'baselin' is not a parameter of any panel; did you mean 'baseline'?"


@pytest.mark.parametrize(
    ("panels", "code"),
    [([], "empty"), ({}, "wrong-type"), ([3], "wrong-type"), (None, "wrong-type")],
)
def test_panels_that_are_none(panels, code):
    (found,), findings = entries({"output": "a.png", "panels": panels})
    assert found.panels == []
    assert [each for _, each, _ in findings] == [code]
