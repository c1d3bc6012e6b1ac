"""A file that has several runs: each of them is a source, and their name stands for all."""

from __future__ import annotations

import json

import pytest

# A table with the run in a column, and one with a column for each run.

LONG = """\
model,step,task,acc
a,100,qa,0.25
a,200,qa,0.5
a,200,copa,0.75
b,100,qa,0.125
b,200,qa,0.375
"""
WIDE = '"Step","x - loss","x - loss__MIN","y - loss"\n0,4,3.5,8\n100,2,1.5,\n'
SUITE = """\
version: 1
sources:
  runs: {label: All, root: results, checkpoint: long.csv, runs: {column: model}}
  wandb: {root: results, checkpoint: wide.csv, runs: {columns: ["*"]}}
  alone: {root: results, checkpoint: alone.csv, read: {acc: {reader: csv, columns: ["acc/{item}"]}}}
metrics:
  acc:
    better: higher
    item: task
    read: {reader: csv, step: step, item: task, value: acc}
    without: [average, mean_*]
  loss: {better: lower, read: {reader: csv, step: Step, columns: ["{run} - loss"]}}
charts:
"""


@pytest.fixture
def tables(project):
    project.write("results/long.csv", LONG)
    project.write("results/wide.csv", WIDE)
    project.write("results/alone.csv", "acc/qa,acc/average,acc/mean_all\n0.5,0.25,0.125\n")
    return project


@pytest.fixture
def data(tables, main):
    """What `data` prints of one chart, as lines, and what it says on stderr."""

    def call(entry, suite=SUITE):
        tables.write("charts.yaml", f"{suite}  - {{{entry}, output: chart.png}}\n")
        done = main("data", "chart")
        return done.out.splitlines(), done.err.strip()

    return call


def test_the_name_of_the_source_stands_for_all_its_runs(data):
    rows = [
        "source,step,item,value",
        "runs/a,100,copa,",
        "runs/a,100,qa,0.25",
        "runs/a,200,copa,0.75",
        "runs/a,200,qa,0.5",
        "runs/b,100,qa,0.125",
        "runs/b,200,qa,0.375",
    ]
    assert data("transform: series, metric: acc, source: runs") == (rows, "")
    rows = ["source,step,value", "runs/a,100,0.25", "runs/a,200,0.5"]
    rows += ["runs/b,100,0.125", "runs/b,200,0.375"]
    assert data("transform: macro, metric: acc, source: runs") == (rows, "")


def test_a_run_is_a_source_of_its_own(data):
    rows = ["source,step,item,value", "runs/b,100,qa,0.125", "runs/b,200,qa,0.375"]
    assert data("transform: series, metric: acc, source: runs/b") == (rows, "")
    rows = ["source,step,item,value,against,better", "runs/b,200,qa,-0.125,runs/a,False"]
    entry = "transform: stage-compare, metric: acc, view: delta, steps: [last], source: runs/b"
    assert data(f"{entry}, against: runs/a") == (rows, "")
    assert data(f"{entry}, against: runs") == (rows, "")


def test_columns_name_runs_and_a_run_has_the_steps_that_it_logged(data):
    rows = ["source,step,item,value", "wandb/x,0,loss,4.0", "wandb/x,100,loss,2.0"]
    rows += ["wandb/y,0,loss,8.0"]
    assert data("transform: series, metric: loss, source: wandb") == (rows, "")
    some = SUITE.replace('columns: ["*"]', "columns: [y*]")
    assert data("transform: series, metric: loss, source: wandb", some) == (
        ["source,step,item,value", "wandb/y,0,loss,8.0"],
        "",
    )


def test_a_source_may_be_read_in_its_own_way_and_averages_are_no_items(data):
    rows = ["source,step,item,value", "alone,,qa,0.5"]
    assert data("transform: snapshot, metric: acc, source: alone") == (rows, "")


def test_a_choice_of_a_source_is_that_of_its_runs(data):
    rows = ["source,item,value,from_step,to_step,better"]
    rows += ["runs/a,qa,0.25,100,200,True", "runs/b,qa,0.25,100,200,True"]
    entry = "transform: delta, metric: acc, items: qa, source: runs, from: {runs: 100}"
    assert data(entry) == (rows, "")


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (
            "transform: series, metric: acc, source: runs/c",
            "error: chart: source 'runs' has no run 'c'; there is 'a', 'b'",
        ),
        (
            "transform: stage-compare, metric: acc, view: trend, source: runs, against: alone",
            "error: chart: one `source` is compared with those of `against`; 'runs' is 2 runs",
        ),
    ],
)
def test_what_runs_do_not_allow_is_told(data, entry, said):
    assert data(entry) == ([], said)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ("{column: model}", "{}"),
            "3:65: error[conflicting-parameters]: 'runs': needs either `column` or `columns`",
        ),
        (
            ("read: {acc: {", "read: {accuracy: {"),
            "5:56: error[unknown-metric]: 'accuracy' is not a metric; known: acc, loss",
        ),
        (
            ('"acc/{item}"]', '"acc/{item}"], steps: x'),
            "5:100: error[unknown-key]: 'steps' is not a key of 'read'; did you mean 'step'?",
        ),
        (
            ("source: alone", "source: alone/x"),
            "14:48: error[unknown-source]: 'alone/x' is not a source; did you mean 'alone'?",
        ),
    ],
)
def test_a_wrong_suite_is_told_with_its_place(tables, main, change, said):
    entry = "{transform: snapshot, metric: acc, source: alone, output: chart.png}"
    tables.write("charts.yaml", f"{SUITE}  - {entry}\n".replace(*change))
    assert main("validate").out.splitlines()[0] == f"charts.yaml:{said}"


def test_only_what_charts_use_is_looked_for(tables, main):
    entry = "{transform: series, metric: acc, source: runs, output: chart.png}"
    nowhere = SUITE.replace("root: results, checkpoint: wide", "root: nowhere, checkpoint: wide")
    tables.write("charts.yaml", f"{nowhere}  - {entry}\n")
    assert main("render", "--formats", "vl.json").code == 0
    manifest = json.loads((tables.folder / "diagrams/manifest.json").read_text())
    assert {name: each["label"] for name, each in manifest["sources"].items()} == {
        "runs/a": "a",
        "runs/b": "b",
    }
    again = main("render", "--formats", "vl.json")
    assert again.err.strip() == "1 unchanged in diagrams"
    tables.write("results/long.csv", LONG + "b,300,qa,0.5\n")
    assert main("render", "--formats", "vl.json").err.splitlines()[0] == "rendered  chart"


def test_a_run_without_a_name_is_refused(data, tables):
    tables.write("results/long.csv", LONG + ",300,qa,0.5\n")
    rows, said = data("transform: series, metric: acc, source: runs")
    assert rows == []
    assert said.startswith("error: results/long.csv:7")
