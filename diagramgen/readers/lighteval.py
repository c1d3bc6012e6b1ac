"""The files of Hugging Face's lighteval."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from msgspec import Meta

from diagramgen.document.data import mapping
from diagramgen.errors import ResultsError
from diagramgen.readers.harness import HarnessReader
from diagramgen.readers.parsed import load_json
from diagramgen.readers.records import Contents, Reading, amount, item_name, number, part

SHOTS = re.compile("[0-9]{1,9}")
"""A number of few-shot examples; what has more digits is none."""


class LightevalReader(HarnessReader, frozen=True, kw_only=True, tag="lighteval"):
    """Results of lighteval: keys such as `mmlu:anatomy|5`, or the older `suite|task|shots`.

    The first Open LLM Leaderboard has files of the older kind.

    Items are task names without suite and shots. The averages that the file has (`all`,
    `mmlu:_average|5`) are left out. n is `effective_num_docs` where the file knows it.
    """

    shots: Annotated[
        int | None, Meta(description="Keep only tasks with this number of few-shot examples.")
    ] = None

    def read(self, data: bytes, name: str) -> Contents:
        return self.contents(load_json(data, name), name)

    def contents(self, file: Any, name: str) -> Contents:
        """The contents of a file's data."""
        readings = []
        missed: dict[str, Iterable[str]] = {}
        for key, record in part(file, "results", name).items():
            item_name(key, "results", name)
            if key == "all" or ":_average" in key:
                continue
            if not isinstance(record, dict):
                raise ResultsError(f"{name}: results.{key}: expected an object with metrics")
            task, shots = _task(key)
            wanted = self.measure_of(task)
            if wanted is None or (self.shots is not None and shots != self.shots):
                continue
            if wanted not in record:
                missed[task] = [each for each in record if not each.endswith("_stderr")]
                continue
            value = number(record[wanted], f"results.{key}.{wanted}", name)
            stderr = amount(record.get(f"{wanted}_stderr"), f"results.{key}.{wanted}_stderr", name)
            readings.append(Reading(task, value, _n(file, key), stderr, None, shots))
        return Contents(readings, lacks=self.check_measures(missed, readings, name))


def _task(key: str) -> tuple[str, int | None]:
    """The task of a key, and its number of few-shot examples: its last integer."""
    parts = key.split("|")
    numbers = [part for part in parts[1:] if SHOTS.fullmatch(part)]
    shots = int(numbers[-1]) if numbers else None
    is_old = len(parts) > 2 or (len(parts) == 2 and not numbers)
    return parts[1] if is_old else parts[0], shots


def _n(file: Mapping[str, Any], key: str) -> float:
    tasks = mapping(file, "config_tasks")
    record = mapping(tasks, key) or mapping(tasks, key.rpartition("|")[0])
    n = record.get("effective_num_docs")
    return float(n) if isinstance(n, int) and 0 < n < 2**53 else math.nan
