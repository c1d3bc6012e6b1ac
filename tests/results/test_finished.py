"""A source without steps has one checkpoint, whose step is missing: a finished model."""

from __future__ import annotations

import json

import pytest

# Two finished models beside a run with steps; each of their files is the whole result.

SUITE = """\
version: 1
sources:
  run: {label: Run, root: run, checkpoint: "step_{step}.json"}
  llama: {label: Llama, root: models, checkpoint: llama.json}
  qwen: {label: Qwen, root: models, checkpoint: qwen.json}
metrics:
  acc: {better: higher, format: .1%, item: task, read: {reader: json, records: acc, value: v, n: n}}
  ppl: {better: lower, read: {reader: json, records: ppl}}
charts:
"""


def of(qa, copa, ppl):
    """A file with two accuracies and a perplexity."""
    acc = {"qa": {"v": qa, "n": 100}, "copa": {"v": copa, "n": 50}}
    return {"acc": acc, "ppl": {"web": ppl}}


@pytest.fixture
def models(project):
    project.write("models/llama.json", of(0.5, 0.75, 8.0))
    project.write("models/qwen.json", of(0.625, 0.5, 4.0))
    project.write("run/step_100.json", of(0.25, 0.25, 16.0))
    project.write("run/step_200.json", of(0.375, 0.5, 8.0))
    return project


@pytest.fixture
def data(models, main):
    """What `data` prints of one chart, as lines, and what it says on stderr."""

    def call(entry):
        models.write("charts.yaml", f"{SUITE}  - {{{entry}, output: chart.png}}\n")
        done = main("data", "chart")
        return done.out.splitlines(), done.err.strip()

    return call


def test_its_only_checkpoint_is_the_last_one_and_has_no_step(data):
    for step in ("", ", step: last", ", step: first"):
        rows = ["source,step,item,value,n", "llama,,copa,0.75,50.0", "llama,,qa,0.5,100.0"]
        assert data(f"transform: snapshot, metric: acc, source: llama{step}") == (rows, "")
    rows = ["source,step,item,n", "llama,,copa,50.0", "llama,,qa,100.0"]
    assert data("transform: support, metric: acc, source: llama") == (rows, "")


def test_it_stands_beside_the_step_of_a_run(data):
    rows = [
        "source,step,item,value,n",
        "llama,,copa,0.75,50.0",
        "llama,,qa,0.5,100.0",
        "run,200,copa,0.5,50.0",
        "run,200,qa,0.375,100.0",
    ]
    entry = "transform: stage-compare, metric: acc, source: run, against: llama"
    assert data(f"{entry}, view: at") == (rows, "")
    assert data(f"{entry}, view: at, step: 200") == (rows, "")
    snapshot = "transform: snapshot, metric: acc, source: [llama, run]"
    assert data(snapshot) == (rows, "")


def test_two_of_them_are_compared(data):
    entry = "transform: stage-compare, metric: acc, source: qwen, against: llama"
    rows = [
        "source,step,item,value,against,better",
        "qwen,,copa,-0.25,llama,False",
        "qwen,,qa,0.125,llama,True",
    ]
    assert data(f"{entry}, view: delta") == (rows, "")
    rows = ["source,step,value,n", "llama,,0.625,150.0", "qwen,,0.5625,150.0"]
    assert data(f"{entry}, view: at, of: macro") == (rows, "")


def test_a_run_is_compared_with_it_at_every_step(data):
    entry = "transform: stage-compare, metric: acc, items: qa, view: delta"
    rows = [
        "source,step,item,value,against,better",
        "run,100,qa,-0.25,llama,False",
        "run,200,qa,-0.125,llama,False",
    ]
    assert data(f"{entry}, source: run, against: llama") == (rows, "")
    rows = [
        "source,step,item,value,against,better",
        "llama,100,qa,0.25,run,True",
        "llama,200,qa,0.125,run,True",
    ]
    assert data(f"{entry}, source: llama, against: run") == (rows, "")


def test_a_quadrant_sets_a_run_against_it(data):
    rows = [
        "source,step,x,y,against,better,label",
        "run,100,-1.0,-0.6,llama,False,100",
        "run,200,0.0,-0.3,llama,False,200",
    ]
    entry = "transform: quadrant, x: ppl, y: acc, source: run, against: llama"
    assert data(entry) == (rows, "")


def test_history_and_measures_have_it_without_a_step(data):
    entry = "transform: stage-compare, metric: ppl, source: run, against: qwen, view: history"
    rows = [
        "source,step,item,value,label",
        "qwen,,web,4.0,Qwen",
        'run,100,web,16.0,"Run, 100"',
        'run,200,web,8.0,"Run, 200"',
    ]
    assert data(entry) == (rows, "")
    rows = ["source,step,x,y", "llama,,8.0,0.625", "qwen,,4.0,0.5625"]
    assert data("transform: tradeoff, x: ppl, y: acc, source: [llama, qwen]") == (rows, "")


