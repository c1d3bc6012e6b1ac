"""A step at which no item of a metric has a value is no checkpoint of that metric."""

from __future__ import annotations

import pytest

import diagramgen
from diagramgen.errors import ChartError, ResultsError
from diagramgen.results.read import read_plan

# Tables: the loss every 100 steps, an evaluation every 200.

HISTORY = """\
_step,loss,acc/qa,acc/copa
100,3.5,,
200,3.25,0.25,0.5
300,3.0,,
400,2.75,,0.625
500,2.5,NaN,
"""
TABLE = """\
version: 1
sources: {run: {root: results, checkpoint: log.csv}}
metrics:
  loss: {better: lower, read: {reader: csv, step: _step, columns: [loss]}}
  acc: {better: higher, read: {reader: csv, step: _step, columns: ["acc/{item}"]}}
defaults: {source: run}
charts:
  - {transform: series, metric: acc, output: series.png}
  - {transform: delta, metric: acc, output: "delta_${from}_${to}.png"}
  - {transform: tradeoff, x: loss, y: {metric: acc, items: copa}, output: path.png}
"""


@pytest.fixture
def table(project, main):
    """What `data` prints of a chart of a table, and what it says on stderr."""

    def call(chart, history=HISTORY):
        project.write("charts.yaml", TABLE)
        project.write("results/log.csv", history)
        done = main("data", chart, "--format", "csv")
        return done.out.splitlines(), done.err

    return call


def test_a_line_has_only_the_steps_that_were_evaluated(table):
    assert table("series") == (
        [
            "source,step,item,value",
            "run,200,copa,0.5",
            "run,200,qa,0.25",
            "run,400,copa,0.625",
            "run,400,qa,",
        ],
        "",
    )


def test_first_and_last_are_steps_that_were_evaluated(table):
    rows = [
        "source,item,value,from_step,to_step,better",
        "run,copa,0.125,200,400,True",
        "run,qa,,200,400,",
    ]
    assert table("delta_200_400") == (rows, "")


def test_two_metrics_share_the_steps_at_which_both_were_evaluated(table):
    rows = ["source,step,x,y,label", "run,200,3.25,0.5,200", "run,400,2.75,0.625,400"]
    assert table("path") == (rows, "")


def test_a_step_that_two_files_have_is_there_where_one_has_a_value(project, plan):
    project.write("charts.yaml", TABLE.replace("log.csv", '"*.csv"'))
    project.write("results/a.csv", "_step,loss,acc/qa\n100,3.5,\n200,3.25,\n")
    project.write("results/b.csv", "_step,loss,acc/qa\n100,3.5,0.25\n200,3.25,\n")
    files = plan().sources["run"].files["acc"]
    assert {step: [file.path for file in of] for step, of in files.items()} == {
        100: ["a.csv", "b.csv"]
    }


def test_a_metric_without_any_value_in_the_table(table):
    empty = "_step,loss,acc/qa\n100,3.5,\n200,3.25,\n"
    assert table("series", empty) == (
        [],
        "error: series: source 'run' has no checkpoint with acc\n",
    )


def test_a_table_without_any_value(table):
    said = "error: source 'run': no item has a value at results/log.csv\n"
    assert table("series", "_step,loss,acc/qa\n100,,\n") == ([], said)


# One file for each step: what is in it is known when it is read.

CHARTS = """\
  - {transform: series, metric: ppl, output: series.png}
  - {transform: snapshot, metric: ppl, step: last, output: "last_${step}.png"}
  - {transform: relative, metric: ppl, baseline: [bridge, first], of: macro, output: gain.png}
"""
NOTHING = [
    '{"slices": {"web": {"ppl": NaN}, "math": {"ppl": "N/A"}}}',
    '{"slices": {"web": {"ppl": null}}}',
    '{"slices": {}}',
]


@pytest.fixture
def results(project):
    """Perplexities at 100 and 200, without a value at 300 and 400, nor in the bridge, 9000."""
    project.suite(CHARTS)
    project.ppl("run", 100, web=16.0)
    project.ppl("run", 200, web=12.0)
    for step in (300, 400, 9000):
        project.write(f"results/run/step_{step}/ppl.json", NOTHING[0])
    return project


WARNING = "warning: source 'run', step {}: no value of metric 'ppl'\n"


