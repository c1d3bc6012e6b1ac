"""Print how fast diagramgen is, as one table: `python -m benchmarks`."""

from __future__ import annotations

import argparse
import gc
import os
import platform
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import files, gallery, listing, points, results, scale, speed
from benchmarks.measure import CommandFailed, python, tell
from benchmarks.table import Row, table
from diagramgen.formats.fonts import FONTS
from diagramgen.output.pool import available_cores

BENCHMARKS: dict[str, Callable[[Path, int], list[Row]]] = {
    "full-build": speed.full_build,
    "changes": speed.changes,
    "one-entry": scale.one_entry,
    "nothing-changed": scale.nothing_changed,
    "growth": scale.growth,
    "many-charts": speed.many_charts,
    "many-files": speed.many_files,
    "listing": listing.listing,
    "large-table": results.large_table,
    "harness-files": results.harness_files,
    "many-sources": results.many_sources,
    "many-points": points.many_points,
    "memory": files.memory,
    "many-charts-memory": scale.memory,
    "png-sizes": files.png_sizes,
    "same-bytes": files.same_bytes,
    "gallery": gallery.gallery,
}
EVERY = BENCHMARKS | scale.FULL
PACKAGES = ("vl-convert-python", "altair", "matplotlib")


def main(arguments: list[str] | None = None) -> int:
    """Measure, and print the table; the exit code.

    0 when all is within its limit, 1 when something is over it, 2 when a command failed.
    """
    options = parser().parse_args(arguments)
    gc.set_threshold(100_000, 20, 20)  # as the command itself does
    rows: list[Row] = []
    failed = False
    with TemporaryDirectory() as folder:
        prepare(Path(folder))
        for name in options.only or (EVERY if options.full else BENCHMARKS):
            tell(name)
            try:
                rows += EVERY[name](Path(folder) / name, options.rounds)
            except CommandFailed as err:
                tell(str(err))
                failed = True
    print(f"{table(rows)}\n\n{machine(options.rounds)}")
    return exit_code(rows, failed)


def parser() -> argparse.ArgumentParser:
    """What the command line takes."""
    found = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    found.add_argument("--rounds", type=positive, default=5, help="of which medians are taken")
    found.add_argument("--only", nargs="+", choices=EVERY, metavar="NAME", help=", ".join(EVERY))
    found.add_argument("--full", action="store_true", help="with sizes that take many minutes")
    return found


def positive(text: str) -> int:
    """A number of rounds. Raises `ValueError`."""
    if int(text) < 1:
        raise ValueError(text)
    return int(text)


def prepare(folder: Path) -> None:
    """Give all contestants the same fonts, and let none of them find its caches empty."""
    os.environ.setdefault("FONTCONFIG_FILE", str(FONTS))
    os.environ["MPLCONFIGDIR"] = str(folder)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    python("-c", "import matplotlib.font_manager")


def machine(rounds: int) -> str:
    """A line about what the figures were measured on."""
    cores = available_cores()
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"Median{'s' * (rounds > 1)} of {rounds} round{'s' * (rounds > 1)} "
        f"on {cores} core{'s' * (cores > 1)}; "
        f"Python {platform.python_version()}, {versions}."
    )


def exit_code(rows: list[Row], failed: bool) -> int:
    """What the command ends with."""
    return 2 if failed else int(any(row.is_over for row in rows))


if __name__ == "__main__":
    sys.exit(main())
