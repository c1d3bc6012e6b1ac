"""Suites changed at random: `load` says what is wrong with them, or takes them."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from diagramgen.config import load
from diagramgen.document import parse_document, read_document
from diagramgen.errors import SuiteError

ROOT = Path(__file__).parent.parent
SUITES = [
    read_document(ROOT / name, "charts.yaml").data
    for name in ("charts.yaml", "docs/examples/stage3/charts.yaml")
]
SCALARS = st.sampled_from(
    [
        *(None, True, False, 0, -1, 7, 10**30, 0.5, float("nan"), float("inf")),
        *("", "first", "${step}", "${nowhere}", "no", "1_000", "group:domain/web", "group:"),
        *("../..", "a\x85b", "\N{SNOWMAN}"),
    ]
)
VALUES = st.one_of(
    SCALARS,
    st.lists(SCALARS, max_size=3),
    st.dictionaries(st.sampled_from(["transform", "metric", "x", "0", ""]), SCALARS, max_size=3),
)


def nodes(data, way=()):
    """The way to every node of a suite."""
    yield way
    if isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from nodes(value, (*way, key))


WAYS = [list(nodes(data))[1:] for data in SUITES]


@st.composite
def changed(draw):
    """A suite in which one to three nodes are deleted, renamed, doubled or given other values."""
    which = draw(st.integers(0, len(SUITES) - 1))
    data = copy.deepcopy(SUITES[which])
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from(WAYS[which]))
        parent = data
        try:
            for key in way:
                parent = parent[key]
            value = parent[last]
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took it away
        kind = draw(st.sampled_from(["delete", "rename", "retype", "double"]))
        if kind == "retype":
            parent[last] = draw(VALUES)
        elif kind == "delete":
            del parent[last]
        elif isinstance(parent, list):
            parent.append(copy.deepcopy(value))
        else:
            parent[f"{last}s" if kind == "rename" else f"{last}_"] = parent.pop(last)
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return tmp_path_factory.mktemp("suite") / "charts.yaml"


@settings(max_examples=120)
@given(text=changed())
def test_a_changed_suite_is_taken_or_told(file, text):
    file.write_text(text, encoding="utf-8")
    try:
        load(file)
    except SuiteError as err:
        check_places(err, text)


def check_places(error, text):
    """Every finding is somewhere in the text, or just behind it."""
    for finding in error.diagnostics:
        assert 1 <= finding.line <= len(text.splitlines()) + 1
        assert finding.column >= 1
        assert "given schemas" not in finding.message


@settings(max_examples=120)
@given(text=st.text(st.sampled_from("ab:- \n[]{},'\"|>&*!%#?@`\t\\${}0.~<=\x07é"), max_size=60))
def test_any_text_is_yaml_or_told(text):
    try:
        parse_document(text, "charts.yaml")
    except SuiteError as err:
        check_places(err, text)
