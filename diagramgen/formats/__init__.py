"""A chart -> the bytes of a file of each format."""

from __future__ import annotations

from collections.abc import Iterable

from diagramgen.formats import csv, html, pdf, png, svg, vega_json, vl_json
from diagramgen.formats.format import Format

FORMATS: dict[str, Format] = {
    "png": png.FORMAT,
    "svg": svg.FORMAT,
    "pdf": pdf.FORMAT,
    "vl.json": vl_json.FORMAT,
    "vega.json": vega_json.FORMAT,
    "html": html.FORMAT,
    "csv": csv.FORMAT,
}
"""The formats by their names; a file's suffix is a dot and that name."""


def format_of(path: str) -> str | None:
    """The format that a path's suffix names, if it names any."""
    named = [name for name in FORMATS if path.endswith(f".{name}")]
    return max(named, key=len, default=None)


def needs_renderer(names: Iterable[str]) -> bool:
    """Whether any of the formats is more than the spec or the table themselves."""
    return any(FORMATS[name].needs_renderer for name in names)
