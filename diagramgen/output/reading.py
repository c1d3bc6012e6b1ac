"""Result files that are read by a pool, in chunks, while what is read is taken in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future

from diagramgen.errors import ChartError, ResultsError
from diagramgen.output.pool import Pool
from diagramgen.results.contents import Chunk, Read

AHEAD = 2
"""Chunks for each call that a pool does at a time: so that none of its processes waits."""
READING = 600
"""Seconds that a chunk may take."""


def hand_out(
    pool: Pool, read: Callable[[Chunk], list[Read]], chunks: Iterable[Chunk]
) -> Iterator[list[Read]]:
    """What `read` gives for each chunk, in their order, as the builtin `map` would.

    A small multiple of what the pool does at a time is handed out ahead of what is taken, and a
    chunk is taken only when it is. Raises `ResultsError`, in the chunk's place, where the pool
    gives it up; what is handed out then, or when nobody takes more, is given up, too.
    """
    waiting: deque[tuple[Chunk, Future[list[Read]]]] = deque()
    try:
        for chunk in chunks:
            waiting.append((chunk, pool.submit(read, chunk, seconds=READING)))
            while len(waiting) > AHEAD * pool.width:
                yield _read(*waiting.popleft())
        while waiting:
            yield _read(*waiting.popleft())
    finally:
        for _, future in waiting:
            future.cancel()


def _read(chunk: Chunk, future: Future[list[Read]]) -> list[Read]:
    try:
        return future.result()
    except ChartError as err:
        raise ResultsError(f"{_named(chunk)}: cannot be read: {err}") from err


def _named(chunk: Chunk) -> str:
    """The files of a chunk in few words."""
    first, more = chunk.files[0], len(chunk.files) - 1
    others = f" and {more:,} more" if more else ""
    return f"{first.root.rstrip('/')}/{first.file.path}{others}"
