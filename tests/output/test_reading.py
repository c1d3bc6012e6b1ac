"""Chunks of files that a pool reads: in order, not far ahead, and told by name where it fails."""

from __future__ import annotations

import os
import signal
import time

import pytest

from diagramgen.errors import ResultsError
from diagramgen.output import reading
from diagramgen.output.pool import ENDED, InThisProcess, Processes
from diagramgen.output.reading import hand_out
from diagramgen.results.contents import Chunk, Wanted
from diagramgen.results.found import Found


@pytest.fixture(scope="module")
def pool():
    processes = Processes(2, nothing)
    yield processes
    processes.stop()


def nothing():
    """Ready at once."""


def chunk(*paths):
    files = (Wanted("runs/", Found(path, None, None, ""), {}) for path in paths)
    return Chunk("/", tuple(files))


def paths(chunk):
    return [wanted.file.path for wanted in chunk.files]


def hang(_):
    time.sleep(1000)


def kill_itself(_):
    os.kill(os.getpid(), signal.SIGKILL)


def test_chunks_are_read_in_order_and_not_far_ahead(pool):
    taken = []

    def chunks():
        for number in range(20):
            taken.append(number)
            yield chunk(f"{number}.json")

    assert pool.width == 2
    found = hand_out(pool, paths, chunks())
    assert next(found) == ["0.json"]
    assert taken == [0, 1, 2, 3, 4]
    assert list(found) == [[f"{number}.json"] for number in range(1, 20)]
    assert list(hand_out(InThisProcess(), paths, [chunk("a", "b"), chunk("c")])) == [
        ["a", "b"], ["c"]
    ]  # fmt: skip
    assert list(hand_out(pool, paths, [])) == []


def test_a_chunk_that_takes_too_long_is_told_and_stops_the_rest(pool, monkeypatch):
    monkeypatch.setattr(reading, "READING", 0.2)
    found = hand_out(pool, hang, [chunk("a.json", "b.json", "c.json"), chunk("d.json")])
    with pytest.raises(ResultsError) as caught:
        next(found)
    assert str(caught.value) == (
        "runs/a.json and 2 more: cannot be read: it took more than the 0 s that it may take"
    )
    assert list(found) == []


def test_a_chunk_that_ends_its_process_is_told(pool):
    with pytest.raises(ResultsError) as caught:
        list(hand_out(pool, kill_itself, [chunk("a.json")]))
    assert str(caught.value) == f"runs/a.json: cannot be read: {ENDED}"
