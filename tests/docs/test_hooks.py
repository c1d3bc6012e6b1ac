"""The pre-commit hook: its entry takes the files that a commit changes."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]


@pytest.fixture
def hook():
    (only,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    return only


def run(hook, folder, *files):
    command = [sys.executable, "-m", *hook["entry"].split(), *files]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_hook_looks_at_suites(hook):
    assert hook["id"] == "diagramgen-validate"
    pattern = re.compile(hook["files"])
    assert [bool(pattern.search(name)) for name in ("charts.yaml", "a/charts.yml", "a/b.yaml")] == [
        True,
        True,
        False,
    ]


def test_a_good_suite_passes(hook):
    done = run(hook, ROOT, "charts.yaml", "docs/examples/stage3/charts.yaml")
    assert (done.returncode, done.stdout) == (0, "")


def test_a_wrong_suite_does_not(hook, tmp_path):
    (tmp_path / "charts.yaml").write_text("version: 3\n")
    done = run(hook, tmp_path, "charts.yaml")
    assert done.returncode == 1
    assert "charts.yaml:1:10: error[wrong-value]: 'version': got 3; expected 1" in done.stdout
