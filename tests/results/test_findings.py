"""`validate`: several suites, and a suite against its results."""

from __future__ import annotations

import pytest

SUITE = """\
version: 1
sources: {run: {root: results, bridge: 9}, old: {root: before, optional: true}}
metrics: {ppl: {better: lower, item: slice, order: [web, code], read: {reader: json, file: p.json}}}
defaults: {source: run}
charts:
  - {transform: series, metric: ppl, output: a.png}
  - {transform: snapshot, metric: ppl, step: 5, output: b.png}
  - {transform: series, metric: ppl, source: old, output: c.png}
"""


@pytest.fixture
def suite(project):
    project.write("charts.yaml", SUITE)
    project.write("results/step_1/p.json", {"web": 12.5, "code": 9.5})
    project.write("results/step_3/p.json", {"web": "N/A", "code": 9.25, "art": 3.5})
    project.write("results/step_9/p.json", {"web": 13.5, "code": 9.75})
    return project


def test_results_tell_what_cannot_be_drawn_and_where_gaps_are(suite, main):
    done = main("validate", "--results", folder=suite.folder)
    assert done.out == (
        "charts.yaml:7:17: error[chart-fails]: 'b': source 'run' has no step 5; "
        "it has steps 1, 3\n"
        "      - {transform: snapshot, metric: ppl, step: 5, output: b.png}\n"
        "                    ^^^^^^^^\n"
        "charts.yaml:8:17: warning[chart-skipped]: 'c': source 'old' is not there\n"
        "      - {transform: series, metric: ppl, source: old, output: c.png}\n"
        "                    ^^^^^^\n"
        "run, ppl: 3 slices x 3 steps, 3 gaps\n"
        "        1  3  9*\n"
        "  web   +  -   +\n"
        "  code  +  +   +\n"
        "  art   -  +   -\n"
        "  * the bridge\n"
    )
    assert (done.code, done.err) == (1, "charts.yaml: 3 charts, 1 error, 1 warning\n")


ITEMS = """\
version: 1
sources: {run: {root: results, checkpoint: "{step}.json"}}
metrics: {ppl: {better: lower, item: slice, read: {reader: json}}}
vars: {some: coed_py}
defaults: {source: run, metric: ppl, items: [web, coed*]}
charts:
  - {transform: series, items: web, output: right.png}
  - {transform: series, items: [code, wbe], output: near.png}
  - {transform: series, items: "x*", output: far.png}
  - {transform: series, output: default.png}
  - {transform: series, items: ["${some}"], output: var.png}
  - {transform: tradeoff, x: ppl, y: {metric: ppl, items: [web, wep]}, output: measure.png}
  - items: shared
    panels:
      - {transform: series, items: web}
      - {transform: series, items: wed}
      - {transform: series}
    output: panel.png
  - items: shared
    panels: [{transform: series}]
    output: shared.png
"""


def test_items_that_are_not_there_are_told_at_their_place_with_the_nearest(project, main):
    project.write("charts.yaml", ITEMS)
    project.write("results/1.json", {"web": 12.5, "code": 9.5})
    done = main("validate", "--results")
    lines = [line for line in done.out.splitlines() if line.startswith("charts.yaml:")]
    no_slice = "no slice of run matches"
    assert [line.replace("error[chart-fails]: ", "") for line in lines] == [
        f"charts.yaml:5:51: 'default': {no_slice} 'coed*'; did you mean 'code'?",
        f"charts.yaml:8:39: 'near': {no_slice} 'wbe'; did you mean 'web'?",
        f"charts.yaml:9:32: 'far': {no_slice} 'x*'; there is 'code', 'web'",
        f"charts.yaml:11:33: 'var': {no_slice} 'coed_py'; there is 'code', 'web'",
        f"charts.yaml:12:65: 'measure': {no_slice} 'wep'; did you mean 'web'?",
        f"charts.yaml:16:36: 'panel': {no_slice} 'wed'; did you mean 'web'?",
        f"charts.yaml:19:12: 'shared': {no_slice} 'shared'; there is 'code', 'web'",
    ]
    assert done.code == 1


def test_without_results_nothing_is_read(suite, main):
    suite.write("results/step_1/p.json", "broken")
    assert main("validate", folder=suite.folder) == (0, "", "charts.yaml: 3 charts, no problems\n")


def test_several_suites(suite, main):
    suite.write("other/charts.yaml", "version: 1\n")
    done = main("validate", "charts.yaml", "other/charts.yaml", folder=suite.folder)
    assert done.out.startswith("other/charts.yaml:1:1: error[missing-key]: the suite needs the key")
    assert done.code == 1
    assert done.err == "charts.yaml: 3 charts, no problems\nother/charts.yaml: 3 errors\n"


def test_warnings_alone_are_no_failure(suite, main):
    suite.write("charts.yaml", SUITE.replace("defaults:", "vars: {x: 1}\ndefaults:"))
    done = main("validate", folder=suite.folder)
    assert (done.code, done.err) == (0, "charts.yaml: 3 charts, 1 warning\n")


def test_hostile_files_are_refused_in_plain_words(suite, main):
    with (suite.folder / "charts.yaml").open("wb") as file:
        file.truncate(100_000_000)
    done = main("validate", folder=suite.folder)
    assert (done.code, done.err) == (
        2,
        "error: charts.yaml: cannot be read: larger than the 2,000,000 bytes that it may have\n",
    )
    suite.write("charts.yaml", "{" * 500_000)
    done = main("validate", folder=suite.folder)
    assert (done.code, "nested more than 60 levels deep" in done.out) == (1, True)
