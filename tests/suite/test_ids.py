"""Ids of charts: which paths are one, and which no chart can have."""

import pytest

from diagramgen.suite.ids import Id, chart_id, check_ids, collisions, same_but_for_case

FIRST, SECOND = ("charts", 0), ("charts", 1)


def said(*ids, formats=("png",), gallery=False):
    found = [Id(id_, ("charts", i), formats) for i, id_ in enumerate(ids)]
    return [
        (finding.where[1], finding.code, finding.message)
        for finding in check_ids(found, gallery=gallery)
    ]


@pytest.mark.parametrize(
    ("output", "id_"),
    [
        ("d/a.png", "d/a"),
        ("./d//a.vl.json", "d/a"),
        ("d/./a.b.svg", "d/a.b"),
        ("a.pdf", "a"),
        ("a.vega.json", "a"),
        ("a.gif", "a.gif"),
        ("d/${step}.png", "d/${step}"),
        ("${d}/a.png", "a"),
        ("d/..png", "d/."),
    ],
)
def test_the_id_of_a_path(output, id_):
    assert chart_id(output, {"d": "."}) == id_


def test_ids_that_are_one():
    assert said("a", "b", "\u00e9", "a", "e\u0301") == [
        (3, "duplicate-id", "two charts have the id 'a'"),
        (4, "duplicate-id", "two charts have the id 'e\u0301'"),
    ]
    assert said("a/${step}", "a/${step}") == []


def test_a_file_where_another_chart_needs_a_folder():
    message = "one chart has the file 'a.png', another a folder there"
    assert said("a.png/b", "a") == [(1, "duplicate-id", message)]
    assert said("a", "a.pn/b", "a.png0/c", "a.png/b/c") == [(3, "duplicate-id", message)]
    assert said("a.png/b", "a", formats=("svg",)) == []


@pytest.mark.parametrize("id_", [".diagramgen/a", ".DiagramGen/a", "manifest.json/a"])
def test_files_of_our_own(id_):
    message = f"'{id_}.png' is in the place of a file that diagramgen itself writes"
    assert said(id_) == [(0, "duplicate-id", message)]


def test_files_of_the_gallery():
    message = "'index.html' is in the place of a file that diagramgen itself writes"
    assert said("index", formats=("html",), gallery=True) == [(0, "duplicate-id", message)]
    assert said("index", formats=("html",)) == []
    assert said("index", formats=("png",), gallery=True) == []
    message = "'gallery/a.png' is in the place of a file that diagramgen itself writes"
    assert said("gallery/a", gallery=True) == [(0, "duplicate-id", message)]


@pytest.mark.parametrize(
    ("id_", "code", "message"),
    [
        ("", "wrong-value", "a path needs a name before its suffix"),
        ("d/..", "wrong-value", "a path needs a name before its suffix"),
        ("a\nb", "control-character", r"'a\nb' has the control character U+000A in it; remove it"),
        (
            "a" * 243 + "\u00e9\u00e9",
            "wrong-value",
            f"'{'a' * 57}...' has 247 bytes; a name in a path may have 245",
        ),
        (
            "/".join(["ab"] * 334),
            "wrong-value",
            f"'{'ab/' * 19}...' has 1,001 characters; a path may have 1,000",
        ),
    ],
)
def test_ids_that_no_chart_can_have(id_, code, message):
    assert said(id_) == [(0, code, message)]


def test_the_longest_name():
    assert said("a" * 245) == []


def test_paths_that_some_file_systems_take_for_one():
    paths = ["a/B", "a/b", "A/b", "\u00e9", "e\u0301", "stra\u00dfe", "STRASSE"]
    assert list(collisions(paths, fold=False)) == [("\u00e9", "e\u0301")]
    assert list(collisions(paths, fold=True)) == [
        ("a/B", "a/b"),
        ("a/B", "A/b"),
        ("\u00e9", "e\u0301"),
        ("stra\u00dfe", "STRASSE"),
    ]


def test_ids_that_differ_only_in_case_are_warned_of():
    (finding,) = same_but_for_case([Id("a/b", FIRST, ("png",)), Id("a/B", SECOND, ("png",))])
    assert finding.where == (*SECOND, "output")
    assert finding.message == "'a/B' and 'a/b' differ only in case"
