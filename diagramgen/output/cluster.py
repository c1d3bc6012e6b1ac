"""A pool on a cluster of `dask.distributed`: one's own, or one that is started for a run."""

from __future__ import annotations

import os
import pickle
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, wait
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from diagramgen.errors import ChartError, UsageError, install
from diagramgen.output.pool import Pool
from diagramgen.signals import blocked

if TYPE_CHECKING:
    import distributed

TRIES = 2
"""Workers on which a call is tried, of a cluster that is started here, before it has failed."""
AHEAD = 2
"""Tasks for each thread of the workers, so that none of them waits."""
TOGETHER = 4
"""The most calls in one task."""
ANSWER = 30
"""Seconds after which a scheduler that has not answered never will."""
FRESH = 1.0
"""Seconds for which the number of the workers' threads is taken for what it was."""
PATIENT = 5.0
"""Seconds for which a call is waited for before it is asked whether there is any worker."""
ALONE = "the cluster has no workers just now; waiting"
LOGGERS = ("distributed", "distributed.client", "bokeh", "tornado", "tornado.application")
QUIET = {
    "logging": dict.fromkeys((*LOGGERS, "asyncio"), "critical"),
    "distributed.scheduler.allowed-failures": TRIES - 1,
    "distributed.admin.large-graph-warning-threshold": "1 GiB",
    "distributed.worker.profile.enabled": False,  # it takes time, and nobody looks at it
}
LOST = (
    "each worker of the cluster that did it ended; their logs may say why, and without --cluster "
    "it is done on this machine"
)
GONE = "the cluster's scheduler ended, or is out of reach; run this again when it is there"
ENDED = "the run has ended"
EXPECTED = "tcp://HOST:PORT, tls://HOST:PORT, local:N or a YAML file"
URL = re.compile(r"(tcp|tls)://.+:\d+")
LOCAL = re.compile(r"local:([1-9]\d{0,3})")


class Call(Future[Any]):
    """The future of a call; who waits for it looks around from time to time."""

    def __init__(self, look: Callable[[], None]) -> None:
        super().__init__()
        self._look = look

    def result(self, timeout: float | None = None) -> Any:
        """What the call gives, or raises, as of every future."""
        while timeout is None and not wait([self], PATIENT).done:
            self._look()
        return super().result(timeout)


class Sent(NamedTuple):
    """A call that waits for a worker, or is at one: its future, itself pickled, and its limit."""

    future: Future[Any]
    call: bytes
    seconds: float


