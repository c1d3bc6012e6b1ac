"""`explain`: where a file comes from, told from itself, the manifest, the suite and the results."""

from __future__ import annotations

import json

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
        assert (found["id"], found["title"]) == ("a/b & c", "Macro PPL of web, code")
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
        "title      Macro PPL of web, code\n"
        "shows      Line chart, 2 steps from 100 to 200. "
        "PPL (lower is better): 2.50 (step 200) to 3.00 (step 100). From the first step to the "
        "last: down, 3.00 to 2.50, better. Best: step 200. bridge (step 9,000): 3.50.\n"
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


def test_no_file(main):
    assert main("explain", "file") == (
        2,
        "",
        "error: cannot read file: No such file or directory\n",
    )
