"""The files of EleutherAI's lm-evaluation-harness, v0.3 and v0.4, told apart by content."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from msgspec import Meta

from diagramgen.document.data import mapping
from diagramgen.errors import ResultsError, visible
from diagramgen.readers.harness import HarnessReader
from diagramgen.readers.records import (
    Contents,
    Reading,
    amount,
    binomial_n,
    excerpt,
    item_name,
    load_json,
    number,
    part,
    step_in,
    whole_step,
)

NO_MEASURES = ("alias", "name", "sample_len", "sample_count")
"""What else stands in a task's record."""


class LmEvalReader(HarnessReader, frozen=True, kw_only=True, tag="lm-eval"):
    """Results of lm-evaluation-harness, v0.3 (`acc`, `acc_stderr`) or v0.4 (`acc,none`).

    Items are tasks; group rows such as `mmlu` are left out, since they repeat their subtasks. n is
    `n-samples`, or follows from the standard error of a 0/1 metric. Tasks without the metric are
    none of its items. The step may come from inside: a `revision=step3000` in the model's
    arguments, or `iteration`.
    """

    shots: Annotated[
        int | None, Meta(description="Keep only tasks with this number of few-shot examples.")
    ] = None
    groups: Annotated[
        bool, Meta(description="Read group rows such as mmlu too; never average them with tasks.")
    ] = False
    limited: Annotated[
        bool, Meta(description="Read files that were evaluated on a part of the examples (limit).")
    ] = False

    @property
    def steps_inside(self) -> bool:
        return True

    def read(self, data: bytes, name: str) -> Contents:
        return self.contents(load_json(data, name), name)

    def contents(self, file: Any, name: str) -> Contents:
        """The contents of a file's data."""
        results = part(file, "results", name)
        config = mapping(file, "config")
        date = _date(file.get("date"))
        if config.get("limit") is not None and not self.limited:
            warning = f"{name}: evaluated with limit {_limit(config['limit'])}; left out"
            return Contents([], date, (f"{warning} (`limited: true` reads it)",))
        step = _step(config, name)
        shots_of = mapping(file, "n-shot")
        readings = []
        missed: dict[str, Iterable[str]] = {}
        for task, record in results.items():
            item_name(task, "results", name)
            if not isinstance(record, dict):
                raise ResultsError(f"{name}: results.{task}: expected an object with metrics")
            shots = shots_of.get(task, config.get("num_fewshot"))
            if (self.shots is not None and shots != self.shots) or self._is_group(task, file):
                continue
            wanted = self.measure_of(task)
            found = wanted and _metric(record, wanted, f"{name}: results.{task}")
            if not found:
                if wanted:
                    missed[task] = filter(_is_measure, record)
                continue
            value = number(record.get(found[0]), f"results.{task}.{found[0]}", name)
            stderr = amount(record.get(found[1]), f"results.{task}.{found[1]}", name)
            known = mapping(mapping(file, "n-samples"), task).get("effective")
            n = amount(known, f"n-samples.{task}.effective", name)
            n = binomial_n(value, stderr) if math.isnan(n) else n
            readings.append(Reading(task, value, n, stderr, step, _int(shots)))
        return Contents(readings, date, lacks=self.check_measures(missed, readings, name))

    def _is_group(self, task: str, file: Mapping[str, Any]) -> bool:
        """Whether a row is the average of others: in v0.4 the file says so."""
        if self.groups:
            return False
        return task in mapping(file, "groups") or bool(mapping(file, "group_subtasks").get(task))


def _is_measure(key: str) -> bool:
    return "_stderr" not in key and key not in NO_MEASURES


def _metric(record: Mapping[str, Any], wanted: str, place: str) -> tuple[str, str] | None:
    """The keys of a metric's value and of its standard error in a task's record, if it has it."""
    if wanted in record:
        metric, comma, filter_ = wanted.partition(",")
        return wanted, f"{metric}_stderr{comma}{filter_}"
    filters = [key.partition(",")[2] for key in record if key.partition(",")[0] == wanted]
    if len(filters) > 1:
        named = " or ".join(f"'{wanted},{filter_}'" for filter_ in filters[:8])
        said = f"{place}: has '{wanted}' under several filters; say {named}"
        raise ResultsError(visible(said, one_line=True))
    return (f"{wanted},{filters[0]}", f"{wanted}_stderr,{filters[0]}") if filters else None


def _date(raw: Any) -> str:
    """When a file was written, so that dates sort as text; empty where it does not say so."""
    try:
        return f"{float(raw):020.6f}" if math.isfinite(raw) else ""
    except (TypeError, ValueError, OverflowError):
        return ""


def _limit(raw: Any) -> str:
    return f"{raw:g}" if isinstance(raw, float) else excerpt(raw)


def _step(config: Mapping[str, Any], name: str) -> int | None:
    """The step that a file's configuration says, if it does."""
    arguments = config.get("model_args")
    if isinstance(arguments, dict):
        if isinstance(arguments.get("iteration"), int):
            return whole_step(arguments["iteration"], f"{name}: config.model_args.iteration")
        named = arguments
    else:
        text = arguments if isinstance(arguments, str) else ""
        pairs = [pair.partition("=") for pair in text.split(",")]
        named = {key.strip(): value for key, _, value in pairs}
    places = [named.get(key) for key in ("revision", "peft", "pretrained")]
    return step_in([places[0], config.get("model_revision"), *places[1:]])


def _int(raw: Any) -> int | None:
    return raw if isinstance(raw, int) and not isinstance(raw, bool) else None
