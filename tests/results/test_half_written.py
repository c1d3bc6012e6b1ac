"""Files that are still being written, or that have one item several times."""

import pytest

from diagramgen.errors import ResultsError, TruncatedFile
from diagramgen.model.aliases import alias
from diagramgen.readers.dates import date_in
from diagramgen.readers.parsed import load_json
from diagramgen.results.read import read_plan

SERIES = "  - {transform: series, metric: ppl, output: ppl.png}\n"


@pytest.fixture
def results(project):
    project.suite(SERIES)
    for step in (2000, 10000):
        project.ppl("run", step, web=12.5, math=9.5)
    return project


def test_a_truncated_file_is_left_out(results, plan):
    results.write("results/run/step_10000/ppl.json", '{"slices": {"web": {"ppl": 12')
    asked = plan()
    found = read_plan(asked)
    assert set(found.table["step"]) == {2000}
    left_out = {10000: "step_10000/ppl.json ends in the middle"}
    assert found.plan.sources["run"].left_out == left_out
    assert [chart.status for chart in found.plan.charts] == ["ready"]
    assert asked.sources["run"].left_out == {}


@pytest.mark.parametrize("text", ["", '{"slices"', '{"slices": {"web": {"ppl": 1'])
def test_strict_refuses_it(results, plan, text):
    results.write("results/run/step_10000/ppl.json", text)
    with pytest.raises(
        TruncatedFile, match=r"^results/run/step_10000/ppl.json:1:\d+: not valid JSON"
    ):
        read_plan(plan(), strict=True)


def test_a_file_that_is_broken_in_the_middle_is_never_left_out(results, plan):
    results.write("results/run/step_10000/ppl.json", '{"slices": oops}')
    with pytest.raises(ResultsError, match="Expecting value"):
        read_plan(plan())


def test_of_two_files_of_one_step_the_newer_counts(project, plan):
    project.write(
        "charts.yaml",
        """\
version: 1
sources: {run: {root: results, checkpoint: "s{step}/results_*.json"}}
metrics: {acc: {better: higher, read: {reader: lm-eval, value: acc}}}
charts: [{transform: series, source: run, metric: acc, output: a.png}]
""",
    )
    old = {"results": {"piqa": {"acc,none": 0.5}, "copa": {"acc,none": 0.25}}, "date": 1}
    new = {"results": {"piqa": {"acc,none": 0.75}}, "date": 2}
    project.write("results/s100/results_b.json", old)
    project.write("results/s100/results_a.json", new)
    found = read_plan(plan())
    values = dict(zip(found.table["item"], found.table["value"], strict=True))
    assert values == {"copa": 0.25, "piqa": 0.75}
    differ = "step 100: s100/results_b.json and s100/results_a.json differ"
    said = f"source 'run', {differ}; the newer counts, the second"
    assert found.warnings == {"run": (said,)}


@pytest.mark.parametrize(("old", "new"), [(0.5, 0.5), ("N/A", 0.5)])
def test_that_a_newer_file_fills_a_gap_or_says_the_same_is_not_noted(project, plan, old, new):
    project.write(
        "charts.yaml",
        """\
version: 1
sources: {run: {root: results, checkpoint: "s{step}/*.json"}}
metrics: {acc: {better: higher, read: {reader: json}}}
charts: [{transform: series, source: run, metric: acc, output: a.png}]
""",
    )
    project.write("results/s100/2026-01-01.json", {"qa": old})
    project.write("results/s100/2026-01-02.json", {"qa": new})
    found = read_plan(plan())
    assert found.table["value"].tolist() == [new]
    assert found.warnings == {"run": ()}


def test_shots_are_never_mixed(project, plan):
    project.write(
        "charts.yaml",
        """\
version: 1
sources: {run: {root: results, checkpoint: "s{step}/*.json"}}
metrics: {acc: {better: higher, read: {reader: lm-eval, value: acc}}}
charts: [{transform: series, source: run, metric: acc, output: a.png}]
""",
    )
    for shots in (0, 5):
        record = {"results": {"piqa": {"acc,none": 0.5}}, "n-shot": {"piqa": shots}}
        project.write(f"results/s100/{shots}.json", record)
    with pytest.raises(ResultsError) as caught:
        read_plan(plan())
    assert str(caught.value) == (
        "results/s100/5.json: 'piqa' is there with 0 and 5 shots at step 100; "
        "choose with `read: {shots: ...}` of metric 'acc'"
    )


