"""Where result files are: a local folder, or a URL that fsspec reaches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from diagramgen.errors import ResultsError
from diagramgen.results.folder import Local
from diagramgen.results.found import Found
from diagramgen.roots import check_root, is_url


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

    def names(self, folder: str) -> list[str]:
        """The names in a folder below the root ("" or "a/b/"), sorted; those of folders end in /.

        There are none where it cannot be listed.
        """

    def read(self, path: str) -> bytes:
        """A file's bytes. Raises `OSError`."""

    def read_all(self, paths: Sequence[str]) -> Iterator[bytes | OSError]:
        """The bytes of each file in turn, or why it cannot be read; holds few at a time."""


def open_storage(root: str, folder: Path) -> Storage:
    """The storage of a root: a URL such as s3://bucket/runs, or a path, relative to `folder`.

    Raises `ResultsError` for a root that `check_root` refuses, before fsspec sees it, and for a URL
    that nothing installed reaches.
    """
    if problem := check_root(root):
        raise ResultsError(problem)
    if not is_url(root):
        return Local(folder / root)
    from diagramgen.results.remote import Remote

    return Remote(root)
