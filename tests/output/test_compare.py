"""What decides that nothing is to do: the state of the last run, held against what is there."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from diagramgen.local import sha256
from diagramgen.output.compare import _named, compare
from diagramgen.output.files import open_output
from diagramgen.output.request import Request, probable_output, stamps
from diagramgen.output.state import encode_state, read_state

CHARTS = """\
  - for_each: [{name: ppl, of: run}, {name: old, of: old}]
    transform: series
    metric: ppl
    source: ${of}
    steps: [2000]
    template: plain
    output: ${name}.vl.json
  - {transform: series, metric: acc, steps: [2000], template: plain, output: acc.vl.json}
"""
SKIPPED = "skipped   old: source 'old' is not there\n"


@pytest.fixture
def drawn(project, main):
    """The project after a first run, which has read the step 2000 only."""
    project.suite(CHARTS)
    for step in (2000, 10000):
        project.ppl("run", step, web=12.5)
        project.acc("run", step, qa=0.25)
    assert main("render").err.endswith("2 rendered, 1 skipped in out\n")
    return project


@pytest.fixture
def verdict(drawn):
    """What a run would find, and the state that it would go on with."""

    def call(**asked):
        request = Request(file=drawn.folder / "charts.yaml", **asked)
        with open_output(drawn.folder, "out") as folder:
            return compare(read_state(folder), request, folder)

    return call


@pytest.fixture
def state(drawn):
    """The state of the last run, as it is read."""

    def call():
        with open_output(drawn.folder, "out") as folder:
            return read_state(folder)

    return call


def test_nothing_has_changed(verdict, state):
    assert verdict() == ("unchanged", state())


@pytest.mark.parametrize(
    "asked",
    [
        {"charts": ("ppl",)},
        {"formats": ("vl.json",)},
        {"gallery": True},
        {"strict": True},
        {"skip_stage_compare": True},
        {"set_vars": (("a", "1"),)},
        {"roots": (("run", "results/run"),)},
    ],
)
def test_something_else_is_asked_for(verdict, asked):
    assert verdict(**asked)[0] == "request"


def test_the_same_folder_is_the_same_from_wherever_it_is_named(drawn, monkeypatch):
    def digest(root):
        request = Request(file=drawn.folder / "charts.yaml", roots=(("run", root),))
        return request.digest(drawn.folder / "out")

    monkeypatch.chdir(drawn.folder)
    here = digest("results/run")
    assert digest(str(drawn.folder / "results/run")) == here
    monkeypatch.chdir(drawn.folder / "results")
    assert digest("run") == here
    assert digest("results/run") != here
    assert digest("s3://run") != digest("s3://other")


def test_a_file_that_was_read_and_only_touched(drawn, verdict, state):
    file = drawn.folder / "results/run/step_2000/ppl.json"
    os.utime(file, ns=(0, 0))
    found, now = verdict()
    assert found == "unchanged"
    files = now.sources["run"].files["step_{step}/ppl.json"]
    assert files["step_2000/ppl.json"] == (f"{file.stat().st_size}-0", sha256(file.read_bytes()))
    assert now != state()


def test_a_file_that_was_read_and_changed(drawn, verdict):
    drawn.ppl("run", 2000, web=13.5)
    assert verdict()[0] == "results"


def test_a_file_that_was_not_read_and_changed(drawn, verdict, state):
    """Nobody knows what was in it, so that even the same bytes may be others."""
    listed = state().sources["run"].files["step_{step}/ppl.json"]
    assert listed["step_10000/ppl.json"][1] == ""
    os.utime(drawn.folder / "results/run/step_10000/ppl.json", ns=(0, 0))
    assert verdict()[0] == "results"


def test_the_rest_of_a_file_that_ended_in_the_middle(drawn, main):
    file = drawn.folder / "results/run/step_2000/ppl.json"
    whole = file.read_text("utf-8")
    file.write_text(whole[:-3], "utf-8")
    assert main("render").err.endswith("1 unchanged, 2 skipped in out\n")
    file.write_text(whole, "utf-8")
    assert main("render").err.endswith("1 rendered, 1 unchanged, 1 skipped in out\n")


def test_a_new_file(drawn, verdict):
    drawn.ppl("run", 14000, web=12.5)
    assert verdict()[0] == "results"


def test_a_lost_file(drawn, verdict):
    (drawn.folder / "results/run/step_10000/ppl.json").unlink()
    assert verdict()[0] == "results"


def test_a_new_folder_of_a_step(drawn, verdict):
    (drawn.folder / "results/run/step_14000").mkdir()
    assert verdict()[0] == "results"


def test_an_optional_source_that_appears(drawn, verdict, main):
    drawn.ppl("old", 2000, web=13.5)
    assert verdict()[0] == "results"
    assert main("render").err == "rendered  old\n1 rendered, 2 unchanged in out\n"
    assert verdict()[0] == "unchanged"


def test_an_optional_source_of_which_only_the_folder_appears(drawn, verdict, main):
    (drawn.folder / "results/old").mkdir()
    assert verdict()[0] == "results"
    assert main("render").err == SKIPPED + "2 unchanged, 1 skipped in out\n"
    assert verdict()[0] == "unchanged"
    drawn.ppl("old", 2000, web=13.5)
    assert verdict()[0] == "results"


def test_an_optional_source_that_goes(drawn, verdict, main):
    drawn.ppl("old", 2000, web=13.5)
    main("render")
    (drawn.folder / "results/old").rename(drawn.folder / "results/older")
    assert verdict()[0] == "results"


def test_a_file_of_the_output_that_is_altered(drawn, verdict):
    (drawn.folder / "out/acc.vl.json").write_text("{}", "utf-8")
    assert verdict()[0] == "request"


def test_another_template_of_the_suite(drawn, verdict):
    drawn.write("looks/other.yaml", "usermeta: {needs: []}\nmark: bar\n")
    assert verdict()[0] == "request"


def test_a_remote_place_that_nobody_names_is_not_asked(drawn, verdict, state, monkeypatch):
    """Not even what would ask it is imported."""
    run = replace(state().sources["run"], root="s3://elsewhere/runs")
    text = encode_state(replace(state(), sources={"run": run}))
    (drawn.folder / "out/.diagramgen/state.json").write_bytes(text)
    for name in ("fsspec", "diagramgen.results.remote"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    assert verdict()[0] == "request"
    assert "diagramgen.results.remote" not in sys.modules


@pytest.mark.parametrize(
    ("root", "roots", "named"),
    [
        ("s3://told/runs", (), True),
        ("s3://asked/runs", (("run", "s3://asked/runs"),), True),
        ("s3://asked/runs", (("run", "s3://another/runs"),), False),
        ("results/run", (), True),
    ],
)
def test_a_remote_place_is_named_by_the_suite_or_the_command_line(drawn, state, root, roots, named):
    drawn.suite(f"# s3://told/runs\n{CHARTS}")
    run = replace(state().sources["run"], root=root)
    request = Request(file=drawn.folder / "charts.yaml", roots=roots)
    assert _named(replace(state(), sources={"run": run}), request) is named


def test_another_template_in_python(drawn, verdict):
    """One that nothing runs may still stand in for a built-in one."""
    drawn.write("looks/other.py", "def chart(): ...\n")
    assert verdict()[0] == "request"


def test_another_theme_of_the_suite(drawn, verdict, main):
    drawn.write("own.yaml", "background: white\n")
    file = drawn.folder / "charts.yaml"
    file.write_text(file.read_text("utf-8").replace("output: {", "output: {theme: own.yaml, "))
    assert main("render").code == 0
    assert verdict()[0] == "unchanged"
    drawn.write("own.yaml", "background: black\n")
    assert verdict()[0] == "request"


def test_a_chart_that_failed_is_tried_again(drawn, verdict, state, main):
    drawn.suite(f"{CHARTS}  - {{transform: snapshot, metric: ppl, step: 5, output: b.png}}\n")
    assert main("render").code == 1
    assert not state().repeatable
    assert verdict()[0] == "request"


# What is kept of charts from run to run.


def test_a_chart_that_is_not_asked_for_keeps_its_state(state, main):
    before = state().charts
    main("render", "acc")
    assert state().charts == before


def test_a_chart_that_the_suite_has_lost_loses_its_state(drawn, state, main):
    assert set(state().charts) == {"ppl", "acc"}
    drawn.suite(CHARTS.replace("acc.vl.json", "new.vl.json"))
    main("render", "new")
    assert set(state().charts) == {"ppl", "new"}


# What is believed.


def test_a_state_is_read_as_it_was_written(drawn, state):
    assert encode_state(state()) == (drawn.folder / "out/.diagramgen/state.json").read_bytes()


def changed(data, way, value):
    """The same data with another value at a way of keys."""
    if not way:
        return value
    data = list(data) if isinstance(data, list) else dict(data)
    data[way[0]] = changed(data[way[0]], way[1:], value)
    return data


@pytest.mark.parametrize(
    ("way", "value"),
    [
        (("version",), 3),
        (("version",), 5),
        (("version",), "4"),
        (("request",), None),
        (("repeatable",), 1),
        (("charts",), []),
        (("charts", "ppl", "files"), ["ppl.vl.json"]),
        (("charts", "ppl", "files", "ppl.vl.json"), ["0"]),
        (("charts", "ppl", "more"), 1),
        (("outcomes", 0, 1), "done"),
        (("outcomes", 0), ["ppl", "rendered"]),
        (("sources", "run", "folders"), ["2000"]),
        (("sources", "run", "missing"), "no"),
        (("more",), 1),
    ],
)
def test_a_state_of_another_kind_is_none(drawn, state, verdict, way, value):
    """Though it says of itself what its digest is."""
    file = drawn.folder / "out/.diagramgen/state.json"
    data = json.loads(file.read_text("utf-8").split("\n", 1)[1])
    data["charts"]["ppl"].setdefault("more", None) if way[-1] == "more" else None
    data = changed({"more": 0, **data} if way == ("more",) else data, way, value)
    text = json.dumps(data).encode()
    file.write_bytes(sha256(text).encode() + b"\n" + text)
    assert state() is None
    assert verdict() == ("request", None)


def test_a_state_whose_digest_is_not_its_own_is_none(drawn, state):
    """Though all in it is as it should be: a half of it may be of another run."""
    file = drawn.folder / "out/.diagramgen/state.json"
    text = file.read_text("utf-8")
    file.write_text(text.replace("step_2000/ppl.json", "step_2001/ppl.json"), "utf-8")
    assert state() is None


def test_nothing_is_written_where_nothing_is_new(drawn, verdict, main):
    """The first run that draws nothing says so in the manifest; the next leaves all as it is.

    Of files that were only touched since it remembers the new time, so as not to read them again.
    """
    manifest, file = drawn.folder / "out/manifest.json", drawn.folder / "out/.diagramgen/state.json"
    main("render")
    assert {chart["status"] for chart in drawn.read("out/manifest.json")["charts"]} == {
        "unchanged",
        "skipped",
    }
    os.utime(file, ns=(5, 5))
    written = manifest.stat().st_mtime_ns
    main("render")
    assert [path.stat().st_mtime_ns for path in (manifest, file)] == [written, 5]
    os.utime(drawn.folder / "results/run/step_2000/ppl.json", ns=(0, 0))
    _, touched = verdict()
    main("render")
    assert file.stat().st_mtime_ns != 5
    assert verdict() == ("unchanged", touched)


def test_a_state_of_other_programs_is_read_but_not_followed(drawn, state, verdict):
    text = encode_state(replace(state(), request="0" * 64))
    (drawn.folder / "out/.diagramgen/state.json").write_bytes(text)
    assert verdict() == ("request", state())


# Which programs.


def test_the_programs_are_their_files(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b/c.py").write_text("1")
    (tmp_path / "a.py").write_text("12")
    for name in ("a.py", "b/c.py"):
        os.utime(tmp_path / name, ns=(5, 5))
    assert stamps(tmp_path) == ["a.py 2 5", "c.py 1 5"]
    for folder in (tmp_path, tmp_path / "b"):
        (folder / "__pycache__").mkdir()
        (folder / "__pycache__/a.pyc").touch()
    assert stamps(tmp_path) == ["a.py 2 5", "c.py 1 5"]


# Where the state is looked for.


@pytest.mark.parametrize(
    ("text", "out", "name"),
    [
        ("output: {dir: here}\n", None, "here"),
        ("output: {formats: [png]}\n", None, "diagrams"),
        ("output: {dir: /here}\n", None, None),
        ("output: {dir: '${here}'}\n", None, None),
        ("output: {dir: here}\n", Path("/there"), "/there"),
        ("\xff", None, None),
    ],
)
def test_where_the_suite_probably_writes_to(tmp_path, text, out, name):
    (tmp_path / "charts.yaml").write_bytes(text.encode("latin-1"))
    assert probable_output(Request(file=tmp_path / "charts.yaml", out=out)) == name


def test_of_no_suite_nothing_is_probable(tmp_path):
    assert probable_output(Request(file=tmp_path / "charts.yaml")) is None
