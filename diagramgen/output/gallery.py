"""Manifest and saved specs -> the gallery: a page to look at, with all that it needs beside it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from diagramgen.assets import asset_folder
from diagramgen.errors import ChartError
from diagramgen.output.files import SCRIPT_MARK, OutputFolder
from diagramgen.output.manifest import ChartEntry, Manifest
from diagramgen.output.pool import Pool
from diagramgen.output.request import code
from diagramgen.output.state import State
from diagramgen.output.workers import Drawn, draw_bundle

if TYPE_CHECKING:
    from markupsafe import Markup

Json = dict[str, Any]
PAGE = "index.html"
FOLDER = "gallery"
"""The folder below the output folder for all but the page."""
BUNDLE = f"{FOLDER}/vega.js"
"""What `render.vega_bundle` makes; it stays the same for as long as the renderer does."""
BUNDLE_SECONDS = 600.0
SCRIPTS = ("table.js", "colors.js", "view.js", "app.js")
"""In the order in which they build on each other; `scheme.js` comes before anything is painted."""
POLICY = (
    "default-src 'none'; script-src 'self' file:; style-src 'self' file:; "
    "img-src 'self' file: data: blob:; connect-src 'none'; base-uri 'none'; form-action 'none'"
)
"""What the page may load. `file:` is for browsers in which a page of file:// is not `'self'`."""
ASSETS = ("style.css", "scheme.js", *SCRIPTS)
"""The files of the page that are the same in every gallery, below its folder."""
DOWNLOADS = {"png": "PNG", "svg": "SVG", "vl.json": "Vega-Lite", "csv": "CSV"}
GUIDES = 90
"""Pixels for a chart's axis and legend, in the space that is kept free until it is drawn."""


def gallery_files(manifest: Manifest, specs: Mapping[str, bytes]) -> dict[str, bytes]:
    """The gallery's files but the bundle: path below the output folder -> bytes.

    `manifest` is a run's, `specs` has for the id of each drawn chart the bytes of its saved
    Vega-Lite JSON.
    """
    folder = asset_folder(FOLDER)
    files = {PAGE: _page(manifest, specs).encode()}
    for name in ASSETS:
        files[f"{FOLDER}/{name}"] = SCRIPT_MARK + b"\n" + (folder / name).read_bytes()
    for chart in manifest.charts:
        if chart.id in specs:
            files[_script(chart.id)] = _show(chart.id, specs[chart.id])
    return files


def page_files(manifest: Manifest) -> set[str]:
    """The path of every file that a manifest's page may load or link to, and the page's own."""
    charts = manifest.charts
    written = {file.path for chart in charts for file in chart.files}
    scripts = {_script(chart.id) for chart in charts}
    return written | scripts | {PAGE, BUNDLE, *(f"{FOLDER}/{name}" for name in ASSETS)}


def _show(id_: str, spec: bytes) -> bytes:
    """A script that hands over a saved spec as it is.

    JSON is JavaScript, and in a file of its own nothing in it ends the script.
    """
    call = b"diagramgen.show(" + json.dumps(id_).encode() + b", " + spec.rstrip() + b");"
    return SCRIPT_MARK + b"\n" + call + b"\n"


def _script(id_: str) -> str:
    """The path of a chart's script: a name for every file system, the same in every suite."""
    words = "-".join(re.findall("[a-z0-9]+", id_.rsplit("/", 1)[-1].lower()))
    return f"{FOLDER}/charts/{words[:60]}-{hashlib.sha256(id_.encode()).hexdigest()[:10]}.js"


def _page(manifest: Manifest, specs: Mapping[str, bytes]) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(asset_folder(FOLDER)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"thousands": lambda number: f"{number:,}", "breakable": _breakable}
    drawn = [
        _card(number, chart, json.loads(specs[chart.id]))
        for number, chart in enumerate(manifest.charts)
        if chart.id in specs
    ]
    absent = [_absent(chart) for chart in manifest.charts if chart.id not in specs]
    text: str = environment.get_template("index.html.j2").render(
        title=manifest.suite.title,
        version=manifest.versions.get("diagramgen", ""),
        policy=Markup(POLICY),
        scripts=SCRIPTS,
        tree=_tree(drawn),
        sections=_sections(drawn),
        drawn_count=len(drawn),
        not_drawn=absent,
        skipped=sum(chart["status"] == "skipped" for chart in absent),
        failed=sum(chart["status"] == "failed" for chart in absent),
        sources=manifest.sources,
        counted=lambda count, word: f"{count:,} {word}{'' if count == 1 else 's'}",
    )
    return text


