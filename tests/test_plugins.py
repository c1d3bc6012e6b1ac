"""Transforms and readers that other packages bring."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

READER = """\
from typing import Annotated

from msgspec import Meta

from diagramgen.readers import Contents, Reader, Reading


class Lines(Reader, frozen=True, kw_only=True, tag="lines"):
    \"\"\"One item and its value on each line.\"\"\"

    sign: Annotated[str, Meta(description="What stands between the two.")] = "="

    def read(self, data, name):
        pairs = [line.split(self.sign) for line in data.decode().splitlines()]
        return Contents([Reading(item, float(value)) for item, value in pairs])
"""
TRANSFORM = """\
from typing import Annotated

import msgspec
from msgspec import Meta

from diagramgen.transforms import Table
from diagramgen.transforms.items import ResolvedItems, Selection
from diagramgen.transforms.parameters import (
    AnyStep,
    GroupingName,
    ItemName,
    MetricName,
    SourceName,
)
from diagramgen.transforms.selection import select, tidy


class Measure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    unit: Annotated[str, Meta(description="What a difference is told in.")] = "points"
    of: Annotated[MetricName | None, Meta(description="The metric.")] = None
    without: Annotated[tuple[ItemName, ...], Meta(description="Items to leave out.")] = ()


class Spread(Selection, frozen=True, kw_only=True, tag="spread", tag_field="transform"):
    \"\"\"How far the items are apart at each step.\"\"\"

    template = "line"

    share: Annotated[
        Annotated[float, Meta(gt=0, le=1)], Meta(description="Of the items, the middle ones.")
    ] = 1.0
    label: Annotated[
        Annotated[str, Meta(pattern="^[a-z]+$")], Meta(description="What the spread is called.")
    ] = "spread"
    of: Annotated[Measure | None, Meta(description="What is measured.")] = None
    apart: Annotated[GroupingName | None, Meta(description="A grouping.")] = None
    weights: Annotated[dict[SourceName, float] | None, Meta(description="By source.")] = None
    until: Annotated[AnyStep | None, Meta(description="The last step to show.")] = None

    def columns(self):
        return frozenset({"source", "step", "value"})

    def resolve(self, at):
        return ResolvedSpread(self, self.keep(self.steps, at))


class ResolvedSpread(ResolvedItems[Spread]):
    def __call__(self, results, definitions):
        asked = self.asked
        rows = select(results, definitions, asked.metric, self.steps, asked.items)
        groups = rows.groupby(["source", "step"], observed=True)["value"]
        return Table(tidy((groups.max() - groups.min()).reset_index()))

    def title(self, definitions):
        return "Spread"
"""
SUITE = """\
version: 1
sources: {run: {root: results}}
metrics:
  acc:
    better: higher
    read: {reader: lines, file: acc.txt, sign: ":"}
    groupings: {area: {all: ["*"]}}
defaults: {source: run, share: 0.5}
charts:
  - {transform: spread, metric: acc, output: acc.png}
