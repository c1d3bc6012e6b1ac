"""The plan: which charts of which steps into which files, told from file names alone."""

import pytest

from diagramgen.errors import ResultsError, SuiteError, UsageError

HEADER = """\
version: 1
sources:
  run: {{root: results, checkpoint: "{pattern}"}}
metrics:
  ppl: {{better: lower, read: {{reader: json, file: {file}}}}}
charts:
  - {{transform: series, metric: ppl, source: run, output: ppl.png}}
"""
SERIES = "  - {transform: series, metric: ppl, output: ppl.png}\n"


@pytest.fixture
def steps(project, plan):
    """The steps that a checkpoint pattern finds in folders that have the metric's file."""

    def find(pattern, *folders, file="ppl.json"):
        project.write("charts.yaml", HEADER.format(pattern=pattern, file=file))
        for folder in folders:
            project.write(f"results/{folder}/{file}", {"web": 12.5})
        return list(plan().sources["run"].steps())

    return find


@pytest.fixture
def error(plan):
    """The message of the error that planning ends with."""

    def call(kind, *only, **options):
        with pytest.raises(kind) as caught:
            plan(*only, **options)
        return str(caught.value)

    return call


@pytest.fixture
def results(project):
    """Perplexities: `run` at 2000, 6000, 10000 and its bridge 9000, `old` at 2000, 10000, 20000."""
    for step in (2000, 6000, 10000, 9000):
        project.ppl("run", step, web=12.5)
    for step in (2000, 10000, 20000):
        project.ppl("old", step, web=13.5)
    return project


# Finding checkpoints.


@pytest.mark.parametrize(
    ("pattern", "folders", "expected"),
    [
        ("step_{step}/", ["step_2000", "step_10000", "step_500"], [500, 2000, 10000]),
        ("step_{step}", ["step_2000", "step_x", "steps_1", "step_", "xstep_3"], [2000]),
        ("./step_{step}//", ["step_2000"], [2000]),
        ("{step}", ["0", "007", "12"], [0, 7, 12]),
        ("run-*-s{step}", ["run-a-s1", "run--s2", "run-b-c-s3", "run-a-x4"], [1, 2, 3]),
        ("*/step_{step}", ["a/step_1", "b/step_2", "step_3"], [1, 2]),
        ("step_{step}/eval", ["step_1/eval", "step_2/other", "step_3"], [1]),
        ("s{step}/final_*", ["s1/final_a", "s2/final_", "s3/first_a"], [1, 2]),
        ("s{step}/epoch_{step}", ["s1/epoch_1", "s2/epoch_3"], [1]),
        ("{step}-of-{step}", ["5-of-5", "5-of-6"], [5]),
        ("it.{step}", ["it.1", "itx2"], [1]),
        ("step_{step}", ["step_123456789012345678", "step_1234567890123456789"],
         [123456789012345678]),
    ],
)  # fmt: skip
def test_checkpoint_patterns(steps, pattern, folders, expected):
    assert steps(pattern, *folders) == expected


def test_result_files_may_lie_below_the_checkpoint(steps):
    assert steps("step_{step}", "step_1", "step_2", file="eval/ppl.json") == [1, 2]


def test_files_and_links_to_nowhere_are_no_checkpoints(project, steps):
    project.write("results/step_1", "a file")
    (project.folder / "results" / "step_2").symlink_to("step_2")
    (project.folder / "results" / "step_3").symlink_to("gone")
    assert steps("step_{step}", "step_4") == [4]


def test_a_link_to_a_folder_is_a_checkpoint(project, steps):
    project.write("elsewhere/ppl.json", {"web": 12.5})
    (project.folder / "results").mkdir()
    (project.folder / "results" / "step_5").symlink_to("../elsewhere")
    assert steps("step_{step}", "step_4") == [4, 5]


