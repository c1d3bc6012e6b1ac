"""Plan -> results: reads the files that the charts need into one tidy table."""

from __future__ import annotations

import gc
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from diagramgen.discover import read_file
from diagramgen.errors import ResultsError, TruncatedFile
from diagramgen.plan import plan_without
from diagramgen.readers import Contents, Reading
from diagramgen.storage import Found

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.plan import Plan
    from diagramgen.suite import Suite


ISO_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(?:\.\d+)?")
US_DATE = re.compile(r"(\d\d)-(\d\d)-(\d{4})-(\d\d)-(\d\d)-(\d\d)")


Row = tuple[str, int, str, Reading]
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
        raise kind("\n".join(dict.fromkeys(str(err) for err, _, _ in problems)))
    return plan, results_table(plan.suite, rows)


def read_results(plan: Plan) -> DataFrame:
    """The results table: one row for each (source, step, metric, item) that the charts need.

    Columns source, metric, item (category, as the suite orders them), step (int64), value, n,
    stderr (float64, NaN = missing or unknown). Raises `ResultsError` with every file that cannot
    be read.
    """
    return read_plan(plan, strict=True)[1]


def _read(plan: Plan, everything: bool) -> tuple[list[Row], list[Problem]]:
    """The rows of the results table, and what cannot be read."""
    rows: list[Row] = []
    problems: list[Problem] = []
    for source, metric, step in sorted(set(plan.files() if everything else plan.reads())):
        before = len(problems)
        for file in plan.sources[source].files[metric][step]:
            try:
                contents_of(plan, source, metric, file)
            except ResultsError as err:
                problems.append((err, source, file.path))
        if len(problems) == before:
            try:
                readings = read_step(plan, source, metric, step)
            except ResultsError as err:
                problems.append((err, source, ""))
            else:
                rows += [(source, step, metric, reading) for reading in readings]
    return rows, problems


def contents_of(plan: Plan, source: str, metric: str, file: Found) -> Contents:
    """What a file has of a metric; read once. Raises `ResultsError`."""
    found = plan.sources[source]
    if (file.path, metric) not in found.contents:
        reader, root = plan.suite.metrics[metric].read, plan.suite.sources[source].root
        found.contents[file.path, metric] = read_file(
            file, reader, found.storage, root, found.digests
        )
    return found.contents[file.path, metric]


def read_step(plan: Plan, source: str, metric: str, step: int) -> list[Reading]:
    """A metric's readings at one step of a source: of an item that several files have, the newest.

    Differing values of one item are noted among the source's warnings. Raises `ResultsError` where
    files have an item with different numbers of shots.
    """
    found, root = plan.sources[source], plan.suite.sources[source].root
    newest: dict[str, tuple[str, str, Reading]] = {}
    files = found.files[metric][step]
    for file in files:
        contents = contents_of(plan, source, metric, file)
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


def date_in(path: str) -> str:
    """The date in a file's name, as text that sorts; empty where there is none."""
    name = path.rsplit("/", 1)[-1]
    if found := ISO_DATE.search(name):
        return found[0]
    if found := US_DATE.search(name):
        month, day, year, *time = found.groups()
        return f"{year}-{month}-{day}T{'-'.join(time)}"
    return ""


def alias(item: str, aliases: Mapping[str, str]) -> str:
    """The suite's name of an item: the first alias that matches, * standing for the same text."""
    for glob, name in aliases.items():
        before, star, after = glob.partition("*")
        fits = item.startswith(before) and item.endswith(after)
        if star and fits and len(item) >= len(before) + len(after):
            return name.replace("*", item[len(before) : len(item) - len(after)])
        if item == glob:
            return name
    return item


def results_table(suite: Suite, rows: list[Row]) -> DataFrame:
    """The results table from (source, step, metric, reading), sorted by all four keys."""
    import pandas as pd

    from diagramgen.transforms.selection import in_order

    items: dict[str, None] = {}
    for name, metric in suite.metrics.items():
        found = {reading.item for _, _, of, reading in rows if of == name}
        items |= dict.fromkeys(in_order(found, metric))
    table = pd.DataFrame(
        {
            "source": pd.Categorical([row[0] for row in rows], list(suite.sources), ordered=True),
            "step": pd.array([row[1] for row in rows], dtype="int64"),
            "metric": pd.Categorical([row[2] for row in rows], list(suite.metrics), ordered=True),
            "item": pd.Categorical([row[3].item for row in rows], list(items), ordered=True),
            "value": pd.array([row[3].value for row in rows], dtype="float64"),
            "n": pd.array([row[3].n for row in rows], dtype="float64"),
            "stderr": pd.array([row[3].stderr for row in rows], dtype="float64"),
        }
    )
    table = table.astype({"step": "int64", "value": "float64", "n": "float64", "stderr": "float64"})
    return table.sort_values(["source", "step", "metric", "item"]).reset_index(drop=True)
