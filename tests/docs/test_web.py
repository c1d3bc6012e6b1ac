"""docs/web.md: its pages in a browser, its Python in a kernel, its JavaScript as it would run."""

from __future__ import annotations

import functools
import http.server
import re
import shutil
import subprocess
import threading
from pathlib import Path

import pytest
import yaml
from pages import ROOT, blocks, bundled_suite

from diagramgen.output.build import build
from diagramgen.results.plan import make_plan
from diagramgen.suite.load import load as load_suite
from tests.fixtures.patience import PATIENCE

WEB = ROOT / "docs" / "web.md"
BLOCKS = {}
for _block in blocks(WEB):
    BLOCKS.setdefault((_block.language, _block.word), []).append(_block.text)
CHART = "tier2/macro/tier2_macro_ppl_vs_step"
POINTS = 6
"""The macro's points in the sample results."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A suite with the one chart that the page speaks of, drawn into `diagrams`."""
    folder = tmp_path_factory.mktemp("web")
    suite = bundled_suite()
    suite["charts"] = [entry for entry in suite["charts"] if CHART in str(entry.get("output"))]
    suite["output"] = {"dir": "diagrams", "formats": ["png", "vl.json", "html"], "gallery": True}
    (folder / "charts.yaml").write_text(yaml.safe_dump(suite), encoding="utf-8")
    outcomes = build(make_plan(load_suite(folder / "charts.yaml")))
    assert [(outcome.planned.id, outcome.status) for outcome in outcomes] == [(CHART, "rendered")]
    return folder


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def site(folder):
    """The address at which the output folder is served."""
    handler = functools.partial(Quiet, directory=folder / "diagrams")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def page(browser):
    """A page of a browser; whatever it complains about fails the test."""
    context = browser.new_context()
    page, wrong = context.new_page(), []
    page.set_default_timeout(PATIENCE * 1000)
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    context.close()
    assert [text for text in wrong if "favicon" not in text and "404" not in text] == []


def expect_chart(frame):
    """The chart is drawn: its points, its axis, its alt text."""
    drawing = frame.locator("svg.marks")
    drawing.wait_for()
    assert frame.locator(".mark-symbol.role-mark path").count() == POINTS
    assert "Tier2 PPL (lower is better)" in drawing.text_content()
    label = frame.locator("[aria-label^='Line chart, 6 steps from 2,000 to 22,000.']")
    assert label.count() == 1


def test_a_page_with_the_gallerys_own_script(folder, site, page):
    (html,) = BLOCKS["html", "bundle"]
    (folder / "diagrams" / "page.html").write_text(html, encoding="utf-8")
    page.goto(f"{site}/page.html")
    expect_chart(page)


def test_a_page_with_scripts_of_a_cdn(folder, site, page):
    """They are not asked for here: what stands for them is the same code in one file."""
    import vl_convert

    (html,) = BLOCKS["html", "cdn"]
    asked = []

    def answer(route):
        asked.append(route.request.url)
        body = (folder / "diagrams/gallery/vega.js").read_text() if "embed" in asked[-1] else ""
        route.fulfill(body=body, content_type="text/javascript")

    page.route("https://cdn.jsdelivr.net/**", answer)
    (folder / "diagrams" / "cdn.html").write_text(html, encoding="utf-8")
    page.set_viewport_size({"width": 500, "height": 600})
    page.goto(f"{site}/cdn.html")
    expect_chart(page)
    lite = re.search(r"vega-lite/v(.*)\.json", (folder / f"diagrams/{CHART}.vl.json").read_text())
    assert asked == [
        f"https://cdn.jsdelivr.net/npm/vega@{vl_convert.get_vega_version()}",
        f"https://cdn.jsdelivr.net/npm/vega-lite@{lite[1]}",
        f"https://cdn.jsdelivr.net/npm/vega-embed@{vl_convert.get_vega_embed_version()}",
    ]
    assert page.evaluate("document.querySelector('svg.marks').getBoundingClientRect().right") <= 500


def test_a_page_of_its_own_in_a_frame(folder, site, page):
    (html,) = BLOCKS["html", "frame"]
    (folder / "diagrams" / "report.html").write_text(html, encoding="utf-8")
    page.goto(f"{site}/report.html")
    expect_chart(page.frame_locator("iframe"))


def test_a_page_of_its_own_from_the_disk(folder, page):
    far = []
    page.on("request", lambda request: far.append(request.url))
    page.goto((folder / f"diagrams/{CHART}.html").as_uri())
    expect_chart(page)
    assert page.title() == "Macro Tier2 PPL"
    assert [url for url in far if not url.startswith(("file:", "data:"))] == []


def test_the_spec_in_observable(folder, site, page):
    """The cell as it is, but for its import: `npm:` is Observable's own."""
    (code,) = BLOCKS["js", "observable"]
    line, body = code.split("\n", 1)
    assert line == 'import embed from "npm:vega-embed";'
    shim = f"""
        const FileAttachment = (name) => ({{
          json: async () => (await fetch("{Path(CHART).parent}/" + name)).json() }});
        const display = (node) => document.body.append(node);
        const embed = vegaEmbed;
    """
    html = f"""<!doctype html><script src="gallery/vega.js"></script>
        <body><script type="module">{shim}{body}</script>"""
    (folder / "diagrams" / "observable.html").write_text(html, encoding="utf-8")
    page.goto(f"{site}/observable.html")
    expect_chart(page)


def test_each_cell_of_a_notebook_shows_the_chart(folder):
    """In a real kernel; the cell of the Quarto document is one, too."""
    import nbformat
    from nbclient import NotebookClient

    (quarto,) = re.findall(r"```\{python\}\n(.*?)```", WEB.read_text(encoding="utf-8"), re.DOTALL)
    cells = [nbformat.v4.new_code_cell(code) for code in (*BLOCKS["python", "notebook"], quarto)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, resources={"metadata": {"path": folder}}).execute()
    for cell in notebook.cells:
        (output,) = cell.outputs
        assert output.output_type == "execute_result"
        html = output.data["text/html"]
        assert '"text": "Macro Tier2 PPL"' in html
        assert html.count('"source": "stage2", "step": ') == POINTS


@pytest.mark.skipif(shutil.which("quarto") is None, reason="needs quarto")
def test_a_quarto_document(folder):
    text = WEB.read_text(encoding="utf-8")
    (document,) = re.findall(r"````markdown quarto\n(.*?)````", text, re.DOTALL)
    (folder / "stage2.qmd").write_text(document, encoding="utf-8")
    subprocess.run(["quarto", "render", "stage2.qmd"], cwd=folder, check=True)
    assert "Macro Tier2 PPL" in (folder / "stage2.html").read_text(encoding="utf-8")


def test_the_manifest_as_an_index(folder, monkeypatch, capsys):
    (code,) = BLOCKS["python", "manifest"]
    monkeypatch.chdir(folder)
    exec(code, {})
    assert capsys.readouterr().out == f"Macro Tier2 PPL: diagrams/{CHART}.png\n"
