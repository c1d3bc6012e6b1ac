"""Any other JSON file: where its records are, and which of their fields says what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from diagramgen.init.folder import can_be_named
from diagramgen.init.kinds import (
    NO_DIRECTION,
    STDERR,
    N,
    is_benchmark,
    is_qualifier,
    kind_of,
    measure,
    words,
)
from diagramgen.init.names import PLAIN_WORDS, are_models, is_average, is_result
from diagramgen.init.tables.ways import Way
from diagramgen.readers import Runs
from diagramgen.readers.records import excerpt

ASIDE = re.compile(
    r"(?i)(.*_|hyper_?)?(config(s|uration)?|args|arguments|params|parameters|hparams|settings|options)|"
    r"meta(data)?|versions|env(ironment)?|system_info|model|model_info|tokenizer|training|optimizer|"
    r"timing|hardware|git"
)
"""Objects that tell of the evaluation rather than its results."""
ITEM_FIELDS = ("task", "slice", "item", "name", "dataset", "benchmark", "domain", "subset")
STEP_FIELDS = ("step", "global_step", "training_step", "train_step", "iteration", "checkpoint",
               "revision")  # fmt: skip


FLAGS = re.compile(r"(?i)(is_)?(passed|correct|success|solved|resolved|right)")
"""Fields that say with true and false whether something came right."""
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(e-?[0-9]+)?")
MODEL_FIELDS = ("model", "model_name", "run", "run_name", "system")
STEP_KEY = re.compile(r"(?i)((global_?)?steps?|checkpoint|ckpt|iter(ation)?)?[-_=]?[0-9]{1,18}")
ENDS = re.compile(r"(?i)(.*_)?(start|end|begin|finish|duration|elapsed|version)")
"""More names of what is no result: when a part of the evaluation began and ended."""


class Records(NamedTuple):
    """Where a file's records are: the way to them, and the fields of each.

    `values` are the fields that may count; empty where the record is the value itself. In the way
    {step}, {run} and {item} stand for the keys that say these. `doubt` says why the records may
    not be what they seem: then they are not read. With `ways` the file is a table of one row.
    """

    way: tuple[str, ...]
    values: tuple[str, ...]
    item: str | None = None
    n: str | None = None
    stderr: str | None = None
    size: int = 0
    step: str | None = None
    runs: Runs | None = None
    doubt: str = ""
    ways: tuple[Way, ...] = ()

    def read(self, file: str, *, stepped: bool) -> dict[str, Any]:
        """The keys of `read` but the value; `stepped` where the path has the step."""
        dotted = any("." in key or key == "*" for key in self.way)
        keys = {
            "file": file,
            "records": self.way if dotted else ".".join(self.way),
            "n": self.n,
            "item": self.item,
            "stderr": self.stderr,
            "step": None if stepped else self.step,
        }
        return {"reader": "json"} | {key: value for key, value in keys.items() if value}

    def steps_inside(self) -> bool:
        """Whether the file itself says steps."""
        return self.step is not None or any("{step}" in key for key in self.way)


def find_records(data: Any) -> Records | None:
    """The records of a file: the object or list with the most numbers in it."""
    found = list(_candidates(data, ()))
    best = max(found, key=lambda r: (not r.doubt, bool(r.values), r.size), default=None)
    if best is None or best.steps_inside():
        return best
    return best._replace(step=step_field(data))


def no_items(names: Iterable[str]) -> list[str]:
    """Of some names those that are no items: averages, steps, counts, settings."""
    return [
        name for name in names
        if not is_benchmark(name) and (
            is_average(name) or not is_result(name) or ENDS.fullmatch(name) or is_stderr(name)
            or name.lower() in (*STEP_FIELDS, *N) or NO_DIRECTION.fullmatch(name)
        )
    ]  # fmt: skip


def _candidates(node: Any, way: tuple[str, ...]) -> Iterator[Records]:
    if isinstance(node, list):
        yield from _listed(node, way)
    if not isinstance(node, dict) or len(way) > 4:
        return
    values = list(node.values())
    if len(node) > 1 and all(STEP_KEY.fullmatch(key) for key in node):
        yield from _by_step(node, way)
        return
    of_items = not all(map(is_plain, node))
    if of_items and _are_alike(node):
        yield from _of_objects(node, way)
        return
    one = len(values) == 1 and isinstance(values[0], dict) and any(map(kind_of, values[0]))
    if of_items and one:
        yield from _of_rows(values, way, None)
    elif values and all(_is_number(value) for value in values):
        aside = set(no_items(node))
        items = [key for key in node if key not in aside]
        known = [kind_of(key) for key in items]
        several = None not in known and len(set(known)) > 1  # of one item, not items
        of_one = several or any(map(measure, items))
        numbers = any(isinstance(value, int | float) for value in values)
        if items and not of_one and (numbers or any(map(is_benchmark, items))):
            yield Records(way, (), size=len(items))
    for key, value in node.items():
        if not ASIDE.fullmatch(key) and can_be_named(key) and not set("{}") & set(key):
            yield from _candidates(value, (*way, key))


def is_plain(key: str) -> bool:
    """Whether a key only says that there are results, or of which split: it is no item."""
    return all(word in PLAIN_WORDS or is_qualifier(word) for word in words(key))


def _are_alike(node: dict[str, Any]) -> bool:
    """Whether values are objects of one kind: then none of them is looked at alone."""
    values = list(node.values())
    if len(values) < 2 or not all(isinstance(value, dict) and value for value in values):
        return False
    if any(map(ASIDE.fullmatch, node)):
        return False
    words = {key for value in values for key in value}
    shared = bool(set.intersection(*map(set, values)))
    return shared or all(kind_of(key) or is_stderr(key) or key.lower() in N for key in words)


def _by_step(node: dict[str, Any], way: tuple[str, ...]) -> Iterator[Records]:
    """Records below keys that are steps, as those of the last one are."""
    last = max(node.items(), key=lambda pair: int(re.findall("[0-9]+", pair[0])[-1]))
    words = {re.sub("[0-9]+$", "", key) for key in node}
    if len(words) == 1 and not {"{", "}"} & set(words.pop()):
        key = re.sub("[0-9]+$", "{step}", last[0])
        for records in _candidates(last[1], (*way, key)):
            if records.item is None and records.runs is None:
                yield records._replace(way=(*records.way, "{item}"))
    if isinstance(last[1], dict) and any(map(measure, last[1])):
        said = "are steps with measures in each; write a list of objects, each with a field 'step'"
        yield Records(way, (), doubt=f"its keys, such as {excerpt(last[0])}, {said}")


def _of_objects(node: dict[str, Any], way: tuple[str, ...]) -> Iterator[Records]:
    """An object of objects: records by item, or for each model what it has of each item."""
    rows = list(node.values())
    inner = list(dict.fromkeys(key for row in rows for key in row))
    numeric = [key for key in inner if all(_is_number(row.get(key)) for row in rows)]
    flags = [key for key in inner if FLAGS.fullmatch(key)]
    for key in inner:
        below = [row.get(key) for row in rows]
        if below and all(isinstance(each, dict) for each in below):
            for records in _of_rows([each for each in below if each], way, None):
                if any(map(kind_of, records.values)):
                    yield records._replace(way=(*way, "{item}", key))
            tasks = [name for each in below for name in each if is_benchmark(name)]
            if tasks and all(_is_number(value) for each in below for value in each.values()):
                way_in = (*way, "{run}", key, "{item}")
                yield Records(way_in, (), size=len(tasks), runs=Runs(columns=("*",)))
    of_models = list(_of_models(node, way, inner))
    if of_models:
        yield from of_models
        return
    measures = [k for k in numeric if kind_of(k) or k.lower() in N or is_stderr(k)]
    tasks = [key for key in inner if is_benchmark(key)]
    if all(map(measure, node)) and not measures:  # a table of one row
        return
    if measures or flags or len(numeric) < 2:
        yield from _of_rows(rows, way, None)
    elif tasks and not any(is_benchmark(key) for key in node) and numeric:
        runs = Runs(columns=("*",))
        yield Records((*way, "{run}", "{item}"), (), size=len(numeric) * len(rows), runs=runs)
    else:
        for records in _of_rows(rows, way, None):
            known = any(is_benchmark(key) for key in node)
            one, other = excerpt(next(iter(node))), excerpt(numeric[0])
            said = f"{one} has {other}: which of these is the task and which the model or the "
            yield records._replace(doubt="" if known else f"{said}measure is not clear")


def _of_models(node: dict[str, Any], way: tuple[str, ...], inner: list[str]) -> Iterator[Records]:
    """Objects of tasks for each model, or of models for each task, where that is sure."""
    by_task = any(map(is_benchmark, node))
    if by_task and not are_models(inner):
        return
    if not by_task and not any(map(is_benchmark, inner)):
        return
    keys = ("{item}", "{run}") if by_task else ("{run}", "{item}")
    cells = [cell for row in node.values() for cell in row.values()]
    runs = Runs(columns=("*",))
    if by_task and all(map(_is_number, cells)):
        yield Records((*way, *keys), (), size=len(cells) + 1, runs=runs)
    elif all(isinstance(cell, dict) and cell for cell in cells):
        for records in _of_rows(cells, (*way, *keys), None):
            if any(map(kind_of, records.values)):
                yield records._replace(size=2 * records.size, runs=runs)


def _listed(node: list[Any], way: tuple[str, ...]) -> Iterator[Records]:
    """A list of records, each of which names its item; and its step and model, if several."""
    rows = [row for row in node if isinstance(row, dict)]
    fields = [f for f in ITEM_FIELDS if rows and all(isinstance(r.get(f), str) for r in rows)]
    if not fields or len(rows) < len(node):
        return
    item = fields[0]
    step = next((f for f in STEP_FIELDS if all(_is_step(row.get(f)) for row in rows)), None)
    named = [f for f in MODEL_FIELDS if all(isinstance(row.get(f), str) for row in rows)]
    model = next((f for f in named if len({row[f] for row in rows}) > 1), None)
    keys = [key for key in (item, step, model) if key is not None]
    if len({tuple(row[key] for key in keys) for row in rows}) == len(rows):
        for records in _of_rows(rows, way, item):
            runs = None if model is None else Runs(column=model)
            yield records._replace(step=step, runs=runs)


def _is_step(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _of_rows(
    rows: list[dict[str, Any]], way: tuple[str, ...], item: str | None
) -> Iterator[Records]:
    """Records of which some field may be what counts; its n and standard error, if they say it."""
    if not rows:
        return
    shared = [key for key in rows[0] if all(_is_number(row.get(key, 0)) for row in rows)]
    flags = [k for k in rows[0] if FLAGS.fullmatch(k) and any(k in row for row in rows)
             and all(isinstance(row.get(k), bool | None) for row in rows)]  # fmt: skip
    n = next((key for key in N if key in shared), None)
    values = [
        key for key in (*shared, *flags)
        if can_be_named(key) and (not no_items([key]) or kind_of(key))
    ]  # fmt: skip
    if not values:
        return
    known = [key for key in values if kind_of(key)]
    main = (known or values)[0]
    stderr = next(
        (key for key in (f"{main}_stderr", *STDERR) if key in shared and key != main), None
    )
    yield Records(way, tuple(known or values), item, n, stderr, len(rows) * len(values))


def is_stderr(key: str) -> bool:
    """Whether a field has a standard error."""
    return key in STDERR or bool(re.search(r"_stderr$|_se$|_std$|_sem$", key))


def _is_number(value: Any) -> bool:
    if isinstance(value, str):
        return value.lower() in ("n/a", "nan") or NUMBER.fullmatch(value) is not None
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def step_field(data: Any) -> str | None:
    """The outermost field of a file that has the step."""
    if not isinstance(data, dict):
        return None
    for field in STEP_FIELDS:
        value = data.get(field)
        if isinstance(value, int) and not isinstance(value, bool):
            return field
        if isinstance(value, str) and re.search(r"(step|checkpoint|iter)[-_=]?[0-9]+", value):
            return field
    return None
