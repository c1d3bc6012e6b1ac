"""The schema in an editor: a real yaml-language-server completes, explains and underlines."""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import threading
from pathlib import Path

import pytest

from diagramgen.suite.schema import transform_schema
from diagramgen.transforms import TRANSFORMS
from tests.fixtures.patience import PATIENCE

ROOT = Path(__file__).parents[2]
EDITOR = Path(__file__).parent / "editor"
SERVER = EDITOR / "node_modules" / "yaml-language-server"
MODELINE = f"# yaml-language-server: $schema={(ROOT / 'schema/charts.schema.json').as_uri()}\n"
HEAD = (
    MODELINE
    + """\
version: 1
sources: {run: {root: results}}
metrics: {ppl: {better: lower, read: {reader: json, file: ppl.json}}}
charts:
"""
)
HEAD_LINES = HEAD.count("\n")


class Server:
    """A language server on stdio: requests, and the diagnostics that it sends of its own accord."""

    def __init__(self, command: list[str]) -> None:
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.inbox: queue.Queue[dict] = queue.Queue()
        self.count = 0
        threading.Thread(target=self.listen, daemon=True).start()
        self.request("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        self.send({"method": "initialized", "params": {}})

    def listen(self) -> None:
        stream = self.process.stdout
        while line := stream.readline():
            if line.lower().startswith(b"content-length:"):
                size = int(line.split(b":")[1])
                while stream.readline().strip():
                    pass
                self.inbox.put(json.loads(stream.read(size)))

    def send(self, message: dict) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def wait(self, wanted) -> dict:
        """The first message that is wanted; what the server asks on the way is answered."""
        while True:
            message = self.inbox.get(timeout=PATIENCE)
            if "id" in message and "method" in message:
                items = message.get("params", {}).get("items", [])
                self.send({"id": message["id"], "result": [{} for _ in items] or None})
            if wanted(message):
                return message

    def request(self, method: str, params: dict):
        self.count += 1
        number = self.count
        self.send({"id": number, "method": method, "params": params})
        answer = self.wait(lambda each: each.get("id") == number and "method" not in each)
        return answer["result"]

    def open(self, text: str, uri: str) -> list[dict]:
        """Open a document and return its diagnostics."""
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        published = self.wait(
            lambda each: (
                each.get("method") == "textDocument/publishDiagnostics"
                and each["params"]["uri"] == uri
            )
        )
        return published["params"]["diagnostics"]


@pytest.fixture(scope="session")
def server():
    if shutil.which("npm") is None or shutil.which("node") is None:
        reason = "npm and node are not installed: the language server comes from the npm registry"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    wanted = json.loads((EDITOR / "package.json").read_text())["dependencies"]
    installed = SERVER / "package.json"
    if (
        not installed.exists()
        or json.loads(installed.read_text())["version"] not in wanted.values()
    ):
        command = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(command, cwd=EDITOR, check=True, capture_output=True)
    server = Server(["node", str(SERVER / "bin" / "yaml-language-server"), "--stdio"])
    yield server
    server.process.kill()
    server.process.communicate()


@pytest.fixture
def opened(server):
    """Open a suite whose charts are the given text; `|` in it is the cursor."""

    def call(charts, head=HEAD):
        text = head + charts
        before, _, after = text.partition("|")
        uri = f"file:///suite/{abs(hash(text))}.yaml"
        diagnostics = server.open(before + after, uri)
        line = before.count("\n")
        at = {"line": line, "character": len(before) - before.rfind("\n") - 1}
        return {"textDocument": {"uri": uri}, "position": at}, diagnostics

    return call


@pytest.fixture
def completed(server, opened):
    """The labels that are offered at the cursor."""

    def call(charts, head=HEAD):
        place, _ = opened(charts, head)
        found = server.request("textDocument/completion", place)
        items = found["items"] if isinstance(found, dict) else found
        return {item["label"] for item in items}

    return call


def test_transforms_are_offered(completed):
    assert completed("  - transform: |\n") >= set(TRANSFORMS)


@pytest.mark.parametrize("name", TRANSFORMS)
def test_a_transform_offers_its_own_keys_and_no_others(completed, name):
    keys = set(transform_schema(name)["properties"]) | {"output", "for_each", "layout"}
    offered = completed(f"  - transform: {name}\n    |\n")
    assert offered >= keys - {"transform"}
    others = {key for other in TRANSFORMS for key in transform_schema(other)["properties"]}
    assert not offered & (others - keys)


def test_panels_offer_the_keys_of_their_transform(completed):
    offered = completed("  - output: a.png\n    panels:\n      - transform: macro\n        |\n")
    assert {"metric", "reference", "by"} <= offered
    assert not {"baseline", "view"} & offered


@pytest.mark.parametrize(
    ("charts", "words"),
    [
        ("  - transform: relative\n    of: |\n", {"items", "macro"}),
        ("  - transform: macro\n    average: |\n", {"mean", "weighted", "geometric"}),
        ("  - transform: stage-compare\n    view: |\n", {"trend", "at", "delta", "history"}),
    ],
)
def test_values_are_offered(completed, charts, words):
    assert completed(charts) >= words


def test_settings_are_completed_too(completed):
    source = completed("", f"{MODELINE}version: 1\nsources:\n  run:\n    |\n")
    assert {"root", "checkpoint", "bridge", "optional"} <= source
    metric = completed("", f"{MODELINE}version: 1\nmetrics:\n  ppl:\n    |\n")
    assert {"read", "better", "groupings", "order"} <= metric
    read = completed("", f"{MODELINE}metrics:\n  ppl:\n    read:\n      reader: csv\n      |\n")
    assert {"columns", "step", "value"} <= read
    assert "records" not in read


def test_hover_explains_a_parameter(server, opened):
    place, _ = opened("  - transform: relative\n    base|line: first\n")
    hover = server.request("textDocument/hover", place)
    words = hover["contents"]["value"] if isinstance(hover["contents"], dict) else hover["contents"]
    description = transform_schema("relative")["properties"]["baseline"]["description"]
    assert description.split(":")[0] in words


def test_a_wrong_key_is_underlined(opened):
    chart = "  - transform: relative\n    source: run\n    metric: ppl\n    baseline: first\n"
    _, found = opened(f"{chart}    basline: first\n    output: a.png\n")
    (only,) = found
    line = HEAD_LINES + 4
    assert only["range"]["start"] == {"line": line, "character": 4}
    assert only["range"]["end"]["line"] == line
    assert "basline" in only["message"]


def test_a_wrong_value_is_underlined(opened):
    _, found = opened("  - {transform: macro, metric: ppl, average: wieghted, output: a.png}\n")
    places = {
        (each["range"]["start"]["line"], each["range"]["start"]["character"]) for each in found
    }
    assert (HEAD_LINES, 45) in places


@pytest.mark.parametrize("name", ["charts.yaml", "docs/examples/stage3/charts.yaml"])
def test_the_suites_at_hand_have_no_findings(server, name):
    file = ROOT / name
    text = file.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("# yaml-language-server")]
    assert server.open(MODELINE + "\n".join(lines), file.as_uri()) == []
