"""Suite -> result files: which file has which step of which source and metric."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from diagramgen.errors import ResultsError
from diagramgen.model.checkpoints import NO_STEP
from diagramgen.model.source import Source
from diagramgen.readers import Reader
from diagramgen.results.contents import (
    ALONE,
    HandOut,
    Memory,
    Read,
    Steps,
    Wanted,
    read_files,
    what_lacks,
    with_value,
)
from diagramgen.results.found import Found
from diagramgen.results.mismatch import mismatch
from diagramgen.results.problems import Problem, one_error
from diagramgen.results.storage import Storage, open_storage
from diagramgen.suite.suite import Suite

Files = Mapping[str, Mapping[int, tuple[Found, ...]]]
"""Metric -> step -> files."""


class SourceFiles(NamedTuple):
    """A source's result files: metric -> step -> files, and what checkpoints lack.

    `listed` has all files by the pattern that found them, `folders` the steps of the folders that
    match `checkpoint`. Where steps stand inside the files, `contents` has what was read to learn
    them, by path and metric, `digests` the sha256 of these files, by path, and `lacks` those that
    lack what a reader asks for, which others may have. `written` is the source's name in the suite,
    which for one of several `runs` is that of all.
    """

    written: str
    storage: Storage
    files: Files
    left_out: Mapping[int, str]
    checkpoint: str
    listed: Mapping[str, Sequence[Found]]
    folders: Collection[int]
    contents: Mapping[tuple[str, str], Steps] = {}
    digests: Mapping[str, str] = {}
    missing: str | None = None
    lacks: Sequence[Problem] = ()

    def steps(self) -> tuple[int, ...]:
        """Every step with a result file, the bridge among them, ascending.

        A finished model has none.
        """
        steps = {step for files in self.files.values() for step in files}
        return tuple(sorted(steps - {NO_STEP}))

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


class Inside(NamedTuple):
    """What was read to learn steps and runs: by run and metric, the steps in each file.

    `lacks` has the files that lack what a reader asks for.
    """

    found: dict[str, dict[str, dict[Found, Steps]]]
    digests: dict[str, str]
    lacks: list[Problem]

    def files(self, run: str) -> Files:
        """The files of each metric of a run, at the steps at which an item has a value."""
        return {metric: _files(of) for metric, of in self.found.get(run, {}).items()}

    def contents(self, run: str) -> dict[tuple[str, str], Steps]:
        """What a run's files have, by path and metric."""
        return {
            (file.path, metric): steps
            for metric, of in self.found.get(run, {}).items()
            for file, steps in of.items()
        }


def _files(found: Mapping[Found, Steps]) -> dict[int, tuple[Found, ...]]:
    """The files that have each step, where one of them has a value there."""
    if len(found) == 1:
        [(file, steps)] = found.items()
        return dict.fromkeys(with_value(steps), (file,))
    having: dict[int, list[Found]] = {}
    for file, steps in found.items():
        for step in steps:
            having.setdefault(step, []).append(file)
    known = {step for steps in found.values() for step in with_value(steps)}
    return {step: tuple(files) for step, files in having.items() if step in known}


