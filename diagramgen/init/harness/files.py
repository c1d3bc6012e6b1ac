"""The files of lm-eval, lighteval and olmes: which one it is, and all that it measures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from diagramgen.document.data import mapping
from diagramgen.init.folder import can_be_named
from diagramgen.init.kinds import NO_DIRECTION
from diagramgen.readers import Contents
from diagramgen.readers.lighteval import LightevalReader
from diagramgen.readers.lm_eval import LmEvalReader
from diagramgen.readers.olmes import AGGREGATES, OlmesReader, records_of, task_of
from diagramgen.readers.records import excerpt, step_in


class Told(NamedTuple):
    """What harness files say of themselves besides numbers.

    `groups` are rows that average others, with those others; `higher` the direction of measures;
    `primary` the measure that olmes calls primary for each task; `limited` whether every file was
    evaluated on a part of the examples.
    """

    groups: dict[str, list[str]]
    higher: dict[str, bool]
    primary: dict[str, str]
    limited: bool


def format_of(data: Any) -> tuple[str, str] | None:
    """The harness whose file this is, and what tells so."""
    records = data if isinstance(data, list) else [data]
    if all(isinstance(record, dict) for record in records) and records:
        first = records[0]
        if "all_primary_scores" in first or any("task_config" in r for r in (first, *_rows(first))):
            return "olmes", "records with 'task_config'"
    results = data.get("results") if isinstance(data, dict) else None
    if not isinstance(results, dict) or not all(isinstance(r, dict) for r in results.values()):
        return None
    bar = next((key for key in results if "|" in key), None)
    if "config_general" in data or bar:
        return "lighteval", f"tasks such as {excerpt(bar)}" if bar else "'config_general'"
    if not {"config", "configs", "versions", "n-shot"} & set(data):
        return None
    comma = next((key for record in results.values() for key in record if "," in key), None)
    if comma:
        return "lm-eval", f"v0.4: metrics such as {excerpt(comma)}"
    return "lm-eval", "v0.3: 'results' with plain metrics, 'versions' and 'config'"


def model_of(format_: str, data: Any) -> str:
    """The model that a file says it is of, with its revision where that is no step; else empty."""
    if format_ == "lighteval":
        general = mapping(data, "config_general")
        return _text(general.get("model_name"), mapping(general, "model_config").get("model_name"))
    if format_ == "olmes":
        row: Mapping[str, Any] = next(iter(_rows(data)), {})
        model = mapping(row, "model_config") or mapping(data, "model_config")
        return _revised(_text(model.get("model"), row.get("model")), model.get("revision"))
    config = mapping(data, "config")
    arguments = config.get("model_args")
    if not isinstance(arguments, dict):
        text = arguments if isinstance(arguments, str) else ""
        pairs = [pair.partition("=") for pair in text.split(",")]
        arguments = {key.strip(): value for key, _, value in pairs}
    names = (arguments.get(key) for key in ("peft", "pretrained", "model"))
    revision = arguments.get("revision") or config.get("model_revision")
    return _revised(_text(data.get("model_name"), *names), revision)


def _text(*texts: Any) -> str:
    """The first text of some values that a suite can say."""
    return next((t for t in texts if isinstance(t, str) and can_be_named(t)), "")


def _revised(model: str, revision: Any) -> str:
    is_step = step_in([revision]) is not None
    if not isinstance(revision, str) or revision in ("", "main") or is_step:
        return model
    return f"{model}@{revision}" if model and can_be_named(revision) else model


def _rows(data: Any) -> list[Mapping[str, Any]]:
    """The tasks' records in a file of olmes, or in a list of such."""
    files = data if isinstance(data, list) else [data]
    return [row for file in files for row in records_of(file) if isinstance(row, dict)]


def measures_of(format_: str, files: Iterable[Any]) -> list[str]:
    """Every measure of some files; with its filter where a task has it under several."""
    names: dict[str, None] = {}
    several: set[str] = set()
    for data in files:
        for record in _records(format_, data):
            keys = [key for key, value in record.items() if _is_measure(key, value)]
            if format_ == "lm-eval" and any("," in key for key in keys):
                keys = [key for key in keys if "," in key]
            bare = Counter(key.partition(",")[0] for key in keys)
            several |= {name for name, count in bare.items() if count > 1}
            names |= dict.fromkeys(keys)
    return list(
        dict.fromkeys(
            name if name.partition(",")[0] in several else name.partition(",")[0] for name in names
        )
    )


def _is_measure(key: str, value: Any) -> bool:
    numeric = isinstance(value, int | float | str | None) and not isinstance(value, bool)
    is_text = isinstance(value, str) and value.strip().lower() not in ("n/a", "nan")
    if not numeric or is_text or not can_be_named(key):
        return False
    name = key.partition(",")[0]
    aside = re.search(r"_stderr\b|_stderr$|^sample_", key) or NO_DIRECTION.fullmatch(name)
    return name != "" and not aside


def _records(format_: str, data: Any) -> list[Mapping[str, Any]]:
    if format_ != "olmes":
        return list(data["results"].values())
    rows = _rows(data)
    return [row["metrics"] if isinstance(row.get("metrics"), dict) else row for row in rows]


def told(format_: str, files: Iterable[Any]) -> Told:
    """What the files say of groups, directions, primary measures and limits."""
    found = Told({}, {}, {}, limited=False)
    limits = []
    for data in files:
        if format_ == "lm-eval":
            for group in mapping(data, "groups"):
                members = mapping(data, "group_subtasks").get(group)
                if isinstance(members, list) and can_be_named(group):
                    found.groups[group] = [each for each in members if isinstance(each, str)]
            directions = mapping(data, "higher_is_better")
            for task in directions:
                said = mapping(directions, task)
                found.higher.update({k: v for k, v in said.items() if isinstance(v, bool)})
            limits.append(mapping(data, "config").get("limit") is not None)
        elif format_ == "lighteval":
            tasks = mapping(data, "config_tasks")
            for config in (mapping(tasks, name) for name in tasks):
                listed = config.get("metrics", config.get("metric"))
                for metric in listed if isinstance(listed, list) else ():
                    if isinstance(metric, dict) and isinstance(metric.get("metric_name"), str):
                        found.higher[metric["metric_name"]] = bool(metric.get("higher_is_better"))
        else:
            _add_primary(data, found.primary)
    return found._replace(limited=bool(limits) and all(limits))


def _add_primary(data: Any, primary: dict[str, str]) -> None:
    for row in _rows(data):
        task, measure = task_of(row), mapping(row, "task_config").get("primary_metric")
        if isinstance(task, str) and isinstance(measure, str) and measure not in AGGREGATES:
            primary[task] = measure


def reader_of(
    format_: str, measure: str, *, limited: bool
) -> LmEvalReader | LightevalReader | OlmesReader:
    """The reader of one measure."""
    if format_ == "lm-eval":
        return LmEvalReader(value=measure, limited=limited)
    return LightevalReader(value=measure) if format_ == "lighteval" else OlmesReader(value=measure)


def read_all(
    format_: str, measures: Iterable[str], data: Any, name: str, *, limited: bool
) -> dict[str, Contents]:
    """What a file has of each measure."""
    return {
        measure: reader_of(format_, measure, limited=limited).contents(data, name)
        for measure in measures
    }
