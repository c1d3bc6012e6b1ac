"""Files with several runs: by a column that names them, or by columns named after them."""

from __future__ import annotations

import math

import msgspec
import pytest

from diagramgen.errors import ResultsError
from diagramgen.readers import Runs
from diagramgen.readers.csv import CsvReader
from diagramgen.readers.lm_eval import LmEvalReader
from diagramgen.readers.table import JsonlReader

NAN = pytest.approx(math.nan, nan_ok=True)


def of_runs(reader, text, runs, name="t.csv"):
    """Each run's readings, as (step, item, value)."""
    found = reader.read_runs(text.encode(), name, runs)
    return {
        run: [(each.step, each.item, each.value) for each in contents.readings]
        for run, contents in found.items()
    }


def error(reader, text, runs):
    with pytest.raises(ResultsError) as caught:
        reader.read_runs(text.encode(), "t.csv", runs)
    return str(caught.value)


def test_a_column_of_runs_in_a_long_table():
    text = "model,step,task,acc\na,1,qa,0.5\nb,1,qa,0.25\na,2,qa,0.75\nb,1,copa,1\n"
    reader = CsvReader(step="step", item="task", value="acc")
    assert of_runs(reader, text, Runs(column="model")) == {
        "a": [(1, "qa", 0.5), (2, "qa", 0.75)],
        "b": [(1, "qa", 0.25), (1, "copa", 1.0)],
    }


def test_a_column_of_runs_in_a_wide_table_without_steps():
    text = '{"model": "a", "arc": 0.5, "piqa": 0.75}\n{"model": "b", "arc": 0.25}\n'
    reader = JsonlReader(columns=("{item}",))
    assert of_runs(reader, text, Runs(column="model")) == {
        "a": [(None, "arc", 0.5), (None, "piqa", 0.75)],
        "b": [(None, "arc", 0.25)],
    }


def test_columns_of_runs_as_weights_and_biases_exports_them():
    text = (
        '"Step","a - loss","a - loss__MIN","a - loss__MAX","b - c - loss","b - c - loss__MIN"\n'
        '1,4,3,5,2,1\n2,3,3,3,"",""\n'
    )
    reader = CsvReader(step="Step", columns=("{run} - loss",))
    expected = {
        "a": [(1, "loss", 4.0), (2, "loss", 3.0)],
        "b - c": [(1, "loss", 2.0), (2, "loss", NAN)],
    }
    assert of_runs(reader, text, Runs(columns=("*",))) == expected
    whole = CsvReader(step="Step", columns=("{run} - {item}",))
    assert of_runs(whole, text, Runs(columns=("*",))) == expected
    assert list(of_runs(reader, text, Runs(columns=("b*",)))) == ["b - c"]


def test_columns_of_runs_and_items_with_the_columns_beside_them():
    text = "step,a - eval/qa/acc,a - eval/qa/se,b - eval/qa/acc,b - eval/x/acc\n7,0.5,0.1,1,0\n"
    reader = CsvReader(
        step="step", columns=("{run} - eval/{item}/acc",), stderr="{run} - eval/{item}/se"
    )
    found = reader.read_runs(text.encode(), "t.csv", Runs(columns=("*",)))
    assert {run: list(contents.readings) for run, contents in found.items()} == {
        "a": [("qa", 0.5, NAN, 0.1, 7, None)],
        "b": [("qa", 1.0, NAN, NAN, 7, None), ("x", 0.0, NAN, NAN, 7, None)],
    }


def test_a_column_for_each_run_and_a_row_for_each_item():
    text = "dataset,metric,llama-7b,qwen\nqa,accuracy,50.5,-\ncopa,accuracy,70,80\nx,bleu,1,2\n"
    reader = CsvReader(item="dataset", value="{run}", where={"metric": "accuracy"})
    assert of_runs(reader, text, Runs(columns=("llama*", "qwen"))) == {
        "llama-7b": [(None, "qa", 50.5), (None, "copa", 70.0)],
        "qwen": [(None, "qa", NAN), (None, "copa", 80.0)],
    }


def test_without_a_step_an_item_has_one_value():
    text = "model,task,acc\na,qa,0.5\nb,qa,0.5\na,qa,0.75\nb,qa,0.5\n"
    found = CsvReader(item="task", value="acc").read_runs(
        text.encode(), "t.csv", Runs(column="model")
    )
    said = "rows 2 and 4 with different values; say which column has the step"
    assert {run: contents.needs_step for run, contents in found.items()} == {
        "a": f"t.csv: item 'qa' is there in {said}", "b": "",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["", "  ", "a\tb"])
def test_a_run_has_a_name(name):
    said = error(CsvReader(value="acc"), f"run,acc\na,1\n{name},2\n", Runs(column="run"))
    assert said.startswith("t.csv:3: run: got ")


def test_what_needs_what():
    wide, plain = CsvReader(columns=("{run} loss",)), CsvReader(value="acc")
    both = (
        "t.csv: {run} in the reader's `columns` or `value` and `runs: {columns: [...]}` of the "
        "source need each other"
    )
    assert error(plain, "acc\n1\n", Runs(columns=("*",))) == both
    assert error(wide, "a loss\n1\n", Runs(column="run")) == both
    with pytest.raises(ResultsError) as caught:
        wide.read(b"a loss\n1\n", "t.csv")
    assert str(caught.value) == both
    assert error(plain, "model,acc\na,1\n", Runs(column="modle")) == (
        "t.csv: no column 'modle', which `runs` names; there is 'model', 'acc'"
    )
    assert error(wide, "a loss\n1\n", Runs(columns=("b",))) == (
        "t.csv: no column is like '{run} loss'; there is 'a loss'"
    )
    assert error(LmEvalReader(value="acc"), "{}", Runs(column="run")) == (
        "t.csv: the reader 'lm-eval' finds no runs in a file"
    )


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"columns": ["{run}{item}"]}, "some text between"),
        ({"columns": ["{item}/{item}"]}, "once at most"),
        ({"value": "{item}"}, "needs `columns`"),
        ({"value": "acc", "n": "{item}_n"}, "needs `columns`"),
    ],
)
def test_patterns_that_mean_nothing(keys, said):
    with pytest.raises(msgspec.ValidationError, match=said):
        msgspec.convert({"reader": "csv", **keys}, CsvReader)
