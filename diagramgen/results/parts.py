"""A part of the cache: what some files say, as the bytes of a Parquet file and back.

Its first rows are what was found in each file, by metric, run and step; those after them are the
readings, in the same order.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from diagramgen.errors import NotInFile, ResultsError
from diagramgen.model.checkpoints import NO_STEP
from diagramgen.model.record import Record
from diagramgen.readers import Contents, Reading
from diagramgen.readers.columns import ReadingColumns
from diagramgen.readers.database import opened, sealed
from diagramgen.readers.records import is_name
from diagramgen.results.contents import Read, Steps, StepsOfColumns, StepsOfTable

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from numpy import ndarray

NOTHING, ONE_STEP, PLAIN_STEP, COLUMNS = "nothing", "step", "plain step", "columns"
"""What a head is of: a run that has no step, one step of it, or all steps as columns.

A plain step has each item once, by its name, and no shots: its readings stay columns, too.
"""


class Head(NamedTuple):
    """What was found in a file by one way of reading, of one run.

    `sha256` is of the file's bytes, `version` is when it was read; `noted` has all but the readings
    as JSON, empty where there is nothing; it has so many `readings`.
    """

    path: str
    version: str
    sha256: str
    way: str
    kind: str
    run: str
    step: int
    noted: str
    readings: int


class Noted(Record, frozen=True, omit_defaults=True):
    """What a file says beside its readings; `lacks` is what a `NotInFile` is made of."""

    date: str = ""
    warnings: tuple[str, ...] = ()
    lacks: tuple[str, str, str] | None = None


TEXTS = ("path", "version", "sha256", "way", "kind", "run", "noted")
HEADS = {name: "VARCHAR" if name in TEXTS else "BIGINT" for name in Head._fields}
NUMBERS = ("value", "n", "stderr")
READINGS = {"item": "VARCHAR", "own_step": "BIGINT", "shots": "BIGINT"} | dict.fromkeys(
    NUMBERS, "DOUBLE"
)
"""The columns of a reading; `own_step` is its step where all are in columns."""
NO_SHOTS = -1
FEW_ROWS = 10_000
"""Tables of more rows are read at once as columns, which takes less time than to open them."""


class Loaded(NamedTuple):
    """A part as it was read: its heads, where the readings of each begin, and these as columns.

    `noted` has what the heads note by its text; `item` counts in `items`.
    """

    heads: Sequence[Head]
    starts: Sequence[int]
    noted: Mapping[str, Noted]
    items: tuple[str, ...]
    item: ndarray
    own_step: ndarray
    shots: ndarray
    value: ndarray
    n: ndarray
    stderr: ndarray

    def contents(self, place: int) -> Contents:
        """What a head has."""
        head, start = self.heads[place], self.starts[place]
        rows = slice(start, start + head.readings)
        noted = self.noted[head.noted]
        lacks = None if noted.lacks is None else NotInFile(*noted.lacks)
        readings: Sequence[Reading]
        if head.kind in (COLUMNS, PLAIN_STEP):
            steps = self.own_step[rows] if head.kind == COLUMNS else None
            numbers = self.value[rows], self.n[rows], self.stderr[rows]
            readings = ReadingColumns(self.items, steps, self.item[rows], *numbers)
        else:
            columns = (each[rows].tolist() for each in (self.value, self.n, self.stderr))
            items = (self.items[code] for code in self.item[rows].tolist())
            shots = (None if n == NO_SHOTS else n for n in self.shots[rows].tolist())
            readings = list(map(Reading, items, *columns, repeat(None), shots))
        return Contents(readings, noted.date, noted.warnings, lacks=lacks)


class Part:
    """A part that is being made, as plain numbers, which take little room."""

    def __init__(self) -> None:
        self.heads: list[Head] = []
        self.places: dict[str, int] = {}
        self.item, self.own_step, self.shots = array("q"), array("q"), array("q")
        self.value, self.n, self.stderr = array("d"), array("d"), array("d")

    def __len__(self) -> int:
        return len(self.heads)

    def add(self, read: Read, ways: Mapping[str, str]) -> None:
        """Add what a file says by the way each metric is read; a wrong one is not kept."""
        kept = [each for each in read.contents.values() if not isinstance(each, ResultsError)]
        if len(kept) < len(read.contents):
            return
        if any(_is_quick(steps) for each in kept for steps in each.values()):
            return
        file = read.file.path, read.file.version, read.sha256
        by_way = {ways[metric]: contents for metric, contents in read.contents.items()}
        for way, contents in by_way.items():
            assert not isinstance(contents, ResultsError)
            for run, steps in contents.items():
                for kind, step, of in _listed(steps):
                    head = Head(*file, way, kind, run, step, _noted(of), len(of.readings))
                    self._add(head, of.readings)

    def _add(self, head: Head, readings: Sequence[Reading]) -> None:
        self.heads.append(head)
        if isinstance(readings, ReadingColumns):
            self._add_columns(readings)
            return
        for item, value, n, stderr, _, shots in readings:
            self.item.append(self.places.setdefault(item, len(self.places)))
            self.value.append(value)
            self.n.append(n)
            self.stderr.append(stderr)
            self.shots.append(NO_SHOTS if shots is None else shots)
        self.own_step.extend(repeat(NO_STEP, len(readings)))

    def _add_columns(self, readings: ReadingColumns) -> None:
        import numpy as np

        places = np.array(
            [self.places.setdefault(item, len(self.places)) for item in readings.items], "int64"
        )
        self.item.frombytes(places[readings.item].tobytes())
        for name in NUMBERS:
            getattr(self, name).frombytes(getattr(readings, name).tobytes())
        steps = np.full(len(readings), NO_STEP) if readings.step is None else readings.step
        self.own_step.frombytes(steps.tobytes())
        self.shots.extend(repeat(NO_SHOTS, len(readings)))

    def take(self, loaded: Loaded, place: int) -> None:
        """Add a head of a part that was read, with its readings."""
        self._add(loaded.heads[place], loaded.contents(place).readings)

    def extend(self, other: Part) -> None:
        """Add all that another part has."""
        places = [self.places.setdefault(item, len(self.places)) for item in other.places]
        self.heads += other.heads
        self.item.extend(places[code] for code in other.item)
        for name in ("own_step", "shots", *NUMBERS):
            getattr(self, name).extend(getattr(other, name))

    def encode(self) -> bytes:
        """The bytes of the Parquet file."""
        import numpy as np

        heads = {
            name: np.array([head[i] for head in self.heads], object if kind == "VARCHAR" else "q")
            for i, (name, kind) in enumerate(HEADS.items())
        }
        readings = {
            name: np.frombuffer(getattr(self, name), "d" if kind == "DOUBLE" else "q")
            for name, kind in READINGS.items()
        }
        names = {"item": np.array(list(self.places) or [""], object)}
        with TemporaryFile() as file, sealed(file.fileno()) as (database, path):
            database.register("heads", heads)
            database.register("readings", readings)
            database.register("names", names)
            own = {name: name for name in READINGS}
            own["item"] = "(SELECT list(item) FROM names)[item + 1]"
            selects = (
                (dict(zip(HEADS, HEADS, strict=True)), "heads"),
                (own, "readings"),
            )
            rows = " UNION ALL ".join(
                "SELECT "
                + ", ".join(
                    f"{columns.get(name, 'NULL')}::{kind} AS {name}"
                    for name, kind in (HEADS | READINGS).items()
                )
                + f" FROM {table}"
                for columns, table in selects
            )
            database.execute(
                f"COPY ({rows}) TO '{path}' (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)"
            )
            file.seek(0)
            return file.read()


def _is_quick(steps: Steps) -> bool:
    """Whether a file is a table that is read as quickly as what would be kept of it."""
    if isinstance(steps, StepsOfColumns):
        return len(steps.by_step.readings) > FEW_ROWS
    return isinstance(steps, StepsOfTable)


def _listed(steps: Steps) -> Iterator[tuple[str, int, Contents]]:
    """What a file has of a run: by what kind of head, at which step."""
    if isinstance(steps, StepsOfColumns):
        whole = steps.by_step.readings
        yield COLUMNS, NO_STEP, steps.contents._replace(readings=whole)
    elif not steps:
        yield NOTHING, NO_STEP, Contents([])
    else:
        for step, contents in steps.items():
            yield PLAIN_STEP if _is_plain(contents.readings) else ONE_STEP, step, contents


def _is_plain(readings: Sequence[Reading]) -> bool:
    """Whether each item is there once, by its name, and there are no shots."""
    items = {reading.item for reading in readings if reading.item and reading.shots is None}
    return len(items) == len(readings)


def _noted(contents: Contents) -> str:
    lacks = contents.lacks
    said = None if lacks is None else (lacks.file, lacks.key, lacks.said)
    return msgspec.json.encode(Noted(contents.date, contents.warnings, said)).decode()


def load_part(data: bytes) -> Loaded | None:
    """A part as it was written; None where the bytes are something else."""
    import duckdb

    try:
        with opened(data) as (database, path):
            return _load(database, f"read_parquet('{path}')")
    except (duckdb.Error, msgspec.MsgspecError):
        return None


def _load(database: DuckDBPyConnection, source: str) -> Loaded | None:
    """The part that a table is, if it is one."""
    import numpy as np

    columns = database.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    if {name: kind for name, kind, *_ in columns} != HEADS | READINGS:
        return None
    own = f"SELECT {', '.join(HEADS)} FROM {source} WHERE kind IS NOT NULL"
    of_heads = database.execute(own).fetchnumpy()
    database.execute(
        f"CREATE TEMP TYPE items AS ENUM (SELECT DISTINCT item FROM {source} "
        "WHERE item IS NOT NULL ORDER BY item)"
    )
    items = [
        item for (item,) in database.execute("SELECT unnest(enum_range(NULL::items))").fetchall()
    ]
    others = ", ".join(name for name in READINGS if name != "item")
    found = database.execute(
        f"SELECT enum_code(item::items) AS item, {others} FROM {source} WHERE kind IS NULL"
    ).fetchnumpy()
    whole = [*of_heads.values(), *(found[name] for name in ("item", "own_step", "shots"))]
    if any(np.ma.is_masked(column) for column in whole):
        return None
    heads = list(map(Head, *(of_heads[name].tolist() for name in HEADS)))
    counts = np.array([head.readings for head in heads], "int64")
    if (counts < 0).any() or counts.sum() != len(found["item"]):
        return None
    if not all(map(is_name, {*items, *(head.run for head in heads)})):
        return None
    texts = {head.noted for head in heads}
    decoded = {text: msgspec.json.decode(text, type=Noted) for text in texts}
    numbers = (np.ma.filled(np.ma.asarray(found[each]), np.nan) for each in NUMBERS)
    return Loaded(
        heads, (np.cumsum(counts) - counts).tolist(), decoded, tuple(items),
        *(np.asarray(found[each]) for each in ("item", "own_step", "shots")), *numbers,
    )  # fmt: skip
