"""How result files are read: one small file for each format."""

from diagramgen.readers.json import JsonReader, Reading

READERS = {"json": JsonReader}

__all__ = ["READERS", "JsonReader", "Reading"]
