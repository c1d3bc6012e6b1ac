"""YAML files as plain data, and the places of what is in them."""

from __future__ import annotations

import math

import pytest

from diagramgen.document.document import control_character, parse_document, read_document
from diagramgen.errors import SuiteError, UsageError


def parse(text):
    return parse_document(text, "charts.yaml")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("-1", -1),
        ("+07", 7),
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775807", -(2**63) + 1),
        ("1_000", "1_000"),
        ("0x10", "0x10"),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1.", 1.0),
        ("3e-4", 3e-4),
        ("1E5", 1e5),
        (".inf", math.inf),
        ("-.inf", -math.inf),
        ("inf", "inf"),
        ("true", True),
        ("FALSE", False),
        ("no", "no"),
        ("On", "On"),
        ("~", None),
        ("null", None),
        ("", None),
        ("'1'", "1"),
        ("2020-01-01", "2020-01-01"),
        ("1:30", "1:30"),
        ("${a}", "${a}"),
        ('"${a}"', "${a}"),
    ],
)
def test_scalars_are_those_of_yaml_1_2(text, value):
    found = parse(f"a: {text}\n").data["a"]
    assert (found, type(found)) == (value, type(value))


def test_nan_is_a_number():
    assert math.isnan(parse("a: .nan").data["a"])


def test_a_var_may_stand_in_a_list_or_mapping_without_quotes():
    document = parse("a: [${x}, {b: ${y}}]\n${z}: 1\n")
    assert document.data == {"a": ["${x}", {"b": "${y}"}], "${z}": 1}
    assert document.values["a", 1, "b"] == (1, 15, 4)


TEXT = "a: 1\nb:\n  - c: 'd e'\n    f: [1,\n      2]\n"


@pytest.mark.parametrize(
    ("where", "at", "place"),
    [
        ((), "value", (1, 1, 1)),
        (("a",), "key", (1, 1, 1)),
        (("a",), "value", (1, 4, 1)),
        (("b", 0, "c"), "value", (3, 8, 5)),
        (("b", 0, "f"), "key", (4, 5, 1)),
        (("b", 0, "f"), "value", (4, 8, 1)),  # of what is over lines, where it begins
        (("b", 0, "f", 1), "value", (5, 7, 1)),
        # Of what is not there the nearest node above.
        (("b", 0, "x"), "value", (3, 5, 1)),
        (("b", 0, "x"), "key", (3, 5, 1)),
        (("b", 7, "x"), "key", (3, 3, 1)),
        (("x",), "value", (1, 1, 1)),
        (("b", 0), "key", (3, 5, 1)),  # a list's member has no key
    ],
)
def test_the_place_of_a_node(where, at, place):
    found = parse(TEXT).diagnostic(where, "code", "said", at=at)
    assert (found.line, found.column, found.length) == place
    assert found.source_line == TEXT.split("\n")[place[0] - 1]


def test_lines_end_as_yaml_has_it():
    found = parse("a: 1\x85b: x\u2028c: 2\n")
    assert found.keys["b",] == (2, 1, 1)
    assert found.keys["c",] == (3, 1, 1)
    assert found.lines == ["a: 1", "b: x", "c: 2", ""]


def test_keys_of_a_merged_mapping_stand_behind_ones_own():
    document = parse("x: &x {a: 1, b: 2}\ny: &y {b: 3, c: 4}\nz: {<<: [*x, *y], a: 5}\n")
    assert document.data["z"] == {"b": 2, "c": 4, "a": 5}
    assert parse("x: &x {a: 1}\nz: {<<: *x}\n").data["z"] == {"a": 1}


