"""A suite's own templates in Python: they run where the person allows it, and only there."""

from __future__ import annotations

import pytest

import diagramgen
from diagramgen.errors import SuiteError

DOTS = """\
import altair as alt

open("it-ran", "w").close()


def chart():
    dots = alt.Chart(usermeta={"needs": ["value"], "keys": ["item"]}).mark_point()
    return dots.encode(x="value:Q", y="item:N")
"""
REFUSED = """\
charts.yaml:24:50: error[wrong-value]: looks/dots.py is Python, which runs only with --allow-python
      - {transform: snapshot, metric: ppl, template: dots, output: dots.png}
                                                     ^^^^
"""


@pytest.fixture
def suite(project):
    project.suite("  - {transform: snapshot, metric: ppl, template: dots, output: dots.png}\n")
    project.write("looks/dots.py", DOTS)
    project.ppl("run", 2000, web=12.5, code=8.0)
    return project


def ran(suite):
    return (suite.folder / "it-ran").exists()


@pytest.mark.parametrize("command", ["render", "validate", "list", "data dots", "spec dots"])
def test_nothing_runs_without_consent(suite, main, command):
    done = main(*command.split())
    assert done.code in (1, 2)
    assert REFUSED in done.out + done.err
    assert not ran(suite)


def test_with_consent_it_draws(suite, main, run):
    assert main("render", "--allow-python").err.splitlines()[-1] == "1 rendered in out"
    assert ran(suite)
    spec = suite.read("out/dots.vl.json")
    assert spec["mark"] == {"type": "point"}
    assert [row["item"] for row in spec["data"]["values"]] == ["web", "code"]
    assert spec["encoding"]["y"]["sort"] == ["web", "code"]
    # What it makes may depend on anything, so it runs again; what is made is the same.
    (suite.folder / "it-ran").unlink()
    done = run("render", "--allow-python", folder=suite.folder)
    assert done.err.splitlines()[-1] == "1 unchanged in out"
    assert ran(suite)
    suite.write("looks/dots.py", DOTS.replace("mark_point", "mark_tick"))
    assert main("render", "--allow-python").err.splitlines()[-1] == "1 rendered in out"


def test_consent_is_for_one_run(suite, main):
    main("render", "--allow-python")
    (suite.folder / "it-ran").unlink()
    assert main("render").code == 2
    assert not ran(suite)


def test_from_python(suite, monkeypatch):
    monkeypatch.chdir(suite.folder)
    with pytest.raises(SuiteError, match="runs only with --allow-python"):
        diagramgen.load("charts.yaml")
    assert not ran(suite)
    chart = diagramgen.load("charts.yaml", allow_python=True)["dots"]
    assert chart.spec()["mark"] == {"type": "point"}


def test_a_chart_that_is_not_vega_lite_is_told_as_that(suite, main):
    suite.write("looks/dots.py", DOTS.replace('y="item:N"', 'y=alt.Y("item:N", axis=3)'))
    done = main("render", "--allow-python")
    assert done.code == 2
    assert "looks/dots.py: SchemaValidationError: " in done.err
