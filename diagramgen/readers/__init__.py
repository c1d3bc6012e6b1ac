"""How result files are read: one small file for each format."""

from __future__ import annotations

from functools import cache

from diagramgen.readers.json import JsonReader
from diagramgen.readers.lighteval import LightevalReader
from diagramgen.readers.lm_eval import LmEvalReader
from diagramgen.readers.olmes import OlmesReader
from diagramgen.readers.records import Contents, Reader, Reading
from diagramgen.readers.table import CsvReader, JsonlReader, ParquetReader

BUILT_IN: tuple[type[Reader], ...] = (
    JsonReader,
    LmEvalReader,
    LightevalReader,
    OlmesReader,
    CsvReader,
    JsonlReader,
    ParquetReader,
)
READERS: dict[str, type[Reader]] = {
    str(reader.__struct_config__.tag): reader for reader in BUILT_IN
}
"""Every built-in reader by the name that suites use, in the order of the reference."""


@cache
def installed() -> dict[str, type[Reader]]:
    """Every reader: the built-in ones, and those of packages with a `diagramgen.readers` entry."""
    from importlib.metadata import entry_points

    others = {entry.name: entry.load() for entry in entry_points(group="diagramgen.readers")}
    return others | READERS


def find_reader(name: str) -> type[Reader] | None:
    """The reader of that name, if there is one; packages are asked only for names not built in."""
    return READERS.get(name) or installed().get(name)


__all__ = ["READERS", "Contents", "Reader", "Reading", "find_reader", "installed"]
