"""Other JSON files: where their records are, what is an item in them, and what is none."""

import csv
import io

import pytest

from diagramgen.errors import UsageError
from diagramgen.init import write_suite
from diagramgen.init.records.find import find_records
from tests.init.conftest import part


def rows(text):
    return [tuple(row) for row in csv.reader(io.StringIO(text))][1:]


UNCLEAR = (
    'r.json: "a" has "foo": which of these is the task and which the model or the measure is not '
    "clear"
)
TASKS = {"copa": 0.5, "piqa": 0.75}


@pytest.mark.parametrize(
    ("files", "read", "chart", "table"),
    [
        (
            {"r.json": {**TASKS, "average": 0.625, "seed": 1, "epoch": 2, "step": 30}},
            "read: {reader: json, step: step}",
            "value/snapshot_30",
            [("runs", "30", "copa", "0.5"), ("runs", "30", "piqa", "0.75")],
        ),
        (
            {"r.json": {"100": TASKS, "200": {"copa": 0.75, "piqa": 0.75}}},
            'read: {reader: json, records: "{step}.{item}"}',
            "value/macro",
            [("runs", "100", "0.625"), ("runs", "200", "0.75")],
        ),
        (
            {"r.json": {f"step_{i}": {"copa": {"acc": i / 4, "se": 0.1}} for i in (1, 2)}},
            'read: {reader: json, records: "step_{step}.{item}", stderr: se, value: acc}',
            "accuracy/by_task",
            [("runs", "1", "copa", "0.25", "0.1"),
             ("runs", "2", "copa", "0.5", "0.1")],
        ),
        (
            {"r.json": {"a": {**TASKS, "average": 0.6}, "b": {"copa": 0.25, "piqa": 0.25}}},
            'read: {reader: json, records: "{run}.{item}"}',
            "compare/value_macro",
            [("runs/b", "", "0.25"), ("runs/a", "", "0.625")],
        ),
        (
            {"r.json": [{"model": m, "task": t, "accuracy": 0.5} for m in "ab" for t in TASKS]},
            "read: {reader: json, item: task, value: accuracy}",
            "compare/accuracy_macro",
            [("runs/b", "", "0.5"), ("runs/a", "", "0.5")],
        ),
        (
            {f"step{i}.json": {"results": {t: {"metrics": {"acc": v}} for t, v in TASKS.items()}}
             for i in (1, 2)},
            'read: {reader: json, records: "results.{item}.metrics", value: acc}',
            "accuracy/snapshot_2",
            [("runs", "2", "copa", "0.5"), ("runs", "2", "piqa", "0.75")],
        ),
        (
            {"tests.json": {"tests": {"one": {"passed": True}, "two": {"passed": False}}}},
            "read: {reader: json, records: tests, value: passed}",
            "accuracy/snapshot_final",
            [("runs", "", "one", "1.0"), ("runs", "", "two", "0.0")],
        ),
        (
            {"7B/r.json": TASKS, "13B/r.json": {"copa": 0.25, "piqa": 0.25}},
            "read: {reader: json}",
            "compare/value_macro",
            [("7B", "", "0.625"), ("13B", "", "0.25")],
        ),
        (
            {f"ckpt-{i}k/r.json": {"copa": i / 4, "piqa": 0.5} for i in (1, 2)},
            "read: {reader: json, file: r.json}",
            "r/macro",
            [("runs", "1000", "0.375"), ("runs", "2000", "0.5")],
        ),
    ],
)  # fmt: skip
def test_records(write, drawn, values, files, read, chart, table):
    text = drawn(write(**files))
    assert f"    {read}\n" in text
    assert rows(values(chart)) == table


def metrics_of(text):
    """The metrics of a suite: name, direction, how it is read."""
    lines = text.splitlines()
    lines = lines[lines.index("metrics:") + 1 : lines.index("charts:")]
    names = [line.strip(" :") for line in lines if line.startswith("  ") and line[2] != " "]
    better = [line.partition("better: ")[2] for line in lines if "better: " in line]
    reads = [line.partition("read: ")[2] for line in lines if "read: {" in line]
    return list(zip(names, better, reads, strict=True))


def test_measures_of_one_file_are_metrics(write, drawn, values):
    one = {"accuracy": 0.5, "eval_loss": 2.0, "n_samples": 99, "seed": 3, "runtime": 1.5}
    text = drawn(
        write(**{"seed_1/metrics.json": one, "seed_2/metrics.json": one | {"accuracy": "0.25"}})
    )
    assert part(text, "sources:", "metrics:") == (
        "sources:\n"
        "  seed_1:\n    root: runs/seed_1\n    checkpoint: metrics.json\n"
        "  seed_2:\n    root: runs/seed_2\n    checkpoint: metrics.json\n"
    )
    assert metrics_of(text) == [
        ("accuracy", "higher", "{reader: json-table, columns: [accuracy]}"),
        ("loss", "lower", "{reader: json-table, columns: [eval_loss]}"),
    ]
    assert rows(values("compare/accuracy_at_final")) == [
        ("seed_2", "", "accuracy", "0.25"), ("seed_1", "", "accuracy", "0.5")
    ]  # fmt: skip


