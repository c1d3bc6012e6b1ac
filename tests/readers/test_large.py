"""Parquet tables too large to be read whole: what is asked for, as a small one has it."""

import duckdb
import numpy as np
import pytest

from diagramgen.errors import ResultsError
from diagramgen.readers import Runs, large
from diagramgen.readers.large import look_through
from diagramgen.readers.parquet import ParquetReader
from diagramgen.results.plan import make_plan
from diagramgen.results.read import read_plan
from diagramgen.suite.load import load

LONG = ParquetReader(step="step", item="task", value="acc", n="n")
NAMED = Runs(column=("model", "seed"))
ROWS = """
    ('b', 'x', 20, 'qa', 0.5::DOUBLE, 10), ('b', 'x', 10, 'qa', 0.25, 10),
    ('a', 'x', 10, 'piqa', 1.5, NULL), ('a', 'x', 10, 'qa', NULL, 4),
    ('b', 'x', 20, 'qa', 0.75, 12), ('b', 'x', 20, 'piqa', 'inf'::DOUBLE, 3),
    ('a', 'y', 30, 'qa', NULL, 1), ('b', 'x', 10, 'qa', NULL, 9), ('a', 'x', 40, 'qa', NULL, 1)
"""
WIDE = """
    SELECT i AS step, i / 8 AS "x - qa", if(i = 3, NULL, i) AS "x - piqa",
    NULL::FLOAT AS "y - qa", i AS n FROM range(5) t(i)
"""
ONLY = "only in tables of up to 1,000,000 rows"
COLUMNS = "(model, seed, step, task, acc, n)"


@pytest.fixture
def file(tmp_path):
    """Write a Parquet file with what a query finds."""

    def write(query):
        path = tmp_path / "t.parquet"
        with duckdb.connect() as database:
            database.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
        return path

    return write


def long(rows=ROWS, change=""):
    return f"SELECT * REPLACE (acc::DOUBLE AS acc{change}) FROM (VALUES {rows}) t{COLUMNS}"


def told(contents):
    """What is found, in an order of its own, in a form that says that NaN is NaN."""
    return {run: (sorted(map(str, each.readings)), *each[1:]) for run, each in contents.items()}


@pytest.mark.parametrize(
    ("query", "reader", "runs"),
    [
        (long(), LONG, NAMED),
        (long(), ParquetReader(step="step", item="task", value="acc"), Runs(column="model")),
        (long(), ParquetReader(step="step", item="task", value="acc", where={"model": "b"}), None),
        (
            WIDE,
            ParquetReader(step="step", columns=("{run} - {item}",), n="n"),
            Runs(columns=("*",)),
        ),
        ("SELECT i AS ' step', i / 4 AS acc FROM range(9) t(i)",
         ParquetReader(step="step", value="acc"), None),
    ],
)  # fmt: skip
def test_the_same_as_of_a_table_that_is_read_whole(file, query, reader, runs):
    path = file(query)
    whole = reader.read_bulk(path.read_bytes(), "t", runs)
    table = look_through(str(path), "t", reader, runs)
    assert list(table.runs) == list(whole)
    assert told(table.read({run: each.step for run, each in table.runs.items()})) == told(whole)
    for run, (steps, known, counts) in table.runs.items():
        of_steps = whole[run].readings.by_step()
        assert steps.tolist() == list(of_steps)
        assert steps[known].tolist() == of_steps.with_value()
        assert counts.sum() >= len(whole[run].readings)


def test_only_the_rows_that_are_asked_for_are_read(file, monkeypatch):
    table = look_through(str(file(long())), "t", LONG, NAMED)
    monkeypatch.setattr(large, "MOST_ASKED", 3)
    found = table.read({"a x": [10], "a y": [30]})
    assert {run: [tuple(each)[:3] for each in of.readings][:1] for run, of in found.items()} == {
        "a x": [("piqa", 1.5, pytest.approx(np.nan, nan_ok=True))],
        "a y": [("qa", pytest.approx(np.nan, nan_ok=True), 1.0)],
    }
    with pytest.raises(ResultsError) as caught:
        table.read({"b x": [10, 20]})
    assert str(caught.value) == (
        "t: charts need 5 of its values; they may need 3: ask for fewer steps or runs"
    )


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (long(change=", if(n = 12, -1, n) AS n"), "t, row 5: n: got -1; expected a number from 0"),
        (long(change=", if(n = 3, 'three', n::VARCHAR) AS n"),
         "t, row 6: n: got \"three\"; expected a number"),
        (long(change=", if(n = 3, '3 %', n::VARCHAR) AS n"),
         f"t, row 6: numbers, steps or names in other words are read {ONLY}"),
        (long(change=", '2026-01-01'::DATE AS step"),
         f"t: column 'step' is DATE; other columns than numbers and texts are read {ONLY}"),
        (long(change=", if(n = 3, chr(27), task) AS task"),
         f"t: an item or a run has no name that can be shown; its row is told {ONLY}"),
        ("SELECT 1 AS step, 2 AS task", "t: no column 'acc'; there is 'step', 'task'"),
    ],
)  # fmt: skip
def test_what_is_odd_is_told(file, query, said):
    with pytest.raises(ResultsError) as caught:
        look_through(str(file(query)), "t", LONG, NAMED)
    assert str(caught.value) == said


def test_charts_have_the_same_results(project, monkeypatch):
    project.write(
        "charts.yaml",
        "version: 1\ntitle: T\noutput: {dir: out}\naliases: {qa: QA}\nsources:\n"
        "  all: {root: results, checkpoint: t.parquet, runs: {column: model}}\n"
        "metrics:\n  acc:\n    better: higher\n    without: [piqa]\n"
        "    read: {reader: parquet, step: step, item: task, value: acc, n: n}\n"
        "charts:\n  - {transform: series, metric: acc, source: all, output: acc.png}\n",
    )
    (project.folder / "results").mkdir()
    with duckdb.connect() as database:
        database.execute(
            f"COPY ({long()}) TO '{project.folder}/results/t.parquet' (FORMAT parquet)"
        )
    suite = load(project.folder / "charts.yaml")
    whole = read_plan(make_plan(suite))
    monkeypatch.setattr("diagramgen.results.contents.MOST_BYTES", 100)
    found = read_plan(make_plan(suite))
    assert found.table.equals(whole.table)
    assert (found.digests, found.warnings) == (whole.digests, whole.warnings)
    assert found.plan.sources["all/b"].files == whole.plan.sources["all/b"].files
