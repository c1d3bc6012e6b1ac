"""Wrong suites: each folder of tests/suite/bad has one, and all that `validate` says of it.

A new case is a new folder; `pytest tests/suite/test_bad.py --update` writes what is expected.
"""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path

import click
import pytest

from diagramgen.cli.report import report
from diagramgen.errors import Diagnostic, SuiteError
from diagramgen.suite.codes import CODES
from diagramgen.suite.load import load as load_suite

BAD = Path(__file__).parent / "bad"
CASES = sorted(path.name for path in BAD.iterdir())
ELSEWHERE = {"chart-fails", "chart-skipped", "broken-plugin"}
"""Codes of what is told with results or other packages at hand."""
HEAD = re.compile(r"^charts\.yaml:(\d+):(\d+): (error|warning)\[([a-z0-9.-]+)\]: .+", re.MULTILINE)


def found(file: Path) -> list[Diagnostic]:
    """What is found in a suite."""
    try:
        return list(load_suite(file).warnings)
    except SuiteError as err:
        return err.diagnostics


@cache
def found_in(case: str) -> list[Diagnostic]:
    """What is found in the suite of a case, which may take seconds."""
    return found(BAD / case / "charts.yaml")


def said(case: str) -> str:
    """What `validate` prints of a case."""
    return click.unstyle(report(found_in(case), "text")) + "\n"


@pytest.mark.parametrize("case", CASES)
def test_what_is_said_of_a_wrong_suite(case, request):
    expected = BAD / case / "expected.txt"
    if request.config.getoption("--update"):
        expected.write_text(said(case), encoding="utf-8")
    assert said(case) == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES)
def test_every_finding_has_its_place_and_a_known_code(case):
    text = (BAD / case / "charts.yaml").read_text(encoding="utf-8")
    lines = text.splitlines() or [""]
    found = HEAD.findall((BAD / case / "expected.txt").read_text(encoding="utf-8"))
    assert found
    for line, column, _, code in found:
        assert code in CODES
        assert 1 <= int(line) <= len(lines) + 1
        assert 1 <= int(column) <= len(lines[min(int(line), len(lines)) - 1]) + 1


def test_the_cases_are_many_and_cover_every_code():
    texts = [(BAD / case / "expected.txt").read_text(encoding="utf-8") for case in CASES]
    codes = {code for text in texts for *_, code in HEAD.findall(text)}
    assert len(CASES) >= 90
    assert codes == set(CODES) - ELSEWHERE
    assert not any("is not valid under any of the given schemas" in text for text in texts)
    assert not any("Traceback" in text for text in texts)


@pytest.mark.parametrize("case", CASES)
def test_what_is_suggested_mends_what_is_found(case, tmp_path):
    file = tmp_path / "charts.yaml"
    shutil.copytree(BAD / case, tmp_path, dirs_exist_ok=True)
    for finding in [each for each in found_in(case) if each.suggestion][:5]:
        lines = (BAD / case / "charts.yaml").read_text(encoding="utf-8").split("\n")
        line, start = lines[finding.line - 1], finding.column - 1
        mended = line[:start] + finding.suggestion + line[start + finding.length :]
        lines[finding.line - 1] = mended
        file.write_text("\n".join(lines), encoding="utf-8")
        assert finding.message not in {
            each.message for each in found(file) if each.line == finding.line
        }


def test_the_command_says_the_same(main):
    case = BAD / "several-at-once"
    done = main("validate", folder=case)
    assert (done.code, done.out) == (1, (case / "expected.txt").read_text(encoding="utf-8"))
    done = main("render", folder=case)
    assert (done.code, done.out) == (2, "")
    assert done.err == (case / "expected.txt").read_text(encoding="utf-8")
