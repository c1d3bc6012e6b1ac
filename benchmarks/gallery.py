"""How fast the gallery opens from the disk and searches, in a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import msgspec

from benchmarks.measure import tell
from benchmarks.table import Row
from diagramgen.formats.spec import encode
from diagramgen.formats.vega import vega_bundle
from diagramgen.output.card import card_of
from diagramgen.output.gallery import BUNDLE, PAGE, chart_script, gallery_files
from diagramgen.output.manifest import Manifest
from diagramgen.spec.vegalite import SCHEMA_URL

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

COUNTS = (1_000, 10_000)
ITEMS = tuple(f"{kind}_{source}_{i}" for kind in ("web", "code") for source in ("a", "b")
              for i in range(5))  # fmt: skip
UNTIL = """(count) => new Promise((resolve) => {
    const isThere = () => count === null
        ? document.querySelector(".card[data-drawn]") !== null
        : diagramgen.cards.size === count;
    const look = () => (isThere() ? resolve(performance.now()) : requestAnimationFrame(look));
    look();
})"""
"""Milliseconds from the page's start until a chart is drawn, or until so many are in the index."""
SEARCH = """(query) => {
    const box = document.getElementById("/search");
    const start = performance.now();
    box.value = query;
    box.dispatchEvent(new Event("input"));
    document.documentElement.getBoundingClientRect(); // laid out, with the first match in its place
    return performance.now() - start;
}"""


def gallery(folder: Path, rounds: int) -> list[Row]:
    """Until the first chart of the page is drawn, and until the matches of a search are there."""
    with chromium() as browser:
        if browser is None:
            tell("  left out: needs chromium and the package playwright")
            return []
        bundle = vega_bundle()
        return [row for count in COUNTS for row in measured(browser, folder, count, bundle, rounds)]


def measured(
    browser: Browser, folder: Path, count: int, bundle: bytes, rounds: int
) -> Iterator[Row]:
    """The rows for a gallery of so many charts."""
    place = write(folder / str(count), count, bundle)
    opened, searched = [], []
    for _ in range(rounds):
        page = browser.new_page()
        opened.append(open_page(page, place, count))
        searched.append(search(page, count))
        page.close()
    slowest = max(median(times[query] for times in searched) for query in searched[0])
    charts = f"{count:,} charts"
    yield Row(f"gallery of {charts}: the first is drawn", median(opened), limit=2)
    yield Row(f"gallery of {charts}: the slowest search", slowest / 1000, limit=0.05)


@contextmanager
def chromium() -> Iterator[Browser | None]:
    """Chromium, without a window; None where it, or what steers it, is not there."""
    found = shutil.which("chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        found = None
    if found is None:
        yield None
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


def open_page(page: Page, folder: Path, count: int) -> float:
    """Open a gallery from the disk; the seconds until its first chart is drawn."""
    page.goto((folder / PAGE).as_uri(), wait_until="commit")
    milliseconds: float = page.evaluate(UNTIL, None)
    page.evaluate(UNTIL, count)
    page.wait_for_timeout(500)  # until the list has all of them
    return milliseconds / 1000


def search(page: Page, count: int) -> dict[str, float]:
    """Search as a person types; the milliseconds of each query."""
    words = f"{ITEMS[-1]} folder{count // 200}"
    queries = [*(words[:end] for end in range(1, len(words) + 1)), "nowhere", "chart 7", ""]
    return {query: page.evaluate(SEARCH, query) for query in queries}


def write(folder: Path, count: int, bundle: bytes) -> Path:
    """Write the gallery of so many small charts; its folder."""
    ids = [f"sweep/folder{i // 100}/chart{i}" for i in range(count)]
    specs = {id_: encode(spec(i)) for i, id_ in enumerate(ids)}
    cards = {id_: card_of(spec(i)) for i, id_ in enumerate(ids)}
    scripts = dict(chart_script(id_, specs[id_]) for id_ in ids)
    files = gallery_files(manifest(ids), cards) | scripts | {BUNDLE: bundle}
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def manifest(ids: list[str]) -> Manifest:
    """The manifest of drawn charts with these ids."""
    entries = [
        {"id": id_, "status": "rendered", "title": f"Loss by item: {id_}", "transforms": ["series"],
         "metrics": ["loss"], "sources": ["run"], "files": [], "left_out": {}}
        for id_ in ids
    ]  # fmt: skip
    source: dict[str, Any] = {
        "label": "Run",
        "steps": [1, 2, 3],
        "plotted": [1, 2, 3],
        "bridge": None,
        "left_out": {},
        "files": {},
    }
    found = {
        "version": 1,
        "suite": {"title": "Many charts", "file": "charts.yaml", "sha256": "0" * 64},
        "versions": {"diagramgen": "0"},
        "sources": {"run": source},
        "charts": entries,
        "stale": [],
    }
    return msgspec.convert(found, Manifest)


def spec(number: int) -> dict[str, Any]:
    """A chart of some lines; their items differ from chart to chart."""
    items = [ITEMS[(number + i) % len(ITEMS)] for i in range(8)]
    rows = [
        {"step": step, "item": item, "value": 5.0 + i - step / 4}
        for i, item in enumerate(items)
        for step in range(3)
    ]
    return {
        "$schema": SCHEMA_URL,
        "title": {"text": f"Chart {number}", "subtitle": ["Run"]},
        "description": "Line chart of 8 items, 3 steps from 0 to 2. Loss falls for each of them.",
        "mark": "line",
        "encoding": {
            "x": {"field": "step", "type": "quantitative"},
            "y": {"field": "value", "type": "quantitative"},
            "color": {"field": "item", "type": "nominal"},
        },
        "width": 600,
        "height": 300,
        "data": {"values": rows},
    }
