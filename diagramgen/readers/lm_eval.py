"""The files of EleutherAI's lm-evaluation-harness, v0.3 and v0.4, told apart by content."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from msgspec import Meta

from diagramgen.errors import ResultsError
from diagramgen.readers.records import (
    Contents,
    HarnessReader,
    Reading,
    binomial_n,
    load_json,
    number,
    part,
    step_in,
)


class LmEvalReader(HarnessReader, frozen=True, kw_only=True, tag="lm-eval"):
    """Results of lm-evaluation-harness, v0.3 (`acc`, `acc_stderr`) or v0.4 (`acc,none`).

    Items are tasks; group rows such as `mmlu` are left out, since they repeat their subtasks. n is
    `n-samples`, or follows from the standard error of a 0/1 metric. Tasks without the metric are
    none of its items. The step may come from inside: a `revision=step3000` in the model's
    arguments, or `iteration`.
    """

    steps_inside: ClassVar[bool] = True

    shots: Annotated[
        int | None, Meta(description="Keep only tasks with this number of few-shot examples.")
    ] = None
    groups: Annotated[
        bool, Meta(description="Read group rows such as mmlu too; never average them with tasks.")
    ] = False
    limited: Annotated[
        bool, Meta(description="Read files that were evaluated on a part of the examples (limit).")
    ] = False

    def read(self, data: bytes, name: str) -> Contents:
        file = load_json(data, name)
        results = part(file, "results", name)
        config = file.get("config") if isinstance(file.get("config"), dict) else {}
        date = file.get("date")
        date = f"{date:020.6f}" if isinstance(date, int | float) and math.isfinite(date) else ""
        if config.get("limit") is not None and not self.limited:
            warning = f"{name}: evaluated with limit {config['limit']:g}; left out"
            return Contents([], date, (f"{warning} (`limited: true` reads it)",))
        step = _step(config)
        shots_of = _mapping(file, "n-shot")
        readings = []
        for task, record in results.items():
            if not isinstance(record, dict):
                raise ResultsError(f"{name}: results.{task}: expected an object with metrics")
            shots = shots_of.get(task, config.get("num_fewshot"))
            if (self.shots is not None and shots != self.shots) or self._is_group(task, file):
                continue
            wanted = self.measure_of(task)
            found = wanted and _metric(record, wanted, f"{name}: results.{task}")
            if not found:
                continue
            value, stderr = (
                number(record.get(key), f"results.{task}.{key}", name) for key in found
            )
            sizes = _mapping(file, "n-samples").get(task)
            known = sizes.get("effective") if isinstance(sizes, dict) else None
            n = float(known) if isinstance(known, int) else binomial_n(value, stderr)
            readings.append(Reading(task, value, n, stderr, step, _int(shots)))
        return Contents(readings, date)

    def _is_group(self, task: str, file: Mapping[str, Any]) -> bool:
        """Whether a row is the average of others: in v0.4 the file says so."""
        if self.groups:
            return False
        return task in _mapping(file, "groups") or bool(_mapping(file, "group_subtasks").get(task))


def _metric(record: Mapping[str, Any], wanted: str, place: str) -> tuple[str, str] | None:
    """The keys of a metric's value and of its standard error in a task's record, if it has it."""
    if wanted in record:
        metric, comma, filter_ = wanted.partition(",")
        return wanted, f"{metric}_stderr{comma}{filter_}"
    filters = [key.partition(",")[2] for key in record if key.partition(",")[0] == wanted]
    if len(filters) > 1:
        named = " or ".join(f"'{wanted},{filter_}'" for filter_ in filters)
        raise ResultsError(f"{place}: has '{wanted}' under several filters; say {named}")
    return (f"{wanted},{filters[0]}", f"{wanted}_stderr,{filters[0]}") if filters else None


def _step(config: Mapping[str, Any]) -> int | None:
    """The step that a file's configuration says, if it does."""
    arguments = config.get("model_args")
    if isinstance(arguments, dict):
        if isinstance(arguments.get("iteration"), int):
            return int(arguments["iteration"])
        named = arguments
    else:
        pairs = [pair.partition("=") for pair in str(arguments or "").split(",")]
        named = {key.strip(): value for key, _, value in pairs}
    places = [named.get(key) for key in ("revision", "peft", "pretrained")]
    return step_in([places[0], config.get("model_revision"), *places[1:]])


def _mapping(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def _int(raw: Any) -> int | None:
    return raw if isinstance(raw, int) and not isinstance(raw, bool) else None
