"""A pool on a cluster: a real one, of processes on this machine, from which workers are lost."""

from __future__ import annotations

import gc
import os
import signal
import time
from functools import partial
from itertools import count
from pathlib import Path
from threading import Thread

import pytest
from distributed import Client, LocalCluster

from diagramgen.errors import ChartError, SuiteError, UsageError
from diagramgen.formats.render import draw_all
from diagramgen.output import cluster, dask_worker
from diagramgen.output.cluster import ALONE, GONE, LOST, Cluster, clustered
from diagramgen.output.cluster import ENDED as RUN_ENDED
from diagramgen.output.dask_worker import Drawing
from diagramgen.output.job_queue import read_job_queue
from diagramgen.output.pool import ENDED, InThisProcess
from diagramgen.output.reading import hand_out
from diagramgen.results import contents
from diagramgen.results.read import read_plan
from tests.fixtures.patience import PATIENCE

SPEC = b"""{"$schema": "https://vega.github.io/schema/vega-lite/v6.json",
 "data": {"values": [{"a": "x", "b": 1}, {"a": "y", "b": 2}]}, "mark": "bar",
 "encoding": {"x": {"field": "a", "type": "nominal"}, "y": {"field": "b", "type": "quantitative"}}}
"""


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    """Two workers; the folder they were started in stays empty."""
    folder = tmp_path_factory.mktemp("current")
    before = Path.cwd()
    os.chdir(folder)
    try:
        with clustered("local:2") as found:
            yield found
    finally:
        os.chdir(before)
    assert list(folder.iterdir()) == []


def until(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def hold(folder, name):
    """Note the worker whose process does this call, and wait for the file `go`."""
    (folder / f"{name}-{os.getppid()}").touch()
    while not (folder / "go").exists():
        time.sleep(0.02)
    return name


def held(folder):
    """The worker of each call, by the call's name; the last one that tried."""
    found = sorted(folder.glob("*-*"), key=lambda path: path.stat().st_mtime_ns)
    return dict(path.name.rsplit("-", 1) for path in found)


def kill_itself():
    os.kill(os.getpid(), signal.SIGKILL)


def kill_its_worker():
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(PATIENCE)


def refuse(word):
    raise ChartError(word, skip=True)


def test_a_clusters_pictures_are_those_of_this_process(pool):
    call = (draw_all, SPEC, ("png", "svg", "pdf"), 1.0)
    theirs = pool.submit(*call, seconds=PATIENCE).result()
    assert theirs == InThisProcess().submit(*call, seconds=PATIENCE).result()
    assert theirs["png"].startswith(b"\x89PNG")
    assert pool.width == 2


def test_what_a_call_raises_and_what_cannot_be_sent_is_its_callers(pool):
    with pytest.raises(ChartError, match="no value") as caught:
        pool.submit(refuse, "no value", seconds=PATIENCE).result()
    assert caught.value.skip is True
    with pytest.raises(Exception, match="pickle"):
        pool.submit(lambda: 1, seconds=PATIENCE).result()


def test_a_call_that_hangs_or_ends_its_process_fails_alone(pool):
    bad = [
        pool.submit(time.sleep, 1000, seconds=0.5),
        pool.submit(kill_itself, seconds=PATIENCE),
    ]
    good = [pool.submit(abs, -number, seconds=PATIENCE) for number in range(4)]
    said = [str(future.exception()) for future in bad]
    assert said == ["it took more than the 0 s that it may take", ENDED]
    assert [future.result() for future in good] == [0, 1, 2, 3]


class Counted:
    """A pool that keeps what it has others do."""

    def __init__(self, pool):
        self.pool, self.calls = pool, []

    @property
    def width(self):
        return self.pool.width

    def submit(self, *call, seconds):
        self.calls.append(call)
        return self.pool.submit(*call, seconds=seconds)


def test_result_files_are_read_by_the_workers(pool, project, plan, monkeypatch):
    monkeypatch.setattr(contents, "CHUNK_FILES", 2)
    project.suite("  - {transform: macro, metric: ppl, output: macro.png}\n")
    for step in range(5):
        project.ppl("run", step, web=12.5 - step)
    counted = Counted(pool)
    there = read_plan(plan(), hand_out=partial(hand_out, counted))
    assert [len(chunk.files) for _, chunk in counted.calls] == [2, 2, 1]
    here = read_plan(plan())
    assert there.rows.table().value.tolist() == [12.5, 11.5, 10.5, 9.5, 8.5]
    assert there.rows.table().equals(here.rows.table())
    assert there.digests == here.digests


def test_what_a_lost_worker_did_is_done_by_another_one(pool, tmp_path):
    futures = [pool.submit(hold, tmp_path, name, seconds=PATIENCE) for name in "abcd"]
    until(lambda: len(held(tmp_path)) == 2)
    lost, worker = next(iter(held(tmp_path).items()))
    os.kill(int(worker), signal.SIGKILL)
    until(lambda: held(tmp_path)[lost] != worker)
    (tmp_path / "go").touch()
    assert [future.result() for future in futures] == ["a", "b", "c", "d"]


def test_a_call_that_always_ends_its_worker_is_tried_twice_and_fails(pool):
    bad = pool.submit(kill_its_worker, seconds=PATIENCE)
    with pytest.raises(ChartError) as caught:
        bad.result()
    assert str(caught.value) == LOST
    assert pool.submit(abs, -1, seconds=PATIENCE).result() == 1


def test_a_call_that_ends_its_worker_is_the_only_one_of_many_that_fails(pool):
    before = [pool.submit(abs, -number, seconds=PATIENCE) for number in range(9)]
    bad = pool.submit(kill_its_worker, seconds=PATIENCE)
    after = [pool.submit(abs, -number, seconds=PATIENCE) for number in range(9)]
    assert [future.result() for future in before + after] == [*range(9), *range(9)]
    assert str(bad.exception()) == LOST


def test_stopping_gives_up_what_waits_and_leaves_others_alone(pool, tmp_path):
    with Client(pool._client.cluster) as client:
        other = cluster._pool(client, "local:2")
        futures = [other.submit(hold, tmp_path, name, seconds=PATIENCE) for name in "abcdefgh"]
        until(lambda: held(tmp_path))
        assert futures[-1].cancel()
        other.stop()
        other.stop()
        until(lambda: all(future.done() for future in futures))
        assert all(future.cancelled() for future in futures)
        assert str(other.submit(abs, -1, seconds=PATIENCE).exception()) == RUN_ENDED
    assert pool.submit(abs, -1, seconds=PATIENCE).result() == 1
    assert not (tmp_path / "h").exists()


def test_a_worker_that_joins_late_gets_work(pool, tmp_path):
    pool._client.cluster.scale(3)
    until(lambda: pool.width == 3)
    futures = [pool.submit(hold, tmp_path, name, seconds=PATIENCE) for name in "abc"]
    until(lambda: len(set(held(tmp_path).values())) == 3)
    (tmp_path / "go").touch()
    assert [future.result() for future in futures] == ["a", "b", "c"]


# A cluster that is there already.


@pytest.fixture
def others():
    """Somebody's own cluster, without processes, which is quickly there."""
    with LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, protocol="tcp://",
        dashboard_address="127.0.0.1:0", silence_logs=50,
    ) as found:  # fmt: skip
        yield found


