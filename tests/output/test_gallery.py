"""The gallery: its files, and its page in a real browser, opened from the disk."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import msgspec
import pytest

from diagramgen.formats.spec import encode
from diagramgen.formats.vega import VL_VERSION, vega_bundle
from diagramgen.output.card import card_of
from diagramgen.output.files import Written
from diagramgen.output.gallery import (
    BUNDLE,
    PAGE,
    PART,
    chart_script,
    gallery_files,
    page_files,
)
from diagramgen.output.inventory import make_manifest
from diagramgen.output.manifest import Manifest
from diagramgen.output.one_chart import spec_as_saved, tables, title_of
from diagramgen.output.outcome import Outcome
from diagramgen.results.plan import make_plan
from diagramgen.results.read import read_plan
from diagramgen.spec.vegalite import SCHEMA_URL
from diagramgen.suite.load import load as load_suite
from tests.fixtures.patience import PATIENCE

ROOT = Path(__file__).parents[2]
BROWSER = Path(__file__).parent / "browser"
AXE = BROWSER / "node_modules" / "axe-core"
SLICES = "tier2/series/tier2_ppl_by_slice_vs_step"
RELATIVE = "tier2/relative/tier2_relative_vs_step2000"
HOSTILE = (
    "</script><script>alert('script')</script>",
    '"><img src=x onerror=alert("attribute")>',
    "<!-- & --> \u2028 {{ 7 * 7 }}",
    "שלום 📈 مرحبا",
)


def spec_of(items, steps=(1000, 2000, 3000), title="Loss by slice"):
    """A small chart: a line for each item, that falls by one a step."""
    encoding = {
        "x": {"field": "step", "type": "quantitative"},
        "y": {"field": "value", "type": "quantitative"},
        "color": {"field": "item", "type": "nominal", "scale": {"domain": list(items)}},
    }
    rows = [
        {"source": "run", "step": step, "item": item, "value": 9.5 - i + j, "n": 2048.0}
        for j, item in enumerate(items)
        for i, step in enumerate(steps)
    ]
    return {
        "$schema": SCHEMA_URL,
        "title": {"text": title, "subtitle": ["My run"]},
        "description": f"{title}. Falls.",
        "layer": [
            {"mark": "line", "encoding": encoding},
            {"mark": {"type": "point", "filled": True}, "encoding": encoding},
        ],
        "width": 400,
        "height": 100,
        "data": {"values": rows},
    }


def entry(id_, status="rendered", **more):
    return {
        "id": id_,
        "status": status,
        "title": "Loss by slice",
        "transforms": ["series"],
        "metrics": ["loss"],
        "sources": ["run"],
        "files": [],
        "left_out": {},
    } | more


def manifest_of(*charts, title="My suite", **sources):
    manifest = {
        "version": 1,
        "suite": {"title": title, "file": "charts.yaml", "sha256": "0" * 64},
        "versions": {"diagramgen": "0.1.0"},
        "sources": sources,
        "charts": list(charts),
        "stale": [],
    }
    return msgspec.convert(manifest, Manifest)


def specs_of(manifest, **how):
    spec = encode(spec_of(("web", "code"), **how))
    return {chart.id: spec for chart in manifest.charts if chart.status == "rendered"}


class Tags(HTMLParser):
    """The tags of a page."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page.decode())

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def files_of(manifest, specs):
    """The gallery's files but the bundle, made from saved specs."""
    cards = {id_: card_of(json.loads(spec)) for id_, spec in specs.items()}
    scripts = dict(chart_script(id_, spec) for id_, spec in specs.items())
    return gallery_files(manifest, cards) | scripts


def index_of(files):
    """The entries of a gallery's index, from all its parts in order."""
    entries = []
    for number, path in enumerate(sorted(path for path in files if "/index/" in path)):
        head, _, rest = files[path].decode().partition(f"part({number}, ")
        assert head == "/* diagramgen */\ndiagramgen."
        entries += json.loads(rest.removesuffix(");\n"))
    return entries


# ---- the files ----


def test_a_page_its_assets_and_its_index():
    manifest = manifest_of(entry("a/loss"))
    assert list(gallery_files(manifest, {})) == [
        "index.html",
        "gallery/style.css",
        "gallery/scheme.js",
        "gallery/table.js",
        "gallery/colors.js",
        "gallery/view.js",
        "gallery/index.js",
        "gallery/rows.js",
        "gallery/card.js",
        "gallery/names.js",
        "gallery/draw.js",
        "gallery/tree.js",
        "gallery/app.js",
        "gallery/index/000.js",
    ]


