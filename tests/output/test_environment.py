"""Disks that are full, folders that cannot be written to, states of strangers, bugs of our own."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import resource
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diagramgen.suite import load
from tests.fixtures.anywhere import places, replaced

CHARTS = """\
  - {transform: series, metric: ppl, template: plain, output: ppl/series.vl.json}
  - {transform: macro, metric: ppl, template: plain, output: ppl/macro.vl.json}
"""
RENDER = ("render", "--jobs", "1")


@pytest.fixture
def drawn(project, main):
    """The project after a first run: two charts drawn."""
    project.suite(CHARTS)
    for step in (2000, 10000):
        project.ppl("run", step, web=step / 1000, code=3.5)
    assert main(*RENDER).code == 0
    return project


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".diagramgen" not in path.parts
    }


# The disk.


@pytest.mark.parametrize("most", [0, 100, 1000])
def test_a_disk_that_is_full_leaves_the_last_good_output(drawn, start, most):
    """A file may have so many bytes: some charts fit, or the manifest, or none of them."""
    out = drawn.folder / "out"
    before = contents(out)
    drawn.ppl("run", 14000, web=11.0, code=2.0)

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    with start(*RENDER, folder=drawn.folder, preexec_fn=limit) as process:
        _, err = process.communicate()
    assert process.returncode == 1
    assert "File too large" in err
    assert "Traceback" not in err
    after = contents(out)
    assert after.keys() == before.keys()
    for name, data in after.items():
        assert data == before[name] or name.endswith(".vl.json")
        json.loads(data)
    assert list((out / ".diagramgen").glob("tmp/*")) == []


def mounted(folder, *options):
    """Whether a file system could be mounted on a folder."""
    command = ["mount", *options, str(folder)]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.fixture
def mount(request):
    """Mount a file system on a folder for the length of a test, where that is allowed."""

    def call(folder, *options):
        if not mounted(folder, *options):
            pytest.skip("needs the right to mount a file system")
        request.addfinalizer(lambda: subprocess.run(["umount", str(folder)], check=True))

    return call


def test_a_real_disk_that_is_full(project, run, mount):
    (project.folder / "out").mkdir()
    mount(project.folder / "out", "-t", "tmpfs", "-o", "size=64k", "tmpfs")
    project.suite("".join(CHARTS.replace("output: ", f"output: {i}") for i in range(12)))
    for step in range(2000, 40000, 2000):
        project.ppl("run", step, web=step / 1000, code=3.5)
    done = run(*RENDER, "--formats", "vl.json", folder=project.folder)
    assert done.code == 1
    assert "No space left on device" in done.err
    assert "Traceback" not in done.err
    for name, data in contents(project.folder / "out").items():
        json.loads(data), name
    assert list((project.folder / "out" / ".diagramgen").glob("tmp/*")) == []


def test_a_folder_that_cannot_be_written_to_when_nothing_is_to_do(drawn, main, mount):
    """The manifest would say "unchanged" now instead of "rendered"; that is told, not more."""
    out = drawn.folder / "out"
    mount(out, "--bind", str(out))
    assert subprocess.run(["mount", "-o", "remount,bind,ro", str(out)], check=False).returncode == 0
    warning = "warning: cannot write to out: Read-only file system; nothing else was to do"
    assert main(*RENDER) == (0, "", f"{warning}\n2 unchanged in out\n")
    drawn.ppl("run", 14000, web=11.0, code=2.0)
    done = main(*RENDER)
    assert (done.code, done.err) == (1, "error: cannot write to out: Read-only file system\n")


def test_a_machine_that_allows_less_memory_than_a_chart_may_take(drawn, run):
    least = 2**30

    def limit():
        resource.setrlimit(resource.RLIMIT_DATA, (least, least))

    done = run(*RENDER, "--formats", "png", folder=drawn.folder, preexec_fn=limit)
    assert (done.code, done.err.splitlines()[-1]) == (0, "2 rendered in out")


# The state and the manifest.


def state_of(project):
    return json.loads((project.folder / "out/.diagramgen/state.json").read_bytes().split(b"\n")[1])


def write_state(project, state):
    """A state as anybody could write it, its digest right."""
    text = json.dumps(state).encode()
    digest = hashlib.sha256(text).hexdigest().encode()
    (project.folder / "out/.diagramgen/state.json").write_bytes(digest + b"\n" + text)


@pytest.mark.parametrize("name", ["../private.png", "private.txt", "gallery/private.js", "a/b"])
def test_a_state_of_somebody_else_removes_nothing(drawn, main, name):
    drawn.write("private.png", "mine")
    for inside in ("private.txt", "gallery/private.js", "a/b"):
        drawn.write(f"out/{inside}", "mine")
    mine = hashlib.sha256(b"mine").hexdigest()
    state = state_of(drawn)
    write_state(drawn, state | {"others": state["others"] | {name: mine}})
    drawn.ppl("run", 14000, web=11.0, code=2.0)
    main(*RENDER, "--prune")
    for each in ("private.png", "out/private.txt", "out/a/b"):
        assert (drawn.folder / each).read_text() == "mine"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
    | st.sampled_from(["/", "..", "/dev/zero", "\0", "s3://bucket", "step_{step}/**", "a/"]),
    lambda each: st.lists(each, max_size=2)
    | st.dictionaries(st.text(max_size=3), each, max_size=2),
    max_leaves=4,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(data=st.data(), value=ANYTHING)
def test_whatever_a_state_says_the_charts_are_right(drawn, main, data, value):
    """Any value in any place of it, with a right digest: only the folder's own files change."""
    before = contents(drawn.folder / "out")
    state = state_of(drawn)
    write_state(drawn, replaced(state, data.draw(st.sampled_from(list(places(state)))), value))
    done = main(*RENDER)
    assert done.code == 0, done.err
    assert "bug" not in done.err
    after = contents(drawn.folder / "out")
    assert {name: after[name] for name in before if name != "manifest.json"} == {
        name: data for name, data in before.items() if name != "manifest.json"
    }
    assert main(*RENDER, "--force").code == 0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(data=st.data(), value=ANYTHING)