def test_two_folders_of_one_step(steps):
    with pytest.raises(ResultsError) as caught:
        steps("step_{step}", "step_0100", "step_100")
    both = "step_0100/ppl.json and step_100/ppl.json"
    assert str(caught.value) == f"source 'run': step 100 is there twice: {both}"


def test_a_pattern_with_a_star_may_find_several_files_of_one_step(steps):
    assert steps("*/step_{step}", "a/step_100", "b/step_100") == [100]


# Checkpoints without their file.


def test_a_checkpoint_without_its_file_is_left_out(results, plan):
    results.suite(SERIES + "  - {transform: series, metric: acc, output: acc.png}\n")
    for step in (2000, 10000):
        results.acc("run", step, qa=0.25)
    planned = plan()
    source = planned.sources["run"]
    assert source.steps() == (2000, 6000, 9000, 10000)
    assert source.left_out == {6000: "no acc.json", 9000: "no acc.json"}
    assert [chart.reads() for chart in planned.charts] == [
        {("run", "ppl"): {2000, 6000, 10000}},
        {("run", "acc"): {2000, 10000}},
    ]


def test_a_folder_without_any_file_is_left_out(results, plan):
    results.suite(SERIES)
    (results.folder / "results" / "run" / "step_14000").mkdir()
    source = plan().sources["run"]
    assert source.steps() == (2000, 6000, 9000, 10000)
    assert source.left_out == {14000: "no ppl.json"}


def test_a_metric_that_a_source_never_has_is_no_gap(results, plan):
    results.suite(SERIES)
    assert plan().sources["run"].left_out == {}


# Sources that are not there.


def test_no_folder(project, error):
    project.suite(SERIES)
    assert error(ResultsError) == "source 'run': its folder results/run does not exist"


def test_a_file_instead_of_a_folder(project, error):
    project.suite(SERIES)
    project.write("results/run", "")
    assert error(ResultsError) == "source 'run': its folder results/run does not exist"


def test_an_empty_folder(project, error):
    project.suite(SERIES)
    (project.folder / "results" / "run").mkdir(parents=True)
    message = "source 'run': no results found at results/run/step_{step}/: results/run is empty"
    assert error(ResultsError) == message


def test_folders_without_files(project, error):
    project.suite(SERIES)
    project.write("results/run/step_2000/pl.json", {})
    project.write("results/run/step_2000/acc/x.json", {})
    message = "source 'run': no results found at results/run/step_{step}/: "
    what = "nothing in results/run/step_2000 is like 'ppl.json'; there is 'pl.json', 'acc/'"
    assert error(ResultsError) == message + what


EIGHT = "'x1/', 'x2/', 'x3/', 'x4/', 'x5/', 'x6/', 'x7/', 'x8/'"


@pytest.mark.parametrize(
    ("pattern", "folders", "said"),
    [
        ("step_{step}/", ["ckpt-2", "ckpt-10"],
         "nothing in results is like 'step_{step}'; there is 'ckpt-10/', 'ckpt-2/'"),
        ("*/step_{step}", ["a/step1", "b/step2"],
         "nothing in results/a is like 'step_{step}'; there is 'step1/'"),
        ("*/step_{step}", ["a/step1", "b/step_2x", "b/step_3"],
         "nothing in results/b/step_3 is like 'nll.json'; there is 'ppl.json'"),
        ("**/step_{step}", ["a/step1", "b/c"],
         "nothing in results is like '**/step_{step}/nll.json'; there is 'a/', 'b/'"),
        ("step_{step}", ["step_5\n"],
         "nothing in results is like 'step_{step}'; there is 'step_5\\n/'"),
        ("run-{step}", [f"x{i}" for i in range(1, 10)],
         f"nothing in results is like 'run-{{step}}'; there is {EIGHT}, ..."),
    ],
)  # fmt: skip
def test_a_pattern_that_finds_nothing(project, error, pattern, folders, said):
    suite = HEADER.format(pattern=pattern, file="nll.json")
    project.write("charts.yaml", suite)
    for folder in folders:
        project.write(f"results/{folder}/ppl.json", {"web": 12.5})
    assert error(ResultsError) == f"source 'run': no results found at results/{pattern}: {said}"


