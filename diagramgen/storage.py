"""Where result files are: a local folder, or any other place that fsspec reaches."""

from __future__ import annotations

import errno
import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import FileIO
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from diagramgen.errors import ResultsError

PLACEHOLDERS = {"{step}": r"(?P<step>[0-9]{1,18})", "{item}": r"(?P<item>[^/]+)", "*": r"[^/]*"}
PACKAGES = {"s3": "s3fs", "gs": "gcsfs", "hf": "huggingface_hub", "abfs": "adlfs"}
"""What fsspec needs to reach a place, beside itself."""
AT_ONCE = 64
"""How many files of a remote root are fetched at the same time, and held in memory."""
CREDENTIALS = "fsspec takes addresses and credentials from its configuration and the environment"


class Found(NamedTuple):
    """A file below a root: its path there, and what the pattern's placeholders stand for.

    `version` changes when the file does: its size and time, or what a remote place says of it.
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
        a name. A folder named x.json is no file. Raises `FileNotFoundError` when there is no such
        root, `ResultsError` when it cannot be listed.
        """

    def folders(self, pattern: str) -> set[int]:
        """The steps of the folders whose path below the root matches; `**` at the end is any."""

    def read(self, path: str) -> bytes:
        """A file's bytes. Raises `OSError`."""

    def read_all(self, paths: Sequence[str]) -> Iterator[bytes | OSError]:
        """The bytes of each file in turn, or why it cannot be read; holds few at a time."""


def open_storage(root: str, folder: Path) -> Storage:
    """The storage of a root: a URL such as s3://bucket/runs, or a path, relative to `folder`.

    Raises `ResultsError` for a URL that nothing installed reaches.
    """
    return Remote(root) if "://" in root else Local(folder / root)


