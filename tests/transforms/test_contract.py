"""What holds for every transform: its record, its table, and what its module may import."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from diagramgen.model.columns import COLUMNS
from diagramgen.model.look import Look
from diagramgen.suite.schema import transform_schema
from diagramgen.transforms import TRANSFORMS
from diagramgen.transforms.parameters import Measure

ROOT = Path(__file__).parents[2]
FLOATS = {"value", "n", "stderr", "lower", "upper", "x", "y", "color", "reference"}


def test_every_transform_is_among_the_cases(every_transform):
    assert {transform.name() for transform in every_transform} == set(TRANSFORMS)


def test_the_results_are_never_changed(resolved, results, definitions):
    before = results.copy(deep=True)
    resolved(results, definitions)
    pd.testing.assert_frame_equal(results, before)


def test_columns_have_fixed_names_order_and_types(table):
    rows, columns = table.rows, table.rows.columns.tolist()
    assert len(rows) > 0
    assert columns == [column for column in COLUMNS if column in columns]
    assert rows.index.equals(pd.RangeIndex(len(rows)))
    for column in columns:
        if column in FLOATS:
            assert rows[column].dtype == "float64", column
        if column.endswith("step"):
            assert rows[column].dtype == "Int64", column
    if "better" in columns:
        assert {type(better) for better in rows["better"].dropna()} == {bool}


def test_the_columns_are_those_that_it_announces(transform, table):
    """All of them: of these results every n and standard error is known."""
    assert set(table.rows.columns) == transform.columns()


def test_no_row_stands_for_two_things(table):
    names = ("source", "step", "from_step", "to_step", "item", "group", "against")
    keys = [column for column in names if column in table.rows]
    assert not table.rows.duplicated(keys).any()


def test_nothing_but_the_steps_that_it_tells_is_read(resolved, table, results, definitions):
    steps, metrics = resolved.read_steps(), resolved.metrics()
    points = zip(results["source"], results["step"], results["metric"], strict=True)
    is_read = [
        step in steps.get(source, ()) and metric in metrics for source, step, metric in points
    ]
    assert 0 < sum(is_read) < len(results)
    same = resolved(results[is_read], definitions)
    pd.testing.assert_frame_equal(same.rows, table.rows)
    assert same.left_out == table.left_out


def test_left_out_are_names_with_reasons(table):
    for name, reason in table.left_out.items():
        assert type(name) is str
        assert reason


def test_its_axes_and_words(resolved, table, definitions):
    numbers = FLOATS & set(table.rows.columns)
    assert numbers - set(resolved.axes(definitions)) <= {
        "n",
        "stderr",
        "lower",
        "upper",
        "reference",
    }
    assert resolved.title(definitions)
    assert (ROOT / "templates" / f"{resolved.default_template()}.yaml").is_file()


def parameters():
    for name in TRANSFORMS:
        for key, schema in transform_schema(name)["properties"].items():
            if key != "transform" and key not in Look.__struct_fields__:
                yield pytest.param(schema, id=f"{name}: {key}")
    for key, schema in transform_schema("tradeoff")["$defs"]["Measure"]["properties"].items():
        yield pytest.param(schema, id=f"measure: {key}")


@pytest.mark.parametrize("schema", list(parameters()))
def test_every_parameter_is_described_in_one_sentence(schema):
    description = schema["description"]
    assert description[0].strip()
    assert description.endswith(".")
    assert ". " not in description


@pytest.mark.parametrize("kind", [*TRANSFORMS.values(), Measure], ids=lambda kind: kind.__name__)
def test_every_transform_is_described(kind):
    first = kind.__doc__.splitlines()[0]
    assert first[0].isupper()
    assert first.endswith(".")


def test_a_plan_is_made_without_pandas_altair_and_vl_convert():
    code = """
import sys
from pathlib import Path
import diagramgen.transforms
from diagramgen.suite.load import load
from diagramgen.results.plan import make_plan
assert make_plan(load(Path("charts.yaml"))).charts
print(sorted({"pandas", "numpy", "altair", "vl_convert"} & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")
