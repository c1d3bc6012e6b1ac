"""Findings: their parts in words, and at their places."""

from __future__ import annotations

import pytest

from diagramgen.document.document import parse_document
from diagramgen.document.wording import (
    Finding,
    Missing,
    Unknown,
    Unmatched,
    Wrong,
    diagnostics,
    nearest,
    shown,
    unknown,
    words,
)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("vars name one another", "vars name one another"),
        (Wrong("'step'", None, "a step"), "'step': got nothing; expected a step"),
        (Wrong("", [1], "a chart"), "got a list; expected a chart"),
        (
            Wrong("'of'", "macros", "items or macro", "macro"),
            "'of': got 'macros'; expected items or macro; did you mean 'macro'?",
        ),
        (Unknown("b", "metric", ()), "'b' is not a metric; known: none"),
        (Unknown("b", "item", ("c", "d")), "'b' is not an item; known: c, d"),
        (
            Unknown("lable", "key", ("label",), " of 'run'", "label"),
            "'lable' is not a key of 'run'; did you mean 'label'?",
        ),
        (Unmatched("c*", "tasks"), "'c*' matches none of the tasks"),
        (
            Unmatched("wbe", "slices of 'run'", "web"),
            "'wbe' matches none of the slices of 'run'; did you mean 'web'?",
        ),
        (Missing("the suite", "charts"), "the suite needs the key 'charts'"),
        (Missing("a chart", "a", " or 'b'"), "a chart needs the key 'a' or 'b'"),
    ],
)
def test_each_kind_of_finding_in_words(what, said):
    assert words(what) == said
    assert Finding((), "wrong-type", what).message == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({}, "a mapping"),
        ([], "an empty list"),
        ([None], "a list"),
        (None, "nothing"),
        (True, "true"),
        (1.5, "1.5"),
        ("a", "'a'"),
        ("x" * 60, f"'{'x' * 60}'"),
        ("x" * 61, f"'{'x' * 57}...'"),
        (10**80, "1" + "0" * 56 + "..."),
    ],
)
def test_a_value_as_a_message_shows_it(value, said):
    assert shown(value) == said


def test_an_unknown_word_has_the_one_that_is_meant():
    assert unknown(("a", "b"), "source", "rnu", {"run": 1, "old": 2}, at="key") == Finding(
        ("a", "b"), "unknown-source", Unknown("rnu", "source", ("run", "old"), "", "run"), "key"
    )


def test_of_many_names_the_first_are_listed():
    names = tuple(f"n{i}" for i in range(60))
    assert words(Unknown("?", "var", names)) == f"'?' is not a var; known: {', '.join(names)}"
    more = (*names, *(f"n{i}" for i in range(60, 1061)))
    assert words(Unknown("?", "var", more)) == (
        f"'?' is not a var; known: {', '.join(names)} and 1,001 more"
    )
    assert words(Unknown("?", "var", ("x" * 61,))) == f"'?' is not a var; known: {'x' * 57}..."


@pytest.mark.parametrize(
    ("word", "known", "near"),
    [
        ("stepz", ["source", "steps"], "steps"),
        ("ab", ["xy"], None),
        (3, ["3"], None),
        ("tiers", [1, "tier"], "tier"),
        ("x" * 60, ["x" * 60], "x" * 60),
        ("x" * 61, ["x" * 60], None),  # no word
        ("x" * 60, ["x" * 61], None),
        ("word", [*map(str, range(199)), "words"], "words"),
        ("word", [*map(str, range(200)), "words"], None),  # more than people have in mind
    ],
)
def test_the_nearest_of_the_known_words(word, known, near):
    assert nearest(word, known) == near


def said(text, *findings):
    found = diagnostics(parse_document(text, "charts.yaml"), findings)
    return [f"{f.line}:{f.column}: {f.severity}[{f.code}]: {f.message}" for f in found]


def wrong(key, got):
    return Finding((key,), "wrong-type", Wrong(f"'{key}'", got, "..."))


