"""Suites changed at random: `load` says what is wrong with them, or takes them."""

from __future__ import annotations

import copy
import json
import re
import time
from pathlib import Path

import msgspec
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from diagramgen.document.document import parse_document, read_document
from diagramgen.errors import ChartError, SuiteError
from diagramgen.formats.embed import origin_of
from diagramgen.formats.spec import encode
from diagramgen.output.one_chart import spec_as_saved, tables, title_of
from diagramgen.results.plan import make_plan
from diagramgen.results.read import read_plan
from diagramgen.suite.load import load

ROOT = Path(__file__).parents[2]
SUITES = [
    read_document(ROOT / name, "charts.yaml").data
    for name in ("charts.yaml", "docs/examples/stage3/charts.yaml")
]
SCALARS = st.sampled_from(
    [
        *(None, True, False, 0, -1, 7, 10**30, 0.5, float("nan"), float("inf")),
        *("", "first", "${step}", "${nowhere}", "no", "1_000", "group:domain/web", "group:"),
        *("../..", "a\x85b", "\N{SNOWMAN}", "a\0b", "\x1b[2J", "\u202e", "a\nb", "\t", "x" * 2000),
        *("/", "~", ".", ".png", "${", "${}", "$", "#", ".999f", "<<", "*" * 200, "url(x)", "=1"),
        *(2**63, -(2**63), 2**53 + 1, 1e300, -0.0, float("-inf"), "9" * 5000, "\N{ROCKET}\u0301"),
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


@settings(max_examples=80)
@given(text=changed())
def test_a_changed_suite_is_taken_or_told(file, text):
    file.write_text(text, encoding="utf-8")
    began = time.process_time()
    try:
        load(file)
    except SuiteError as err:
        check_places(err, text)
    assert time.process_time() - began < 1


NODES = st.one_of(
    st.sampled_from([None, True, 5, -1.5, "x", "container", "", 1e300]),
    st.sampled_from([[], {}, [1], ["a"], [[]], [None], {"text": 5}, {"name": None}, {"field": 3}]),
    st.sampled_from([{"step": "x"}, {"values": 3}, [{"mark": "bar"}], {"diagramgen": 1}]),
)
KEYS = (
    *("title", "data", "layer", "usermeta", "config", "hconcat", "vconcat", "concat", "spec"),
    *("width", "height", "encoding", "mark", "facet", "repeat", "params", "transform", "$schema"),
    *("description", "datasets", "autosize", "x", "color", "axis", "legend", "scale", "subtitle"),
)
PATCHES = st.recursive(
    NODES,
    lambda inner: st.dictionaries(
        st.sampled_from(
            [
                "title",
                "data",
                "layer",
                "usermeta",
                "config",
                "hconcat",
                "vconcat",
                "concat",
                "spec",
                "width",
                "height",
                "encoding",
                "mark",
                "facet",
                "repeat",
                "params",
                "transform",
                "$schema",
                "description",
                "datasets",
                "autosize",
                "x",
                "color",
                "axis",
                "legend",
                "scale",
                "text",
                "subtitle",
            ]
        ),
        inner,
        min_size=1,
        max_size=3,
    ),
    max_leaves=4,
)


@pytest.fixture(scope="module")
def patched():
    """Charts of the bundled suite with a `vegalite`: one of one view, another, one of two."""
    suite = load(ROOT / "charts.yaml")
    results = read_plan(make_plan(suite))
    single = [chart for chart in results.plan.charts if len(chart.panels) == 1]
    several = [chart for chart in results.plan.charts if len(chart.panels) > 1]
    chosen = [single[0], single[-1], several[0]]
    found = [tables(chart, results.table, suite.definitions) for chart in chosen]

    def build(which, patch):
        planned = chosen[which]
        (panel, *others) = planned.panels
        panel = panel._replace(look=msgspec.structs.replace(panel.look, vegalite=patch))
        chart = planned.chart._replace(vegalite=patch)
        planned = planned._replace(chart=chart, panels=(panel, *others))
        return planned, spec_as_saved(planned, found[which], suite)

    return build


@settings(max_examples=60)
@given(which=st.integers(0, 2), patch=PATCHES)
def test_any_vegalite_gives_a_spec_or_that_charts_failure(patched, which, patch):
    try:
        planned, spec = patched(which, patch if isinstance(patch, dict) else {"mark": patch})
    except ChartError:
        return
    assert title_of(spec, planned) == (origin_of(spec).title or planned.id)
    assert json.loads(encode(spec)) == spec


def check_places(error, text):
    """Every finding is somewhere in the text, or just behind it."""
    lines = [*re.split("\r\n|[\n\r\x85\u2028\u2029]", text), ""]
    for finding in error.diagnostics:
        assert finding.file
        assert 1 <= finding.line <= len(lines)
        assert 1 <= finding.column <= len(lines[finding.line - 1]) + 1
        assert len(finding.message) <= 2000
        assert "given schemas" not in finding.message


@settings(max_examples=80)
@given(text=st.text(st.sampled_from("ab:- \n[]{},'\"|>&*!%#?@`\t\\${}0.~<=\x07é"), max_size=60))
def test_any_text_is_yaml_or_told(text):
    try:
        parse_document(text, "charts.yaml")
    except SuiteError as err:
        check_places(err, text)
