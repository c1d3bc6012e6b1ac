"""Whatever stands in a file, a reader gives clean readings or says in one line what is wrong."""

import csv
import io
import json
import math
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagramgen.errors import ResultsError, visible
from diagramgen.readers.csv import CsvReader
from diagramgen.readers.json import JsonReader
from diagramgen.readers.json_table import JsonTableReader
from diagramgen.readers.lighteval import LightevalReader
from diagramgen.readers.lm_eval import LmEvalReader
from diagramgen.readers.olmes import OlmesReader
from diagramgen.readers.parquet import ParquetReader
from diagramgen.readers.records import binomial_n
from diagramgen.readers.table import JsonlReader
from tests.fixtures.anywhere import places, replaced

ODD = [
    None, True, -1, 0, 1.5, 2**63, -(2**63) - 1, 10**400, 1e300, 5e-324, math.nan, -math.inf, "",
    "0.5", "1e999", "n/a", "²", "|²", "a|²|³", "x" * 201, "1" * 5000, "step" + "9" * 30, "\ud800",
    "a\nb", "\x00", "\u2028", [], {}, [[]], {"a": {}}, "2024-01-01",
]  # fmt: skip
VALUES = st.sampled_from(ODD) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
HARNESS = {
    "results": {
        "mmlu": {"acc,none": 0.5, "acc_stderr,none": 0.01, "alias": "mmlu"},
        "mmlu_anatomy|5": {"acc": 0.5, "acc_stderr": 0.01},
        "suite|qa|0": {"acc": 0.5},
    },
    "groups": {"mmlu": {}},
    "group_subtasks": {"mmlu": ["mmlu_anatomy"]},
    "config_tasks": {"suite|qa": {"effective_num_docs": 10}},
    "n-samples": {"mmlu": {"original": 10, "effective": 10}},
    "n-shot": {"mmlu": 5},
    "config": {"model_args": {"revision": "step3", "iteration": 3}, "limit": 5, "num_fewshot": 0},
    "date": 1740957685.96,
}
RECORDS = {
    "step": 3,
    "revision": "step3",
    "t": {"qa": {"acc": 0.5, "n": 10, "se": 0.1}, "copa": {"acc": 0.25, "n": 4, "se": 0.2}},
    "rows": [{"task": "qa", "acc": 0.5}, {"task": "copa", "acc": 0.25}],
}
OLMES = {
    "metrics": [
        {
            "task_name": "qa",
            "task_config": {"primary_metric": "acc", "metadata": {"alias": "qa"}},
            "metrics": {"primary_score": 0.5},
            "num_instances": 10,
            "model_config": {"revision": "step3"},
            "current_date": "2024-01-01",
        }
    ],
    "model_config": {"model_path": "step4"},
}
READERS = [
    (HARNESS, LmEvalReader(value="acc", limited=True, groups=True)),
    (HARNESS, LmEvalReader(value="acc", values={"*mmlu*": "acc,none"})),
    (HARNESS, LightevalReader(value="acc", shots=5)),
    (HARNESS, LightevalReader(value="acc")),
    (OLMES, OlmesReader()),
    (RECORDS, JsonReader(records="t", value="acc", n="n", stderr="se", step="step")),
    (RECORDS, JsonReader(records="t", value="acc", n="n", stderr="binomial", step="revision")),
    (RECORDS, JsonReader(records="*", value="acc")),
    (RECORDS, JsonReader(records="rows", value="acc", item="task")),
    (RECORDS, JsonReader(records="rows.*", value="acc", item="{/revision}{task}", n="/t.qa.n")),
    (RECORDS, JsonReader(records="rows", value="acc", item="task", where={"acc": "0.5"})),
    (RECORDS, JsonReader(records="t.{item}.acc", step="/step")),
    ({"step3": RECORDS, "4": RECORDS}, JsonReader(records="{step}.t.q{item}", value="acc")),
]


def check(reader, data, name):
    """A file gives clean readings or one line."""
    found, said = [], name
    try:
        found = reader.read(data, name).readings
    except ResultsError as err:
        said = str(err)
    assert said.startswith(name)
    assert visible(said, one_line=True) == said
    assert len(said) < 1000
    for reading in found:
        assert visible(reading.item, one_line=True) == reading.item
        assert {type(number) for number in reading[1:4]} == {float}
        assert not any(map(math.isinf, reading[1:4]))
        assert not reading.n < 0
        assert not reading.stderr < 0
        assert reading.step is None or -(2**63) <= reading.step < 2**63