def test_the_saved_spec_is_carried_byte_for_byte():
    spec = encode(spec_of(HOSTILE))
    path, script = chart_script("b/Loss (1)", spec)
    assert path == "gallery/charts/loss-1-efd72be4bc.js"
    call = b'diagramgen.show("b/Loss (1)", ' + spec.rstrip() + b");"
    assert script == b"/* diagramgen */\n" + call + b"\n"


def test_the_same_run_gives_the_same_bytes():
    manifest = manifest_of(entry("a/loss"), entry("b/loss", "failed", reason="no rows"))
    first = files_of(manifest, specs_of(manifest))
    assert files_of(manifest, specs_of(manifest)) == first


def test_an_entry_for_each_chart_and_source_from_top_to_bottom():
    source = {
        "label": "My run", "steps": [1000, 2000], "plotted": [1000, 2000], "bridge": None,
        "left_out": {"3000": "no loss.json", "none": "no final.json"}, "files": {},
    }  # fmt: skip
    gone = source | {"label": None, "steps": [], "plotted": [], "missing": "no folder 'old'",
                     "left_out": {}}  # fmt: skip
    written = [{"path": f"a/loss.{end}", "sha256": "0" * 64} for end in ("vl.json", "png", "pdf")]
    manifest = manifest_of(
        entry("top"),
        entry("old/bridge", "skipped", reason="source 'old' is not there"),
        entry("b/loss"),
        entry("a/loss", files=written, left_out={"__proto__": "not in every source"}),
        entry("b/accuracy", title="Accuracy", metrics=["acc"]),
        run=source,
        old=gone,
    )
    files = files_of(manifest, specs_of(manifest))
    entries = index_of(files)
    assert [each.get("id") or each["name"] for each in entries] == [
        "b/loss", "b/accuracy", "a/loss", "top", "old/bridge", "My run", "old",
    ]  # fmt: skip
    assert entries[2:] == [
        {
            "kind": "chart", "id": "a/loss", "title": "Loss by slice",
            "script": "gallery/charts/loss-95df692b04.js", "written": ["png", "vl.json"],
            "transforms": ["series"], "metrics": ["loss"],
            "left_out": [["__proto__", "not in every source"]], "height": 190,
            "subtitle": "My run", "description": "Loss by slice. Falls.", "names": "run\nweb\ncode",
        },
        entries[3],
        {
            "kind": "absent", "id": "old/bridge", "title": "Loss by slice", "status": "skipped",
            "reason": "source 'old' is not there", "transforms": ["series"], "metrics": ["loss"],
        },
        {"kind": "source", "name": "My run", "said": "2 steps: 1,000, 2,000.",
         "left_out": [["3,000", "no loss.json"], ["no step", "no final.json"]]},
        {"kind": "source", "name": "old", "said": "no folder 'old'", "left_out": []},
    ]  # fmt: skip


def test_the_index_grows_and_the_page_does_not():
    few, many = manifest_of(entry("a/loss")), manifest_of(*(entry(f"a/{i}") for i in range(PART)))
    source = {"label": None, "steps": [], "plotted": [], "bridge": None, "left_out": {},
              "files": {}}  # fmt: skip
    more = msgspec.structs.replace(many, sources=manifest_of(run=source).sources)
    pages = {}
    for manifest, parts in ((few, 1), (many, 1), (more, 2)):
        files = files_of(manifest, specs_of(manifest))
        pages[parts] = len(files[PAGE])
        assert sum("/index/" in path for path in files) == parts
        assert set(files) | {BUNDLE} == page_files(manifest)
    assert abs(pages[2] - pages[1]) < 100


def test_the_page_says_how_many_charts_are_not_there():
    manifest = manifest_of(
        entry("loss"),
        entry("bridge", "skipped", reason="source 'old' is not there"),
        entry("bad", "failed", reason="no rows are left"),
    )
    page = files_of(manifest, specs_of(manifest))[PAGE].decode()
    for said in (">1 chart<", ">1 skipped<", ">1 failed<", 'Not drawn <span class="number">2<'):
        assert said in page