TURNS = count()


def turns():
    """Another version each time."""
    return {"diagramgen": f"1.{next(TURNS)}", "Python": "3.11"}


def test_a_cluster_that_was_there_stays_and_workers_of_other_versions_are_refused(
    others, monkeypatch
):
    address = others.scheduler_address
    with clustered(address) as pool:
        assert pool.submit(abs, -1, seconds=PATIENCE).result() == 1
        late = Cluster(pool._client, "late")
        pool._client.register_plugin(Drawing("late", dask_worker.versions() | {"Python": "1.5"}))
        said = str(late.submit(abs, -1, seconds=PATIENCE).exception())
        assert said.startswith("a worker that joined the cluster has Python 3.")
        assert said.endswith(" in place of 1.5")
        late.stop()
    monkeypatch.setattr(dask_worker, "versions", turns)
    with pytest.raises(UsageError) as caught, clustered(address):
        pass
    worker = others.workers[0].address
    assert str(caught.value) == (
        f"{address}: the worker {worker} has diagramgen 1.1 in place of 1.0; with other versions "
        "it would draw other files: install the same on all"
    )
    assert len(others.scheduler.workers) == 1
    assert not any(name.startswith("diagramgen") for name in others.workers[0].plugins)


def test_a_scheduler_that_ends_is_told(others):
    with clustered(others.scheduler_address) as pool:
        waiting = pool.submit(time.sleep, 1000, seconds=PATIENCE)
        others.close()
        assert str(waiting.exception()) == GONE
        assert str(pool.submit(abs, -1, seconds=PATIENCE).exception()) == GONE


