"""How long diagramgen takes, beside what does the same or the least that must be done."""

from __future__ import annotations

from pathlib import Path

from benchmarks import contestants, suites
from benchmarks.measure import alternate, python
from benchmarks.table import Row

SCRIPT = "a plain matplotlib script"
LOOP = "altair's `save` in a loop"
RENDERER = "the renderer alone"
LIMITS = {SCRIPT: 0.5, LOOP: 0.6, RENDERER: 1.15}
"""The most that a full build may take, in parts of what each of these takes."""

FEWER = 3
"""Rounds that are enough for what takes a minute."""

QUICK = 4
"""So many times as many rounds for what takes a tenth of a second."""


def full_build(folder: Path, rounds: int) -> list[Row]:
    """All charts into a fresh folder, against a plain script, altair's loop and the renderer."""
    suite = suites.bundled()
    plain = suites.place(suite, folder / "plain", gallery=False)
    contestants.build(plain)
    specs = suites.copy(plain / suites.OUT, folder / "specs", lambda _: None)
    others = {
        SCRIPT: lambda: contestants.matplotlib_script(folder / "matplotlib"),
        LOOP: lambda: contestants.altair_loop(specs, folder / "altair"),
        RENDERER: lambda: contestants.renderer(specs, folder / "renderer"),
    }
    ours = f"full build of {len(list(specs.rglob('*.vl.json')))} charts"
    with_gallery = {}
    if suite["output"].get("gallery"):
        gallery = suites.place(suite, folder / "gallery")
        with_gallery = {f"{ours} with the gallery": lambda: contestants.build(gallery)}
    seconds = alternate({ours: lambda: contestants.build(plain)} | with_gallery | others, rounds)
    return [
        *(Row(ours, seconds[ours], "s", name, seconds[name], LIMITS[name]) for name in others),
        *(Row(name, seconds[name], "s", "without it", seconds[ours]) for name in with_gallery),
    ]


def changes(folder: Path, rounds: int) -> list[Row]:
    """What a run costs when nothing or one checkpoint has changed since the last."""
    ready = suites.place(suites.bundled(), folder / "ready")
    contestants.build(ready)
    nothing, imports = "nothing has changed", "`import yaml, json`"
    quick = alternate(
        {
            nothing: lambda: contestants.render(ready),
            imports: lambda: python("-c", "import yaml, json"),
        },
        QUICK * rounds,
    )
    drawn = contestants.redrawn(ready)
    rows = [Row(f"{nothing}: {drawn}", quick[nothing], "s", imports, quick[imports], 4)]
    checkpoint = folder / "one new checkpoint"
    seconds = alternate(
        {
            checkpoint.name: lambda: contestants.render(
                suites.copy(ready, checkpoint, suites.add_checkpoint)
            )
        },
        rounds,
    )
    what = f"{checkpoint.name}: {contestants.redrawn(checkpoint)}"
    return [*rows, Row(what, seconds[checkpoint.name])]


def many_charts(folder: Path, rounds: int) -> list[Row]:
    """Five hundred charts against as many times the share of one among 33 of the same kinds."""
    few = suites.place(suites.of_lines(33), folder / "few", gallery=False)
    many = suites.place(suites.of_lines(500), folder / "many", gallery=False)
    seconds = alternate(
        {
            "33 charts": lambda: contestants.build(few),
            "500 charts": lambda: contestants.build(many),
        },
        min(rounds, FEWER),
    )
    share = seconds["33 charts"] * 500 / 33
    return [Row("500 charts", seconds["500 charts"], "s", "500/33 of 33 charts", share, 1.15)]


def many_files(folder: Path, rounds: int) -> list[Row]:
    """20,000 result files loaded, against a loop that only parses them, in one process."""
    folder.mkdir()
    suites.many_files(folder, steps=1000, items=20)
    ours, loop = "20,000 result files loaded", "`json.loads` in a loop"
    contestants.load(folder)  # with what has to be imported once
    seconds = alternate(
        {
            ours: lambda: contestants.load(folder),
            loop: lambda: contestants.parse(folder / "run"),
        },
        rounds,
    )
    return [Row(ours, seconds[ours], "s", loop, seconds[loop], 2)]
