"""The general JSON reader: records of numbers somewhere in a JSON file."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from itertools import repeat
from typing import Annotated, Any, NamedTuple

from msgspec import Meta, field

from diagramgen.errors import ResultsError
from diagramgen.readers.parsed import load_json
from diagramgen.readers.plain import plain, plain_column
from diagramgen.readers.records import (
    Contents,
    Reader,
    Reading,
    Runs,
    amount,
    binomial_stderr,
    excerpt,
    is_name,
    item_name,
    number,
    whole_step,
)
from diagramgen.readers.ways import (
    Keys,
    Node,
    check_fields,
    dotted,
    field_of,
    is_of_file,
    keys_of,
    placeholders,
    walk,
)

FIELDS = re.compile(r"\{([^{}]+)\}")
"""The fields in an item's name that is made of several."""


class Placed(NamedTuple):
    """A record with its place in a file; `item` where a key names it."""

    node: Node
    data: Any
    place: str
    item: str | None
    file: Any

    def get(self, way: Keys, name: str) -> Any:
        """A field of the record, or of the file. Raises `ResultsError`."""
        return field_of(self.data, way, self.place, name, self.file)

    def named(self, way: Keys, name: str) -> str:
        """A field that is a name. Raises `ResultsError`."""
        place = dotted(way)[1:] if is_of_file(way) else f"{self.place}.{dotted(way)}"
        return item_name(self.get(way, name), place, name)