def test_names_are_text_whatever_they_hold():
    charts = [entry(f"x/{name}", title=name, metrics=[name]) for name in HOSTILE]
    manifest = manifest_of(*charts, title=HOSTILE[0])
    files = files_of(manifest, specs_of(manifest))
    tags = Tags(files[PAGE]).found
    assert {tag for tag, _ in tags} & {"img", "b", "i"} == set()
    sources = [attributes["src"] for tag, attributes in tags if tag == "script"]
    assert len(sources) == 11
    assert all(source.startswith("gallery/") for source in sources)
    assert not any(name.startswith("on") for _, attributes in tags for name in attributes)
    assert [each["title"] for each in index_of(files)] == [*HOSTILE]


def test_the_page_asks_no_other_host():
    manifest = manifest_of(entry("loss"))
    for path, data in files_of(manifest, specs_of(manifest)).items():
        found = set(re.findall(rb"(?:https?:)?//[a-z][\w.-]+\.[a-z]+[^\s\"']*", data))
        assert found <= {SCHEMA_URL.encode()}, path


# ---- the page ----


@pytest.fixture(scope="session")
def bundle():
    return vega_bundle()


@pytest.fixture(scope="session")
def bundled(tmp_path_factory, bundle):
    """The gallery of the bundled suite: its folder and its saved specs."""
    folder = tmp_path_factory.mktemp("gallery")
    results = read_plan(make_plan(load_suite(ROOT / "charts.yaml")))
    plan = results.plan
    outcomes, specs = [], {}
    for planned in plan.charts:
        found = tables(planned, results.table, plan.suite.definitions)
        spec = spec_as_saved(planned, found, plan.suite)
        specs[planned.id] = encode(spec)
        left_out = {name: why for table in found for name, why in table.left_out.items()}
        files = {f"{planned.id}.vl.json": Written("0" * 64, "")}
        outcome = Outcome(planned, "rendered", title_of(spec, planned), None, files, left_out)
        outcomes.append(outcome)
        write(folder, {f"{planned.id}.vl.json": specs[planned.id]})
    manifest = make_manifest(plan, outcomes, None, folder)
    write(folder, files_of(manifest, specs) | {BUNDLE: bundle})
    return folder, specs


def write(folder, files):
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)


@pytest.fixture(scope="session")
def axe(missing):
    if shutil.which("npm") is None:
        missing("npm is not installed: axe-core comes from the npm registry")
    wanted = json.loads((BROWSER / "package.json").read_text())["dependencies"]["axe-core"]
    installed = AXE / "package.json"
    if not installed.exists() or json.loads(installed.read_text())["version"] != wanted:
        command = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(command, cwd=BROWSER, check=True, capture_output=True)
    return (AXE / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def opened(browser):
    """Open a folder's page; whatever it complains about or asks a host for fails the test."""
    contexts, wrong = [], []

    def call(folder, fragment="", scheme="light", width=1280, height=900):
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: wrong.append(request.url) if is_far(request.url) else 0)
        page.goto(f"{(folder / PAGE).as_uri()}{fragment}")
        return page

    yield call
    for context in contexts:
        context.close()
    assert wrong == []


def is_far(url):
    return not url.startswith(("file:", "data:", "blob:"))


@pytest.fixture
def gallery(opened, bundled):
    return opened(bundled[0])


def small(folder, bundle, *charts, items=("web", "code"), steps=(1000, 2000, 3000), **words):
    manifest = manifest_of(*charts, **words)
    spec = encode(spec_of(items, steps))
    specs = {chart["id"]: spec for chart in charts if chart["status"] == "rendered"}
    write(folder, files_of(manifest, specs) | {BUNDLE: bundle})
    return folder


def card(page, id_):
    """A chart's card, drawn."""
    found = page.locator(f'[data-id="{id_}"]')
    page.evaluate("id => { location.hash = ''; location.hash = encodeURIComponent(id); }", id_)
    page.locator(f'[data-id="{id_}"][data-drawn]').wait_for()
    return found


def soon(locator, count):
    """So many of them are there, now or a little later: the page answers in its own time."""
    from playwright.sync_api import expect

    expect(locator).to_have_count(count)


def expect_faded(card, count):
    """So many lines and points of a chart stand back behind the others."""
    drawn = "svg :is(.mark-line, .mark-symbol).role-mark"
    soon(card.locator(f'{drawn} [opacity="0.12"]'), count)


