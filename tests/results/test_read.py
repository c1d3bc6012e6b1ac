"""Result files -> the results table."""

import math

import pytest

from diagramgen.errors import ResultsError
from diagramgen.results.read import read_results

SERIES = "  - {transform: series, metric: ppl, output: ppl.png}\n"
BOTH = SERIES + "  - {transform: series, metric: acc, output: acc.png}\n"


@pytest.fixture
def read(plan):
    """The results table as lists of rows."""

    def call(*only):
        table = read_results(plan(*only))
        return table.astype(object).where(table.notna(), None).to_numpy().tolist()

    return call


@pytest.fixture
def results(project):
    """Two checkpoints and the bridge of `run`; `old` is not there."""
    project.suite(BOTH)
    for step, web in ((2000, 12.5), (10000, 11.5), (9000, 13.5)):
        project.ppl("run", step, math=9.5, web=web)
        project.acc("run", step, qa=0.25)
    return project


@pytest.mark.usefixtures("results")
def test_one_row_for_each_source_step_metric_and_item(read):
    assert read() == [
        ["run", 2000, "ppl", "web", 12.5, None, None],
        ["run", 2000, "ppl", "math", 9.5, None, None],
        ["run", 2000, "acc", "qa", 0.25, None, None],
        ["run", 10000, "ppl", "web", 11.5, None, None],
        ["run", 10000, "ppl", "math", 9.5, None, None],
        ["run", 10000, "acc", "qa", 0.25, None, None],
    ]


@pytest.mark.usefixtures("results")
def test_columns(plan):
    table = read_results(plan())
    kinds = {name: str(kind) for name, kind in table.dtypes.items()}
    assert kinds == {
        "source": "category",
        "step": "int64",
        "metric": "category",
        "item": "category",
        "value": "float64",
        "n": "float64",
        "stderr": "float64",
    }
    assert list(table["source"].cat.categories) == ["run", "old"]
    assert list(table["metric"].cat.categories) == ["ppl", "acc"]
    assert list(table["item"].cat.categories) == ["web", "math", "qa"]


def test_only_what_the_charts_need_is_read(results, read):
    results.write("results/run/step_2000/acc.json", "broken")
    results.write("results/run/step_9000/ppl.json", "broken")
    assert [row[:4] for row in read("ppl")] == [
        ["run", 2000, "ppl", "web"],
        ["run", 2000, "ppl", "math"],
        ["run", 10000, "ppl", "web"],
        ["run", 10000, "ppl", "math"],
    ]


def test_nothing_to_read(results, plan):
    results.suite(SERIES.replace("metric: ppl", "metric: ppl, source: old"))
    table = read_results(plan())
    assert len(table) == 0
    assert str(table["step"].dtype) == "int64"


def test_missing_values_have_a_row(results, read):
    results.write("results/run/step_2000/ppl.json", '{"slices": {"web": {"ppl": NaN}}}')
    assert read("ppl")[0] == ["run", 2000, "ppl", "web", None, None, None]


def test_items_that_the_suite_does_not_order_follow_by_name(results, read):
    results.ppl("run", 2000, zoo=1.0, web=2.0, art=3.0, math=4.0)
    items = [item for _, step, _, item, *_ in read("ppl") if step == 2000]
    assert items == ["web", "math", "art", "zoo"]


def test_every_unreadable_file_is_named(results, plan):
    results.write("results/run/step_2000/acc.json", '{"qa": 0.25')
    results.write("results/run/step_2000/ppl.json", '{"slices": {"web": {"ppl": "high"}}}')
    results.write("results/run/step_10000/acc.json", '{"qa": [1]}')
    with pytest.raises(ResultsError) as caught:
        read_results(plan())
    assert str(caught.value).splitlines() == [
        "results/run/step_2000/acc.json:1:12: not valid JSON: Expecting ',' delimiter",
        'results/run/step_2000/ppl.json: slices.web.ppl: got "high"; expected a number',
        "results/run/step_10000/acc.json: qa: got [1]; expected a number",
    ]


def test_many_unreadable_files_are_counted(results, plan):
    for step in range(100):
        results.write(f"results/run/step_{step}/acc.json", "[]")
    with pytest.raises(ResultsError) as caught:
        read_results(plan())
    lines = str(caught.value).splitlines()
    assert lines[0].startswith("results/run/step_0/acc.json: ")
    assert (len(lines), lines[-1]) == (21, "and 80 more like these")


def test_files_are_named_below_the_folder_that_the_command_line_gives(results, plan, tmp_path):
    results.write("results/run/step_2000/acc.json", "[]")
    moved = (tmp_path / "results" / "run").rename(tmp_path / "elsewhere")
    with pytest.raises(ResultsError) as caught:
        read_results(plan("acc", roots={"run": moved}))
    place = f"{tmp_path}/elsewhere/step_2000/acc.json"
    message = "the file is a list; say in `read.item` which field has the item's name"
    assert str(caught.value) == f"{place}: {message}"


def test_a_value_that_only_one_checkpoint_lacks(results, read):
    results.ppl("run", 10000, math=9.5)
    values = {(step, item): value for _, step, _, item, value, *_ in read("ppl")}
    assert values == {(2000, "web"): 12.5, (2000, "math"): 9.5, (10000, "math"): 9.5}


def test_numbers_are_exact(results, read):
    value = math.nextafter(12.5, 13)
    results.ppl("run", 2000, web=value)
    assert read("ppl")[0][4] == value
