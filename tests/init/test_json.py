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
        ({"accuracy": 0.5, "f1": 0.25}, "r.json: no results are to be found in them"),
        ({"seed": 1, "epoch": 2, "average": 0.5}, "r.json: no results are to be found in them"),
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