def test_a_word_that_only_old_yaml_takes_for_a_value_is_told_how_to_write():
    text = "a: yes\nb: Off\nc: 1_000\nd: 2020-01-01\ne: 'no'\n"
    assert said(
        text,
        wrong("a", "yes"),
        wrong("b", "Off"),
        wrong("c", "1_000"),
        wrong("d", "2020-01-01"),
        wrong("e", "no"),  # in quotes it is text for everyone
        Finding(("a",), "wrong-value", Wrong("'a'", "yes", "on time")),
        Finding(("a",), "wrong-type", "in words of its own"),
    ) == [
        "1:4: error[wrong-type]: 'a': got 'yes'; expected ...; 'yes' is text, write true",
        "2:4: error[wrong-type]: 'b': got 'Off'; expected ...; 'Off' is text, write false",
        "3:4: error[wrong-type]: 'c': got '1_000'; expected ...; '1_000' is text, write 1000",
        "4:4: error[wrong-type]: 'd': got '2020-01-01'; expected ...; '2020-01-01' is text",
        "5:4: error[wrong-type]: 'e': got 'no'; expected ...",
        "1:4: error[wrong-value]: 'a': got 'yes'; expected on time",
        "1:4: error[wrong-type]: in words of its own",
    ]


def test_a_long_number_of_old_yaml_is_cut_in_every_place():
    digits = "1_" + "0" * 69
    assert said(f"a: {digits}\n", wrong("a", digits)) == [
        (
            f"1:4: error[wrong-type]: 'a': got '{digits[:57]}...'; expected ...; "
            f"'{digits[:57]}...' is text, write 1{'0' * 56}..."
        )
    ]


def test_what_follows_from_another_finding_is_not_told():
    follows = Finding(("a",), "wrong-type", Wrong("'a'", "${x}", "a step"))
    cause = unknown(("a",), "var", "x", ())
    elsewhere = Finding(("b",), "wrong-type", Wrong("'b'", None, "a step"))
    assert said("a: ${x}\nb:\n", follows, cause, elsewhere) == [
        "1:4: error[unknown-var]: 'x' is not a var; known: none",
        "2:3: error[wrong-type]: 'b': got nothing; expected a step",
    ]


def test_the_documents_own_findings_are_told_with_the_others():
    assert said("a: !x 1\na: 2\n", wrong("a", None)) == [
        "1:4: error[yaml-tag]: the tag '!x' has no meaning in a suite",
        "2:1: error[duplicate-key]: the key 'a' is there already, in line 1",
    ]


def test_findings_that_are_warnings():
    (found,) = diagnostics(
        parse_document("a: 1\n", "a.yaml"), [Finding(("a",), "unused-var", "?", "key")], "warning"
    )
    assert str(found) == "a.yaml:1:1: warning[unused-var]: ?\n    a: 1\n    ^"


@pytest.mark.parametrize(
    ("text", "meant", "suggestion"),
    [
        ("a: lnie", "line", "line"),
        ("a: 'lnie'", "line", "line"),
        ('a: "lnie"  # that', "line", "line"),
        ("a: ${lnie}", "line", None),  # a part of what is written
        ("a: lnie plot", "line", None),
        ("a: lnie", "li ne", None),  # what needs quotes
        ("a: lnie", "1e5", None),
        ("a: [lnie]", "line", None),  # a list stands there
        ("b: lnie", "line", None),  # the key has no place of its own
    ],
)
def test_a_suggestion_is_what_to_write_where_the_word_stands(text, meant, suggestion):
    document = parse_document(text, "charts.yaml")
    parts = [Wrong("'a'", "lnie", "...", meant), Unknown("lnie", "template", (), "", meant)]
    for what in parts:
        (found,) = diagnostics(document, [Finding(("a",), "wrong-value", what)])
        assert found.suggestion == suggestion


def test_what_misses_or_is_told_in_words_has_no_suggestion():
    document = parse_document("a: lnie", "charts.yaml")
    for what in (
        "lnie",
        Missing("'a'", "lnie"),
        Wrong("'a'", "lnie", "..."),
        Wrong("", 1, "x", "y"),
    ):
        (found,) = diagnostics(document, [Finding(("a",), "wrong-value", what)])
        assert found.suggestion is None


def test_the_suggestion_for_a_key():
    document = parse_document("lable: A", "charts.yaml")
    (found,) = diagnostics(document, [unknown(("lable",), "key", "lable", ["label"], at="key")])
    assert (found.column, found.length, found.suggestion) == (1, 5, "label")
