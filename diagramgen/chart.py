"""Table -> Vega-Lite spec: a template fitted to the table, with the suite's words and looks."""

from __future__ import annotations

import textwrap
from functools import cache
from typing import TYPE_CHECKING, Any

from diagramgen.alt_text import alt_text
from diagramgen.assets import asset_folder
from diagramgen.document import read_document
from diagramgen.errors import ChartError
from diagramgen.facets import GAP, columns_of, small_multiples
from diagramgen.fill import fill
from diagramgen.names import Names
from diagramgen.provenance import provenance
from diagramgen.templates import fit, is_own, load
from diagramgen.vegalite import SCHEMA_URL, problem

if TYPE_CHECKING:
    import altair as alt
    from pandas import DataFrame

    from diagramgen.plan import PlannedChart
    from diagramgen.suite import Look, Panel, Suite
    from diagramgen.transforms import Table

Spec = dict[str, Any]
FULL_WIDTH, HEIGHT = 760, 400
CONCAT = ("hconcat", "vconcat")
BAR, OFFSET_BAR, BAND_GAP = 24, 15, 9
"""Pixels for a bar alone on its band, for one of several, and between two bands."""
MOST_NAMED = 8
"""More left-out items than this are counted in the subtitle; the manifest names them."""


def build_spec(planned: PlannedChart, tables: list[Table], suite: Suite) -> Spec:
    """The Vega-Lite spec of a planned chart from its panels' tables, each inline in its view.

    Raises `ChartError` when a template does not suit its table, or the entry's `vegalite` makes a
    chart that is not valid Vega-Lite.
    """
    several = len(tables) > 1
    side_by_side = len(tables) if several and planned.chart.layout == "row" else 1
    width = (FULL_WIDTH + (side_by_side - 1) * 120) // side_by_side
    pairs = zip(planned.panels, tables, strict=True)
    views = [_panel(panel, table, suite, width, several) for panel, table in pairs]
    if several:
        kind = CONCAT[planned.chart.layout == "column"]
        spec: Spec = {kind: views, "spacing": 48, "resolve": {"scale": {"color": "independent",
                      "shape": "independent", "strokeDash": "independent"}}}  # fmt: skip
        title = planned.title or " and ".join(
            panel.transform.title(suite) for panel in planned.panels
        )
        lost = dict.fromkeys(_left_out(table) for table in tables)
        spec["title"] = _title(title, _lines([planned.subtitle, *lost], FULL_WIDTH))
    else:
        (spec,) = views
        panel, table = planned.panels[0], tables[0]
        title = planned.title or panel.transform.title(suite)
        said = [planned.subtitle or panel.transform.subtitle(suite), _left_out(table)]
        spec["title"] = _title(title, _lines(said, FULL_WIDTH))
    shown = [(panel.transform, table) for panel, table in zip(planned.panels, tables, strict=True)]
    words = {
        "description": alt_text(title, shown, suite),
        "usermeta": {"diagramgen": provenance(planned, suite)},
        "config": theme(),
    }
    spec = {"$schema": SCHEMA_URL} | words | spec
    patch = planned.chart.vegalite if several else planned.panels[0].look.vegalite
    spec = merge(spec, patch or {})
    wrong = problem(spec) if _has_own_vegalite(planned, suite) else None
    if wrong is not None:
        raise ChartError(f"not valid Vega-Lite: {wrong}")
    return spec


def _has_own_vegalite(planned: PlannedChart, suite: Suite) -> bool:
    """Whether a chart has any Vega-Lite that did not come with the package.

    Only that is checked against the schema: it takes longer than all else about a spec.
    """
    templates = {panel.look.template or panel.transform.default_template()
                 for panel in planned.panels}  # fmt: skip
    patched = any(panel.look.vegalite for panel in planned.panels)
    return bool(planned.chart.vegalite or patched) or any(
        is_own(name, suite.templates) for name in templates
    )


