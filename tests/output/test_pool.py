"""Processes that work: within limits, and replaced when they die."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time

import pytest

from diagramgen.errors import ChartError
from diagramgen.output.child import TOO_MUCH
from diagramgen.output.pool import ENDED, InThisProcess, Processes
from tests.fixtures.patience import PATIENCE


def nothing():
    """Ready at once."""


@pytest.fixture
def pool():
    processes = Processes(2, nothing)
    yield processes
    processes.stop()


def kill_itself(number):
    os.kill(os.getpid(), number)


def fill_memory():
    return len(bytearray(3 * 2**30))


def refuse(word):
    raise ChartError(word, skip=True)


class Untravelled(Exception):
    def __init__(self, one, two):
        super().__init__(f"{one} {two}")


def raise_untravelled():
    raise Untravelled(1, 2)


def test_calls_are_done_by_other_processes(pool):
    futures = [pool.submit(os.getpid, seconds=PATIENCE) for _ in range(8)]
    found = {future.result() for future in futures}
    assert os.getpid() not in found
    assert 1 <= len(found) <= 2
    assert [pool.submit(abs, number, seconds=PATIENCE).result() for number in (-1, -2)] == [1, 2]


def test_what_a_call_raises_is_raised(pool):
    with pytest.raises(ChartError, match="no value") as caught:
        pool.submit(refuse, "no value", seconds=PATIENCE).result()
    assert caught.value.skip is True
    with pytest.raises(RuntimeError, match="Untravelled: 1 2"):
        pool.submit(raise_untravelled, seconds=PATIENCE).result()


def test_a_call_that_takes_too_long_is_ended_and_those_after_it_are_done(pool):
    long = pool.submit(time.sleep, 1000, seconds=0.5)
    others = [pool.submit(abs, -number, seconds=PATIENCE) for number in range(5)]
    with pytest.raises(ChartError, match="it took more than the 0 s that it may take"):
        long.result()
    assert [other.result() for other in others] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_call_that_ends_its_process_fails_alone(pool, number):
    futures = [pool.submit(kill_itself, number, seconds=PATIENCE) for _ in range(3)]
    others = [pool.submit(abs, -1, seconds=PATIENCE) for _ in range(3)]
    for future in futures:
        with pytest.raises(ChartError) as caught:
            future.result()
        assert str(caught.value) == ENDED
    assert [other.result() for other in others] == [1, 1, 1]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to its memory")
def test_a_call_that_wants_too_much_memory_fails_alone(pool):
    with pytest.raises(ChartError) as caught:
        pool.submit(fill_memory, seconds=PATIENCE).result()
    assert str(caught.value) == TOO_MUCH
    assert pool.submit(abs, -1, seconds=PATIENCE).result() == 1


def test_a_call_that_cannot_be_sent_is_its_callers(pool):
    with pytest.raises((AttributeError, pickle.PicklingError), match="pickle"):
        pool.submit(lambda: 1, seconds=PATIENCE).result()
    assert pool.submit(abs, -1, seconds=PATIENCE).result() == 1


def test_stopping_gives_up_what_is_not_done():
    pool = Processes(2, nothing)
    running = [pool.submit(time.sleep, 1000, seconds=PATIENCE) for _ in range(2)]
    waiting = pool.submit(abs, -1, seconds=PATIENCE)
    while not all(future.running() for future in running):
        time.sleep(0.01)
    processes = [child._pid for child in pool._children]
    pool.stop()
    for process in processes:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)
    assert waiting.cancelled()
    assert [str(future.exception()) for future in running] == [ENDED, ENDED]


def test_a_pool_that_has_ended_does_no_more_calls():
    pool = Processes(1, nothing)
    pool.stop()
    with pytest.raises(ChartError) as caught:
        pool.submit(abs, -1, seconds=PATIENCE).result()
    assert str(caught.value) == ENDED


def wait_for(file):
    while not file.exists():
        time.sleep(0.01)


def test_a_call_that_is_given_up_is_not_begun(pool, tmp_path):
    running = [pool.submit(wait_for, tmp_path / "end", seconds=PATIENCE) for _ in range(2)]
    given_up = pool.submit((tmp_path / "made").mkdir, seconds=PATIENCE)
    assert given_up.cancel()
    (tmp_path / "end").touch()
    assert [future.result() for future in running] == [None, None]
    assert pool.submit(abs, -1, seconds=PATIENCE).result() == 1
    assert not (tmp_path / "made").exists()


def test_this_process_does_calls_at_once():
    assert InThisProcess().submit(abs, -1, seconds=PATIENCE).result() == 1
    with pytest.raises(ChartError, match="no value"):
        InThisProcess().submit(refuse, "no value", seconds=PATIENCE).result()


def length(data):
    return len(data)


def zeros(count):
    return bytes(count)


def test_large_arguments_and_results_travel(pool):
    assert pool.submit(length, bytes(20_000_000), seconds=PATIENCE).result() == 20_000_000
    assert pool.submit(zeros, 20_000_000, seconds=PATIENCE).result() == bytes(20_000_000)


def test_a_result_that_cannot_be_sent_is_told(pool):
    with pytest.raises(TypeError, match="cannot pickle"):
        pool.submit(open, os.devnull, seconds=PATIENCE).result()
    assert pool.submit(abs, -1, seconds=PATIENCE).result() == 1


WITHOUT_A_GUARD = """
print("once", flush=True)
import multiprocessing
from diagramgen.formats.fonts import renderer
from diagramgen.output.workers import started

renderer()
multiprocessing.current_process()._config["daemon"] = True
with started(2) as pool:
    futures = [pool.submit(abs, number, seconds=300) for number in (-1, -2, -3)]
    print([future.result() for future in futures])
"""


def test_a_process_with_threads_that_is_nobodys_parent_can_start_others(tmp_path):
    """Its own program is not run again, with or without a guard; nor is one of its folder."""
    (tmp_path / "script.py").write_text(WITHOUT_A_GUARD)
    (tmp_path / "queue.py").write_text("print('not this one')")
    done = subprocess.run(
        [sys.executable, "-P", tmp_path / "script.py"], cwd=tmp_path,
        capture_output=True, text=True, timeout=PATIENCE, check=True,
    )  # fmt: skip
    assert done.stdout == "once\n[1, 2, 3]\n"


ENDLESS = """\
  - {transform: series, metric: ppl, output: before.png}
  - transform: series
    metric: ppl
    output: endless.png
    vegalite:
      data: {sequence: {start: 0, stop: 100000}}
      transform: [{calculate: "sequence(1000000)", as: x}]
  - {transform: series, metric: ppl, output: after.png}
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to its memory")
def test_a_chart_that_never_ends_fails_and_the_others_are_drawn(project, main):
    """It takes all the memory that it may have, and its process with it."""
    project.suite(ENDLESS)
    project.ppl("run", 2000, web=12.5)
    done = main("render", "--formats", "png", "--jobs", "1")
    assert done.code == 1
    assert done.err == (
        f"rendered  before\nfailed    endless: {ENDED}\nrendered  after\n"
        "2 rendered, 1 failed in out\n"
    )
    assert project.files() == ["after.png", "before.png", "manifest.json"]
    assert list((project.folder / "out/.diagramgen").glob("tmp")) == []
