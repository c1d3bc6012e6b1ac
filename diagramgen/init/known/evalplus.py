"""Results of EvalPlus: `eval_results.json` with pass@k on the base tests and on all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from diagramgen.document.data import mapping
from diagramgen.errors import ResultsError
from diagramgen.init.folder import Stepped, affordable, load
from diagramgen.init.kinds import Kind
from diagramgen.init.runs import Run, Taken
from diagramgen.init.tables.reading import Source, reason, runs_of
from diagramgen.init.tables.ways import Layout, Way

PASS = Kind("pass", "Pass@1", "higher", ".1%")
DATASETS = ("humaneval", "mbpp")
NO_RATES = (
    "results of EvalPlus for each task, but without pass_at_k; evaluate again with a version of "
    "EvalPlus that writes it"
)


def taken(folder: Path, paths: Sequence[str]) -> Taken:
    """The runs of such files among some paths of a folder: of each file one."""
    runs: list[Run] = []
    mine: list[str] = []
    left: dict[str, str] = {}
    named = [path for path in paths if path.endswith("eval_results.json")]
    for path in affordable(folder, named, []):
        data = load(folder, path, {})
        if not isinstance(data, dict) or not isinstance(data.get("eval"), dict):
            continue
        if not mapping(data, "pass_at_k"):
            left[path] = NO_RATES
            continue
        try:
            runs += _runs(folder, path, data)
            mine.append(path)
        except ResultsError as err:
            left[path] = reason(err, path)
    return Taken(runs, frozenset(mine), left)


def _runs(folder: Path, path: str, data: dict[str, Any]) -> list[Run]:
    """The run of one file. Raises `ResultsError`."""
    rates = mapping(data, "pass_at_k")
    dataset = next((name for name in DATASETS if name in path.lower()), "")
    nested = all(isinstance(each, dict) for each in rates.values())
    read: dict[str, Any] = {"records": "pass_at_k"} | ({"value": "pass@1"} if nested else {})
    name = f"{dataset} pass@1".strip()
    label = {"humaneval": "HumanEval pass@1", "mbpp": "MBPP pass@1"}.get(dataset, PASS.label)
    kind = PASS._replace(name=f"{dataset}_pass".strip("_"), label=label)
    others = () if nested else tuple(key for key in rates if key != "pass@1")
    way = Way(name, "pass@1" if nested else "", read, kind, "test", others)
    source = Source(folder, _model(folder, path), path, [Stepped(path, None)])
    return runs_of(source, {"reader": "json"}, Layout([way], "results of EvalPlus"))


def _model(folder: Path, path: str) -> str:
    """The model, as the path has it: `humaneval/MODEL_vllm_temp_0.0/eval_results.json`."""
    *folders, name = path.split("/")
    stem = re.sub(r"[._-]?eval_results\.json$", "", name)
    stem = stem or next((f for f in folders[::-1] if f.lower() not in DATASETS), "")
    stem = re.sub(r"[._-](vllm|hf|openai|anthropic|google)?[._-]?temp_[0-9.]+.*", "", stem)
    return stem or folder.resolve().name
