"""The general JSON reader: records of numbers somewhere in a JSON file."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
from msgspec import Meta

from diagramgen.errors import ResultsError

MISSING = frozenset({"", "n/a", "na", "nan", "inf", "infinity", "-inf", "-infinity", "null"})
"""Words that tools write, in any case, where a number is missing."""

Keys = str | tuple[str, ...]


class Reading(NamedTuple):
    """One item's numbers in one file; NaN where a number is missing."""

    item: str
    value: float
    n: float
    stderr: float


class JsonReader(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Records in a JSON file: an object of records by item name, or a list of records.

    A record is an object with the value in one of its fields, or the value itself.
    """

    reader: Annotated[Literal["json"], Meta(description="The format: json.")] = "json"
    file: Annotated[
        str,
        Meta(description="File in the checkpoint's folder.", examples=["tier2_ppl.json"]),
    ]
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

    def read(self, path: Path, name: str) -> list[Reading]:
        """The file's readings, in its order; `name` is what messages call the file.

        Raises `ResultsError` where the file is not what the suite says.
        """
        try:
            data = json.loads(path.read_bytes(), object_pairs_hook=_object)
        except OSError as err:
            raise ResultsError(f"{name}: cannot be read: {err.strerror}") from err
        except json.JSONDecodeError as err:
            place = f"{name}:{err.lineno}:{err.colno}"
            raise ResultsError(f"{place}: not valid JSON: {err.msg}") from err
        except (UnicodeDecodeError, RecursionError) as err:
            raise ResultsError(f"{name}: not valid JSON: {err}") from err
        except ValueError as err:
            raise ResultsError(f"{name}: cannot be read: {err}") from err
        placed = [
            item_record
            for records, way in _walk(data, _keys(self.records), (), name)
            for item_record in self._items(records, way, name)
        ]
        self._check_fields([record for _, (record, _) in placed], name)
        readings = [self._reading(record, item, name) for item, record in placed]
        seen: set[str] = set()
        for item, _ in placed:
            if item in seen:
                raise ResultsError(f"{name}: item '{item}' is there twice")
            if not _is_text(item):
                raise ResultsError(f"{name}: item {_shown(item)} is not valid Unicode")
            seen.add(item)
        return readings

    def _items(
        self, records: Any, way: tuple[str, ...], name: str
    ) -> Iterator[tuple[str, tuple[Any, str]]]:
        """Each item's name with its record and the record's place in the file."""
        place = ".".join(way) or "the file"
        if isinstance(records, dict):
            for item, record in records.items():
                yield item, (record, f"{'.'.join((*way, item))}")
        elif isinstance(records, list) and self.item is not None:
            for i, record in enumerate(records):
                item = _field(record, self.item, f"{place}[{i}]", name)
                if not isinstance(item, str):
                    raise ResultsError(
                        f"{name}: {place}[{i}].{_dotted(self.item)}: "
                        f"got {_shown(item)}; expected the item's name"
                    )
                yield item, (record, f"{place}[{i}]")
        elif isinstance(records, list):
            raise ResultsError(
                f"{name}: {place} is a list; say in `read.item` which field has the item's name"
            )
        else:
            raise ResultsError(
                f"{name}: {place}: got {_shown(records)}; expected an object or a list of records"
            )

    def _check_fields(self, records: list[Any], name: str) -> None:
        """Refuse a field that no record has: one record may lack it, all lacking it is a typo."""
        for field in (self.value, self.n, None if self.stderr == "binomial" else self.stderr):
            objects = [record for record in records if isinstance(record, dict)]
            keys = () if field is None else _keys(field)
            for i, key in enumerate(keys, 1):
                if not objects:
                    break
                if not any(key in each for each in objects):
                    missing = ".".join(keys[:i])
                    raise ResultsError(f"{name}: no record has '{missing}'; {_there(objects[0])}")
                objects = [each[key] for each in objects if isinstance(each.get(key), dict)]

    def _reading(self, placed: tuple[Any, str], item: str, name: str) -> Reading:
        record, place = placed

        def number(field: Keys | None) -> float:
            raw = record if field is None else _field(record, field, place, name)
            where = place if field is None else f"{place}.{_dotted(field)}"
            return _number(raw, where, name)

        value = number(self.value)
        n = math.nan if self.n is None else number(self.n)
        if self.stderr == "binomial":
            stderr = binomial_stderr(value, n)
        else:
            stderr = math.nan if self.stderr is None else number(self.stderr)
        return Reading(item, value, n, stderr)


def binomial_stderr(p: float, n: float) -> float:
    """Standard error of a share p of n examples, sqrt(p (1 - p) / (n - 1)); NaN if undefined."""
    return math.sqrt(p * (1 - p) / (n - 1)) if n > 1 and 0 <= p <= 1 else math.nan


def _keys(keys: Keys) -> tuple[str, ...]:
    if isinstance(keys, str):
        return tuple(keys.split(".")) if keys else ()
    return keys


def _dotted(keys: Keys) -> str:
    return ".".join(_keys(keys))


def _walk(
    data: Any, keys: tuple[str, ...], way: tuple[str, ...], name: str
) -> Iterator[tuple[Any, tuple[str, ...]]]:
    """Every node that `keys` leads to, with its way."""
    if not keys:
        yield data, way
        return
    key, *rest = keys
    if not isinstance(data, dict):
        where = ".".join(way) or "the file"
        with_key = "" if key == "*" else f" with '{key}'"
        raise ResultsError(f"{name}: {where}: got {_shown(data)}; expected an object{with_key}")
    if key == "*":
        for each in data:
            yield from _walk(data[each], tuple(rest), (*way, each), name)
        return
    if key not in data:
        where = f" in {'.'.join(way)}" if way else ""
        raise ResultsError(f"{name}: no '{key}'{where}; {_there(data)}")
    yield from _walk(data[key], tuple(rest), (*way, key), name)


def _field(record: Any, field: Keys, place: str, name: str) -> Any:
    """A record's field; None (missing) where the record is null or lacks it."""
    for key in _keys(field):
        if record is None:
            return None
        if not isinstance(record, dict):
            raise ResultsError(
                f"{name}: {place}: got {_shown(record)}; expected an object with '{key}'"
            )
        record = record.get(key)
    return record


def _number(raw: Any, place: str, name: str) -> float:
    """A number of a file; NaN where the file says that it is missing."""
    if raw is None or (isinstance(raw, str) and raw.strip().lower() in MISSING):
        return math.nan
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise ResultsError(f"{name}: {place}: got {_shown(raw)}; expected a number")
    try:
        value = float(raw)
    except OverflowError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of a file; of a key that it has twice nobody knows which value is meant."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in found if keys.count(key) > 1)
        raise ValueError(f"an object has the key {_shown(twice)} twice")
    return found


def _is_text(name: str) -> bool:
    """Whether a name can be written: JSON's escapes can say half of a character."""
    return not any("\ud800" <= character <= "\udfff" for character in name)


def _there(data: dict[str, Any]) -> str:
    """The keys of an object, for a message that misses one."""
    keys = [f"'{key}'" for key in list(data)[:8]]
    return f"there is {', '.join(keys) or 'nothing'}"


def _shown(raw: Any) -> str:
    text = json.dumps(raw, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:37]}..."
