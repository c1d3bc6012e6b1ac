"""What the command line changes in a suite, and what it cannot."""

import pytest

SUITE = """\
version: 1
vars: {title: T, steps: [1]}
sources: {run: {root: results}}
metrics: {ppl: {better: lower, item: slice, read: {reader: json, file: p.json}}}
charts:
  - {transform: series, source: run, metric: ppl, title: "${title}", output: a.png}
  - {transform: series, source: run, metric: ppl, steps: "${steps}", output: b.png}
"""


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ["--set", "title=a\x1b[2Jb"],
            r"error: --set title: 'a\x1b[2Jb' has the control character U+001B in it; remove it",
        ),
        (
            ["--set", "title=a\nb"],
            r"error: --set title: 'a\nb' has the control character U+000A in it; remove it",
        ),
        (
            ["--set", "title=\ud800"],
            r"error: --set title: '\ud800' has the control character U+D800 in it; remove it",
        ),
        (
            ["--set", "title=9223372036854775808"],
            "error: --set title: 9223372036854775808 is no number for a suite",
        ),
        (
            ["--source", "run=a\x1b"],
            r"error: --source run: 'a\x1b' has the control character U+001B in it; remove it",
        ),
        (
            ["--set", "steps=99999999999999999999,1"],
            "error: --set steps: 99999999999999999999 is no number for a suite",
        ),
        (
            ["--set", "steps=NaN"],
            (
                "charts.yaml:7:58: error[wrong-type]: 'steps', entry 1: got nan; "
                "expected a step, first or last"
            ),
        ),
    ],
)
def test_values_that_no_suite_can_have(project, main, options, said):
    project.write("charts.yaml", SUITE)
    done = main("list", *options, folder=project.folder)
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines()[0] == said


@pytest.mark.parametrize("value", ["[" * 100_000, "{", '"', "1e999", "-", "9" * 5000])
def test_values_that_are_text_or_numbers(project, main, value):
    project.write("charts.yaml", SUITE)
    project.write("results/step_1/p.json", {"web": 2.5})
    done = main("list", "--set", f"title={value}", folder=project.folder)
    assert (done.code, done.err) == (0, "")


def test_an_output_folder_through_a_link_is_only_for_the_command_line(project, main, tmp_path):
    project.write("charts.yaml", SUITE + "output: {dir: pictures/new, formats: [vl.json]}\n")
    project.write("results/step_1/p.json", {"web": 2.5})
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "pictures").symlink_to("elsewhere")
    done = main("validate", folder=project.folder)
    assert done.out.splitlines()[0] == (
        "charts.yaml:8:15: error[outside-output]: 'pictures' is a link; where it leads only by "
        "--out"
    )
    assert main("render", "--out", "elsewhere/new", folder=project.folder).code == 0