def test_measures_by_epoch(write, drawn, values):
    text = drawn(write(**{f"epoch_{i}/eval.json": {"eval": {"rougeL": (i + 1) / 4, "bleu": 20 + i}}
                          for i in range(3)}))  # fmt: skip
    assert part(text, "sources:", "metrics:") == (
        'sources:\n  runs:\n    root: runs\n    checkpoint: "epoch_{step}/"\n    unit: epoch\n'
    )
    assert metrics_of(text) == [
        ("rougel", "higher", "{reader: json-table, file: eval.json, columns: [eval.rougeL]}"),
        ("bleu", "higher", "{reader: json-table, file: eval.json, columns: [eval.bleu]}"),
    ]
    assert rows(values("rougel/by_task")) == [
        ("runs", "0", "eval.rougeL", "0.25"),
        ("runs", "1", "eval.rougeL", "0.5"),
        ("runs", "2", "eval.rougeL", "0.75"),
    ]


@pytest.mark.parametrize(
    ("data", "metrics"),
    [
        (  # settings beside the tasks
            {"humaneval": {"pass@1": 0.25}, "mbpp": {"pass@1": 0.5}, "config": {"accuracy": 20}},
            [("pass_1", "higher", '{reader: json-table, columns: ["{item}.pass@1"]}')],
        ),
        (  # a measure beside the records of tasks
            {"evals": {"icl": TASKS, "perplexity": 2.5}},
            [
                ("evals_icl", "higher", '{reader: json-table, columns: ["evals.icl.{item}"]}'),
                ("evals_perplexity", "lower", "{reader: json-table, columns: [evals.perplexity]}"),
            ],
        ),
        (  # tasks of which each has another measure
            {"copa": {"acc": 0.5}, "piqa": {"acc": 0.75}, "squad": {"f1": 0.25}},
            [
                ("accuracy", "higher", '{reader: json-table, columns: ["{item}.acc"]}'),
                ("squad_f1", "higher", "{reader: json-table, columns: [squad.f1]}"),
            ],
        ),
        (  # measures of items, and lists, which are none
            {"ppl": {"c4": 12.0, "wiki": 8.0}, "accuracy": 0.5, "confusion": [[1, 2], [3, 4]]},
            [
                ("perplexity", "lower", '{reader: json-table, columns: ["ppl.{item}"]}'),
                ("accuracy", "higher", "{reader: json-table, columns: [accuracy]}"),
            ],
        ),
        (  # a measure beside tasks is none of them
            {**TASKS, "eval_loss": 2.5},
            [
                ("loss", "lower", "{reader: json-table, columns: [eval_loss]}"),
                ("score", "higher", "{reader: json-table, columns: [copa, piqa]}"),
            ],
        ),
    ],
)
def test_what_lies_beside_records_is_taken_too(write, drawn, data, metrics):
    assert metrics_of(drawn(write(**{"r.json": data}))) == metrics


REPORT = {
    "cat": {"precision": 0.5, "recall": 0.25, "support": 10},
    "dog": {"precision": 0.75, "recall": 0.5, "support": 20},
    "accuracy": 0.5,
    "macro avg": {"precision": 0.625, "recall": 0.375, "support": 30},
}


def test_averages_beside_items_are_none(write, drawn, values):
    text = drawn(write(**{"report.json": REPORT}))
    assert metrics_of(text) == [
        ("precision", "higher", '{reader: json-table, columns: ["{item}.precision"]}'),
        ("recall", "higher", '{reader: json-table, columns: ["{item}.recall"]}'),
        ("accuracy", "higher", "{reader: json-table, columns: [accuracy]}"),
    ]
    assert text.count("    without: [macro avg]\n") == 2
    assert rows(values("precision/snapshot_final")) == [
        ("runs", "", "cat", "0.5"), ("runs", "", "dog", "0.75")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "read"),
    [
        (
            {"gpt2": {"copa": {"acc": 0.5}, "piqa": {"acc": 0.75}},
             "opt": {"copa": {"acc": 0.25}, "piqa": {"acc": 0.5}}},
            '{reader: json, records: "{run}.{item}", value: acc}',
        ),
        (
            {"copa": {"gpt2": 0.5, "opt": 0.25}, "piqa": {"gpt2": 0.75, "opt": 0.5}},
            '{reader: json, records: "{item}.{run}"}',
        ),
    ],
)  # fmt: skip
def test_models_and_tasks_in_one_file(write, drawn, values, data, read):
    text = drawn(write(**{"r.json": data}))
    [(name, _, found)] = metrics_of(text)
    assert found == read
    assert rows(values(f"compare/{name}_macro")) == [
        ("runs/opt", "", "0.375"), ("runs/gpt2", "", "0.625")
    ]  # fmt: skip


