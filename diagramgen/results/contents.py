"""Result files -> what each metric's reader finds in them, of each run at each step."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from diagramgen.errors import ResultsError, visible
from diagramgen.model.checkpoints import NO_STEP
from diagramgen.plugins import module_of
from diagramgen.readers import Contents, Reader, Reading, Runs
from diagramgen.readers.columns import ReadingColumns
from diagramgen.readers.records import is_name
from diagramgen.results.found import Found
from diagramgen.results.storage import Storage

ALONE = ""
"""The run of a file that has only one."""
RunStep = tuple[str, int]
"""A run and a step; `NO_STEP` where neither the path nor the file says one."""
MOST_RUNS = 10_000
"""A file may have so many."""


class Read(NamedTuple):
    """A file as it was read: its sha256, and what each metric's reader finds in it.

    Or why it cannot be read.
    """

    file: Found
    sha256: str
    contents: Mapping[str, Mapping[RunStep, Contents] | ResultsError]


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
        contents: dict[str, Mapping[RunStep, Contents] | ResultsError] = {}
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
) -> dict[RunStep, Contents]:
    """What a reader finds in a file, of each run at each step. Raises `ResultsError`."""
    if runs is None:
        return {(ALONE, at): of for at, of in _of_steps(reader.read(data, name), step).items()}
    found = reader.read_runs(data, name, runs)
    if len(found) > MOST_RUNS:
        raise ResultsError(f"{name}: has {len(found):,} runs; it may have {MOST_RUNS:,}")
    for run in found:
        if not run.strip() or not is_name(run):
            said = visible(run, one_line=True)[:60]
            raise ResultsError(f"{name}: '{said}' is no name of a run")
    return {
        (run, at): of
        for run, contents in found.items()
        for at, of in _of_steps(contents, step).items()
    }


def _of_steps(contents: Contents, step: int | None) -> dict[int, Contents]:
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
        by_column = {_known(at): of for at, of in readings.by_step().items()}
        return {at: contents._replace(readings=of) for at, of in by_column.items()}
    by_step: dict[int, list[Reading]] = {}
    for reading in readings:
        by_step.setdefault(_known(reading.step), []).append(reading)
    return {at: contents._replace(readings=of) for at, of in by_step.items()}


def _known(step: int | None) -> int:
    return NO_STEP if step is None else step


def has_value(readings: Iterable[Reading]) -> bool:
    """Whether any item has a value."""
    return any(reading.value == reading.value for reading in readings)
