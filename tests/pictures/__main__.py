"""Measure the pictures of hard charts and of the bundled suite: `python -m tests.pictures`."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatchcase
from pathlib import Path
from queue import Empty, SimpleQueue
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from tests.pictures.draw import (
    SUITES,
    THEMES,
    WIDTHS,
    Picture,
    Variant,
    draw,
    has_gallery,
    pictures,
    prepare,
)
from tests.pictures.finding import FEW, KINDS, Finding, brief, lines, read_meant, sort_out, summary
from tests.pictures.gallery import SIZES, measure_gallery
from tests.pictures.measure import NoBrowserError, chromium, measure, page_of
from tests.pictures.sizes import Size, widths

if TYPE_CHECKING:
    from playwright.sync_api import Page

GALLERY = "gallery"


class Found(NamedTuple):
    """What a variant gave: findings, and the size of each of its pictures."""

    findings: list[Finding]
    sizes: list[Size]
    counted: dict[str, int]


def main(arguments: list[str] | None = None) -> int:
    """Draw, measure and tell; 1 when something is wrong that is not meant."""
    options = parser().parse_args(arguments)
    start = time.monotonic()
    try:
        with TemporaryDirectory() as kept:
            folder = options.keep or Path(kept)
            found = measured(folder, options)
    except NoBrowserError as err:
        print(f"{err}: nothing is measured", file=sys.stderr)
        return 1 if os.environ.get("CI") else 0
    findings = [
        *(finding for each in found for finding in each.findings),
        *widths([size for each in found for size in each.sizes]),
    ]
    findings = [finding for finding in findings if options.kind in {None, finding.kind}]
    meant = [] if options.all else read_meant()
    left, unmet = sort_out(findings, meant)
    for line in brief(left) if options.brief else lines(left, None if options.all else FEW):
        print(line)
    if not is_partial(options):
        for entry in unmet:
            print(f"meant.yaml: {entry.kind} of {entry.chart} is not found: take the entry away")
    counted: Counter[str] = Counter()
    for each in found:
        counted.update(each.counted)
    print(f"{summary(left, counted)}; {time.monotonic() - start:.0f} s")
    return 1 if left or (unmet and not is_partial(options)) else 0


def parser() -> argparse.ArgumentParser:
    """What the command line takes."""
    found = argparse.ArgumentParser(prog="python -m tests.pictures", description=__doc__)
    found.add_argument("--only", help="a glob of charts: hard/lines/*, bundled/tier2/*")
    found.add_argument("--kind", choices=KINDS, help="one kind of findings")
    found.add_argument("--width", choices=(*WIDTHS, GALLERY), help="one width, or the gallery")
    found.add_argument("--theme", choices=THEMES, help="one theme")
    found.add_argument("--keep", type=Path, help="an empty folder in which the pictures stay")
    found.add_argument("--all", action="store_true", help="tell all, what is meant as well")
    found.add_argument("--brief", action="store_true", help="a line for each chart and kind")
    found.add_argument("--jobs", type=int, default=2, help="browsers at once (%(default)s)")
    return found


def is_partial(options: argparse.Namespace) -> bool:
    """Whether only a part is looked at, so that not all that is meant can be found."""
    return options.all or any((options.only, options.kind, options.width, options.theme))


def variants(options: argparse.Namespace) -> Iterator[Variant]:
    """What is to be drawn; what takes longest first."""
    for suite in SUITES:
        for width in WIDTHS:
            for theme in THEMES:
                variant = Variant(suite, width, theme)
                if options.only and not could_match(suite, options.only):
                    continue
                if options.theme not in {None, theme}:
                    continue
                if options.width in {None, width} or (
                    options.width == GALLERY and has_gallery(variant)
                ):
                    yield variant


def could_match(suite: str, glob: str) -> bool:
    """Whether charts of a suite can match a glob, by its first part."""
    return fnmatchcase(suite, glob.split("/", maxsplit=1)[0])


def measured(folder: Path, options: argparse.Namespace) -> list[Found]:
    """Draw and measure all variants, some at once."""
    folder.mkdir(parents=True, exist_ok=True)
    prepare(folder)
    waiting: SimpleQueue[Variant] = SimpleQueue()
    for variant in variants(options):
        waiting.put(variant)
    with ThreadPoolExecutor(options.jobs) as pool:
        parts = [pool.submit(work, folder, waiting, options) for _ in range(options.jobs)]
        return [found for part in parts for found in part.result()]


def work(folder: Path, waiting: SimpleQueue[Variant], options: argparse.Namespace) -> list[Found]:
    """Draw and measure one variant after the other, in a browser of its own."""
    found = []
    with chromium() as browser:
        page = page_of(browser)
        while (variant := next_of(waiting)) is not None:
            glob = options.only and options.only.partition("/")[2]
            out = draw(folder, variant, [glob] if glob else [])
            if out is None:
                continue
            drawn = [each for each in pictures(out) if fnmatchcase(each.chart, glob or "*")]
            if options.width != GALLERY:
                found.append(measure_variant(page, variant, drawn))
            if has_gallery(variant) and options.width in {None, GALLERY}:
                ids = [each.chart for each in drawn if each.svg is not None]
                for size in SIZES:
                    answers = measure_gallery(browser, out, ids, size)
                    name = f"{GALLERY}-{size.width}"
                    findings = [
                        Finding(name, size.scheme, f"bundled/{chart}", *what)
                        for chart, answer in answers.items()
                        for what in answer.findings
                    ]
                    found.append(Found(findings, [], {GALLERY: len(answers)}))
    return found


def next_of(waiting: SimpleQueue[Variant]) -> Variant | None:
    """What waits next."""
    try:
        return waiting.get_nowait()
    except Empty:
        return None


def measure_variant(page: Page, variant: Variant, drawn: Sequence[Picture]) -> Found:
    """The findings and sizes of a variant's pictures."""
    suite, width, theme = variant
    seen = [(each.chart, each.svg) for each in drawn if each.svg is not None]
    answers = measure(page, [svg for _, svg in seen], is_grey=theme == "print")
    findings = [
        Finding(width, theme, f"{suite}/{each.chart}", "empty", each.reason, "not drawn")
        for each in drawn
        if each.svg is None
    ]
    sizes = []
    for (chart, _), answer in zip(seen, answers, strict=True):
        findings += [Finding(width, theme, f"{suite}/{chart}", *what) for what in answer.findings]
        sizes.append(Size(suite, width, theme, f"{suite}/{chart}", answer.width, answer.height))
    return Found(findings, sizes, {suite: len(seen)})


if __name__ == "__main__":
    sys.exit(main())
