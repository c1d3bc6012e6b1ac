"""Result files -> the results table."""

import math
from hashlib import sha256

import pytest

from diagramgen.errors import ResultsError
from diagramgen.results.read import read_plan

SERIES = "  - {transform: series, metric: ppl, output: ppl.png}\n"
BOTH = SERIES + "  - {transform: series, metric: acc, output: acc.png}\n"


@pytest.fixture
def read(plan):
    """The results table as lists of rows."""

    def call(*only):
        table = read_plan(plan(*only), strict=True).table
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
    table = read_plan(plan(), strict=True).table
    kinds = {name: str(kind) for name, kind in table.dtypes.items()}
    assert kinds == {
        "source": "category",
        "step": "Int64",
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
    table = read_plan(plan(), strict=True).table
    assert len(table) == 0
    assert str(table["step"].dtype) == "Int64"


def test_missing_values_have_a_row(results, read):
    text = '{"slices": {"web": {"ppl": NaN}, "math": {"ppl": 9.5}}}'
    results.write("results/run/step_2000/ppl.json", text)
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
        read_plan(plan())
    assert type(caught.value) is ResultsError  # one of the files only ends in the middle
    assert str(caught.value).splitlines() == [
        "results/run/step_2000/acc.json:1:12: not valid JSON: Expecting ',' delimiter",
        'results/run/step_2000/ppl.json: slices.web.ppl: got "high"; expected a number',
        "results/run/step_10000/acc.json: qa: got [1]; expected a number",
    ]


@pytest.mark.parametrize(
    ("count", "last"),
    [(20, "results/run/step_19/acc.json: "), (21, "and 1 more like"), (100, "and 80 more like")],
)
def test_many_unreadable_files_are_counted(results, plan, count, last):
    for step in range(count):
        results.write(f"results/run/step_{step}/acc.json", "[]")
    with pytest.raises(ResultsError) as caught:
        read_plan(plan(), strict=True)
    lines = str(caught.value).splitlines()
    assert lines[0].startswith("results/run/step_0/acc.json: ")
    assert len(lines) == min(count, 21)
    assert lines[-1].startswith(last)


def test_files_are_named_below_the_folder_that_the_command_line_gives(results, plan, tmp_path):
    results.write("results/run/step_2000/acc.json", "[]")
    moved = (tmp_path / "results" / "run").rename(tmp_path / "elsewhere")
    with pytest.raises(ResultsError) as caught:
        read_plan(plan("acc", roots={"run": moved}), strict=True)
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


TABLE = """\
version: 1
sources: {run: {root: results, checkpoint: "*.csv"}}
metrics: {loss: {better: lower, read: {reader: csv, step: step, columns: ["loss/{item}"]}}}
charts: [{transform: series, source: run, metric: loss, output: a.png}]
"""
LOSSES = "step,loss/web,loss/code\n100,3.5,2.5\n200,3.25,2.25\n"


@pytest.fixture
def table(project):
    """Steps that stand inside a file: 100 and 200."""
    project.write("charts.yaml", TABLE)
    project.write("results/log.csv", LOSSES)
    return project


def test_a_plan_can_be_read_twice(results, plan):
    results.acc("run", 2000, qa=0.25, copa=0.5)
    first = plan()
    once, twice = read_plan(first), read_plan(first)
    assert once.table.equals(twice.table)
    assert (once.digests, once.warnings) == (twice.digests, twice.warnings)
    assert once.plan == twice.plan == first


def test_digests_are_of_the_files_that_are_read(results, plan):
    def of(path):
        return sha256((results.folder / "results/run" / path).read_bytes()).hexdigest()

    paths = [f"step_{step}/ppl.json" for step in (2000, 10000)]
    found = read_plan(plan("ppl"))
    assert found.digests == {"run": {path: of(path) for path in paths}}
    every = [f"step_{step}/{name}.json" for step in (2000, 9000, 10000) for name in ("acc", "ppl")]
    found = read_plan(plan("ppl"), everything=True)
    assert found.digests == {"run": {path: of(path) for path in every}}


def test_a_file_that_tells_its_steps_is_read_for_the_plan_and_not_again(table, plan):
    made = plan()
    (table.folder / "results/log.csv").unlink()
    found = read_plan(made)
    assert found.table[["step", "item", "value"]].to_numpy().tolist() == [
        [100, "code", 2.5],
        [100, "web", 3.5],
        [200, "code", 2.25],
        [200, "web", 3.25],
    ]
    assert found.digests == {"run": {"log.csv": sha256(LOSSES.encode()).hexdigest()}}


@pytest.mark.usefixtures("table")
def test_readings_are_let_go_when_the_table_has_them(plan):
    made = plan()
    found = read_plan(made)
    assert [len(source.contents) for source in made.sources.values()] == [1]
    assert [len(source.contents) for source in found.plan.sources.values()] == [0]
    again = read_plan(found.plan)
    assert again.table.equals(found.table)
    assert (again.digests, again.warnings) == (found.digests, found.warnings)


def test_a_step_that_a_file_has_lost_since_it_was_planned(table, plan):
    found = read_plan(plan()).plan
    table.write("results/log.csv", "step,loss/web,loss/code\n200,3.0,2.0\n")
    assert read_plan(found).table["step"].tolist() == [200, 200]


def test_of_a_file_that_tells_more_steps_than_its_path_only_that_of_the_path_counts(table, plan):
    table.write("charts.yaml", TABLE.replace("*.csv", "s{step}/*.csv"))
    table.write("results/s200/log.csv", LOSSES)
    found = read_plan(plan())
    assert found.table[["step", "item", "value"]].to_numpy().tolist() == [
        [200, "code", 2.25],
        [200, "web", 3.25],
    ]