def find_source(
    suite: Suite,
    name: str,
    metrics: Iterable[str],
    without: Collection[str] = (),
    memory: Memory | None = None,
    hand_out: HandOut = map,
) -> dict[str, SourceFiles]:
    """The result files of a source, found by its checkpoint pattern, that have some metrics.

    Of a source with `runs` those of each run, named NAME/RUN. Files whose steps or runs stand
    inside them are read; of all others only the names. Where no item of a metric has a value at a
    step inside, that is none of its steps. `without` are paths to pass over. Raises `ResultsError`
    when two files are of one step though the pattern allows for one, or nothing is found and the
    source is not optional.
    """
    source = suite.definitions.sources[name]
    readers = {metric: suite.definitions.reader(name, metric) for metric in metrics}
    storage = open_storage(source.root, suite.folder)
    checkpoint = "/".join(part for part in source.checkpoint.split("/") if part not in ("", "."))
    missing = f"source '{name}' is not there"
    nothing = SourceFiles(name, storage, {}, {}, checkpoint, {}, (), missing=missing)
    patterns = {
        metric: "/".join(filter(None, (checkpoint, reader.file)))
        for metric, reader in readers.items()
    }
    listed, folders = _listed(name, source, storage, checkpoint, patterns.values())
    if listed is None:
        return {name: nothing}
    nothing = nothing._replace(listed=listed, folders=folders)
    by_path: dict[str, dict[int, tuple[Found, ...]]] = {}
    to_read: dict[Found, dict[str, Reader]] = {}
    for metric, pattern in patterns.items():
        found = [file for file in listed[pattern] if file.path not in without]
        reader = readers[metric]
        if source.runs is not None or (reader.steps_inside and "{step}" not in pattern):
            for file in found:
                to_read.setdefault(file, {})[metric] = reader
        elif "{step}" in pattern:
            by_path[metric] = _by_step(found, pattern, name)
        else:
            by_path[metric] = {NO_STEP: tuple(found)} if found else {}
    wanted = [Wanted(source.root, file, of, source.runs) for file, of in to_read.items()]
    inside = _inside(suite, name, read_files(wanted, suite.folder, hand_out, memory))
    left_out = {
        file.step: f"{file.path} ends in the middle"
        for found in listed.values()
        for file in found
        if file.path in without and file.step is not None
    }
    lacking = _incomplete(by_path, folders, readers) if source.runs is None else {}
    sources = {}
    for run in inside.found or (ALONE,):
        files = inside.files(run)
        own = {m: by_path[m] if m in by_path else files.get(m, {}) for m in readers}
        if any(own.values()):
            sources[f"{name}/{run}" if run else name] = nothing._replace(
                files=own, left_out=lacking | left_out, contents=inside.contents(run),
                digests=inside.digests, missing=None, lacks=inside.lacks,
            )  # fmt: skip
    if sources or not readers:
        return sources
    if source.optional:
        return {name: nothing}
    if inside.lacks:
        raise one_error(inside.lacks, suite)
    what = "no item has a value" if inside.digests else "no results found"
    where = f"{source.root}/{source.checkpoint}"
    if not any(listed.values()):
        where += f": {mismatch(storage, next(iter(patterns.values())), source.root)}"
    raise ResultsError(f"source '{name}': {what} at {where}")


def _listed(
    name: str, source: Source, storage: Storage, checkpoint: str, patterns: Iterable[str]
) -> tuple[dict[str, list[Found]] | None, set[int]]:
    """The files that each pattern finds, and the steps of the checkpoints' folders.

    None where an optional source has no folder. Raises `ResultsError`.
    """
    try:
        listed = {pattern: storage.find(pattern) for pattern in dict.fromkeys(patterns)}
        return listed, storage.folders(checkpoint)
    except FileNotFoundError as err:
        if source.optional:
            return None, set()
        raise ResultsError(f"source '{name}': its folder {source.root} does not exist") from err
    except ResultsError as err:
        raise ResultsError(f"source '{name}': {source.root}: {err}") from err


def _incomplete(
    files: Files, folders: Collection[int], readers: Mapping[str, Reader]
) -> dict[int, str]:
    """The checkpoints that lack the files of some metrics, and which."""
    incomplete = {}
    for step in sorted({*folders}.union(*files.values()) - {NO_STEP}):
        lost = [metric for metric in files if step not in files[metric] and files[metric]]
        if lost:
            names = dict.fromkeys(readers[metric].file or metric for metric in lost)
            incomplete[step] = f"no {', '.join(names)}"
    return incomplete


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


def _inside(suite: Suite, name: str, reads: Iterable[Read]) -> Inside:
    """What a source's files say of each run and step at which an item has a value.

    Raises `ResultsError` with all that cannot be read.
    """
    inside, problems = Inside({}, {}, []), []
    for read in reads:
        inside.digests[read.file.path] = read.sha256
        for metric, contents in read.contents.items():
            if isinstance(contents, ResultsError):
                problems.append(Problem(contents, metric, name, read.file.path))
                continue
            for run, steps in contents.items():
                inside.found.setdefault(run, {}).setdefault(metric, {})[read.file] = steps
                lacks = what_lacks(steps)
                inside.lacks.extend(Problem(err, metric, name, read.file.path) for err in lacks)
    root = suite.definitions.sources[name].root
    for by_metric in inside.found.values():
        for metric, by_file in by_metric.items():
            problems += _without_step(by_file, metric, name, root)
    if problems:
        raise one_error(problems, suite)
    return inside


def _without_step(
    by_file: Mapping[Found, Steps], metric: str, source: str, root: str
) -> Iterator[Problem]:
    """The files that say no step, where others of the same source do."""
    without = [file for file, steps in by_file.items() if NO_STEP in with_value(steps)]
    if without and any(step != NO_STEP for steps in by_file.values() for step in steps):
        for file in without:
            said = f"{root}/{file.path}: says no step, as others do; put {{step}} into the "
            yield Problem(ResultsError(f"{said}source's `checkpoint`"), metric, source, file.path)