def altair_chart(spec: Spec) -> alt.TopLevelMixin:
    """A built spec as the altair chart that it is, for a notebook.

    Only made where somebody asks for it: altair takes ten times as long for it as for a check
    against its schema.
    """
    import altair as alt

    chart: alt.TopLevelMixin = alt.Chart.from_dict(spec)
    return chart


def _panel(panel: Panel, table: Table, suite: Suite, width: int, several: bool) -> Spec:
    """One panel's view, with its table as inline data."""
    transform, look = panel.transform, panel.look
    template = load(look.template or transform.default_template(), suite.templates)
    fitted = fit(template, table.rows, look.color_by, transform.color_by)
    names = Names(table.rows, transform, suite)
    columns = columns_of(fitted.facets, names)
    width = look.width or (width - (columns - 1) * GAP) // columns
    view = fitted.spec
    _size(view, names, width, look)
    fill(view, names, transform.axes(suite), look)
    if fitted.facets:
        view = small_multiples(view, fitted.facets, names, columns)
    view["data"] = {"values": records(table.rows)}
    if several:
        lines = _lines([look.subtitle or transform.subtitle(suite)], width)
        title = textwrap.wrap(look.title or transform.title(suite), max(20, width // 7))
        view["title"] = _title(title, lines) | {"fontSize": 14}
        view = merge(view, look.vegalite or {})
    return view


def _size(view: Spec, names: Names, width: int, look: Look) -> None:
    """Width and height; a band axis gets as much as its names need."""
    encodings = [part.get("encoding", {}) for part in (view, *view.get("layer", ()))]

    def discrete(channel: str) -> str | None:
        for encoding in encodings:
            spec = encoding.get(channel)
            if isinstance(spec, dict) and spec.get("type") in ("nominal", "ordinal"):
                field: str = spec["field"]
                return field
        return None

    height = HEIGHT if width > 350 else 260
    rows = discrete("y")
    if rows is not None:
        offset = discrete("yOffset")
        bars = len(names.order(offset)) if offset else 1
        band = BAND_GAP + bars * OFFSET_BAR if bars > 1 else BAR
        height = band * max(1, len(names.order(rows)))
    view["width"], view["height"] = width, look.height or height


def _title(text: str | list[str], lines: list[str]) -> Spec:
    return {"text": text} | ({"subtitle": lines} if lines else {})


def _lines(parts: list[str | None], width: int) -> list[str]:
    """The parts of a subtitle, each wrapped to the chart's width."""
    return [line for part in parts if part for line in textwrap.wrap(part, max(30, width // 7))]


def _left_out(table: Table) -> str | None:
    """What the table leaves out, in words."""
    if not table.left_out:
        return None
    reasons: dict[str, list[str]] = {}
    for item, reason in table.left_out.items():
        reasons.setdefault(reason, []).append(item)
    parts = [
        f"{', '.join(items) if len(items) <= MOST_NAMED else f'{len(items)} items'} ({reason})"
        for reason, items in reasons.items()
    ]
    return f"Left out: {'; '.join(parts)}"


def records(rows: DataFrame) -> list[dict[str, Any]]:
    """A table as JSON values: missing ones are null, categories are text."""
    columns = [
        [None if value is None or value != value else value for value in rows[name].tolist()]  # noqa: PLR0124 only NaN differs from itself
        for name in rows.columns
    ]
    names = list(rows.columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def merge(spec: Any, patch: Any) -> Any:
    """A JSON merge patch (RFC 7396): mappings merge, null removes, anything else replaces."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(spec) if isinstance(spec, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge(merged.get(key), value)
    return merged


@cache
def theme(name: str = "light") -> Spec:
    """The Vega-Lite config of a theme."""
    file = asset_folder("templates") / "themes" / f"{name}.yaml"
    config: Spec = read_document(file, f"themes/{file.name}").data
    return config