class Cluster:
    """Has calls done by the workers of a cluster, in processes of theirs, for one run.

    Those that were submitted first are done first, also where they are tried once more: whoever
    takes the results in order need not hold what comes after. Calls that no worker could begin with
    travel together, since there and back takes as long as a fifth of a chart. All that were with a
    worker when it was lost are suspects, whichever of them it was: where a second one is lost with
    them, they are tried one after the other. `notice` hears of what is waited for.
    """

    def __init__(
        self, client: distributed.Client, name: str, notice: Callable[[str], None] = lambda _: None
    ) -> None:
        self._client = client
        self._name = name
        self._notice = notice
        self._alone = False
        self._numbers = count()
        self._lock = threading.Lock()
        self._next: list[Sent] = []
        self._sent: dict[distributed.Future[Any], list[Sent]] = {}
        self._suspects: list[Sent] = []
        self._tried: distributed.Future[Any] | None = None
        self._ending = False
        self._gone = False
        self._threads = (-FRESH, 1)

    @property
    def width(self) -> int:
        """The threads of all workers that there are just now, and at least 1."""
        if monotonic() - self._threads[0] >= FRESH and not (self._ending or self._gone):
            with suppress(OSError):  # it is out of reach, which the calls will tell
                found = sum(self._client.nthreads().values())
                self._threads = (monotonic(), max(1, found))
        return self._threads[1]

    def submit(self, function: Callable[..., Any], *args: Any, seconds: float) -> Future[Any]:
        """The future of a call in a process of one of the workers.

        `ChartError` also where the worker is lost, and the next one that tries, or the scheduler.
        """
        future = Call(self._look)
        if self._ending or self._gone:
            future.set_exception(ChartError(ENDED if self._ending else GONE))
            return future
        try:
            call = pickle.dumps((function, args))
        except Exception as wrong:  # a call that cannot be sent is its caller's
            future.set_exception(wrong)
            return future
        busy = AHEAD * self.width
        with self._lock:
            self._next.append(Sent(future, call, seconds))
            if len(self._sent) < busy or len(self._next) >= TOGETHER:
                self._send_next()
        return future

    def _send_next(self) -> None:
        together = [each for each in self._next if not each.future.cancelled()]
        self._next = []
        if together:
            self._send(together)

    def _send(self, together: list[Sent]) -> distributed.Future[Any]:
        from diagramgen.output.dask_worker import do

        number = next(self._numbers)
        key, before_later = f"{self._name}-{number}", -number
        calls = [(each.call, each.seconds) for each in together]
        task = self._client.submit(
            do, self._name, calls, key=key, pure=False, priority=before_later
        )
        self._sent[task] = together
        for each in together:
            each.future.add_done_callback(partial(self._give_up, task))
        task.add_done_callback(self._hand_back)
        return task

    def _look(self) -> None:
        """Tell, once each time, that no worker is left."""
        with suppress(OSError):  # it is out of reach, which the calls will tell
            alone = not self._client.nthreads()
            if alone and not self._alone:
                self._notice(ALONE)
            self._alone = alone

    def _give_up(self, task: distributed.Future[Any], _: Future[Any]) -> None:
        """Let the cluster give up what nobody waits for any more."""
        together = self._sent.get(task, ())
        if together and not self._ending and all(each.future.cancelled() for each in together):
            with suppress(OSError, CancelledError):
                task.cancel()

    def _hand_back(self, task: distributed.Future[Any]) -> None:
        """Pass on what became of calls that travelled together; runs in a thread of the client."""
        from distributed import KilledWorker

        together = self._sent[task]
        found: list[tuple[Any, Exception | None]]
        again: list[Sent] = []
        try:
            found = [pickle.loads(each) for each in task.result()]
            task.release()
        except KilledWorker:
            found = [(None, ChartError(LOST))] * len(together)
            again = together if task is not self._tried else []
        except (CancelledError, OSError):
            self._gone = not self._ending
            found = [(None, ChartError(GONE))] * len(together)
        except Exception as wrong:  # of the cluster, which is not the call's
            found = [(None, wrong)] * len(together)
        with self._lock:
            del self._sent[task]
            self._suspects += again
            self._tried = None if task is self._tried else self._tried
            if self._suspects and self._tried is None and not (self._ending or self._gone):
                self._tried = self._send([self._suspects.pop(0)])
            if not (self._ending or self._gone) and len(self._sent) < AHEAD * self._threads[1]:
                self._send_next()
        if not again:
            for each, (result, err) in zip(together, found, strict=True):
                self._settle(each.future, result, err)
        if self._gone:
            self._settle_next()

    def _settle(self, future: Future[Any], result: Any, err: Exception | None) -> None:
        if self._ending:
            future.cancel()
        if future.set_running_or_notify_cancel():
            if err is None:
                future.set_result(result)
            else:
                future.set_exception(err)

    def _settle_next(self) -> None:
        """Give up what was not sent yet."""
        with self._lock:
            left, self._next, self._suspects = self._next + self._suspects, [], []
        for each in left:
            self._settle(each.future, None, ChartError(GONE))

    def stop(self) -> None:
        """Give up what is not done, and end this run's processes on the workers."""
        if self._ending:
            return
        self._ending = True
        self._settle_next()
        if self._gone:
            return
        with suppress(OSError, CancelledError):  # there is nobody who could still do anything
            self._client.cancel([*self._sent], force=True)
            self._client.unregister_worker_plugin(self._name)


