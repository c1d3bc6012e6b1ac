"""Where result files are: a local folder, or any other place that fsspec reaches."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from diagramgen.errors import ResultsError

PLACEHOLDERS = {"{step}": r"(?P<step>[0-9]+)", "{item}": r"(?P<item>[^/]+)", "*": r"[^/]*"}


class Found(NamedTuple):
    """A file below a root: its path there, and what the pattern's placeholders stand for.

    `version` changes when the file does: its size and modification time.
    """

    path: str
    step: int | None
    item: str | None
    version: str


class Storage(Protocol):
    """A root of result files."""

    def find(self, pattern: str) -> list[Found]:
        """The files whose path below the root matches a pattern, by path.

        `*` stands for anything within a name, `**` for any folders, {step} for digits, {item} for
        a name. Raises `FileNotFoundError` when there is no such root, `ResultsError` when it
        cannot be listed.
        """

    def read(self, path: str) -> bytes:
        """A file's bytes. Raises `OSError`."""


def open_storage(root: str, folder: Path) -> Storage:
    """The storage of a root: a URL such as s3://bucket/runs, or a path, relative to `folder`."""
    return Remote(root) if "://" in root else Local(folder / root)


class Local:
    """A folder of this machine."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def find(self, pattern: str) -> list[Found]:
        try:
            return sorted(self._walk("", pattern.strip("/").split("/"), {}))
        except (FileNotFoundError, NotADirectoryError) as err:
            raise FileNotFoundError(str(self.root)) from err
        except OSError as err:
            raise ResultsError(f"cannot be listed: {err.strerror}") from err

    def read(self, path: str) -> bytes:
        return (self.root / path).read_bytes()

    def _walk(self, folder: str, rest: list[str], known: dict[str, str]) -> Iterator[Found]:
        """The files below one folder that match the rest of the pattern's names."""
        name, *below = rest
        pattern = _regex(name)
        with os.scandir(self.root / folder) as listed:
            entries = list(listed)
        if name == "**" and below:
            yield from self._walk(folder, below, known)
        for entry in entries:
            path = f"{folder}{entry.name}"
            if name == "**" and below:
                if entry.is_dir():
                    yield from self._walk(f"{path}/", rest, known)
                continue
            match = pattern.fullmatch(entry.name)
            if match is None:
                continue
            values = match.groupdict()
            if any(known.get(key, value) != value for key, value in values.items()):
                continue
            if below and entry.is_dir():
                yield from self._walk(f"{path}/", below, known | values)
            elif not below and entry.is_file():
                stat = entry.stat()
                yield _found(path, known | values, f"{stat.st_size}-{stat.st_mtime_ns}")


class Remote:
    """A place that fsspec reaches; credentials are those that fsspec finds, never the suite's."""

    def __init__(self, root: str) -> None:
        try:
            from fsspec.core import url_to_fs

            self.system, self.root = url_to_fs(root)
        except ImportError as err:
            scheme = root.partition("://")[0]
            raise ResultsError(
                f"{root}: {err}; remote roots need an extra: pip install 'diagramgen[remote]' "
                f"and fsspec's package for {scheme}://"
            ) from err
        except ValueError as err:
            raise ResultsError(f"{root}: {err}") from err

    def find(self, pattern: str) -> list[Found]:
        root = self.root.rstrip("/")
        pattern = pattern.strip("/")
        steady = pattern.partition("*")[0].partition("{")[0].rpartition("/")[0]
        expression = _regex(pattern)
        try:
            listed: dict[str, dict[str, Any]] = self.system.find(
                f"{root}/{steady}".rstrip("/"), detail=True
            )
        except FileNotFoundError:
            raise
        except Exception as err:  # noqa: BLE001 each file system raises errors of its own
            raise ResultsError(f"cannot be listed: {_first_line(err)}") from err
        if not listed:
            raise FileNotFoundError(self.root)
        found = []
        for path, info in listed.items():
            below = path.removeprefix("/" if not root.startswith("/") else "")
            below = below.removeprefix(root.removeprefix("/") if not root.startswith("/") else root)
            below = below.lstrip("/")
            match = expression.fullmatch(below)
            if match is not None:
                changed = info.get("ETag") or info.get("LastModified") or info.get("mtime") or ""
                found.append(_found(below, match.groupdict(), f"{info.get('size')}-{changed}"))
        return sorted(found)

    def read(self, path: str) -> bytes:
        try:
            data: bytes = self.system.cat_file(f"{self.root.rstrip('/')}/{path}")
        except OSError:
            raise
        except Exception as err:  # noqa: BLE001 each file system raises errors of its own
            raise OSError(None, _first_line(err)) from err
        return data


def _found(path: str, values: dict[str, str], version: str) -> Found:
    step = values.get("step")
    return Found(path, None if step is None else int(step), values.get("item"), version)


def _first_line(err: Exception) -> str:
    return (str(err) or type(err).__name__).splitlines()[0]


def _regex(pattern: str) -> re.Pattern[str]:
    """A pattern of paths as a regular expression; a placeholder that comes again means the same."""
    parts = re.split(r"(\*\*/|\{step\}|\{item\}|\*)", pattern)
    seen: set[str] = set()
    expression = ""
    for part in parts:
        if part == "**/":
            expression += r"(?:[^/]+/)*"
        elif part in seen:
            expression += f"(?P={part.strip('{}')})"
        else:
            expression += PLACEHOLDERS.get(part, re.escape(part))
        if part in ("{step}", "{item}"):
            seen.add(part)
    return re.compile(expression)