def test_whatever_a_manifest_says_the_charts_are_right(drawn, main, data, value):
    manifest = drawn.read("out/manifest.json")
    way = data.draw(st.sampled_from(list(places(manifest))))
    drawn.write("out/manifest.json", json.dumps(replaced(manifest, way, value)))
    done = main(*RENDER, "--prune")
    if done.code != 0:
        assert done.err.startswith("error: manifest.json: is there already, and diagramgen did not")
    assert main(*RENDER, "--force").code == 0
    statuses = [chart["status"] for chart in drawn.read("out/manifest.json")["charts"]]
    assert statuses == ["rendered"] * 2


def test_a_state_makes_nothing_reach_for_a_place_that_the_suite_does_not_name(drawn, main):
    """Not even to ask whether anything has changed there: fsspec would be imported for it."""
    state = state_of(drawn)
    elsewhere = {"root": "s3://elsewhere/runs"}
    write_state(drawn, state | {"sources": {"run": state["sources"]["run"] | elsewhere}})
    assert main(*RENDER).err == "2 unchanged in out\n"


# Bugs.


def details(said):
    (path,) = re.findall(r"; please report it with what is in (\S+)", said)
    text = Path(path).read_text(encoding="utf-8")
    Path(path).unlink()
    return text


def test_a_bug_of_one_chart_is_its_failure_with_its_place(drawn, main, monkeypatch):
    to_csv = pd.DataFrame.to_csv

    def broken(table, *arguments, **options):
        if "item" not in table:
            raise KeyError("what nobody foresaw")
        return to_csv(table, *arguments, **options)

    monkeypatch.setattr(pd.DataFrame, "to_csv", broken)
    done = main(*RENDER, "--formats", "csv", "--out", "other")
    failed = "failed    ppl/macro: charts.yaml:25:5: a bug of diagramgen (KeyError)"
    drawn_first, bug, *lines = done.err.splitlines()
    assert done.code == 1
    assert drawn_first == "rendered  ppl/series"
    assert lines == [failed, f"1 rendered, 1 failed in {drawn.folder / 'other'}"]
    assert bug.startswith("ppl/macro: a bug of diagramgen (KeyError); please report it with ")
    assert "KeyError: 'what nobody foresaw'" in details(bug)


@pytest.mark.usefixtures("drawn")
def test_any_other_bug_is_one_line_and_an_exit_code_of_its_own(main, monkeypatch):
    def broken(*_, **__):
        raise KeyError("what nobody foresaw")

    monkeypatch.setattr(load, "read_document", broken)
    done = main("list")
    assert (done.code, done.out) == (70, "")
    assert re.fullmatch(
        r"diagramgen: a bug of diagramgen \(KeyError\); please report it with what is in \S+\n",
        done.err,
    )
    said = details(done.err)
    assert said.startswith("diagramgen 0.1.0, Python 3.")
    assert "KeyError: 'what nobody foresaw'" in said
    done = main("list", "--debug")
    assert done.code == 70
    assert done.err.startswith("Traceback (most recent call last):\n")
    assert done.err.endswith("diagramgen: a bug of diagramgen (KeyError)\n")


def test_errno_of_no_space_is_what_a_full_disk_says():
    """The words that the tests above look for are those of this system."""
    assert os.strerror(errno.ENOSPC) == "No space left on device"
    assert os.strerror(errno.EFBIG) == "File too large"