def test_a_list_of_models(write, drawn, values):
    models = [{"name": "b", "copa": 0.5, "piqa": 0.75}, {"name": "a", "copa": 0.25, "piqa": 0.5}]
    text = drawn(write(**{"r.json": {"models": models}}))
    read = "{reader: json-table, records: models, columns: [copa, piqa]}"
    assert metrics_of(text) == [("score", "higher", read)]
    assert rows(values("compare/score_macro")) == [
        ("r/a", "", "0.375"), ("r/b", "", "0.625")
    ]  # fmt: skip


def test_a_list_of_checkpoints(write, drawn, values):
    every = [{"step": s, "scores": {"copa": s / 4, "piqa": 0.5}} for s in (1, 2)]
    text = drawn(write(**{"r.json": {"model": "m", "checkpoints": every}}))
    read = '{reader: json-table, records: checkpoints, step: step, columns: ["scores.{item}"]}'
    assert [found for _, _, found in metrics_of(text)] == [read]
    assert rows(values("score/macro")) == [("runs", "1", "0.375"), ("runs", "2", "0.5")]


def test_a_measure_that_a_checkpoint_lacks_is_told(write, drawn, tmp_path):
    folder = write(**{"ckpt-1/m.json": {"loss": 3, "accuracy": 0.5}, "ckpt-2/m.json": {"loss": 2}})
    read = "{reader: json-table, file: m.json, columns: [loss]}"
    assert [found for _, _, found in metrics_of(drawn(folder))] == [read]
    told = []
    write_suite([folder], into=tmp_path, tell=told.append)
    said = "left out: 'accuracy', which ckpt-2/m.json does not have"
    assert told[1:] == [f"warning: {folder}: {said}"]


def test_what_is_not_taken_of_a_file_is_told(write, tmp_path):
    tasks = [{"task": "copa", "acc": 0.5}, {"task": "piqa", "acc": 0.75}]
    folder = write(**{"r.json": {"tasks": tasks, "perplexity": 2.5, "config": {"lr": 0.1}}})
    told = []
    write_suite([folder], into=tmp_path, tell=told.append)
    assert told[1:] == [f"warning: {folder}: r.json: left out: 'perplexity'"]


def test_what_is_no_item_stands_in_the_suite(write, drawn):
    files = {"r.json": {**TASKS, "average": 0.625, "seed": 1, "epoch": 2, "step": 30}}
    assert "    without: [average, epoch, seed, step]\n" in drawn(write(**files))


def test_models_in_one_file_are_runs_of_one_source(write, drawn, tmp_path):
    folder = write(**{"r.json": {"a": TASKS, "b": TASKS}})
    assert part(drawn(folder), "sources:", "metrics:") == (
        'sources:\n  runs:\n    root: runs\n    checkpoint: r.json\n    runs: {columns: ["*"]}\n'
    )
    told = []
    write_suite([folder], into=tmp_path, tell=told.append)
    assert told[0] == (
        f"{folder}: JSON records in r.json at '{{run}}.{{item}}'; checkpoint 'r.json', "
        "2 runs (a, b), no steps: finished models"
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            {"a": {"foo": 0.5, "bar": 0.6}, "b": {"foo": 0.5, "bar": 0.6}},
            UNCLEAR,
        ),
        ({"seed": 1, "epoch": 2, "average": 0.5}, "r.json: no results are to be found in them"),
        (
            {"loss": [3.0, 2.0], "val_accuracy": [0.25, 0.5]},
            "r.json: its lists of values, such as \"loss\", have no steps; add a list 'step'",
        ),
        (
            {"accuracy": 0.5, "x": {"f1": 0.5}, "x.f1": 0.25},
            'r.json: has the column "x.f1" twice',
        ),
        ("", "r.json: the file is empty"),
        (
            {"1": {"loss": 3.0, "acc": 0.25}, "2": {"loss": 2.0, "acc": 0.5}},
            (
                'r.json: its keys, such as "2", are steps with measures in each; write a list of '
                "objects, each with a field 'step'"
            ),
        ),
        ({"t": {"start": 1.5, "end": 2.5}}, "r.json: no results are to be found in them"),
    ],
)
def test_what_is_not_clear_is_refused(write, tmp_path, data, said):
    folder = write(**{"r.json": data})
    with pytest.raises(UsageError) as caught:
        write_suite([folder], into=tmp_path)
    assert str(caught.value) == f"{folder}: {said}"


@pytest.mark.parametrize(
    ("data", "way"),
    [
        ({"a": {"tasks": {"copa": 0.5}}, "b": {"tasks": {"copa": 0.5}}}, "{run}.tasks.{item}"),
        ({"copa": {"x": {"acc": 0.5}}, "piqa": {"x": {"acc": 0.5}}}, "{item}.x"),
        ({"config": {"lr": 1e-4, "n": 3}, "results": {"copa": {"acc": 0.5}}}, "results"),
        ({"scores": {"100": {"tasks": {"copa": {"acc": 0.5}}}, "200": {"tasks": {}}}}, None),
    ],
)
def test_ways_to_records(data, way):
    """One of several alike objects is never taken for all that there is."""
    records = find_records(data)
    assert (records and ".".join(records.way)) == way
