"""Processes that work, each within a limit of time and memory, and replaced when one dies.

Each has a pipe and a thread of its own: a process that is killed, wherever it is just then, takes
nothing with it but the call that it was at. (The pools of `concurrent.futures` end with the first
process that dies, and have no limits; those that have share one pipe, and can wait for ever on a
lock that a killed process held.)
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import queue
import resource
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from diagramgen.errors import ChartError
from diagramgen.limits import MAX_MEMORY
from diagramgen.signals import ENDING, blocked

ENDED = (
    f"the process that drew it ended; a chart may take {MAX_MEMORY >> 30} GiB of memory, and where "
    "there is less in all, --jobs 1 draws one after the other"
)
TOO_MUCH = f"drawing it took more than the {MAX_MEMORY >> 30} GiB of memory that a chart may take"
READY = 300
"""Seconds after which a process that is still not prepared will never be."""
TOO_LONG = "drawing it took more than the {seconds:.0f} s that a chart may take"


class Pool(Protocol):
    """What does the work: processes of their own, or this one."""

    @property
    def width(self) -> int:
        """How many calls it does at a time, at least 1."""

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
    """So many processes, which begin at once to `prepare`.

    As many do so at a time as there are cores beside the one for this process, which still has to
    find out what there is to do.
    """

    def __init__(self, count: int, prepare: Callable[[], None]) -> None:
        self._prepare = prepare
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._turns = threading.Semaphore(max(1, available_cores() - 1))
        self._ending = False
        with blocked():  # a signal is for this process, not for those that have only begun
            self._workers = [_start(prepare) for _ in range(count)]  # before there are threads
            self._threads = [
                threading.Thread(target=self._serve, args=(i,), daemon=True) for i in range(count)
            ]
            for thread in self._threads:
                thread.start()

    @property
    def width(self) -> int:
        """How many processes there are."""
        return len(self._workers)

    def submit(self, function: Callable[..., Any], *args: Any, seconds: float) -> Future[Any]:
        """The future of a call in one of the processes."""
        future: Future[Any] = Future()
        if self._ending:
            future.set_exception(ChartError(ENDED))
        else:
            self._tasks.put(Task(future, seconds, function, args))
        return future

    def stop(self) -> None:
        """Give up what is not done, and end the processes."""
        self._ending = True
        for _ in self._threads:
            self._tasks.put(None)
        self._kill()
        for thread in self._threads:
            thread.join()
        self._kill()  # one may have been replaced meanwhile
        for process, pipe in self._workers:
            process.join()
            pipe.close()

    def _kill(self) -> None:
        for process, _ in self._workers:
            process.kill()

    def _serve(self, place: int) -> None:
        """Have calls done, one after the other, by one process, or by those that replace it."""
        self._make_ready(place)
        while (task := self._tasks.get()) is not None and not self._ending:
            begins = task.future.set_running_or_notify_cancel()
            if begins and not _done(task, self._workers[place][1]):
                self._replace(place)
                self._make_ready(place)

    def _make_ready(self, place: int) -> None:
        """Let a process prepare in its turn; where that kills it, another one once more."""
        with self._turns:
            for _ in range(2):
                try:
                    pipe = self._workers[place][1]
                    pipe.send(None)
                    if pipe.poll(READY):
                        pipe.recv()
                        return
                except (OSError, EOFError):
                    pass  # it has ended
                self._replace(place)

    def _replace(self, place: int) -> None:
        process, pipe = self._workers[place]
        process.kill()
        process.join()
        if not self._ending:
            pipe.close()
            self._workers[place] = _start(self._prepare)


def _start(prepare: Callable[[], None]) -> tuple[Any, Connection]:
    """A process that does calls, and the pipe to it."""
    # Forking takes no time but is safe only before there are threads: Python's, or a library's.
    threads = Path("/proc/self/task")  # where a system has it, it has fork as well
    alone = threads.is_dir() and len(list(threads.iterdir())) == 1
    context: Any = multiprocessing.get_context("fork" if alone else "spawn")
    here, there = multiprocessing.Pipe()
    process = context.Process(target=_work, args=(there, prepare), daemon=True)
    process.start()
    there.close()
    return process, here


def _done(task: Task, pipe: Connection) -> bool:
    """Have a call done by the process behind a pipe; whether that is still good for another."""
    try:
        pipe.send((task.function, task.args))
        if not pipe.poll(task.seconds):
            task.future.set_exception(ChartError(TOO_LONG.format(seconds=task.seconds)))
            return False
        result, err = pipe.recv()
    except (OSError, EOFError):
        task.future.set_exception(ChartError(ENDED))
        return False
    except Exception as wrong:  # a call that cannot be sent is its caller's
        task.future.set_exception(wrong)
        return True
    if err is None:
        task.future.set_result(result)
    else:
        task.future.set_exception(err)
    return True


def _work(pipe: Connection, prepare: Callable[[], None]) -> None:
    """What a process does: end with its parent, keep within the limits, prepare, do calls.

    Ctrl-C is the parent's. What a library writes to stderr when it crashes is for nobody: the
    parent says what happened.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    _limit(resource.RLIMIT_DATA, MAX_MEMORY)
    _limit(resource.RLIMIT_CORE, 0)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with suppress(EOFError, OSError):  # the parent has no more to do
        pipe.recv()
        prepare()
        pipe.send(None)
        while True:
            function, args = pipe.recv()
            pipe.send(_result(function, args))


def _limit(kind: int, most: int) -> None:
    """Lower a limit of this process, where it is not lower already."""
    _, hard = resource.getrlimit(kind)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    with suppress(OSError, ValueError):  # a system that has it and does not know it
        resource.setrlimit(kind, (most, most))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None, "runs in a process of the pool"
    parent.join()
    os._exit(1)


def _result(function: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Any, Exception | None]:
    """What a call gives, or what it raises, as far as that can be sent."""
    try:
        return function(*args), None
    except MemoryError:
        return None, ChartError(TOO_MUCH)
    except Exception as err:  # it is the caller's
        try:
            pickle.loads(pickle.dumps(err))
        except Exception:  # an exception of a library need not be made to travel
            return None, RuntimeError(f"{type(err).__name__}: {err}")
        return None, err


def available_cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
