"""TensorBoard: each folder of event files is a run, or each name among downloads of its values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from diagramgen.errors import ResultsError
from diagramgen.init.folder import Stepped, from_above, read_file
from diagramgen.init.kinds import Kind, kind_of, words
from diagramgen.init.names import is_result
from diagramgen.init.runs import Channel, Run, Taken
from diagramgen.init.tables.columns import Cells
from diagramgen.init.tables.reading import Source, reason, runs_of
from diagramgen.init.tables.runs import table_runs
from diagramgen.init.tables.ways import Layout, Way, left_out
from diagramgen.init.tables.wide import TRAIN_LOSS, alike
from diagramgen.readers.events import scalars

NAME = "events.out.tfevents."


DOWNLOAD = re.compile(r"((?:.*/)?)run-(.+?)-tag-(.+)\.csv")
HEADER = re.compile(rb"\s*Wall time\s*,\s*Step\s*,\s*Value\s*")


def taken(folder: Path, paths: Sequence[str]) -> Taken:
    """The runs of the event files and of the downloads among some paths of a folder."""
    events, values = _of_events(folder, paths), _of_downloads(folder, paths)
    left = {**events.left, **values.left}
    return Taken(events.runs + values.runs, events.paths | values.paths, left)


def _of_downloads(folder: Path, paths: Sequence[str]) -> Taken:
    """The runs of files `run-RUN-tag-TAG.csv`, where a folder has several: a metric for each tag.

    One alone is a table as any other.
    """
    found: dict[str, dict[str, list[str]]] = {}
    for path in paths:
        match = DOWNLOAD.fullmatch(path)
        if match and _is_download(folder, path):
            found.setdefault(match[1], {}).setdefault(match[2], []).append(path)
    runs: list[Run] = []
    left: dict[str, str] = {}
    mine: set[str] = set()
    for above, by_run in found.items():
        if sum(map(len, by_run.values())) < 2:
            continue
        root, there = from_above(folder / above)
        tags = _kinds(path for files in by_run.values() for path in files)
        for name, files in by_run.items():
            channels: list[Channel] = []
            for path in files:
                file = path.removeprefix(above)
                if not is_result(_tag(path)):
                    mine.add(path)  # the learning rate and such
                    continue
                try:
                    [run] = table_runs(folder, path, [Stepped(path, None)])
                except ResultsError as err:
                    left[path] = reason(err, path)
                    continue
                mine.add(path)
                tag, kind = tags[_tag(path)]
                for each in run.channels:
                    read = {"reader": each.read["reader"], "file": file, **each.read}
                    kinds = dict.fromkeys(each.readings, kind) if kind else each.kinds
                    channels.append(each._replace(name=tag, read=read, kinds=kinds))
            if channels:
                why = f"values downloaded from TensorBoard in {above}run-{name}-tag-*.csv"
                runs.append(Run(root, name.strip("_-. ") or "run", "csv", why,
                                f"{there}/", channels))  # fmt: skip
    return Taken(runs, frozenset(mine), left)


def _tag(path: str) -> str:
    return path.removesuffix(".csv").rpartition("/")[2].partition("-tag-")[2]


def _kinds(paths: Iterable[str]) -> dict[str, tuple[str, Kind | None]]:
    """What each tag is called and measures; where several measure the same, each of its own."""
    found: dict[str, tuple[str, Kind | None]] = {}
    seen: set[str] = set()
    for tag in sorted(dict.fromkeys(map(_tag, paths))):
        said, kind = words(tag), kind_of(tag)
        if kind is None:
            found[tag] = (tag, None)
        elif kind.name == "loss" and {"train", "training"} & set(said) and "train_loss" not in seen:
            found[tag] = ("train_loss", TRAIN_LOSS)
        elif kind.name in seen:
            name, label = "_".join(said), f"{kind.label} ({' '.join(said)})"
            found[tag] = (name, kind._replace(name=name, label=label))
        else:
            found[tag] = (tag, None)
        seen.update(each.name for each in (found[tag][1] or kind,) if each is not None)
    return found


def _is_download(folder: Path, path: str) -> bool:
    try:
        return HEADER.fullmatch(read_file(folder, path).partition(b"\n")[0]) is not None
    except ResultsError:
        return False


def _of_events(folder: Path, paths: Sequence[str]) -> Taken:
    folders: dict[str, list[str]] = {}
    for path in paths:
        above, _, name = path.rpartition("/")
        if name.startswith(NAME):
            folders.setdefault(above, []).append(path)
    runs: list[Run] = []
    left: dict[str, str] = {}
    for above, files in folders.items():
        try:
            runs += _runs(folder, above, files)
        except ResultsError as err:
            left |= {path: reason(err, path) for path in files}
    mine = {path for files in folders.values() for path in files} - left.keys()
    return Taken(runs, frozenset(mine), left)


def _runs(folder: Path, above: str, files: list[str]) -> list[Run]:
    """The run of one folder. Raises `ResultsError`."""
    rows = [
        {scalar.tag: scalar.value}
        for path in files for scalar in scalars(read_file(folder, path), path)
    ]  # fmt: skip
    table = Cells(rows)
    groups, odd = alike(table, [n for n in table.names if is_result(n) and table.numbers(n)], True)
    if not groups:
        raise ResultsError("no tag has results")
    ways = [
        Way(group.name, group.name, {"tags": group.columns}, group.kind, "task", group.without)
        for group in groups
    ]
    layout = Layout(ways, f"event files ({len(table.names)} tags)", notes=left_out(odd))
    name = above.rpartition("/")[2] or folder.resolve().name
    pattern = f"{above}/{NAME}*" if above else f"{NAME}*"
    source = Source(folder, name, pattern, [Stepped(path, None) for path in files])
    return runs_of(source, {"reader": "tensorboard"}, layout)