def encoded(data):
    """The data as JSON; lone halves of characters as escapes, long integers as they are."""
    return json.dumps(data).encode()


@pytest.mark.parametrize(("valid", "reader"), READERS)
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_any_value_in_any_place_of_a_json_file(valid, reader, data):
    way = data.draw(st.sampled_from(list(places(valid))))
    key = data.draw(st.none() | st.sampled_from(["|²", "\ud800", "a\nb", "x" * 201, "", "all"]))
    check(reader, encoded(replaced(valid, way, data.draw(VALUES), key)), "f.json")


ROWS = [
    {"step": "1", "task": "qa", "acc": "0.5", "n": "10", "se": "0.1", "eval/qa": "0.5"},
    {"step": "2", "task": "copa", "acc": "0.25", "n": "4", "se": "0.2", "eval/qa": "0.75"},
]
LONG = {"step": "step", "item": "task", "value": "acc", "n": "n", "stderr": "se"}
WIDE = {"step": "step", "columns": ("eval/{item}",), "where": {"task": "qa"}}


@pytest.mark.parametrize("keys", [LONG, WIDE], ids=["long", "wide"])
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_value_in_any_cell_of_json_lines(keys, data):
    way = data.draw(st.sampled_from(list(places(ROWS))[1:]))
    rows = replaced(ROWS, way, data.draw(VALUES))
    check(JsonlReader(**keys), b"\n".join(map(encoded, rows)), "f.jsonl")


@pytest.mark.parametrize("keys", [LONG, WIDE], ids=["long", "wide"])
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_any_value_in_any_place_of_a_table_in_json(keys, data):
    columns = {name: [row[name] for row in ROWS] for name in ROWS[0]}
    whole = {"t": data.draw(st.sampled_from([ROWS, columns]))}
    way = data.draw(st.sampled_from(list(places(whole))))
    check(
        JsonTableReader(records="t", **keys), encoded(replaced(whole, way, data.draw(VALUES))), "f"
    )


@pytest.mark.parametrize("keys", [LONG, WIDE], ids=["long", "wide"])
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_text_in_any_cell_of_a_csv(keys, data):
    table = [list(ROWS[0]), *(list(row.values()) for row in ROWS)]
    row, column = data.draw(st.tuples(st.integers(0, 2), st.integers(0, 5)))
    texts = st.sampled_from([each for each in ODD if isinstance(each, str)]) | st.text()
    table[row][column] = data.draw(texts)
    text = io.StringIO()
    csv.writer(text).writerows(table)
    check(CsvReader(**keys), text.getvalue().encode("utf-8", "surrogatepass"), "f.csv")


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"", b"\xef\xbb\xbf", b"step,acc\n", b'{"t": ']))
def test_any_bytes(data, before):
    for reader, name in (
        (CsvReader(**LONG), "f.csv"),
        (JsonlReader(**LONG), "f.jsonl"),
        (JsonReader(records="t"), "f.json"),
        (OlmesReader(), "f.jsonl"),
    ):
        check(reader, before + data, name)


CELLS = {
    "decimal": Decimal("0.53"),
    "date": date(2024, 1, 1),
    "time": time(1, 2),
    "timestamp": datetime(2024, 1, 1, tzinfo=UTC),
    "duration": timedelta(1),
    "bytes": b"\xff",
    "list": [1],
    "struct": {"a": 1},
    "bool": True,
    "huge": 2**63 - 1,
    "float": 1e300,
    "null": None,
    "text": "a\nb",
}
TOLD = {
    "acc": {
        "date": 'got "2024-01-01"; expected a number',
        "time": 'got "01:02:00"; expected a number',
        "timestamp": 'got "2024-01-01 00:00:00+00:00"; expected a number',
        "bytes": "got \"b'\\\\xff'\"; expected a number",
        "list": "got [1]; expected a number",
        "struct": 'got {"a": 1}; expected a number',
        "text": 'got "a\\nb"; expected a number',
    },
}


