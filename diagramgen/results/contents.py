"""Result files -> what each metric's reader finds in them, of each run at each step."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby
from pathlib import Path
from typing import NamedTuple, Protocol

from diagramgen.errors import NotInFile, ResultsError, visible
from diagramgen.local import TOO_LARGE, digest_of
from diagramgen.model.checkpoints import NO_STEP
from diagramgen.plugins import module_of
from diagramgen.readers import Contents, Reader, Reading, Runs
from diagramgen.readers.bulk import TooManyRows
from diagramgen.readers.columns import ByStep, ReadingColumns
from diagramgen.readers.large import LargeTable, look_through
from diagramgen.readers.parquet import ParquetReader
from diagramgen.readers.records import is_name
from diagramgen.results.found import MOST_BYTES, Found
from diagramgen.results.storage import open_storage
from diagramgen.roots import is_url

ALONE = ""
"""The run of a file that has only one."""
Steps = Mapping[int, Contents]
"""What a file has of each step; `NO_STEP` where neither the path nor the file says one."""
MOST_RUNS = 10_000
"""A file may have so many."""
CHUNK_FILES, CHUNK_BYTES = 250, 1 << 25
"""So many files, or bytes of them, are read together: some 50 ms of work, to be worth its way."""


class Read(NamedTuple):
    """A file as it was read: its sha256, and what each metric's reader finds in it, by run.

    Or why it cannot be read.
    """

    file: Found
    sha256: str
    contents: Mapping[str, Mapping[str, Steps] | ResultsError]


class Wanted(NamedTuple):
    """A file that is to be read below a root: by each metric's reader, and where it names runs."""

    root: str
    file: Found
    readers: Mapping[str, Reader]
    runs: Runs | None = None


class Chunk(NamedTuple):
    """Some files that are read together, wherever that is; `folder` is the suite's.

    Plain values, so that another process, or another machine that has the same files, can read it.
    """

    folder: str
    files: tuple[Wanted, ...]


class HandOut(Protocol):
    """What reads chunks: as `map` does it, or many at once; what it gives is in their order."""

    def __call__(
        self, read: Callable[[Chunk], list[Read]], chunks: Iterable[Chunk], /
    ) -> Iterable[list[Read]]:
        """What `read` gives for each chunk in turn."""


class Memory(Protocol):
    """What is known of files from an earlier run."""

    def known(self, files: Sequence[Wanted]) -> list[bool]:
        """Of each file, whether it was read before, and it and how it is read are the same."""

    def read(self, wanted: Wanted) -> Read:
        """What a known file says."""

    def add(self, wanted: Wanted, read: Read) -> None:
        """Keep what a file says."""


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


class StepsOfTable(Mapping[int, Contents]):
    """What a large table has of each step of a run; it is read when it is asked for."""

    def __init__(self, table: LargeTable, run: str) -> None:
        self.table, self.run = table, run
        self._steps = dict.fromkeys(table.runs[run].step.tolist())

    def __getitem__(self, step: int) -> Contents:
        if step not in self._steps:
            raise KeyError(step)
        return self.table.read({self.run: [step]})[self.run]

    def __iter__(self) -> Iterator[int]:
        return iter(self._steps)

    def __len__(self) -> int:
        return len(self._steps)

    def with_value(self) -> list[int]:
        """The steps at which any item has a value."""
        steps, known, _ = self.table.runs[self.run]
        found: list[int] = steps[known].tolist()
        return found


def read_files(
    files: Sequence[Wanted],
    folder: Path,
    hand_out: HandOut = map,
    memory: Memory | None = None,
) -> Iterator[Read]:
    """Each file in turn as the readers of its metrics read it; every one is fetched once.

    What `memory` knows is not read again. `hand_out` has chunks of files read, here or elsewhere.
    """
    known = [False] * len(files) if memory is None else memory.known(files)
    fresh = [file for file, is_known in zip(files, known, strict=True) if not is_known]
    reads = chain.from_iterable(hand_out(read_chunk, _chunks(fresh, str(folder))))
    for file, is_known in zip(files, known, strict=True):
        if memory is not None and is_known:
            yield memory.read(file)
            continue
        read = next(reads)
        if memory is not None:
            memory.add(file, read)
        yield read


def _chunks(files: Iterable[Wanted], folder: str) -> Iterator[Chunk]:
    """The files in chunks of some size."""
    chunk: list[Wanted] = []
    size = 0
    for file in files:
        if chunk and (len(chunk) == CHUNK_FILES or size + file.file.size > CHUNK_BYTES):
            yield Chunk(folder, tuple(chunk))
            chunk, size = [], 0
        chunk.append(file)
        size += file.file.size
    if chunk:
        yield Chunk(folder, tuple(chunk))


def read_chunk(chunk: Chunk) -> list[Read]:
    """The files of a chunk as their readers read them."""
    found: list[Read] = []
    for root, files in groupby(chunk.files, key=lambda wanted: wanted.root):
        found += _read_below(root, list(files), Path(chunk.folder))
    return found


def _read_below(root: str, files: Sequence[Wanted], folder: Path) -> Iterator[Read]:
    small = [each.file.path for each in files if each.file.size <= MOST_BYTES]
    data = open_storage(root, folder).read_all(small)
    for wanted in files:
        if wanted.file.size <= MOST_BYTES:
            read = _read(wanted, next(data))
            if not any(isinstance(each, TooManyRows) for each in read.contents.values()):
                yield read
                continue
        else:
            read = _read(wanted, OSError(None, TOO_LARGE.format(most=MOST_BYTES)))
        yield read if is_url(root) else _read_large(wanted, folder / root, read)


def _read_large(wanted: Wanted, root: Path, otherwise: Read) -> Read:
    """A table of this machine that is too large to be read whole, if it is one that may be."""
    path, name = f"{root}/{wanted.file.path}", f"{wanted.root.rstrip('/')}/{wanted.file.path}"
    contents: dict[str, Mapping[str, Steps] | ResultsError] = {}
    for metric, reader in wanted.readers.items():
        if not isinstance(reader, ParquetReader) or not reader.step or wanted.file.step is not None:
            return otherwise
        try:
            table = look_through(path, name, reader, wanted.runs)
        except ResultsError as err:
            contents[metric] = err
        except OSError as err:
            contents[metric] = ResultsError(f"{name}: cannot be read: {err.strerror}")
        else:
            contents[metric] = {run: StepsOfTable(table, run) for run in table.runs}
    return Read(wanted.file, digest_of(path) if contents else "", contents)


def _read(wanted: Wanted, data: bytes | OSError) -> Read:
    """A file as its readers read it."""
    root, file, readers, runs = wanted
    name = f"{root.rstrip('/')}/{file.path}"
    if isinstance(data, OSError):
        err = ResultsError(f"{name}: cannot be read: {data.strerror}")
        return Read(file, "", dict.fromkeys(readers, err))
    contents: dict[str, Mapping[str, Steps] | ResultsError] = {}
    for metric, reader in readers.items():
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
    return Read(file, hashlib.sha256(data).hexdigest(), contents)


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
    if isinstance(steps, StepsOfColumns | StepsOfTable):
        return []
    return [contents.lacks for contents in steps.values() if contents.lacks is not None]


def with_value(steps: Steps) -> list[int]:
    """The steps at which any item has a value."""
    if isinstance(steps, StepsOfColumns):
        return steps.by_step.with_value()
    if isinstance(steps, StepsOfTable):
        return steps.with_value()
    return [step for step, contents in steps.items() if has_value(contents.readings)]
