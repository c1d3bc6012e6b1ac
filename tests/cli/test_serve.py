"""`diagramgen serve`, as a process that answers over HTTP."""

from __future__ import annotations

import http.client
import json
import os
import queue
import re
import signal
import socket
import threading
from contextlib import closing

import pytest

from diagramgen.cli.answers import HEADERS, read_inside, served
from diagramgen.errors import OutputError
from tests.fixtures.patience import PATIENCE

pytest.importorskip("uvicorn", reason="needs the extra `serve`")

CHARTS = """\
  - {transform: series, metric: ppl, template: plain, output: ppl.vl.json}
  - {transform: series, metric: acc, template: plain, output: deep/acc.vl.json}
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
            line = self.lines.get(timeout=PATIENCE)
            if line.endswith(end):
                return line

    def get(self, path, method="GET", **headers):
        """Status, headers and body of an answer; the path goes out as it is."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
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
    suite = (project.folder / "charts.yaml").read_text("utf-8")
    project.write("charts.yaml", suite.replace("[vl.json]", "[vl.json, svg]"))
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
        assert b"connect-src 'self'" in body
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


def test_only_what_the_manifest_names_is_served(server, project):
    """Not a stray file, not through a link, not a pipe, whatever stands in the manifest."""
    out = project.folder / "out"
    (out / "stray.png").write_bytes(b"a picture of somebody else")
    (out / "manifest.json.bak").write_bytes(b"{}")
    for path in ("/stray.png", "/manifest.json.bak", "/manifest.json", "/gallery", "/gallery/x.js"):
        assert (path, server.get(path)[0]) == (path, 404)


@pytest.mark.parametrize(
    "name",
    [
        "../charts.yaml",
        "/etc/hostname",
        ".diagramgen/state.json",
        "link.json",
        "folder/a.json",
        "pipe",
        "deep",
        "a\0",
        "ü",
    ],
)
def test_a_manifest_of_a_stranger_leads_nowhere(tmp_path, name):
    out = tmp_path / "out"
    (out / ".diagramgen").mkdir(parents=True)
    (out / ".diagramgen/state.json").touch()
    (tmp_path / "charts.yaml").touch()
    (tmp_path / "a.json").touch()
    (out / "link.json").symlink_to(tmp_path / "a.json")
    (out / "folder").symlink_to(tmp_path)
    os.mkfifo(out / "pipe")
    (out / "deep").mkdir()
    suite = {"title": "A", "file": "charts.yaml", "sha256": "0" * 64}
    chart = {"id": "a", "status": "rendered", "transforms": [], "metrics": [], "sources": []}
    chart |= {"files": [{"path": name, "sha256": "0" * 64}], "left_out": {}}
    manifest = {"version": 1, "suite": suite, "versions": {}, "sources": {}, "stale": []}
    text = json.dumps(manifest | {"charts": [chart]})
    (out / "manifest.json").write_text(text, "utf-8")
    assert (name in served(out)) != name.startswith(".diagramgen")
    with pytest.raises((OSError, OutputError, ValueError)):
        read_inside(out, name if name in served(out) else "nothing")


@pytest.mark.parametrize(
    "manifest",
    ["", "[", "[" * 100_000, "{}", '{"charts": 1}', '{"charts": [{"id": 1, "files": []}]}'],
)
def test_what_is_no_manifest_names_nothing(tmp_path, manifest):
    (tmp_path / "manifest.json").write_text(manifest, "utf-8")
    assert served(tmp_path) == set()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "FOO"])
def test_it_only_reads(server, method):
    for path in ("/", "/ppl.vl.json", "/-/builds", "/nothing"):
        status, headers, _ = server.get(path, method=method)
        assert (status, headers["allow"]) == (405, "GET, HEAD")


def test_a_head_has_no_body(server):
    for path in ("/", "/ppl.vl.json", "/-/builds"):
        assert server.get(path, method="HEAD")[::2] == (200, b"")


def test_every_answer_is_for_its_own_pages_alone(server):
    for path in ("/", "/ppl.vl.json", "/-/reload.js", "/nothing", "/gallery/app.js"):
        headers = server.get(path)[1]
        assert {name: headers.get(name.lower()) for name in HEADERS} == HEADERS


def test_an_svg_may_do_nothing_but_be_looked_at(server):
    status, headers, _ = server.get("/ppl.svg")
    assert (status, headers["content-type"]) == (200, "image/svg+xml")
    assert headers["content-security-policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; "
        "frame-ancestors 'none'"
    )