def problems(text):
    return [
        f"{each.line}:{each.column}: {each.code}: {each.message}" for each in parse(text).problems
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\na: 2\n", "2:1: duplicate-key: the key 'a' is there already, in line 1"),
        ("? [a]\n: 1\n", "1:3: wrong-type: a key is a word, not a list or a mapping"),
        ("a: {<<: 3}\n", "1:9: wrong-type: '<<' merges mappings, nothing else"),
        ("a: &a [*a]\n", "1:4: yaml-syntax: an alias of what it is itself in"),
        (
            "a: !!set {b}\n",
            "1:4: yaml-tag: the tag 'tag:yaml.org,2002:set' has no meaning in a suite",
        ),
        (
            "a: 9223372036854775808\n",
            "1:4: wrong-type: '9223372036854775808' is no number for a suite",
        ),
        ("a: 1e999\n", "1:4: wrong-type: '1e999' is no number for a suite"),
        (
            'a: "b\\x07"\n',
            r"1:4: control-character: 'b\x07' has the control character U+0007 in it; remove it",
        ),
        (
            '"a\\tb": 1\n',
            r"1:1: control-character: 'a\tb' has the control character U+0009 in it; remove it",
        ),
    ],
)
def test_what_does_not_stop_the_reading(text, said):
    assert problems(text) == [said]


def test_a_text_may_have_lines_and_tabs():
    assert problems('a: "b\\tc\\nd"\n') == []


def test_the_first_thousand_problems_are_kept():
    assert len(problems("a:\n" + "- !x 1\n" * 1500)) == 1000


def test_traps_are_plain_words_that_yaml_1_1_takes_for_something_else():
    document = parse("no: yes\nb: ['no', 1_0, 2020-01-01, 1e5, x, 1:30]\n")
    assert document.traps == {
        (("no",), "key"): "true or false",
        (("no",), "value"): "true or false",
        (("b", 1), "value"): "a number",
        (("b", 2), "value"): "a date",
        (("b", 5), "value"): "a number",
    }


def said(text):
    with pytest.raises(SuiteError) as err:
        parse(text)
    (found,) = err.value.diagnostics
    return f"{found.line}:{found.column}: {found.code}: {found.message}"


def test_how_deep_and_how_much_there_may_be(monkeypatch):
    def nested(depth):
        return "[" * depth + "]" * depth

    assert parse(nested(60)).data == eval(nested(60))
    assert said(nested(61)) == "1:61: too-large: nested more than 60 levels deep"
    links = "".join(f"- &b{i} [*b{i - 1}]\n" for i in range(1, 62))
    assert said(f"- &b0 [1]\n{links}").endswith("too-large: nested more than 60 levels deep")
    monkeypatch.setattr("diagramgen.document.document.MAX_NODES", 4)
    assert parse("- &a 1\n- *a\n- *a\n").data == [1, 1, 1]
    assert said("- &a 1\n- *a\n- *a\n- *a\n") == (
        "1:3: too-large: more than 4 values; each use of an alias counts"
    )


def test_a_character_that_yaml_does_not_allow():
    assert said("a: 1\nb: \x07") == (
        "2:4: yaml-syntax: the character U+0007 is not allowed in YAML"
    )


def test_the_control_character_is_shown_with_what_is_before_it():
    assert control_character("plain\ttext\n") is None
    assert control_character("a" * 30 + "\x1b[2J") == (
        f"'{'a' * 20}\\x1b[2J' has the control character U+001B in it; remove it"
    )
    for character in ("\t", "\n"):
        code = f"U+{ord(character):04X}"
        assert code in (control_character(f"a{character}", one_line=True) or "")


def test_files_of_other_systems(tmp_path):
    file = tmp_path / "charts.yaml"
    file.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: |\r\n  c\r\n")
    document = read_document(file, "charts.yaml")
    assert document.data == {"a": 1, "b": "c\n"}
    assert document.text == "a: 1\nb: |\n  c\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a: \xff\n", "charts.yaml: not UTF-8 text (byte 4)"),
        (None, "charts.yaml: cannot be read: No such file or directory"),
    ],
)
def test_files_that_are_no_suites(tmp_path, content, said):
    file = tmp_path / "charts.yaml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(UsageError) as err:
        read_document(file, "charts.yaml")
    assert str(err.value) == said


def test_a_name_that_no_file_has(tmp_path):
    with pytest.raises(UsageError) as err:
        read_document(tmp_path / "a\0b", "a")
    assert str(err.value) == "a: no name of a file: embedded null byte"


def test_an_empty_file_has_no_data():
    assert parse("").data is None
    assert parse("# nothing\n").data is None
