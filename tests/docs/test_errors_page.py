"""docs/errors.md has every code of the diagnostics."""

from pathlib import Path

import make_errors

from diagramgen.suite.codes import CODES

PAGE = Path(__file__).parents[2] / "docs" / "errors.md"


def test_the_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == make_errors.page(), "run `make generate`"


def test_every_code_that_needs_no_results_and_no_package_has_an_example():
    without = [code for code in CODES if make_errors.example(code) is None]
    assert without == ["broken-plugin", "chart-fails", "chart-skipped"]
