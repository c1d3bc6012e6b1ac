"""A root of result files that fsspec reaches."""

from __future__ import annotations

import errno
import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote, unquote

from diagramgen.errors import ResultsError, install
from diagramgen.local import TOO_LARGE
from diagramgen.patterns import path_pattern
from diagramgen.results.found import MOST_BYTES, Found, found_at, of_files, reason
from diagramgen.roots import CREDENTIALS, PACKAGES

AT_ONCE = 64
"""How many files of a remote root are fetched at the same time, and held in memory."""
Listed = tuple[str, int]
"""A file's version and its size."""
TOO_LONG = OSError(None, TOO_LARGE.format(most=MOST_BYTES))


class Remote:
    """A place that fsspec reaches; credentials are those that fsspec finds, never the suite's."""

    def __init__(self, root: str) -> None:
        scheme = root.partition("://")[0]
        try:
            from fsspec.core import url_to_fs

            self.system, self.root = url_to_fs(root, **_options(scheme))
            self.system.invalidate_cache()  # of what was listed earlier in this process
        except ImportError as err:
            raise ResultsError(
                f"{root}: a remote root needs an extra: "
                f"{install('remote', PACKAGES[scheme])} ({reason(err)})"
            ) from err
        except Exception as err:  # each file system raises errors of its own
            raise ResultsError(f"{root}: {reason(err)}") from err
        self.root = self.root.rstrip("/")
        self.is_web = scheme == "https"
        self._listings: dict[str, Mapping[str, Listed]] = {}
        self._large: set[str] = set()

    def find(self, pattern: str) -> list[Found]:
        pattern = of_files(pattern)
        whole = path_pattern(pattern)
        found = []
        for path, listed in self._listed(pattern).items():
            values = whole.match(path)
            if values is not None and path.rpartition("/")[2]:  # S3 has objects for folders
                found.append(found_at(path, values, *listed))
        return sorted(self._dated(found) if self.is_web else found)

    def folders(self, pattern: str) -> set[int]:
        pattern = pattern.removesuffix("/**")
        whole = path_pattern(pattern)
        matches = [whole.match(folder) for folder in _parents(self._listed(pattern))]
        return {int(values["step"]) for values in matches if values and "step" in values}

    def names(self, folder: str) -> list[str]:
        place = f"{self.root}/{folder}".rstrip("/")
        try:
            listed = self.system.ls(f"{place}/" if self.is_web else place, detail=True)
        except Exception:  # it only tells more of an error that is there already
            return []
        before = f"{place.strip('/')}/"
        found = set()
        for info in listed:
            path = info["name"].lstrip("/")
            name = self._below(path.removeprefix(before).rstrip("/"))
            if path.startswith(before) and name and "/" not in name:
                found.add(f"{name}/" if info.get("type") == "directory" else name)
        return sorted(found)

    def read(self, path: str) -> bytes:
        (data,) = self.read_all([path])
        if isinstance(data, OSError):
            raise data
        return data

    def read_all(self, paths: Sequence[str]) -> Iterator[bytes | OSError]:
        for start in range(0, len(paths), AT_ONCE):
            some = paths[start : start + AT_ONCE]
            places = [self._place(path) for path in some if path not in self._large]
            # Unlike `cat`, this takes a path with a * in it for what it is.
            read = iter(self.system.cat_ranges(places, None, None, on_error="return"))
            for path in some:
                data = TOO_LONG if path in self._large else next(read)
                yield data if isinstance(data, bytes) else _os_error(data)

    def write(self, path: str, data: bytes) -> None:
        """Write a file. Raises `OSError`."""
        try:
            self.system.makedirs(self.root, exist_ok=True)
            self.system.pipe_file(self._place(path), data)
        except Exception as err:  # each file system raises errors of its own
            raise _os_error(err) from err

    def remove(self, path: str) -> None:
        """Remove a file. Raises `OSError`."""
        try:
            self.system.rm_file(self._place(path))
        except Exception as err:  # each file system raises errors of its own
            raise _os_error(err) from err

    def _place(self, path: str) -> str:
        return f"{self.root}/{quote(path) if self.is_web else path}"

    def _dated(self, found: Sequence[Found]) -> list[Found]:
        """The files with the versions that a web server tells of each alone, not in its lists."""
        from concurrent.futures import ThreadPoolExecutor

        def dated(file: Found) -> Found:
            try:
                return file._replace(version=_version(self.system.info(self._place(file.path))))
            except Exception as err:
                raise ResultsError(f"{file.path}: {reason(err)}") from err

        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(dated, found))

    def _listed(self, pattern: str) -> Mapping[str, Listed]:
        """The version and size of every file below the folders that a pattern begins with.

        By path below the root. A listing serves all patterns that begin with its folder.
        """
        steady = re.split(r"[*{]", pattern)[0].rpartition("/")[0]
        for folder, listing in self._listings.items():
            if f"{steady}/".startswith(f"{folder}/" if folder else ""):
                return listing
        try:
            self._listings[steady] = self._list(steady)
        except FileNotFoundError as err:
            raise FileNotFoundError(self.root) from err
        except Exception as err:
            raise ResultsError(f"cannot be listed: {reason(err)}; {CREDENTIALS}") from err
        return self._listings[steady]

    def _list(self, folder: str) -> dict[str, Listed]:
        try:
            listed = self.system.find(f"{self.root}/{folder}".rstrip("/"), detail=True)
        except FileNotFoundError:
            listed = {}
        before = f"{self.root.strip('/')}/"
        found = {
            self._below(path.lstrip("/").removeprefix(before)): info
            for path, info in listed.items()
            if info.get("type") != "directory" and path.lstrip("/").startswith(before)
        }
        files = {path: (_version(info), info.get("size") or 0) for path, info in found.items()}
        self._large |= {path for path, (_, size) in files.items() if size > MOST_BYTES}
        if not files:
            self._expect_folder()
        return files

    def _expect_folder(self) -> None:
        """Raise an error where the root is no folder, with or without files."""
        if self.is_web:
            self.system.info(f"{self.root}/")
        elif self.system.info(self.root)["type"] != "directory":
            raise FileNotFoundError(self.root)

    def _below(self, path: str) -> str:
        """A path below the root as patterns have it; links to other views of a list are none."""
        if not self.is_web:
            return path
        return "" if "?" in path or "#" in path else unquote(path)


def _options(scheme: str) -> dict[str, Any]:
    """What a file system is told where the user's configuration says nothing of it.

    By itself S3's client tries five times, with long pauses, fetches ten files at a time, and
    asks for the size of each before it does.
    """
    from fsspec.config import conf

    if scheme != "s3":
        return {}
    retries = {} if "AWS_RETRY_MODE" in os.environ else {"mode": "standard"}
    client = {"retries": retries, "max_pool_connections": AT_ONCE}
    options = {"config_kwargs": client, "max_concurrency": 1}
    return {key: value for key, value in options.items() if key not in conf.get("s3", {})}


def _version(info: Mapping[str, Any]) -> str:
    """All that a place says of a file (size, time, checksum), in short."""
    said = sorted((key, str(value)) for key, value in info.items())
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _parents(paths: Iterable[str]) -> set[str]:
    """Every folder above some files."""
    folders: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    return folders


def _os_error(err: Exception) -> OSError:
    """An error of any file system as one whose `strerror` says what is wrong."""
    if isinstance(err, FileNotFoundError):
        return FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    return err if isinstance(err, OSError) and err.strerror else OSError(None, reason(err))