"""
KNOWN_READERS = (
    "json, lm-eval, lighteval, olmes, inspect, csv, jsonl, json-table, parquet or tensorboard; "
    "did you mean 'olmes'?"
)


@pytest.fixture
def package(project):
    """Install a package: a module, and what it brings as `group: name = object` lines."""

    def install(module, source, **brings):
        project.write(f"site/{module}.py", source)
        info = f"site/{module}-1.dist-info"
        groups = (f"[diagramgen.{group}]\n{entries}\n" for group, entries in brings.items())
        project.write(f"{info}/entry_points.txt", "".join(groups))
        project.write(f"{info}/METADATA", f"Name: {module}\nVersion: 1\n")

    return install


@pytest.fixture
def run(project):
    """Run the command with the packages."""

    def run(*arguments):
        paths = os.pathsep.join([str(project.folder / "site"), os.environ.get("PYTHONPATH", "")])
        return subprocess.run(
            [sys.executable, "-m", "diagramgen", *arguments],
            cwd=project.folder,
            env=os.environ | {"PYTHONPATH": paths},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture
def said(project, run):
    """What `validate` says of a suite: place, code and message."""

    def said(suite):
        project.write("charts.yaml", suite)
        out = run("validate").stdout
        return re.findall(r"^charts.yaml:(.*)$", out, re.MULTILINE)

    return said


@pytest.fixture
def both(package):
    """A package with a reader and one with a transform."""
    package("lines_reader", READER, readers="lines = lines_reader:Lines")
    package("spread_transform", TRANSFORM, transforms="spread = spread_transform:Spread")


@pytest.mark.usefixtures("both")
def test_packages_add_a_reader_and_a_transform(project, run):
    project.write("charts.yaml", SUITE)
    project.write("results/step_100/acc.txt", "piqa:0.5\ncopa:0.25\n")
    project.write("results/step_200/acc.txt", "piqa:0.75\ncopa:0.25\n")
    done = run("data", "acc")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "source,step,value\nrun,100,0.25\nrun,200,0.5\n"
    done = run("render", "--formats", "vl.json")
    assert done.returncode == 0, done.stderr
    assert project.read("diagrams/acc.vl.json")["usermeta"]["diagramgen"]["transform"] == "spread"


@pytest.mark.usefixtures("both")
def test_their_keys_are_checked_as_the_built_in_ones_are(said):
    assert said(SUITE.replace("sign:", "sing:").replace("share: 0.5", "shar: 0.5")) == [
        "6:42: error[unknown-key]: 'sing' is not a key of 'read'; did you mean 'sign'?",
        (
            "8:25: error[unknown-parameter]: 'shar' is not a parameter of any transform; "
            "did you mean 'share'?"
        ),
    ]
    entry = "{transform: spread, metric: acc, output: acc.png"
    assert said(SUITE.replace(entry, f"{entry}, share: 0, label: A, steps: 1")) == [
        "10:62: error[wrong-value]: 'share': got 0; expected a number above 0 to 1",
        "10:72: error[wrong-value]: 'label': got 'A'; expected text that matches '^[a-z]+$'",
        (
            "10:82: error[wrong-type]: 'steps': got 1; expected a list of (a step, first "
            "or last) or a mapping of names to a list of steps"
        ),
    ]
    assert said(SUITE.replace("transform: spread", "transform: spred, of: macro")) == [
        ("10:17: error[unknown-transform]: 'spred' is not a transform; did you mean 'spread'?")
    ]
    assert said(SUITE.replace("reader: lines,", "reader: line,")) == [
        (
            "6:20: error[wrong-value]: 'reader': got 'line'; expected json, lm-eval, "
            "lighteval, olmes, inspect, csv, jsonl, json-table, parquet, tensorboard or lines; "
            "did you mean 'lines'?"
        )
    ]


@pytest.mark.usefixtures("both")
def test_what_their_parameters_name_is_looked_up(said):
    def chart(parameters):
        return SUITE.replace("output: acc.png", f"output: '${{until}}.png', {parameters}")

    assert said(chart("until: last, of: {of: acc, without: ['group:area/all']}, apart: area")) == []
    assert said(chart("weights: {run: 1, rnu: 2}")) == [
        "10:80: error[unknown-source]: 'rnu' is not a source; did you mean 'run'?"
    ]
    assert said(chart("apart: areas, of: {unti: a}")) == [
        (
            "10:69: error[unknown-grouping]: 'areas' is not a grouping of metric 'acc'; "
            "did you mean 'area'?"
        ),
        "10:81: error[unknown-key]: 'unti' is not a key of 'of'; did you mean 'unit'?",
    ]
    assert said(chart("of: {of: ac, without: ['group:area/al']}")) == [
        "10:71: error[unknown-metric]: 'ac' is not a metric; did you mean 'acc'?",
    ]
    assert said(chart("of: {without: ['group:area/al']}")) == [
        "10:77: error[unknown-group]: 'al' is not a group of grouping 'area'; did you mean 'all'?",
    ]
    assert said(SUITE.replace("acc.png", "'${unti}.png'")) == [
        "10:46: error[unknown-var]: 'unti' is not a var; did you mean 'until'?"
    ]


@pytest.mark.usefixtures("both")
def test_the_schema_has_them(run):
    done = run("schema")
    assert (done.returncode, done.stderr) == (0, "")
    schema = json.loads(done.stdout)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    entry = {"transform": "spread", "metric": "acc", "output": "a.png", "of": {"unit": "%"}}
    suite = {
        "version": 1,
        "sources": {"run": {"root": "results"}},
        "metrics": {"acc": {"better": "higher", "read": {"reader": "lines", "sign": ":"}}},
        "defaults": {"share": 0.5},
        "charts": [entry],
    }
    assert list(validator.iter_errors(suite)) == []
    for key, value in (("share", 2), ("of", {"metric": "acc"}), ("sign", "=")):
        assert list(validator.iter_errors(suite | {"charts": [entry | {key: value}]})) != []
    # A record of theirs may have the name of one of ours.
    assert "metric" in schema["$defs"]["Measure"]["properties"]
    assert list(schema["$defs"]["spread.Measure"]["properties"]) == ["unit", "of", "without"]


def test_a_part_that_nobody_brings(said):
    assert said(SUITE.replace(", share: 0.5", "")) == [
        f"6:20: error[wrong-value]: 'reader': got 'lines'; expected {KNOWN_READERS}",
        (
            "10:17: error[unknown-transform]: 'spread' is not a transform; known: series, "
            "macro, relative, delta, snapshot, domain, support, tradeoff, quadrant, stage-compare"
        ),
    ]


WITHOUT_TAG = TRANSFORM.replace('tag="spread"', 'tag="sprd"')
ODD_FIELD = TRANSFORM.replace("    label:", "    odd: slice = slice(1)\n    label:")


@pytest.mark.parametrize(
    ("source", "entry", "problem"),
    [
        ("raise ValueError('a\\nb')", "brought:A", r"cannot be imported: ValueError: a\nb"),
        (
            "import nowhere_at_all",
            "brought:A",
            "cannot be imported: ModuleNotFoundError: No module named 'nowhere_at_all'",
        ),
        (
            "A = 1",
            "brought:B",
            "cannot be imported: AttributeError: module 'brought' has no attribute 'B'",
        ),
        ("A = 1", "brought:A", "is no Transform"),
        ("class A: pass", "brought:A", "is no Transform"),
        (
            WITHOUT_TAG,
            "brought:Spread",
            "lacks `tag_field='transform', tag='spread'` in its class",
        ),
        (
            ODD_FIELD,
            "brought:Spread",
            "has a field that no suite can say: type <class 'slice'> is not supported",
        ),
    ],
)
def test_a_transform_that_cannot_be_used(package, said, source, entry, problem):
    package("lines_reader", READER, readers="lines = lines_reader:Lines")
    package("brought", source, transforms=f"spread = {entry}")
    charts = SUITE.replace(", share: 0.5", "")
    assert said(charts + "  - {transform: series, metric: acc, output: b.png}\n") == [
        (f"10:17: error[broken-plugin]: transform 'spread' of the package brought {problem}")
    ]


def test_a_reader_that_cannot_be_used(package, said, run):
    package("brought", "import nowhere_at_all", readers="lines = brought:Lines")
    problem = (
        "reader 'lines' of the package brought cannot be imported: "
        "ModuleNotFoundError: No module named 'nowhere_at_all'"
    )
    suite = SUITE.replace(", share: 0.5", "").replace("transform: spread", "transform: series")
    assert said(suite) == [f"6:20: error[broken-plugin]: {problem}"]
    done = run("schema")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"error: {problem}\n")


@pytest.mark.usefixtures("both")
def test_a_bug_of_a_package_is_told_as_its_own(package, project, run):
    broken = TRANSFORM.replace("= self.asked\n", "= self.asked.nothing\n")
    package("spread_transform", broken, transforms="spread = spread_transform:Spread")
    project.write("charts.yaml", SUITE)
    project.write("results/step_100/acc.txt", "piqa:0.5\n")
    done = run("render", "--formats", "vl.json")
    assert done.returncode == 1
    bug, failed, _ = done.stderr.splitlines()
    assert bug.startswith("acc: a bug of spread_transform (AttributeError); please report it with ")
    assert failed == ("failed    acc: charts.yaml:10:5: a bug of spread_transform (AttributeError)")


@pytest.mark.usefixtures("both")
def test_what_a_reader_of_a_package_raises_is_told_with_the_file(project, run):
    project.write("charts.yaml", SUITE)
    project.write("results/step_100/acc.txt", "piqa:half\n")
    done = run("render")
    assert done.returncode == 3
    assert done.stderr.splitlines()[-1] == (
        "error: results/step_100/acc.txt: the reader of lines_reader fails: ValueError: could not "
        "convert string to float: 'half'"
    )


def test_no_package_replaces_a_built_in_part_or_is_asked_for_one(package, project, run):
    package(
        "brought",
        "open('imported', 'w').close()\n" + TRANSFORM,
        transforms="series = brought:Spread\nspread = brought:Spread",
        readers="json = brought:Spread",
    )
    project.write(
        "charts.yaml",
        SUITE.replace(", share: 0.5", "")
        .replace("spread", "series")
        .replace('reader: lines, file: acc.txt, sign: ":"', "reader: json, file: acc.json"),
    )
    project.write("results/step_100/acc.json", {"piqa": 0.5})
    done = run("data", "acc")
    assert (done.returncode, done.stdout) == (0, "source,step,item,value\nrun,100,piqa,0.5\n")
    assert not (project.folder / "imported").exists()


def test_entry_points_are_not_read_for_built_in_parts():
    code = """
import sys
from pathlib import Path
from diagramgen.suite.load import load
load(Path("charts.yaml"))
print("importlib.metadata" in sys.modules)
"""
    root = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("False\n", "")
