"""What of a suite is to be made again: charts whose inputs are as they were are not even read."""

from __future__ import annotations

import os

import pytest

CHARTS = """\
  - {transform: macro, metric: ppl, template: plain, output: ppl.vl.json}
  - {transform: snapshot, metric: ppl, step: last, template: plain, output: last.vl.json}
  - {transform: macro, metric: acc, template: plain, output: acc.vl.json}
"""
EDITED = CHARTS.replace("metric: acc", "metric: acc, title: Mine")
VALUELESS = "warning: source 'run', step 10000: no value of metric 'ppl'\n"


@pytest.fixture
def drawn(project, main):
    """The project after a first run; at the last step no item of `ppl` has a value."""
    project.suite(CHARTS)
    for step, ppl in ((2000, 12.5), (6000, 11.5), (10000, None)):
        project.ppl("run", step, web=ppl)
        project.acc("run", step, qa=0.25)
    assert main("render").err.startswith(VALUELESS)
    return project


def garble(path):
    """Other bytes in a file that looks untouched: whoever reads it fails."""
    before = path.stat()
    path.write_bytes(b"?" * before.st_size)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def charts(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.vl.json"))}


def test_results_of_charts_that_are_as_they_were_are_not_read(drawn, main):
    for file in drawn.folder.rglob("ppl.json"):
        garble(file)
    drawn.suite(EDITED)
    done = main("render")
    assert (done.code, done.err) == (
        0, f"{VALUELESS}rendered  acc\n1 rendered, 2 unchanged in out\n",
    )  # fmt: skip


def test_what_was_learned_from_files_holds_as_long_as_they_do(drawn, main):
    """That the last step has no value was read once; the charts are those of a fresh run."""
    drawn.suite(EDITED)
    main("render")
    made = charts(drawn.folder / "out")
    assert main("render", "--force").err.startswith(VALUELESS)
    assert charts(drawn.folder / "out") == made
    assert drawn.read("out/last.vl.json")["data"]["values"][0]["step"] == 6000


def test_a_changed_file_is_read_with_all_of_its_source(drawn, main):
    drawn.ppl("run", 10000, web=10.5)
    drawn.suite(EDITED)
    done = main("render")
    assert done.err == ("rendered  ppl\nrendered  last\nrendered  acc\n3 rendered in out\n")
    assert drawn.read("out/last.vl.json")["data"]["values"][0]["step"] == 10000


def test_a_file_that_ended_in_the_middle_is_read_again(drawn, main):
    file = drawn.folder / "results/run/step_10000/acc.json"
    file.write_bytes(file.read_bytes()[:-5])
    ends = "step_10000/acc.json ends in the middle"
    assert ends in main("render").err
    drawn.suite(EDITED)
    assert ends in main("render").err


def test_a_chart_whose_files_are_lost_is_made_again(drawn, main):
    (drawn.folder / "out/ppl.vl.json").unlink()
    drawn.suite(EDITED)
    assert main("render").err == (
        f"{VALUELESS}rendered  ppl\nrendered  acc\n2 rendered, 1 unchanged in out\n"
    )