@pytest.mark.parametrize(
    "entry",
    [
        "transform: series, metric: acc",
        "transform: macro, metric: acc",
        "transform: relative, metric: acc, baseline: first",
        "transform: delta, metric: acc",
        "transform: delta, metric: acc, each: step",
        "transform: stage-compare, metric: acc, view: trend, against: qwen",
    ],
)
def test_it_is_no_point_of_a_trend(data, entry):
    rows, said = data(f"{entry}, source: llama")
    assert rows == []
    who = "'qwen' and 'llama' have" if "qwen" in entry else "'llama' has"
    assert said == f"error: chart: {who} no steps to be drawn over"


def test_a_trend_of_a_run_tells_that_it_leaves_a_finished_model_out(models, main):
    entry = "{transform: macro, metric: acc, source: [run, llama], output: chart.vl.json}"
    models.write("charts.yaml", f"{SUITE}  - {entry}\n")
    rows = ["source,step,value,n", "run,100,0.25,150.0", "run,200,0.4375,150.0"]
    assert main("data", "chart").out.splitlines() == rows
    assert main("render", "--formats", "vl.json").code == 0
    manifest = json.loads((models.folder / "diagrams/manifest.json").read_text())
    assert manifest["charts"][0]["left_out"] == {"llama": "has no steps"}


def test_a_step_that_only_it_could_have_is_not_there(data):
    rows, said = data("transform: snapshot, metric: acc, source: llama, step: 200")
    assert rows == []
    expected = "source 'llama' has no step 200; it has one checkpoint, without a step"
    assert said == f"error: chart: {expected}"


def test_a_path_and_the_manifest_name_it_without_a_step(models, main):
    entry = '{transform: snapshot, metric: acc, source: llama, output: "at_${step}.vl.json"}'
    models.write("charts.yaml", f"{SUITE}  - {entry}\n")
    assert main("render", "--formats", "vl.json").code == 0
    manifest = json.loads((models.folder / "diagrams/manifest.json").read_text())
    assert [chart["id"] for chart in manifest["charts"]] == ["at_final"]
    assert manifest["sources"] == {
        "llama": {
            "label": "Llama",
            "steps": [],
            "plotted": [],
            "bridge": None,
            "left_out": {},
            "files": {"acc": {"none": ["llama.json"]}},
        }
    }
    spec = json.loads((models.folder / "diagrams/at_final.vl.json").read_text())
    assert spec["title"]["text"] == "Acc by task"
    assert {row["step"] for row in spec["data"]["values"]} == {None}


def test_files_that_may_be_of_two_checkpoints_are_refused(models, main):
    models.write("models/old/llama.json", of(0.25, 0.75, 8.0))
    entry = "{transform: snapshot, metric: acc, source: llama, output: chart.png}"
    everywhere = SUITE.replace("checkpoint: llama.json", 'checkpoint: "**/llama.json"')
    models.write("charts.yaml", f"{everywhere}  - {entry}\n")
    done = main("data", "chart")
    assert done.code == 3
    assert done.err.strip() == (
        "error: models/llama.json and old/llama.json have different values of 'qa', and no step; "
        "put {step} into the source's `checkpoint`, or name the files of one run there"
    )


def test_the_newest_of_several_files_of_one_folder_counts(models, main):
    for day, value in (("01", 0.25), ("02", 0.75)):
        file = f"models/new/results_2026-01-{day}T00-00-00.json"
        models.write(file, {"acc": {"qa": {"v": value, "n": 10}}})
    entry = "{transform: snapshot, metric: acc, source: new, output: chart.png}"
    source = '  new: {root: models/new, checkpoint: "results_*.json"}\n'
    suite = SUITE.replace("metrics:\n", f"{source}metrics:\n")
    models.write("charts.yaml", f"{suite}  - {entry}\n")
    rows = ["source,step,item,value,n", "new,,qa,0.75,10.0"]
    assert main("data", "chart").out.splitlines() == rows
    assert main("render", "--formats", "vl.json").err.splitlines()[0] == (
        "warning: source 'new': results_2026-01-01T00-00-00.json and "
        "results_2026-01-02T00-00-00.json differ; the newer counts, the second"
    )


def test_what_results_have_is_told_of_it_without_a_step(models, main):
    entry = "{transform: snapshot, metric: acc, source: llama, output: chart.png}"
    models.write("charts.yaml", f"{SUITE}  - {entry}\n")
    assert main("validate", "--results").out.splitlines()[-4:] == [
        "llama, acc: 2 tasks of a finished model, no gaps",
        "",
        "  copa  +",
        "  qa    +",
    ]