OPENED = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
FRAMED = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}


@pytest.mark.parametrize(
    ("site", "more", "status"),
    [
        (None, {}, 200),
        ("none", {}, 200),
        ("same-origin", {}, 200),
        ("same-site", {}, 403),
        ("cross-site", {}, 403),
        ("cross-site", OPENED, 200),
        ("cross-site", FRAMED, 403),
        ("something-new", {}, 403),
    ],
)
def test_who_asks(server, site, more, status):
    headers = ({"Sec-Fetch-Site": site} if site else {}) | more
    for path in ("/", "/ppl.vl.json", "/gallery/app.js"):
        assert server.get(path, **headers)[0] == status


def test_a_page_of_another_port_reads_nothing(server, browser, listener):
    """Neither as data, nor as a script, a picture or a frame."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{listener.urls[0]}/page")
    index = server.get("/gallery/index/000.js")[2].decode()
    script = re.findall(r'"script":"([^"]*)"', index)[0]
    found = page.evaluate(
        """async ([own, script]) => {
          const found = {};
          window.diagramgen = {show: () => { found.script = "ran"; }};
          const load = (name, where) => new Promise((resolve) => {
            const element = document.createElement(name);
            element.onload = () => { found[name] = found[name] ?? "loaded"; resolve(); };
            element.onerror = () => { found[name] = found[name] ?? "refused"; resolve(); };
            element.src = `${own}/${where}`;
            document.body.append(element);
          });
          await load("script", script);
          await load("img", "ppl.svg");
          await load("iframe", "");
          const frame = document.querySelector("iframe");
          const refused = () => "refused";
          found.frame = frame.contentDocument === null ? "closed" : "open";
          const read = (how) => fetch(`${own}/ppl.vl.json`, how).then((all) => all.text(), refused);
          found.data = await read({});
          found.opaque = await read({mode: "no-cors"});
          return found;
        }""",
        [f"http://127.0.0.1:{server.port}", script],
    )
    context.close()
    assert found == {
        "script": "refused",
        "img": "refused",
        "iframe": "loaded",
        "frame": "closed",
        "data": "refused",
        "opaque": "refused",
    }


def is_open(connection):
    """Whether one more byte is taken, a second later."""
    try:
        connection.sendall(b"G")
        return connection.recv(1) != b""
    except TimeoutError:
        return True
    except ConnectionError:
        return False


def test_a_client_that_is_slow_to_ask_is_cut_off(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        while b"reload.js" not in slow.recv(100_000):
            pass
        slow.settimeout(1)
        while is_open(slow):
            pass


def test_a_name_that_leads_here_is_not_enough(server):
    assert server.get("/", Host=f"localhost:{server.port}")[0] == 200
    status, _, body = server.get("/", Host="evil.example")
    assert (status, body) == (400, b"Invalid host header")


def test_browsers_hear_of_every_run(server, project):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
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


def test_ctrl_c_ends_it_cleanly_and_at_once_though_pages_are_open(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    connection.request("GET", "/-/builds")
    assert connection.getresponse().readline().startswith(b"data: ")
    server.process.send_signal(signal.SIGINT)
    assert server.lines.get(timeout=PATIENCE) == "stopped serving"
    connection.close()
    assert server.process.wait(timeout=PATIENCE) == 0


def test_ctrl_c_does_not_wait_for_the_charts_that_are_still_to_be_drawn(
    make_project, start, tmp_path
):
    """Forty charts, of which the first is drawn when it comes; no temporary file stays."""
    project = make_project(tmp_path)
    chart = "  - {transform: series, metric: ppl, template: plain, output: a%d.png}\n"
    project.suite("".join(chart % number for number in range(40)))
    suite = (project.folder / "charts.yaml").read_text("utf-8")
    project.write("charts.yaml", suite.replace("[vl.json]", "[png]"))
    project.ppl("run", 2000, web=12.5)
    with start("serve", "--port", "0", "--jobs", "1", folder=project.folder) as process:
        server = Server(process)
        server.until("rendered  a0")
        process.send_signal(signal.SIGINT)
        server.until("stopped serving")
        assert process.wait(timeout=PATIENCE) == 0
    drawn = list((project.folder / "out").glob("*.png"))
    assert 1 <= len(drawn) < 40
    assert list((project.folder / "out/.diagramgen").glob("tmp/*")) == []
