"""How long results of other shapes take: a large table, harness files, many sources."""

from __future__ import annotations

import time
from pathlib import Path

import duckdb

from benchmarks import contestants, suites
from benchmarks.measure import alternate, timed
from benchmarks.memory import KIND, peak
from benchmarks.speed import FEWER, RENDERER
from benchmarks.table import Row


def large_table(folder: Path, rounds: int) -> list[Row]:
    """A table of a million rows loaded, against a database that makes a data frame of it."""
    folder.mkdir()
    file = suites.large_table(folder, steps=20_000, items=50)
    ours, others = "table of 1,000,000 rows loaded", "`duckdb.read_csv(...).df()`"
    contestants.load(folder)  # with what has to be imported once
    seconds = alternate(
        {ours: lambda: contestants.load(folder), others: lambda: data_frame(file)}, rounds
    )
    most = peak(contestants.diagramgen(), "data", "macro", "-c", folder / suites.FILE)
    return [
        Row(ours, seconds[ours], "s", others, seconds[others], 1.5),
        Row(f"peak {KIND} of its chart's table", most, "MiB", limit=1024),
    ]


def large_parquet(folder: Path, _: int, *, runs: int = 1000) -> list[Row]:
    """The memory of a chart of 40 runs, of a Parquet table of a hundred thousand rows each."""
    suites.large_parquet(folder, runs=runs, steps=1000, items=100, drawn=min(runs, 40))
    most = peak(*contestants.render_command(folder, "--jobs", "2"))
    return [Row(f"peak {KIND}: Parquet of {runs * 100_000:,} rows", most, "MiB", limit=4096)]


def data_frame(file: Path) -> float:
    """Let DuckDB make a data frame of a CSV file; the seconds it took."""
    start = time.perf_counter()
    assert len(duckdb.read_csv(str(file)).df()), "it has rows"
    return time.perf_counter() - start


def harness_files(folder: Path, rounds: int) -> list[Row]:
    """5,000 files of lm-eval loaded, against a loop that only parses them."""
    folder.mkdir()
    suites.harness_files(folder / "three", sources=1, steps=5000, tasks=66)
    one = suites.copy(folder / "three", folder / "one", suites.first_metric)
    ours, three = "5,000 files of lm-eval loaded", "the same for 3 metrics"
    loop = "`json.loads` in a loop"
    contestants.load(one)  # with what has to be imported once
    seconds = alternate(
        {
            ours: lambda: contestants.load(one),
            three: lambda: contestants.load(folder / "three"),
            loop: lambda: contestants.parse(one / "runs"),
        },
        min(rounds, FEWER),
    )
    return [
        Row(ours, seconds[ours], "s", loop, seconds[loop], 2),
        Row(three, seconds[three], "s", loop, seconds[loop]),
    ]


def many_sources(folder: Path, rounds: int) -> list[Row]:
    """`validate` on 500 sources; 21 sources from their folders to pictures."""
    folder.mkdir()
    few, many, runs = folder / "few", folder / "many", folder / "runs"
    suites.harness_files(few, sources=1, steps=1, tasks=1)
    suites.harness_files(many, sources=500, steps=1, tasks=1)
    suites.harness_files(runs, sources=21, steps=27, tasks=66)
    ours, one = "`validate`, 500 sources", "1 source"
    seconds = alternate(
        {ours: lambda: contestants.validate(many), one: lambda: contestants.validate(few)}, rounds
    )
    (runs / suites.FILE).unlink()
    folders = sorted((runs / "runs").iterdir())
    init = timed(contestants.diagramgen(), "init", *folders, "--out", runs)
    contestants.build(runs)
    specs = suites.copy(runs / suites.OUT, folder / "specs", lambda _: None)
    charts = f"21 sources: full build of {len(list(specs.rglob('*.vl.json')))} charts"
    drawn = alternate(
        {
            charts: lambda: contestants.build(runs),
            RENDERER: lambda: contestants.renderer(specs, folder / "renderer"),
        },
        min(rounds, FEWER),
    )
    return [
        Row(ours, seconds[ours], "s", one, seconds[one]),
        Row("21 sources: `init`", init),
        Row(charts, drawn[charts], "s", RENDERER, drawn[RENDERER], 1.5),
    ]
