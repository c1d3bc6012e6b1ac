"""Searches in several processes, each of which begins anew after some."""

from __future__ import annotations

import faulthandler
import resource
import signal
import time
from collections.abc import Iterable, Iterator, Mapping, Set
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from pkgutil import walk_packages
from tempfile import TemporaryDirectory, mkdtemp

import diagramgen
from tests.fuzz.projects import Project
from tests.fuzz.search import Bench, Searched, all_built, search

CHUNK = 500
"""Cases of one search; the next knows what it has found."""
LIFE = 20
"""Searches of one process, which keeps whatever diagramgen caches."""
MEMORY_DISK = Path("/dev/shm")
MEMORY = 3 * 2**30
"""Bytes that a process may have."""
_bench: list[Bench] = []


def searches(
    numbers: Iterable[int], jobs: int, known: Set[str], drawn_in: int, until: float
) -> Iterator[Searched]:
    """What the search of each number gives, as they are done.

    `known` is looked at anew for each; after the time `until` none begins.
    """
    ahead = iter(numbers)
    waiting: dict[Future[Searched], int] = {}
    with _memory_folder() as folder, ProcessPoolExecutor(
        jobs, get_context("spawn"), _prepare, (all_built(), folder), max_tasks_per_child=LIFE
    ) as pool:  # fmt: skip
        while True:
            while len(waiting) < jobs and time.monotonic() < until:
                number = next(ahead, None)
                if number is None:
                    break
                waiting[pool.submit(_search, number, frozenset(known), drawn_in, until)] = number
            if not waiting:
                return
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                number = waiting.pop(future)
                try:
                    yield future.result()
                except BrokenProcessPool as err:
                    err.add_note(f"the process of search {number} was taken down")
                    raise


def _memory_folder() -> TemporaryDirectory[str]:
    """A folder that is in memory, where the system has such."""
    return TemporaryDirectory(prefix="fuzz-", dir=MEMORY_DISK if MEMORY_DISK.is_dir() else None)


def _prepare(projects: Mapping[str, Project], folder: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    faulthandler.enable()
    # A command that takes all memory there is ends in an exception, not in the end of the process.
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    # All that is imported later would count as a command's, and change what hypothesis draws:
    # it takes numbers from the code that it sees.
    for module in walk_packages(diagramgen.__path__, "diagramgen."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    _bench.append(Bench(projects, Path(mkdtemp(dir=folder))))


def _search(number: int, known: frozenset[str], drawn_in: int, until: float) -> Searched:
    return search(_bench[0], number, CHUNK, known, drawn_in, until)
