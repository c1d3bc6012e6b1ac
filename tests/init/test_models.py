"""Harness results of several models and runs: a source for each, and charts that compare them."""

import csv
import io

import pytest

from diagramgen.errors import UsageError
from diagramgen.init import write_suite
from diagramgen.init.recognise import NO_NUMBERS
from tests.init.conftest import part, v3, v4


def model(name, step=None, date=None, **results):
    """A file of lm-eval v0.4 that says its model."""
    data = v4(**{task: {"acc,none": value} for task, value in results.items()})
    revision = "" if step is None else f",revision=step{step}"
    data |= {"model_name": name, "config": {"model_args": f"pretrained={name}{revision}"}}
    return data if date is None else data | {"date": date}


def rows(text):
    return [tuple(row) for row in csv.reader(io.StringIO(text))]


TWO_MODELS = """\
# Written by `diagramgen init`: a beginning, yours to change. The reference has all keys;
# `diagramgen validate` checks what you write.
version: 1
title: Evaluation of large and small

output: {dir: diagrams, formats: [png, vl.json]}

# large: results of lm-evaluation-harness (v0.4: metrics such as "acc,none")
# small: results of lm-evaluation-harness (v0.4: metrics such as "acc,none")
# (`bridge: STEP` in a source names a checkpoint of an earlier stage: a baseline.)
sources:
  large:
    root: runs/org/large/openllm
    checkpoint: "*.json"
  small:
    root: runs/org/small/openllm
    checkpoint: "*.json"

metrics:
  accuracy:
    label: Accuracy
    item: task
    better: higher
    format: .1%
    read:
      reader: lm-eval
      # Which measure counts for which task; no other task is read.
      values:
        copa: acc
        piqa: acc

defaults: {source: large}

charts:
  # Accuracy of each source.
  - for_each: {source: [large, small]}
    transform: snapshot
    metric: accuracy
    source: "${source}"
    step: last
    sort: "-value"
    output: "accuracy/${source}/snapshot_${step}.png"

  # Accuracy: the sources side by side.
  - transform: stage-compare
    metric: accuracy
    source: large
    against: small
    view: at
    step: last
    of: macro
    sort: "-value"
    output: compare/accuracy_macro.png
  - transform: stage-compare
    metric: accuracy
    source: large
    against: small
    view: at
    step: last
    output: "compare/accuracy_at_${step}.png"
  - transform: stage-compare
    metric: accuracy
    source: large
    against: small
    view: delta
    steps: [last]
    sort: "-value"
    output: compare/accuracy_delta_at_last.png
"""


def test_finished_models_of_a_leaderboard(write, drawn, values, tmp_path):
    files = {
        f"org/{name}/openllm/{task}.json": model(f"org/{name}", **{task: value})
        for name, scores in {"large": (0.5, 0.75), "small": (0.25, 0.5)}.items()
        for task, value in zip(("copa", "piqa"), scores, strict=True)
    }
    folder = write(**files, **{"org/large/summary_openllm.json": {"elapsed_time": "3 h"}})
    assert drawn(folder) == TWO_MODELS
    assert rows(values("compare/accuracy_macro"))[1:] == [
        ("small", "", "0.375", "20.0"),
        ("large", "", "0.625", "20.0"),
    ]
    told = []
    write_suite([folder], into=tmp_path, tell=told.append)
    why = 'results of lm-evaluation-harness (v0.4: metrics such as "acc,none")'
    assert told == [
        f"{folder}/org/large/openllm: {why}; checkpoint '*.json', no steps: a finished model",
        f"{folder}/org/small/openllm: {why}; checkpoint '*.json', no steps: a finished model",
        f"warning: {folder}: not taken: org/large/summary_openllm.json: {NO_NUMBERS}",
    ]


def test_runs_with_steps_are_told_apart_by_their_folders(write, drawn):
    """A model at several steps, twice: with other numbers of few-shot examples."""
    files = {f"m/{kind}/step{i}.json": v3(i) for kind in ("zero", "five") for i in (1, 2)}
    text = drawn(write(**files))
    assert part(text, "sources:", "metrics:") == (
        "sources:\n"
        '  five:\n    root: runs/m/five\n    checkpoint: "step{step}.json"\n'
        '  zero:\n    root: runs/m/zero\n    checkpoint: "step{step}.json"\n'
    )


