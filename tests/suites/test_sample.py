"""The sample results are what their script writes, and hang together."""

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

EVALUATION = Path(__file__).parents[2] / "evaluation"
SCRIPT = EVALUATION / "make_sample.py"
STAGE1 = EVALUATION / "_runs_stage1" / "eval_results" / "by_checkpoint"
STAGE2 = EVALUATION / "_runs_stage2" / "eval_results" / "by_checkpoint"

STEPS = {
    STAGE1: [2000, 10000, 20000, 32000, 40000, 50000],
    STAGE2: [2000, 6000, 10000, 14000, 18000, 22000, 50000],
}
ANCHORS = {
    "general_web",
    "web_fineweb_edu_sample10bt",
    "wiki_en_20231101",
    "books_newslike",
    "code",
    "math_finemath3plus",
    "math_infiwebmath3plus",
}
ADDITIONS = {
    "code_stackv2_edu_filtered",
    "code_starcoder2data_extras_lhq",
    "math_finemath4plus",
    "math_infiwebmath4plus",
}
SLICES = {STAGE1: ANCHORS, STAGE2: ANCHORS | ADDITIONS}
SIZES = {
    "arc_easy": 570,
    "commonsense_qa": 1221,
    "copa": 100,
    "hellaswag": 10042,
    "openbookqa": 500,
    "piqa": 1838,
    "qasc": 926,
    "sciq": 1000,
    "social_i_qa": 1954,
    "winogrande": 1267,
}

every_stage = pytest.mark.parametrize("stage", [STAGE1, STAGE2], ids=["stage1", "stage2"])


def read(stage, step, name):
    return json.loads((stage / f"step_{step}" / name).read_text(encoding="utf-8"))


def slices(stage, step):
    return read(stage, step, "tier2_ppl.json")["slices"]


def tasks(stage, step):
    return read(stage, step, "tier3_cf.json")["tasks"]


def results_in(folder):
    found = folder.glob("_runs_stage*/eval_results/**/*.json")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def run_script(*arguments):
    command = [sys.executable, SCRIPT, *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def test_the_script_writes_the_checked_in_files(tmp_path):
    done = run_script(tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert results_in(tmp_path) == results_in(EVALUATION)


def test_the_script_takes_one_folder(tmp_path):
    done = run_script(tmp_path / "one", tmp_path / "two")
    assert (done.returncode, done.stderr) == (2, "usage: make_sample.py [FOLDER]\n")
    assert not any(tmp_path.iterdir())


@every_stage
def test_steps(stage):
    steps = sorted(int(folder.name.removeprefix("step_")) for folder in stage.iterdir())
    assert steps == STEPS[stage]


@every_stage
def test_slices(stage):
    for step in STEPS[stage]:
        assert slices(stage, step).keys() == SLICES[stage]


@every_stage
def test_tasks_and_their_sizes(stage):
    for step in STEPS[stage]:
        assert {name: task["n"] for name, task in tasks(stage, step).items()} == SIZES


def test_the_bridge_is_the_last_step_of_stage_1():
    bridge = slices(STAGE2, 50000)
    assert {name: bridge[name] for name in ANCHORS} == slices(STAGE1, 50000)
    assert tasks(STAGE2, 50000) == tasks(STAGE1, 50000)


@every_stage
def test_ppl_is_exp_of_nll(stage):
    for step in STEPS[stage]:
        for record in slices(stage, step).values():
            assert record["ppl"] == pytest.approx(math.exp(record["nll"]), rel=1e-9)


@every_stage
def test_acc_is_a_whole_number_of_answers(stage):
    for step in STEPS[stage]:
        for task in tasks(stage, step).values():
            assert task["acc"] == round(task["acc"] * task["n"]) / task["n"]


@every_stage
def test_macro_averages_are_plain_means(stage):
    for step in STEPS[stage]:
        tier2, tier3 = read(stage, step, "tier2_ppl.json"), read(stage, step, "tier3_cf.json")
        ppl = [record["ppl"] for record in tier2["slices"].values()]
        acc = [record["acc"] for record in tier3["tasks"].values()]
        assert tier2["ppl_macro_avg"] == pytest.approx(sum(ppl) / len(ppl), rel=1e-9)
        assert tier3["cf_macro_avg"] == pytest.approx(sum(acc) / len(acc), rel=1e-8)
