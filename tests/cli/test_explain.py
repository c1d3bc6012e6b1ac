"""`explain`: where a file comes from, told from itself, the manifest, the suite and the results."""

from __future__ import annotations

import json
import os
import time

import pytest

FORMATS = ("png", "svg", "pdf", "vl.json", "vega.json", "html", "csv")
CHARTS = """\
  - transform: macro
    metric: ppl
    items: [web, code]
    reference: bridge
    output: a/b & c.png
"""
FILES = [f"results/run/step_{step}/ppl.json" for step in (100, 200, 9000)]


@pytest.fixture
def drawn(project, main):
    """A chart of two steps and a bridge."""
    for step, ppl in ((100, 4.0), (200, 3.5), (9000, 4.5)):
        project.ppl("run", step, web=ppl, code=ppl - 2)
    project.suite(CHARTS)

    def call(*formats):
        done = main("render", "--jobs", 1, "--formats", ",".join(formats or ["png"]))
        assert done.code == 0, done.err
        return project

    return call


def test_every_format_tells_its_chart_its_entry_and_its_files(drawn, main):
    drawn(*FORMATS)
    for format_ in FORMATS:
        done = main("explain", f"out/a/b & c.{format_}", "--json")
        assert (done.code, done.err) == (0, "")
        found = json.loads(done.out)
        assert (found["id"], found["title"]) == ("a/b & c", "Macro PPL of web and code")
        assert found["altered"] is False
        # A table has no room for a digest.
        unchanged = None if format_ == "csv" else True
        place = {"file": "charts.yaml", "line": 24, "column": 5, "unchanged": unchanged}
        assert found["suite"] == place, format_
        assert found["sources"] == {"run": {"label": "Run", "files": FILES}}


def test_what_is_told(drawn, main):
    drawn("png")
    assert main("explain", "out/a/b & c.png").out == (
        "chart      a/b & c\n"
        "title      Macro PPL of web and code\n"
        "shows      Line chart, 2 steps from 100 to 200. "
        "PPL (lower is better): 2.50 (step 200) to 3.00 (step 100). From the first step to the "
        "last: down from 3.00 to 2.50, better. Best: step 200. Bridge (step 9,000): 3.50.\n"
        "entry      charts.yaml:24:5, which says the same of it as when it was drawn\n"
        'transform  macro {"source": "run", "metric": "ppl", "items": ["web", "code"], '
        '"steps": {"run": [100, 200]}, "reference": {"run": 9000}}\n'
        "source     run (Run)\n"
        "           results/run/step_100/ppl.json\n"
        "           results/run/step_200/ppl.json\n"
        "           results/run/step_9000/ppl.json\n"
    )


def test_a_picture_that_has_left_its_folder(drawn, main):
    project = drawn("png")
    (project.folder / "out" / "a" / "b & c.png").rename(project.folder / "figure1.png")
    found = json.loads(main("explain", "figure1.png", "--json").out)
    assert "altered" not in found
    assert found["suite"]["line"] == 24


def test_an_entry_that_has_changed_since(drawn, main):
    project = drawn("png")
    project.suite(CHARTS.replace("[web, code]", "[web]"))
    told = main("explain", "out/a/b & c.png").out
    assert "entry      charts.yaml:24:5, which has changed since it was drawn\n" in told


def test_an_entry_whose_results_are_gone_may_be_the_same_or_not(drawn, main):
    project = drawn("png")
    (project.folder / "results/run/step_9000/ppl.json").unlink()
    assert main("explain", "out/a/b & c.png").out.endswith(
        "entry      charts.yaml:24:5\n"
        'transform  macro {"source": "run", "metric": "ppl", "items": ["web", "code"], '
        '"reference": "bridge"}\n'
    )


def test_an_entry_that_only_moved_is_the_same(drawn, main):
    project = drawn("png")
    other = "  - {transform: series, metric: ppl, output: other.png}\n"
    project.suite(other + CHARTS)
    told = main("explain", "out/a/b & c.png").out
    assert "entry      charts.yaml:25:5, which says the same of it as when it was drawn\n" in told


def test_an_entry_that_is_gone(drawn, main):
    project = drawn("png")
    project.suite(CHARTS.replace("b & c", "d"))
    assert (
        "suite      charts.yaml has no chart of that id now\n"
        in main("explain", "out/a/b & c.png").out
    )