def test_a_sweep_beside_finished_models(write, drawn, values):
    """Trends of what has steps; at the last of these steps all are compared."""
    files = {
        f"sweep/lr{lr}/step{i}.json": model(f"/tmp/lr{lr}/step{i}", copa=lr / 8 + i / 64, piqa=0.5)
        for lr in (1, 2)
        for i in (8, 16)
    }
    done = {
        "done/results_2025-01-01T00-00-00.000001.json": model("org/done", copa=0.75, piqa=0.25),
    }
    text = drawn(write(**files, **done))
    assert 'checkpoint: "step{step}.json"' in text
    assert "    view: trend\n" in text
    assert rows(values("compare/accuracy_trend"))[1:] == [
        ("lr2", "8", "0.4375", "20.0"),
        ("lr2", "16", "0.5", "20.0"),
        ("lr1", "8", "0.375", "20.0"),
        ("lr1", "16", "0.4375", "20.0"),
    ]
    assert sorted(rows(values("compare/accuracy_macro"))[1:]) == [
        ("done", "", "0.5", "20.0"),
        ("lr1", "16", "0.4375", "20.0"),
        ("lr2", "16", "0.5", "20.0"),
    ]


def test_the_files_of_a_model_are_one_source(write, drawn, values):
    name = "m/results_2025-01-0{}T00-00-00.000001.json"
    files = {
        name.format(1): model("m", date=1.0, copa=0.25),
        name.format(2): model("m", date=2.0, piqa=0.5),
        name.format(3): model("m", date=3.0, sciq=0.75),
    }
    assert "checkpoint: m/results_*.json" in drawn(write(**files))
    assert rows(values("accuracy/snapshot_final"))[1:] == [
        ("m", "", "copa", "0.25", "10.0"),
        ("m", "", "piqa", "0.5", "10.0"),
        ("m", "", "sciq", "0.75", "10.0"),
    ]


def test_one_number_of_shots_is_chosen(write, drawn, values, tmp_path):
    """Of tasks that a model has twice those with the number that most tasks have are read."""
    zero, five = model("m", copa=0.25, piqa=0.5), model("m", piqa=0.75)
    five["n-shot"] = {"piqa": 5}
    name = "m/results_2025-01-0{}T00-00-00.000001.json"
    folder = write(**{name.format(1): zero, name.format(2): five})
    text = drawn(folder)
    assert "    read:\n      reader: lm-eval\n      shots: 0\n" in text
    assert rows(values("accuracy/snapshot_final"))[1:] == [
        ("m", "", "copa", "0.25", "10.0"),
        ("m", "", "piqa", "0.5", "10.0"),
    ]
    told = []
    write_suite([folder], into=tmp_path, tell=told.append)
    assert told[1] == (
        f"warning: {folder}: piqa: evaluated with 0 and 5 few-shot examples; those with 0 are "
        "read (`shots` in the source's `read`)"
    )


def test_metrics_of_one_meaning_are_one(write, drawn, values):
    """Accuracies of a harness and of a table stand in one metric, each read in its own way."""
    folder = write(
        **{f"a/step{i}.json": model("a", copa=0.25 * i, piqa=0.5) for i in (1, 2)},
        **{"b/b.csv": "step,acc/copa,acc/piqa\n1,0.5,0.25\n2,0.75,0.5\n"},
    )
    text = drawn(folder / "a", folder / "b")
    assert part(text, "sources:", "metrics:") == (
        "sources:\n"
        '  a:\n    root: runs/a\n    checkpoint: "step{step}.json"\n'
        "  b:\n    root: runs/b\n    checkpoint: b.csv\n"
        '    read: {accuracy: {reader: csv, step: step, columns: ["acc/{item}"]}}\n'
    )
    assert rows(values("compare/accuracy_trend"))[1:] == [
        ("b", "1", "0.375", ""),
        ("b", "2", "0.625", ""),
        ("a", "1", "0.375", "20.0"),
        ("a", "2", "0.5", "20.0"),
    ]


