"""Tables read at once: as they are read row by row, and by a database that reaches nothing else."""

from __future__ import annotations

import gzip
import random

import duckdb
import pytest

from diagramgen.errors import ResultsError, TruncatedFile
from diagramgen.readers import Runs
from diagramgen.readers.columns import ReadingColumns
from diagramgen.readers.csv import LARGE, CsvReader
from diagramgen.readers.database import opened
from diagramgen.readers.json_table import JsonTableReader
from diagramgen.readers.parquet import ParquetReader
from diagramgen.readers.table import JsonlReader

LONG = CsvReader(step="step", item="task", value="acc", n="n", stderr="se")
WIDE = CsvReader(step="step", columns=("eval/{item}", "qa_{item}"))
ROWS = 6_000
NAN = pytest.approx(float("nan"), nan_ok=True)
A_NAME = "expected the item's name, up to 200 characters of text without control characters"


def long(change=lambda row, _: row, head="step,task,acc,n,se"):
    """A long table, large enough to be read at once; `change` makes a row another one."""
    rows = [f"{i // 3 * 100},{['qa', 'copa', 'piqa'][i % 3]},0.{i:06},40,0.5" for i in range(ROWS)]
    text = "\n".join([head, *(change(row, i) for i, row in enumerate(rows))]) + "\n"
    assert len(text) > LARGE
    return text.encode()


def at(place, row):
    """Another row at one place."""
    return lambda before, i: row if i == place else before


def told(contents):
    """What a file has, in a form that says that NaN is NaN."""
    readings, _, *said = contents
    return [str(tuple(reading)) for reading in readings], said


def both(reader, data, runs=None):
    """What a table has, read at once and row by row: the same."""
    at_once, by_row = reader.read_bulk(data, "t.csv", runs), reader.read_rows(data, "t.csv", runs)
    assert at_once is not None
    assert all(isinstance(contents.readings, ReadingColumns) for contents in at_once.values())
    told_of = [{run: told(each) for run, each in found.items()} for found in (at_once, by_row)]
    assert told_of[0] == told_of[1]
    return at_once[""] if runs is None else at_once


def test_each_reading_with_its_numbers():
    contents = both(LONG, long())
    assert len(contents.readings) == ROWS
    assert contents.readings[4] == ("copa", 4e-06, 40.0, 0.5, 100, None)


@pytest.mark.parametrize(
    "row",
    [
        "100,copa,N/A,,null", "100,copa,,,", "100,copa, nan ,INF,+inf", "100,copa,1e-5,1e3,+.5",
        "1e2,copa,1e400,40,0", "100.0,copa,1_000,40,1.", '"100","copa","0.5","40","0"',
        '100,"a,""b""",0.5,40,0', "100,,0.5,40,0", "-5,copa,-0.5,40,0", " 100,copa, 1 ,40,0",
        "100,copa,-Infinity,Na,0.0", "9007199254740991,copa,1,1,1", "100,qa,0.5,40,0",
        "100,qa,,40,0", "100,é,0.1,4,0", "100,it's,0.1,4,0",
    ],
)  # fmt: skip
def test_a_cell_means_the_same(row):
    both(LONG, long(at(4, row)))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("100,copa,high,40,0", 't.csv:6: acc: got "high"; expected a number'),
        ("100,copa,True,40,0", 't.csv:6: acc: got "True"; expected a number'),
        ("100,copa,1,-4,0", 't.csv:6: n: got "-4"; expected a number from 0'),
        ("1.5,copa,1,4,0", 't.csv:6, step: got "1.5"; expected a step, a whole number of 64 bits'),
        (",copa,1,4,0", 't.csv:6, step: got ""; expected a step, a whole number of 64 bits'),
        ("0x10,copa,1,4,0",
         't.csv:6, step: got "0x10"; expected a step, a whole number of 64 bits'),
        ("100,copa,1,4", "t.csv:6: has not as many cells as the header"),
        ("100,copa,1,4,0,7", "t.csv:6: has not as many cells as the header"),
        ('100,copa,1,4,"0"7', "t.csv:6: not valid CSV: ',' expected after '\"'"),
        ("100,co\tpa,1,4,0", f't.csv:6: task: got "co\\tpa"; {A_NAME}'),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(row, message):
    with pytest.raises(ResultsError) as caught:
        LONG.read(long(at(4, row)), "t.csv")
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("reader", "row"),
    [(LONG, "1\u0661,copa,1,4,0"), (LONG, "9007199254740993,copa,1,1,1"),
     (LONG, "100,copa,\u0663,4,0"), (LONG, '100,copa, "0.5",4,0')],
)  # fmt: skip
def test_what_a_database_would_take_otherwise_is_read_row_by_row(reader, row):
    assert reader.read_bulk(long(at(4, row)), "t.csv") is None


