"""Manifest and cards -> the gallery: a page to look at, with all that it needs beside it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from diagramgen.assets import asset_folder
from diagramgen.errors import ChartError
from diagramgen.output.card import Card
from diagramgen.output.files import SCRIPT_MARK, OutputFolder, Written
from diagramgen.output.manifest import FINISHED, ChartEntry, Manifest, SourceEntry, StepRange
from diagramgen.output.pool import Pool
from diagramgen.output.request import code
from diagramgen.output.state import State

if TYPE_CHECKING:
    from jinja2 import Template

Json = dict[str, Any]
PAGE = "index.html"
FOLDER = "gallery"
"""The folder below the output folder for all but the page."""
BUNDLE = f"{FOLDER}/vega.js"
"""What `make_bundle` makes; it stays the same for as long as the renderer does."""
BUNDLE_SECONDS = 600.0
SCRIPTS = (
    "table.js",
    "colors.js",
    "view.js",
    "index.js",
    "rows.js",
    "card.js",
    "names.js",
    "draw.js",
    "tree.js",
    "app.js",
)
"""In the order in which they build on each other; `scheme.js` comes before anything is painted."""
POLICY = (
    "default-src 'none'; script-src 'self' file:; style-src 'self' file:; "
    "img-src 'self' file: data: blob:; connect-src 'none'; base-uri 'none'; form-action 'none'"
)
"""What the page may load. `file:` is for browsers in which a page of file:// is not `'self'`."""
ASSETS = ("style.css", "scheme.js", *SCRIPTS)
"""The files of the page that are the same in every gallery, below its folder."""
DOWNLOADS = ("png", "svg", "vl.json", "csv")
"""The formats that the page offers: where a file was not written, the browser makes it."""
PART = 250
"""The most entries in one part of the index."""


def gallery_files(manifest: Manifest, cards: Mapping[str, Card]) -> dict[str, bytes]:
    """The page, its assets and its index: path below the output folder -> bytes.

    `manifest` is a run's, `cards` has one for the id of each chart that has its files. The bundle
    and the scripts of the charts (`chart_script`) are not among them.
    """
    folder = asset_folder(FOLDER)
    files = {PAGE: _page(manifest, cards).encode()}
    for name in ASSETS:
        files[f"{FOLDER}/{name}"] = SCRIPT_MARK + b"\n" + (folder / name).read_bytes()
    entries = list(_entries(manifest, cards))
    for number in range(_parts(manifest)):
        part = entries[number * PART : (number + 1) * PART]
        files[_part(number)] = _call("part", number, msgspec.json.encode(part))
    return files


def chart_script(id_: str, spec: bytes) -> tuple[str, bytes]:
    """The path and the bytes of the script that hands a chart's saved spec to the page as it is."""
    return _script(id_), _call("show", id_, spec.rstrip())


def page_files(manifest: Manifest) -> set[str]:
    """The path of every file that a manifest's page may load or link to, and the page's own."""
    charts = manifest.charts
    written = {file.path for chart in charts for file in chart.files}
    scripts = {_script(chart.id) for chart in charts}
    index = {_part(number) for number in range(_parts(manifest))}
    return written | scripts | index | {PAGE, BUNDLE, *(f"{FOLDER}/{name}" for name in ASSETS)}


def _call(function: str, key: str | int, json: bytes) -> bytes:
    """A script that hands JSON to the page.

    JSON is JavaScript, and in a file of its own nothing in it ends the script.
    """
    arguments = msgspec.json.encode(key) + b", " + json
    return SCRIPT_MARK + b"\ndiagramgen." + function.encode() + b"(" + arguments + b");\n"


def _script(id_: str) -> str:
    """The path of a chart's script: a name for every file system, the same in every suite."""
    words = "-".join(re.findall("[a-z0-9]+", id_.rsplit("/", 1)[-1].lower()))
    return f"{FOLDER}/charts/{words[:60]}-{hashlib.sha256(id_.encode()).hexdigest()[:10]}.js"


def _part(number: int) -> str:
    return f"{FOLDER}/index/{number:03}.js"


