"""Plan -> results: reads the files that the charts need into one tidy table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from diagramgen.errors import ResultsError
from diagramgen.readers import Contents, Reader
from diagramgen.results.columns import Columns, Key, Rows
from diagramgen.results.contents import ALONE, Steps, has_value, read_files
from diagramgen.results.found import Found
from diagramgen.results.newest import readings_of, whole
from diagramgen.results.plan import plan_without, plan_without_values
from diagramgen.results.problems import Problem, one_error

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.results.plan import Plan


AT_ONCE = 1000
"""So many (source, metric, step) are read before their readings become rows and are let go."""
NOTHING = Contents([])


@dataclass(frozen=True, eq=False)
class Results:
    """What the result files of a plan say.

    `plan` is the plan as the files allow it, `rows` are what its charts need. By source, `digests`
    has the sha256 of each file that was read, by its path, and `warnings` what was noted on the
    way. `valueless` are the (source, metric, step) whose files have no value of any item,
    `truncated` the sources, by their name in the suite, of which a file ends in the middle.
    """

    plan: Plan
    rows: Rows
    digests: Mapping[str, Mapping[str, str]]
    warnings: Mapping[str, tuple[str, ...]]
    valueless: frozenset[Key] = frozenset()
    truncated: frozenset[str] = frozenset()

    @cached_property
    def table(self) -> DataFrame:
        """The results table: a row for each (source, step, metric, item)."""
        return self.rows.table()


class SoFar(NamedTuple):
    """What is known while files are read: their rows, digests and warnings, and what is wrong.

    `valueless` are the (source, metric, step) whose files have no value of any item, `lacks` the
    files that lack what a reader asks for, which others may have.
    """

    rows: Columns
    digests: dict[str, dict[str, str]]
    warnings: dict[str, dict[str, None]]
    valueless: set[Key]
    problems: list[Problem]
    lacks: list[Problem]


def read_plan(plan: Plan, *, strict: bool = False, everything: bool = False) -> Results:
    """The results that a plan's charts need.

    A step at which no item of a metric has a value is left out of the plan, and so is a file that
    ends in the middle, as one that is still being written does. With `strict` that is a
    `TruncatedFile`, where nothing else is wrong. With `everything` the files that no chart needs
    are read, too. Raises `ResultsError` with every file that cannot be read.
    """
    planned, found = _read(plan, everything)
    problems = found.problems or _lacking(planned, found.lacks)
    if problems and all(each.is_truncated() for each in problems) and not strict:
        without: dict[str, set[str]] = {}
        for each in problems:
            without.setdefault(each.source, set()).add(each.path)
        results = read_plan(plan_without(plan, without), strict=True, everything=everything)
        truncated = frozenset(plan.sources[name].written for name in without)
        return replace(results, truncated=truncated)
    if problems:
        raise one_error(problems, plan.suite)
    # The readings are in the table now; to keep them as well would take several times its room.
    sources = {name: files._replace(contents={}) for name, files in planned.sources.items()}
    warnings = {name: tuple(noted) for name, noted in found.warnings.items()}
    planned = planned._replace(runs=planned.runs._replace(sources=sources))
    valueless = frozenset(found.valueless)
    return Results(planned, found.rows.rows(), found.digests, warnings, valueless)


def _read(plan: Plan, everything: bool) -> tuple[Plan, SoFar]:
    """What the files of a plan say, which of them cannot be read, and the plan as they allow it.

    Where a step has no value another takes its place, as the last or the first one: its files are
    read then, each once.
    """
    digests = {name: dict(files.digests) for name, files in plan.sources.items()}
    noted: dict[str, dict[str, None]] = {name: {} for name in digests}
    so_far = SoFar(Columns(plan.suite.definitions), digests, noted, set(), [], [])
    planned, done, known = plan, set[Key](), -1
    while len(so_far.valueless) > known and not so_far.problems:
        known = len(so_far.valueless)
        wanted = set(planned.files() if everything else planned.reads()) - done
        keys = sorted(wanted - _read_whole(plan, wanted, so_far), key=itemgetter(0, 2, 1))
        for _, some in groupby(enumerate(keys), key=lambda each: each[0] // AT_ONCE):
            _read_some(plan, [key for _, key in some], so_far)
        done |= wanted
        if len(so_far.valueless) > known:
            planned = plan_without_values(plan, so_far.valueless)
    return planned, so_far


def _lacking(plan: Plan, lacks: Iterable[Problem]) -> list[Problem]:
    """What files lack, of metrics of which no file of any source has a value."""
    files = plan.sources.values()
    every = [*(each for of in files for each in of.lacks), *lacks]
    return [each for each in every if not any(of.files.get(each.metric) for of in files)]


def _read_whole(plan: Plan, keys: Iterable[Key], so_far: SoFar) -> set[Key]:
    """Add what is in columns of one file, all steps of a metric at once; which keys these are."""
    steps: dict[tuple[str, str], list[int]] = {}
    for source, metric, step in keys:
        steps.setdefault((source, metric), []).append(step)
    done: set[Key] = set()
    for (source, metric), wanted in steps.items():
        found = whole(plan, source, metric, wanted)
        if found is not None:
            readings, warnings = found
            so_far.rows.add_steps(source, metric, readings)
            so_far.warnings[source].update(dict.fromkeys(warnings))
            done.update((source, metric, step) for step in wanted)
    return done


def _read_some(plan: Plan, keys: list[Key], so_far: SoFar) -> None:
    """Add what the files of some (source, metric, step) say."""
    fetched, failed = _fetch(plan, keys, so_far.digests)
    for source, metric, step in keys:
        files = plan.sources[source].files[metric][step]
        paths = [file.path for file in files if (source, file.path, metric) in failed]
        so_far.problems.extend(
            Problem(failed[source, path, metric], metric, source, path) for path in paths
        )
        known = plan.sources[source].contents
        contents = {}
        for file in files:
            steps = known.get((file.path, metric)) or fetched.get((source, file.path, metric), {})
            # What cannot be read has none, nor what has lost the step since it was planned.
            contents[file] = steps.get(step, NOTHING)
            if (lacks := contents[file].lacks) is not None:
                so_far.lacks.append(Problem(lacks, metric, source, file.path))
        try:
            readings, warnings = readings_of(plan, source, metric, step, contents)
        except ResultsError as err:
            so_far.problems.append(Problem(err, metric, source))
        else:
            if has_value(readings):
                so_far.rows.add(source, step, metric, readings)
            else:
                so_far.valueless.add((source, metric, step))
            so_far.warnings[source].update(dict.fromkeys(warnings))


def _fetch(
    plan: Plan, keys: Iterable[Key], digests: Mapping[str, dict[str, str]]
) -> tuple[dict[tuple[str, str, str], Steps], dict[tuple[str, str, str], ResultsError]]:
    """Read the files of (source, metric, step), each once, and note their digests by source.

    Gives what they have of each step, and those that cannot be read, by source, path and metric.
    """
    wanted: dict[str, dict[Found, dict[str, Reader]]] = {}
    for source, metric, step in keys:
        for file in plan.sources[source].files[metric][step]:
            if (file.path, metric) not in plan.sources[source].contents:
                readers = wanted.setdefault(source, {}).setdefault(file, {})
                readers[metric] = plan.suite.definitions.reader(source, metric)
    fetched: dict[tuple[str, str, str], Steps] = {}
    failed: dict[tuple[str, str, str], ResultsError] = {}
    for source, files in wanted.items():
        root = plan.suite.definitions.sources[source].root
        for read in read_files(files, plan.sources[source].storage, root):
            path = read.file.path
            digests[source][path] = read.sha256
            for metric, contents in read.contents.items():
                if isinstance(contents, ResultsError):
                    failed[source, path, metric] = contents
                    continue
                fetched[source, path, metric] = contents[ALONE]
    return fetched, failed