class Local:
    """A folder of this machine."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def find(self, pattern: str) -> list[Found]:
        found = {}
        for path, values, entry in self._matches(_of_files(pattern), folders=False):
            try:
                stat = entry.stat()
            except FileNotFoundError:  # deleted since it was listed
                continue
            found[path] = _found(path, values, f"{stat.st_size}-{stat.st_mtime_ns}")
        return sorted(found.values())

    def folders(self, pattern: str) -> set[int]:
        matches = self._matches(pattern.removesuffix("/**"), folders=True)
        return {int(values["step"]) for _, values, _ in matches if "step" in values}

    def read(self, path: str) -> bytes:
        with FileIO(f"{self.root}/{path}") as file:  # half the time of Path.read_bytes
            return file.readall()

    def read_all(self, paths: Sequence[str]) -> Iterator[bytes | OSError]:
        for path in paths:
            try:
                yield self.read(path)
            except OSError as err:
                yield err

    def _matches(
        self, pattern: str, *, folders: bool
    ) -> list[tuple[str, dict[str, str], os.DirEntry[str]]]:
        """The files or folders that match, with what the placeholders stand for."""
        names = [None if name == "**" else _regex(name) for name in pattern.split("/")]
        whole = _regex(pattern)
        try:
            walked = list(self._walk("", names, folders=folders))
        except (FileNotFoundError, NotADirectoryError) as err:
            raise FileNotFoundError(str(self.root)) from err
        except OSError as err:
            raise ResultsError(_reason(err)) from err
        matches = ((whole.fullmatch(path), entry) for path, entry in walked)
        return [(match[0], match.groupdict(), entry) for match, entry in matches if match]

    def _walk(
        self, folder: str, names: Sequence[re.Pattern[str] | None], *, folders: bool
    ) -> Iterator[tuple[str, os.DirEntry[str]]]:
        """What matches the names of a pattern, one below the other; None is any folders."""
        name, below = names[0], names[1:]
        try:
            with os.scandir(self.root / folder) as listed:
                entries = list(listed)
        except (FileNotFoundError, NotADirectoryError):
            if not folder:
                raise
            return  # deleted since it was listed
        if name is None:
            yield from self._walk(folder, below, folders=folders)
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):  # a link may lead back up
                    yield from self._walk(f"{folder}{entry.name}/", names, folders=folders)
            return
        for entry in entries:
            if not name.fullmatch(entry.name):
                continue
            is_folder, is_file = _kind(entry)
            if below and is_folder:
                yield from self._walk(f"{folder}{entry.name}/", below, folders=folders)
            elif not below and (is_folder if folders else is_file):
                yield f"{folder}{entry.name}", entry


class Remote:
    """A place that fsspec reaches; credentials are those that fsspec finds, never the suite's."""

    def __init__(self, root: str) -> None:
        scheme = root.partition("://")[0]
        if re.match("[^/]+://[^/]*:[^/]*@", root):
            raise ResultsError(f"a root of {scheme}:// has a password in it; {CREDENTIALS}")
        try:
            from fsspec.core import url_to_fs

            self.system, self.root = url_to_fs(root, **_options(scheme))
            self.system.invalidate_cache()  # of what was listed earlier in this process
        except ImportError as err:
            package = PACKAGES.get(scheme, f"and fsspec's package for {scheme}://")
            raise ResultsError(
                f"{root}: a remote root needs an extra: "
                f"pip install 'diagramgen[remote]' {package} ({_reason(err)})"
            ) from err
        except Exception as err:  # each file system raises errors of its own
            raise ResultsError(f"{root}: {_reason(err)}") from err
        self.root = self.root.rstrip("/")
        self._listings: dict[str, Mapping[str, str]] = {}

    def find(self, pattern: str) -> list[Found]:
        pattern = _of_files(pattern)
        whole = _regex(pattern)
        found = []
        for path, version in self._listed(pattern).items():
            match = whole.fullmatch(path)
            if match and path.rpartition("/")[2]:  # S3 has objects that stand for folders
                found.append(_found(path, match.groupdict(), version))
        return sorted(found)

    def folders(self, pattern: str) -> set[int]:
        pattern = pattern.removesuffix("/**")
        whole = _regex(pattern)
        matches = [whole.fullmatch(folder) for folder in _parents(self._listed(pattern))]
        return {int(match["step"]) for match in matches if match and "step" in match.groupdict()}

    def read(self, path: str) -> bytes:
        (data,) = self.read_all([path])
        if isinstance(data, OSError):
            raise data
        return data

    def read_all(self, paths: Sequence[str]) -> Iterator[bytes | OSError]:
        for start in range(0, len(paths), AT_ONCE):
            places = [f"{self.root}/{path}" for path in paths[start : start + AT_ONCE]]
            # Unlike `cat`, this takes a path with a * in it for what it is.
            for data in self.system.cat_ranges(places, None, None, on_error="return"):
                yield data if isinstance(data, bytes) else _os_error(data)

    def _listed(self, pattern: str) -> Mapping[str, str]:
        """The version of every file below the folders that a pattern begins with.

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
            raise ResultsError(f"cannot be listed: {_reason(err)}; {CREDENTIALS}") from err
        return self._listings[steady]

    def _list(self, folder: str) -> dict[str, str]:
        try:
            listed = self.system.find(f"{self.root}/{folder}".rstrip("/"), detail=True)
        except FileNotFoundError:
            listed = {}
        before = f"{self.root.strip('/')}/"
        files = {
            path.lstrip("/").removeprefix(before): _version(info)
            for path, info in listed.items()
            if info["type"] != "directory" and path.lstrip("/").startswith(before)
        }
        if not files and self.system.info(self.root)["type"] != "directory":
            raise FileNotFoundError(self.root)
        return files


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


def _kind(entry: os.DirEntry[str]) -> tuple[bool, bool]:
    """Whether it is a folder, and whether it is a file; a link is what it leads to, if anything."""
    try:
        return entry.is_dir(), entry.is_file()
    except OSError:  # a link that leads to itself
        return False, False


def _found(path: str, values: Mapping[str, str], version: str) -> Found:
    step = values.get("step")
    return Found(path, None if step is None else int(step), values.get("item"), version)


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
    return err if isinstance(err, OSError) and err.strerror else OSError(None, _reason(err))


def _reason(err: Exception) -> str:
    """What an error says, in one line; a URL without its query, which may be signed."""
    said = getattr(err, "strerror", None) or str(err) or type(err).__name__
    return re.sub(r"""(://[^\s?"']+)\?[^\s"']*""", r"\1", str(said).splitlines()[0])


def _of_files(pattern: str) -> str:
    """A pattern of files: `**` at its end stands for every file there."""
    return f"{pattern}/*" if pattern == "**" or pattern.endswith("/**") else pattern


def _regex(pattern: str) -> re.Pattern[str]:
    """A pattern of paths as a regular expression; a placeholder that comes again means the same."""
    seen: set[str] = set()
    expression = ""
    for part in re.split(r"((?:(?<=/)|^)\*\*/|\{step\}|\{item\}|\*)", pattern):
        if part == "**/":
            expression += r"(?:[^/]+/)*"
        elif part in seen:
            expression += f"(?P={part.strip('{}')})"
        else:
            expression += PLACEHOLDERS.get(part, re.escape(part))
        if part in ("{step}", "{item}"):
            seen.add(part)
    return re.compile(expression)