def test_wide():
    head = "step,eval/copa,lr,eval/qa,qa_x"
    data = long(lambda _, i: f"{i},0.25,0.1,{'' if i % 2 else 0.5},0.{i:020}", head)
    contents = both(WIDE, data)
    assert len(contents.readings) == 3 * ROWS
    assert [(each.item, each.step) for each in contents.readings[3:6]] == [
        ("copa", 1), ("qa", 1), ("x", 1),
    ]  # fmt: skip


def test_after_restarts_the_last_row_counts():
    again = random.Random(1)
    data = long(
        lambda row, i: row if i % 5 else f"{again.randrange(9) * 100},qa,{0.5 if i % 2 else ''},4,0"
    )
    contents = both(LONG, data)
    assert len(contents.warnings) == 1
    assert len(contents.readings) < ROWS


def test_runs_in_a_column():
    data = long(lambda row, i: f"{row},{['a b', 'c'][i % 2]}", "step,task,acc,n,se,model")
    found = both(LONG, data, Runs(column="model"))
    assert {run: len(contents.readings) for run, contents in found.items()} == {
        "a b": ROWS / 2, "c": ROWS / 2,
    }  # fmt: skip
    again = data.replace(b"\n400,", b"\n200,")
    told_of = both(LONG, again, Runs(column="model"))
    assert [len(contents.warnings) for contents in told_of.values()] == [1, 1]
    assert LONG.read_bulk(data + b"1,qa,1,1,1,\n", "t.csv", Runs(column="model")) is None


def test_runs_in_columns():
    head = "step,a - qa,b - qa,b - x,b - x__MIN"
    data = long(lambda _, i: f"{i},0.25,{'' if i % 2 else 0.5},0.1,0.{i:020}", head)
    reader = CsvReader(step="step", columns=("{run} - {item}",))
    found = both(reader, data, Runs(columns=("*",)))
    assert {run: len(contents.readings) for run, contents in found.items()} == {
        "a": ROWS, "b": 2 * ROWS,
    }  # fmt: skip


def test_without_steps():
    data = long(lambda row, i: f"{row},t{i}", "step,task,acc,n,se,id")
    assert len(both(CsvReader(item="id", value="acc", n="n"), data).readings) == ROWS
    contents = both(CsvReader(item="task", value="acc"), data)
    assert contents.needs_step == (
        "t.csv: item 'qa' is there in rows 2 and 5 with different values; "
        "say which column has the step"
    )


def test_a_wide_table_with_n_beside_the_values_and_no_header():
    reader = CsvReader(
        header=("step", "qa", "qa_n", "copa"), step="step", columns=("{item}",), n="{item}_n"
    )
    data = "".join(f"{i} 0.5 {i % 7} 0.{i:020}\n" for i in range(ROWS)).encode()
    contents = both(reader, data)
    assert [tuple(each)[:3] for each in contents.readings[:2]] == [
        ("qa", 0.5, 0.0), ("copa", 0.0, NAN),
    ]  # fmt: skip
    assert len(contents.readings) == 2 * ROWS


def test_only_some_rows():
    reader = CsvReader(step="step", value="acc", where={"task": "qa", "n": "40"})
    data = long(at(4, "soon,copa,high,40,0"))
    assert len(both(reader, data).readings) == ROWS / 3


@pytest.mark.parametrize("delimiter", ["\t", ";", "|"])
def test_any_delimiter_and_spaces_around_names(delimiter):
    data = long().replace(b"step,task,acc", b" step , task,acc ").replace(b",", delimiter.encode())
    assert len(both(LONG, data).readings) == ROWS
    small = f"step{delimiter} acc \n1{delimiter}0.5\n".encode()
    found = CsvReader(step="step", value="acc").read(small, "t.tsv").readings
    assert [(each.step, each.value) for each in found] == [(1, 0.5)]


def test_endings_of_lines_and_what_stands_before_the_header():
    assert told(both(LONG, long().replace(b"\n", b"\r\n"))) == told(both(LONG, long()))
    assert told(both(LONG, b"\xef\xbb\xbf" + long())) == told(both(LONG, long()))
    mixed = long().replace(b"\n", b"\r\n", 5)
    assert told(LONG.read(mixed, "t.csv")) == told(both(LONG, long()))


