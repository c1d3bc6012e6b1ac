"""The files of EleutherAI's lm-evaluation-harness, v0.3 and v0.4, told apart by content."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from math import inf, isfinite
from typing import Annotated, Any

from msgspec import Meta

from diagramgen.document.data import mapping
from diagramgen.errors import ResultsError, visible
from diagramgen.readers.harness import HarnessReader
from diagramgen.readers.parsed import load_json
from diagramgen.readers.records import (
    Contents,
    Reading,
    amount,
    binomial_n,
    excerpt,
    is_name,
    item_name,
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
        shots_of, shots_of_all = mapping(file, "n-shot"), config.get("num_fewshot")
        samples = mapping(file, "n-samples")
        left_out = frozenset() if self.groups else _groups(file)
        readings = []
        missed: dict[str, Iterable[str]] = {}
        for task, record in results.items():
            if not _is_task(task):
                item_name(task, "results", name)
            if type(record) is not dict:
                raise ResultsError(f"{name}: results.{task}: expected an object with metrics")
            shots = shots_of.get(task, shots_of_all)
            if (self.shots is not None and shots != self.shots) or task in left_out:
                continue
            wanted = self.measure_of(task)
            if wanted is None:
                continue
            key: str | None = wanted
            if wanted not in record:
                key = _only(_filtered(tuple(record), wanted), wanted, name, task)
            if key is None:
                missed[task] = filter(_is_measure, record)
                continue
            value, stderr = record[key], record.get(_stderr_of(key))
            # Nearly all are plain numbers, which need no closer look.
            if type(value) is not float or not isfinite(value):
                value = number(value, f"results.{task}.{key}", name)
            if type(stderr) is not float or not 0 <= stderr < inf:
                stderr = amount(stderr, f"results.{task}.{_stderr_of(key)}", name)
            n = math.nan
            if samples:
                known = mapping(samples, task).get("effective")
                n = amount(known, f"n-samples.{task}.effective", name)
            n = binomial_n(value, stderr) if n != n else n  # noqa: PLR0124 only NaN differs from itself
            shots = shots if type(shots) is int else None
            readings.append(Reading(task, value, n, stderr, step, shots))
        return Contents(readings, date, lacks=self.check_measures(missed, readings, name))


def _groups(file: Mapping[str, Any]) -> frozenset[str]:
    """The rows that are averages of others: in v0.4 the file says so."""
    subtasks = mapping(file, "group_subtasks")
    return frozenset([*mapping(file, "groups"), *(name for name in subtasks if subtasks[name])])


def _is_measure(key: str) -> bool:
    return "_stderr" not in key and key not in NO_MEASURES


@lru_cache(maxsize=1000)
def _filtered(keys: tuple[str, ...], wanted: str) -> list[str]:
    """Those of a record's keys that are a metric with some filter."""
    return [key for key in keys if key.startswith(wanted) and key[len(wanted)] == ","]


def _only(keys: list[str], wanted: str, name: str, task: str) -> str | None:
    """The one key of a metric, if there is any. Raises `ResultsError` where there are several."""
    if len(keys) > 1:
        named = " or ".join(f"'{key}'" for key in keys[:8])
        said = f"{name}: results.{task}: has '{wanted}' under several filters; say {named}"
        raise ResultsError(visible(said, one_line=True))
    return keys[0] if keys else None


_is_task = lru_cache(maxsize=10_000)(is_name)


@cache
def _stderr_of(measure: str) -> str:
    """The key of a measure's standard error: the filter comes last."""
    metric, comma, filter_ = measure.partition(",")
    return f"{metric}_stderr{comma}{filter_}"


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