@pytest.mark.parametrize("text", NOTHING)
def test_a_file_without_a_value_is_no_checkpoint(results, plan, text):
    results.write("results/run/step_300/ppl.json", text)
    found = read_plan(plan("series"))
    assert found.table[["step", "item", "value"]].to_numpy().tolist() == [
        [100, "web", 16.0],
        [200, "web", 12.0],
    ]
    source = found.plan.sources["run"]
    assert sorted(source.files["ppl"]) == [100, 200, 9000]  # no chart asks for the bridge
    said = "no value of metric 'ppl'"
    assert source.left_out == {300: said, 400: said}


@pytest.mark.usefixtures("results")
@pytest.mark.parametrize("strict", [False, True])
def test_the_last_step_is_the_last_with_a_value(plan, strict):
    asked = plan("last_*")
    assert asked.charts[0].id == "last_400"
    found = read_plan(asked, strict=strict)
    (chart,) = found.plan.charts
    assert (chart.id, chart.reads()) == ("last_200", {("run", "ppl"): {200}})
    assert found.plan.ids == ("series", "last_200", "gain")
    assert found.table["value"].tolist() == [12.0]
    assert sorted(found.digests["run"]) == [f"step_{step}/ppl.json" for step in (200, 300, 400)]


@pytest.mark.usefixtures("results")
def test_a_chart_is_asked_for_by_the_step_that_file_names_tell(main):
    done = main("data", "last_400", "--format", "csv")
    assert done == (
        0,
        "source,step,item,value\nrun,200,web,12.0\n",
        WARNING.format(300) + WARNING.format(400),
    )


@pytest.mark.usefixtures("results")
def test_a_bridge_without_a_value_is_no_baseline(main):
    done = main("data", "gain", "--format", "csv")
    assert done.out == (
        "source,step,value,from_step,reference\nrun,100,0.0,100,0.0\nrun,200,0.25,100,0.0\n"
    )
    assert done.err == "".join(WARNING.format(step) for step in (300, 400, 9000))


def test_a_metric_without_any_value_fails(results, main):
    for step in (100, 200):
        results.write(f"results/run/step_{step}/ppl.json", NOTHING[1])
    done = main("data", "series")
    reason = "error: series: source 'run' has no checkpoint with ppl\n"
    said = "".join(WARNING.format(step) for step in (100, 200, 300, 400))
    assert done == (1, "", said + reason)


def test_what_else_a_step_lacks_is_told_with_it(results, plan):
    results.suite(CHARTS + "  - {transform: series, metric: acc, output: acc.png}\n")
    results.acc("run", 100, qa=0.5)
    left_out = read_plan(plan()).plan.sources["run"].left_out
    assert left_out[200] == "no acc.json"
    assert left_out[300] == "no acc.json, no value of metric 'ppl'"


def test_a_file_that_ends_in_the_middle_beside_those_without_a_value(results, plan):
    results.write("results/run/step_200/ppl.json", '{"slices": {"web"')
    found = read_plan(plan("last_*"))
    assert [chart.id for chart in found.plan.charts] == ["last_100"]
    assert found.plan.sources["run"].left_out == {
        200: "step_200/ppl.json ends in the middle",
        300: "no value of metric 'ppl'",
        400: "no value of metric 'ppl'",
    }


def test_a_broken_file_that_takes_the_place_of_one_without_a_value(results, plan):
    results.write("results/run/step_200/ppl.json", "[]")
    with pytest.raises(ResultsError, match=r"^results/run/step_200/ppl.json: "):
        read_plan(plan("last_*"))


@pytest.mark.usefixtures("results")
def test_coverage_has_no_column_for_it(main):
    done = main("validate", "--results")
    matrix = "run, ppl: 1 slice x 2 steps, no gaps\n       100  200\n  web    +    +\n"
    assert done.out.endswith(f"^^^\n{matrix}")


@pytest.mark.usefixtures("results")
def test_in_python_a_chart_keeps_the_name_under_which_it_was_found(project):
    suite = diagramgen.load(project.folder / "charts.yaml")
    assert list(suite) == ["series", "last_400", "gain"]
    assert suite["last_400"].table()["step"].tolist() == [200]
    assert "step 200" in str(suite["last_400"].spec()["title"])
    assert suite["series"].table()["step"].tolist() == [100, 200]


def test_in_python_a_chart_that_reading_shows_not_to_be_there(results):
    for step in (100, 200):
        results.write(f"results/run/step_{step}/ppl.json", NOTHING[1])
    suite = diagramgen.load(results.folder / "charts.yaml")
    assert suite["series"].status == "ready"
    with pytest.raises(ChartError, match=r"^series: source 'run' has no checkpoint with ppl$"):
        suite["series"].table()
