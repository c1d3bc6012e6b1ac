"""Files that appear whole or not at all, and never outside the output folder."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from diagramgen.errors import OutputError

HIDDEN = ".diagramgen"
"""The folder in the output folder for what is nobody's business but diagramgen's."""
TEMPORARY = f"{HIDDEN}/tmp"


def inside(folder: Path, name: str) -> Path:
    """The path of an output file.

    Raises `OutputError` when `..`, an absolute name or a link leads out of the folder.
    """
    path = folder / name
    try:
        within = path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError) as err:  # a link that leads to itself
        raise OutputError(f"{name}: is a link that leads nowhere") from err
    if not within:
        raise OutputError(f"{name}: leads out of the output folder")
    return path


def make_folder(folder: Path, name: str) -> None:
    """Make a folder that files can be written to; `name` is what the message calls it.

    Raises `OutputError`.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as err:
        raise OutputError(f"cannot write to {name}: {_reason(err)}") from err


def write_file(path: Path, data: bytes, temporary_in: Path | None = None) -> None:
    """Write a file under a temporary name, then rename it.

    The temporary file is beside it, or in a folder of the same disk: what a killed run leaves
    there is easily found. Raises `OutputError`.
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = temporary_file(data, temporary_in or path.parent)
        move_file(temporary, path)
    except OSError as err:
        raise OutputError(f"cannot write {path.name}: {_reason(err)}") from err
    finally:
        if temporary is not None:  # still there only where something, such as Ctrl-C, came between
            temporary.unlink(missing_ok=True)


def temporary_file(data: bytes, folder: Path) -> Path:
    """Write a file under a name of its own in a folder, and return its path. Raises `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    handle, made = tempfile.mkstemp(prefix=".diagramgen.", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
    except BaseException:
        Path(made).unlink(missing_ok=True)
        raise
    return Path(made)


def move_file(temporary: Path, path: Path) -> None:
    """Give a temporary file its name, in a folder made for it. Raises `OutputError`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except OSError as err:
        raise OutputError(f"cannot write {path.name}: {_reason(err)}") from err


def remove_file(path: Path, folder: Path) -> None:
    """Remove a file of the output folder, and the folders that it leaves empty.

    Raises `OutputError`.
    """
    try:
        path.unlink(missing_ok=True)
        for parent in path.parents:
            if parent == folder or any(parent.iterdir()):
                break
            parent.rmdir()
    except OSError as err:
        raise OutputError(f"cannot remove {path.name}: {_reason(err)}") from err


@contextmanager
def only_here(folder: Path, notice: Callable[[str], None]) -> Iterator[None]:
    """Keep the output folder to this run, and free of what a killed one has left."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / HIDDEN / "lock")
    (folder / HIDDEN).mkdir(exist_ok=True)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        notice(f"another run writes to {folder.name}; waiting until it is done")
        lock.acquire()
    try:
        shutil.rmtree(folder / TEMPORARY, ignore_errors=True)
        yield
    finally:
        shutil.rmtree(folder / TEMPORARY, ignore_errors=True)
        lock.release()


def _reason(err: OSError) -> str:
    """What went wrong, in words; never a path, which the manifest must not have."""
    if isinstance(err, FileExistsError | NotADirectoryError):
        return "a file stands where a folder should be"
    return err.strerror or "unknown error"


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