class JsonReader(Reader, frozen=True, kw_only=True, tag="json"):
    """Records in a JSON file: an object of records by item name, or a list of records.

    A record is an object with the value in one of its fields, or the value itself; true and false
    are 1 and 0. A field that begins with a slash is one of the file: `/config.model`.
    """

    records: Annotated[
        Keys,
        Meta(
            description="Way to the records, keys joined by dots (or a list of keys); * stands for "
            "every key of an object or element of a list, {item}, {step} and {run} for what a key "
            "says, whole or in part. With {item} the way leads to each record itself. A key with ? "
            "after it need not be there. Empty: the whole file.",
            examples=["slices", "results.*.tasks", "step_{step}.{item}", "scores.test?"],
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
        Meta(
            description="Field that has the item's name, where the records are a list; several in "
            "braces make one name.",
            examples=["task", "/task_name", "{/task_name}/{subset}"],
        ),
    ] = None
    step: Annotated[
        Keys | None,
        Meta(
            description="Field of a record, else of the file, that has the step (a number, or text "
            "such as step3000), where the checkpoint pattern has no {step}."
        ),
    ] = None
    where: Annotated[
        dict[str, str],
        Meta(
            description="Keep only records that have these texts in these fields; an empty text "
            "for a field that is not there, or is empty.",
            examples=[{"name.split": "test", "name.perturbation": ""}],
        ),
    ] = field(default_factory=dict)

    def __post_init__(self) -> None:
        said = placeholders(self.records)
        if len(set(said)) < len(said):
            raise ValueError("`records` has {item}, {step} and {run} once at most")
        for key, given in (("item", self.item), ("step", self.step)):
            if key in said and given is not None:
                raise ValueError(f"`{key}` and {{{key}}} in `records` say the same: leave one out")

    @property
    def steps_inside(self) -> bool:
        return self.step is not None or "step" in placeholders(self.records)

    def read(self, data: bytes, name: str) -> Contents:
        return self.contents(load_json(data, name), name)

    def contents(self, file: Any, name: str) -> Contents:
        """The contents of a file's data."""
        quick = self._quick(file, name)
        if quick is not None:
            return Contents(quick)
        return self._by_run(file, name, None).get("", Contents([]))

    def read_runs(self, data: bytes, name: str, runs: Runs) -> Mapping[str, Contents]:
        return self._by_run(load_json(data, name), name, runs)

    def _by_run(self, file: Any, name: str, runs: Runs | None) -> dict[str, Contents]:
        """The contents by run; without `runs` all are of the run "". Raises `ResultsError`."""
        globs = () if runs is None else runs.columns
        if ("run" in placeholders(self.records)) != bool(globs):
            raise ResultsError(
                f"{name}: {{run}} in the reader's `records` and `runs: {{columns: [...]}}` of the "
                "source need each other"
            )
        nodes = walk(Node(file), keys_of(self.records), name, globs)
        placed = [record for node in nodes for record in self._placed(node, file, name)]
        asked: list[tuple[str, Keys | None]] = [
            ("where", way) for way, text in self.where.items() if text
        ]
        check_fields(asked, [record.data for record in placed], file, name)
        counts = [
            record
            for record in placed
            if all(_text(record.get(way, name)) == text for way, text in self.where.items())
        ]
        naming = () if runs is None else runs.naming()
        of = [self._of(record, naming, name) for record in counts]
        stderr = None if self.stderr == "binomial" else self.stderr
        asked = [("value", self.value), ("n", self.n), ("stderr", stderr)]
        check_fields(asked, [record.data for record in counts], file, name)
        found: dict[str, dict[tuple[str, int | None], Reading]] = {}
        for record, (run, item, step) in zip(counts, of, strict=True):
            readings = found.setdefault(run, {})
            if (item, step) in readings:
                raise ResultsError(f"{name}: {_twice(item, step)}")
            readings[item, step] = self._reading(record, item, step, name)
        return {run: Contents(list(readings.values())) for run, readings in found.items()}

    def _quick(self, file: Any, name: str) -> list[Reading] | None:
        """The readings of an object of records that all have plain numbers; None for any other."""
        fields = [each for each in (self.value, self.n, self.stderr) if each is not None]
        if (
            self.stderr == "binomial"
            or "*" in keys_of(self.records)
            or placeholders(self.records)
            or self.where
            or self.item is not None
            or any(map(is_of_file, fields))
        ):
            return None
        records = file
        for key in keys_of(self.records):
            records = records.get(key) if type(records) is dict else None
        if type(records) is not dict or not records or not all(map(is_name, records)):
            return None
        found = list(records.values())
        value = plain_column(found, self.value or "")
        n, stderr = plain_column(found, self.n), plain_column(found, self.stderr)
        if value is None or n is None or stderr is None or min(n) < 0 or min(stderr) < 0:
            return None
        step = None
        if self.step is not None:
            first = keys_of(self.step)[:1]
            if any(isinstance(record, dict) and first and first[0] in record for record in found):
                return None
            step = self._step(None, file, self.step, name)
        return list(map(Reading, records, value, n, stderr, repeat(step)))

    def _step(self, record: Any, file: Any, way: Keys, name: str) -> int:
        """The step of a record, or of its file."""
        raw = None
        if isinstance(record, dict) and not is_of_file(way):
            raw = field_of(record, way, "a record", name)
        if raw is None:
            raw = field_of(file, way, "the file", name, file)
        return whole_step(raw, f"{name}: {dotted(way)}")

    def _of(
        self, record: Placed, naming: tuple[str, ...], name: str
    ) -> tuple[str, str, int | None]:
        """What a record is of, as the keys to it or its fields say: run, item and step."""
        item, step = record.item, record.node.step
        if item is None and isinstance(self.item, str) and FIELDS.search(self.item):
            whole = FIELDS.sub(lambda found: record.named(found[1], name), self.item)
            item = item_name(whole, record.place, name)
        elif item is None and self.item is not None:
            item = record.named(self.item, name)
        if self.step is not None:
            step = self._step(record.data, record.file, self.step, name)
        run = " ".join(record.named(field, name) for field in naming) or record.node.run
        return run, item or "", step

    def _placed(self, node: Node, file: Any, name: str) -> list[Placed]:
        """The records at a node that `records` leads to."""
        data, place = node.data, node.place
        if node.item is not None:
            return [Placed(node, data, place, node.item, file)]
        if isinstance(data, list):
            if self.item is None and not self.where:
                said = f"{place} is a list; say in `read.item` which field has the item's name"
                raise ResultsError(f"{name}: {said}")
            return [Placed(node, each, f"{place}[{i}]", None, file) for i, each in enumerate(data)]
        if not isinstance(data, dict):
            said = f"got {excerpt(data)}; expected an object or a list of records"
            raise ResultsError(f"{name}: {place}: {said}")
        if self.item is not None and (is_of_file(self.item) or FIELDS.search(dotted(self.item))):
            return [Placed(node, data, place, None, file)]
        for item in data:
            item_name(item, place, name)
        below = f"{place}." if node.way else ""
        return [Placed(node, data[item], f"{below}{item}", item, file) for item in data]

    def _reading(self, record: Placed, item: str, step: int | None, name: str) -> Reading:
        def get(way: Keys | None, of: Callable[[Any, str, str], float]) -> float:
            value = plain(record.data, keys_of(way or ""))
            if value is not None and (of is number or value >= 0):
                return value
            if way is None:
                return of(record.data, record.place, name)
            place = dotted(way)[1:] if is_of_file(way) else f"{record.place}.{dotted(way)}"
            return of(record.get(way, name), place, name)

        value = get(self.value, number)
        n = math.nan if self.n is None else get(self.n, amount)
        if self.stderr == "binomial":
            stderr = binomial_stderr(value, n)
        else:
            stderr = math.nan if self.stderr is None else get(self.stderr, amount)
        return Reading(item, value, n, stderr, step)


def _twice(item: str, step: int | None) -> str:
    """What is said of a second record of an item."""
    if not item:
        return "several records count; say in `read.item` which field has the item's name"
    at = "" if step is None else f" at step {step}"
    return f"item '{item}' is there twice{at}"


def _text(raw: Any) -> str | None:
    """A field as `where` compares it: empty where there is nothing; None where it is no text."""
    if isinstance(raw, bool):
        return str(raw).lower()
    if isinstance(raw, str | int | float):
        return str(raw)
    return None if raw else ""
