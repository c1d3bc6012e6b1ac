"""`diagramgen init` on small folders of each format: suites that render as they are."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from diagramgen.cli import commands as cli
from diagramgen.errors import UsageError
from diagramgen.init import write_suite
from tests.init.conftest import v3, v4

SHARED = Path(__file__).parents[3] / "shared" / "data"


# Whole suites.

TIERS = """\
# Written by `diagramgen init`: a beginning, yours to change. The reference has all keys;
# `diagramgen validate` checks what you write.
version: 1
title: Evaluation of runs

output: {dir: diagrams, formats: [png, vl.json]}

# runs: JSON records in tier3_cf.json at 'tasks'
# (`bridge: STEP` in a source names a checkpoint of an earlier stage: a baseline.)
sources:
  runs:
    root: runs
    checkpoint: "step_{step}/"

metrics:
  tier3_cf:
    label: Tier3 accuracy
    item: task
    better: higher
    format: .1%
    read: {reader: json, file: tier3_cf.json, records: tasks, n: n, value: acc, stderr: binomial}

defaults: {source: runs}

charts:
  # Tier3 accuracy of runs.
  - transform: snapshot
    metric: tier3_cf
    step: last
    sort: "-value"
    output: "tier3_cf/snapshot_${step}.png"
  - transform: support
    metric: tier3_cf
    output: tier3_cf/support.png
"""


def test_a_stage_suite_with_one_step(write, drawn):
    tasks = {"copa": {"acc": 0.5, "n": 100}, "piqa": {"acc": 0.75, "n": 80}}
    folder = write(**{"step_2000/tier3_cf.json": {"tasks": tasks, "cf_macro_avg": 0.6}})
    assert drawn(folder) == TIERS


HARNESS = """\
    read:
      reader: lm-eval
      # Which measure counts for which task; no other task is read.
      values:
        arc_challenge: acc_norm  # there is acc, too
        lambada_openai: acc  # there is ppl, too
        piqa: acc
  perplexity:
    label: Perplexity
    item: task
    better: lower
    format: .3~s
    read:
      reader: lm-eval
      # Which measure counts for which task; no other task is read.
      values:
        lambada_openai: ppl  # there is acc, too
