"""Where result files are: a local folder, or any other place that fsspec reaches."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from diagramgen.errors import ResultsError

PLACEHOLDERS = {"{step}": r"(?P<step>[0-9]{1,18})", "{item}": r"(?P<item>[^/]+)", "*": r"[^/]*"}


class Found(NamedTuple):
    """A file below a root: its path there, and what the pattern's placeholders stand for.

    `version` changes when the file does: its size and modification time.
    """

    path: str
    step: int | None
    item: str | None
    version: str


Match = tuple[str, dict[str, str], os.DirEntry[str]]


class Storage(Protocol):
    """A root of result files."""

    def find(self, pattern: str) -> list[Found]:
        """The files whose path below the root matches a pattern, by path.

        `*` stands for anything within a name, `**` for any folders, {step} for digits, {item} for
        a name. A folder named x.json is no file. Raises `FileNotFoundError` when there is no such
        root, `ResultsError` when it cannot be listed.
        """

    def folders(self, pattern: str) -> set[int]:
        """The steps of the folders whose path below the root matches a pattern."""

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
        found = []
        for path, values, entry in self._matches(pattern, folders=False):
            stat = entry.stat()
            found.append(_found(path, values, f"{stat.st_size}-{stat.st_mtime_ns}"))
        return sorted(found)

    def folders(self, pattern: str) -> set[int]:
        matches = self._matches(pattern, folders=True)
        return {int(values["step"]) for _, values, _ in matches if "step" in values}

    def read(self, path: str) -> bytes:
        return (self.root / path).read_bytes()

    def _matches(self, pattern: str, *, folders: bool) -> list[Match]:
        try:
            return list(self._walk("", pattern.split("/"), {}, folders=folders))
        except (FileNotFoundError, NotADirectoryError) as err:
            raise FileNotFoundError(str(self.root)) from err
        except OSError as err:
            raise ResultsError(err.strerror or "cannot be listed") from err

    def _walk(
        self, folder: str, rest: list[str], known: dict[str, str], *, folders: bool
    ) -> Iterator[Match]:
        """What matches the rest of a pattern's names below one folder."""
        name, *below = rest
        with os.scandir(self.root / folder) as listed:
            entries = list(listed)
        if name == "**":
            yield from self._walk(folder, below, known, folders=folders)
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):  # a link may lead back up
                    yield from self._walk(f"{folder}{entry.name}/", rest, known, folders=folders)
            return
        pattern = _regex(name)
        for entry in entries:
            match = pattern.fullmatch(entry.name)
            values = match.groupdict() if match else {}
            if match is None or any(known.get(key, each) != each for key, each in values.items()):
                continue
            is_folder = Path(entry.path).is_dir()
            path = f"{folder}{entry.name}"
            if below and is_folder:
                yield from self._walk(f"{path}/", below, known | values, folders=folders)
            elif not below and is_folder == folders and (folders or Path(entry.path).is_file()):
                yield path, known | values, entry


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
        expression = _regex(pattern)
        found = []
        for path, info in self._listed(pattern).items():
            match = expression.fullmatch(path)
            if match is not None:
                changed = info.get("ETag") or info.get("LastModified") or info.get("mtime") or ""
                found.append(_found(path, match.groupdict(), f"{info.get('size')}-{changed}"))
        return sorted(found)

    def folders(self, pattern: str) -> set[int]:
        expression = re.compile(f"{_regex(pattern).pattern}/.*")
        matches = [expression.fullmatch(path) for path in self._listed(pattern)]
        return {int(match["step"]) for match in matches if match and match["step"]}

    def _listed(self, pattern: str) -> dict[str, dict[str, Any]]:
        """Every file below the folders that a pattern begins with, by its path below the root."""
        root = self.root.rstrip("/")
        steady = re.split(r"[*{]", pattern)[0].rpartition("/")[0]
        try:
            listed = self.system.find(f"{root}/{steady}".rstrip("/"), detail=True)
        except FileNotFoundError:
            raise
        except Exception as err:  # each file system raises errors of its own
            raise ResultsError(_first_line(err)) from err
        if not listed:
            raise FileNotFoundError(self.root)
        bare = root.strip("/")
        return {
            path.strip("/").removeprefix(bare).lstrip("/"): info for path, info in listed.items()
        }

    def read(self, path: str) -> bytes:
        try:
            data: bytes = self.system.cat_file(f"{self.root.rstrip('/')}/{path}")
        except OSError:
            raise
        except Exception as err:
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
