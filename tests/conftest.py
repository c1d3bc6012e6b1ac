"""Small made-up suites and results, written as text tables: literal numbers in and out."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import hypothesis
import pytest

from diagramgen.cli import commands as cli
from diagramgen.document.document import parse_document
from diagramgen.errors import ChartError
from diagramgen.model.checkpoints import Checkpoints
from diagramgen.readers import Reading
from diagramgen.readers.json import JsonReader
from diagramgen.results.plan import make_plan
from diagramgen.results.read import results_table
from diagramgen.suite import load as config
from diagramgen.suite.suite import Metric, Output, Source, Suite

hypothesis.settings.register_profile(
    "same-every-time", derandomize=True, deadline=None, database=None, max_examples=10
)
hypothesis.settings.load_profile("same-every-time")


def pytest_addoption(parser):
    parser.addoption("--update", action="store_true", help="write the snapshots anew")


@pytest.fixture(scope="session")
def assert_snapshot(request):
    """Compare a text with a file; with `--update` write it there."""

    def check(text, file):
        if request.config.getoption("--update"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        assert file.is_file(), "`pytest --update` writes it"
        assert text == file.read_text(encoding="utf-8"), "`pytest --update` writes it anew"

    return check


FLAGS = [
    f"--{flag}"
    for flag in (
        "no-sandbox",
        "disable-gpu",
        "disable-quic",
        "no-first-run",
        "disable-background-networking",
        "disable-component-update",
        "disable-sync",
    )
]

METRICS = {
    "ppl": Metric(
        read=JsonReader(file="ppl.json"),
        label="PPL",
        item="slice",
        better="lower",
        format=".2f",
        order=("web", "wiki", "code", "math"),
        groupings={
            "domain": {"text": ("web", "wiki"), "code": ("code*",), "math": ("math*",)},
            "origin": {"core": ("web", "code"), "extra": ("wiki", "math*")},
        },
    ),
    "acc": Metric(
        read=JsonReader(file="acc.json"),
        label="Accuracy",
        item="task",
        better="higher",
        format=".1%",
        order=("qa", "copa", "piqa"),
        groupings={"domain": {"science": ("qa",), "sense": ("copa", "piqa")}},
    ),
}
BRIDGE = 9000
"""The step of source `new` that is its bridge."""
INTEGERS = {"step", "from_step", "to_step"}
WORDS = {"source", "metric", "item", "group", "against", "label"}
PLAIN = {"True": True, "False": False, "-": None}


@pytest.fixture(scope="session")
def make_suite():
    """A suite of the sources new (with a bridge at 9000), old and older, and two metrics.

    `ppl` is of slices and lower is better, `acc` of tasks and higher is better. `metrics` replaces
    some of them.
    """

    def make(*, optional=(), **metrics):
        sources = {
            name: Source(
                root=name,
                label=name.capitalize(),
                bridge=BRIDGE if name == "new" else None,
                optional=name in optional,
            )
            for name in ("new", "old", "older")
        }
        return Suite(
            title="Made up",
            document=parse_document("version: 1\n", "charts.yaml"),
            folder=Path(),
            output=Output(),
            templates=None,
            sources=sources,
            metrics=METRICS | metrics,
            aliases={},
            charts=(),
            warnings=(),
            sha256="",
        )

    return make


@pytest.fixture(scope="session")
def suite(make_suite):
    return make_suite()


@pytest.fixture(scope="session")
def make_results(suite):
    """A results table from a text table; without such a column, source is new and metric ppl.

    Cells stand two spaces apart; `-` is missing.
    """

    def make(text, suite=suite):
        rows = []
        for row in _cells(text):
            numbers = [float("nan" if row.get(key, "-") == "-" else row[key])
                       for key in ("value", "n", "stderr")]  # fmt: skip
            source, metric = row.get("source", "new"), row.get("metric", "ppl")
            rows.append((source, int(row["step"]), metric, Reading(row["item"], *numbers)))
        return results_table(suite, rows)

    return make


@pytest.fixture(scope="session")
def make_checkpoints():
    """The checkpoints that a results table has; a source of the suite without any is missing."""

    def make(results, suite):
        steps, bridges = {}, {}
        for source, metric, step in set(
            zip(results["source"], results["metric"], results["step"].tolist(), strict=True)
        ):
            if step == suite.sources[source].bridge:
                bridges[source, metric] = step
            else:
                steps[source, metric] = tuple(sorted({*steps.get((source, metric), ()), step}))
        there = {source for source, _ in (*steps, *bridges)}
        missing = {
            name: f"source '{name}' is not there" for name in suite.sources if name not in there
        }
        optional = frozenset(name for name, source in suite.sources.items() if source.optional)
        return Checkpoints(steps, bridges, missing, optional)

    return make


@pytest.fixture(scope="session")
def table_of(suite, make_results, make_checkpoints):
    """A transform's table: its steps resolved against those of the results, then called."""

    def call(transform, results, suite=suite):
        if isinstance(results, str):
            results = make_results(results, suite)
        return transform.resolve(make_checkpoints(results, suite))(results, suite)

    return call


@pytest.fixture(scope="session")
def refused(table_of, suite):
    """Why a transform gives no table, and whether the chart is skipped (else it fails)."""

    def call(transform, results, suite=suite):
        with pytest.raises(ChartError) as err:
            table_of(transform, results, suite)
        return str(err.value), getattr(err.value, "skip", False)

    return call


