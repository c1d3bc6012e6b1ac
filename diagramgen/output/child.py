"""A process that does calls for another one, over a socket, within limits of time and memory."""

from __future__ import annotations

import os
import pickle
import queue
import re
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from diagramgen.errors import ChartError
from diagramgen.limits import MAX_MEMORY
from diagramgen.local import read_local
from diagramgen.signals import ENDING

TOO_MUCH = f"it took more than the {MAX_MEMORY >> 30} GiB of memory that it may take"
BEGIN = "import sys; sys.path[:] = sys.argv[1:]; from diagramgen.output.child import begin; begin()"
"""What a new interpreter runs: with the modules of its parent, and nothing of the program's own."""
LENGTH = 8
"""Bytes before each message, which say how long it is."""


class Child:
    """A process that does calls, one after the other, until this one ends it, or ends itself.

    Unlike those of `multiprocessing` it may have any parent, one of that library's among them, and
    does not run the parent's main module.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ended = False
        self._socket, there = socket.socketpair()
        with there:
            self._pid = _fork(self._socket, there) if _is_alone() else _spawn(there)

    def call(self, function: Callable[..., Any], args: tuple[Any, ...], seconds: float) -> Any:
        """What a call gives, or raises, there.

        Raises `TimeoutError` where it takes longer, its way there and back among that, and any
        other `OSError` where the process ends; it is of no more use after either. What cannot be
        sent raises what `pickle` does.
        """
        ending = time.monotonic() + seconds
        send(self._socket, pickle.dumps((function, args)), ending)
        result, err = pickle.loads(receive(self._socket, ending))
        if err is not None:
            raise Raised(err)
        return result

    def kill(self) -> None:
        """End it, wherever it is; `end` is to follow."""
        with self._lock:
            if not self._ended:
                os.kill(self._pid, signal.SIGKILL)

    def end(self) -> None:
        """End it, and wait until nothing is left of it."""
        self.kill()
        with self._lock:
            if not self._ended:
                with suppress(ChildProcessError):  # another part of the program has waited for all
                    os.waitpid(self._pid, 0)
                self._ended = True

    def close(self) -> None:
        """Let go of the way to it."""
        self._socket.close()


class Raised(Exception):
    """What a call has raised, which is not to be taken for a failure of its process."""

    def __init__(self, err: Exception) -> None:
        super().__init__()
        self.err = err


def send(way: socket.socket, message: bytes, ending: float | None = None) -> None:
    """Send a message, whole; `ending` is when, on the monotonic clock, to give up.

    Raises `OSError`: `TimeoutError` where the other side does not take it in time.
    """
    _limit_time(way, ending)
    way.sendall(len(message).to_bytes(LENGTH, "big"))
    _limit_time(way, ending)
    way.sendall(message)  # its time limit is for all parts of it together


def receive(way: socket.socket, ending: float | None = None) -> bytes:
    """The next message, whole. Raises `OSError`, also where the other side has ended within it."""
    length = int.from_bytes(_receive(way, LENGTH, ending), "big")
    return _receive(way, length, ending)


def _receive(way: socket.socket, length: int, ending: float | None) -> bytes:
    data = bytearray(length)
    rest = memoryview(data)
    while rest:
        _limit_time(way, ending)
        count = way.recv_into(rest)
        if not count:
            raise ConnectionResetError("the other side has ended")
        rest = rest[count:]
    return bytes(data)


def _limit_time(way: socket.socket, ending: float | None) -> None:
    if ending is None:
        way.settimeout(None)
        return
    left = ending - time.monotonic()
    if left <= 0:
        raise TimeoutError
    way.settimeout(left)


def _is_alone() -> bool:
    """Whether forking is safe: it is only before there are threads, Python's or a library's."""
    threads = Path("/proc/self/task")  # where a system has it, its fork is of use
    return threads.is_dir() and len(list(threads.iterdir())) == 1


def _fork(here: socket.socket, there: socket.socket) -> int:
    """A process that has all modules of this one already; its number."""
    pid = os.fork()
    if pid == 0:
        here.close()  # while it held both ends it would not hear that the other side has ended
        _work(there)
    return pid


def _spawn(there: socket.socket) -> int:
    """A process that finds modules where this one does; its number."""
    command = [sys.executable, "-P", "-c", BEGIN, *sys.path]
    actions = [(os.POSIX_SPAWN_DUP2, there.fileno(), 0)]
    return os.posix_spawn(sys.executable, command, os.environ, file_actions=actions)


def begin() -> NoReturn:
    """What a new interpreter does, whose standard input is the way to its parent."""
    _work(socket.socket(fileno=os.dup(0)))


def _work(way: socket.socket) -> NoReturn:
    """Keep within the limits and do calls, until the parent ends.

    Ctrl-C is the parent's. What a library writes to stderr when it crashes is for nobody: the
    parent says what happened.
    """
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
        for standard, mode in ((0, os.O_RDONLY), (2, os.O_WRONLY)):
            os.dup2(os.open(os.devnull, mode), standard)
        _limit(resource.RLIMIT_CORE, 0)
        messages: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=_listen, args=(way, messages), daemon=True).start()
        while True:
            send(way, result_of(messages.get()))
    finally:
        os._exit(1)


def limit_memory() -> None:
    """Let this process take so much more memory than it has as a chart may take."""
    _limit(resource.RLIMIT_DATA, MAX_MEMORY + _memory())


def _memory() -> int:
    """The bytes that this process has, where the system tells; the renderer alone reserves much."""
    try:
        status = read_local("/proc/self/status").decode()
    except OSError:
        return 0
    found = re.search(r"^VmData:\s+(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) << 10 if found else 0


def _limit(kind: int, most: int) -> None:
    """Lower a limit of this process, where it is not lower already."""
    _, hard = resource.getrlimit(kind)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    with suppress(OSError, ValueError):  # a system that has it and does not know it
        resource.setrlimit(kind, (most, most))


def _listen(way: socket.socket, messages: queue.SimpleQueue[bytes]) -> None:
    """Pass messages on, and end with the parent, also in the middle of a call."""
    try:
        while True:
            messages.put(receive(way))
    finally:
        os._exit(1)


def result_of(message: bytes) -> bytes:
    """What a pickled call gives, and None, or None and what it raises, pickled, if it can be."""
    try:
        function, args = pickle.loads(message)
        return pickle.dumps((function(*args), None))
    except MemoryError:
        return pickle.dumps((None, ChartError(TOO_MUCH)))
    except Exception as err:  # it is the caller's
        try:
            data = pickle.dumps((None, err))
            pickle.loads(data)
        except Exception:  # an exception of a library need not be made to travel
            return pickle.dumps((None, RuntimeError(f"{type(err).__name__}: {err}")))
        return data
