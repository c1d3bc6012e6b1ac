"""Look for projects on which diagramgen fails: `python -m tests.fuzz`."""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter
from functools import reduce
from itertools import count
from pathlib import Path

from tests.fuzz.cases import to_json
from tests.fuzz.pool import CHUNK, searches
from tests.fuzz.search import Found, Searched

SEEDS_APART = 1_000_000
"""More than the searches of any one seed."""
FOUND = Path(__file__).parent / "found"


def main(arguments: list[str] | None = None) -> int:
    """Search, write what is found to files, and print a table of it; 1 when something is."""
    options = parser().parse_args(arguments)
    start = time.monotonic()
    until = start + options.seconds if options.runs is None else float("inf")
    first = options.seed * SEEDS_APART
    chunks = None if options.runs is None else -(-options.runs // CHUNK)
    numbers = count(first) if chunks is None else range(first, first + chunks)
    parts: list[Searched] = []
    known: set[str] = set()
    for part in searches(numbers, options.jobs, known, options.drawn_in, until):
        parts.append(part)
        if part.found is not None and part.found.problem.kind not in known:
            known.add(part.found.problem.kind)
            file = write(part.found, options.found)
            tell(f"{part.found.problem.kind}: {file}")
    print(statistics(parts, time.monotonic() - start))
    return 1 if known else 0


def tell(text: str) -> None:
    """Words for people."""
    print(text.encode(errors="backslashreplace").decode(), file=sys.stderr, flush=True)


def parser() -> argparse.ArgumentParser:
    """What the command line takes."""
    found = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    found.add_argument("--seconds", type=float, default=300, help="to search for (%(default)s)")
    found.add_argument("--runs", type=int, help="instead of a time: the same cases every time")
    found.add_argument("--seed", type=int, default=0, help="another gives other cases")
    found.add_argument("--jobs", type=int, default=2, help="processes that search (%(default)s)")
    found.add_argument("--drawn-in", type=int, default=200, help="one in so many draws pictures")
    found.add_argument("--found", type=Path, default=FOUND, help="folder for what is found")
    return found


def write(found: Found, folder: Path) -> Path:
    """Write a case that fails to a file, which the tests run from then on."""
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^a-z0-9]+", "-", found.problem.kind.lower()).strip("-")
    file = folder / f"{name}.json"
    data = {"failure": found.problem._asdict(), "case": to_json(found.case)}
    file.write_text(json.dumps(data, indent=1) + "\n", encoding="ascii")
    return file


def statistics(parts: list[Searched], seconds: float) -> str:
    """How much was run, how it ended, and what was wrong how often."""
    runs = sum(part.runs for part in parts)
    codes: Counter[tuple[str, str]] = reduce(
        lambda a, b: a + b, (p.codes for p in parts), Counter()
    )
    seen: Counter[str] = reduce(lambda a, b: a + b, (part.seen for part in parts), Counter())
    lines = [f"{runs} runs in {seconds:.0f} s, {runs / seconds:.0f} a second"]
    for command in sorted({name for name, _ in codes}):
        ends = ", ".join(
            f"{end}: {n}" for (name, end), n in sorted(codes.items()) if name == command
        )
        lines.append(f"  {command:<9} {ends}")
    for what, unit, of in (
        ("slowest", "s", [part.slowest for part in parts]),
        ("biggest", "MB", [part.biggest for part in parts]),
    ):
        number, command = max(of, default=(0.0, ""))
        lines.append(f"{what}: {number:.1f} {unit}, {command!r}")
    lines += [f"{number:>6} x {kind}" for kind, number in seen.most_common()] or ["no failures"]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
