"""`render --cluster`: the same files and words as without, from another process's workers."""

from __future__ import annotations

import signal

import pytest

ENDLESS = """\
  - transform: series
    metric: ppl
    output: endless.png
    vegalite: {data: {sequence: {start: 0, stop: 1000000000}}, transform: [{calculate: "1", as: x}]}
"""


@pytest.fixture
def drawable(project):
    project.suite(
        "  - {transform: macro, metric: ppl, output: macro.png}\n"
        "  - {transform: series, metric: ppl, template: plain, output: series.png}\n"
        "  - {transform: snapshot, metric: ppl, step: 3, output: none.png}\n"
    )
    project.ppl("run", 2000, web=12.5, code=3.5)
    project.ppl("run", 4000, web=11.5, code=3.25)
    return project


def tree(folder):
    """All files but those with times in them."""
    return {
        path.relative_to(folder): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".diagramgen" not in path.parts
    }


def test_the_files_and_words_are_those_of_one_machine(drawable, run):
    here = run("render", "--formats", "png,csv", folder=drawable.folder)
    there = run(
        "render", "--formats", "png,csv", "--out", "there", "--cluster", "local:2",
        folder=drawable.folder,
    )  # fmt: skip
    assert (there.code, there.out) == (here.code, here.out) == (1, "")
    assert there.err == here.err.replace(" in out\n", f" in {drawable.folder}/there\n")
    assert "2 rendered, 1 failed" in there.err
    assert tree(drawable.folder / "there") == tree(drawable.folder / "out")
    names = {path.name for path in drawable.folder.iterdir()}
    assert names == {"charts.yaml", "looks", "out", "results", "there"}


def test_interrupting_ends_the_cluster(drawable, start):
    drawable.suite(ENDLESS)
    process = start("render", "--cluster", "local:1", "-v", folder=drawable.folder)
    with process:
        while not (drawable.folder / "out").exists():  # made when the cluster is there
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert (process.returncode, out, err) == (130, "", "\ninterrupted\n")


def test_one_of_jobs_and_cluster_is_given(drawable, main):
    assert drawable.files() == []
    assert main("render", "--cluster", "local:2", "--jobs", "2").err == (
        "error: --jobs and --cluster: expected one of them, for a cluster has its own\n"
    )
    assert main("render", "--cluster", "everywhere").err == (
        "error: --cluster: got 'everywhere'; expected tcp://HOST:PORT, tls://HOST:PORT, local:N or "
        "a YAML file\n"
    )
