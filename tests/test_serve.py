"""`diagramgen serve`, as a process that answers over HTTP."""

from __future__ import annotations

import http.client
import queue
import re
import signal
import socket
import threading
from contextlib import closing

import pytest

pytest.importorskip("uvicorn", reason="needs the extra `serve`")

CHARTS = """\
  - {transform: series, metric: ppl, template: plain, output: ppl.png}
  - {transform: series, metric: acc, template: plain, output: deep/acc.png}
"""


class Server:
    """A server's process, what it says, and its answers."""

    def __init__(self, process):
        self.process = process
        self.lines = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        self.port = int(re.search(r":(\d+)/", self.until(" until Ctrl-C"))[1])

    def _listen(self):
        for line in self.process.stderr:
            self.lines.put(line.rstrip("\n"))

    def until(self, end):
        """The first line that ends like this."""
        while True:
            line = self.lines.get(timeout=30)
            if line.endswith(end):
                return line

    def get(self, path, method="GET", **headers):
        """Status, headers and body of an answer; the path goes out as it is."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.putrequest(method, path, skip_host="Host" in headers)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        with closing(connection):
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read()


@pytest.fixture(scope="module")
def project(make_project, tmp_path_factory):
    """One project, and one server of it, for all that is asked of them."""
    project = make_project(tmp_path_factory.mktemp("serve"))
    project.suite(CHARTS)
    project.ppl("run", 2000, web=12.5)
    project.acc("run", 2000, qa=0.25)
    return project


@pytest.fixture(scope="module")
def server(project, start):
    process = start("serve", "--port", "0", "--jobs", "1", folder=project.folder)
    server = Server(process)
    server.until("2 rendered in out")
    yield server
    process.kill()
    process.communicate()


def test_what_it_serves(server, project):
    for path in ("/", "/index.html"):
        status, headers, body = server.get(path)
        assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert body.endswith(b'<script src="/-/reload.js"></script>')
    status, headers, body = server.get("/deep/acc.vl.json")
    assert status == 200
    assert body == project.folder.joinpath("out/deep/acc.vl.json").read_bytes()
    assert headers["cache-control"] == "no-cache"


HIDDEN = [
    "/deep",
    "/deep/",
    "/../charts.yaml",
    "/deep/../../charts.yaml",
    "/%2e%2e/charts.yaml",
    "/..%2fcharts.yaml",
    "//etc/passwd",
    "/.diagramgen/state.json",
    "/deep/../.diagramgen/state.json",
    "/out.png",
    "/link/ppl.json",
]


def test_what_it_does_not_serve(server, project):
    """No listing of folders, nothing hidden, nothing outside the output folder."""
    (project.folder / "out/link").symlink_to(project.folder / "results/run/step_2000")
    for path in HIDDEN:
        status, _, body = server.get(path)
        assert (path, status, body) == (path, 404, b"Not Found")


def test_it_only_reads(server):
    assert server.get("/ppl.vl.json", method="DELETE")[0] == 405
    assert server.get("/ppl.vl.json", method="HEAD")[0] == 200


def test_a_name_that_leads_here_is_not_enough(server):
    assert server.get("/", Host=f"localhost:{server.port}")[0] == 200
    status, _, body = server.get("/", Host="evil.example")
    assert (status, body) == (400, b"Invalid host header")


def test_browsers_hear_of_every_run(server, project):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", "/-/builds")
    stream = connection.getresponse()
    assert stream.getheader("content-type").startswith("text/event-stream")
    assert stream.readline() == b"data: 1\n"
    project.ppl("run", 4000, web=12.0)
    server.until("1 rendered, 1 unchanged in out")
    assert (stream.readline(), stream.readline()) == (b"\n", b"data: 2\n")
    connection.close()


def test_a_port_that_is_taken(main, project):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = f"cannot listen on 127.0.0.1, port {port}: Address already in use"
        expected = f"error: {said}; choose another with --port\n"
        assert main("serve", "--port", port, folder=project.folder) == (2, "", expected)


def test_ctrl_c_ends_it_cleanly(server):
    server.process.send_signal(signal.SIGINT)
    assert server.until("serving") == "stopped serving"
    assert server.process.wait(timeout=30) == 0
