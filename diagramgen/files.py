"""Files that appear whole or not at all, and never outside the output folder."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from diagramgen.errors import OutputError


def inside(folder: Path, name: str) -> Path:
    """The path of an output file.

    Raises `OutputError` when `..`, an absolute name or a link leads out of the folder.
    """
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise OutputError(f"{name}: leads out of the output folder")
    return path


def write_file(path: Path, data: bytes) -> None:
    """Write a file under a temporary name, then rename it. Raises `OutputError`."""
    temporary: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except OSError as err:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise OutputError(f"cannot write {path.name}: {err.strerror}") from err


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
