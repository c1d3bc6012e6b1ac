"""What result files say, kept from run to run: a Parquet file for what each run has newly read.

Safe to delete. Whatever of it is foreign, cut off or out of date only leads to reading again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from diagramgen.local import sha256
from diagramgen.model.record import Record
from diagramgen.results.contents import Read, Wanted
from diagramgen.results.known import Known
from diagramgen.results.parts import Loaded, Part, load_part
from diagramgen.roots import is_url

INDEX = "index.json"
SUFFIX = ".parquet"
EACH, EACH_REMOTE = 4_000, 250_000
"""To open a file takes as long as to read so many bytes of it; at a remote place, to ask for it."""
WORTH = 8_000_000
"""Less than this is read in less time than DuckDB takes to start: some 0.2 s."""
MOST_PARTS = 8
"""So many parts of a root are opened quickly; where there are more, they become one."""


class Store(Protocol):
    """Where the cache lies: files in one folder, whole or not there, by their names."""

    def read(self, name: str) -> bytes | None:
        """A file's bytes; None where it is not there or cannot be read."""

    def write(self, name: str, data: bytes) -> None:
        """Write a file, whole or not at all."""

    def names(self) -> list[str]:
        """The names of all files."""

    def remove(self, name: str) -> None:
        """Remove a file; nothing is done where there is none."""


class Index(Record, frozen=True):
    """Which parts there are of each root, by a digest of it: the digests of their bytes."""

    version: int
    parts: dict[str, tuple[str, ...]]


class Cache:
    """What earlier runs have read of files, and what this one reads: it is written by `save`.

    `code` is a digest of all that decides what a reader makes of a file, and of what tells suites
    apart that share a store: of readings that were made by other programs nothing is believed.
    Roots of few and small files are left alone, as to read these takes less time.
    """

    def __init__(self, store: Store, code: str) -> None:
        self.store, self.code = store, code
        self._index: dict[str, tuple[str, ...]] | None = None
        self._known: dict[str, Known] = {}
        self._whole: dict[str, tuple[str, ...]] = {}
        self._fresh: dict[str, Part] = {}
        self._ways: dict[tuple[object, ...], tuple[str, object, object]] = {}

    def known(self, files: Sequence[Wanted]) -> list[bool]:
        """Of each file, whether an earlier run read it; of none where that is not worth it."""
        costs: dict[str, int] = {}
        for root, file, *_ in files:
            each = EACH_REMOTE if is_url(root) else EACH
            costs[root] = costs.get(root, 0) + each + file.size
        return [
            costs[wanted.root] >= WORTH
            and self._of(wanted.root).has(wanted.file, self._of_readers(wanted))
            for wanted in files
        ]

    def read(self, wanted: Wanted) -> Read:
        """What a known file says."""
        return self._known[wanted.root].read(wanted.file, self._of_readers(wanted))

    def add(self, wanted: Wanted, read: Read) -> None:
        """Keep what a file says, where its root is one that the cache is used for."""
        if wanted.root in self._known:
            fresh = self._fresh.setdefault(wanted.root, Part())
            fresh.add(read, self._of_readers(wanted))

    def save(self, store: Store) -> None:
        """Write what was newly read, then what has it, then remove what nothing has any more.

        The store is the same one, or what may write there. Raises what it does.
        """
        if not any(len(part) for part in self._fresh.values()):
            return
        index = dict(self._read_index())
        for root, fresh in self._fresh.items():
            place = _place(root)
            parts = self._whole[root]  # what of the index was there, and as it was written
            if len(parts) < MOST_PARTS:
                data = fresh.encode()
            else:
                ways = {way for way, *_ in self._ways.values()}
                data, parts = self._known[root].merged(fresh, ways).encode(), ()
            digest = sha256(data)
            store.write(f"{digest}{SUFFIX}", data)
            index[place] = (*(part for part in parts if part != digest), digest)
        store.write(INDEX, msgspec.json.encode(Index(version=1, parts=index)))
        used = {f"{digest}{SUFFIX}" for parts in index.values() for digest in parts}
        for name in store.names():
            if name.endswith(SUFFIX) and name not in used:
                store.remove(name)
        self._index, self._fresh, self._known, self._whole = index, {}, {}, {}

    def _of(self, root: str) -> Known:
        """What is known of the files below a root, the newest part last."""
        if root not in self._known:
            parts: dict[str, Loaded] = {}
            for digest in self._read_index().get(_place(root), ()):
                data = self.store.read(f"{digest}{SUFFIX}")
                if data is None or sha256(data) != digest:
                    continue
                if (part := load_part(data)) is not None:
                    parts[digest] = part
            self._known[root], self._whole[root] = Known([*parts.values()]), tuple(parts)
        return self._known[root]

    def _read_index(self) -> Mapping[str, tuple[str, ...]]:
        if self._index is None:
            try:
                found = msgspec.json.decode(self.store.read(INDEX) or b"", type=Index)
                self._index = found.parts if found.version == 1 else {}
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                self._index = {}
        return self._index

    def _of_readers(self, wanted: Wanted) -> dict[str, str]:
        """A digest of how each metric is read: by which program, below which root, with what."""
        ways = {}
        for metric, reader in wanted.readers.items():
            known = (wanted.root, id(reader), id(wanted.runs), wanted.file.step is None)
            if known not in self._ways:
                said = (self.code, wanted.root, reader, wanted.runs, wanted.file.step is None)
                way = sha256(msgspec.json.encode(said))
                self._ways[known] = way, reader, wanted.runs  # kept, so that no other has their id
            ways[metric] = self._ways[known][0]
        return ways


def _place(root: str) -> str:
    """What the index calls a root."""
    return sha256(root.encode())[:16]
