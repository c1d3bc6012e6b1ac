"""Suite -> result files: which file has which step of which source and metric."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from diagramgen.errors import ResultsError
from diagramgen.readers import Contents, Reader
from diagramgen.results.found import Found
from diagramgen.results.storage import Storage, open_storage
from diagramgen.suite.suite import Suite


class SourceFiles(NamedTuple):
    """A source's result files: metric -> step -> files, and the checkpoints that lack some.

    `listed` has all files by the pattern that found them, `folders` the steps of the folders that
    match `checkpoint`. `contents` has what was read of files, by (path, metric), `digests` the
    sha256 of their bytes; `warnings` what was noted on the way.
    """

    storage: Storage
    files: Mapping[str, Mapping[int, tuple[Found, ...]]]
    left_out: Mapping[int, str]
    contents: dict[tuple[str, str], Contents]
    warnings: dict[str, None]
    digests: dict[str, str]
    checkpoint: str
    listed: Mapping[str, list[Found]]
    folders: Collection[int]
    missing: str | None = None

    def steps(self) -> tuple[int, ...]:
        """Every step with a result file, the bridge among them, ascending."""
        return tuple(sorted({step for files in self.files.values() for step in files}))


def find_files(suite: Suite, name: str, without: Collection[str] = ()) -> SourceFiles:
    """A source's result files, found by its checkpoint pattern.

    Files whose steps stand inside them are read; of all others only the names. `without` are paths
    to pass over. Raises `ResultsError` when two files are of one step though the pattern allows for
    one, or nothing is found and the source is not optional.
    """
    source = suite.definitions.sources[name]
    storage = open_storage(source.root, suite.folder)
    checkpoint = "/".join(part for part in source.checkpoint.split("/") if part not in ("", "."))
    contents: dict[tuple[str, str], Contents] = {}
    files: dict[str, dict[int, tuple[Found, ...]]] = {}
    digests: dict[str, str] = {}
    nothing = SourceFiles(
        storage, {}, {}, {}, {}, {}, checkpoint, {}, (), missing=f"source '{name}' is not there"
    )
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
            wanted = {file: {metric: reader} for file in found}
            read = _all_of(read_files(wanted, storage, source.root, digests))
            contents |= {(file.path, metric): each for file, each in read.items()}
            files[metric] = _by_step_inside(read, source.root)
        else:
            raise ResultsError(
                f"source '{name}': 'checkpoint' needs {{step}}: this reader finds no step in files"
            )
    left_out = {
        file.step: f"{file.path} ends in the middle"
        for found in listed.values()
        for file in found
        if file.path in without and file.step is not None
    }
    for step in sorted(folders.union(*files.values())):
        lost = [metric for metric in files if step not in files[metric] and files[metric]]
        if lost and step not in left_out:
            names = dict.fromkeys(
                suite.definitions.metrics[metric].read.file or metric for metric in lost
            )
            left_out[step] = f"no {', '.join(names)}"
    if not any(files.values()):
        if source.optional:
            return nothing._replace(listed=listed, folders=folders)
        where = f"{source.root}/{source.checkpoint}"
        raise ResultsError(f"source '{name}': no results found at {where}")
    return SourceFiles(storage, files, left_out, contents, {}, digests, checkpoint, listed, folders)


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


def _by_step_inside(read: Mapping[Found, Contents], root: str) -> dict[int, tuple[Found, ...]]:
    """The files of each step that the files themselves say."""
    by_step: dict[int, tuple[Found, ...]] = {}
    for file, contents in read.items():
        for step in {reading.step for reading in contents.readings}:
            if step is None:
                raise ResultsError(
                    f"{root}/{file.path}: says no step; put {{step}} into the source's `checkpoint`"
                )
            by_step[step] = (*by_step.get(step, ()), file)
    return by_step


def read_files(
    files: Mapping[Found, Mapping[str, Reader]],
    storage: Storage,
    root: str,
    digests: dict[str, str],
) -> Iterator[tuple[Found, str, Contents | ResultsError]]:
    """What each file has of each of its metrics, or why it cannot be read.

    Every file is fetched once; its sha256 is noted in `digests`.
    """
    for file, data in zip(files, storage.read_all([file.path for file in files]), strict=True):
        name = f"{root.rstrip('/')}/{file.path}"
        if isinstance(data, OSError):
            err = ResultsError(f"{name}: cannot be read: {data.strerror}")
            yield from ((file, metric, err) for metric in files[file])
            continue
        digests[file.path] = hashlib.sha256(data).hexdigest()
        for metric, reader in files[file].items():
            try:
                yield file, metric, reader.read(data, name)
            except ResultsError as err:
                yield file, metric, err


def _all_of(read: Iterable[tuple[Found, str, Contents | ResultsError]]) -> dict[Found, Contents]:
    """What each of some files has. Raises the first `ResultsError`."""
    contents = {}
    for file, _, each in read:
        if isinstance(each, ResultsError):
            raise each
        contents[file] = each
    return contents
