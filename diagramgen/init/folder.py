"""A results folder -> patterns of its file names, with the step in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from os import walk
from pathlib import Path
from typing import NamedTuple

from diagramgen.errors import ResultsError, UsageError, visible
from diagramgen.local import read_local
from diagramgen.readers.dates import ISO_DATE, US_DATE
from diagramgen.readers.records import is_name

SUFFIXES = (".json", ".jsonl", ".csv", ".parquet")
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
    r"(?i)((?:global_?step|step|checkpoint|ckpt|iter|iteration|epoch|revision)[-_=]?)([0-9]{1,18})(?![0-9])"
)


class Stepped(NamedTuple):
    """A result file and the step that its path says, if it does."""

    path: str
    step: int | None


def list_files(folder: Path) -> list[str]:
    """The paths of what may be result files below a folder, sorted. Raises `UsageError`.

    What a suite cannot name is passed over: a pattern has no `*` and no brace of its own.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder}: is not a folder")
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
            if name.endswith(SUFFIXES) and not name.startswith(".")
            and not NOT_RESULTS.fullmatch(name) and Path(top, name).is_file()
        ]  # fmt: skip
    found = [path for path in found if can_be_named(path) and not set("*{}") & set(path)]
    if not found:
        raise UsageError(f"{folder}: holds no result files ({', '.join(SUFFIXES)})")
    return sorted(found)


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
    found: dict[str, list[Stepped]] = {}
    for path in paths:
        pattern, step = _stepped(path)
        found.setdefault(pattern, []).append(Stepped(path, step))
    if not any("{step}" in pattern for pattern in found):
        found = _by_lone_number(found) or found
    return found


def _stepped(path: str) -> tuple[str, int | None]:
    """A path with its last step as {step}; a word such as step counts for more than epoch."""
    matches = list(STEP_WORD.finditer(path))
    if not matches:
        return undated(path), None
    steps = [match for match in matches if not match[1].lower().startswith("epoch")]
    number = (steps or matches)[-1][2]
    return undated(STEP_WORD.sub(lambda m: m[1] + "{step}" if m[2] == number else m[0], path)), int(
        number
    )


def undated(path: str) -> str:
    """A path with * for the dates in it."""
    return US_DATE.sub("*", ISO_DATE.sub("*", path))


def _by_lone_number(found: Mapping[str, list[Stepped]]) -> dict[str, list[Stepped]]:
    """Patterns of paths that differ in one number only, such as 3000.json and 13000.json."""
    alike: dict[tuple[str, ...], list[tuple[str, list[str]]]] = {}
    for pattern, files in found.items():
        parts = re.split(r"([0-9]+)", pattern)
        alike.setdefault(tuple(parts[::2]), []).append((files[0].path, parts[1::2]))
    stepped: dict[str, list[Stepped]] = {}
    for words, members in alike.items():
        differing = [i for i in range(len(words) - 1) if len({m[1][i] for m in members}) > 1]
        if len(members) < 2 or len(differing) != 1:
            continue
        place = differing[0]
        if any(len(each[place]) > 18 for _, each in members):
            continue
        numbers = list(members[0][1])
        numbers[place] = "{step}"
        pattern = "".join(part for pair in zip(words, [*numbers, ""], strict=True) for part in pair)
        stepped[pattern] = [Stepped(path, int(each[place])) for path, each in members]
    return stepped


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


def split_pattern(pattern: str) -> tuple[str, str]:
    """A pattern as the checkpoint's folder, and the file in it; no file where that has the step."""
    parts = pattern.split("/")
    place = max((i for i, part in enumerate(parts) if "{step}" in part), default=len(parts) - 1)
    if place == len(parts) - 1:
        return pattern, ""
    return "/".join(parts[: place + 1]) + "/", "/".join(parts[place + 1 :])
