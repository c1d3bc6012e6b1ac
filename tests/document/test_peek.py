"""One value of a YAML file: found, not there, or for a whole reader to tell."""

import pytest
import yaml

from diagramgen.document.peek import scalar_at

DIR = ("output", "dir")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("output: {dir: out}", "out"),
        ("version: 1\noutput:\n  formats: [png]\n  dir: a/b c # here\n", "a/b c"),
        ("output: {dir: 'it''s'}", "it's"),
        ('output: {dir: "a\\u00e9"}', "aé"),
        ("output:\n  dir: >-\n    a\n    b\n", "a b"),
        ("a: [1, {output: {dir: no}}]\n'output':\n  {'dir': out}", "out"),
        ("a: &a [1]\nb: *a\noutput: {dir: out}", "out"),
        ("output: {dir: first, dir: second}", "first"),
        ("output: {dir: out}\nnot: [yaml", "out"),
        ("--- # one\noutput: {dir: out}\n---\noutput: {dir: other}\n", "out"),
    ],
)
def test_what_stands_there(text, value):
    assert scalar_at(text, DIR, "default") == value


@pytest.mark.parametrize(
    "text", ["a: 1", "a:", "{}", "output: {}", "output:\n  formats: [png]\ndir: out\n"]
)
def test_what_is_not_there(text):
    assert scalar_at(text, DIR, "default") == "default"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing\n",
        "[output]",
        "text",
        "a: [",
        "output: out",
        "output:",
        "output: [dir]",
        "output: {dir: [out]}",
        "output: {dir: {out: 1}}",
        "output: {dir: *there}",
        "output: {dir: &here out}",
        "output: {dir: !!str out}",
        "output: &here {dir: out}",
        "output: *there",
        "output: {dir: '${name}'}",
        "output: {dir: ${name}}",
        "output: {<<: *base, dir: out}",
        "<<: {output: {dir: out}}",
        "? [a, b]\n: c\noutput: {dir: out}\n",
        "&here a: b\noutput: {dir: out}\n",
        "output: {dir: out\x00}",
    ],
)
def test_what_only_a_whole_reader_can_tell(text):
    assert scalar_at(text, DIR, "default") is None


def test_no_more_is_read_than_stands_before():
    """Ten million characters of what is not YAML, which no parser gets through."""
    assert scalar_at("output: {dir: out}\n" + "[" * 10_000_000, DIR, "default") == "out"


def test_without_the_fast_parser_nothing_is_looked_for(monkeypatch):
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    assert scalar_at("output: {dir: out}", DIR, "default") is None