@pytest.fixture
def parquet():
    """The bytes of a Parquet table."""
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    def call(**columns):
        file = io.BytesIO()
        parquet.write_table(pyarrow.table(columns), file)
        return file.getvalue()

    return call


@pytest.mark.parametrize("kind", CELLS)
@pytest.mark.parametrize("column", ["step", "task", "acc", "n", "se", "eval/qa"])
@pytest.mark.parametrize("keys", [LONG, WIDE], ids=["long", "wide"])
def test_any_kind_of_cell_of_parquet(parquet, keys, column, kind):
    row = {"step": 1, "task": "qa", "acc": 0.5, "n": 10, "se": 0.1, "eval/qa": 0.5}
    data = parquet(**{name: [cell] for name, cell in (row | {column: CELLS[kind]}).items()})
    check(ParquetReader(**keys), data, "f.parquet")


@pytest.mark.parametrize("kind", TOLD["acc"])
def test_what_is_no_number_is_told_with_its_row(parquet, kind):
    data = parquet(step=[1], acc=[CELLS[kind]])
    with pytest.raises(ResultsError) as caught:
        ParquetReader(step="step", value="acc").read(data, "f.parquet")
    assert str(caught.value) == f"f.parquet, row 1: acc: {TOLD['acc'][kind]}"


def test_decimals_and_truth_are_numbers(parquet):
    data = parquet(step=[Decimal(1), Decimal(2)], acc=[Decimal("0.53"), None], n=[True, False])
    found = ParquetReader(step="step", value="acc", n="n").read(data, "f.parquet").readings
    assert [(each.step, each.n) for each in found] == [(1, 1.0), (2, 0.0)]
    assert [each.value for each in found] == [0.53, pytest.approx(math.nan, nan_ok=True)]


def test_a_broken_parquet_table_is_told(parquet):
    whole = parquet(step=list(range(50)), acc=[0.5] * 50)
    for data in (b"", b"PAR1", whole[:-5], whole[:40], whole[20:]):
        with pytest.raises(ResultsError, match=r"^f\.parquet: not valid Parquet: .+"):
            ParquetReader(step="step", value="acc").read(data, "f.parquet")


def test_no_byte_of_a_parquet_table_can_do_harm(parquet):
    whole = parquet(step=[1, 2], acc=[0.5, 0.25])
    for place in range(0, len(whole), 7):
        data = whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :]
        check(ParquetReader(step="step", value="acc"), data, "f.parquet")


def test_a_small_parquet_table_of_many_rows_is_refused(parquet):
    import numpy as np

    data = parquet(step=np.zeros(1_000_001, dtype="int64"))
    assert len(data) < 10_000
    with pytest.raises(ResultsError) as caught:
        ParquetReader(value="step").read(data, "f.parquet")
    assert str(caught.value) == "f.parquet: has 1,000,001 rows; a table may have 1,000,000"


@pytest.mark.parametrize(
    ("limit", "told"), [(5, "5"), (0.25, "0.25"), ("all", '"all"'), ({"a": 1}, '{"a": 1}')]
)
def test_a_limit_of_any_kind_is_told(limit, told):
    data = encoded({"results": {"qa": {"acc": 0.5}}, "config": {"limit": limit}})
    assert LmEvalReader(value="acc").read(data, "f.json").warnings == (
        f"f.json: evaluated with limit {told}; left out (`limited: true` reads it)",
    )


@pytest.mark.parametrize(
    ("key", "task", "shots"),
    [
        ("qa|5", "qa", 5),
        ("qa|²", "²", None),
        ("suite|qa|5|0", "qa", 0),
        (f"suite|qa|{'1' * 60}", "qa", None),
    ],
)
def test_shots_of_lighteval_are_small_numbers(key, task, shots):
    data = encoded({"results": {key: {"acc": 0.5}}})
    (reading,) = LightevalReader(value="acc").read(data, "f.json").readings
    assert (reading.item, reading.shots) == (task, shots)


@pytest.mark.parametrize("stderr", [5e-324, 1e-200, 1e200, math.inf])
def test_an_odd_standard_error_tells_no_n(stderr):
    assert math.isnan(binomial_n(0.5, stderr))
