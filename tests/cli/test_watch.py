"""`render --watch`, as a process that draws while files change."""

from __future__ import annotations

import queue
import signal
import threading

import pytest

from tests.fixtures.patience import PATIENCE

CHARTS = """\
  - {transform: series, metric: ppl, template: plain, output: ppl.vl.json}
  - {transform: series, metric: acc, template: plain, output: acc.vl.json}
  - {transform: series, metric: ppl, source: old, template: plain, output: old.vl.json}
"""


class Watching:
    """A process that watches, and the lines that it says."""

    def __init__(self, process):
        self.process = process
        self.lines = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        for line in self.process.stderr:
            self.lines.put(line.rstrip("\n"))

    def until(self, *ends):
        """The lines up to one that ends like this."""
        said = []
        while not said or not said[-1].endswith(ends):
            said.append(self.lines.get(timeout=PATIENCE))
        return said

    def is_quiet(self, seconds=1.5):
        try:
            self.lines.get(timeout=seconds)
        except queue.Empty:
            return True
        return False


@pytest.fixture
def watching(project, start):
    """The project with two charts drawn and one skipped, watched."""
    project.suite(CHARTS)
    project.ppl("run", 2000, web=12.5)
    project.acc("run", 2000, qa=0.25)
    process = start("render", "--watch", "--jobs", "1", folder=project.folder)
    watching = Watching(process)
    assert watching.until(" in out")[-1] == "2 rendered, 1 skipped in out"
    yield watching
    process.kill()
    process.communicate()


SKIPPED = "skipped   old: source 'old' is not there"


def test_what_changes_is_drawn_again(watching, project):
    """A burst of new files is one run; a source that comes into being is seen."""
    for step in (4000, 6000, 8000):
        project.ppl("run", step, web=12.0)
        project.acc("run", step, qa=0.5)
    assert watching.until(" in out") == [
        "rendered  ppl",
        "rendered  acc",
        SKIPPED,
        "2 rendered, 1 skipped in out",
    ]
    project.ppl("old", 2000, web=13.0)
    assert watching.until(" in out") == ["rendered  old", "1 rendered, 2 unchanged in out"]
    project.write("looks/plain.yaml", "usermeta: {needs: []}\nmark: tick\n")
    assert watching.until(" in out")[-1] == "3 rendered in out"
    assert watching.is_quiet()


def test_a_broken_suite_is_told_and_waited_for(watching, project):
    project.suite(CHARTS.replace("metric: acc", "metric: ac"))
    *_, last = said = watching.until("waiting for a change")
    assert said[0].startswith("charts.yaml:25:33: error[unknown-metric]: ")
    assert last == "waiting for a change"
    project.suite(CHARTS.replace("metric: acc", "metric: acc, title: Mine"))
    said = watching.until(" in out")
    assert said == ["rendered  acc", SKIPPED, "1 rendered, 1 unchanged, 1 skipped in out"]


def test_a_half_written_file_is_waited_for(watching, project):
    project.write("results/run/step_4000/acc.json", '{"qa": 0.')
    project.ppl("run", 4000, web=12.0)
    (said,) = watching.until("delimiter")
    assert said == (
        "waiting for the rest of a file: results/run/step_4000/acc.json:1:9: not valid JSON: "
        "Expecting ',' delimiter"
    )
    project.acc("run", 4000, qa=0.5)
    assert watching.until(" in out")[-1] == "2 rendered, 1 skipped in out"


def test_a_file_that_stays_cut_off_is_left_out(watching, project):
    project.write("results/run/step_4000/acc.json", '{"qa": 0.')
    project.ppl("run", 4000, web=12.0)
    said = watching.until(" in out")
    assert said[0].startswith("waiting for the rest of a file: ")
    assert said[1] == ("warning: source 'run', step 4000: step_4000/acc.json ends in the middle")
    assert said[-1] == "1 rendered, 1 unchanged, 1 skipped in out"


def test_ctrl_c_ends_it_cleanly(watching):
    watching.process.send_signal(signal.SIGINT)
    assert watching.until("watching") == ["stopped watching"]
    assert watching.process.wait(timeout=PATIENCE) == 0
    assert watching.is_quiet(0.5)
