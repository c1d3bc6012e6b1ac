"""Small folders of results, and the suites that `init` writes for them."""

import json

import pytest
from click.testing import CliRunner

from diagramgen.cli import commands as cli
from diagramgen.init import write_suite
from diagramgen.suite.load import load as load_suite


@pytest.fixture
def write(tmp_path):
    """Write files below tmp_path/runs; data as JSON, text as it is."""

    def call(**files):
        for name, data in files.items():
            path = tmp_path / "runs" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(data if isinstance(data, str) else json.dumps(data))
        return tmp_path / "runs"

    return call


@pytest.fixture
def drawn(tmp_path):
    """The suite's text for folders, after validating it and drawing every chart without fault."""

    def call(*folders, only=()):
        text = write_suite(folders, into=tmp_path)
        (tmp_path / "charts.yaml").write_text(text)
        suite = load_suite(tmp_path / "charts.yaml")
        assert suite.warnings == ()
        arguments = ["render", "-c", str(tmp_path / "charts.yaml"), "--formats", "vl.json", *only]
        result = CliRunner().invoke(cli.cli, arguments, standalone_mode=False)
        assert result.exception is None, result.exception
        lines = result.stderr.splitlines()
        assert [line for line in lines if line.startswith(("failed", "skipped", "warning"))] == []
        return text

    return call


def v3(step, acc=0.25, **tasks):
    return {
        "results": {"piqa": {"acc": acc, "acc_stderr": 0.01}, **tasks},
        "versions": {"piqa": 0},
        "config": {"model_args": f"pretrained=m,revision=step{step}", "num_fewshot": 0},
    }


def v4(**results):
    return {
        "results": results,
        "configs": {},
        "n-shot": dict.fromkeys(results, 0),
        "n-samples": {task: {"original": 10, "effective": 10} for task in results},
        "higher_is_better": {task: {"brilliance": False} for task in results},
        "config": {"model_args": "pretrained=m", "limit": None},
    }


@pytest.fixture
def values(tmp_path):
    """The table of a chart of the suite that `drawn` has drawn, as `diagramgen data` prints it."""

    def call(chart):
        arguments = ["data", "-c", str(tmp_path / "charts.yaml"), chart]
        return CliRunner().invoke(cli.cli, arguments, standalone_mode=False).stdout

    return call


def part(text, start, end):
    """The lines of a suite from one that is `start` to the one before `end`."""
    lines = text.splitlines()
    return "\n".join(lines[lines.index(start) : lines.index(end)]).strip() + "\n"
