"""JSON objects of measures, or of records that are not alike: each file is a table of one row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import Any

from diagramgen.errors import ResultsError
from diagramgen.init.kinds import is_benchmark, measure, words
from diagramgen.init.names import is_average
from diagramgen.init.records.find import ASIDE, STEP_FIELDS, Records, is_plain, is_stderr, no_items
from diagramgen.init.tables.columns import EPOCHS, STEPS, TOKENS, Cells
from diagramgen.init.tables.layout import layout_of
from diagramgen.init.tables.ways import Layout, Way
from diagramgen.readers.flat import MOST_NESTED, flat
from diagramgen.readers.records import number

Path = tuple[str, ...]


def missed(data: Any, records: Records | None) -> list[Path]:
    """The numbers of a file that look like results and that its records do not have."""
    return [
        path for path, _ in _numbers(data)
        if (measure(path[-1]) or not no_items(path[-1:])) and not any(map(is_average, path))
        and (records is None or not _has(records, path, data))
    ]  # fmt: skip


def is_one_row(data: Any, records: Records | None) -> bool:
    """Whether a file is better read as a table of one row: measures lie beside its records."""
    if records is not None and (records.doubt or records.item or records.runs):
        return False
    if records is not None and any("{step}" in key for key in records.way):
        return False
    return any(
        measure(path[-1]) or is_benchmark(path[-1]) or (len(path) > 1 and _is_of_measure(path[-2]))
        for path in missed(data, records)
    )


def _is_of_measure(key: str) -> bool:
    """Whether an object has a measure of each item: `{"ppl": {"c4": 12}}`; an error may be text."""
    return measure(key) is not None and not key.lower().startswith("err")


def layout_of_files(files: Sequence[Any], word: str, *, in_path: bool) -> Layout:
    """How files with an object each are laid out, one row for each; see `tables.layout_of`.

    Only numbers are looked at: what else a file says tells no rows apart. Raises `ResultsError`.
    """
    rows = [
        {
            ".".join(path): value for path, value in _numbers(data)
            if not any(map(_is_of_averages, path[:-1])) and _may_be_told(path[-1])
        }
        for data in files
    ]  # fmt: skip
    if in_path:
        rows = [{k: v for k, v in row.items() if k not in STEP_FIELDS} for row in rows]
    table = Cells(rows, range(len(rows)))
    layout = layout_of(table, word, in_path=in_path)
    beside = {
        name: cell for data in files for name, cell in flat(data, "").items()
        if name not in table.names
    }  # fmt: skip
    return layout._replace(ways=[_no_more(way, table.names, beside) for way in layout.ways])


def _no_more(way: Way, columns: Sequence[str], beside: Mapping[str, Any]) -> Way:
    """A way to read that has no more columns than the table; others lie `beside` them."""
    for pattern in way.read.get("columns", ()):
        before, has_item, after = pattern.partition("{item}")
        if not has_item:
            continue
        like = re.compile(f"{re.escape(before)}(.+){re.escape(after)}")
        more = {found[1]: beside[found[0]] for found in map(like.fullmatch, beside) if found}
        if all(map(_is_number, more.values())):
            way = way._replace(without=(*way.without, *more))
        else:
            mine = tuple(name for name in columns if like.fullmatch(name))
            way = way._replace(read={**way.read, "columns": mine})
    return way


def _is_of_averages(key: str) -> bool:
    """Whether an object has averages beside those of the items, such as `macro avg`."""
    return is_average(key) and (not is_plain(key) or len(words(key)) > 1)


def _may_be_told(key: str) -> bool:
    """Whether a number may say something: as a result, an average of some, an error or a step."""
    steps = (*STEP_FIELDS, *STEPS, *TOKENS, *EPOCHS)
    beside = is_average(key) or is_stderr(key) or key.lower() in steps
    return beside or measure(key) is not None or not no_items([key])


def _numbers(data: Any, way: Path = ()) -> Iterator[tuple[Path, Any]]:
    """The numbers in the objects of a file, those also of a measure as text, and their ways."""
    if not isinstance(data, dict) or len(way) > MOST_NESTED:
        return
    for key, value in data.items():
        if isinstance(value, dict) and not ASIDE.fullmatch(key):
            yield from _numbers(value, (*way, key))
        elif _is_number(value) and (not isinstance(value, str) or measure(key)):
            yield (*way, key), value


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return False
    try:
        return isfinite(number(value, "", ""))
    except ResultsError:
        return False


def _has(records: Records, path: Path, data: Any) -> bool:
    """Whether records have a number: it is of a record that has what counts."""
    way = records.way if "{item}" in records.way else (*records.way, "{item}")
    if len(path) < len(way) or any(a not in (b, "{item}") for a, b in zip(way, path, strict=False)):
        return False
    record = data
    for key in path[: len(way)]:
        record = record[key]
    if not records.values:
        return len(path) == len(way)
    if len(path) != len(way) + 1:
        return False
    main = next((name for name in ("ppl", "perplexity") if name in records.values), "")
    return isinstance(record, dict) and (is_stderr(path[-1]) or _is_number(
        record.get(main or records.values[0])))  # fmt: skip