def test_a_folder_that_cannot_be_read(project, error, tmp_path):
    project.suite(SERIES)
    message = f"source 'run': {tmp_path}/{'x' * 300}: File name too long"
    assert error(ResultsError, roots={"run": tmp_path / ("x" * 300)}) == message


def test_an_optional_source_may_be_missing(results, plan, tmp_path):
    results.suite(SERIES.replace("metric: ppl", "metric: ppl, source: [run, old]"))
    for folder in (tmp_path / "nowhere", tmp_path):
        source = plan(roots={"old": folder}).sources["old"]
        assert (source.files, source.missing) == ({}, "source 'old' is not there")


# What becomes of charts.


def compare(view, **keys):
    more = "".join(f", {key}: {value}" for key, value in keys.items())
    return f"  - {{transform: stage-compare, view: {view}, metric: ppl, against: old{more}}}\n"


def test_charts_that_need_a_missing_source_are_skipped(results, plan, tmp_path):
    results.suite(SERIES + compare("trend", of="macro", output="trend.png"))
    first, second = plan(roots={"old": tmp_path / "nowhere"}).charts
    assert (first.id, first.status, first.reason) == ("ppl", "ready", None)
    assert (second.id, second.status) == ("trend", "skipped")
    assert second.reason == "source 'old' is not there"
    assert second.reads() == {}


def test_skip_stage_compare(results, plan):
    results.suite(SERIES + compare("trend", of="macro", output="trend.png"))
    first, second = plan(skip_stage_compare=True).charts
    assert (first.status, second.status) == ("ready", "skipped")
    assert second.reason == "it compares sources, and --skip-stage-compare is set"


def test_a_step_that_is_not_there_fails(results, plan):
    results.suite("  - {transform: snapshot, metric: ppl, step: 4000, output: a.png}\n")
    (chart,) = plan().charts
    assert (chart.status, chart.reason) == (
        "failed", "source 'run' has no step 4000; it has steps 2000, 6000, 10000",
    )  # fmt: skip


def test_steps_of_a_filter_that_are_not_there_are_told(results, plan):
    results.suite("  - {transform: series, metric: ppl, steps: [2000, 4000], output: a.png}\n")
    (chart,) = plan().charts
    assert (chart.status, dict(chart.left_out)) == ("ready", {"step 4000": "not there"})
    assert chart.reads() == {("run", "ppl"): {2000}}


# Steps in paths and titles.


@pytest.mark.parametrize(
    ("keys", "output", "id_"),
    [
        ("transform: snapshot", "at_${step}", "at_10000"),
        ("transform: snapshot, step: first", "at_${step}", "at_2000"),
        ("transform: snapshot, step: bridge", "at_${step}", "at_9000"),
        ("transform: snapshot, step: [5000, 6000]", "at_${step}", "at_6000"),
        ("transform: delta, from: first, to: last", "${to}-${from}", "10000-2000"),
        ("transform: delta, from: bridge, to: 6000", "${to}-${from}", "6000-9000"),
        ("transform: relative, baseline: [4000, first]", "vs_${baseline}", "vs_2000"),
        ("transform: macro, reference: [bridge, 2000]", "ref_${reference}", "ref_9000"),
        (
            "transform: stage-compare, view: at, against: old, step: [2000, 6000]",
            "at_${step}",
            "at_2000",
        ),
        (
            "transform: stage-compare, view: at, against: old, step: [6000]",
            "at_${step}",
            "at_10000",
        ),
    ],
)
def test_resolved_steps_in_the_output(results, plan, keys, output, id_):
    results.suite(f'  - {{{keys}, metric: ppl, output: "{output}.png"}}\n')
    (chart,) = plan().charts
    assert (chart.id, chart.output()) == (id_, f"{id_}.png")


