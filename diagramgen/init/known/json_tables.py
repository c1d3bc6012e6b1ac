"""Tables in JSON: the Trainer of transformers, its results, summaries, and columns as lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from diagramgen.errors import ResultsError
from diagramgen.init.folder import STEP_WORD, Stepped, affordable, load, read_file
from diagramgen.init.kinds import is_benchmark, measure
from diagramgen.init.runs import Run, Taken
from diagramgen.init.tables.columns import (
    EPOCHS,
    ITEMS,
    METRICS,
    STEPS,
    TOKENS,
    VALUES,
    Cells,
    run_columns,
    step_column,
)
from diagramgen.init.tables.layout import layout_of
from diagramgen.init.tables.reading import Source, reason, runs_of
from diagramgen.readers.flat import flat
from diagramgen.readers.json_table import JsonTableReader
from diagramgen.readers.records import excerpt

STATE = "trainer_state.json"
FLAT = ("all_results.json", "eval_results.json", "test_results.json", "wandb-summary.json")
"""Files of one object of numbers; of one folder the first of them is taken."""
CHECKPOINT = re.compile(r"checkpoint-([0-9]{1,18})")


def taken(folder: Path, paths: Sequence[str]) -> Taken:
    """The runs of such files among some paths of a folder."""
    runs: list[Run] = []
    left: dict[str, str] = {}
    mine: set[str] = set()
    failed: dict[str, str] = {}
    for path in affordable(folder, _chosen(paths, mine), []):
        data = load(folder, path, failed)
        try:
            way = _way(path, data)
            if way is None:
                continue
            runs += _table(folder, path, way)
        except ResultsError as err:
            left[path] = reason(err, path)
        else:
            mine.add(path)
    kept = frozenset(path for path in mine if path not in left)
    if len(runs) == 1:
        runs = [runs[0]._replace(name=folder.resolve().name)]
    return Taken(runs, kept, left)


def _chosen(paths: Sequence[str], mine: set[str]) -> list[str]:
    """The files to look at; `mine` gets those that others stand for: older logs of one run."""
    states: dict[str, list[tuple[int, str]]] = {}
    flat: dict[str, list[tuple[int, str]]] = {}
    others = []
    for path in paths:
        above, _, name = path.rpartition("/")
        if name == STATE:
            run, _, last = above.rpartition("/")
            found = CHECKPOINT.fullmatch(last)
            place = (int(found[1]), path) if found else (1 << 62, path)
            states.setdefault(run if found else above, []).append(place)
        elif name in FLAT:
            flat.setdefault(above, []).append((-FLAT.index(name), path))
        elif name.endswith(".json"):
            others.append(path)
    first = []
    for group in (*states.values(), *flat.values()):
        *older, newest = sorted(group)
        mine.update(path for _, path in older)
        first.append(newest[1])
    return first + others


def _way(path: str, data: Any) -> str | None:
    """Where a file has a table, if it has one. Raises `ResultsError`."""
    name = path.rpartition("/")[2]
    if isinstance(data, list) and data and all(isinstance(row, dict) for row in data):
        return "" if _tells_rows_apart(Cells(data)) else None
    if not isinstance(data, dict):
        return None
    if isinstance(data.get("log_history"), list):
        return "log_history"
    if name in FLAT and "pass_at_k" not in data and "eval" not in data:
        return None if STEP_WORD.search(path) else ""  # several, one for each step: JSON records
    rows = [key for key, value in data.items() if isinstance(value, list) and value
            and all(isinstance(row, dict) for row in value)]  # fmt: skip
    if len(rows) == 1 and _are_rows(data[rows[0]]):
        return str(rows[0])
    lists = {key: len(value) for key, value in data.items() if isinstance(value, list)}
    steps = [key for key in lists if key.lower() in (*STEPS, *TOKENS, *EPOCHS)]
    known = [key for key in lists if measure(key) and lists[key] > 1]
    if known and not steps and len(known) == len(data):
        said = excerpt(known[0])
        raise ResultsError(f"its lists of values, such as {said}, have no steps; add a list 'step'")
    return "" if steps and lists[steps[0]] > 1 and _is_columnar(data, lists[steps[0]]) else None


def _are_rows(rows: list[dict[str, Any]]) -> bool:
    """Whether rows say steps or are of models; records of items are no rows of a table."""
    table = Cells([flat(row, "") for row in rows])
    if table.named(ITEMS):
        return False
    of_models = run_columns(table) and any(map(is_benchmark, table.names))
    return bool(of_models) or step_column(table) is not None


def _tells_rows_apart(table: Cells) -> bool:
    """Whether a list of rows has a column of steps or of runs, and is no list of items."""
    if table.named(ITEMS):
        return bool(table.named(METRICS) and table.named(VALUES))
    try:
        return step_column(table) is not None or bool(run_columns(table))
    except ResultsError:
        return True


def _is_columnar(data: dict[str, Any], length: int) -> bool:
    """Whether an object has other lists of numbers that are as long as that of the steps."""
    nested = list(data.values())
    for _ in range(4):
        nested = [
            v for each in nested for v in (each.values() if isinstance(each, dict) else [each])
        ]
    columns = [each for each in nested if isinstance(each, list) and len(each) == length]
    return len(columns) > 1


def _table(folder: Path, path: str, way: str) -> list[Run]:
    """The runs of a table. Raises `ResultsError`."""
    reader = JsonTableReader(value="x", records=way)
    rows = [row for _, row in reader.rows(read_file(folder, path), path)]
    if not rows:
        raise ResultsError("the table has no rows")
    name = _name(folder, path)
    layout = layout_of(Cells(rows), name, in_path=False)
    base = {"reader": "json-table"} | ({"records": way} if way else {})
    return runs_of(Source(folder, name, path, [Stepped(path, None)]), base, layout)


def _name(folder: Path, path: str) -> str:
    """What the run is called: by its file, or its folder where the file's name says nothing."""
    *folders, name = path.split("/")
    if name != STATE and name not in FLAT:
        return Path(name).stem
    named = [each for each in folders if not CHECKPOINT.fullmatch(each) and each != "files"]
    return named[-1] if named else folder.resolve().name
