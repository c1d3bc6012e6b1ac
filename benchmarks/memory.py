"""The memory that a command and all its processes take at the worst moment."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryFile

import psutil

from benchmarks.measure import ROOT, CommandFailed, failure

KIND = "PSS" if psutil.LINUX else "USS"
"""What is added up: memory that processes share counts once, or where that is unknown never."""

EVERY = 0.02
MIB = 2**20


def peak(*command: str | Path) -> float:
    """Run a command in the project's folder; the most MiB that it had. Raises `CommandFailed`.

    It is looked at every 20 ms, so that what comes and goes between two looks is not seen.
    """
    most = 0
    with TemporaryFile() as said:
        # A file, unlike a pipe, is never full: nobody reads while the command runs.
        process = psutil.Popen(command, cwd=ROOT, stdout=said, stderr=said)
        while process.poll() is None:
            most = max(most, memory(process))
            time.sleep(EVERY)
        if process.returncode:
            said.seek(0)
            text = said.read().decode(errors="replace")
            raise CommandFailed(failure(command, process.returncode, text))
    return most / MIB


def memory(process: psutil.Process) -> int:
    """The bytes that a process and all that it started have at this moment."""
    try:
        return sum(own_memory(each) for each in [process, *process.children(recursive=True)])
    except psutil.NoSuchProcess:
        return 0


def own_memory(process: psutil.Process) -> int:
    """The bytes of one process; none where it has just ended."""
    try:
        found: int = getattr(process.memory_full_info(), KIND.lower())
    except psutil.NoSuchProcess:
        return 0
    return found
