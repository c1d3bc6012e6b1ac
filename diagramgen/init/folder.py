"""What people name -> folders with paths -> patterns of these, with the step in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from glob import iglob
from itertools import islice
from os import path as os_path
from os import walk
from pathlib import Path
from typing import Any, NamedTuple

from diagramgen.errors import ResultsError, UsageError, visible
from diagramgen.local import read_local
from diagramgen.patterns import path_pattern, step_number
from diagramgen.readers.dates import ISO_DATE, US_DATE
from diagramgen.readers.parsed import load_json
from diagramgen.readers.records import is_name

SUFFIXES = (".json", ".jsonl", ".csv", ".tsv", ".parquet", ".eval")
"""What a file that may have results ends with; `.gz` may follow."""
NOT_RESULTS = re.compile(
    r"samples_.*|.*(predictions|requests|recorded-inputs|details).*|manifest\.json|.*config\.json|"
    r"tokenizer.*\.json|.*\.vl\.json|trainer_state\.json|.*\.index\.json|package.*\.json"
)
"""Files that lie beside results and are none."""
MOST_FILES = 100_000
"""So many names are looked at in a folder, and folders so deep."""
MOST_DEEP = 32
MOST_BYTES = 1 << 26
"""The files that are looked at may have so many together."""
MOST_LOADED = 2000
"""So many files are read."""
MOST_MEASURES = 100
"""So many measures or columns of a folder are looked at."""
STEP_WORD = re.compile(
    r"(?<![A-Za-z])((?i:(?:global|train(?:ing)?)?_?steps?|checkpoints?|ckpts?|iter(?:ation)?s?|"
    r"revisions?|epochs?)[-_=/]?)([0-9]{1,18}(?:(?:\.[0-9]{1,3})?[kKM])?)(?![0-9A-Za-z]|\.[0-9])"
)
"""A number that a word calls a step; one with another letter after it may count tokens."""


class Stepped(NamedTuple):
    """A result file and the step that its path says, if it does."""

    path: str
    step: int | None


def places(named: Sequence[Path]) -> dict[Path, list[str]]:
    """The folders that are named, each with the paths below it; files by what they lie in.

    A name that is none, but has stars, stands for what it matches. Raises `UsageError` that says
    everything that is wrong, one line each.
    """
    found: dict[Path, set[str]] = {}
    files: list[Path] = []
    wrong: list[str] = []
    for name in named:
        try:
            for path in _meant(name):
                if not path.is_dir():
                    files.append(path)
                elif STEP_WORD.search(path.name):  # a checkpoint of the run that lies around it
                    below = (f"{path.name}/{file}" for file in list_files(path))
                    found.setdefault(path.parent, set()).update(below)
                else:
                    found.setdefault(path, set()).update(list_files(path))
        except UsageError as err:
            wrong.append(str(err))
    if files:
        if any(file.is_absolute() for file in files):
            files = [file.absolute() for file in files]
        folder = Path(os_path.commonpath([file.parent for file in files]))
        if STEP_WORD.search(folder.name):
            folder = folder.parent
        below = (file.relative_to(folder).as_posix() for file in files)
        found.setdefault(folder, set()).update(filter(_may_be_named, below))
    if wrong:
        raise UsageError("\n".join(wrong))
    return {folder: sorted(paths) for folder, paths in found.items()}


def _meant(name: Path) -> list[Path]:
    """The folders and files that a name means. Raises `UsageError` where there is none."""
    if name.is_dir() or name.is_file():
        return [name]
    said = visible(str(name), one_line=True)
    if not set("*?[") & set(str(name)):
        raise UsageError(f"{said}: is not a folder, nor a file" if name.exists()
                         else f"{said}: is not there")  # fmt: skip
    matches = islice(iglob(str(name), recursive=True), MOST_FILES)  # noqa: PTH207 Path's needs a folder
    found = sorted(path for path in map(Path, matches) if path.is_dir() or path.is_file())
    if not found:
        raise UsageError(f"{said}: matches nothing")
    return found


def list_files(folder: Path) -> list[str]:
    """The paths of all files below a folder, sorted. Raises `UsageError`.

    What a suite cannot name is passed over: a pattern has no `*` and no brace of its own.
    """
    found, looked_at = [], 0
    for top, folders, names in walk(folder):
        looked_at += len(folders) + len(names)
        if looked_at > MOST_FILES:
            raise UsageError(f"{folder}: holds more than {MOST_FILES:,} files; name a part of it")
        below = Path(top).relative_to(folder)
        folders[:] = [
            name for name in folders
            if len(below.parts) < MOST_DEEP and not name.startswith((".", "__pycache__"))
        ]  # fmt: skip
        found += [
            (below / name).as_posix()
            for name in names
            if not name.startswith(".") and Path(top, name).is_file()
        ]
    return sorted(filter(_may_be_named, found))


def _may_be_named(path: str) -> bool:
    return can_be_named(path) and not set("*{}") & set(path)


def may_have_results(path: str) -> bool:
    """Whether a file's name is one that results have."""
    name = path.rpartition("/")[2]
    return name.removesuffix(".gz").endswith(SUFFIXES) and not NOT_RESULTS.fullmatch(name)


