"""A table's bytes in a database of DuckDB that reaches nothing but them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

THREADS = 2
MEMORY = "600MB"


@contextmanager
def opened(data: bytes) -> Iterator[tuple[DuckDBPyConnection, str]]:
    """A database, and the path at which it finds the bytes; it can open no other.

    The file has no name, so that a killed run leaves none behind.
    """
    import tempfile

    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        with sealed(file.fileno()) as found:
            yield found


@contextmanager
def sealed(handle: int) -> Iterator[tuple[DuckDBPyConnection, str]]:
    """A database, and the path at which it finds an open file; it can open no other.

    What the file says is a stranger's: the database loads no extension, spills to no disk, and no
    statement can loosen that.
    """
    import duckdb

    with duckdb.connect(":memory:") as database:
        path = f"/dev/fd/{handle}"
        for setting in (
            f"threads = {THREADS}",
            f"memory_limit = '{MEMORY}'",
            "temp_directory = ''",
            "autoinstall_known_extensions = false",
            "autoload_known_extensions = false",
            "enable_progress_bar = false",
            f"allowed_paths = ['{path}']",
            "enable_external_access = false",
            "lock_configuration = true",
        ):
            database.execute(f"SET {setting}")
        yield database, path
