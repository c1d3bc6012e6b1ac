"""Suite -> result files: which file has which step of which source and metric."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from diagramgen.errors import ResultsError, visible
from diagramgen.plugins import module_of
from diagramgen.readers import Contents, Reader, Reading
from diagramgen.readers.columns import ReadingColumns
from diagramgen.results.found import Found
from diagramgen.results.mismatch import mismatch
from diagramgen.results.problems import Problem, one_error
from diagramgen.results.storage import Storage, open_storage
from diagramgen.suite.suite import Suite


class SourceFiles(NamedTuple):
    """A source's result files: metric -> step -> files, and what checkpoints lack.

    `listed` has all files by the pattern that found them, `folders` the steps of the folders that
    match `checkpoint`. Where steps stand inside the files, `contents` has what was read to learn
    them, by path, metric and step, and `digests` the sha256 of these files, by path.
    """

    storage: Storage
    files: Mapping[str, Mapping[int, tuple[Found, ...]]]
    left_out: Mapping[int, str]
    checkpoint: str
    listed: Mapping[str, Sequence[Found]]
    folders: Collection[int]
    contents: Mapping[tuple[str, str, int], Contents] = {}
    digests: Mapping[str, str] = {}
    missing: str | None = None

    def steps(self) -> tuple[int, ...]:
        """Every step with a result file, the bridge among them, ascending."""
        return tuple(sorted({step for files in self.files.values() for step in files}))

    def without(self, valueless: Collection[tuple[str, int]]) -> SourceFiles:
        """The same where some metrics have no value at some steps, which are none of theirs."""
        files = {
            metric: {step: of for step, of in steps.items() if (metric, step) not in valueless}
            for metric, steps in self.files.items()
        }
        left_out = dict(self.left_out)
        for metric, step in sorted(valueless):
            said = [left_out[step]] if step in left_out else []
            left_out[step] = ", ".join([*said, f"no value of metric '{metric}'"])
        return self._replace(files=files, left_out=left_out)


def find_files(suite: Suite, name: str, without: Collection[str] = ()) -> SourceFiles:
    """A source's result files, found by its checkpoint pattern.

    Files whose steps stand inside them are read; of all others only the names. Where no item of a
    metric has a value at a step inside, that is none of its steps. `without` are paths to pass
    over. Raises `ResultsError` when two files are of one step though the pattern allows for one, or
    nothing is found and the source is not optional.
    """
    source = suite.definitions.sources[name]
    storage = open_storage(source.root, suite.folder)
    checkpoint = "/".join(part for part in source.checkpoint.split("/") if part not in ("", "."))
    contents: dict[tuple[str, str, int], Contents] = {}
    files: dict[str, dict[int, tuple[Found, ...]]] = {}
    digests: dict[str, str] = {}
    missing = f"source '{name}' is not there"
    nothing = SourceFiles(storage, {}, {}, checkpoint, {}, (), missing=missing)
    patterns = {
        metric: "/".join(filter(None, (checkpoint, record.read.file)))
        for metric, record in suite.definitions.metrics.items()
    }
    try:
        listed = {pattern: storage.find(pattern) for pattern in dict.fromkeys(patterns.values())}
        folders = storage.folders(checkpoint)
    except FileNotFoundError as err:
        if source.optional:
            return nothing
        raise ResultsError(f"source '{name}': its folder {source.root} does not exist") from err
    except ResultsError as err:
        raise ResultsError(f"source '{name}': {source.root}: {err}") from err
    for metric, pattern in patterns.items():
        found = [file for file in listed[pattern] if file.path not in without]
        reader = suite.definitions.metrics[metric].read
        if "{step}" in pattern:
            files[metric] = _by_step(found, pattern, name)
        elif reader.steps_inside:
            readers = {file: {metric: reader} for file in found}
            inside, problems = _steps_inside(readers, metric, name, storage, source.root, digests)
            if problems:
                raise one_error(problems, suite)
            files[metric] = {step: tuple(of) for step, of in inside.items()}
            for step, of in inside.items():
                contents |= {(file.path, metric, step): each for file, each in of.items()}
        else:
            raise ResultsError(
                f"source '{name}': 'checkpoint' needs {{step}}: this reader finds no step in files"
            )
    if not any(files.values()):
        if source.optional:
            return nothing._replace(listed=listed, folders=folders)
        what = "no item has a value" if digests else "no results found"
        where = f"{source.root}/{source.checkpoint}"
        if not any(listed.values()):
            pattern = next(iter(patterns.values()), checkpoint)
            where += f": {mismatch(storage, pattern, source.root)}"
        raise ResultsError(f"source '{name}': {what} at {where}")
    left_out = {
        file.step: f"{file.path} ends in the middle"
        for found in listed.values()
        for file in found
        if file.path in without and file.step is not None
    }
    by_path = {metric: files[metric] for metric in files if "{step}" in patterns[metric]}
    left_out = _incomplete(by_path, folders, suite) | left_out
    return SourceFiles(storage, files, left_out, checkpoint, listed, folders, contents, digests)


def _incomplete(
    files: Mapping[str, Mapping[int, tuple[Found, ...]]], folders: set[int], suite: Suite
) -> dict[int, str]:
    """The checkpoints that lack the files of some metrics, and which."""
    incomplete = {}
    for step in sorted(folders.union(*files.values())):
        lost = [metric for metric in files if step not in files[metric] and files[metric]]
        if lost:
            readers = [suite.definitions.metrics[metric].read for metric in lost]
            names = dict.fromkeys(
                reader.file or metric for reader, metric in zip(readers, lost, strict=True)
            )
            incomplete[step] = f"no {', '.join(names)}"
    return incomplete


def has_value(readings: Iterable[Reading]) -> bool:
    """Whether any item has a value."""
    return any(reading.value == reading.value for reading in readings)


def _by_step(found: Iterable[Found], pattern: str, source: str) -> dict[int, tuple[Found, ...]]:
    """The files of each step that their paths say."""
    by_step: dict[int, tuple[Found, ...]] = {}
    for file in found:
        if file.step is not None:
            by_step[file.step] = (*by_step.get(file.step, ()), file)
    for step, files in by_step.items():
        if len(files) > 1 and "*" not in pattern and "{item}" not in pattern:
            both = " and ".join(file.path for file in files)
            raise ResultsError(f"source '{source}': step {step} is there twice: {both}")
    return by_step


def _steps_inside(
    files: Mapping[Found, Mapping[str, Reader]],
    metric: str,
    source: str,
    storage: Storage,
    root: str,
    digests: dict[str, str],
) -> tuple[dict[int, dict[Found, Contents]], list[Problem]]:
    """What files say of each step at which an item has a value, and which cannot be read.

    Notes the files' digests.
    """
    by_step: dict[int, dict[Found, Contents]] = {}
    problems = []
    for read in read_files(files, storage, root):
        digests[read.file.path] = read.sha256
        try:
            steps = _all_steps(read, metric, root)
        except ResultsError as err:
            problems.append(Problem(err, metric, source, read.file.path))
            continue
        for step, contents in steps.items():
            by_step.setdefault(step, {})[read.file] = contents
    with_value = {
        step: of
        for step, of in by_step.items()
        if any(has_value(contents.readings) for contents in of.values())
    }
    return with_value, problems


def _all_steps(read: Read, metric: str, root: str) -> dict[int, Contents]:
    """What a file has of each step that it says. Raises `ResultsError`."""
    contents = read.contents[metric]
    if isinstance(contents, ResultsError):
        raise contents
    by_step = {step: each for step, each in contents.items() if step is not None}
    if len(by_step) < len(contents):
        name = f"{root}/{read.file.path}"
        raise ResultsError(f"{name}: says no step; put {{step}} into the source's `checkpoint`")
    return by_step


class Read(NamedTuple):
    """A file as it was read: its sha256, and what each metric's reader finds at each step in it.

    Or why it cannot be read. A step is None where neither the path nor the file says it.
    """

    file: Found
    sha256: str
    contents: Mapping[str, Mapping[int | None, Contents] | ResultsError]


def read_files(
    files: Mapping[Found, Mapping[str, Reader]], storage: Storage, root: str
) -> Iterator[Read]:
    """Each file as the readers of its metrics read it; every one is fetched once."""
    for file, data in zip(files, storage.read_all([file.path for file in files]), strict=True):
        name = f"{root.rstrip('/')}/{file.path}"
        if isinstance(data, OSError):
            err = ResultsError(f"{name}: cannot be read: {data.strerror}")
            yield Read(file, "", dict.fromkeys(files[file], err))
            continue
        contents: dict[str, Mapping[int | None, Contents] | ResultsError] = {}
        for metric, reader in files[file].items():
            try:
                contents[metric] = _of_steps(reader.read(data, name), file.step)
            except ResultsError as err:
                contents[metric] = err
            except Exception as err:  # a stranger's reader may raise anything
                module = module_of(type(reader))
                if module is None:
                    raise
                said = f"{name}: the reader of {module} fails: {type(err).__name__}: {err}"
                contents[metric] = ResultsError(visible(said, one_line=True))
        yield Read(file, hashlib.sha256(data).hexdigest(), contents)


def _of_steps(contents: Contents, step: int | None) -> dict[int | None, Contents]:
    """What a file has of each step: of the one that its path says, else of those inside."""
    if step is not None:
        if isinstance(contents.readings, ReadingColumns):
            return {step: contents._replace(readings=contents.readings.of(step))}
        readings = [each for each in contents.readings if each.step in (None, step)]
        return {step: contents._replace(readings=readings)}
    if isinstance(contents.readings, ReadingColumns):
        by_column = contents.readings.by_step()
        return {at: contents._replace(readings=readings) for at, readings in by_column.items()}
    by_step: dict[int | None, list[Reading]] = {}
    for reading in contents.readings:
        by_step.setdefault(reading.step, []).append(reading)
    return {at: contents._replace(readings=readings) for at, readings in by_step.items()}
