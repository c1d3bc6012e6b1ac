"""How result files are read: one small file for each format."""

from __future__ import annotations

from diagramgen.plugins import Registry, record_problem
from diagramgen.readers.csv import CsvReader
from diagramgen.readers.inspect import InspectReader
from diagramgen.readers.json import JsonReader
from diagramgen.readers.json_table import JsonTableReader
from diagramgen.readers.lighteval import LightevalReader
from diagramgen.readers.lm_eval import LmEvalReader
from diagramgen.readers.olmes import OlmesReader
from diagramgen.readers.parquet import ParquetReader
from diagramgen.readers.records import Contents, Reader, Reading, Runs
from diagramgen.readers.table import JsonlReader
from diagramgen.readers.tensorboard import TensorboardReader

BUILT_IN: tuple[type[Reader], ...] = (
    JsonReader,
    LmEvalReader,
    LightevalReader,
    OlmesReader,
    InspectReader,
    CsvReader,
    JsonlReader,
    JsonTableReader,
    ParquetReader,
    TensorboardReader,
)
READERS: dict[str, type[Reader]] = {
    str(reader.__struct_config__.tag): reader for reader in BUILT_IN
}
"""Every built-in reader by the name that suites use, in the order of the reference."""


REGISTRY = Registry("reader", READERS, record_problem(Reader))
find_reader, names, installed = REGISTRY.find, REGISTRY.names, REGISTRY.installed

__all__ = [
    "READERS",
    "REGISTRY",
    "Contents",
    "Reader",
    "Reading",
    "Runs",
    "find_reader",
    "installed",
    "names",
]
