"""The search for a case that fails: hypothesis draws cases and makes the first that fails small."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.errors import Flaky

from tests.fuzz.cases import Case, cases
from tests.fuzz.changes import apply
from tests.fuzz.checks import Problem, Seen, problems
from tests.fuzz.command import LONG_WAIT, WAIT, Ran, run_command
from tests.fuzz.projects import Project, project, read_tree, seed_files, seeds
from tests.fuzz.workspace import Workspace

BUILD = ("render", "--jobs", "1")
SHRINK = 10
"""Seconds that making a case small may take."""


class Found(NamedTuple):
    """A case that fails, and how."""

    case: Case
    problem: Problem


class Searched(NamedTuple):
    """What a search has run, and the first failure that was not known, made small.

    `seen` counts what is wrong by its kind; `slowest` and `biggest` are seconds and megabytes with
    the command that took them.
    """

    runs: int
    codes: Counter[tuple[str, str]]
    seen: Counter[str]
    slowest: tuple[float, str]
    biggest: tuple[float, str]
    found: Found | None


class Bench:
    """A workspace and the projects that are changed in it."""

    def __init__(self, projects: Mapping[str, Project], folder: Path) -> None:
        self.projects = projects
        self.workspace = Workspace(folder)

    def play(self, case: Case) -> tuple[Ran, list[Problem]]:
        """Run a case: what the command did, and all that is wrong with it."""
        base = self.projects[case.project]
        tree = apply(base, case.changes, str(self.workspace.outside))
        self.workspace.write(tree, base.files)
        wait = LONG_WAIT if case.command[0] == "render" else WAIT
        ran = run_command(case.command, self.workspace.project, wait)
        changed = tuple(self.workspace.changed())
        return ran, list(problems(Seen(case.command, ran, tree, self.workspace.project, changed)))


@cache
def built(name: str) -> Project:
    """A project as a run has left it."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder))
        files = seed_files(name)
        workspace.write(dict(files), files)
        ran = run_command(BUILD, workspace.project, LONG_WAIT)
        assert (ran.code, ran.error) == (0, None), f"the project {name} is drawn: {ran}"
        return project(name, files | read_tree(workspace.project))


def all_built() -> dict[str, Project]:
    """Every project that there is."""
    return {name: built(name) for name in seeds()}


def search(
    bench: Bench, number: int, runs: int, known: Iterable[str], drawn_in: int, until: float
) -> Searched:
    """Run so many cases, the same for the same number, and make the first new failure small.

    Failures of a kind that is `known` are only counted. After the time `until` nothing is run.
    """
    codes: Counter[tuple[str, str]] = Counter()
    kinds: Counter[str] = Counter()
    ranking: list[tuple[float, float, str]] = [(0.0, 0.0, "")]
    target: list[Found] = []
    ends: list[float] = []
    known = frozenset(known)

    def count(case: Case, ran: Ran) -> None:
        end = type(ran.error).__name__ if ran.error else str(ran.code)
        codes[case.command[0], end] += 1
        ranking.append((ran.seconds, ran.megabytes, " ".join(case.command)[:100]))

    @seed(number)
    @settings(
        max_examples=runs, database=None, deadline=None, print_blob=False,
        report_multiple_bugs=False, verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate, Phase.shrink],
    )  # fmt: skip
    @given(cases(bench.projects, drawn_in=drawn_in))
    def one(case: Case) -> None:
        if time.monotonic() > (ends[0] if ends else until):
            return
        ran, wrong = bench.play(case)
        if not target:
            count(case, ran)
            kinds.update({problem.kind for problem in wrong})
        new = [problem for problem in wrong if problem.kind not in known]
        if target:  # only what fails in the same way is a smaller case of it
            new = [problem for problem in new if problem.kind == target[0].problem.kind]
        if new:
            ends[:] = ends or [time.monotonic() + SHRINK]
            target.append(Found(case, new[0]))
            raise AssertionError

    try:
        one()
    except (AssertionError, Flaky):
        if not target:  # the fuzzer's own failure
            raise
    return Searched(
        runs=sum(codes.values()),
        codes=codes,
        seen=kinds,
        slowest=max((seconds, command) for seconds, _, command in ranking),
        biggest=max((megabytes, command) for _, megabytes, command in ranking),
        found=target[-1] if target else None,
    )
