"""Records of Every Eval Ever: one file for each model and evaluation run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from diagramgen.document.data import mapping
from diagramgen.errors import ResultsError
from diagramgen.init.folder import Stepped, affordable, load
from diagramgen.init.kinds import SCORE, scaled
from diagramgen.init.runs import Run, Taken
from diagramgen.init.tables.reading import Source, reason, runs_of
from diagramgen.init.tables.ways import Layout, Way

RECORDS, VALUE = "evaluation_results", "score_details.score"
LOWER = "metric_config.lower_is_better"
STDERR = "score_details.uncertainty.standard_error.value"
N = "score_details.uncertainty.num_samples"


def taken(folder: Path, paths: Sequence[str]) -> Taken:
    """The runs of such records among some paths of a folder: all models are one source."""
    found: dict[str, dict[str, Any]] = {}
    for path in affordable(folder, [path for path in paths if path.endswith(".json")], []):
        data = load(folder, path, {})
        has_records = isinstance(data, dict) and isinstance(data.get(RECORDS), list)
        if has_records and isinstance(mapping(data, "model_info").get("id"), str):
            found[path] = data
    if not found:
        return Taken([], frozenset(), {})
    try:
        return Taken(_runs(folder, found, paths), frozenset(found), {})
    except ResultsError as err:
        return Taken([], frozenset(), {path: reason(err, path) for path in found})


def _runs(folder: Path, found: Mapping[str, dict[str, Any]], paths: Sequence[str]) -> list[Run]:
    """The runs of all files, told apart by model. Raises `ResultsError`."""
    rows = [row for data in found.values() for row in data[RECORDS] if isinstance(row, dict)]
    folders = {path.rpartition("/")[0] for path in found}
    pattern = f"{folders.pop()}/*.json".lstrip("/") if len(folders) == 1 else "**/*.json"
    others = [path for path in paths if path.endswith(".json") and path not in found]
    base: dict[str, Any] = {"reader": "json", "records": f"{RECORDS}?" if others else RECORDS}
    keys = {"item": _item(found), "stderr": STDERR, "n": N}
    for key, way in (("stderr", STDERR), ("n", N)):
        if not any(_at(row, way) is not None for row in rows):
            del keys[key]
    ways = []
    for word, better in (("false", "higher"), ("true", "lower")):
        values = [
            _at(row, VALUE) for row in rows if str(_at(row, LOWER)).lower() == word
        ]  # fmt: skip
        numbers = [value for value in values if isinstance(value, int | float)]
        if numbers:
            kind = scaled(SCORE._replace(format=".1%"), numbers)
            name = "score" if better == "higher" else "cost"
            kind = kind if better == "higher" else kind._replace(
                name="cost", label="Score", better="lower")  # fmt: skip
            ways.append(Way(name, VALUE, {**keys, "where": {LOWER: word}, "value": VALUE}, kind))
    if not ways:
        raise ResultsError("no record says whether lower is better")
    source = Source(folder, folder.resolve().name, pattern, [Stepped(p, None) for p in found])
    why = f"{len(found):,} records of Every Eval Ever"
    return runs_of(source, base, Layout(ways, why, {"column": "/model_info.id"}))


def _item(found: Mapping[str, dict[str, Any]]) -> str:
    """The field with the item: with the metric's name, where evaluations have several."""
    name, metric = "evaluation_name", "metric_config.metric_name"
    for data in found.values():
        names = [row.get(name) for row in data[RECORDS] if isinstance(row, dict)]
        if len(set(map(str, names))) < len(names):
            return f"{{{name}}} ({{{metric}}})"
    return name


def _at(row: Any, way: str) -> Any:
    for key in way.split("."):
        row = row.get(key) if isinstance(row, dict) else None
    return row
