"""Measure drawn pictures in headless Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.fixtures.outside import FLAGS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HERE = Path(__file__).parent
SCRIPTS = ("seen.js", "alike.js", "measure.js")
AT_ONCE = 10
"""Pictures that travel to the browser together."""


class Measured(NamedTuple):
    """A picture's size, and what is wrong with it: kind, what and where."""

    width: float
    height: float
    findings: list[tuple[str, str, str]]


class NoBrowserError(Exception):
    """What is missing to measure anything."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window. Raises `NoBrowserError`."""
    program = shutil.which("chromium")
    if program is None:
        raise NoBrowserError("chromium is not installed")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as err:
        raise NoBrowserError("playwright is not installed") from err
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


def page_of(browser: Browser) -> Page:
    """An empty page that can measure."""
    page = browser.new_page()
    page.set_content("<!doctype html><style>body { margin: 0 }</style>")
    add_scripts(page)
    return page


def add_scripts(page: Page) -> None:
    """Let a page measure what it shows."""
    for name in SCRIPTS:
        page.evaluate((HERE / name).read_text(encoding="utf-8"))


def measure(page: Page, drawn: Sequence[str], *, is_grey: bool = False) -> list[Measured]:
    """Measure pictures, given as SVG; `is_grey`: they are to be read without colour."""
    found: list[Measured] = []
    for start in range(0, len(drawn), AT_ONCE):
        some = list(drawn[start : start + AT_ONCE])
        code = "([drawn, options]) => pictures.measureAll(drawn, options)"
        found += map(measured, page.evaluate(code, [some, {"isGrey": is_grey}]))
    return found


def measured(answer: dict[str, Any]) -> Measured:
    """What the page's script says of a picture."""
    findings = [(each["kind"], each["what"], each["where"]) for each in answer["findings"]]
    return Measured(answer["width"], answer["height"], findings)
