"""What runs on the workers of a cluster; a module that only they and `cluster.py` import.

A worker has as many processes as it may do calls at a time, within the limits of one machine: what
hangs or eats memory there ends one of them, and never the worker with the calls of others.
"""

from __future__ import annotations

import pickle
from concurrent.futures import Future
from importlib.metadata import version
from pathlib import Path
from platform import python_version

from distributed import Worker, get_worker
from distributed.diagnostics.plugin import WorkerPlugin

from diagramgen import __version__
from diagramgen.assets import asset_folder
from diagramgen.errors import ChartError
from diagramgen.local import sha256
from diagramgen.output.child import result_of
from diagramgen.output.pool import Processes
from diagramgen.output.workers import warm_up

PACKAGES = ("vl-convert-python", "pandas", "numpy", "distributed")
"""What else decides on every byte of a file, or carries it."""


class Drawing(WorkerPlugin):
    """Keeps the processes of a worker for one run, which has its name."""

    def __init__(self, name: str, ours: dict[str, str]) -> None:
        self.name = name
        self.ours = ours

    def setup(self, worker: Worker) -> None:
        """Start the processes, of a worker that joins late, too."""
        self.others = differences(self.ours, versions())
        self.pool = Processes(worker.state.nthreads, warm_up)

    def teardown(self, worker: Worker) -> None:  # noqa: ARG002 as Dask calls it
        """End the processes."""
        self.pool.stop()


def do(name: str, calls: list[tuple[bytes, float]]) -> list[bytes]:
    """The result and exception of each pickled call, pickled, from this worker's processes.

    `calls` come with the seconds that each may take. What one raises is not what this function
    raises: that means that something is wrong with the cluster.
    """
    plugin = get_worker().plugins[name]
    assert isinstance(plugin, Drawing), "the name is that of a run"
    if plugin.others:
        err = ChartError(f"a worker that joined the cluster has {plugin.others}")
        return [pickle.dumps((None, err))] * len(calls)
    submit = plugin.pool.submit
    return [_done(future) for future in [submit(result_of, c, seconds=s) for c, s in calls]]


def _done(future: Future[bytes]) -> bytes:
    try:
        return future.result()
    except ChartError as err:
        return pickle.dumps((None, err))


def versions() -> dict[str, str]:
    """The programs here on which the bytes of a file depend, and their versions."""
    digests = [
        (path.relative_to(root).as_posix(), sha256(path.read_bytes()))
        for root in (Path(__file__).parent.parent, asset_folder("templates"))
        for path in sorted(root.rglob("*"))
        if path.is_file() and not {"__pycache__", "_data"} & {*path.relative_to(root).parts}
    ]
    own = f"{__version__} ({sha256(repr(digests).encode())[:8]})"
    others = {name: version(name) for name in PACKAGES}
    return {"diagramgen": own, "Python": python_version()} | others


def differences(ours: dict[str, str], theirs: dict[str, str]) -> str:
    """What is another version there, in words; nothing where all are the same."""
    found = [
        f"{name} {theirs.get(name, 'missing')} in place of {version}"
        for name, version in ours.items()
        if theirs.get(name) != version
    ]
    return ", ".join(found)