def test_that_no_worker_is_left_is_told_once(others, monkeypatch):
    monkeypatch.setattr(cluster, "PATIENT", 0.02)
    noted = []
    with clustered(others.scheduler_address, noted.append) as pool:
        others.scale(0)
        until(lambda: not others.scheduler.workers)
        waiting = pool.submit(abs, -1, seconds=PATIENCE)
        with pytest.raises(TimeoutError):
            waiting.result(0)
        assert noted == []
        taken = Thread(target=waiting.result)
        taken.start()
        until(lambda: noted)
        others.scale(1)
        taken.join()
    assert waiting.result() == 1
    assert noted == [ALONE]


# What is no cluster.


@pytest.mark.parametrize("address", ["nowhere", "local:0", "local:two", "tcp://host", "ws://a:1"])
def test_what_is_no_address_is_told(address):
    with pytest.raises(UsageError) as caught, clustered(address):
        pass
    assert str(caught.value) == (
        f"--cluster: got '{address}'; expected tcp://HOST:PORT, tls://HOST:PORT, local:N or a YAML "
        "file"
    )


def test_where_no_scheduler_answers_that_is_told(monkeypatch):
    monkeypatch.setattr(cluster, "ANSWER", 0.2)
    with (
        pytest.raises(UsageError, match=r"got 'tcp://127\.0\.0\.1:9'; no scheduler answers there"),
        clustered("tcp://127.0.0.1:9"),
    ):
        pass


def test_without_the_extra_its_name_is_told(monkeypatch):
    monkeypatch.setattr(cluster, "find_spec", lambda _: None)
    with pytest.raises(UsageError) as caught, clustered("local:2"):
        pass
    assert str(caught.value) == (
        "--cluster: needs a package that is not there: pip install 'diagramgen-charts[cluster]'"
    )


# A queue's jobs.


def test_a_queues_file_is_read(tmp_path):
    file = tmp_path / "slurm.yaml"
    file.write_text("scheduler: slurm\njobs: 20\ncores: 8\nmemory: 16GB\nwalltime: 00:30:00\n")
    assert read_job_queue(file) == (
        "slurm", 20, {"cores": 8, "memory": "16GB", "walltime": "00:30:00"}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("scheduler: slrum\njobs: 1\n", "1:12: error[wrong-value]: 'scheduler': got 'slrum'; "),
        ("scheduler: slurm\n", "1:1: error[missing-key]: a cluster's file needs the key 'jobs'"),
        ("scheduler: pbs\njobs: 0\n", "2:7: error[wrong-value]: 'jobs': got 0; expected an"),
        (
            "scheduler: slurm\njobs: 1\ncors: 8\n",
            "3:1: error[unknown-key]: 'cors' is not a key of a cluster's file; did you mean 'cor",
        ),
        (
            "scheduler: slurm\njobs: 1\ncores: eight\n",
            "3:8: error[wrong-type]: 'cores': got 'eight'; expected an integer from 1",
        ),
        ("- slurm\n", "1:1: error[wrong-type]: a cluster's file: got a list; expected a mapping"),
        ("scheduler: local\njobs: 1\nloop: 1\n", "3:1: error[unknown-key]: 'loop' is not a key"),
    ],
)
def test_what_is_wrong_in_a_queues_file_has_its_place(tmp_path, monkeypatch, text, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "queue.yaml").write_text(text)
    with pytest.raises(SuiteError) as caught, clustered("queue.yaml"):
        pass
    assert str(caught.value).startswith(f"queue.yaml:{said}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("scheduler: slurm\njobs: 1\n", "scheduler slurm: there is no command 'sbatch' here"),
        (
            "scheduler: local\njobs: 1\n",
            "You must specify how much cores and memory per job you want to use, for example",
        ),
    ],
)
def test_a_queue_that_cannot_be_used_is_told(tmp_path, monkeypatch, text, said):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "queue.yaml").write_text(text)
    with pytest.raises(UsageError) as caught, clustered("queue.yaml"):
        pass
    assert str(caught.value) == f"queue.yaml: {said}"


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"  # what dask_jobqueue.local leaves open
)
def test_jobs_draw(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "queue.yaml").write_text(
        "scheduler: local\njobs: 1\ncores: 1\nmemory: 1GB\nnanny: false\n"
    )
    noted = []
    with clustered("queue.yaml", noted.append) as pool:
        assert pool.submit(abs, -1, seconds=PATIENCE).result() == 1
    assert noted in ([], ["waiting for the first worker of queue.yaml"])
    assert [path.name for path in tmp_path.iterdir()] == ["queue.yaml"]
    del pool
    gc.collect()  # so that what it leaves open is told of here, not in another test