def test_the_step_that_is_used_wins_over_a_var_of_the_same_name(results, plan):
    results.write(
        "charts.yaml",
        """\
version: 1
vars: {baseline: 4000, step: 1, name: ppl}
sources: {run: {root: results/run, bridge: 9000}}
metrics: {ppl: {better: lower, read: {reader: json, file: ppl.json}}}
defaults: {source: run, metric: ppl}
charts:
  - transform: relative
    baseline: [${baseline}, first]
    title: ${name} against step ${baseline}, not ${step}
    subtitle: baseline ${baseline}
    output: ${name}_vs_${baseline}_${step}.vl.json
""",
    )
    (chart,) = plan().charts
    assert chart.id == "ppl_vs_2000_1"
    assert chart.output() == "ppl_vs_2000_1.vl.json"
    assert chart.title == "ppl against step 2000, not 1"
    assert chart.subtitle == "baseline 2000"


def test_a_step_that_is_not_known_stays_open(results, plan, tmp_path):
    results.suite(compare("at", output="at_${step}.png"))
    (chart,) = plan(roots={"old": tmp_path / "nowhere"}).charts
    assert (chart.id, chart.status) == ("at_${step}", "skipped")


def test_two_charts_that_turn_out_to_have_one_id(results, error):
    results.suite(
        "  - {transform: snapshot, metric: ppl, output: at_10000.png}\n"
        '  - {transform: snapshot, metric: ppl, step: last, output: "at_${step}.svg"}\n'
    )
    message = "charts.yaml:25:60: error[duplicate-id]: two charts have the id 'at_10000'"
    assert error(SuiteError).splitlines()[0] == message


# Choosing charts.

THREE = """\
  - {transform: series, metric: ppl, output: tier2/series.png}
  - {transform: macro, metric: ppl, output: tier2/macro.png}
  - {transform: snapshot, metric: ppl, output: "tier3/at_${step}.png"}
"""


@pytest.mark.parametrize(
    ("only", "ids"),
    [
        ([], ["tier2/series", "tier2/macro", "tier3/at_10000"]),
        (["tier2/macro"], ["tier2/macro"]),
        (["tier2/*"], ["tier2/series", "tier2/macro"]),
        (["*"], ["tier2/series", "tier2/macro", "tier3/at_10000"]),
        (["*at_*", "tier2/m?cro"], ["tier2/macro", "tier3/at_10000"]),
        (["tier3/at_10000", "tier2/series"], ["tier2/series", "tier3/at_10000"]),
        (["tier2/*", "tier2/series"], ["tier2/series", "tier2/macro"]),
    ],
)
def test_only(results, plan, only, ids):
    results.suite(THREE)
    planned = plan(*only)
    assert [chart.id for chart in planned.charts] == ids
    assert planned.ids == ("tier2/series", "tier2/macro", "tier3/at_10000")


@pytest.mark.parametrize(
    ("only", "hint"),
    [
        (["tier4/*"], "; `diagramgen list` shows the ids"),
        (["tier2/*", "x"], "; `diagramgen list` shows the ids"),
        (["tier2/serise"], "; did you mean 'tier2/series'?"),
        (["tier2/series.png"], "; did you mean 'tier2/series'?"),
        (["tier2/*", "Tier2/macro"], "; did you mean 'tier2/macro'?"),
        (["tier3/at_${step}"], "; did you mean 'tier3/at_10000'?"),
    ],
)
def test_only_names_nothing(results, error, only, hint):
    results.suite(THREE)
    assert error(UsageError, *only) == f"no chart has the id '{only[-1]}'{hint}"


def test_the_contents_of_the_files_are_not_read(results, plan):
    results.suite(SERIES)
    results.write("results/run/step_2000/ppl.json", "broken")
    assert [chart.status for chart in plan().charts] == ["ready"]
