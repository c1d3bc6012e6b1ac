"""Result files -> what each metric's reader finds in them, of each run at each step."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from diagramgen.errors import NotInFile, ResultsError, visible
from diagramgen.model.checkpoints import NO_STEP
from diagramgen.plugins import module_of
from diagramgen.readers import Contents, Reader, Reading, Runs
from diagramgen.readers.columns import ByStep, ReadingColumns
from diagramgen.readers.records import is_name
from diagramgen.results.found import Found
from diagramgen.results.storage import Storage

ALONE = ""
"""The run of a file that has only one."""
Steps = Mapping[int, Contents]
"""What a file has of each step; `NO_STEP` where neither the path nor the file says one."""
MOST_RUNS = 10_000
"""A file may have so many."""


class Read(NamedTuple):
    """A file as it was read: its sha256, and what each metric's reader finds in it, by run.

    Or why it cannot be read.
    """

    file: Found
    sha256: str
    contents: Mapping[str, Mapping[str, Steps] | ResultsError]


class StepsOfColumns(Mapping[int, Contents]):
    """What a file of columns has of each step."""

    def __init__(self, contents: Contents, by_step: ByStep) -> None:
        self.contents, self.by_step = contents, by_step

    def __getitem__(self, step: int) -> Contents:
        return self.contents._replace(readings=self.by_step[step])

    def __iter__(self) -> Iterator[int]:
        return iter(self.by_step)

    def __len__(self) -> int:
        return len(self.by_step)


def read_files(
    files: Mapping[Found, Mapping[str, Reader]],
    storage: Storage,
    root: str,
    runs: Runs | None = None,
) -> Iterator[Read]:
    """Each file as the readers of its metrics read it; every one is fetched once.

    `runs` says where files name runs, if they do.
    """
    for file, data in zip(files, storage.read_all([file.path for file in files]), strict=True):
        name = f"{root.rstrip('/')}/{file.path}"
        if isinstance(data, OSError):
            err = ResultsError(f"{name}: cannot be read: {data.strerror}")
            yield Read(file, "", dict.fromkeys(files[file], err))
            continue
        contents: dict[str, Mapping[str, Steps] | ResultsError] = {}
        for metric, reader in files[file].items():
            try:
                contents[metric] = _contents(reader, data, name, runs, file.step)
            except ResultsError as err:
                contents[metric] = err
            except Exception as err:  # a stranger's reader may raise anything
                module = module_of(type(reader))
                if module is None:
                    raise
                said = f"{name}: the reader of {module} fails: {type(err).__name__}: {err}"
                contents[metric] = ResultsError(visible(said, one_line=True))
        yield Read(file, hashlib.sha256(data).hexdigest(), contents)


def _contents(
    reader: Reader, data: bytes, name: str, runs: Runs | None, step: int | None
) -> dict[str, Steps]:
    """What a reader finds in a file, of each run at each step. Raises `ResultsError`."""
    if runs is None:
        return {ALONE: _of_steps(reader.read(data, name), step)}
    found = reader.read_runs(data, name, runs)
    if len(found) > MOST_RUNS:
        raise ResultsError(f"{name}: has {len(found):,} runs; it may have {MOST_RUNS:,}")
    for run in found:
        if not run.strip() or not is_name(run):
            said = visible(run, one_line=True)[:60]
            raise ResultsError(f"{name}: '{said}' is no name of a run")
    return {run: _of_steps(contents, step) for run, contents in found.items()}


def _of_steps(contents: Contents, step: int | None) -> Steps:
    """What a file has of each step: of the one that its path says, else of those inside.

    Raises `ResultsError` where none says a step and an item is there with several values.
    """
    if step is None and contents.needs_step:
        raise ResultsError(contents.needs_step)
    readings = contents.readings
    if step is not None:
        if isinstance(readings, ReadingColumns):
            return {step: contents._replace(readings=readings.of(step))}
        return {step: contents._replace(readings=[r for r in readings if r.step in (None, step)])}
    if isinstance(readings, ReadingColumns):
        columns = readings.by_step()
        if columns is not None:
            return StepsOfColumns(contents, columns)
        return {NO_STEP: contents} if readings else {}
    if contents.lacks is not None and not readings:
        return {NO_STEP: contents}
    by_step: dict[int, list[Reading]] = {}
    for reading in readings:
        at = NO_STEP if reading.step is None else reading.step
        by_step.setdefault(at, []).append(reading)
    return {at: contents._replace(readings=of) for at, of in by_step.items()}


def has_value(readings: Sequence[Reading]) -> bool:
    """Whether any item has a value."""
    if isinstance(readings, ReadingColumns):
        return readings.has_value()
    return any(reading.value == reading.value for reading in readings)


def what_lacks(steps: Steps) -> list[NotInFile]:
    """What a reader asks for and a file has not, where others may have it."""
    if isinstance(steps, StepsOfColumns):
        return []
    return [contents.lacks for contents in steps.values() if contents.lacks is not None]


def with_value(steps: Steps) -> list[int]:
    """The steps at which any item has a value."""
    if isinstance(steps, StepsOfColumns):
        return steps.by_step.with_value()
    return [step for step, contents in steps.items() if has_value(contents.readings)]
