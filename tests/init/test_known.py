"""Files of particular kinds: what `init` reads in small ones, and that its suites draw."""

import json
import zipfile
from pathlib import Path

import pytest

from diagramgen.init import known
from tests.init.conftest import part
from tests.readers.test_tensorboard import VERSION, event

FOREIGN = Path(__file__).parents[3] / "shared" / "data" / "foreign"


def files_of(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


@pytest.fixture
def values(drawn):
    """What a folder has: run -> metric -> item -> step -> value; its suite is drawn, too."""

    def call(folder, *, draw=True):
        found = known.taken(folder, files_of(folder))
        if draw:
            drawn(folder)
        values = {}
        for run in found.runs:
            for channel in run.channels:
                [readings] = channel.readings.values()
                of = values.setdefault(run.called, {}).setdefault(channel.name, {})
                for each in readings:
                    of.setdefault(each.item, {})[each.step] = each.value
        return values

    return call


def left(folder):
    return dict(known.taken(folder, files_of(folder)).left)


def notes(folder):
    return [note for run in known.taken(folder, files_of(folder)).runs for note in run.notes]


# The Trainer of transformers.


def state(*rows):
    return {"global_step": 20, "log_history": list(rows)}


def test_trainer_state(write, values):
    rows = [
        {"step": 10, "epoch": 0.5, "loss": 3.0, "learning_rate": 0.1, "grad_norm": 1.5},
        {"step": 10, "epoch": 0.5, "eval_loss": 3.5, "eval_accuracy": 0.25, "eval_runtime": 9.5},
        {"step": 20, "epoch": 1.0, "loss": 2.0, "learning_rate": 0.1, "grad_norm": 1.25},
        {"step": 20, "epoch": 1.0, "eval_loss": 2.5, "eval_accuracy": 0.5, "eval_runtime": 9.5},
        {"step": 20, "epoch": 1.0, "train_runtime": 99.5, "train_loss": 2.5, "total_flos": 1e9},
    ]
    folder = write(
        **{
            "mine/checkpoint-10/trainer_state.json": state(*rows[:2]),
            "mine/checkpoint-20/trainer_state.json": state(*rows),
        }
    )
    assert values(folder) == {
        "runs": {
            "train_loss": {"loss": {10: 3, 20: 2}},
            "eval_loss": {"eval_loss": {10: 3.5, 20: 2.5}},
            "eval_accuracy": {"eval_accuracy": {10: 0.25, 20: 0.5}},
        }
    }


def test_results_of_the_trainer_without_steps(write, values):
    one = {"epoch": 3.0, "eval_accuracy": 0.75, "eval_loss": 0.5, "eval_samples": 99}
    folder = write(
        **{
            "bert/all_results.json": one | {"train_runtime": 9.5},
            "bert/eval_results.json": one,
            "roberta/all_results.json": one | {"eval_accuracy": 0.5},
        }
    )
    assert values(folder) == {
        "bert": {"eval_accuracy": {"eval_accuracy": {None: 0.75}}, "eval_loss": {"eval_loss": {None: 0.5}}},  # noqa: E501
        "roberta": {"eval_accuracy": {"eval_accuracy": {None: 0.5}}, "eval_loss": {"eval_loss": {None: 0.5}}},  # noqa: E501
    }  # fmt: skip


def test_columns_as_lists(write, values):
    results = {
        "piqa": {"acc": [0.5, 0.75], "acc_stderr": [0.1, 0.2]},
        "copa": {"acc": [0.25, 0.5], "acc_stderr": [0.1, 0.2]},
    }
    data = {"tokens": [10**9, 2 * 10**9], "checkpoints": [100, 200], "results": results}
    folder = write(**{"a_agg.json": data, "b_agg.json": data})
    of_each = {"results. .acc": {"piqa": {100: 0.5, 200: 0.75}, "copa": {100: 0.25, 200: 0.5}}}
    assert values(folder) == {"a_agg": of_each, "b_agg": of_each}


def test_a_list_of_rows_with_a_model_in_each(write, values):
    rows = [{"model": "a", "mmlu": 0.5, "arc": 0.25}, {"model": "b", "mmlu": 0.75, "arc": 0.5}]
    assert values(write(**{"r.json": rows})) == {
        "r/a": {"score": {"mmlu": {None: 0.5}, "arc": {None: 0.25}}},
        "r/b": {"score": {"mmlu": {None: 0.75}, "arc": {None: 0.5}}},
    }


def test_downloads_of_tensorboard(write, values, drawn):
    """A run for each RUN in the names, a metric for each TAG; learning rates are none."""

    def table(first, last):
        return f"Wall time,Step,Value\n1.5,0,{first}\n2.5,10,{last}\n"

    folder = write(**{
        "run-a-tag-eval_acc.csv": table(0.25, 0.5), "run-a-tag-eval_loss.csv": table(3, 2),
        "run-b-tag-eval_acc.csv": table(0.5, 0.75), "run-b-tag-train_loss.csv": table(4, 1),
        "run-b-tag-lr.csv": table(1, 0),
    })  # fmt: skip
    assert values(folder) == {
        "a": {
            "eval_acc": {"eval_acc": {0: 0.25, 10: 0.5}},
            "eval_loss": {"eval_loss": {0: 3, 10: 2}},
        },
        "b": {
            "eval_acc": {"eval_acc": {0: 0.5, 10: 0.75}},
            "train_loss": {"train_loss": {0: 4, 10: 1}},
        },
    }  # fmt: skip
    assert part(drawn(folder), "sources:", "metrics:") == (
        'sources:\n  a:\n    root: "."\n    checkpoint: runs/\n'
        '  b:\n    root: "."\n    checkpoint: runs/\n'
        "    read: {accuracy: {reader: csv, file: run-b-tag-eval_acc.csv, step: Step, "
        "value: Value}}\n"
    )


# Suites of benchmarks.


def stats(*pairs):
    extra = {"name": {"name": "num_prompt_tokens", "split": "test"}, "count": 1, "mean": 99.0}
    noisy = {"name": {"name": "exact_match", "split": "test", "perturbation": {"name": "typos"}}}
    found = [
        {"name": {"name": name, "split": split}, "count": 1, "mean": mean}
        for name, split, mean in pairs
    ]
    return [extra, noisy | {"count": 1, "mean": 0.125}, *found]


def test_helm(write, values):
    mmlu = "mmlu-subject=law,method=multiple_choice_joint,model={}/stats.json"
    folder = write(
        **{
            mmlu.format("gpt2"): stats(
                ("exact_match", "valid", 0.5), ("exact_match", "test", 0.25)
            ),
            mmlu.format("gpt2-xl"): stats(("exact_match", "test", 0.75)),
            "narrative_qa-model=gpt2/stats.json": stats(
                ("exact_match", "test", 0.0), ("f1_score", "test", 0.375)
            ),
            "narrative_qa-model=gpt2/run_spec.json": {"adapter_spec": {"model": "gpt2"}},
        }
    )
    law = "mmlu-subject=law,method=multiple_choice_joint,"
    assert values(folder) == {
        "gpt2": {"exact_match": {law: {None: 0.25}}, "f1_score": {"narrative_qa-": {None: 0.375}}},
        "gpt2-xl": {"exact_match": {law: {None: 0.75}}},
    }


def mteb(task, **splits):
    scores = {
        split: [{"main_score": value, "hf_subset": subset} for subset, value in of.items()]
        for split, of in splits.items()
    }
    return {"task_name": task, "mteb_version": "1.18.0", "scores": scores}


def test_mteb(write, values):
    folder = write(
        **{
            "org__e5/abc/STS12.json": mteb("STS12", test={"default": 0.5}, dev={"default": 0.25}),
            "org__e5/abc/SciFact.json": mteb("SciFact", test={"default": 0.75}),
            "org__e5/abc/Amazon.json": mteb("Amazon", test={"en": 0.5, "de": 0.25}),
            "org__e5/abc/model_meta.json": {"name": "org/e5", "revision": "abc"},
            "org__e5/old/STS12.json": mteb("STS12", test={"default": 0.125}),
            "org__bge/def/STS12.json": mteb("STS12", test={"default": 0.25}),
        }
    )
    assert values(folder) == {
        "org/bge": {"score": {"STS12": {None: 0.25}}},
        "org/e5": {"score": {"STS12": {None: 0.5}, "SciFact": {None: 0.75}}},
    }
    assert notes(folder) == [
        "of org/e5 are left out, as they have several subsets or no test split: 'Amazon'",
        "other revisions of org/e5 are left out: 'org__e5/old'",
    ]


def record(model, **scores):
    rows = [
        {
            "evaluation_name": name,
            "metric_config": {"lower_is_better": False},
            "score_details": {"score": score},
        }
        for name, score in scores.items()
    ]
    return {"schema_version": "0.1", "model_info": {"id": model}, "evaluation_results": rows}


def test_every_eval_ever(write, values):
    folder = write(
        **{
            "data/b/org/m/1.json": record("org/m", piqa=0.5, copa=0.75),
            "data/b/org/n/2.json": record("org/n", piqa=0.25, copa=0.5),
        }
    )
    assert values(folder) == {
        "runs/org/m": {"score": {"piqa": {None: 0.5}, "copa": {None: 0.75}}},
        "runs/org/n": {"score": {"piqa": {None: 0.25}, "copa": {None: 0.5}}},
    }


def test_evalplus(write, values):
    rates = {"base": {"pass@1": 0.75}, "plus": {"pass@1": 0.5}}
    name = "humaneval/{}_vllm_temp_0.0/eval_results.json"
    folder = write(
        **{
            name.format("qwen"): {"eval": {"HumanEval/0": []}, "pass_at_k": rates},
            name.format("old"): {"eval": {"HumanEval/0": []}},
        }
    )
    assert values(folder, draw=False) == {
        "qwen": {"humaneval pass@1": {"base": {None: 0.75}, "plus": {None: 0.5}}}
    }
    assert left(folder) == {
        name.format("old"): "results of EvalPlus for each task, but without pass_at_k; evaluate "
        "again with a version of EvalPlus that writes it"
    }


def log(task, model, accuracy, created, status="success"):
    metrics = {"accuracy": {"name": "accuracy", "value": accuracy}, "stderr": {"value": 0.125}}
    return {
        "version": 2,
        "status": status,
        "eval": {"task": task, "model": model, "created": created, "dataset": {"samples": 8}},
        "results": {"scores": [{"name": "choice", "metrics": metrics}], "completed_samples": 8},
    }


def test_inspect(tmp_path, values):
    folder = tmp_path / "runs"
    folder.mkdir()
    for i, each in enumerate(
        [
            log("arc", "org/a", 0.5, "2026-01-01T00:00:00+00:00"),
            log("mmlu", "org/a", 0.25, "2026-01-01T00:00:00+00:00"),
            log("arc", "org/b", 0.75, "2026-01-01T00:00:00+00:00"),
            log("arc", "org/c", 0.75, "2026-01-01T00:00:00+00:00", status="error"),
        ]
    ):
        with zipfile.ZipFile(folder / f"{i}.eval", "w") as archive:
            archive.writestr("header.json", json.dumps(each))
    assert values(folder, draw=False) == {
        "runs/org/a": {"accuracy": {"arc": {None: 0.5}, "mmlu": {None: 0.25}}},
        "runs/org/b": {"accuracy": {"arc": {None: 0.75}}},
    }
    assert left(folder) == {"3.eval": "the evaluation did not succeed"}


# Logs of trainings.


def test_nanochat(write, values):
    table = "Task      , Accuracy  , Centered  \npiqa      , 0.75  , 0.5  \ncopa , 0.5 , 0.25\n"
    table += "CORE , , 0.375\n"
    folder = write(
        **{
            "base_eval/base_model_001000.csv": table,
            "base_eval/base_model_002000.csv": table.replace("0.75", "1.0"),
        }
    )
    assert values(folder) == {
        "base_model": {
            "Accuracy": {"piqa": {1000: 0.75, 2000: 1.0}, "copa": {1000: 0.5, 2000: 0.5}},
            "Centered": {"piqa": {1000: 0.5, 2000: 0.5}, "copa": {1000: 0.25, 2000: 0.25}},
        }
    }
    assert notes(folder) == []


def test_mlflow(write, values):
    run = "mlruns/0/" + "a" * 32
    folder = write(
        **{
            f"{run}/metrics/eval_loss": "1700000000000 3.5 100\n1700000000001 2.5 200\n",
            f"{run}/metrics/piqa_acc": "1700000000000 0.25 100\n1700000000001 0.5 200\n",
            f"{run}/metrics/copa_acc": "1700000000000 0.5 100\n1700000000001 0.75 200\n",
            f"{run}/metrics/learning_rate": "1700000000000 0.1 100\n",
            f"{run}/tags/mlflow.runName": "brave-fox",
        }
    )
    assert values(folder) == {
        "brave-fox": {
            "eval_loss": {"eval_loss": {100: 3.5, 200: 2.5}},
            " _acc": {"piqa": {100: 0.25, 200: 0.5}, "copa": {100: 0.5, 200: 0.75}},
        }
    }


def test_tensorboard(tmp_path, values):
    folder = tmp_path / "runs" / "fox"
    folder.mkdir(parents=True)
    events = [event(1, "eval/loss", 3.5), event(1, "lr", 0.5), event(2, "eval/loss", 2.5)]
    (folder / "events.out.tfevents.1.host").write_bytes(VERSION + b"".join(events))
    assert values(tmp_path / "runs") == {"fox": {"eval/loss": {"eval/loss": {1: 3.5, 2: 2.5}}}}


# Real files, where they are.


@pytest.mark.skipif(not FOREIGN.is_dir(), reason="needs real files of other tools")
@pytest.mark.parametrize(
    ("name", "runs", "metric", "item", "step", "value"),
    [
        ("nanochat", 1, "Centered", "piqa", 5075, 0.240479),
        ("trainer_state", 1, "eval_ _accuracy", "g0", 0, 0.7082294264339152),
        ("helm", 2, "exact_match valid", "commonsense-dataset=hellaswag,method=multiple_choice_joint,", None, None),  # noqa: E501
        ("bigscience_tr3", 3, "results. .acc", "piqa", 117000, None),
        ("mteb", 4, "score", "STS12", None, None),
        ("tensorboard", 1, "train_loss", "train/loss", 500, None),
    ],
)  # fmt: skip
def test_real_files(values, name, runs, metric, item, step, value):
    found = values(FOREIGN / name, draw=False)
    assert len(found) == runs
    readings = next(of[metric][item] for of in found.values() if item in of.get(metric, {}))
    assert readings[step] == (value or pytest.approx(readings[step]))
