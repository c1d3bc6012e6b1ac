"""Processes that work, each within a limit of time and memory, and replaced when one dies.

Each has a socket and a thread of its own: a process that is killed, wherever it is just then, takes
nothing with it but the call that it was at. (The pools of `concurrent.futures` end with the first
process that dies, and have no limits; those that have share one pipe, and can wait for ever on a
lock that a killed process held.)
"""

from __future__ import annotations

import itertools
import os
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, NamedTuple, Protocol

from diagramgen.errors import ChartError
from diagramgen.limits import MAX_MEMORY
from diagramgen.output.child import Child, Raised, limit_memory
from diagramgen.signals import blocked

ENDED = (
    f"the process that did it ended; it may take {MAX_MEMORY >> 30} GiB of memory, and where there "
    "is less in all, --jobs 1 does one after the other"
)
FEW = 3
"""So few charts are drawn soonest by one process."""
READY = 300
"""Seconds after which a process that is still not prepared will never be."""
TOO_LONG = "it took more than the {seconds:.0f} s that it may take"


class Pool(Protocol):
    """What does the work: processes of their own, or this one, or a cluster's."""

    @property
    def width(self) -> int:
        """How many calls it does at a time, at least 1; that may change as it works."""

    def submit(self, function: Callable[..., Any], *args: Any, seconds: float) -> Future[Any]:
        """The future of a call, which raises what the call raises.

        `ChartError` where the call takes longer, or ends the process that it is in.
        """

    def stop(self) -> None:
        """Give up what is not done."""


class InThisProcess:
    """Does at once what needs no limits."""

    width = 1

    def submit(
        self,
        function: Callable[..., Any],
        *args: Any,
        seconds: float,  # noqa: ARG002 as in the other pool
    ) -> Future[Any]:
        """The finished future of a call."""
        future: Future[Any] = Future()
        try:
            future.set_result(function(*args))
        except Exception as err:  # it is the caller's, as in the other pool
            future.set_exception(err)
        return future

    def stop(self) -> None:
        """Nothing is ever left to do."""


class Task(NamedTuple):
    """A call that waits for a process."""

    future: Future[Any]
    seconds: float
    function: Callable[..., Any]
    args: tuple[Any, ...]


class Processes:
    """So many processes, of which `at_first` (default: all) begin at once to `prepare`.

    The others wait until there are more than a few calls. As many prepare at a time as there are
    cores beside the one for this process, which still has to find out what there is to do.
    """

    def __init__(
        self, count: int, prepare: Callable[[], None], at_first: int | None = None
    ) -> None:
        self._prepare = prepare
        self._at_first = count if at_first is None else at_first
        self._submitted = itertools.count(1)
        self._many = threading.Event()
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._turns = threading.Semaphore(max(1, available_cores() - 1))
        self._ending = False
        self.width = count
        with blocked():  # a signal is for this process, not for those that have only begun
            self._children = [Child() for _ in range(count)]  # before there are threads
            self._threads = [
                threading.Thread(target=self._serve, args=(i,), daemon=True) for i in range(count)
            ]
            for thread in self._threads:
                thread.start()

    def submit(self, function: Callable[..., Any], *args: Any, seconds: float) -> Future[Any]:
        """The future of a call in one of the processes."""
        future: Future[Any] = Future()
        if self._ending:
            future.set_exception(ChartError(ENDED))
        else:
            self._tasks.put(Task(future, seconds, function, args))
        if next(self._submitted) > FEW:
            self._many.set()
        return future

    def stop(self) -> None:
        """Give up what is not done, and end the processes."""
        self._ending = True
        self._many.set()
        for _ in self._threads:
            self._tasks.put(None)
        self._kill()
        for thread in self._threads:
            thread.join()
        self._kill()  # one may have been replaced meanwhile
        for child in self._children:
            child.end()
            child.close()

    def _kill(self) -> None:
        for child in self._children:
            child.kill()

    def _serve(self, place: int) -> None:
        """Have calls done, one after the other, by one process, or by those that replace it."""
        if place >= self._at_first:
            self._many.wait()
        self._make_ready(place)
        while (task := self._tasks.get()) is not None:
            if self._ending:
                task.future.cancel()
            begins = task.future.set_running_or_notify_cancel()
            if begins and not _done(task, self._children[place]):
                self._replace(place)
                self._make_ready(place)

    def _make_ready(self, place: int) -> None:
        """Let a process prepare in its turn; where that kills it, another one once more."""
        with self._turns:
            for _ in range(2):
                try:
                    self._children[place].call(_ready, (self._prepare,), READY)
                except (OSError, Raised):
                    self._replace(place)
                else:
                    return

    def _replace(self, place: int) -> None:
        child = self._children[place]
        child.end()
        if not self._ending:
            child.close()
            with suppress(OSError):  # where there can be none now, the next call fails, and tries
                self._children[place] = Child()


def _ready(prepare: Callable[[], None]) -> None:
    """Prepare a process, which then has the limit that a chart has."""
    prepare()
    limit_memory()


def _done(task: Task, child: Child) -> bool:
    """Have a call done by a process; whether that is still good for another."""
    try:
        task.future.set_result(child.call(task.function, task.args, task.seconds))
    except Raised as raised:
        task.future.set_exception(raised.err)
    except TimeoutError:
        task.future.set_exception(ChartError(TOO_LONG.format(seconds=task.seconds)))
        return False
    except OSError:
        task.future.set_exception(ChartError(ENDED))
        return False
    except Exception as wrong:  # a call that cannot be sent is its caller's
        task.future.set_exception(wrong)
    return True


def available_cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