def can_be_named(text: str) -> bool:
    """Whether a suite can say a text: there is one, of one line, without a var."""
    return text != "" and "${" not in text and all(map(is_name, text.split("/")))


def read_file(folder: Path, path: str) -> bytes:
    """A file's bytes. Raises `ResultsError` where it cannot be read or is large."""
    try:
        return read_local(folder / path, MOST_BYTES)
    except OSError as err:
        said = f"{path}: cannot be read: {err.strerror}"
        raise ResultsError(visible(said, one_line=True)) from err


def load(folder: Path, path: str, failed: dict[str, str]) -> Any:
    """A JSON file's data; a list of its lines for .jsonl; None where it is none, with the reason.

    `failed` gets it, by path.
    """
    try:
        data = read_file(folder, path)
        if not data.strip():
            raise ResultsError("the file is empty")
        if not path.endswith(".jsonl"):
            return load_json(data, path)
        return [load_json(line, path) for line in data.split(b"\n") if line.strip()]
    except ResultsError as err:
        failed[path] = str(err).removeprefix(path).removeprefix(": ")
        return None


def affordable(folder: Path, paths: Iterable[str], notes: list[str]) -> list[str]:
    """The first files, as many as may be read; a note where that is not all."""
    paths, size = list(paths), 0
    chosen: list[str] = []
    for path in paths[:MOST_LOADED]:
        with suppress(OSError):  # it is told when it is read
            size += (folder / path).stat().st_size
        if size > MOST_BYTES and chosen:
            break
        chosen.append(path)
    if len(chosen) < len(paths):
        notes.append(f"of {len(paths):,} files {len(chosen):,} were looked at")
    return chosen


def by_pattern(paths: Iterable[str]) -> dict[str, list[Stepped]]:
    """The files of each pattern of paths: {step} for the step, * for a date."""
    paths = list(paths)
    numbered = _numbered(paths)
    found: dict[str, list[Stepped]] = {}
    for path in paths:
        pattern, step = numbered.get(path) or _stepped(path)
        found.setdefault(pattern, []).append(Stepped(path, step))
    return found


def _stepped(path: str) -> tuple[str, int | None]:
    """A path with its last step as {step}; a word such as step counts for more than epoch."""
    matches = list(STEP_WORD.finditer(path))
    if not matches:
        return undated(path), None
    steps = [match for match in matches if not match[1].lower().startswith("epoch")]
    number = (steps or matches)[-1][2]
    stepped = STEP_WORD.sub(lambda m: m[1] + "{step}" if m[2] == number else m[0], path)
    return undated(stepped), step_number(number)


