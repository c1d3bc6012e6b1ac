"""How long a curve of very many points takes, against the same chart of few."""

from __future__ import annotations

import math
import random
from functools import partial
from pathlib import Path

from benchmarks import contestants, suites
from benchmarks.measure import alternate
from benchmarks.speed import FEWER
from benchmarks.table import Row

MANY, FEW = 1_000_000, 1_000


def many_points(folder: Path, rounds: int) -> list[Row]:
    """A training loss of a million steps drawn, against the same of a thousand."""
    for steps in (MANY, FEW):
        training_loss(folder / f"{steps}", steps)
    what = {steps: f"curve of {steps:,} steps" for steps in (MANY, FEW)}
    seconds = alternate(
        {words: partial(contestants.build, folder / f"{steps}") for steps, words in what.items()},
        min(rounds, FEWER),
    )
    return [Row(what[MANY], seconds[what[MANY]], "s", what[FEW], seconds[what[FEW]])]


def training_loss(folder: Path, steps: int) -> None:
    """Write a noisy loss that falls over so many steps, and a suite of its chart."""
    folder.mkdir(parents=True)
    noise = random.Random(1)
    with (folder / "loss.csv").open("w", encoding="utf-8") as file:
        file.write("step,loss\n")
        file.writelines(
            f"{step},{2 + 9 * math.exp(-20 * step / steps) + noise.gauss(0, 0.05):.6f}\n"
            for step in range(steps)
        )
    read = {"reader": "csv", "step": "step", "value": "loss"}
    chart = {"transform": "series", "metric": "loss", "source": "run", "output": "loss.png"}
    suite = {
        "version": 1,
        "output": {"dir": suites.OUT},
        "sources": {"run": {"root": ".", "checkpoint": "loss.csv"}},
        "metrics": {"loss": {"better": "lower", "read": read}},
        "charts": [chart],
    }
    suites.write(suite, folder)
