"""The small projects that are changed: a suite with its results, and what a run made of them."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

SEEDS = Path(__file__).parent / "seeds"
STATE = "out/.diagramgen/state.json"
COLUMNS = ".parquet.json"
"""How the name of a seed's Parquet file ends: it is written as its columns in JSON."""
STRUCTURED = (".yaml", ".json", ".jsonl", ".csv", ".parquet")


class Special(NamedTuple):
    """What stands where a file is expected: a folder, fifo or link, or a file nobody may read."""

    kind: str
    target: str = ""


Entry = bytes | Special
Tree = dict[str, Entry]
"""Path below the project's folder -> what stands there."""


class Project(NamedTuple):
    """A project as it is before it is changed: its files, and those with a structure as data."""

    name: str
    files: Mapping[str, bytes]
    documents: Mapping[str, Any]
    ids: tuple[str, ...]


def seeds() -> list[str]:
    """The names of the projects that there are."""
    return sorted(folder.name for folder in SEEDS.iterdir())


def seed_files(name: str) -> dict[str, bytes]:
    """The files of a project that no run has seen yet."""
    found = {}
    for file in sorted((SEEDS / name).rglob("*")):
        if file.is_file():
            path, data = file.relative_to(SEEDS / name).as_posix(), file.read_bytes()
            if path.endswith(COLUMNS):
                path = path.removesuffix(".json")
                data = encode(path, json.loads(data))
            found[path] = data
    return found


def project(name: str, files: Mapping[str, bytes]) -> Project:
    """A project of the files that a run has left."""
    documents = {
        path: decode(path, data)
        for path, data in files.items()
        if path.endswith(STRUCTURED) and not path.startswith("out/gallery")
    }
    ids = tuple(chart["id"] for chart in documents["out/manifest.json"]["charts"])
    return Project(name, files, documents, ids)


def decode(path: str, data: bytes) -> Any:
    """A file's structure: tables are lists of rows, or mappings of columns (Parquet)."""
    if path.endswith(".yaml"):
        return yaml.load(data, yaml.CSafeLoader)
    if path.endswith(".parquet"):
        from pyarrow import parquet

        return parquet.read_table(io.BytesIO(data)).to_pydict()
    if path.endswith(".jsonl"):
        return [json.loads(line) for line in data.splitlines()]
    if path.endswith(".csv"):
        return list(csv.reader(io.StringIO(data.decode())))
    return json.loads(data.partition(b"\n")[2] if path == STATE else data)


def encode(path: str, data: Any) -> bytes:
    """A structure as the bytes of its file; the state has the digest with which it is believed.

    Raises `ValueError` where that kind of file cannot hold it.
    """
    if path.endswith(".yaml"):
        try:
            dumped = yaml.dump(data, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True)
            return dumped.encode()
        except (UnicodeEncodeError, yaml.YAMLError):
            return _json(data)
    if path.endswith(".parquet"):
        return _parquet(data)
    if path.endswith(".jsonl") and isinstance(data, list):
        return b"".join(_json(line) + b"\n" for line in data)
    if path.endswith(".csv") and isinstance(data, list):
        text = io.StringIO(newline="")
        rows = (row if isinstance(row, list) else [row] for row in data)
        csv.writer(text, escapechar="\\", lineterminator="\n").writerows(rows)
        return text.getvalue().encode(errors="surrogatepass")
    if path == STATE:
        return hashlib.sha256(_json(data)).hexdigest().encode() + b"\n" + _json(data)
    return _json(data)


def _json(data: Any) -> bytes:
    try:
        return json.dumps(data, default=str).encode()
    except RecursionError as err:
        raise ValueError("too deep") from err


def _parquet(data: Any) -> bytes:
    import pyarrow
    from pyarrow import parquet

    file = io.BytesIO()
    try:
        parquet.write_table(pyarrow.table(data), file)
    except (pyarrow.ArrowException, TypeError, AttributeError, OverflowError) as err:
        raise ValueError("no table") from err
    return file.getvalue()


def read_tree(folder: Path) -> dict[str, bytes]:
    """The files of a folder by their paths below it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(
            Path(base) / name for base, _, names in os.walk(folder) for name in names
        )
    }
