"""Plan -> results: reads the files that the charts need into one tidy table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from diagramgen.errors import ResultsError
from diagramgen.readers import Contents, Reader
from diagramgen.readers.large import LargeTable
from diagramgen.results.columns import Columns, Key, Rows
from diagramgen.results.contents import (
    ALONE,
    HandOut,
    Memory,
    Read,
    Steps,
    StepsOfTable,
    Wanted,
    has_value,
    read_files,
)
from diagramgen.results.found import Found
from diagramgen.results.newest import of_table as readings_of_table
from diagramgen.results.newest import readings_of, whole
from diagramgen.results.plan import Pair, plan_without, plan_without_values
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


def read_plan(
    plan: Plan,
    *,
    strict: bool = False,
    everything: bool = False,
    memory: Memory | None = None,
    hand_out: HandOut = map,
) -> Results:
    """The results that a plan's charts need.

    A step at which no item of a metric has a value is left out of the plan, and so is a file that
    ends in the middle, as one that is still being written does. With `strict` that is a
    `TruncatedFile`, where nothing else is wrong. With `everything` the files that no chart needs
    are read, too. What `memory` knows of files is not read again; `hand_out` has chunks of files
    read, as `map` does it here. Raises `ResultsError` with every file that cannot be read.
    """
    planned, found = _read(plan, everything, memory, hand_out)
    problems = found.problems or _lacking(planned, found.lacks)
    if problems and all(each.is_truncated() for each in problems) and not strict:
        without: dict[str, set[str]] = {}
        for each in problems:
            without.setdefault(each.source, set()).add(each.path)
        fewer = plan_without(plan, without, memory=memory, hand_out=hand_out)
        results = read_plan(
            fewer, strict=True, everything=everything, memory=memory, hand_out=hand_out
        )
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


def _read(
    plan: Plan, everything: bool, memory: Memory | None, hand_out: HandOut
) -> tuple[Plan, SoFar]:
    """What the files of a plan say, which of them cannot be read, and the plan as they allow it.

    Where a step has no value another takes its place, as the last or the first one: its files are
    read then, each once.
    """
    digests = {name: dict(files.digests) for name, files in plan.sources.items()}
    noted: dict[str, dict[str, None]] = {name: {} for name in digests}
    so_far = SoFar(Columns(plan.suite.definitions), digests, noted, set(), [], [])
    planned, known = plan, -1
    done: dict[Pair, set[int]] = {}
    while len(so_far.valueless) > known and not so_far.problems:
        known = len(so_far.valueless)
        needed = planned.files() if everything else planned.reads()
        wanted = {pair: steps - done.get(pair, set()) for pair, steps in needed.items()}
        at_once = _read_whole(plan, wanted, so_far)
        keys = sorted(
            ((*pair, step) for pair in wanted.keys() - at_once for step in wanted[pair]),
            key=itemgetter(0, 2, 1),
        )
        reads = read_files([*_wanted(plan, keys).values()], plan.suite.folder, hand_out, memory)
        held: dict[tuple[str, Found], Read] = {}
        for some in _batches(keys):
            for asked in _wanted(plan, some):
                if asked not in held:
                    held[asked] = next(reads)
            _read_some(plan, some, held, so_far)
            # A file is of one step, but where steps stand inside it.
            held = {asked: read for asked, read in held.items() if asked[1].step is None}
        for pair, steps in wanted.items():
            done.setdefault(pair, set()).update(steps)
        if len(so_far.valueless) > known:
            planned = plan_without_values(plan, so_far.valueless)
    return planned, so_far


def _lacking(plan: Plan, lacks: Iterable[Problem]) -> list[Problem]:
    """What files lack, of metrics of which no file of any source has a value."""
    files = plan.sources.values()
    every = [*(each for of in files for each in of.lacks), *lacks]
    return [each for each in every if not any(of.files.get(each.metric) for of in files)]


def _read_whole(plan: Plan, wanted: Mapping[Pair, set[int]], so_far: SoFar) -> set[Pair]:
    """Add what is in columns of one file, all steps of a metric at once; of what that is so."""
    done = _read_tables(plan, wanted, so_far)
    for (source, metric), steps in wanted.items():
        found = whole(plan, source, metric, steps) if steps else None
        if found is not None:
            readings, warnings = found
            so_far.rows.add_steps(source, metric, readings)
            so_far.warnings[source].update(dict.fromkeys(warnings))
            done.add((source, metric))
    return done


def _read_tables(plan: Plan, wanted: Mapping[Pair, set[int]], so_far: SoFar) -> set[Pair]:
    """Add what is in large tables, of which each is read once; of what that is so."""
    of_table: dict[LargeTable, dict[str, Pair]] = {}
    for (source, metric), steps in wanted.items():
        if not steps:
            continue
        contents = plan.sources[source].contents
        found = [each for (_, name), each in contents.items() if name == metric]
        if len(found) == 1 and isinstance(found[0], StepsOfTable):
            of_table.setdefault(found[0].table, {})[found[0].run] = source, metric
    done: set[Pair] = set()
    for table, pairs in of_table.items():
        by_run = table.read({run: wanted[pair] for run, pair in pairs.items()})
        for run, (source, metric) in pairs.items():
            readings, warnings = readings_of_table(plan, source, metric, by_run[run])
            steps = wanted[source, metric]
            valued = set(readings.steps_with_value())
            so_far.rows.add_steps(source, metric, readings.of_steps(valued))
            so_far.warnings[source].update(dict.fromkeys(warnings))
            so_far.valueless.update((source, metric, at) for at in steps if at not in valued)
            done.add((source, metric))
    return done


def _read_some(
    plan: Plan, keys: Iterable[Key], reads: Mapping[tuple[str, Found], Read], so_far: SoFar
) -> None:
    """Add what the files of some (source, metric, step) say; `reads` has them by source."""
    fetched: dict[tuple[str, str, str], Steps] = {}
    failed: dict[tuple[str, str, str], ResultsError] = {}
    for (source, file), read in reads.items():
        so_far.digests[source][file.path] = read.sha256
        for metric, contents in read.contents.items():
            if isinstance(contents, ResultsError):
                failed[source, file.path, metric] = contents
            else:
                fetched[source, file.path, metric] = contents[ALONE]
    for source, metric, step in keys:
        files = plan.sources[source].files[metric][step]
        paths = [file.path for file in files if (source, file.path, metric) in failed]
        so_far.problems.extend(
            Problem(failed[source, path, metric], metric, source, path) for path in paths
        )
        known = plan.sources[source].contents
        contents_of = {}
        for file in files:
            steps = known.get((file.path, metric)) or fetched.get((source, file.path, metric), {})
            # What cannot be read has none, nor what has lost the step since it was planned.
            contents_of[file] = steps.get(step, NOTHING)
            if (lacks := contents_of[file].lacks) is not None:
                so_far.lacks.append(Problem(lacks, metric, source, file.path))
        try:
            readings, warnings = readings_of(plan, source, metric, step, contents_of)
        except ResultsError as err:
            so_far.problems.append(Problem(err, metric, source))
        else:
            if has_value(readings):
                so_far.rows.add(source, step, metric, readings)
            else:
                so_far.valueless.add((source, metric, step))
            so_far.warnings[source].update(dict.fromkeys(warnings))


def _wanted(plan: Plan, keys: Iterable[Key]) -> dict[tuple[str, Found], Wanted]:
    """The files of (source, metric, step) that planning has not read, by source, each once.

    In the order of the keys: those of one step of a source follow each other.
    """
    readers: dict[tuple[str, Found], dict[str, Reader]] = {}
    definitions = plan.suite.definitions
    for source, metric, step in keys:
        found = plan.sources[source]
        for file in found.files[metric][step]:
            if (file.path, metric) not in found.contents:
                of_file = readers.setdefault((source, file), {})
                of_file[metric] = definitions.reader(source, metric)
    return {
        (source, file): Wanted(definitions.sources[source].root, file, of_file)
        for (source, file), of_file in readers.items()
    }


def _batches(keys: Iterable[Key]) -> Iterator[list[Key]]:
    """The keys some at a time; those of one step of a source, which may share files, together."""
    batch: list[Key] = []
    for _, of_step in groupby(keys, key=itemgetter(0, 2)):
        batch += of_step
        if len(batch) >= AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