SCENES = """async () => {
    const scenes = {};
    for (const [id, card] of diagramgen.cards) {
        location.hash = encodeURIComponent(id);
        while (!card.drawn) await new Promise(requestAnimationFrame);
        scenes[id] = card.drawn.view.scenegraph().toJSON();
    }
    return scenes;
}"""


def scene(root):
    """What a scenegraph shows: how many marks of each kind, where, and what each axis says."""
    marks, axes = [], []

    def walk(node):
        role, items = node.get("role"), node.get("items", [])
        if role == "mark" and node["marktype"] != "group":
            marks.append((node["marktype"], [place(item) for item in items]))
        elif role == "axis-label":
            axes.append([(item["text"], place(item)) for item in items])
        else:
            for item in items:
                for child in item.get("items", []) if node["marktype"] == "group" else ():
                    walk(child)

    walk(root)
    return {"marks": marks, "axes": axes}


def place(item):
    return [round(item.get(key, 0), 1) for key in ("x", "y", "width", "height")]


def near(one, other):
    """Whether two scenes are the same but for a few pixels.

    A chart that is fitted to its page depends on how wide the browser draws the names beside it.
    """
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) <= 3
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(near(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(near, one, other))
    return one == other


def test_every_chart_of_the_bundled_suite_shows_the_marks_and_axes_of_its_picture(opened, bundled):
    from vl_convert import vegalite_to_scenegraph

    folder, specs = bundled
    shown = {id_: scene(json.loads(text)) for id_, text in
             opened(folder, width=2200).evaluate(SCENES).items()}  # fmt: skip
    drawn = {
        id_: scene(vegalite_to_scenegraph(json.loads(spec), vl_version=VL_VERSION)["scenegraph"])
        for id_, spec in specs.items()
    }
    assert len(drawn) == 33
    assert sum(len(items) for chart in drawn.values() for _, items in chart["marks"]) > 900
    assert near(shown, drawn)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_chart_draws_on_a_phone_within_its_width(opened, bundled, scheme):
    page = opened(bundled[0], scheme=scheme, width=390, height=844)
    assert len(page.evaluate(SCENES)) == 33
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.locator(".note:visible").count() == 0


def test_only_what_is_near_the_screen_is_in_the_page(opened, bundle, tmp_path):
    charts = [entry(f"many/{i // 10}/chart{i}") for i in range(600)]
    page = opened(small(tmp_path, bundle, *charts))
    card(page, "many/0/chart1")
    assert page.evaluate("document.documentElement.scrollHeight") > 600 * 300
    assert page.locator("nav [data-for]").count() == 0
    for folder in ("many", "59"):
        page.locator("nav").get_by_text(folder, exact=True).click()
    page.locator("nav").get_by_text("chart599", exact=True).click()
    page.locator('[data-id="many/59/chart599"][data-drawn]').wait_for()
    assert page.locator("nav [data-for]").count() == 10
    last = page.locator(".card").last
    assert last.get_attribute("data-id") == "many/59/chart599"
    assert last.get_attribute("aria-posinset") == last.get_attribute("aria-setsize") == "600"
    assert page.locator(".card").count() <= 8
    assert page.locator('script[src^="gallery/charts/"]').count() <= 16


def test_a_folder_of_many_charts_lists_some_and_then_more(opened, bundle, tmp_path):
    page = opened(small(tmp_path, bundle, *(entry(f"a/{i}") for i in range(450))))
    listed = page.locator("nav [data-for]")
    page.locator("nav").get_by_text("a", exact=True).click()
    soon(listed, 200)
    page.get_by_role("button", name="250 more").click()
    page.get_by_role("button", name="50 more").click()
    soon(listed, 450)
    assert page.evaluate("document.activeElement.textContent") == "400"


def test_what_is_read_stays_in_its_place_when_the_page_is_loaded_again(opened, bundle, tmp_path):
    page = opened(small(tmp_path, bundle, *(entry(f"a/{i}") for i in range(60))))
    card(page, "a/30")
    page.mouse.move(600, 500)
    page.mouse.wheel(0, 150)
    page.wait_for_function("() => history.state?.offset > 0")
    y = "document.querySelector('[data-id=\"a/30\"]')?.getBoundingClientRect().y"
    before = page.evaluate(y)
    assert before < 0
    page.reload()
    page.locator('[data-id="a/30"][data-drawn]').wait_for()
    assert abs(page.evaluate(y) - before) < 2


def test_search_by_id_title_metric_transform_and_names_within(gallery, bundled):
    box, count = gallery.get_by_role("searchbox"), gallery.get_by_role("status")
    assert count.inner_text() == "33 charts"
    within = sum(b'"piqa"' in spec and b'"hellaswag"' in spec for spec in bundled[1].values())
    assert within > 5
    for words, found, first in (
        ("tier2_ppl_by_slice_vs_step", 1, SLICES),
        ("Accuracy Macro", 5, "tier3/macro/tier3_macro_acc_vs_step"),
        ("tier3 snapshot", 3, "tier3/snapshots/tier3_step_2000_by_task"),
        ("quadrant", 1, "cross_tier/objective/stage2_objective_quadrant_vs_baseline"),
        ("piqa hellaswag", within, "tier3/series/tier3_acc_by_task_vs_step"),
    ):
        box.fill(words)
        assert count.inner_text() == f"{found} of 33 charts"
        assert gallery.locator("nav [data-for]:visible").count() == found
        top = gallery.locator(".card").first
        assert top.get_attribute("data-id") == first
        assert 64 < top.bounding_box()["y"] < 300
        gallery.locator(f'[data-id="{first}"][data-drawn]').wait_for()
    box.fill("nowhere")
    assert count.inner_text() == "0 of 33 charts"
    assert gallery.locator(".card").count() == 0
    assert gallery.get_by_text("No chart has all of these words").is_visible()


def test_after_a_search_the_page_is_where_it_was_before(gallery):
    chart = card(gallery, RELATIVE)
    y = chart.bounding_box()["y"]
    box = gallery.get_by_role("searchbox")
    box.fill("quadrant")
    assert gallery.locator(".card").count() == 1
    box.press("Escape")
    assert gallery.get_by_role("status").inner_text() == "33 charts"
    assert abs(chart.bounding_box()["y"] - y) < 2


def test_a_click_on_a_name_isolates_a_series_in_all_charts(opened, bundled):
    gallery = opened(bundled[0], height=2400)
    other, chart = card(gallery, RELATIVE), card(gallery, SLICES)  # both are in view then
    label = chart.locator("[role=button]", has_text="wiki_en_20231101")
    label.click()
    gallery.mouse.move(2, 2)
    expect_faded(chart, 10 + 60)
    expect_faded(other, 10 + 60)
    assert label.get_attribute("aria-pressed") == "true"
    chart.locator("[role=button]", has_text="books_newslike").click(modifiers=["Shift"])
    expect_faded(chart, 9 + 54)
    expect_faded(other, 9 + 54)
    gallery.keyboard.press("Escape")
    expect_faded(chart, 0)
    expect_faded(other, 0)


def test_the_names_of_lines_by_keyboard(gallery):
    chart = card(gallery, SLICES)
    first = chart.locator("svg [role=button]").first
    first.focus()
    gallery.keyboard.press("ArrowDown")
    gallery.keyboard.press("Enter")
    assert chart.locator("[aria-pressed=true]").text_content() == "web_fineweb_edu_sample10bt"
    expect_faded(chart, 10 + 60)


def test_the_pointer_on_a_point_tells_its_row_and_highlights_its_item(opened, bundled):
    gallery = opened(bundled[0], height=2400)
    other, chart = card(gallery, RELATIVE), card(gallery, SLICES)  # both are in view then
    chart.locator(".mark-symbol.role-mark path").first.hover()
    tip = gallery.locator(".tip")
    tip.wait_for()
    assert tip.inner_text().split("\n") == [
        "Source", "Stage 2", "Slice", "general_web", "Step", "2,000",
        "Tier2 PPL (lower is better)", "22.36", "n", "2,097,152",
    ]  # fmt: skip
    expect_faded(chart, 10 + 60)
    expect_faded(other, 10 + 60)


def test_a_long_axis_of_steps_can_be_zoomed_into(opened, bundle, tmp_path):
    folder = small(tmp_path, bundle, entry("long"), steps=range(1000, 41000, 1000))
    page = opened(folder)
    chart = card(page, "long")
    axis = "diagramgen.cards.get('long').drawn.view.scale('x').domain()"
    assert page.evaluate(axis) == [0, 40000]
    chart.get_by_role("button", name="Zoom in").click()
    assert page.evaluate(axis) == [10750, 30250]
    chart.get_by_role("button", name="All steps").click()
    assert page.evaluate(axis) == [0, 40000]
    page.keyboard.down("Control")
    chart.locator("svg").hover()
    page.mouse.wheel(0, -300)
    page.keyboard.up("Control")
    page.wait_for_function(f"(([low, high]) => high - low < 30000)({axis})")


def test_the_switch_follows_the_system_until_it_is_used_and_then_remembers(gallery):
    switch = gallery.get_by_role("button", name="Dark colours")
    card(gallery, SLICES)
    title = f'[data-id="{SLICES}"][data-drawn] .role-axis-title text'
    assert gallery.locator(title).first.get_attribute("fill") == "#333333"
    gallery.emulate_media(color_scheme="dark")
    gallery.locator(".scheme[aria-pressed=true]").wait_for()
    gallery.emulate_media(color_scheme="light")
    gallery.locator(".scheme[aria-pressed=false]").wait_for()
    switch.click()
    assert gallery.evaluate("getComputedStyle(document.body.parentElement).colorScheme") == "dark"
    gallery.locator(f'{title}[fill="#d3d7de"]').first.wait_for()
    gallery.reload()
    assert switch.get_attribute("aria-pressed") == "true"
    switch.click()
    assert gallery.evaluate("localStorage.length") == 0


def test_the_table_is_made_when_it_is_opened(gallery):
    chart = gallery.locator(f'[data-id="{SLICES}"]')
    assert chart.locator("table").count() == 0
    chart.get_by_text("Table", exact=True).click()
    chart.locator("table").wait_for()
    assert chart.locator("caption").inner_text() == "Tier2 PPL by slice"
    assert chart.locator("th[scope=col]").all_inner_texts() == [
        "Source", "Step", "Slice", "Tier2 PPL (lower is better)", "n",
    ]  # fmt: skip
    assert chart.locator("tbody tr").count() == 66
    assert chart.locator("tbody tr").first.inner_text().split("\t") == [
        "Stage 2", "2,000", "general_web", "22.36", "2,097,152",
    ]  # fmt: skip


def test_each_panel_has_a_table(gallery):
    chart = card(gallery, "stage_compare/bridge/stage2_vs_stage1_bridge_macro_trends")
    chart.get_by_text("Table", exact=True).click()
    chart.locator("table").first.wait_for()
    assert chart.locator("caption").count() == 2


def test_downloads_that_the_browser_makes(gallery, bundled):
    chart = card(gallery, SLICES)
    made = {}
    for label in ("PNG", "SVG", "CSV"):
        with gallery.expect_download() as download:
            chart.get_by_role("button", name=label).click()
        name = download.value.suggested_filename
        made[name] = Path(download.value.path()).read_bytes()
    png, svg, table = made.values()
    assert list(made) == [f"tier2_ppl_by_slice_vs_step.{end}" for end in ("png", "svg", "csv")]
    assert png.startswith(b"\x89PNG")
    assert svg.startswith(b"<svg ")
    assert b"Tier2 PPL by slice" in svg
    rows = json.loads(bundled[1][SLICES])["data"]["values"]
    read = list(csv.DictReader(io.StringIO(table.decode())))
    assert [float(row["value"]) for row in read] == [row["value"] for row in rows]
    assert list(read[0]) == ["source", "step", "item", "value", "n"]


def test_a_file_that_was_written_is_linked(gallery, bundled):
    link = gallery.locator(f'[data-id="{SLICES}"]').get_by_role("link", name="Vega-Lite")
    assert link.get_attribute("href") == f"./{SLICES}.vl.json"
    assert (bundled[0] / link.get_attribute("href")).read_bytes() == bundled[1][SLICES]


@pytest.mark.parametrize("width", [1280, 390])
def test_a_link_opens_on_its_chart(opened, bundled, width):
    id_ = "tier3/deltas/tier3_delta_step_22000_minus_2000_by_task"
    page = opened(bundled[0], f"#{quote(id_)}", width=width)
    page.locator(f'[data-id="{id_}"][data-drawn]').wait_for()
    top = f"document.querySelector('[data-id=\"{id_}\"]').getBoundingClientRect().y"
    page.wait_for_function(f"60 <= {top} && {top} <= 160")
    assert page.evaluate("document.activeElement.textContent") == (
        "Tier3 accuracy by task: change from step 2,000 to step 22,000"
    )


def test_a_link_within_the_page_shows_a_chart_that_the_search_had_hidden(gallery):
    gallery.get_by_role("searchbox").fill("quadrant")
    gallery.evaluate(f"location.hash = {SLICES!r}")
    gallery.locator(f'[data-id="{SLICES}"][data-drawn]').wait_for()
    assert gallery.get_by_role("status").inner_text() == "33 charts"


FOCUSED = """() => {
    const at = document.activeElement;
    const style = getComputedStyle(at);
    const name = at.textContent.trim() || at.id || at.ariaLabel;
    return [name, style.outlineStyle, at.checkVisibility()];
}"""


def test_all_of_the_page_by_keyboard(opened, bundle, tmp_path):
    source = {"label": None, "steps": [], "plotted": [], "bridge": None, "left_out": {},
              "files": {}}  # fmt: skip
    page = opened(small(tmp_path, bundle, entry("a/loss"), entry("b/loss"), run=source))
    page.locator('[data-id="a/loss"][data-drawn]').wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == ["Skip to the charts", "solid", True]
    assert page.locator(".skip").bounding_box()["y"] >= 0
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "/search"
    page.keyboard.type("a/l")
    assert page.get_by_role("status").inner_text() == "1 of 2 charts"
    path = []
    while len(path) < 16:
        page.keyboard.press("Tab")
        path.append(page.evaluate(FOCUSED))
    assert [name for name, *_ in path] == [
        "/scheme", "a", "loss", "Sources", "#", "web", "PNG", "SVG", "Vega-Lite", "CSV", "Table",
        *[name for name, *_ in path[11:]],
    ]  # fmt: skip
    assert {outline for _, outline, _ in path[:11]} == {"solid"}
    assert {is_visible for *_, is_visible in path[:11]} == {True}


def test_skipping_to_the_charts(opened, bundle, tmp_path):
    page = opened(small(tmp_path, bundle, entry("a/loss")))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.localName") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)[0] == "#"


CHECK = """async () => {
    const found = await axe.run(document, {resultTypes: ["violations"], preload: false});
    return found.violations.map(({id, impact, nodes}) => [id, impact, nodes[0].html]);
}"""


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(opened, bundle, axe, tmp_path, scheme, width):
    skipped = entry("b/old", "skipped", reason="source 'old' is not there")
    failed = entry("b/bad", "failed", reason="no rows are left")
    full = entry("a/loss", left_out={"wiki": "not in every source"})
    folder = small(tmp_path, bundle, full, entry("c"), skipped, failed, steps=range(0, 20000, 1000))
    page = opened(folder, scheme=scheme, width=width)
    chart = card(page, "a/loss")
    card(page, "c")
    for summary in chart.locator("details > summary").all():
        summary.click()
    chart.locator("table").wait_for()
    page.evaluate(axe)
    assert page.evaluate(CHECK) == []


def test_hostile_names_are_shown_and_do_nothing(opened, bundle, tmp_path):
    charts = [entry(f"x/{name}", title=name, metrics=[name]) for name in HOSTILE]
    folder = small(tmp_path, bundle, *charts, items=HOSTILE, title=HOSTILE[1])
    page = opened(folder, height=3000)
    assert page.title() == HOSTILE[1]
    assert page.locator(".card h3").all_text_contents() == [*HOSTILE]
    for i in range(len(HOSTILE)):
        found = page.locator(".card").nth(i)
        found.locator("svg.marks").wait_for()
        found.get_by_text("Table", exact=True).click()
        found.locator("table").wait_for()
    first = page.locator(".card").first
    assert first.locator("tbody tr:nth-child(3n + 1) td:nth-child(3)").all_text_contents() == [
        *HOSTILE
    ]
    first.locator(".mark-symbol.role-mark path").first.hover()
    page.locator(".tip").wait_for()
    assert HOSTILE[0] in page.locator(".tip").inner_text()
    assert page.locator("main img, .tip img, .tip script, .card script").count() == 0


def test_the_page_and_its_assets_are_small(bundled):
    folder, _ = bundled
    files = [folder / PAGE, *(folder / "gallery").rglob("*")]
    assert sum(file.stat().st_size for file in files if file.is_file()) < 1_500_000