def _parts(manifest: Manifest) -> int:
    """How many parts the index has: each chart and each source has an entry in it."""
    return -(-(len(manifest.charts) + len(manifest.sources)) // PART)


@cache
def page_template() -> Template:
    """The page's template: to load it takes a while, which need not be at the end."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(asset_folder(FOLDER)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("index.html.j2")


def _page(manifest: Manifest, cards: Mapping[str, Card]) -> str:
    """The page; what grows with the charts is in the index, from which its scripts make it."""
    from markupsafe import Markup

    absent = [chart.status for chart in manifest.charts if chart.id not in cards]
    text: str = page_template().render(
        title=manifest.suite.title,
        version=manifest.versions.get("diagramgen", ""),
        policy=Markup(POLICY),
        scripts=SCRIPTS,
        parts=_parts(manifest),
        drawn=_counted(len(manifest.charts) - len(absent), "chart"),
        absent=len(absent),
        sources=len(manifest.sources),
        skipped=absent.count("skipped"),
        failed=absent.count("failed"),
    )
    return text


def _counted(count: int, word: str) -> str:
    """A number of things in words."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def _entries(manifest: Manifest, cards: Mapping[str, Card]) -> Iterator[Json]:
    """The index: what the page shows, from top to bottom."""
    for chart in _in_sections([chart for chart in manifest.charts if chart.id in cards]):
        yield _drawn(chart, cards[chart.id])
    for chart in manifest.charts:
        if chart.id not in cards:
            yield _absent(chart)
    for name, source in manifest.sources.items():
        yield _source(name, source)


def _in_sections(charts: list[ChartEntry]) -> list[ChartEntry]:
    """The charts by the first folder of their id, those in none at the end as in the tree."""
    sections: dict[str, list[ChartEntry]] = {}
    for chart in sorted(charts, key=lambda chart: "/" not in chart.id):
        folder, slash, _ = chart.id.partition("/")
        sections.setdefault(folder + slash, []).append(chart)
    return [chart for section in sections.values() for chart in section]


def _drawn(chart: ChartEntry, card: Card) -> Json:
    """What the page says of a drawn chart. Names are values here, since keys have a meaning."""
    written = {file.path for file in chart.files}
    return {
        "kind": "chart",
        "id": chart.id,
        "title": chart.title or chart.id.rpartition("/")[2],
        "script": _script(chart.id),
        "written": [name for name in DOWNLOADS if f"{chart.id}.{name}" in written],
        "transforms": list(dict.fromkeys(chart.transforms)),
        "metrics": chart.metrics,
        "left_out": list(chart.left_out.items()),
        **msgspec.to_builtins(card),
    }


def _absent(chart: ChartEntry) -> Json:
    """What the page says of a chart that is not there."""
    return {
        "kind": "absent",
        "id": chart.id,
        "title": chart.title or "",
        "status": chart.status,
        "reason": chart.reason or "it was not drawn in this run",
        "transforms": list(dict.fromkeys(chart.transforms)),
        "metrics": chart.metrics,
    }


def _source(name: str, source: SourceEntry) -> Json:
    """What the page says of a source."""
    said = source.missing
    if said is None:
        finished = source.files and not source.steps
        said = f"{'A finished model, without steps' if finished else _steps(source.plotted)}."
        if source.bridge is not None:
            said += f" Bridge: {source.bridge:,}."
    left_out = [(_step(step), reason) for step, reason in source.left_out.items()]
    return {"kind": "source", "name": source.label or name, "said": said, "left_out": left_out}


def _steps(steps: tuple[int, ...] | StepRange) -> str:
    """How many steps there are, and which."""
    if isinstance(steps, StepRange):
        return f"{_counted(steps.count, 'step')}: {steps.first:,} to {steps.last:,}"
    which = f": {', '.join(f'{step:,}' for step in steps)}" if steps else ""
    return f"{_counted(len(steps), 'step')}{which}"


def _step(text: str) -> str:
    return "no step" if text == FINISHED else f"{int(text):,}"


def is_of_gallery(name: str) -> bool:
    """Whether an output file is one that only a gallery has."""
    return name == PAGE or name.startswith(f"{FOLDER}/")


def bundle_there(folder: OutputFolder, state: State | None) -> dict[str, Written]:
    """The bundle where the last run, of the same programs, has left it."""
    last = state.others.get(BUNDLE) if state and state.code == code() else None
    return (folder.as_written({BUNDLE: last}) or {}) if last else {}


def begin_bundle(folder: OutputFolder, pool: Pool) -> Future[bytes]:
    """Have the bundle made. Raises `OutputError` where another file stands in its place."""
    folder.check([BUNDLE])
    return pool.submit(make_bundle, seconds=BUNDLE_SECONDS)


def finish_bundle(folder: OutputFolder, future: Future[bytes]) -> dict[str, Written]:
    """Put the bundle where it belongs."""
    try:
        data = future.result()
    except ChartError:  # its process was killed
        data = make_bundle()
    return folder.write_all({BUNDLE: data})


def make_bundle() -> bytes:
    """The script that draws charts in a browser."""
    from diagramgen.formats.vega import vega_bundle

    return SCRIPT_MARK + b"\n" + vega_bundle()