"""


def test_lm_eval_v3_has_a_table_of_measures(write, drawn):
    tasks = {
        "arc_challenge": {"acc": 0.2, "acc_stderr": 0.01, "acc_norm": 0.3, "acc_norm_stderr": 0.02},
        "lambada_openai": {"ppl": 40.0, "ppl_stderr": 1.0, "acc": 0.3, "acc_stderr": 0.01},
    }
    files = {f"m_step{step}.json": v3(step, 0.3 + step / 1e4, **tasks) for step in (0, 100, 200)}
    text = drawn(write(**files))
    assert 'checkpoint: "m_step{step}.json"' in text
    assert HARNESS in text


# Every other format.


def test_the_step_inside_of_lm_eval_files(write, drawn):
    folder = write(**{"a.json": v3(100), "b.json": v3(200, 0.3)})
    assert 'checkpoint: "*.json"' in drawn(folder)


def test_lm_eval_v4_with_dates_and_an_unknown_measure(write, drawn):
    name = "run/checkpoint-{}/results_2025-01-01T00-00-0{}.000001.json"
    files = {
        name.format(step, i): v4(
            mine={"brilliance,none": 3.0 + i, "brilliance_stderr,none": "N/A", "alias": "mine"},
            sciq={"acc,none": 0.5, "acc_stderr,none": 0.1},
        )
        for i, step in enumerate((500, 1000))
    }
    text = drawn(write(**files))
    assert 'checkpoint: "run/checkpoint-{step}/results_*.json"' in text
    assert "  brilliance:\n    label: Brilliance\n    item: task\n    better: lower\n" in text


def test_groups_of_lm_eval_v4_count_as_one(write, drawn):
    def file(value):
        leaves = {f"xcopa_{x}": {"acc,none": value + i / 10} for i, x in enumerate("abc")}
        data = v4(xcopa={"acc,none": value + 0.1}, sciq={"acc,none": 0.5}, **leaves)
        return data | {
            "groups": {"xcopa": {"acc,none": value}},
            "group_subtasks": {"xcopa": list(leaves), "sciq": []},
        }

    text = drawn(write(**{"step1.json": file(0.2), "step2.json": file(0.3)}))
    assert "      xcopa: {items: [xcopa_a, xcopa_b, xcopa_c], average: weighted}\n" in text


def test_lighteval(write, drawn):
    def file(value):
        results = {"anli:r1|0": {"acc": value, "acc_stderr": 0.1}, "all": {"acc": value}}
        return {"config_general": {}, "results": results, "config_tasks": {}}

    files = {f"m/step-{i}/results_2026-01-01T00-00-00.json": file(i / 10) for i in (1, 2)}
    text = drawn(write(**files))
    assert "reader: lighteval" in text
    assert '        "anli:r1": acc\n' in text


def test_olmes(write, drawn):
    def file(task, value):
        config = {"task_name": task, "primary_metric": "acc_raw"}
        metrics = {"acc_raw": value, "primary_score": value}
        return {"task_name": task, "task_config": config, "metrics": metrics, "num_instances": 9}

    files = {
        f"step-{step}/{task}-metrics.json": file(task, step / 1000)
        for step in (100, 200)
        for task in ("copa", "piqa")
    }
    text = drawn(write(**files))
    assert 'checkpoint: "step-{step}/*-metrics.json"' in text
    assert "    read: {reader: olmes, value: primary_score}\n" in text
    assert "    # primary for copa: acc_raw\n" in text


def test_a_wide_table(write, drawn):
    rows = "_step,eval/a-val/loss,eval/b-val/loss,acc/x,acc/y,lr\n"
    rows += "".join(f"{i},{3 - i / 9},{4 - i / 9},0.{i},0.{i + 1},1e-4\n" for i in (1, 2, 3))
    text = drawn(write(**{"run.csv": rows}))
    assert 'read: {reader: csv, step: _step, columns: ["eval/{item}-val/loss"]}' in text
    assert 'read: {reader: csv, step: _step, columns: ["acc/{item}"]}' in text
    assert "1e-4" not in text


def test_a_long_table(write, drawn):
    rows = "step,task,metric,value\n1,a,acc,0.1\n1,b,acc,0.2\n2,a,acc,0.2\n2,b,acc,0.4\n"
    rows += "1,a,loss,3\n2,a,loss,2\n"
    text = drawn(write(**{"run.csv": rows}))
    assert "where: {metric: acc}" in text
    assert "where: {metric: loss}" in text


def test_plain_numbers_and_lone_numbers_as_steps(write, drawn):
    text = drawn(write(**{f"{i}.json": {"copa": i / 9000, "piqa": 0.5} for i in (1000, 3000)}))
    assert 'checkpoint: "{step}.json"' in text


# Several sources.


def test_two_sources_with_older_and_newer_names(write, drawn):
    names = ["anatomy", "virology", "sociology"]
    old = {f"hendrycksTest-{name}": {"acc": 0.25, "acc_stderr": 0.05} for name in names}
    new = {f"mmlu_{name}": {"acc,none": 0.3, "acc_stderr,none": 0.05} for name in names}
    folder = write(
        **{f"old/step{i}.json": v3(i, **old) for i in (1, 2)},
        **{f"new/step{i}.json": v4(**new) for i in (1, 2)},
    )
    text = drawn(folder / "old", folder / "new")
    assert "aliases: {hendrycksTest-*: mmlu_*}" in text
    assert "        hendrycksTest-anatomy: acc\n" in text
    assert "        mmlu_anatomy: acc\n" in text
    assert "  - transform: stage-compare\n" in text


def test_a_symlog_axis_where_most_steps_are_early(write, drawn):
    steps = [0, *(2**i for i in range(10)), 10000, 100000]
    text = drawn(write(**{f"step{step}.json": v3(step) for step in steps}))
    assert "x_scale: symlog" in text


# What cannot be done is said in one line.


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a.txt": "x"}, "holds no result files (1 files looked at)"),
        ({"notes.json": {"a": "b"}}, "notes.json: no results are to be found in them"),
        (
            {"r.csv": "acc\n1\n2\n"},
            "r.csv: it has 2 rows, and no column of steps or models ('acc')",
        ),
    ],
)
def test_refusals(write, tmp_path, files, message):
    with pytest.raises(UsageError) as caught:
        write_suite([write(**files)], into=tmp_path)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match="is not there"):
        write_suite([tmp_path / "none"], into=tmp_path)


def test_a_broken_file_is_named_and_passed_over(write, tmp_path):
    folder = write(**{"step1.json": v3(1), "step2.json": v3(2), "step3.json": '{"results": {'})
    said = []
    write_suite([folder], into=tmp_path, tell=said.append)
    assert any("passed over step3.json" in line for line in said)


# The command.


def run(*arguments):
    return CliRunner().invoke(cli.cli, ["init", *map(str, arguments)], standalone_mode=False)


def test_the_command_writes_once(write, tmp_path):
    folder = write(**{f"step{i}.json": v3(i) for i in (1, 2)})
    result = run(folder, "--out", tmp_path / "new", "--title", "Mine")
    assert result.exception is None
    assert "results of lm-evaluation-harness (v0.3" in result.stderr
    text = (tmp_path / "new" / "charts.yaml").read_text()
    assert "title: Mine\n" in text
    assert f"root: {folder.as_posix()}\n" in text
    again = run(folder, "--out", tmp_path / "new")
    assert isinstance(again.exception, UsageError)
    assert "is there already" in str(again.exception)


def test_a_dry_run_prints(write, tmp_path):
    folder = write(**{f"step{i}.json": v3(i) for i in (1, 2)})
    result = run(folder, "--out", tmp_path, "--dry-run")
    assert result.stdout.startswith("# Written by `diagramgen init`")
    assert not (tmp_path / "charts.yaml").exists()


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the real result files of Pythia")
def test_pythia(drawn):
    folders = [SHARED / "pythia" / name / "zero-shot" for name in ("pythia-160m", "pythia-70m")]
    text = drawn(*folders, only=("accuracy/*", "compare/*"))
    assert "      mmlu: {items: [hendrycksTest-*], average: weighted}\n" in text
    assert "    # left out, since others average to it: crows_pairs_english\n" in text
    assert text.count("transform: ") > 30
