"""Pages with a stranger's charts in a real browser: nothing of them runs, nothing is asked."""

from __future__ import annotations

import json
import socket
import threading

import msgspec
import pytest

from diagramgen.cli.answers import Builds, application
from diagramgen.cli.serve import _server as serving
from diagramgen.formats.render import draw
from diagramgen.formats.spec import encode
from diagramgen.formats.vega import vega_bundle
from diagramgen.output.card import card_of
from diagramgen.output.files import MANIFEST
from diagramgen.output.gallery import BUNDLE, chart_script, gallery_files
from diagramgen.output.manifest import Manifest, encode_manifest
from diagramgen.spec.vegalite import SCHEMA_URL
from tests.fixtures.patience import PATIENCE

RUN = "<img src=x onerror=\"document.title='ran'\">"


def chart(host):
    """A chart that tries all that a spec can say: it names another host, and what would run."""
    return {
        "$schema": SCHEMA_URL,
        "title": RUN,
        "description": RUN,
        "usermeta": {"diagramgen": {"id": RUN, "sources": {"run": RUN}}},
        "background": f"url({host}/background.svg#a)",
        "config": {"mark": {"tooltip": {"content": "data"}}},
        "params": [
            {"name": "a", "value": "1", "bind": {"input": "image", "placeholder": RUN,
             "src": f"{host}/bind.png", "onfocus": "document.title='ran'", "autofocus": ""}},
        ],
        "data": {
            "values": [
                {"step": 1, "value": 2.5, "item": RUN, "image": f"{host}/tooltip.png",
                 "where": f"{host}/field.png", "link": "javascript:document.title='ran'"},
                {"step": 2, "value": 3.5, "item": "b", "image": f"{host}/tooltip.png",
                 "where": f"{host}/field.png", "link": "javascript:document.title='ran'"},
            ]
        },
        "encoding": {
            "x": {"field": "step", "type": "quantitative"},
            "y": {"field": "item", "type": "nominal"},
        },
        "layer": [
            {
                "mark": {"type": "bar", "cursor": f"url({host}/cursor.png), auto"},
                "encoding": {
                    "color": {"field": "item", "type": "nominal"},
                    "href": {"field": "link"},
                },
            },
            {"mark": {"type": "image", "width": 9}, "encoding": {"url": {"field": "where"}}},
            {"mark": {"type": "point", "fill": f"url({host}/fill.svg#a)"}},
            {"mark": "point", "data": {"url": f"{host}/layer.json"}},
        ],
    }  # fmt: skip


@pytest.fixture
def page(browser):
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    page.on("dialog", lambda dialog: pytest.fail(f"it ran: {dialog.message}"))
    yield page
    context.close()


def use(page, bars):
    """Look at every mark, and click it."""
    assert bars.count() > 0
    for i in range(bars.count()):
        bars.nth(i).hover(force=True)
        page.wait_for_timeout(100)
        bars.nth(i).click(force=True)
    page.wait_for_timeout(500)


def test_a_page_of_one_chart_asks_nothing_and_runs_nothing(page, listener, tmp_path):
    listener.seen()
    for i, host in enumerate(listener.urls):
        file = tmp_path / f"{i}.html"
        file.write_bytes(draw(chart(host), "html", 1.0))
        page.goto(file.as_uri())
        page.wait_for_timeout(1000)
        use(page, page.locator(".mark-rect.role-mark path"))
        assert page.title() == RUN
        assert page.url == file.as_uri()
    assert listener.seen() == []


def test_the_menu_of_a_page_shows_its_source_and_runs_nothing(page, tmp_path):
    file = tmp_path / "a.html"
    spec = chart("https://example.org") | {"background": "white", "layer": []}
    spec |= {"mark": "bar", "params": []}
    del spec["layer"]
    file.write_bytes(draw(spec, "html", 1.0))
    page.goto(file.as_uri())
    page.locator("details summary").click()
    with page.expect_popup() as opened:
        page.get_by_text("View Source").click()
    opened.value.wait_for_timeout(500)
    assert opened.value.title() == "Vega-Lite JSON Source"


@pytest.fixture
def gallery(listener, tmp_path):
    """An output folder with a gallery of such charts, one for each address of the listener."""
    said = {
        "version": 1,
        "suite": {"title": RUN, "file": "charts.yaml", "sha256": "0" * 64},
        "versions": {"diagramgen": RUN},
        "sources": {RUN: {"label": RUN, "steps": [], "plotted": [], "bridge": None, "missing": RUN,
                          "left_out": {}, "files": {}}},
        "charts": [
            {"id": f"{RUN}/{i}", "status": "rendered", "title": RUN, "transforms": [RUN],
             "metrics": [RUN], "sources": [RUN], "files": [], "left_out": {RUN: RUN}}
            for i in range(2)
        ],
        "stale": [],
    }  # fmt: skip
    manifest = msgspec.convert(said, Manifest)
    specs = {
        each.id: chart(host) for each, host in zip(manifest.charts, listener.urls, strict=True)
    }
    cards = {id_: card_of(spec) for id_, spec in specs.items()}
    scripts = dict(chart_script(id_, encode(spec)) for id_, spec in specs.items())
    files = {MANIFEST: encode_manifest(manifest), BUNDLE: vega_bundle()}
    for name, data in (files | scripts | gallery_files(manifest, cards)).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    listener.seen()
    return tmp_path


def look_through(page, address):
    """Open a gallery, and touch all that can be touched in it."""
    page.goto(address)
    page.locator(".mark-rect.role-mark path").first.wait_for()
    page.wait_for_timeout(500)
    use(page, page.locator(".mark-rect.role-mark path"))
    for summary in page.locator("details.table summary").all():
        summary.click()
    for button in page.locator("[data-make]").all():
        button.click()
    page.wait_for_timeout(1000)
    assert page.title() == RUN


def test_a_gallery_asks_nothing_and_runs_nothing(page, listener, gallery):
    look_through(page, (gallery / "index.html").as_uri())
    assert listener.seen() == []


@pytest.fixture
def served(gallery):
    """The address of a server of that folder."""
    pytest.importorskip("uvicorn", reason="needs the extra `serve`")
    builds = Builds()
    server = serving(application(gallery, "127.0.0.1", builds), builds)
    listening = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    builds.is_over = server.should_exit = True
    thread.join()


def test_a_served_gallery_asks_only_its_server_and_runs_nothing(page, listener, served):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    look_through(page, served)
    assert listener.seen() == []
    assert any(url.endswith("/-/builds") for url in asked)


@pytest.mark.parametrize("link", ["javascript:document.title='ran'", "data:text/html,ran"])
def test_a_calculated_link_that_runs_something_leads_nowhere(page, tmp_path, link):
    spec = chart("https://example.org")
    plain = {key: spec[key] for key in ("$schema", "title", "data", "encoding")}
    rows = json.loads(json.dumps(spec["data"]["values"]).replace(RUN, "a"))
    rows = [row | {"link": link} for row in rows]
    linked = {"mark": "bar", "data": {"values": rows}}
    linked["encoding"] = plain["encoding"] | {"href": {"field": "link"}}
    file = tmp_path / "a.html"
    file.write_bytes(draw(plain | linked, "html", 1.0))
    page.goto(file.as_uri())
    bars = page.locator(".mark-rect.role-mark path")
    bars.first.wait_for()
    use(page, bars)
    assert (page.title(), page.url) == (RUN, file.as_uri())