def test_a_folder_without_a_suite(drawn, main):
    project = drawn("png")
    (project.folder / "charts.yaml").unlink()
    done = main("explain", "out/a/b & c.png")
    assert done.code == 0
    assert done.out.endswith("suite      not here; -c FILE tells which entry drew it\n")


def test_a_file_that_was_altered(drawn, main):
    project = drawn("png", "csv")
    with (project.folder / "out" / "a" / "b & c.csv").open("a") as file:
        file.write("new,0\n")
    told = main("explain", "out/a/b & c.csv").out
    assert told.endswith("file       has been altered since it was written\n")


@pytest.mark.parametrize(
    "content", [b"", b"\x89PNG\r\n\x1a\n", b"%PDF-1.7", b"{}", b"[1]", b"<svg>"]
)
def test_a_file_of_somebody_else(project, main, content):
    (project.folder / "file").write_bytes(content)
    assert main("explain", "file") == (
        2,
        "",
        "error: file: diagramgen has not drawn this, or what it wrote into it is lost\n",
    )


OURS = {"id": "a", "suite": "0" * 64}
STRANGE = {
    "PNG of cut chunks": b"\x89PNG\r\n\x1a\n" + b"\xff\xff\xff\xffiTXt",
    "PNG of empty chunks": b"\x89PNG\r\n\x1a\n" + bytes(9_000_000),
    "PDF of nothing": b"%PDF-1.7\n" + b"\n" * 900_000,
    "PDF of beginnings": b"%PDF-1.7\n" + b"1 0 obj\n" * 100_000,
    "PDF that nests": b"%PDF-1.7\n1 0 obj\n" + b"[" * 100_000 + b"\ntrailer <</Info 1 0 R>>\n"
    b"startxref\n0\n%%EOF",
    "PDF that leads to itself": b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \n"
    b"trailer <</Size 1 /Prev 9 /Root 1 0 R>>\nstartxref\n9\n%%EOF",
    "PDF under a lock": b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \n"
    b"trailer <</Size 1 /Encrypt 1 0 R /Root 1 0 R>>\nstartxref\n9\n%%EOF",
    "SVG of beginnings": b'<svg><title id="title">' * 400_000,
    "page of beginnings": b"const spec = [;\n" * 600_000,
    "JSON that nests": b"[" * 9_000_000,
    "JSON of a long number": b'{"title": ' + b"9" * 5_000_000 + b"}",
    "JSON of no kind": b'{"title": {"text": [1]}, "usermeta": [{"diagramgen": 1}]}',
    "no text": b"\xff\xfe\x00\x01",
}


@pytest.mark.parametrize("what", STRANGE)
def test_a_file_of_a_stranger_costs_little_and_ends_in_no_traceback(project, main, what):
    (project.folder / "file").write_bytes(STRANGE[what])
    before = time.process_time()
    assert main("explain", "file") == (
        2,
        "",
        "error: file: diagramgen has not drawn this, or what it wrote into it is lost\n",
    )
    assert time.process_time() - before < 2


def test_a_file_that_is_too_long(project, main):
    (project.folder / "file").write_bytes(bytes(10_000_001))
    said = "error: cannot read file: larger than the 10,000,000 bytes that it may have\n"
    assert main("explain", "file") == (2, "", said)


def test_a_pipe_is_not_waited_for(project, main):
    os.mkfifo(project.folder / "file")
    assert main("explain", "file") == (2, "", "error: cannot read file: not a regular file\n")


def test_what_a_stranger_writes_is_shown_not_obeyed(project, main):
    of = {"id": "a\x1b[2J\nentry      mine", "suite": ""}
    spec = {"title": "b\u202e\nc", "description": "d\r", "usermeta": {"diagramgen": of}}
    project.write("file", spec)
    assert main("explain", "file").out == (
        "chart      a\ufffd[2J\\nentry      mine\n"
        "title      b\\u202e\\nc\n"
        "shows      d\\x0d\n"
        "suite      not here; -c FILE tells which entry drew it\n"
    )


def test_a_broken_manifest_tells_nothing(project, main):
    project.write("file", {"usermeta": {"diagramgen": OURS}})
    for manifest in ("[" * 100_000, {"charts": 1}, {"charts": [{"files": [1]}]}, "\x00"):
        project.write("manifest.json", manifest)
        assert main("explain", "file").out.startswith("chart      a\n")


def test_no_file(main):
    assert main("explain", "file") == (
        2,
        "",
        "error: cannot read file: No such file or directory\n",
    )