def test_mmlu_is_weighted_where_its_members_have_n(write, drawn):
    subjects = ["anatomy", "virology", "sociology", "marketing", "management", "astronomy"]
    subjects += ["philosophy", "prehistory", "nutrition", "econometrics", "formal_logic"]
    subjects += ["world_religions", "moral_disputes", "jurisprudence", "machine_learning"]
    subjects += [
        "public_relations",
        "security_studies",
        "human_aging",
        "global_facts",
        "miscellaneous",
    ]
    data = model("m", copa=0.5, **{f"mmlu_{name}": 0.25 for name in subjects})
    del data["n-samples"]["copa"]
    assert "      mmlu: {items: [mmlu_*], average: weighted}\n" in drawn(write(**{"m.json": data}))


def test_many_runs_are_compared_in_forms_that_can_carry_them(write, drawn):
    files = {
        f"run{i:02}/step{step}.json": model(f"run{i:02}", copa=i / 20, piqa=step / 20)
        for i in range(12)
        for step in (1, 2, 3)
    }
    text = drawn(write(**files), only=("compare/*",))
    assert "title: Evaluation of 12 runs\n" in text
    compare = text[text.index("side by side") :]
    assert [line.strip() for line in compare.splitlines() if "view" in line or "template" in line
            or "steps" in line or "of:" in line or "sort" in line] == [
        "view: trend", "of: macro", "template: heatmap", "steps: [first, 2, last]",
        "view: at", "of: macro", 'sort: "-value"',
        "view: at", "template: heatmap",
    ]  # fmt: skip


def test_models_that_no_pattern_tells_apart(write, tmp_path):
    """Of files that differ by their dates only no pattern fits one model's and no others."""
    name = "results_2025-01-0{}T00-00-00.000001.json"
    files = {name.format(i): model("ab"[i % 2], copa=0.5) for i in range(1, 5)}
    folder = write(**files)
    with pytest.raises(UsageError) as caught:
        write_suite([folder], into=tmp_path)
    assert str(caught.value) == (
        f"{folder}: {name.format(1)}, {name.format(3)}: no pattern of paths fits the 2 files of b "
        "and no others; put each model into a folder of its own; "
        f"{name.format(2)}, {name.format(4)}: no pattern of paths fits the 2 files of a "
        "and no others; put each model into a folder of its own"
    )


def test_all_folders_that_give_nothing_are_told_at_once(write, tmp_path):
    folder = write(**{"a/notes.json": {"x": "y"}, "b/x.txt": "", "c/m.json": model("m", copa=0.5)})
    with pytest.raises(UsageError) as caught:
        write_suite([folder / name for name in "abc"], into=tmp_path)
    assert str(caught.value) == (
        f"{folder}/a: notes.json: no results are to be found in them\n"
        f"{folder}/b: holds no result files (1 files looked at)"
    )


def test_where_an_average_of_the_files_is_another_it_is_told(write, tmp_path):
    """Groups of a harness, and averages beside or among JSON records."""
    group = model("m", xcopa=0.75, xcopa_a=0.25, xcopa_b=0.5, sciq=0.5)
    group |= {"groups": {"xcopa": {}}, "group_subtasks": {"xcopa": ["xcopa_a", "xcopa_b"]}}
    tasks = {"copa": {"acc": 0.5}, "piqa": {"acc": 0.75}}
    folder = write(
        **{"a/m.json": group},
        **{"b/step_1/tier3.json": {"tasks": tasks, "macro_avg": 0.6}},
        **{"c/r.json": {"copa": 0.5, "piqa": 0.75, "average": 0.7}},
        **{"d/r.json": {"copa": 0.5, "piqa": 0.75, "average": 0.625}},
    )
    told = []
    write_suite([folder / name for name in "abcd"], into=tmp_path, tell=told.append)
    said = "of the files is not the mean of its 2 items"
    assert [line for line in told if "mean" in line] == [
        f'warning: {folder}/a: "xcopa" {said}: 0.75 against 0.375',
        f'warning: {folder}/b: "macro_avg" {said}: 0.6 against 0.625',
        f'warning: {folder}/c: "average" {said}: 0.7 against 0.625',
    ]


def test_models_that_share_no_task_have_snapshots(write, drawn, values):
    files = {"a.json": model("a", copa=0.5), "b.json": model("b", piqa=0.25)}
    assert "  - for_each: {source: [a, b]}\n" in drawn(write(**files))
    assert rows(values("accuracy/b/snapshot_final"))[1:] == [("b", "", "piqa", "0.25", "10.0")]