def _breakable(name: str) -> Markup:
    """A name that a line may break after each `_` and `/` of."""
    from markupsafe import Markup, escape

    parts = re.split("(?<=[_/])", name)
    return Markup("<wbr>").join(escape(part) for part in parts)


def _card(number: int, chart: ChartEntry, spec: Json) -> Json:
    """What the page says of a drawn chart."""
    paths = [file.path for file in chart.files]
    written = {format_: _written(chart.id, format_, paths) for format_ in DOWNLOADS}
    title = spec.get("title")
    subtitle = title.get("subtitle", ()) if isinstance(title, dict) else ()
    folder, _, name = chart.id.rpartition("/")
    return {
        "number": number,
        "id": chart.id,
        "folder": folder,
        "name": name,
        "anchor": _url(chart.id),
        "title": chart.title or name,
        "subtitle": subtitle if isinstance(subtitle, str) else " ".join(map(str, subtitle)),
        "description": spec.get("description", ""),
        "script": _script(chart.id),
        "height": _height(spec) + GUIDES,
        "words": _words(chart),
        "picture": written["svg"] or written["png"],
        "downloads": [(format_, label, written[format_]) for format_, label in DOWNLOADS.items()],
        "transforms": list(dict.fromkeys(chart.transforms)),
        "metrics": chart.metrics,
        "left_out": chart.left_out,
    }


def _absent(chart: ChartEntry) -> Json:
    """What the page says of a chart that is not there."""
    return {
        "id": chart.id,
        "status": chart.status,
        "reason": chart.reason or "it was not drawn in this run",
        "words": _words(chart),
    }


def _words(chart: ChartEntry) -> str:
    """What the search looks through."""
    names = [chart.id, chart.title, *chart.metrics, *chart.transforms]
    return " ".join(dict.fromkeys(name for name in names if name)).lower()


def _written(id_: str, format_: str, paths: Iterable[str]) -> str | None:
    """The link to the file of a format, where it was written."""
    name = f"{id_}.{format_}"
    return f"./{_url(name)}" if name in paths else None


def _url(path: str) -> str:
    from urllib.parse import quote

    return quote(path, safe="/")


def _height(spec: Json) -> int:
    """About how high a chart is drawn: its views, as far as they stand below one another."""
    if "vconcat" in spec:
        return sum(_height(view) for view in spec["vconcat"])
    parts = spec.get("hconcat") or spec.get("concat") or ([spec["spec"]] if "spec" in spec else [])
    own = spec.get("height", 300)
    return max((_height(part) for part in parts), default=own if isinstance(own, int) else 300)


def _tree(cards: list[Json]) -> Json:
    """The folders of the charts' ids, each with its folders and charts."""
    root: Json = {"folders": {}, "charts": []}
    for card in cards:
        node = root
        for name in card["folder"].split("/") if card["folder"] else ():
            node = node["folders"].setdefault(name, {"folders": {}, "charts": []})
        node["charts"].append(card)
    return root


def _sections(cards: list[Json]) -> list[Json]:
    """The charts by the first folder of their id, those in none at the end as in the tree."""
    sections: dict[str, list[Json]] = {}
    for card in sorted(cards, key=lambda card: not card["folder"]):
        sections.setdefault(card["folder"].split("/")[0], []).append(card)
    return [{"name": name or "Charts", "charts": charts} for name, charts in sections.items()]


def is_of_gallery(name: str) -> bool:
    """Whether an output file is one that only a gallery has."""
    return name == PAGE or name.startswith(f"{FOLDER}/")


def bundle_there(folder: OutputFolder, state: State | None) -> dict[str, str]:
    """The bundle's path and digest where the last run, of the same programs, has left it."""
    digest = state.others.get(BUNDLE) if state and state.code == code() else None
    return {BUNDLE: digest} if digest and folder.has([(BUNDLE, digest)]) else {}


def begin_bundle(folder: OutputFolder, pool: Pool) -> Future[Drawn]:
    """Have the bundle made. Raises `OutputError` where another file stands in its place."""
    folder.check([BUNDLE])
    return pool.submit(draw_bundle, folder.temporary(), seconds=BUNDLE_SECONDS)


def finish_bundle(folder: OutputFolder, future: Future[Drawn]) -> dict[str, str]:
    """Put the bundle where it belongs; its path and digest."""
    try:
        temporary, digest = future.result()
    except ChartError:  # its process was killed
        temporary, digest = draw_bundle(folder.temporary())
    folder.move(temporary, BUNDLE, digest)
    return {BUNDLE: digest}
