"""A command run in this process, within limits of time, and measured."""

from __future__ import annotations

import contextlib
import gc
import io
import resource
import signal
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import NamedTuple

from diagramgen.cli import commands as cli

SECONDS = 5
"""Of the processor, that a command may take."""
WAIT = 20
"""Seconds after which a command is taken to wait for what never comes, also where others work."""
LONG_WAIT = 120
"""The same where pictures may be drawn, also by other processes."""


class TooLong(BaseException):
    """A command takes too long; no `except Exception` may stop it."""


class Ran(NamedTuple):
    """What a command did: its exit code or what it raised, its words, seconds and megabytes."""

    code: int
    error: BaseException | None
    out: bytes
    err: str
    seconds: float
    megabytes: float


def run_command(arguments: tuple[str, ...], folder: Path, wait: float = WAIT) -> Ran:
    """Run the command line in this process, as a process of its own would in that folder."""
    out, err = _stream("strict"), _stream("backslashreplace")
    code, error = 0, None
    memory, peak, start = _resident(), _peak(), time.perf_counter()
    with (
        contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err),
        warnings.catch_warnings(action="error"), _arguments(arguments), _limits(wait),
    ):  # fmt: skip
        try:
            cli.main()
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 1
        except BaseException as raised:
            error = raised
    seconds = time.perf_counter() - start
    gc.unfreeze()  # what `main` froze, because a process of its own would end now
    # Less than an earlier command took is not seen, and does no harm.
    megabytes = _peak() - memory if _peak() > peak else 0.0
    return Ran(code, error, _bytes(out), _bytes(err).decode(), seconds, megabytes)


@contextlib.contextmanager
def _limits(wait: float) -> Iterator[None]:
    def stop(number: int, _: FrameType | None) -> None:
        waits = number == signal.SIGALRM
        raise TooLong("waits for what never comes" if waits else f"takes over {SECONDS} s")

    before = [signal.signal(number, stop) for number in (signal.SIGALRM, signal.SIGPROF)]
    signal.setitimer(signal.ITIMER_REAL, wait)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)
        for number, handler in zip((signal.SIGALRM, signal.SIGPROF), before, strict=True):
            signal.signal(number, handler)


@contextlib.contextmanager
def _arguments(arguments: tuple[str, ...]) -> Iterator[None]:
    # In place of the program's name, which is given elsewhere: the details of a bug are told.
    before, sys.argv = sys.argv, ["--debug", *arguments]
    try:
        yield
    finally:
        sys.argv = before


def _stream(errors: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), "utf-8", errors, newline="\n")


def _bytes(stream: io.TextIOWrapper) -> bytes:
    stream.flush()
    return stream.buffer.getvalue()


def _resident() -> float:
    """Megabytes that this process has in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def _peak() -> float:
    """The most megabytes that it ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
