"""Seconds that commands take, measured side by side."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]


class CommandFailed(Exception):
    """A command did not end well; says what it said."""


def timed(*command: str | Path) -> float:
    """Run a command in the project's folder; the seconds it took. Raises `CommandFailed`."""
    start = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode:
        raise CommandFailed(failure(command, done.returncode, done.stderr))
    return seconds


def python(*arguments: str | Path) -> float:
    """Run this Python with some arguments; the seconds it took. Raises `CommandFailed`."""
    return timed(sys.executable, *arguments)


def failure(command: tuple[str | Path, ...], code: int, stderr: str) -> str:
    """What to say of a command that failed."""
    return f"{' '.join(map(str, command))}: exit code {code}\n{stderr.strip()}"


def alternate(contestants: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """The median over the rounds of what each contestant returns.

    Each round asks all of them, every second one from the last to the first: what else the machine
    does hits all alike.
    """
    found: dict[str, list[float]] = {name: [] for name in contestants}
    for i in range(rounds):
        for name in list(contestants) if i % 2 == 0 else reversed(list(contestants)):
            found[name].append(contestants[name]())
            tell(f"  round {i + 1} of {rounds}: {found[name][-1]:8.3f} s  {name}")
    return {name: median(each) for name, each in found.items()}


def tell(text: str) -> None:
    """A line for people on stderr."""
    print(text, file=sys.stderr, flush=True)
