"""Readings -> the results as plain arrays, and the part of them that one chart needs."""

import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pandas.testing import assert_frame_equal

from diagramgen.output.one_chart import tables
from diagramgen.results.columns import Names, Rows
from diagramgen.results.plan import make_plan
from diagramgen.results.read import read_plan
from diagramgen.suite.load import load as load_suite

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def bundled():
    """The results of the bundled suite."""
    return read_plan(make_plan(load_suite(ROOT / "charts.yaml")), strict=True)


@pytest.fixture
def rows(project, plan):
    """Two metrics of two sources: `run` at 2000 and 10000, `old` at 2000."""
    project.suite(
        "  - {transform: series, source: [run, old], metric: ppl, output: ppl.png}\n"
        "  - {transform: series, source: [run, old], metric: acc, output: acc.png}\n"
    )
    for source, step in (("run", 2000), ("run", 10000), ("old", 2000)):
        project.ppl(source, step, math=step / 1000, web=12.5)
        project.acc(source, step, qa=0.25)
    return read_plan(plan(), strict=True).rows


def listed(rows):
    """The rows as (source, step, metric, item, value)."""
    named = (np.array(each.names)[each.codes] for each in (rows.source, rows.metric, rows.item))
    source, metric, item = named
    return list(zip(source, rows.step.tolist(), metric, item, rows.value.tolist(), strict=True))


def test_of_some_steps_has_their_rows_and_names_in_the_same_order(rows):
    found = rows.of({("old", "ppl"): {2000}, ("run", "acc"): {10000}, ("run", "ppl"): {2000}})
    assert listed(found) == [
        ("run", 2000, "ppl", "web", 12.5),
        ("run", 2000, "ppl", "math", 2.0),
        ("run", 10000, "acc", "qa", 0.25),
        ("old", 2000, "ppl", "web", 12.5),
        ("old", 2000, "ppl", "math", 2.0),
    ]
    assert found.item.names == ("web", "math", "qa")
    found = rows.of({("old", "acc"): {2000}})
    assert listed(found) == [("old", 2000, "acc", "qa", 0.25)]
    assert (found.source.names, found.metric.names, found.item.names) == (
        ("old",), ("acc",), ("qa",)
    )  # fmt: skip


def test_of_steps_that_have_no_row(rows):
    asked = [("old", "ppl", 10000), ("nobody", "ppl", 1), ("run", "what", 2000)]
    for steps in ({}, *({each[:2]: {each[2]}} for each in asked)):
        found = rows.of(steps)
        assert listed(found) == []
        assert found.table().dtypes.to_dict() == rows.of({}).table().dtypes.to_dict()


def test_codes_are_as_small_as_their_number_allows():
    many = Names(tuple(map(str, range(70_000))), np.arange(70_000, dtype="uint32"))
    assert many.at(np.arange(257)).codes.dtype == "uint16"
    found = many.at(np.array([69_999, 300, 69_999]))
    assert (found.names, found.codes.tolist(), found.codes.dtype) == (
        ("300", "69999"), [1, 0, 1], "uint8"
    )  # fmt: skip


def test_each_chart_has_the_same_tables_from_its_own_rows(bundled):
    definitions = bundled.plan.suite.definitions
    charts = [chart for chart in bundled.plan.charts if chart.status == "ready"]
    assert len(charts) == 33
    for chart in charts:
        own = bundled.rows.of(chart.reads()).table()
        pairs = zip(
            tables(chart, own, definitions), tables(chart, bundled.table, definitions), strict=True
        )
        for found, whole in pairs:
            assert_frame_equal(found.rows, whole.rows)
            assert found.left_out == whole.left_out


def test_the_rows_of_a_chart_are_small_when_they_travel():
    def names(count):
        return Names(tuple(f"item_{i}" for i in range(count)), np.arange(72, dtype="uint8") % count)

    numbers = (np.linspace(0, 1, 72) for _ in range(3))
    rows = Rows(names(1), np.repeat(np.arange(6), 12), names(1), names(12), *numbers)
    assert len(pickle.dumps(rows)) < 4000


def test_json_results_are_read_without_heavy_imports():
    code = f"""
import sys
from pathlib import Path
from diagramgen.results.plan import make_plan
from diagramgen.results.read import read_plan
from diagramgen.suite.load import load
found = read_plan(make_plan(load(Path({str(ROOT / "charts.yaml")!r}))))
print(len(found.rows.of(found.plan.charts[0].reads()).value) > 0)
print(sorted({{"pandas", "duckdb", "altair", "pyarrow"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["True", "[]"]
