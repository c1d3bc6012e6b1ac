"""What is wrong with result files: a mistake of the suite is told once, at its place."""

from __future__ import annotations

import pytest

SUITE = """\
version: 1
sources:
  run: {root: results/run}
  old: {root: results/old, optional: true}
metrics:
  ppl:
    better: lower
    read:
      reader: json
      file: ppl.json
      records: slices
      value: ppl
defaults: {source: [run, old]}
charts:
  - {transform: series, metric: ppl, output: a.png}
"""


@pytest.fixture
def said(project, main):
    """What `data` says of four checkpoints of two sources, with another `read`."""

    def call(old="", new="", **records):
        project.write("charts.yaml", SUITE.replace(old, new))
        for source, steps in (("run", (100, 200, 300)), ("old", (100,))):
            for step in steps:
                web = {"loss": 2.5, "n": 40, "ppl": 12.5}
                project.write(f"results/{source}/step_{step}/ppl.json", {"slices": {"web": web}})
        for step, text in records.items():
            project.write(f"results/run/{step}/ppl.json", text)
        done = main("data", "a")
        assert (done.code, done.out) == (3, "")
        return done.err

    return call


FILES = "(in 4 files, the first results/old/step_100/ppl.json)"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "value: ppl",
            "value: pql",
            "12:14: metric 'ppl': no record has 'pql'; there is 'ppl', 'loss', 'n'",
        ),
        (
            "value: ppl",
            "value: ppl\n      n: tokens",
            "13:10: metric 'ppl': no record has 'tokens'; there is 'loss', 'n', 'ppl'",
        ),
        ("slices", "results.slices", "11:16: metric 'ppl': no 'results'; there is 'slices'"),
        (
            "value: ppl",
            "value: [ppl, mean]\n      stderr: se",
            "13:15: metric 'ppl': no record has 'se'; there is 'loss', 'n', 'ppl'",
        ),
    ],
)
def test_what_no_file_has_is_told_once_at_its_place(said, old, new, message):
    assert said(old, new) == f"error: charts.yaml:{message} {FILES}\n"


def test_what_one_file_lacks_is_told_with_its_name(said):
    text = '{"slices": {"web": {"perplexity": 12.5}}}'
    place = "charts.yaml:12:14: metric 'ppl': no record has 'ppl'; there is 'perplexity'"
    assert said(step_200=text) == f"error: {place} (in results/run/step_200/ppl.json)\n"


def test_other_problems_are_told_beside_it(said):
    assert said(step_100='{"slices": {"web": {"loss": 2.5}}}', step_200="5") == (
        "error: charts.yaml:12:14: metric 'ppl': no record has 'ppl'; there is 'loss' "
        "(in results/run/step_100/ppl.json)\n"
        "error: results/run/step_200/ppl.json: the file: got 5; expected an object with 'slices'\n"
    )


def test_files_that_tell_their_steps_are_told_together(project, main):
    text = SUITE.replace("results/run}", "results/run, checkpoint: '*.json'}")
    text = text.replace("file: ppl.json", "step: step").replace("[run, old]", "run")
    text = text.replace("  old: {root: results/old, optional: true}\n", "")
    project.write("charts.yaml", text)
    for step in (100, 200):
        project.write(f"results/run/{step}.json", {"step": step, "slices": {"web": {"loss": 2.5}}})
    place = "charts.yaml:11:14: metric 'ppl': no record has 'ppl'; there is 'loss'"
    said = f"error: {place} (in 2 files, the first results/run/100.json)\n"
    assert main("list") == (3, "", said)


HARNESS = """\
version: 1
sources:
  run: {root: results, checkpoint: "step_{step}/"}
metrics:
  acc: {better: higher, read: {reader: lm-eval, file: "*.json", value: acc}}
defaults: {source: run}
charts:
  - {transform: snapshot, metric: acc, output: a.png}
"""


@pytest.fixture
def data(project, main):
    """What `data` says of two steps with a file for each task, of which one has no accuracy."""

    def call(**changes):
        text = HARNESS
        for old, new in changes.items():
            text = text.replace(old, new)
        project.write("charts.yaml", text)
        for step in (100, 200):
            files = {"qa": {"acc,none": step / 400}, "sum": {"rouge,none": 0.5}}
            for task, record in files.items():
                project.write(f"results/step_{step}/{task}.json", {"results": {task: record}})
        return main("data", "a")

    return call


@pytest.mark.parametrize("checkpoint", ["step_{step}/", "step_200/"])
def test_a_file_of_another_task_may_lack_what_is_asked_for(data, checkpoint):
    done = data(**{"step_{step}/": checkpoint})
    assert (done.code, done.err) == (0, "")
    assert "qa" in done.out
    assert "sum" not in done.out


@pytest.mark.parametrize("checkpoint", ["step_{step}/", "step_*/"])
def test_what_the_files_of_all_tasks_lack_is_told_once(data, checkpoint):
    said = data(**{"step_{step}/": checkpoint, "value: acc": "value: acc_norm"})
    assert (said.code, said.out) == (3, "")
    first = "100" if "*" in checkpoint else "200"  # of the last step
    assert said.err == (
        "error: charts.yaml:5:72: metric 'acc': no task has 'acc_norm'; there is 'acc,none' "
        f"(in 4 files, the first results/step_{first}/qa.json)\n"
    )
