"""What files say of one step of a source -> one reading of each of a metric's items."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from diagramgen.errors import ResultsError
from diagramgen.model.aliases import alias
from diagramgen.model.checkpoints import NO_STEP
from diagramgen.model.metric import is_one_of
from diagramgen.readers import Contents, Reading
from diagramgen.readers.columns import ReadingColumns
from diagramgen.readers.dates import date_in
from diagramgen.results.contents import StepsOfColumns
from diagramgen.results.found import Found

if TYPE_CHECKING:
    from diagramgen.results.plan import Plan


Dated = tuple[str, str, Reading]
"""When the file of a reading was written, its path, and the reading."""


def readings_of(
    plan: Plan, source: str, metric: str, step: int, files: Mapping[Found, Contents]
) -> tuple[Sequence[Reading], Sequence[str]]:
    """A metric's readings at one step of a source: of an item that several files have, the newest.

    And what is to be noted: the files' warnings, and differing values of one item. Raises
    `ResultsError` where files have an item with different numbers of shots, or where nothing tells
    which of two values counts.
    """
    readings, warnings = _newest(plan, source, metric, step, files)
    return _items(readings, plan.suite.definitions.metrics[metric].without), warnings


def whole(
    plan: Plan, source: str, metric: str, steps: Collection[int]
) -> tuple[ReadingColumns, Sequence[str]] | None:
    """A metric's readings at some steps of a source, where one file has all of them as columns.

    And what is to be noted. None where what counts has to be found out step by step.
    """
    definitions, found = plan.suite.definitions, plan.sources[source]
    of = [each for (_, name), each in found.contents.items() if name == metric]
    if plan.suite.aliases or definitions.metrics[metric].without or len(of) != 1:
        return None
    [by_step] = of
    if not isinstance(by_step, StepsOfColumns):
        return None
    item = next(file.item for files in found.files[metric].values() for file in files)
    readings = by_step.by_step.of(steps).named(item or metric)
    return None if readings is None else (readings, by_step.contents.warnings)


def of_table(
    plan: Plan, source: str, metric: str, contents: Contents
) -> tuple[ReadingColumns, Sequence[str]]:
    """A metric's readings of a large table, with the items as the suite calls them.

    And what is to be noted. Raises `ResultsError` where two of its items are one to the suite.
    """
    readings = contents.readings
    assert isinstance(readings, ReadingColumns)
    names = [item or metric for item in readings.items]
    names = [alias(item, plan.suite.aliases) for item in names] if plan.suite.aliases else names
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        root = plan.suite.definitions.sources[source].root
        raise ResultsError(f"{root}: a large table has several items that mean '{twice}'")
    named = replace(readings, items=tuple(names))
    kept = _items(named, plan.suite.definitions.metrics[metric].without)
    assert isinstance(kept, ReadingColumns)
    return kept, contents.warnings


def _newest(
    plan: Plan, source: str, metric: str, step: int, files: Mapping[Found, Contents]
) -> tuple[Sequence[Reading], Sequence[str]]:
    root, aliases = plan.suite.definitions.sources[source].root, plan.suite.aliases
    if len(files) == 1 and not aliases:
        [(file, contents)] = files.items()
        if isinstance(contents.readings, ReadingColumns):
            columns = contents.readings.named(file.item or metric)
            if columns is not None:
                return columns, contents.warnings
        else:
            names = {reading.item for reading in contents.readings}
            if len(names) == len(contents.readings) and "" not in names:
                return contents.readings, contents.warnings
    newest: dict[str, Dated] = {}
    warnings: list[str] = []
    for file, contents in files.items():
        warnings += contents.warnings
        age = (contents.date or date_in(file.path) if len(files) > 1 else ""), file.path
        for reading in contents.readings:
            item = reading.item or file.item or metric
            if aliases:
                item = alias(item, aliases)
            before = newest.get(item)
            if before is None:
                named = reading if reading.item == item else reading._replace(item=item)
                newest[item] = (*age, named)
                continue
            if before[2].shots != reading.shots:
                shots = " and ".join(str(each.shots) for each in (before[2], reading))
                at = "" if step == NO_STEP else f" at step {step}"
                raise ResultsError(
                    f"{root}/{file.path}: '{item}' is there with {shots} shots{at}; "
                    f"choose with `read: {{shots: ...}}` of metric '{metric}'"
                )
            newer, older = sorted([before, (*age, reading._replace(item=item))], reverse=True)
            newest[item] = newer
            if older[2].value != newer[2].value and older[2].value == older[2].value:
                _check_known(root, item, step, older, newer)
                at = "" if step == NO_STEP else f", step {step}"
                both = f"{older[1]} and {newer[1]} differ"
                warnings.append(f"source '{source}'{at}: {both}; the newer counts, the second")
    return [reading for _, _, reading in newest.values()], warnings


def _check_known(root: str, item: str, step: int, older: Dated, newer: Dated) -> None:
    """Raise `ResultsError` where two files may well be of two checkpoints that say no step.

    What was evaluated again lies in the same folder, and says when.
    """
    folders = {PurePosixPath(path).parent for _, path, _ in (older, newer)}
    if step == NO_STEP and (len(folders) > 1 or not older[0] or not newer[0]):
        raise ResultsError(
            f"{root}/{older[1]} and {newer[1]} have different values of '{item}', and no step; "
            "put {step} into the source's `checkpoint`, or name the files of one run there"
        )


def _items(readings: Sequence[Reading], without: tuple[str, ...]) -> Sequence[Reading]:
    """The readings of items: not of what the suite says is none."""
    if not without:
        return readings
    if not isinstance(readings, ReadingColumns):
        return [each for each in readings if not is_one_of(each.item, without)]
    kept = [i for i, item in enumerate(readings.items) if not is_one_of(item, without)]
    import numpy as np

    return readings.at(np.isin(readings.item, kept))
