"""A process that does calls: what it does, and what becomes of one that does not."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import time

import pytest

from diagramgen.output.child import Child, Raised, receive, send
from tests.fixtures.patience import PATIENCE


@pytest.fixture
def child():
    one = Child()
    yield one
    one.end()
    one.close()


@pytest.fixture
def ways():
    here, there = socket.socketpair()
    with here, there:
        yield here, there


def soon():
    return time.monotonic() + 0.2


def test_messages_come_whole_and_in_order(ways):
    here, there = ways
    for message in (b"", b"one", bytes(range(256))):
        send(here, message)
    assert [receive(there) for _ in range(3)] == [b"", b"one", bytes(range(256))]


@pytest.mark.parametrize("part", [b"", b"\0\0", b"\0" * 7 + b"\5", b"\0" * 7 + b"\5four"])
def test_a_message_that_does_not_come_whole_is_not_waited_for(ways, part):
    here, there = ways
    here.sendall(part)
    with pytest.raises(TimeoutError):
        receive(there, soon())
    here.close()
    with pytest.raises(ConnectionResetError):
        receive(there, time.monotonic() + PATIENCE)


def test_a_message_that_nobody_takes_is_given_up(ways):
    with pytest.raises(TimeoutError):
        send(ways[0], bytes(10_000_000), soon())
    with pytest.raises(TimeoutError):
        send(ways[0], b"", time.monotonic())


def test_a_call_gives_what_it_gives_or_raises_there(child):
    assert child.call(divmod, (7, 2), PATIENCE) == (3, 1)
    with pytest.raises(Raised) as caught:
        child.call(divmod, (7, 0), PATIENCE)
    assert isinstance(caught.value.err, ZeroDivisionError)
    with pytest.raises(Raised) as caught:
        child.call(os.stat, ("/nowhere",), PATIENCE)
    assert isinstance(caught.value.err, FileNotFoundError)
    assert child.call(os.getppid, (), PATIENCE) == os.getpid()


def test_a_child_that_stands_still_takes_no_call_for_ever(child):
    os.kill(child._pid, signal.SIGSTOP)
    with pytest.raises(TimeoutError):
        child.call(len, (bytes(10_000_000),), 0.2)


def test_a_child_that_has_ended_is_told_and_can_be_ended_again(child):
    with pytest.raises(ConnectionError):
        child.call(os._exit, (0,), PATIENCE)
    child.end()
    child.kill()
    child.end()
    with pytest.raises(OSError, match="Broken pipe"):
        child.call(abs, (-1,), PATIENCE)


PARENT = """
import os, threading, time
from diagramgen.output.child import Child

{before}
child = Child()
threading.Thread(target=lambda: child.call(time.sleep, (1000,), 1000), daemon=True).start()
print(child._pid, flush=True)
time.sleep(1000)
"""


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="only Linux tells of a stranger's end")
@pytest.mark.parametrize("threads", ["none", "one"])
def test_a_child_ends_with_its_parent_in_the_middle_of_a_call(threads):
    before = "threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()"
    text = PARENT.format(before=before if threads == "one" else "")
    with subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE) as parent:
        handle = os.pidfd_open(int(parent.stdout.readline()))
        parent.kill()
    ended, _, _ = select.select([handle], [], [], PATIENCE)
    os.close(handle)
    assert ended == [handle]