def test_gzip():
    assert told(LONG.read(gzip.compress(long()), "t.csv.gz")) == told(both(LONG, long()))
    reader = JsonlReader(step="step", value="acc")
    [found] = reader.read(gzip.compress(b'{"step": 1, "acc": 0.5}\n'), "t.jsonl.gz").readings
    assert (found.step, found.value) == (1, 0.5)
    in_json = JsonTableReader(step="step", value="acc")
    [found] = in_json.read(gzip.compress(b'[{"step": 1, "acc": 0.5}]'), "t.json.gz").readings
    assert (found.step, found.value) == (1, 0.5)
    tabs = CsvReader(step="step", value="acc")
    [found] = tabs.read(gzip.compress(b"step\tacc\n1\t0.5\n"), "t.tsv.gz").readings
    assert (found.step, found.value) == (1, 0.5)
    with pytest.raises(TruncatedFile, match=r"^t\.gz: not valid gzip: it ends in the middle$"):
        LONG.read(gzip.compress(long())[:-9], "t.gz")
    with pytest.raises(ResultsError, match=r"^t\.gz: not valid gzip: "):
        LONG.read(b"\x1f\x8bnothing", "t.gz")


def parquet(folder, query):
    """The bytes of a Parquet file with what a query of DuckDB gives."""
    with duckdb.connect() as database:
        database.execute(f"COPY ({query}) TO '{folder}/t.parquet' (FORMAT parquet)")
    return (folder / "t.parquet").read_bytes()


def test_parquet_whose_columns_are_called_as_those_of_the_database_are(tmp_path):
    data = parquet(
        tmp_path,
        """SELECT i // 2 AS d0, 'a' || i % 2 AS odd, i / 4 AS "an ""x"" y", 2 AS c0, 'no' AS step,
        'x' AS item, 'y' AS counts FROM range(4) t(i)""",
    )
    reader = ParquetReader(step="d0", item="odd", value='an "x" y', n="c0")
    assert [reading[:5] for reading in both(reader, data).readings] == [
        ("a0", 0.0, 2.0, NAN, 0), ("a1", 0.25, 2.0, NAN, 0),
        ("a0", 0.5, 2.0, NAN, 1), ("a1", 0.75, 2.0, NAN, 1),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["BOOLEAN", "UTINYINT", "FLOAT", "DOUBLE", "BIGINT", "VARCHAR"])
def test_each_type_of_numbers_in_parquet(tmp_path, kind):
    reader = ParquetReader(step="s", value="v")
    data = parquet(tmp_path, f"SELECT 7 AS s, 1::{kind} AS v UNION ALL SELECT 8, NULL")
    found = reader.read(data, "t.parquet").readings
    assert {reading.step: reading.value for reading in found} == {7: 1.0, 8: NAN}


def test_nested_columns_of_parquet_are_none_of_its_own(tmp_path):
    data = parquet(tmp_path, "SELECT {'a': 1, 'b': [{'c': 2}]} AS x, 3 AS step, 0.5 AS acc")
    [found] = ParquetReader(step="step", value="acc").read(data, "t.parquet").readings
    assert (found.step, found.value) == (3, 0.5)
    with pytest.raises(ResultsError, match=r"^t: no column 'a'; there is 'x', 'step', 'acc'$"):
        ParquetReader(step="step", value="a").read(data, "t")


def test_objects_in_json_lines_are_columns_by_the_way_to_them():
    text = b'{"step": 1, "eval": {"qa": {"acc": 0.5}, "n": 4}}\n{"step": 2, "eval": {"n": 5}}\n'
    reader = JsonlReader(step="step", value="eval.qa.acc", n="eval.n")
    assert [reading[:5] for reading in reader.read(text, "t").readings] == [
        ("", 0.5, 4.0, NAN, 1), ("", NAN, 5.0, NAN, 2),
    ]  # fmt: skip
    with pytest.raises(ResultsError, match=r'^t:1: has the column "a\.b" twice$'):
        reader.read(b'{"a.b": 1, "a": {"b": 2}}\n', "t")


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('{secret}')",
        "SELECT * FROM read_text('{secret}')",
        "SELECT * FROM glob('/*')",
        "COPY (SELECT 1) TO '{secret}.out'",
        "ATTACH '{secret}.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SELECT * FROM read_csv('https://127.0.0.1:1/t.csv')",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
        "SET threads = 64",
    ],
)
def test_the_database_reaches_nothing_but_its_bytes(tmp_path, statement):
    secret = tmp_path / "secret"
    secret.write_text("a\n1\n")
    with opened(b"a\n2\n") as (database, path):
        assert database.execute(f"SELECT * FROM read_csv('{path}')").fetchall() == [(2,)]
        with pytest.raises(duckdb.Error):
            database.execute(statement.format(secret=secret)).fetchall()
    assert [each.name for each in tmp_path.iterdir()] == ["secret"]
