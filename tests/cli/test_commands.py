"""The command line: exit codes, what goes to stdout and what to stderr, and never a traceback."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from diagramgen import __version__

ROOT = Path(__file__).parents[2]
HEAVY = ("pandas", "numpy", "altair", "vl_convert", "jsonschema", "duckdb", "dask", "distributed")
SERIES = "  - {transform: series, metric: ppl, output: ppl/series.vl.json}\n"
MACRO = "  - {transform: macro, metric: ppl, template: plain, output: ppl/macro.vl.json}\n"
ACC = "  - {transform: macro, metric: acc, template: plain, output: acc/macro.vl.json}\n"
AT = (
    '  - {transform: snapshot, metric: ppl, step: [4000, 2000], output: "ppl/at_${step}.vl.json"}\n'
)
NO_STEP = "  - {transform: snapshot, metric: ppl, step: 4000, output: ppl/at_4000.vl.json}\n"
COMPARE = (
    "  - {transform: stage-compare, view: delta, metric: ppl, against: old, "
    'output: "compare/delta.vl.json"}\n'
)
PANELS = "  - {transform: macro, panels: [{metric: ppl}, {metric: acc}], output: both.vl.json}\n"
VARS = """\
  - for_each: {step: "${snapshots}"}
    transform: snapshot
    metric: ppl
    step: ${step}
    output: ppl/at_${step}.vl.json
