"""The general JSON reader: records of numbers somewhere in a JSON file."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import repeat
from math import isfinite
from typing import Annotated, Any

from msgspec import Meta

from diagramgen.errors import NotInFile, ResultsError, visible
from diagramgen.readers.records import (
    Contents,
    Reader,
    Reading,
    amount,
    binomial_stderr,
    excerpt,
    is_name,
    item_name,
    load_json,
    number,
    step_in,
    there,
    whole_step,
)
from diagramgen.readers.ways import Keys, dotted, field_of, keys_of, walk

EXACT = 2**53
"""Below this every integer is a float, too."""


class JsonReader(Reader, frozen=True, kw_only=True, tag="json"):
    """Records in a JSON file: an object of records by item name, or a list of records.

    A record is an object with the value in one of its fields, or the value itself.
    """

    records: Annotated[
        Keys,
        Meta(
            description="Way to the records, keys joined by dots (or a list of keys); "
            "* stands for every key of an object; empty: the whole file.",
            examples=["slices", "results.*.tasks"],
        ),
    ] = ""
    value: Annotated[
        Keys | None,
        Meta(description="Field of a record that has the value; left out: the record is it."),
    ] = None
    n: Annotated[
        Keys | None, Meta(description="Field that has the number of examples or tokens.")
    ] = None
    stderr: Annotated[
        Keys | None,
        Meta(
            description="Field that has the standard error, or `binomial`: "
            "sqrt(p (1 - p) / (n - 1))."
        ),
    ] = None
    item: Annotated[
        Keys | None,
        Meta(description="Field that has the item's name, where the records are a list."),
    ] = None

    step: Annotated[
        Keys | None,
        Meta(
            description="Field of the file that has the step (a number, or text such as "
            "step3000), where the checkpoint pattern has no {step}."
        ),
    ] = None

    @property
    def steps_inside(self) -> bool:
        return self.step is not None

    def read(self, data: bytes, name: str) -> Contents:
        return self.contents(load_json(data, name), name)

    def contents(self, file: Any, name: str) -> Contents:
        """The contents of a file's data."""
        step = None if self.step is None else self._step(file, self.step, name)
        quick = self._quick(file, step)
        if quick is not None:
            return Contents(quick)
        placed = [
            item_record
            for records, way in walk(file, keys_of(self.records), (), name)
            for item_record in self._items(records, way, name)
        ]
        self._check_fields([record for _, (record, _) in placed], name)
        readings = [self._reading(record, item, step, name) for item, record in placed]
        seen: set[str] = set()
        for item, _ in placed:
            if item in seen:
                raise ResultsError(f"{name}: item '{item}' is there twice")
            seen.add(item)
        return Contents(readings)

    def _quick(self, file: Any, step: int | None) -> list[Reading] | None:
        """The readings of an object of records that all have plain numbers; None for any other."""
        if self.stderr == "binomial" or "*" in keys_of(self.records):
            return None
        records = file
        for key in keys_of(self.records):
            records = records.get(key) if type(records) is dict else None
        if type(records) is not dict or not records or not all(map(is_name, records)):
            return None
        found = list(records.values())
        value = _column(found, self.value or "")
        n, stderr = _column(found, self.n), _column(found, self.stderr)
        if value is None or n is None or stderr is None or min(n) < 0 or min(stderr) < 0:
            return None
        return list(map(Reading, records, value, n, stderr, repeat(step)))

    def _step(self, file: Any, field: Keys, name: str) -> int:
        raw = field_of(file, field, "the file", name)
        named = step_in([raw])
        return whole_step(raw, f"{name}: {dotted(field)}") if named is None else named

    def _items(
        self, records: Any, way: tuple[str, ...], name: str
    ) -> Iterator[tuple[str, tuple[Any, str]]]:
        """Each item's name with its record and the record's place in the file."""
        place = visible(".".join(way), one_line=True) or "the file"
        if isinstance(records, dict):
            for item, record in records.items():
                item_name(item, place, name)
                yield item, (record, f"{place}.{item}" if way else item)
        elif isinstance(records, list) and self.item is not None:
            for i, record in enumerate(records):
                raw = field_of(record, self.item, f"{place}[{i}]", name)
                item = item_name(raw, f"{place}[{i}].{dotted(self.item)}", name)
                yield item, (record, f"{place}[{i}]")
        elif isinstance(records, list):
            raise ResultsError(
                f"{name}: {place} is a list; say in `read.item` which field has the item's name"
            )
        else:
            raise ResultsError(
                f"{name}: {place}: got {excerpt(records)}; expected an object or a list of records"
            )

    def _check_fields(self, records: list[Any], name: str) -> None:
        """Refuse a field that no record has: one record may lack it, all lacking it is a typo."""
        stderr = None if self.stderr == "binomial" else self.stderr
        for name_of, field in (("value", self.value), ("n", self.n), ("stderr", stderr)):
            if field is None or (records and _plain(records[0], keys_of(field)) is not None):
                continue
            objects = [record for record in records if isinstance(record, dict)]
            keys = keys_of(field)
            for i, key in enumerate(keys, 1):
                if not objects:
                    break
                if not any(key in each for each in objects):
                    missing = ".".join(keys[:i])
                    said = f"no record has '{missing}'; {there(objects[0], key)}"
                    raise NotInFile(name, name_of, said)
                objects = [each[key] for each in objects if isinstance(each.get(key), dict)]

    def _reading(self, placed: tuple[Any, str], item: str, step: int | None, name: str) -> Reading:
        record, place = placed

        def get(field: Keys | None, of: Callable[[Any, str, str], float]) -> float:
            value = _plain(record, keys_of(field or ""))
            if value is not None and (of is number or value >= 0):
                return value
            raw = record if field is None else field_of(record, field, place, name)
            where = place if field is None else f"{place}.{dotted(field)}"
            return of(raw, where, name)

        value = get(self.value, number)
        n = math.nan if self.n is None else get(self.n, amount)
        if self.stderr == "binomial":
            stderr = binomial_stderr(value, n)
        else:
            stderr = math.nan if self.stderr is None else get(self.stderr, amount)
        return Reading(item, value, n, stderr, step)


def _column(records: list[Any], field: Keys | None) -> list[float] | None:
    """A field of all records, where each has a plain number; None where one needs a closer look."""
    if field is None:
        return [math.nan] * len(records)
    column = records
    try:
        for key in keys_of(field):
            column = [record[key] for record in column]
    except (KeyError, TypeError):
        return None
    kinds = set(map(type, column))
    if kinds == {float}:
        return column if all(map(isfinite, column)) else None
    if not kinds <= {int, float} or not (min(column) > -EXACT and max(column) < EXACT):
        return None
    return list(map(float, column)) if all(map(isfinite, column)) else None


def _plain(record: Any, keys: tuple[str, ...]) -> float | None:
    """The number that a record has where `keys` lead; None for all that needs a closer look."""
    for key in keys:
        if type(record) is not dict:
            return None
        record = record.get(key)
    if type(record) is int and abs(record) < EXACT:
        return float(record)
    return record if type(record) is float and isfinite(record) else None
