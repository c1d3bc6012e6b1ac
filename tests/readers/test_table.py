"""Tables: CSV and JSON lines, long and wide."""

from __future__ import annotations

import math

import msgspec
import pytest

from diagramgen.errors import NotInFile, ResultsError
from diagramgen.readers import Runs
from diagramgen.readers.csv import CsvReader
from diagramgen.readers.parquet import ParquetReader
from diagramgen.readers.table import JsonlReader

A_STEP = "expected a step, a whole number of 64 bits"
TOO_LONG = "field larger than field limit"
NAN = pytest.approx(math.nan, nan_ok=True)


def rows(reader, text):
    contents = reader.read(text.encode(), "t.csv")
    return [(each.step, each.item, each.value) for each in contents.readings]


def test_long():
    text = "step,task,acc,n,se\n100,piqa,0.5,40,0.08\n100,copa,,100,\n200.0,piqa,0.75,40,0.07\n"
    reader = CsvReader(step="step", item="task", value="acc", n="n", stderr="se")
    found = reader.read(text.encode(), "t.csv").readings
    assert list(found) == [
        ("piqa", 0.5, 40.0, 0.08, 100, None),
        ("copa", NAN, 100.0, NAN, 100, None),
        ("piqa", 0.75, 40.0, 0.07, 200, None),
    ]


def test_wide_by_pattern():
    text = "_step,eval/c4-val/loss,eval/pile-val/loss,lr\n10,3.5,2.5,0.1\n20,3.25,,0.1\n"
    reader = CsvReader(step="_step", columns=("eval/{item}-val/loss",))
    assert rows(reader, text) == [
        (10, "c4", 3.5), (10, "pile", 2.5), (20, "c4", 3.25), (20, "pile", NAN),
    ]  # fmt: skip


def test_an_export_of_weights_and_biases():
    text = '"Step","a - acc","a - acc__MIN","a - acc__MAX","b - acc"\n1,0.5,0.4,0.6,\n'
    reader = CsvReader(step="Step", columns=("{item} - acc",))
    assert rows(reader, text) == [(1, "a", 0.5), (1, "b", NAN)]


def test_after_a_restart_the_last_row_counts():
    text = "Step,Value\n1,5.0\n2,4.0\n2,3.5\n3,3.0\n"
    contents = CsvReader(step="Step", value="Value").read(text.encode(), "t.csv")
    assert [(each.step, each.value) for each in contents.readings] == [(1, 5.0), (2, 3.5), (3, 3.0)]
    assert contents.warnings == ("t.csv:4:  has another value at this step before",)


def test_of_a_step_the_last_row_with_a_value_counts():
    """As Lightning writes it: training's row, then evaluation's, each blank where it says none."""
    text = "step,train_loss,val_loss\n9,4.5,\n9,,4.25\n19,4.0,\n"
    reader = CsvReader(step="step", columns=("{item}_loss",))
    contents = reader.read(text.encode(), "t.csv")
    assert [(each.step, each.item, each.value) for each in contents.readings] == [
        (9, "train", 4.5), (9, "val", 4.25), (19, "train", 4.0), (19, "val", NAN),
    ]  # fmt: skip
    assert contents.warnings == ()


def test_a_wide_table_has_its_n_and_stderr_beside_the_values():
    text = "step,qa,qa_n,qa_se,copa,copa_n\n1,0.5,40,0.1,0.25,100\n"
    reader = CsvReader(step="step", columns=("{item}",), n="{item}_n", stderr="{item}_se")
    assert list(reader.read(text.encode(), "t.csv").readings) == [
        ("qa", 0.5, 40.0, 0.1, 1, None), ("copa", 0.25, 100.0, NAN, 1, None),
    ]  # fmt: skip
    with pytest.raises(NotInFile) as caught:
        CsvReader(columns=("{item}",), n="{item}#").read(text.encode(), "t.csv")
    assert caught.value.key == "n"
    assert str(caught.value) == (
        "t.csv: no column is like '{item}#'; there is 'step', 'qa', 'qa_n', 'qa_se', 'copa', "
        "'copa_n'"
    )


def test_a_pattern_means_no_column_that_is_for_something_else():
    text = "step,seed,arc,piqa\n1,7,0.5,0.75\n"
    reader = CsvReader(step="step", columns=("{item}",), where={"seed": "7"})
    assert rows(reader, text) == [(1, "arc", 0.5), (1, "piqa", 0.75)]


def test_without_a_step_nothing_tells_two_values_of_an_item_apart():
    text = "task,acc\nqa,0.5\ncopa,1\nqa,0.5\nqa,0.75\n"
    said = "rows 4 and 5 with different values; say which column has the step"
    contents = CsvReader(item="task", value="acc").read(text.encode(), "t.csv")
    assert contents.needs_step == f"t.csv: item 'qa' is there in {said}"
    contents = CsvReader(value="acc").read(b"acc\n1\n1\n2\n", "t.csv")
    assert contents.needs_step == (
        "t.csv: there are rows 3 and 4 with different values; say which column has the step"
    )