@pytest.mark.parametrize(
    ("path", "date"),
    [
        ("m/results_2025-03-02T23-31-03.189087.json", "2025-03-02T23-31-03.189087"),
        ("160M_eval_results_02-15-2023-10-20-30.json", "2023-02-15T10-20-30"),
        ("2025-03-02T23-31-03/step1.json", ""),
    ],
)
def test_dates_in_names_sort_as_text(path, date):
    assert date_in(path) == date


@pytest.mark.parametrize(
    ("item", "name"),
    [
        ("hendrycksTest-anatomy", "mmlu_anatomy"),
        ("lambada_openai", "lambada"),
        ("hendrycksTest", "hendrycksTest"),
        ("piqa", "piqa"),
    ],
)
def test_aliases(item, name):
    aliases = {"hendrycksTest-*": "mmlu_*", "lambada_openai": "lambada"}
    assert alias(item, aliases) == name


def test_wherever_a_file_is_cut_off_it_is_known_for_a_truncated_one():
    text = '{"a": [-1.5e+3, true, null, NaN, Infinity], "b\\u00e9\u00e9\\n": {"d": -Infinity}}\n'
    data = text.encode()
    assert load_json(data, "a.json").keys() == {"a", "b\u00e9\u00e9\n"}
    for end in range(len(data) - 2):
        with pytest.raises(TruncatedFile):
            load_json(data[:end], "a.json")


@pytest.mark.parametrize(
    "text", ['{"a": 1} x', "qo", '{"a": nope}', "[1,]", '{"a" 1}', '"\\uzzzz"']
)
def test_a_file_that_is_wrong_is_not_just_truncated(text):
    with pytest.raises(ResultsError) as err:
        load_json(text.encode(), "a.json")
    assert not isinstance(err.value, TruncatedFile)


# The step inside JSON files.

STEP_INSIDE = """\
version: 1
sources: {run: {root: results, checkpoint: "*.json"}}
metrics:
  acc: {better: higher, read: {reader: json, records: tasks, step: meta.step}}
charts: [{transform: series, source: run, metric: acc, output: acc.png}]
"""


def test_the_step_of_json_files_may_stand_in_them(project, main):
    project.write("charts.yaml", STEP_INSIDE)
    project.write("results/a.json", {"meta": {"step": 100}, "tasks": {"qa": 0.25}})
    project.write("results/b.json", {"meta": {"step": "step20"}, "tasks": {"qa": 0.5}})
    assert main("data", "acc", "--format", "csv") == (
        0,
        "source,step,item,value\nrun,20,qa,0.5\nrun,100,qa,0.25\n",
        "",
    )


@pytest.mark.parametrize("command", [["list"], ["data", "acc"], ["validate", "--results"]])
def test_a_step_that_is_too_large_is_one_line(project, main, command):
    project.write("charts.yaml", STEP_INSIDE)
    project.write("results/a.json", {"meta": {"step": 2**63}, "tasks": {"qa": 0.25}})
    done = main(*command)
    assert (done.code, done.out) == (3, "")
    assert done.err == (
        "error: results/a.json: meta.step: got 9223372036854775808; "
        "expected a step, a whole number of 64 bits\n"
    )


@pytest.mark.parametrize("command", [["data", "acc"], ["validate", "--results"], ["render"]])
def test_a_name_with_an_escape_sequence_is_one_line(project, main, command):
    project.write("charts.yaml", STEP_INSIDE)
    project.write("results/a.json", {"meta": {"step": 1}, "tasks": {"qa\x1b[2J\n": 0.25}})
    done = main(*command)
    assert (done.code, done.out) == (3, "")
    assert done.err == (
        'error: results/a.json: tasks: got "qa\\u001b[2J\\n"; expected the item\'s name, '
        "up to 200 characters of text without control characters\n"
    )
