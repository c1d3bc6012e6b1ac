"""How time and memory grow with charts and files, beside the least that must be done."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks import contestants, results, suites
from benchmarks.files import digests
from benchmarks.measure import alternate, python, tell
from benchmarks.memory import KIND, peak
from benchmarks.speed import FEWER
from benchmarks.table import Row

SPECS = ("--formats", "vl.json")
"""Charts that are not drawn: the renderer's share grows evenly, and hides all else."""
SOURCES = 10
LINEAR = 1.15
"""The most that the larger of two sizes may take, in parts of as many times the smaller."""


def one_entry(folder: Path, rounds: int) -> list[Row]:
    """One edited entry of the bundled suite, against the renderer's first picture."""
    ready = suites.place(suites.bundled(), folder / "ready")
    contestants.build(ready)
    edited = folder / "edited"
    spec = suites.copy(ready / suites.OUT, folder / "specs", lambda _: None)
    first = min(spec.rglob("*.vl.json"))

    def draw_again() -> float:
        return contestants.render(suites.copy(ready, edited, suites.edit_entry))

    renderer = "the renderer's first PNG in a bare process"
    seconds = alternate(
        {
            "one edited entry": draw_again,
            renderer: lambda: contestants.first_png(first, folder / "first.png"),
        },
        rounds,
    )
    what = f"one edited entry: {contestants.redrawn(edited)}"
    return [Row(what, seconds["one edited entry"], "s", renderer, seconds[renderer], 1.25)]


def nothing_changed(
    folder: Path, rounds: int, *, files: int = 10_000, charts: int = 1000
) -> list[Row]:
    """A run with nothing to do, against a walk of the same files: results and charts."""
    suites.sweep(folder, SOURCES, files // SOURCES, charts)
    contestants.build(folder, *SPECS)
    ours = f"nothing has changed: {files:,} files, {charts:,} charts"
    walk = "`os.scandir` and `stat` of them"
    seconds = alternate(
        {
            ours: lambda: contestants.render(folder, *SPECS),
            walk: lambda: python("-m", "benchmarks.walk", folder / "runs", folder / suites.OUT),
        },
        rounds,
    )
    assert contestants.redrawn(folder).startswith("0 of "), "nothing has changed"
    return [Row(ours, seconds[ours], "s", walk, seconds[walk], 3)]


def growth(folder: Path, rounds: int) -> list[Row]:
    """Builds of five times as many charts, and as many files, against five times the time."""
    small = suites.sweep(folder / "small", SOURCES, 200, 200)
    charts = suites.sweep(folder / "charts", SOURCES, 200, 1000)
    files = suites.sweep(folder / "files", SOURCES, 1000, 200)
    names = {
        small: "2,000 files, 200 charts",
        charts: "2,000 files, 1,000 charts",
        files: "10,000 files, 200 charts",
    }
    seconds = alternate(
        {name: partial(contestants.build, suite, *SPECS) for suite, name in names.items()},
        min(rounds, FEWER),
    )
    five = 5 * seconds[names[small]]
    return [
        Row(f"specs: {names[more]}", seconds[names[more]], "s", f"5 x {names[small]}", five, LINEAR)
        for more in (charts, files)
    ]


def memory(folder: Path, _: int, *, few: int = 200, many: int = 1000) -> list[Row]:
    """The most memory that two processes and their parent have, for two numbers of charts."""
    most = {}
    for count in (few, many):
        suite = suites.place(suites.of_lines(count), folder / str(count), gallery=False)
        most[count] = peak(*contestants.render_command(suite, "--jobs", "2"))
        tell(f"  {most[count]:5.0f} MiB  {count:,} charts")
    what = f"peak {KIND} for {many:,} charts, 2 workers"
    return [
        Row(what, most[many], "MiB", limit=1024),
        Row(what, most[many], "MiB", f"{few:,} charts", most[few], 1.5),
    ]


def cluster(folder: Path, _: int, *, charts: int = 2000) -> list[Row]:
    """Charts drawn by Dask's workers on this machine, against as many processes of the pool."""
    suite = suites.place(suites.of_lines(charts), folder, gallery=False)
    local, pool = "`--cluster local:2`", "`--jobs 2`"
    by_pool = contestants.build(suite, "--jobs", "2")
    expected = digests(suite)
    by_cluster = contestants.build(suite, "--cluster", "local:2")
    return [
        Row(f"{charts:,} charts by {local}", by_cluster, "s", pool, by_pool, 1.2),
        Row(f"same files by {local} and by {pool}", digests(suite) == expected),
    ]


FULL: dict[str, Callable[[Path, int], list[Row]]] = {
    "nothing-changed-full": partial(nothing_changed, files=100_000, charts=10_000),
    "many-charts-memory-full": partial(memory, few=1000, many=10_000),
    "cluster-full": cluster,
    "large-parquet-full": results.large_parquet,
}
"""What takes many minutes."""