@contextmanager
def clustered(address: str, notice: Callable[[str], None] = lambda _: None) -> Iterator[Pool]:
    """A pool on the cluster at an address, or of the kind that it names, which ends with it.

    `address` is `tcp://HOST:PORT` (or `tls://`) of a scheduler, `local:N` for N workers on this
    machine, or a YAML file for dask-jobqueue; `notice` hears what is waited for. A cluster that
    was there before stays. Raises `UsageError` where there is none, or where a worker has other
    versions of what decides on the files' bytes; `SuiteError` for a file that is not right.
    """
    if find_spec("distributed") is None:
        raise UsageError(f"--cluster: needs a package that is not there: {install('cluster')}")
    with ExitStack() as stack:
        temporary = stack.enter_context(TemporaryDirectory(prefix="diagramgen-"))
        _configure(stack, temporary)
        client = _client(address, temporary, stack)
        if not client.nthreads():
            notice(f"waiting for the first worker of {address}")
            client.wait_for_workers(1)
        pool = _pool(client, address, notice)
        stack.callback(pool.stop)
        yield pool


def _configure(stack: ExitStack, temporary: str) -> None:
    """Keep Dask from writing to the terminal and into the current folder, and from reading there.

    A new interpreter looks for modules in the current folder first, which may be a stranger's.
    """
    import dask

    before = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    stack.callback(_restore, "PYTHONSAFEPATH", before)
    stack.enter_context(dask.config.set(QUIET | {"temporary-directory": temporary}))


def _restore(name: str, value: str | None) -> None:
    if value is None:
        del os.environ[name]
    else:
        os.environ[name] = value


def _client(address: str, temporary: str, stack: ExitStack) -> distributed.Client:
    """A client of the cluster that an address names, which is started where it is a kind."""
    from distributed import Client

    local = LOCAL.fullmatch(address)
    where: Any = address
    if local:
        with blocked():  # what a terminal sends is for this process, which ends the others
            where = stack.enter_context(_local(int(local[1]), temporary))
    elif not URL.fullmatch(address):
        where = stack.enter_context(_jobs(address))
    try:
        client: distributed.Client = Client(where, timeout=ANSWER, set_as_default=False)
    except (OSError, ValueError) as err:
        why = str(err) or f"no answer in {ANSWER} s"
        raise UsageError(f"--cluster: got '{address}'; no scheduler answers there: {why}") from err
    stack.enter_context(client)
    return client


def _local(workers: int, temporary: str) -> distributed.LocalCluster:
    """Workers on this machine: of nobody else on it, who could otherwise run what they like."""
    import logging

    from distributed import LocalCluster

    return LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        security=True,
        memory_limit=0,  # the processes that draw have their own
        dashboard_address="127.0.0.1:0",  # none is shown, yet a port is bound: any that is free
        local_directory=temporary,
        silence_logs=logging.CRITICAL,
    )


@contextmanager
def _jobs(address: str) -> Iterator[Any]:
    """The jobs that a YAML file describes. Raises `UsageError`, `SuiteError`."""
    from diagramgen.output.job_queue import read_job_queue, start_jobs

    path = Path(address)
    if path.suffix not in (".yaml", ".yml"):
        raise UsageError(f"--cluster: got '{address}'; expected {EXPECTED}")
    if find_spec("dask_jobqueue") is None:
        raise UsageError(f"--cluster: needs a package that is not there: {install('cluster')}")
    with start_jobs(read_job_queue(path), address) as cluster:
        yield cluster


def _pool(
    client: distributed.Client, address: str, notice: Callable[[str], None] = lambda _: None
) -> Cluster:
    """A pool whose processes begin to start on all workers. Raises `UsageError`."""
    from diagramgen.output.dask_worker import Drawing, differences, versions

    ours = versions()
    found: dict[str, Any] = client.run(versions, on_error="return")
    for worker, theirs in sorted(found.items()):
        if isinstance(theirs, Exception):
            raise UsageError(f"{address}: the worker {worker} cannot run diagramgen: {theirs}")
        if others := differences(ours, theirs):
            raise UsageError(
                f"{address}: the worker {worker} has {others}; with other versions it would draw "
                "other files: install the same on all"
            )
    name = f"diagramgen-{client.id}"
    client.register_plugin(Drawing(name, ours))
    return Cluster(client, name, notice)
