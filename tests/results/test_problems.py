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
    assert said(step_100='{"slices": {"web": {"loss": 2.5}}}', step_200="[]") == (
        "error: charts.yaml:12:14: metric 'ppl': no record has 'ppl'; there is 'loss' "
        "(in results/run/step_100/ppl.json)\n"
        "error: results/run/step_200/ppl.json: the file is a list; put * in the way for its "
        "elements, before 'slices'\n"
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
