"""Plan -> results: reads the files that the charts need into one tidy table."""

from __future__ import annotations

import gc
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from diagramgen.errors import ResultsError, TruncatedFile
from diagramgen.model.aliases import alias
from diagramgen.readers import Reader, Reading
from diagramgen.readers.dates import date_in
from diagramgen.results.columns import Columns
from diagramgen.results.discover import read_files
from diagramgen.results.found import Found
from diagramgen.results.plan import plan_without

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.results.plan import Plan


MOST_TOLD = 20
"""So many problems are told; where there are more, they are of one kind."""
AT_ONCE = 1000
"""So many (source, metric, step) are read before their readings become rows and are let go."""
Problem = tuple[ResultsError, str, str]
"""What cannot be read, of which source and file."""


def read_plan(
    plan: Plan, *, strict: bool = False, everything: bool = False
) -> tuple[Plan, DataFrame]:
    """The results that a plan's charts need, and the plan as those results allow it.

    A file that ends in the middle, as one that is still being written does, is left out of the
    plan. With `strict` that is a `TruncatedFile`, where nothing else is wrong. With `everything`
    the files that no chart needs are read, too. Raises `ResultsError` with every file that cannot
    be read.
    """
    gc.disable()  # it would look at every reading again and again, and find nothing to free
    try:
        rows, problems = _read(plan, everything)
    finally:
        gc.enable()
    if problems and not strict and all(isinstance(err, TruncatedFile) for err, _, _ in problems):
        without: dict[str, set[str]] = {}
        for _, source, path in problems:
            without.setdefault(source, set()).add(path)
        return read_plan(plan_without(plan, without), strict=True, everything=everything)
    if problems:
        truncated = all(isinstance(err, TruncatedFile) for err, _, _ in problems)
        kind = TruncatedFile if truncated else ResultsError
        lines = list(dict.fromkeys(str(err) for err, _, _ in problems))
        more = [f"and {len(lines) - MOST_TOLD:,} more like these"] if len(lines) > MOST_TOLD else []
        raise kind("\n".join(lines[:MOST_TOLD] + more))
    return plan, rows.table()


def read_results(plan: Plan) -> DataFrame:
    """The results table: one row for each (source, step, metric, item) that the charts need.

    Columns source, metric, item (category, as the suite orders them), step (int64), value, n,
    stderr (float64, NaN = missing or unknown). Raises `ResultsError` with every file that cannot
    be read.
    """
    return read_plan(plan, strict=True)[1]


def _read(plan: Plan, everything: bool) -> tuple[Columns, list[Problem]]:
    """The rows of the results table, and what cannot be read."""
    keys = sorted(set(plan.files() if everything else plan.reads()), key=itemgetter(0, 2, 1))
    rows = Columns(plan.suite.definitions)
    problems: list[Problem] = []
    for _, some in groupby(enumerate(keys), key=lambda each: each[0] // AT_ONCE):
        _read_some(plan, [key for _, key in some], rows, problems)
    return rows, problems


def _read_some(
    plan: Plan, keys: list[tuple[str, str, int]], rows: Columns, problems: list[Problem]
) -> None:
    """Add the rows of some (source, metric, step), and what cannot be read."""
    failed = _fetch(plan, keys)
    for source, metric, step in keys:
        found = plan.sources[source]
        paths = [file.path for file in found.files[metric][step]]
        lost = [(source, path, metric) for path in paths if (source, path, metric) in failed]
        problems += [(failed[key], source, key[1]) for key in lost]
        if lost:
            continue
        try:
            rows.add(source, step, metric, read_step(plan, source, metric, step))
        except ResultsError as err:
            problems.append((err, source, ""))
        if not plan.suite.definitions.metrics[metric].read.steps_inside:
            for path in paths:
                found.contents.pop((path, metric))


def _fetch(
    plan: Plan, keys: Iterable[tuple[str, str, int]]
) -> dict[tuple[str, str, str], ResultsError]:
    """Read the files of (source, metric, step), each once; gives those that cannot be read.

    By source, path and metric.
    """
    wanted: dict[str, dict[Found, dict[str, Reader]]] = {}
    for source, metric, step in keys:
        for file in plan.sources[source].files[metric][step]:
            if (file.path, metric) not in plan.sources[source].contents:
                readers = wanted.setdefault(source, {}).setdefault(file, {})
                readers[metric] = plan.suite.definitions.metrics[metric].read
    failed = {}
    for source, files in wanted.items():
        found, root = plan.sources[source], plan.suite.definitions.sources[source].root
        for file, metric, contents in read_files(files, found.storage, root, found.digests):
            if isinstance(contents, ResultsError):
                failed[source, file.path, metric] = contents
            else:
                found.contents[file.path, metric] = contents
    return failed


def read_step(plan: Plan, source: str, metric: str, step: int) -> list[Reading]:
    """A metric's readings at one step of a source: of an item that several files have, the newest.

    Differing values of one item are noted among the source's warnings. Raises `ResultsError` where
    files have an item with different numbers of shots.
    """
    found, root = plan.sources[source], plan.suite.definitions.sources[source].root
    newest: dict[str, tuple[str, str, Reading]] = {}
    files = found.files[metric][step]
    for file in files:
        contents = found.contents[file.path, metric]
        found.warnings.update(dict.fromkeys(contents.warnings))
        age = (contents.date or date_in(file.path) if len(files) > 1 else ""), file.path
        for reading in contents.readings:
            if reading.step is not None and reading.step != step:
                continue
            item = reading.item or file.item or metric
            if plan.suite.aliases:
                item = alias(item, plan.suite.aliases)
            before = newest.get(item)
            if before is None:
                named = reading if reading.item == item else reading._replace(item=item)
                newest[item] = (*age, named)
                continue
            if before[2].shots != reading.shots:
                shots = " and ".join(str(each.shots) for each in (before[2], reading))
                raise ResultsError(
                    f"{root}/{file.path}: '{item}' is there with {shots} shots at step {step}; "
                    f"choose with `read: {{shots: ...}}` of metric '{metric}'"
                )
            newer, older = sorted([before, (*age, reading._replace(item=item))], reverse=True)[:2]
            newest[item] = newer
            if older[2].value != newer[2].value and older[2].value == older[2].value:
                both = f"step {step}: {older[1]} and {newer[1]} differ"
                found.warnings[f"source '{source}', {both}; the newer counts, the second"] = None
    return [reading for _, _, reading in newest.values()]