def test_a_file_without_a_header_whose_cells_stand_between_blanks():
    """As MLflow writes each metric."""
    reader = CsvReader(header=("timestamp", "value", "step"), step="step", value="value")
    assert rows(reader, "1700 0.5 10\n1701 nan 20\n") == [(10, "", 0.5), (20, "", NAN)]
    assert rows(reader, "1700,0.5,10\n") == [(10, "", 0.5)]
    with pytest.raises(ResultsError, match=r"^t\.csv:2: has not as many cells as `header`$"):
        rows(reader, "1700 0.5 10\n1701 0.5\n")
    with pytest.raises(msgspec.ValidationError, match="names a column twice"):
        msgspec.convert({"reader": "csv", "value": "a", "header": ["a", "a"]}, CsvReader)


def test_only_some_rows():
    text = "run,step,acc\na,1,0.5\nb,1,0.75\n"
    assert rows(CsvReader(step="step", value="acc", where={"run": "b"}), text) == [(1, "", 0.75)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("step,acc\n1,high\n", 't.csv:2: acc: got "high"; expected a number'),
        ("step,acc\nsoon,1\n", f't.csv:2, step: got "soon"; {A_STEP}'),
        (f"step,acc\n{2**63},1\n", f't.csv:2, step: got "9223372036854775808"; {A_STEP}'),
        ("step,loss\n1,2\n", "t.csv: no column 'acc'; there is 'step', 'loss'"),
        ("step,acc,acc\n1,2,3\n", 't.csv:1: the header has the column "acc" twice'),
        ("step,acc\n1,1_000%\n", 't.csv:2: acc: got "1_000%"; expected a number'),
        (f"step,acc\n1,{'9' * 140_000}\n", f"t.csv:2: not valid CSV: {TOO_LONG} (131072)"),
        ("step,acc\n1,2,3\n", "t.csv:2: has not as many cells as the header"),
    ],
)
def test_wrong_tables(text, message):
    with pytest.raises(ResultsError) as caught:
        CsvReader(step="step", value="acc").read(text.encode(), "t.csv")
    place, _, rest = str(caught.value).partition(": ")
    assert f"{place}: {rest}" == message


def test_json_lines_may_lack_keys():
    text = '{"step": 1, "acc": 0.5}\n\n{"step": 2, "acc": null}\n{"step": 3, "acc": 0.75}\n'
    reader = JsonlReader(step="step", value="acc")
    assert [row[::2] for row in rows(reader, text)] == [(1, 0.5), (2, NAN), (3, 0.75)]
    with pytest.raises(ResultsError, match=r"^t.csv:2: got 5; expected an object$"):
        reader.read(b'{"step": 1, "acc": 1}\n5\n', "t.csv")


def test_what_kind_of_table_it_is_has_to_be_said():
    with pytest.raises(msgspec.ValidationError, match="needs `value`"):
        msgspec.convert({"reader": "csv", "step": "step"}, CsvReader)


def test_parquet(tmp_path):
    arrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    from pyarrow import parquet

    file = tmp_path / "t.parquet"
    parquet.write_table(arrow.table({"step": [1, 2], "acc": [0.5, None]}), file)
    found = ParquetReader(step="step", value="acc").read(file.read_bytes(), "t.parquet").readings
    assert [(each.step, each.value) for each in found] == [(1, 0.5), (2, NAN)]
    with pytest.raises(ResultsError, match=r"^t.parquet: not valid Parquet: "):
        ParquetReader(step="step", value="acc").read(b"nothing", "t.parquet")


def test_spaces_around_cells_do_not_count():
    found = CsvReader(item="Task", value="Acc").read(b"Task , Acc\narc   , 0.5 \npiqa, -\n", "t")
    assert [(each.item, each.value) for each in found.readings] == [
        ("arc", 0.5), ("piqa", pytest.approx(float("nan"), nan_ok=True)),
    ]  # fmt: skip


def test_a_percent_sign_and_a_step_in_a_name_mean_what_they_say():
    text = b"checkpoint,task,acc\nstep1000,qa,45.2%\nckpt-2k,qa, 50 %\n"
    reader = CsvReader(step="checkpoint", item="task", value="acc")
    found = reader.read(text, "t.csv").readings
    assert [(r.item, r.value, r.step) for r in found] == [("qa", 0.452, 1000), ("qa", 0.5, 2000)]
    with pytest.raises(ResultsError) as caught:
        reader.read(text.replace(b"50", b"5,0"), "t.csv")
    assert "has not as many cells" in str(caught.value)
    with pytest.raises(ResultsError) as caught:
        reader.read(text.replace(b"50", b"fifty"), "t.csv")
    assert str(caught.value) == 't.csv:3: acc: got "fifty %"; expected a number'


def test_several_columns_make_the_name_of_a_run():
    text = b"model,seed,step,acc\na,0,100,0.5\na,1,100,0.25\nb,0,100,0.75\n"
    reader = CsvReader(step="step", value="acc")
    runs = Runs(column=("model", "seed"))
    found = reader.read_runs(text, "t.csv", runs)
    values = {run: [each.value for each in of.readings] for run, of in found.items()}
    assert values == {"a 0": [0.5], "a 1": [0.25], "b 0": [0.75]}
    rows = b"".join(b"a,%d,%d,0.5\n" % (i % 2, i) for i in range(20_000))
    large = reader.read_runs(b"model,seed,step,acc\n" + rows, "t.csv", runs)
    assert {run: len(of.readings) for run, of in large.items()} == {"a 0": 10_000, "a 1": 10_000}
