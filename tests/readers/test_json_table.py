"""Tables in a JSON document: a list of rows, an object of columns."""

from __future__ import annotations

import json
import math

import msgspec
import pytest

from diagramgen.errors import NotInFile, ResultsError
from diagramgen.readers import Runs
from diagramgen.readers.json_table import JsonTableReader

NAN = pytest.approx(math.nan, nan_ok=True)


def read(data, **keys):
    return list(JsonTableReader(**keys).read(json.dumps(data).encode(), "t.json").readings)


def error(data, **keys):
    with pytest.raises(ResultsError) as caught:
        read(data, **keys)
    return str(caught.value)


def test_a_list_of_rows_some_of_which_have_other_columns():
    """As a trainer's state: training's rows, and evaluation's at the same steps."""
    data = {
        "best_metric": None,
        "log_history": [
            {"step": 10, "loss": 4.5, "epoch": 0.1},
            {"step": 10, "eval_qa_acc": 0.5, "eval_x_acc": 0.25, "epoch": 0.1},
            {"step": 20, "loss": 4.0, "epoch": 0.2},
        ],
    }
    found = read(data, records="log_history", step="step", columns=("eval_{item}_acc",))
    assert [each[:2] + each[4:5] for each in found] == [("qa", 0.5, 10), ("x", 0.25, 10)]
    found = read(data, records="log_history", step="step", value="loss")
    assert [(each.step, each.value) for each in found] == [(10, 4.5), (20, 4.0)]


def test_an_object_of_columns_with_the_ones_beside_them():
    data = {
        "checkpoints": [100, 200],
        "tokens": [1000, 2000],
        "results": {
            "arc": {"acc": [0.25, 0.5], "acc_stderr": [0.1, 0.2]},
            "qa": {"acc": [None, 0.75]},
            "odd": {"f1": [1, 2, 3]},
        },
    }
    found = read(
        data,
        step="checkpoints",
        columns=("results.{item}.acc",),
        stderr="results.{item}.acc_stderr",
    )
    assert found == [
        ("arc", 0.25, NAN, 0.1, 100, None), ("qa", NAN, NAN, NAN, 100, None),
        ("arc", 0.5, NAN, 0.2, 200, None), ("qa", 0.75, NAN, NAN, 200, None),
    ]  # fmt: skip
    assert error(data, step="checkpoints", columns=("results.{item}.f1",)) == (
        "t.json: the column 'results.odd.f1' has 3 values, where the table has 2 rows"
    )


def test_runs_in_a_column():
    data = [{"model": "a", "acc": 0.5}, {"model": "b", "acc": 0.25}]
    found = JsonTableReader(value="acc").read_runs(
        json.dumps(data).encode(), "t.json", Runs(column="model")
    )
    assert {run: contents.readings[0].value for run, contents in found.items()} == {
        "a": 0.5, "b": 0.25,
    }  # fmt: skip


def test_an_object_without_lists_is_one_row():
    reader = JsonTableReader(columns=("{item}.acc",), step="step")
    data = json.dumps({"step": 3, "a": {"acc": 0.5}, "b": {"acc": 0.25}}).encode()
    found = reader.read(data, "t.json").readings
    assert [(r.item, r.step, r.value) for r in found] == [("a", 3, 0.5), ("b", 3, 0.25)]


def test_values_beside_lists_are_one_row():
    data = json.dumps({"acc": 0.5, "ids": ["x", "y"], "loss": [3.0, 2.0]}).encode()
    found = {
        name: [(r.item, r.value) for r in JsonTableReader(columns=(name,)).read(data, "t").readings]
        for name in ("acc", "loss")
    }
    assert found == {"acc": [("acc", 0.5)], "loss": [("loss", 2.0)]}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"t": {}}, "t: got {}; expected a list of objects, or an object of lists"),
        ({"t": 5}, "t: got 5; expected a list of objects, or an object of lists"),
        ({"u": []}, "no 't'; there is 'u'"),
    ],
)
def test_what_is_no_table(data, said):
    assert error(data, records="t", value="acc") == f"t.json: {said}"


def test_rows_that_are_wrong():
    rows = [{"acc": 1}, 5]
    assert error(rows, value="acc") == "t.json, row 2: got 5; expected an object"
    assert error([{"acc": "x"}], value="acc") == ('t.json, row 1: acc: got "x"; expected a number')
    assert error([{"acc": 1}, {"acc": 2}], value="ac") == ("t.json: no column 'ac'; there is 'acc'")
    with pytest.raises(NotInFile) as caught:
        read([{"acc": 1}], value="acc", step="steps")
    assert caught.value.key == "step"
    with pytest.raises(msgspec.ValidationError, match="leads to one table"):
        msgspec.convert({"reader": "json-table", "value": "a", "records": "*"}, JsonTableReader)
