"""Event files of TensorBoard: each folder of them is a run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from diagramgen.errors import ResultsError
from diagramgen.init.folder import Stepped, read_file
from diagramgen.init.names import is_result
from diagramgen.init.runs import Run, Taken
from diagramgen.init.tables.columns import Cells
from diagramgen.init.tables.reading import Source, reason, runs_of
from diagramgen.init.tables.ways import Layout, Way, left_out
from diagramgen.init.tables.wide import alike
from diagramgen.readers.events import scalars

NAME = "events.out.tfevents."


def taken(folder: Path, paths: Sequence[str]) -> Taken:
    """The runs of the event files among some paths of a folder."""
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
