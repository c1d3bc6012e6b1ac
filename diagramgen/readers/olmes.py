"""The files of Ai2's olmes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from msgspec import Meta

from diagramgen.document.data import mapping
from diagramgen.errors import NotInFile, ResultsError
from diagramgen.readers.parsed import load_json
from diagramgen.readers.records import (
    Contents,
    Reader,
    Reading,
    amount,
    excerpt,
    item_name,
    number,
    step_in,
    there,
)

AGGREGATES = ("macro", "micro", "mc_or_rc")
"""The primary metrics of suites, whose tasks have records of their own."""


class OlmesReader(Reader, frozen=True, kw_only=True, tag="olmes"):
    """Results of olmes: `metrics.json`, `metrics-all.jsonl`, or one file for each task.

    Items are the tasks' aliases, else their names; suites that average other tasks are left out. n
    is `num_instances`; there are no standard errors. The step may come from inside: a revision
    such as `step1250-unsharded-hf`.
    """

    value: Annotated[
        str, Meta(description="Metric of the tasks; default: the one that olmes calls primary.")
    ] = "primary_score"

    @property
    def steps_inside(self) -> bool:
        return True

    def read(self, data: bytes, name: str) -> Contents:
        if not name.endswith(".jsonl"):
            return self.contents(load_json(data, name), name)
        lines = [line for line in data.split(b"\n") if line.strip()]
        return self.contents(
            [load_json(line, f"{name}, line {i}") for i, line in enumerate(lines, 1)], name
        )

    def contents(self, file: Any, name: str) -> Contents:
        """The contents of a file's data, of JSON lines a list."""
        readings, date, measures = [], "", dict[str, None]()
        for record, shared in _records(file, name):
            config = mapping(record, "task_config")
            if config.get("primary_metric") in AGGREGATES:
                continue
            metrics = record if "metrics" not in record else mapping(record, "metrics")
            task = task_of(record)
            if not task:
                raise ResultsError(f"{name}: a record has no task name; {there(record)}")
            task = item_name(task, "a record's task", name)
            if self.value not in metrics:
                measures |= dict.fromkeys(metrics)
                continue
            value = number(metrics[self.value], f"{task}.{self.value}", name)
            n = amount(record.get("num_instances"), f"{task}.num_instances", name)
            model = mapping(record, "model_config") or shared
            step = step_in([model.get("revision"), model.get("model_path"), model.get("model")])
            readings.append(Reading(task, value, n, step=step))
            written = record.get("current_date")
            date = max(date, written if isinstance(written, str) else "")
        lacks = None
        if measures and not readings:
            said = f"no task has '{self.value}'; {there(measures, self.value)}"
            lacks = NotInFile(name, "value", said)
        return Contents(readings, date, lacks=lacks)


def records_of(file: Mapping[str, Any]) -> list[Any]:
    """The records of a file: those that it lists, else the file is one."""
    listed = (file[key] for key in ("metrics", "tasks") if isinstance(file.get(key), list))
    return next(listed, [file])


def task_of(record: Mapping[str, Any]) -> Any:
    """What a record says of its task's name: its alias, where it has one; false without any."""
    alias = mapping(mapping(record, "task_config"), "metadata").get("alias")
    return alias or record.get("task_name") or record.get("alias") or record.get("task")


def _records(file: Any, name: str) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Each task's record with the model's configuration of the whole file."""
    file = file if isinstance(file, dict) else {"metrics": file}
    found = records_of(file)
    model = mapping(file, "model_config")
    for record in found:
        if not isinstance(record, dict):
            raise ResultsError(f"{name}: got {excerpt(record)}; expected a task's record")
    return [(record, model) for record in found]
