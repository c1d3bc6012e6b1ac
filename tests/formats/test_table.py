"""Tables as text: whole outputs, exact numbers."""

import io
import json
import math

import pandas as pd
import pytest

from diagramgen.formats.table import print_tables, records

AWKWARD = [0.1, 1 / 3, 1e-300, 123456789.123456789, math.nextafter(0.5, 1), -0.0]


@pytest.fixture
def table():
    return pd.DataFrame(
        {
            "source": pd.Categorical(["run", "run"]),
            "step": pd.array([2000, 10000], dtype="int64"),
            "item": pd.Categorical(["web|en", "größe"]),
            "value": [12.5, math.nan],
            "better": pd.Series([True, None], dtype=object),
        }
    )


def test_csv(table):
    text = "source,step,item,value,better\nrun,2000,web|en,12.5,True\nrun,10000,größe,,\n"
    assert print_tables([table], "csv") == text


def test_json(table):
    assert print_tables([table], "json") == (
        "[\n"
        ' {\n  "source": "run",\n  "step": 2000,\n  "item": "web|en",\n'
        '  "value": 12.5,\n  "better": true\n },\n'
        ' {\n  "source": "run",\n  "step": 10000,\n  "item": "größe",\n'
        '  "value": null,\n  "better": null\n }\n'
        "]\n"
    )


def test_markdown(table):
    assert print_tables([table], "markdown") == (
        "| source | step | item | value | better |\n"
        "| --- | --- | --- | --- | --- |\n"
        "| run | 2000 | web\\|en | 12.5 | True |\n"
        "| run | 10000 | größe |  |  |\n"
    )


@pytest.mark.parametrize("value", AWKWARD)
def test_numbers_are_exact(value):
    table = pd.DataFrame({"value": [value]})
    assert json.loads(print_tables([table], "json")) == [{"value": value}]
    assert float(print_tables([table], "csv").split()[1]) == value
    assert float(print_tables([table], "markdown").splitlines()[2].strip("| ")) == value


def test_a_csv_is_read_back(table):
    text = print_tables([table], "csv")
    back = pd.read_csv(io.StringIO(text))
    assert back["value"].tolist() == [12.5, pytest.approx(math.nan, nan_ok=True)]
    assert back["step"].tolist() == [2000, 10000]


def test_a_cell_with_commas_quotes_and_lines():
    table = pd.DataFrame({"item": ['a,"b"\nc']})
    assert print_tables([table], "csv") == 'item\n"a,""b""\nc"\n'
    assert print_tables([table], "markdown") == '| item |\n| --- |\n| a,"b" c |\n'


def test_several_tables_count_their_panels(table):
    other = pd.DataFrame({"step": [2000, 6000], "value": [0.5, 0.25], "from_step": [1, 1]})
    before = other.copy()
    assert print_tables([table, other], "csv") == (
        "panel,source,step,item,value,better,from_step\n"
        "1,run,2000,web|en,12.5,True,\n"
        "1,run,10000,größe,,,\n"
        "2,,2000,,0.5,,1\n"
        "2,,6000,,0.25,,1\n"
    )
    rows = json.loads(print_tables([table, other], "json"))
    assert rows[2] == {
        "panel": 2,
        "source": None,
        "step": 2000,
        "item": None,
        "value": 0.5,
        "better": None,
        "from_step": 1,
    }
    pd.testing.assert_frame_equal(other, before)


def test_a_table_without_rows():
    table = pd.DataFrame({"step": [], "value": []})
    assert print_tables([table], "csv") == "step,value\n"
    assert print_tables([table], "json") == "[]\n"
    assert print_tables([table], "markdown") == "| step | value |\n| --- | --- |\n"


def test_records_are_plain_json():
    rows = pd.DataFrame(
        {
            "item": pd.Categorical(["web", None]),
            "step": pd.array([1, 2], dtype="int64"),
            "value": [0.1, float("nan")],
            "better": pd.array([True, None], dtype=object),
        }
    )
    plain = records(rows)
    assert plain == [
        {"item": "web", "step": 1, "value": 0.1, "better": True},
        {"item": None, "step": 2, "value": None, "better": None},
    ]
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain


def test_records_of_an_empty_table():
    assert records(pd.DataFrame({"item": [], "value": []})) == []