def _numbered(paths: Iterable[str]) -> dict[str, tuple[str, int]]:
    """The files whose names are nothing but numbers, in folders of such files: these are steps."""
    by_folder: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for path in paths:
        folder, slash, name = path.rpartition("/")
        stem, dot, suffix = name.partition(".")
        by_folder.setdefault((folder + slash, dot + suffix), []).append((path, stem))
    return {
        path: (f"{undated(folder)}{{step}}{suffix}", int(stem))
        for (folder, suffix), members in by_folder.items()
        if len(members) > 1 and all(re.fullmatch("[0-9]{1,18}", stem) for _, stem in members)
        and not any(STEP_WORD.search(path) for path, _ in members)
        for path, stem in members
    }  # fmt: skip


def step_key(text: str) -> str:
    """A model's name or path with {step} where it says a step: the same for each checkpoint."""
    return _stepped(text)[0]


def matching(pattern: str, paths: Iterable[str]) -> dict[str, int | None]:
    """The paths that a pattern matches, with the step of each. Raises `ResultsError`."""
    compiled = path_pattern(pattern)
    found = ((path, compiled.match(path)) for path in paths)
    return {
        path: int(values["step"]) if "step" in values else None
        for path, values in found if values is not None
    }  # fmt: skip


def undated(path: str) -> str:
    """A path with * for the dates in it."""
    return US_DATE.sub("*", ISO_DATE.sub("*", path))


def one_pattern(patterns: Iterable[str]) -> str:
    """One pattern that stands for several."""
    split = [pattern.split("/") for pattern in dict.fromkeys(patterns)]
    if len({len(parts) for parts in split}) == 1:
        return "/".join(_one_name(list(names)) for names in zip(*split, strict=True))
    tails = [parts[_place(parts) :] for parts in split]
    if len({len(tail) for tail in tails}) > 1:
        tails = [parts[-1:] for parts in split]
    return "/".join(["**", *(_one_name(list(names)) for names in zip(*tails, strict=True))])


def _place(parts: list[str]) -> int:
    return next((i for i, part in enumerate(parts) if "{step}" in part), len(parts) - 1)


def _one_name(names: list[str]) -> str:
    """One pattern for several names: what they begin and end with; the step stays."""
    if len(set(names)) == 1:
        return names[0]
    if all("{step}" in name for name in names):
        before, after = zip(*(name.split("{step}", 1) for name in names), strict=True)
        return f"{_one_name(list(before))}{{step}}{_one_name(list(after))}"
    start = common_start(names)
    end = common_start([name[len(start) :][::-1] for name in names])[::-1]
    start = re.sub(r"[A-Za-z0-9]*$", "", start)
    end = re.sub(r"^[A-Za-z0-9]*", "", end)
    return re.sub(r"\*+", "*", f"{start}*{end}")


def common_start(names: Iterable[str]) -> str:
    """What all names begin with."""
    names = list(names)
    first, last = min(names), max(names)
    pairs = enumerate(zip(first, last, strict=False))
    return first[: next((i for i, pair in pairs if len(set(pair)) > 1), min(len(first), len(last)))]


def from_above(folder: Path) -> tuple[Path, str]:
    """The folder in which one lies and its name there, for a suite whose checkpoint it is."""
    whole = folder.resolve()
    if folder.is_absolute():
        return whole.parent, whole.name
    return Path(os_path.relpath(whole.parent)), whole.name


def split_pattern(pattern: str) -> tuple[str, str]:
    """A pattern as the checkpoint's folder, and the file in it; no file where that has the step."""
    parts = pattern.split("/")
    place = max((i for i, part in enumerate(parts) if "{step}" in part), default=len(parts) - 1)
    if place == len(parts) - 1:
        return pattern, ""
    return "/".join(parts[: place + 1]) + "/", "/".join(parts[place + 1 :])
