"""Runs that are ended at random moments lose nothing and leave nothing behind."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest

from tests.fixtures.patience import PATIENCE

ROUNDS = int(os.environ.get("KILLS", "7"))
"""So many runs are ended; CONTRIBUTING tells how to end more."""
CHARTS = """\
  - {transform: series, metric: ppl, template: plain, output: ppl/series.png}
  - {transform: macro, metric: ppl, template: plain, output: ppl/macro.png}
  - {transform: series, metric: acc, template: plain, output: acc/series.png}
"""
WAYS = [
    (target, number)
    for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
    for target in ("parent", "child", "group")
]
RENDER = ("render", "--force", "--jobs", "2", "--formats", "png,vl.json,csv", "--out", "out")

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")


@pytest.fixture(scope="module")
def drawn(make_project, run, tmp_path_factory):
    """A project with three charts drawn, and how long that took."""
    project = make_project(tmp_path_factory.mktemp("signals"))
    project.suite(CHARTS)
    for step, ppl, acc in ((2000, 12.5, 0.25), (10000, 11.5, 0.375)):
        project.ppl("run", step, web=ppl, code=ppl - 9)
        project.acc("run", step, qa=acc)
    begin = time.monotonic()
    assert run(*RENDER, folder=project.folder).code == 0
    return project, time.monotonic() - begin


def tree(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".diagramgen" not in path.parts
    }


def of_session(session):
    """The processes of a session, those that have ended but for their entry left out."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, of = stat.read_text().rsplit(")", 1)[1].split()[:4]
        except OSError:
            continue
        if int(of) == session and state != "Z":
            found.append(int(stat.parent.name))
    return found


def end(process, target, number, choose):
    """Send a signal to a run, to one of the processes that it has started, or to all of them."""
    children = [pid for pid in of_session(process.pid) if pid != process.pid]
    if target == "group":
        os.killpg(process.pid, number)
    elif target == "parent" or not children:
        process.send_signal(number)
    else:
        os.kill(choose.choice(children), number)


def test_a_run_that_is_ended_at_any_moment_loses_nothing_and_leaves_nothing(drawn, start, run):
    project, took = drawn
    out = project.folder / "out"
    clean = tree(out)
    choose = random.Random(7)
    for round_ in range(ROUNDS):
        target, number = WAYS[round_ % len(WAYS)]
        said = f"round {round_}: {number.name} to the {target}"
        process = start(*RENDER, folder=project.folder, start_new_session=True)
        time.sleep(choose.uniform(0, took))
        end(process, target, number, choose)
        _, err = process.communicate(timeout=PATIENCE)
        deadline = time.monotonic() + PATIENCE
        while of_session(process.pid) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert of_session(process.pid) == [], said
        assert "Traceback" not in err, (said, err)
        left = tree(out)
        assert left.keys() == clean.keys(), said
        changed = {name for name, data in left.items() if data != clean[name]}
        assert changed <= {"manifest.json"}, said
        temporary = list((out / ".diagramgen").glob("tmp/*"))
        assert temporary == [] or (number == signal.SIGKILL and target != "child"), said
    assert run(*RENDER, folder=project.folder).code == 0
    assert tree(out) == clean


def test_ctrl_c_is_told_in_one_word(drawn, start):
    """Also by `kill`, and while it waits for a change."""
    project, _ = drawn
    with start("render", "--watch", folder=project.folder) as watching:
        watching.stderr.readline()
        watching.send_signal(signal.SIGTERM)
        assert watching.communicate(timeout=PATIENCE)[1].splitlines()[-1] == "stopped watching"
        assert watching.returncode == 0


def test_a_second_ctrl_c_does_not_stop_the_cleaning_up(drawn, start):
    project, _ = drawn
    process = start(*RENDER, folder=project.folder, start_new_session=True)
    process.stderr.readline()
    for _ in range(20):
        process.send_signal(signal.SIGINT)
        time.sleep(0.005)
    _, err = process.communicate(timeout=PATIENCE)
    assert "Traceback" not in err
    assert list((project.folder / "out/.diagramgen").glob("tmp/*")) == []
    assert process.returncode in (130, -signal.SIGINT, 0)
