"""Results of MTEB: `MODEL/REVISION/TASK.json`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from diagramgen.document.data import mapping
from diagramgen.errors import ResultsError
from diagramgen.init.folder import Stepped, affordable, can_be_named, load
from diagramgen.init.kinds import SCORE, scaled
from diagramgen.init.runs import Run, Taken
from diagramgen.init.tables.reading import Source, reason, runs_of
from diagramgen.init.tables.ways import Layout, Way, listed

META = "model_meta.json"
SPLIT, SUBSET = "test", "default"
"""What is read of a task: the split that the leaderboard has, and its only subset."""


def taken(folder: Path, paths: Sequence[str]) -> Taken:
    """The runs of such results among some paths of a folder: of each model one."""
    left: dict[str, str] = {}
    found: dict[str, dict[str, Any]] = {}
    names: dict[str, str] = {}
    for path in affordable(folder, [path for path in paths if path.endswith(".json")], []):
        data = load(folder, path, {})
        above = path.rpartition("/")[0]
        if path.rpartition("/")[2] == META and isinstance(data, dict):
            names[above] = str(data.get("name", ""))
        elif (
            isinstance(data, dict) and "task_name" in data and isinstance(data.get("scores"), dict)
        ):
            found.setdefault(above, {})[path] = data
    by_model: dict[str, list[str]] = {}
    for above in found:
        model = names.get(above) or above.rpartition("/")[0].rpartition("/")[2]
        by_model.setdefault(model.replace("__", "/"), []).append(above)
    runs: list[Run] = []
    mine = {f"{above}/{META}" if above else META for above in names if above in found}
    for model, folders in by_model.items():
        revisions = {above: _date(data) for above, data in found.items() if above in folders}
        newest = max(folders, key=lambda above: (revisions[above], len(found[above])))
        older = [above for above in folders if above != newest]
        try:
            runs += _runs(folder, model, newest, found[newest], older)
        except ResultsError as err:
            left |= {path: reason(err, path) for path in found[newest]}
            continue
        mine |= {path for above in folders for path in found[above]}
    return Taken(runs, frozenset(mine), left)


def _date(files: dict[str, Any]) -> tuple[int, tuple[int, ...]]:
    """What tells the newest revision: how many tasks it has, and the version that wrote them."""
    versions = [str(data.get("mteb_version", "")) for data in files.values()]
    numbers = [tuple(int(n) for n in v.split(".") if n.isdigit()) for v in versions]
    return len(files), max(numbers, default=())


def _runs(
    folder: Path, model: str, above: str, files: dict[str, Any], older: list[str]
) -> list[Run]:
    """The run of one model. Raises `ResultsError`."""
    odd: list[str] = []
    for data in files.values():
        rows = mapping(data, "scores").get(SPLIT)
        subsets = [row.get("hf_subset") for row in rows if isinstance(row, dict)] if isinstance(
            rows, list) else []  # fmt: skip
        odd += [] if subsets == [SUBSET] else [str(data["task_name"])]
    notes = []
    if odd:
        notes.append(
            f"of {model} are left out, as they have several subsets or no test split: {listed(odd)}"
        )
    if older:
        notes.append(f"other revisions of {model} are left out: {listed(older)}")
    read = {"records": f"scores?.{SPLIT}?", "item": "/task_name", "where": {"hf_subset": SUBSET},
            "value": "main_score"}  # fmt: skip
    scores = [
        row.get("main_score") for data in files.values()
        for row in mapping(data, "scores").get(SPLIT) or () if isinstance(row, dict)
    ]  # fmt: skip
    kind = scaled(SCORE._replace(name="main_score", label="Main score", format=".1%"),
                  [s for s in scores if isinstance(s, int | float)])  # fmt: skip
    way = Way("score", "main_score", read, kind)
    layout = Layout([way], "MTEB results", notes=tuple(notes))
    name = model if can_be_named(model) else above
    pattern = f"{above}/*.json" if above else "*.json"
    source = Source(folder, name, pattern, [Stepped(path, None) for path in files])
    return runs_of(source, {"reader": "json"}, layout)