vars: {snapshots: [2000], compare_steps: [2000], name: x}
"""

FORMATS = "png, svg, pdf, vl.json, vega.json, html or csv"


@pytest.fixture
def results(project):
    """Two checkpoints of `run`; `old` is not there."""
    for step, web, qa in ((2000, 12.5, 0.25), (10000, 11.1, 1 / 3)):
        project.ppl("run", step, web=web, math=9.0)
        project.acc("run", step, qa=qa)
    return project


# render


def test_render(results, main):
    results.suite(MACRO + COMPARE + ACC)
    done = main("render")
    assert (done.code, done.out) == (0, "")
    assert done.err == (
        "rendered  ppl/macro\n"
        "skipped   compare/delta: source 'old' is not there\n"
        "rendered  acc/macro\n"
        "2 rendered, 1 skipped in out\n"
    )
    assert results.files() == ["acc/macro.vl.json", "manifest.json", "ppl/macro.vl.json"]


def test_a_failed_chart_is_exit_code_1(results, main):
    results.suite(NO_STEP + MACRO)
    done = main("render")
    assert (done.code, done.out) == (1, "")
    assert done.err == (
        "failed    ppl/at_4000: source 'run' has no step 4000; it has steps 2000, 10000\n"
        "rendered  ppl/macro\n"
        "1 rendered, 1 failed in out\n"
    )


def test_render_some(results, main):
    results.suite(MACRO + ACC)
    done = main("render", "acc/*")
    assert done == (0, "", "rendered  acc/macro\n1 rendered in out\n")
    assert results.files() == ["acc/macro.vl.json", "manifest.json"]


def test_dry_run(results, main):
    results.suite(MACRO + COMPARE + NO_STEP)
    done = main("render", "--dry-run")
    assert (done.code, done.out) == (0, "")
    assert done.err == (
        "ready     ppl/macro\n"
        "skipped   compare/delta: source 'old' is not there\n"
        "failed    ppl/at_4000: source 'run' has no step 4000; it has steps 2000, 10000\n"
    )
    assert not (results.folder / "out").exists()


def test_a_checkpoint_that_lacks_a_file_is_reported(results, main):
    results.suite(MACRO + ACC)
    (results.folder / "results/run/step_2000/acc.json").unlink()
    (results.folder / "results/run/step_6000").mkdir()
    done = main("render", "--dry-run")
    assert done.err == (
        "warning: source 'run', step 2000: no acc.json\n"
        "warning: source 'run', step 6000: no ppl.json, acc.json\n"
        "ready     ppl/macro\n"
        "ready     acc/macro\n"
    )


def test_out_and_formats(results, main, tmp_path):
    results.suite(MACRO)
    done = main("render", "--out", tmp_path / "a" / "b", "--formats", "svg, vl.json,svg")
    assert (done.code, done.err.splitlines()[-1]) == (
        0, f"1 rendered in {tmp_path}/a/b",
    )  # fmt: skip
    assert results.files("a/b") == ["manifest.json", "ppl/macro.svg", "ppl/macro.vl.json"]


def test_out_is_relative_to_where_the_command_runs(results, main, tmp_path):
    results.suite(MACRO)
    (tmp_path / "here").mkdir()
    done = main("render", "-c", "../charts.yaml", "--out", "drawn", folder=tmp_path / "here")
    assert done.code == 0
    assert results.files("here") == ["drawn/manifest.json", "drawn/ppl/macro.vl.json"]


def test_skip_stage_compare(results, main):
    results.suite(COMPARE)
    results.ppl("old", 2000, web=13.5)
    assert main("render", "--dry-run").err == "ready     compare/delta\n"
    reason = "it compares sources, and --skip-stage-compare is set"
    done = main("render", "--dry-run", "--skip-stage-compare")
    assert done.err == f"skipped   compare/delta: {reason}\n"


def test_prune(results, main):
    results.suite(MACRO + ACC)
    assert main("render").code == 0
    results.suite(MACRO)
    assert main("render").code == 0
    assert results.files() == ["acc/macro.vl.json", "manifest.json", "ppl/macro.vl.json"]
    assert main("render", "--prune").code == 0
    assert results.files() == ["manifest.json", "ppl/macro.vl.json"]


# The options that change the suite.


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ([], ["ppl/at_2000"]),
        (["--set", "snapshots=2000,10000"], ["ppl/at_2000", "ppl/at_10000"]),
        (["--set", "snapshots= 10000 ,"], ["ppl/at_10000"]),
        (["--snapshots", "10000"], ["ppl/at_10000"]),
        (["--set", "snapshots=2000", "--snapshots", "10000"], ["ppl/at_10000"]),
        (["--set", "name=y", "--compare-steps", "1,2"], ["ppl/at_2000"]),
    ],
)
def test_vars(results, main, options, ids):
    results.suite(VARS)
    done = main("list", "--json", *options)
    assert [row["id"] for row in json.loads(done.out)] == ids


def test_source(results, main, tmp_path):
    results.suite(MACRO)
    (tmp_path / "results" / "run").rename(tmp_path / "moved")
    assert main("render", "--dry-run").code == 3
    done = main("render", "--dry-run", "--source", "run=moved")
    assert done == (0, "", "ready     ppl/macro\n")


# Wrong usage is exit code 2.


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["render", "x"], "no chart has the id 'x'; `diagramgen list` shows the ids"),
        (["data", "x"], "no chart has the id 'x'; `diagramgen list` shows the ids"),
        (["data", "*"], "'*' matches 2 charts; name one"),
        (["spec", "*"], "'*' matches 2 charts; name one"),
        (["render", "--set", "x"], "--set: got 'x'; expected NAME=VALUE"),
        (["render", "--set", "=1"], "--set: got '=1'; expected NAME=VALUE"),
        (["render", "--source", "run"], "--source: got 'run'; expected NAME=DIR"),
        (["render", "--source", "run="], "--source: got 'run='; expected NAME=DIR"),
        (["render", "--source", "=x"], "--source: got '=x'; expected NAME=DIR"),
        (
            ["render", "--set", "snapshot=1"],
            "'snapshot' is not a var of the suite; did you mean 'snapshots'?",
        ),
        (
            ["render", "--source", "new=x"],
            "'new' is not a source of the suite; known: run, old",
        ),
        (["render", "--formats", "jpg"], f"--formats: got 'jpg'; expected {FORMATS}"),
        (["render", "--formats", "png,"], f"--formats: got ''; expected {FORMATS}"),
        (["render", "--formats", ""], f"--formats: got ''; expected {FORMATS}"),
        (["render", "-c", "x.yaml"], "x.yaml: cannot be read: No such file or directory"),
        (["list", "-c", "results"], "results: cannot be read: Is a directory"),
    ],
)
def test_wrong_usage(results, main, arguments, message):
    results.suite(MACRO + VARS)
    assert main(*arguments) == (2, "", f"error: {message}\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["draw"], "Error: No such command 'draw'."),
        (["render", "--ouput", "x"], "Error: No such option '--ouput'."),
        (["data"], "Error: Missing argument 'CHART'."),
        (["data", "x", "--format", "xml"],
         "Error: Invalid value for '--format': 'xml' is not one of 'csv', 'json', 'markdown'."),
    ],
)  # fmt: skip
def test_a_wrong_command_line(main, arguments, message):
    done = main(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("Usage: diagramgen ")
    assert message.rstrip(".") in done.err


@pytest.mark.parametrize("command", [["render"], ["list"], ["data", "x"], ["spec", "x"]])
def test_an_invalid_suite_is_exit_code_2(results, main, command):
    results.suite(MACRO.replace("macro,", "marco,"))
    done = main(*command)
    assert (done.code, done.out) == (2, "")
    lines = done.err.splitlines()
    message = "'marco' is not a transform; did you mean 'macro'?"
    assert lines[0] == f"charts.yaml:24:17: error[unknown-transform]: {message}"
    assert lines[1] == f"    {MACRO.rstrip().replace('macro,', 'marco,')}"
    assert lines[2] == f"    {' ' * 16}^^^^^"


# Results that cannot be read are exit code 3.


def test_broken_results(results, main):
    results.suite(MACRO + ACC)
    results.write("results/run/step_2000/ppl.json", '{"slices":\n {"web": }')
    results.write("results/run/step_10000/acc.json", '{"qa": "high"}')
    done = main("render")
    assert (done.code, done.out) == (3, "")
    assert done.err == (
        "error: results/run/step_2000/ppl.json:2:10: not valid JSON: Expecting value\n"
        'error: results/run/step_10000/acc.json: qa: got "high"; expected a number\n'
    )
    assert not (results.folder / "out").exists()
    assert main("data", "ppl/macro").code == 3
    assert main("spec", "acc/macro").code == 3
    assert main("list").code == 0


def test_results_that_are_not_there(project, main):
    project.suite(MACRO)
    message = "error: source 'run': its folder results/run does not exist\n"
    assert main("render") == (3, "", message)
    (project.folder / "results" / "run").mkdir(parents=True)
    message = "error: source 'run': no results found at results/run/step_{step}/"
    message += ": results/run is empty\n"
    for command in (["render"], ["list"], ["data", "*"]):
        assert main(*command) == (3, "", message)


# Output that cannot be written is exit code 1.


def test_an_output_folder_that_is_a_file(results, main):
    results.suite(MACRO + ACC)
    results.write("out", "mine")
    message = "error: cannot write to out: 'out' is a file where a folder should be\n"
    assert main("render") == (1, "", message)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_stdout_that_takes_nothing(results, start):
    results.suite(MACRO)
    with Path("/dev/full").open("w") as full:
        process = start("data", "ppl/macro", folder=results.folder, stdout=full)
        _, err = process.communicate()
    message = "error: cannot write to stdout: No space left on device\n"
    assert (process.returncode, err) == (1, message)


def test_a_reader_that_has_seen_enough_is_no_error(results, start):
    results.suite(MACRO)
    reading, writing = os.pipe()
    os.close(reading)
    process = start("data", "ppl/macro", folder=results.folder, stdout=writing)
    os.close(writing)
    _, err = process.communicate()
    assert (process.returncode, err) == (0, "")


# list


def test_list(results, main):
    results.suite(MACRO + COMPARE + PANELS)
    assert main("list") == (
        0,
        (
            "ppl/macro      macro          ready\n"
            "compare/delta  stage-compare  skipped  source 'old' is not there\n"
            "both           macro          ready\n"
        ),
        "",
    )


def test_list_json(results, main):
    results.suite(AT + COMPARE + PANELS)
    done = main("list", "--json")
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out) == [
        {
            "id": "ppl/at_2000",
            "transform": "snapshot",
            "metric": "ppl",
            "sources": ["run"],
            "output": "ppl/at_2000.vl.json",
            "status": "ready",
            "reason": None,
        },
        {
            "id": "compare/delta",
            "transform": "stage-compare",
            "metric": "ppl",
            "sources": ["old", "run"],
            "output": "compare/delta.vl.json",
            "status": "skipped",
            "reason": "source 'old' is not there",
        },
        {
            "id": "both",
            "transform": "macro",
            "metric": "ppl+acc",
            "sources": ["run"],
            "output": "both.vl.json",
            "status": "ready",
            "reason": None,
        },
    ]


# data


def test_data_csv(results, main):
    results.suite(ACC)
    assert main("data", "acc/macro") == (
        0,
        "source,step,value\nrun,2000,0.25\nrun,10000,0.3333333333333333\n",
        "",
    )


def test_data_json(results, main):
    results.suite(ACC)
    done = main("data", "acc/macro", "--format", "json")
    assert done == (
        0,
        (
            '[\n {\n  "source": "run",\n  "step": 2000,\n  "value": 0.25\n },\n'
            ' {\n  "source": "run",\n  "step": 10000,\n  "value": 0.3333333333333333\n }\n]\n'
        ),
        "",
    )
    assert json.loads(done.out)[1]["value"] == 1 / 3


def test_data_markdown(results, main):
    results.suite(ACC)
    assert main("data", "acc/macro", "--format", "markdown") == (
        0,
        (
            "| source | step | value |\n| --- | --- | --- |\n"
            "| run | 2000 | 0.25 |\n| run | 10000 | 0.3333333333333333 |\n"
        ),
        "",
    )


def test_data_of_panels(results, main):
    results.suite(PANELS)
    assert main("data", "both") == (
        0,
        (
            "panel,source,step,value\n"
            "1,run,2000,10.75\n1,run,10000,10.05\n2,run,2000,0.25\n2,run,10000,0.3333333333333333\n"
        ),
        "",
    )


def test_data_by_a_glob_that_names_one(results, main):
    results.suite(MACRO + ACC)
    assert main("data", "acc*") == main("data", "acc/macro")


def test_data_is_utf_8_whatever_the_terminal_speaks(results, run):
    results.write("results/run/step_2000/acc.json", {"größe": 0.25})
    results.suite("  - {transform: snapshot, metric: acc, step: first, output: a.vl.json}\n")
    done = run("data", "a", folder=results.folder, env={"PYTHONIOENCODING": "ascii"})
    assert done == (0, "source,step,item,value\nrun,2000,größe,0.25\n", "")


@pytest.mark.parametrize("command", ["data", "spec"])
def test_a_chart_that_is_not_drawn_has_no_data(results, main, command):
    results.suite(COMPARE + NO_STEP)
    message = "error: compare/delta: source 'old' is not there\n"
    assert main(command, "compare/delta") == (1, "", message)
    message = "error: ppl/at_4000: source 'run' has no step 4000; it has steps 2000, 10000\n"
    assert main(command, "ppl/at_4000") == (1, "", message)


# spec


def test_spec(results, main):
    results.suite(MACRO)
    done = main("spec", "ppl/macro")
    assert (done.code, done.err) == (0, "")
    spec = json.loads(done.out)
    assert spec["$schema"].startswith("https://vega.github.io/schema/vega-lite/")
    assert spec["usermeta"]["diagramgen"]["id"] == "ppl/macro"
    assert spec["data"]["values"] == [
        {"source": "run", "step": 2000, "value": 10.75},
        {"source": "run", "step": 10000, "value": 10.05},
    ]


# validate


def test_validate_a_good_suite(project, main):
    """Without any results."""
    project.suite(MACRO + ACC + COMPARE)
    assert main("validate") == (0, "", "charts.yaml: 3 charts, no problems\n")
    assert main("validate", "--format", "json").out == "[]\n"
    assert main("validate", "--format", "github").out == ""


def test_validate_a_bad_suite(project, main):
    project.suite(MACRO.replace("macro,", "marco,") + ACC.replace("acc,", "ac,"))
    done = main("validate")
    assert done.code == 1
    assert [line for line in done.out.splitlines() if line.startswith("charts.yaml:")] == [
        (
            "charts.yaml:24:17: error[unknown-transform]: "
            "'marco' is not a transform; did you mean 'macro'?"
        ),
        "charts.yaml:25:32: error[unknown-metric]: 'ac' is not a metric; did you mean 'acc'?",
    ]


def test_validate_as_json(project, main):
    project.suite(MACRO.replace("macro,", "marco,"))
    done = main("validate", "--format", "json")
    assert done.code == 1
    assert json.loads(done.out) == [
        {
            "file": "charts.yaml",
            "line": 24,
            "column": 17,
            "end_column": 22,
            "severity": "error",
            "code": "unknown-transform",
            "message": "'marco' is not a transform; did you mean 'macro'?",
            "suggestion": "macro",
        }
    ]


def test_validate_as_annotations(project, main):
    project.suite(MACRO.replace("macro,", "marco,"))
    done = main("validate", "--format", "github")
    assert done.code == 1
    assert done.out.startswith("::error file=charts.yaml,line=24,col=17,")
    assert done.out.endswith("::'marco' is not a transform; did you mean 'macro'?\n")


# The command as a process.


def test_help(run):
    done = run("--help")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Usage: diagramgen [OPTIONS] COMMAND [ARGS]...\n")
    words = " ".join(done.out.split())
    assert words.endswith(
        "Exit codes: 0 done (charts may be skipped), 1 a chart failed or validate found errors, "
        "2 wrong usage or an invalid suite, 3 results unreadable, 70 a bug of diagramgen, "
        "130 interrupted."
    )


def test_version(run):
    assert run("--version") == (0, f"diagramgen, version {__version__}\n", "")


def test_without_a_command(run):
    done = run()
    assert done.code == 2
    assert "Usage: diagramgen [OPTIONS] COMMAND [ARGS]..." in done.out + done.err


@pytest.mark.parametrize("arguments", [["--help"], ["list"], ["validate"], ["render", "--dry-run"]])
def test_nothing_heavy_is_imported_before_it_is_needed(arguments):
    script = (
        "import sys\n"
        "from diagramgen.cli.commands import main\n"
        "try:\n"
        "    main()\n"
        "finally:\n"
        f"    print(sorted({set(HEAVY)} & set(sys.modules)))\n"
    )
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=env, check=False, capture_output=True, text=True, encoding="utf-8"
    )
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "[]")


def test_exit_codes_of_the_process(results, run, tmp_path):
    results.suite(MACRO)
    assert run("render", "--dry-run", folder=tmp_path) == (0, "", "ready     ppl/macro\n")
    assert run("render", "x", folder=tmp_path).code == 2
    (tmp_path / "results").rename(tmp_path / "gone")
    done = run("render", folder=tmp_path)
    message = "error: source 'run': its folder results/run does not exist\n"
    assert done == (3, "", message)


def test_an_interrupt(start, tmp_path):
    """Ctrl-C in the middle: exit code 130, no traceback, every file whole."""
    process = start("render", "--out", tmp_path / "out", "--formats", "png,vl.json")
    first = process.stderr.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    assert (process.returncode, out) == (130, "")
    assert first.startswith("rendered  ")
    assert err.endswith("\ninterrupted\n")
    assert "Traceback" not in err
    for path in (tmp_path / "out").glob("[!.]*/**/*.*"):
        assert path.suffix in (".png", ".json", ".js")
        if path.suffix == ".json":
            json.loads(path.read_bytes())
        else:
            assert path.read_bytes().endswith((b"IEND\xaeB`\x82", b");\n"))


def test_what_a_person_mistypes_is_told_escaped(main):
    assert main("render", "--jo\x1b[31mbs", "1").err == (
        "Usage: diagramgen render [OPTIONS] [CHART]...\n"
        "Try 'diagramgen render --help' for help.\n\n"
        "Error: No such option '--jo\\x1b[31mbs'. Did you mean '--jobs'?\n"
    )
