"""What is drawn again, and what is not: asked of the command line, answered by its files."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diagramgen.output.build import build
from diagramgen.output.files import STATE
from diagramgen.output.pool import ENDED
from tests.fixtures.patience import PATIENCE

ROOT = Path(__file__).parents[2]
HEAVY = ("pandas", "numpy", "altair", "vl_convert", "jsonschema", "duckdb", "dask", "distributed")
UNUSED = ("diagramgen.readers", "diagramgen.suite", "diagramgen.transforms")
"""Packages of its own that a run needs only where something is to be read or drawn."""
CHARTS = """\
  - {transform: series, metric: ppl, template: plain, output: ppl/series.vl.json}
  - {transform: macro, metric: ppl, template: plain, output: ppl/macro.vl.json}
  - {transform: snapshot, metric: ppl, step: 2000, template: plain, output: ppl/first.vl.json}
  - {transform: series, metric: acc, template: plain, output: acc/series.vl.json}
  - {transform: series, metric: ppl, source: old, template: plain, output: old.vl.json}
"""
RENDER = ("render", "--jobs", "1", "--formats", "vl.json")
"""With formats that nothing has to draw, no process starts to load the renderer."""
SKIPPED = "skipped   old: source 'old' is not there\n"


@pytest.fixture(scope="module")
def first_run(make_project, run, tmp_path_factory):
    """A folder after a first run: four charts drawn, one skipped."""
    project = make_project(tmp_path_factory.mktemp("first"))
    project.suite(CHARTS)
    for step, ppl, acc in ((2000, 12.5, 0.25), (10000, 11.5, 0.375)):
        project.ppl("run", step, web=ppl, code=ppl - 9)
        project.acc("run", step, qa=acc)
    done = run(*RENDER, folder=project.folder)
    assert done.err.endswith("4 rendered, 1 skipped in out\n")
    return project.folder


@pytest.fixture
def drawn(project, first_run):
    """The project after that run: a copy, with the times of the files."""
    shutil.copytree(first_run, project.folder, dirs_exist_ok=True)
    return project


@pytest.fixture
def redrawn(main):
    """The ids of the charts that a run draws, and how many it leaves."""

    def call(*arguments):
        done = main(*RENDER, *arguments)
        assert done.code == 0, done.err
        lines = done.err.splitlines()
        ids = [line.split()[1] for line in lines if line.startswith("rendered ")]
        unchanged = [part for part in lines[-1].split(", ") if "unchanged" in part]
        return ids, int(unchanged[0].split()[0]) if unchanged else 0

    return call


def tree(folder, hidden=False):
    """Every file below a folder: path -> bytes; the state without the times of the others."""
    found = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and (hidden or ".diagramgen" not in path.parts)
    }
    if STATE in found:
        _, text = found[STATE].split(b"\n", 1)
        found[STATE] = re.sub(rb'(\["[0-9a-f]{64}","\d+)-\d+"', rb'\1"', text)
    return found


def charts_in(folder):
    return {path: data for path, data in tree(folder).items() if path != "manifest.json"}


def test_nothing_changed(drawn, main):
    before = charts_in(drawn.folder / "out")
    assert main(*RENDER) == (0, "", SKIPPED + "4 unchanged, 1 skipped in out\n")
    assert charts_in(drawn.folder / "out") == before
    statuses = [chart["status"] for chart in drawn.read("out/manifest.json")["charts"]]
    assert statuses == ["unchanged"] * 4 + ["skipped"]
    whole = tree(drawn.folder / "out", hidden=True)
    assert main(*RENDER) == (0, "", SKIPPED + "4 unchanged, 1 skipped in out\n")
    assert tree(drawn.folder / "out", hidden=True) == whole


def test_nothing_changed_is_found_out_without_heavy_imports(drawn):
    code = (
        "import sys\nfrom diagramgen.__main__ import main\n"
        f"sys.argv = {['diagramgen', *RENDER]}\n"
        "try:\n    main()\nfinally:\n"
        f"    print([name for name in {(*HEAVY, *UNUSED)} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=drawn.folder, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "[]\n")


def test_warnings_are_told_again(drawn, main):
    (drawn.folder / "results/run/step_14000").mkdir()
    warning = "warning: source 'run', step 14000: no ppl.json, acc.json\n"
    assert main(*RENDER).err == f"{warning}{SKIPPED}4 unchanged, 1 skipped in out\n"
    assert main(*RENDER).err == f"{warning}{SKIPPED}4 unchanged, 1 skipped in out\n"


def test_one_edited_entry_redraws_its_chart_alone(drawn, redrawn):
    drawn.suite(CHARTS.replace("output: ppl/macro", "title: Mine, output: ppl/macro"))
    assert redrawn() == (["ppl/macro"], 3)
    assert drawn.read("out/ppl/macro.vl.json")["title"]["text"] == "Mine"


def test_a_comment_redraws_nothing(drawn, redrawn):
    drawn.suite(f"{CHARTS}# More to come.\n")
    assert redrawn() == ([], 4)


def test_one_new_checkpoint_redraws_the_charts_whose_tables_changed(drawn, redrawn):
    drawn.ppl("run", 14000, web=11.0, code=2.0)
    assert redrawn() == (["ppl/series", "ppl/macro"], 2)


def test_one_changed_value_redraws_the_charts_that_show_it(drawn, redrawn):
    drawn.ppl("run", 10000, web=11.25, code=2.5)
    assert redrawn() == (["ppl/series", "ppl/macro"], 2)


def test_a_touched_file_redraws_nothing(drawn, main, redrawn):
    main(*RENDER)
    file = drawn.folder / "results/run/step_2000/ppl.json"
    os.utime(file, ns=(0, 0))
    assert redrawn() == ([], 4)
    text = drawn.folder.joinpath("out/.diagramgen/state.json").read_text()
    state = json.loads(text.split("\n", 1)[1])
    listed = state["sources"]["run"]["files"]["step_{step}/ppl.json"]
    assert listed["step_2000/ppl.json"][0] == f"{file.stat().st_size}-0"


def test_a_source_that_appears(drawn, redrawn):
    drawn.ppl("old", 2000, web=13.5)
    assert redrawn() == (["old"], 4)


@pytest.mark.parametrize("name", ["ppl/macro.vl.json", "acc/series.vl.json"])
def test_a_lost_file_comes_back(drawn, redrawn, name):
    before = tree(drawn.folder / "out")
    (drawn.folder / "out" / name).unlink()
    assert redrawn() == ([name.removesuffix(".vl.json")], 3)
    assert tree(drawn.folder / "out")[name] == before[name]


def test_an_altered_file_is_made_good(drawn, redrawn):
    file = drawn.folder / "out/ppl/macro.vl.json"
    before = file.read_bytes()
    file.write_bytes(before.replace(b"11.5", b"99.5"))
    assert redrawn() == (["ppl/macro"], 3)
    assert file.read_bytes() == before


def test_an_altered_manifest_is_made_good(drawn, redrawn):
    manifest = drawn.folder / "out/manifest.json"
    manifest.write_text(manifest.read_text().replace('"status"', '"state"'))
    assert redrawn() == ([], 4)
    statuses = [chart["status"] for chart in json.loads(manifest.read_bytes())["charts"]]
    assert statuses == ["unchanged"] * 4 + ["skipped"]


def test_another_template_redraws_all(drawn, redrawn):
    drawn.write("looks/plain.yaml", "usermeta: {needs: []}\nmark: tick\n")
    assert redrawn() == (["ppl/series", "ppl/macro", "ppl/first", "acc/series"], 0)


def test_a_built_in_template_may_be_overridden_later(project, main, redrawn):
    project.suite("  - {transform: series, metric: ppl, output: a.vl.json}\n")
    project.ppl("run", 2000, web=12.5)
    main(*RENDER)
    project.write("looks/line.yaml", "usermeta: {needs: []}\nmark: tick\n")
    assert redrawn() == (["a"], 0)
    assert project.read("out/a.vl.json")["mark"] == "tick"


@pytest.mark.usefixtures("drawn")
def test_force_redraws_all(redrawn):
    assert redrawn("--force") == (["ppl/series", "ppl/macro", "ppl/first", "acc/series"], 0)


def test_other_formats_redraw_all(drawn, redrawn):
    assert redrawn("--formats", "csv,vl.json")[1] == 0
    assert drawn.folder.joinpath("out/acc/series.csv").read_text() == (
        "source,step,item,value\nrun,2000,qa,0.25\nrun,10000,qa,0.375\n"
    )


def test_a_part_of_the_suite_leaves_the_rest_up_to_date(drawn, redrawn):
    drawn.suite(CHARTS.replace("transform: macro", "title: Mine, transform: macro"))
    assert redrawn("acc/*") == ([], 1)
    assert redrawn() == (["ppl/macro"], 3)


def test_a_failed_chart_is_tried_again(drawn, main):
    drawn.suite(CHARTS + "  - {transform: series, metric: acc, items: qo, output: bad.vl.json}\n")
    failed = "failed    bad: no task of run matches 'qo'; there is 'qa'\n"
    for _ in range(2):
        done = main(*RENDER)
        assert done.code == 1
        assert done.err == f"{SKIPPED}{failed}4 unchanged, 1 skipped, 1 failed in out\n"


DAMAGED = ["", "{", "\n", "[]\n", "null", '{"version": 1}', "\ufffd\n"]


@pytest.mark.parametrize("text", DAMAGED)
def test_a_damaged_state_draws_all(drawn, redrawn, text):
    before = charts_in(drawn.folder / "out")
    drawn.write("out/.diagramgen/state.json", text)
    assert redrawn() == (["ppl/series", "ppl/macro", "ppl/first", "acc/series"], 0)
    assert charts_in(drawn.folder / "out") == before


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12)
@given(place=st.floats(0, 1), junk=st.binary(max_size=3), keep=st.booleans())
def test_whatever_is_wrong_with_the_state_the_charts_are_right(drawn, main, place, junk, keep):
    """The state is cut off somewhere, or overwritten there."""
    file = drawn.folder / "out/.diagramgen/state.json"
    before, charts = file.read_bytes(), charts_in(drawn.folder / "out")
    cut = int(place * len(before))
    file.write_bytes(before[:cut] + junk + (before[cut + len(junk) :] if keep else b""))
    assert main(*RENDER).code == 0
    assert charts_in(drawn.folder / "out") == charts
    assert main(*RENDER).err.endswith("4 unchanged, 1 skipped in out\n")


@pytest.fixture
def bundled(tmp_path):
    """The bundled suite without its gallery, whose script takes as long as twenty charts."""
    text = (ROOT / "charts.yaml").read_text(encoding="utf-8")
    (tmp_path / "charts.yaml").write_text(text.replace("gallery: true", "gallery: false"))
    (tmp_path / "evaluation").symlink_to(ROOT / "evaluation")
    return tmp_path / "charts.yaml"


def test_the_bytes_do_not_depend_on_how_they_came(run, bundled, tmp_path):
    """One process, two, from a cache that is half out of date: the same files."""
    one, two = tmp_path / "one", tmp_path / "two"
    render = ("render", "-c", bundled)
    charts = ("tier2/macro/*", "tier3/snapshots/*")
    assert run(*render, *charts, "--out", one, "--jobs", "1").code == 0
    assert run(*render, *charts, "--out", two, "--jobs", "2").code == 0
    assert tree(one, hidden=True) == tree(two, hidden=True)
    (two / "tier2/macro/tier2_macro_ppl_vs_step.png").unlink()
    assert run(*render, *charts, "--out", two, "--jobs", "2").code == 0
    assert charts_in(one) == charts_in(two)


# The children draw nothing, so none of the threads that they lose is missed.
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_kill_at_any_moment_leaves_a_tree_that_the_next_run_completes(drawn, plan):
    """Forty-seven builds, killed at random moments: what is there is whole and ends the same."""

    def draw(name):
        out = drawn.folder / name
        build(plan("ppl/*", "acc/*", out=out, formats=("vl.json", "csv")))

    begin = time.monotonic()
    draw("clean")
    took = time.monotonic() - begin
    clean = tree(drawn.folder / "clean", hidden=True)
    moment = random.Random(5)
    for kill in range(47):
        out = drawn.folder / f"killed{kill % 5}"
        child = os.fork()
        if child == 0:
            draw(out.name)
            os._exit(0)
        time.sleep(moment.uniform(0, took))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        for path, data in tree(out).items():
            assert clean[path] == data
    for number in range(5):
        draw(f"killed{number}")
        assert tree(drawn.folder / f"killed{number}", hidden=True) == clean


def test_a_kill_of_all_processes_leaves_a_tree_that_the_next_run_completes(drawn, start):
    """The same with whole commands and the processes that draw for them, after a first chart."""

    def draw():
        command = ("render", "--out", "killed", "--jobs", "2")
        return start(*command, folder=drawn.folder, start_new_session=True)

    clean = tree(drawn.folder / "out")
    with draw() as process:
        process.stderr.readline()
        os.killpg(process.pid, signal.SIGKILL)
    for path, data in tree(drawn.folder / "killed").items():
        assert clean[path] == data or path == "manifest.json"
    with draw() as last:
        last.communicate()
    assert last.returncode == 0
    assert charts_in(drawn.folder / "killed") == charts_in(drawn.folder / "out")


has_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")


@has_proc
def test_workers_end_with_a_killed_parent(start, bundled, tmp_path):
    process = start(
        "render", "-c", bundled, "--out", tmp_path / "out", "--jobs", "2", start_new_session=True
    )
    process.stderr.readline()
    workers = children(process.pid)
    assert len(workers) >= 2
    process.kill()
    process.communicate()
    deadline = time.monotonic() + PATIENCE
    while any(map(alive, workers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(alive, workers))


def children(pid):
    """The processes that a process has started."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(word) for word in text.split()]


def alive(pid):
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
        return text.rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@has_proc
def test_a_worker_that_dies_fails_its_chart_and_another_draws_the_others(start, bundled, tmp_path):
    process = start("render", "-c", bundled, "--out", tmp_path / "out", "--jobs", "2", "tier2/*")
    process.stderr.readline()
    for worker in children(process.pid):
        os.kill(worker, signal.SIGKILL)
    _, err = process.communicate()
    failed = [line for line in err.splitlines() if line.startswith("failed ")]
    assert process.returncode == 1
    assert 1 <= len(failed) <= 2
    assert all(line.endswith(f": {ENDED}") for line in failed)
    assert err.splitlines()[-1].startswith(f"{12 - len(failed)} rendered, {len(failed)} failed in ")


def test_two_runs_in_one_folder(drawn, start):
    """The second waits for the first, and finds that there is nothing left to do."""
    out = drawn.folder / "both"
    command = (*RENDER, "--out", out, "ppl/macro")
    both = [start(*command, folder=drawn.folder) for _ in range(2)]
    said = [process.communicate()[1] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert all(text.endswith(f" in {out}\n") for text in said)
    assert start(*command, folder=drawn.folder).communicate()[1] == f"1 unchanged in {out}\n"