@pytest.fixture(scope="session")
def assert_rows():
    """Compare a chart's table with a text table: columns, their order, and every cell.

    `-` is missing.
    """

    def check(table, text):
        expected = _cells(text)
        assert list(table.rows.columns) == list(expected[0])
        plain = table.rows.astype(object).where(table.rows.notna(), None)
        actual = [tuple(row) for row in plain.itertuples(index=False)]
        assert actual == [tuple(_value(*cell) for cell in row.items()) for row in expected]

    return check


ROOT = Path(__file__).parents[1]
HEADER = """\
version: 1
title: Small
output: {dir: out, formats: [vl.json]}
templates: looks
sources:
  run: {label: Run, root: results/run, bridge: 9000}
  old: {label: Old, root: results/old, optional: true}
metrics:
  ppl:
    label: PPL
    item: slice
    better: lower
    format: .2f
    read: {reader: json, file: ppl.json, records: slices, value: ppl}
    order: [web, code, math]
  acc:
    label: Accuracy
    item: task
    better: higher
    format: .1%
    read: {reader: json, file: acc.json}
defaults: {source: run}
"""
PLAIN_LOOK = "usermeta: {needs: []}\nmark: point\n"


class Project(NamedTuple):
    """A folder with a suite and results."""

    folder: Path

    def write(self, path, content):
        """Write a file: text as it is, anything else as JSON."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else json.dumps(content)
        file.write_text(text, encoding="utf-8")

    def ppl(self, source, step, **slices):
        """Write a checkpoint's perplexities."""
        records = {name: {"ppl": value} for name, value in slices.items()}
        self.write(f"results/{source}/step_{step}/ppl.json", {"slices": records})

    def acc(self, source, step, **tasks):
        """Write a checkpoint's accuracies."""
        self.write(f"results/{source}/step_{step}/acc.json", tasks)

    def suite(self, charts, header=HEADER):
        """Write the suite: the sources run (with a bridge at 9000) and old, and two metrics.

        Its template `plain` has hardly any looks and is quickly drawn.
        """
        self.write("charts.yaml", f"{header}charts:\n{charts}")
        self.write("looks/plain.yaml", PLAIN_LOOK)

    def files(self, folder="out"):
        """The paths of all files below a folder."""
        found = [
            path for path in (self.folder / folder).rglob("*") if ".diagramgen" not in path.parts
        ]
        return sorted(
            path.relative_to(self.folder / folder).as_posix() for path in found if path.is_file()
        )

    def read(self, path):
        """A JSON file."""
        return json.loads((self.folder / path).read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def make_project():
    """A project in a folder."""
    return Project


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


@pytest.fixture
def plan(project):
    """The plan for the project's suite: for all charts, or for some, with changes to the suite."""

    def make(*only, skip_stage_compare=False, **changes):
        suite = config.load(project.folder / "charts.yaml", **changes)
        return make_plan(suite, only, skip_stage_compare=skip_stage_compare)

    return make


class Done(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


@pytest.fixture
def main(project, capfd, monkeypatch):
    """The command line in this process, in the project's folder."""

    def call(*arguments, folder=project.folder):
        capfd.readouterr()
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "argv", ["diagramgen", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        return Done(stop.value.code, *capfd.readouterr())

    return call


@pytest.fixture(scope="session")
def start():
    """The command line as a process of its own, started."""

    def call(*arguments, folder=ROOT, env=(), **options):
        environment = os.environ | {"PYTHONPATH": str(ROOT)} | dict(env)
        command = [sys.executable, "-m", "diagramgen", *map(str, arguments)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"}
        return subprocess.Popen(command, cwd=folder, env=environment, **pipes | options)

    return call


@pytest.fixture(scope="session")
def run(start):
    """The same, waited for."""

    def call(*arguments, **options):
        with start(*arguments, **options) as process:
            out, err = process.communicate()
        return Done(process.returncode, out, err)

    return call


@pytest.fixture(scope="session")
def draw_suite(run, tmp_path_factory):
    """Draw the suite of a folder: the folder with all charts, and what the command did."""

    def call(folder):
        out = tmp_path_factory.mktemp(folder.name)
        return out, run("render", "--out", out, folder=folder)

    return call


@pytest.fixture(scope="session")
def missing():
    """Skip a test for want of something; where everything should be there, fail."""

    def call(what):
        if os.environ.get("CI"):
            pytest.fail(what)
        pytest.skip(what)

    return call


class Listener(NamedTuple):
    """A server of the loopback that whoever is told of it could ask; it notes who does."""

    urls: tuple[str, str]
    log: Path

    def seen(self):
        """What was asked of it since the last time."""
        paths = self.log.read_text(encoding="utf-8").split()
        self.log.write_text("", encoding="utf-8")
        return paths


@pytest.fixture(scope="session")
def listener(tmp_path_factory):
    """A listener on 127.0.0.1 and [::1], a process of its own: the renderer lets no thread run."""
    log = tmp_path_factory.mktemp("listener") / "seen"
    log.touch()
    program = Path(__file__).with_name("listener.py")
    command = [sys.executable, program, log]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as process:
        yield Listener(tuple(process.stdout.readline().split()), log)
        process.kill()


@pytest.fixture(scope="session")
def browser(missing):
    """Chromium, without a window."""
    chromium = shutil.which("chromium")
    if chromium is None:
        missing("chromium is not installed")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


def _value(column, cell):
    if column in WORDS or cell in PLAIN:
        return PLAIN.get(cell, cell)
    return int(cell) if column in INTEGERS else pytest.approx(float(cell), rel=1e-12, abs=1e-15)


def _cells(text):
    """The rows of a text table as dicts; cells stand two or more spaces apart."""
    lines = [re.split(r"\s{2,}", line.strip()) for line in text.strip().splitlines()]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]
