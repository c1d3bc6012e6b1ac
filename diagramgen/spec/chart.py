"""Table -> Vega-Lite spec: a template fitted to the table, with the suite's words and looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagramgen.assets import YAML
from diagramgen.errors import ChartError
from diagramgen.formats.spec import Spec
from diagramgen.formats.table import records
from diagramgen.looks.reach import references
from diagramgen.spec.alt_text import Shown, alt_text, number
from diagramgen.spec.direct import name_lines, tell_references
from diagramgen.spec.facets import columns_of, small_multiples
from diagramgen.spec.fields import table_views
from diagramgen.spec.fill import fill_channels
from diagramgen.spec.fit import fit
from diagramgen.spec.form import form_of, pick_points
from diagramgen.spec.labels import place_labels, place_reference, write_values
from diagramgen.spec.names import Names
from diagramgen.spec.page import (
    PAGES,
    Page,
    fit_width,
    legend_columns,
    panel_page,
    plot_width,
    title_of,
)
from diagramgen.spec.patch import patched
from diagramgen.spec.pixels import check_pixels, check_rows
from diagramgen.spec.provenance import provenance
from diagramgen.spec.reduce import Drawn, reduced
from diagramgen.spec.vegalite import SCHEMA_URL, problem

if TYPE_CHECKING:
    import altair as alt
    from pandas import DataFrame

    from diagramgen.model.look import Look
    from diagramgen.results.plan import PlannedChart, PlannedPanel
    from diagramgen.spec.shared import Shared
    from diagramgen.transforms import Table

HEIGHT, LOW_HEIGHT, NARROW = 400, 260, 350
"""Pixels of a plot's height, of one that is narrow, and how wide such a one is at most."""
CONCAT = ("hconcat", "vconcat")
BAR, OFFSET_BAR, BAND_GAP = 24, 15, 9
"""Pixels for a bar alone on its band, for one of several, and between two bands."""
MOST_NAMED = 8
"""More left-out items than this are counted in the subtitle; the manifest names them."""


def build_spec(planned: PlannedChart, tables: list[Table], shared: Shared, entry: str) -> Spec:
    """The Vega-Lite spec of a planned chart from its panels' tables, each inline in its view.

    `entry` is the digest of what the suite says of the chart, see `entry_sha256`.
    Raises `ChartError` when a template does not suit its table, or the entry's `vegalite` makes a
    chart that is not valid Vega-Lite or reaches outside of it.
    """
    several = len(tables) > 1
    page, definitions = PAGES[shared.output.width], shared.definitions
    in_row = several and planned.chart.layout == "row" and not page.narrow
    part = panel_page(page, len(tables) if in_row else 1)
    pairs = zip(planned.panels, tables, strict=True)
    drawn = [_panel(panel, table, shared, part, several) for panel, table in pairs]
    check_rows(sum(len(each.rows) for each in drawn))
    views = [
        _inline(each, panel, shared, part, several)
        for each, panel in zip(drawn, planned.panels, strict=True)
    ]
    if several:
        spec: Spec = {CONCAT[not in_row]: views, "spacing": page.gap + 8,
                      "resolve": {"scale": {"color": "independent",
                      "shape": "independent", "strokeDash": "independent"}}}  # fmt: skip
        title = planned.title or " and ".join(
            panel.transform.title(definitions) for panel in planned.panels
        )
        lost = dict.fromkeys(_left_out(table) for table in tables)
        notes = dict.fromkeys(each.note() for each in drawn)
        spec["title"] = title_of(title, [planned.subtitle, *lost, *notes], page)
    else:
        (spec,) = views
        panel, table = planned.panels[0], tables[0]
        title = planned.title or panel.transform.title(definitions)
        subtitle = planned.subtitle or panel.transform.subtitle(definitions)
        said = [subtitle, _left_out(table), drawn[0].note()]
        spec["title"] = title_of(title, said, page)
    shown = [
        Shown(view.get("spec", view), panel.transform, view["data"]["values"], table.rows)
        for view, panel, table in zip(views, planned.panels, tables, strict=True)
    ]
    origins = [each.origin() for each in drawn]
    words: Spec = {
        "description": alt_text(shown, definitions),
        "usermeta": {"diagramgen": provenance(planned, definitions, entry, origins)},
        "config": shared.theme.config,
    }
    spec = {"$schema": SCHEMA_URL} | words | spec
    patch = planned.chart.vegalite if several else planned.panels[0].look.vegalite
    spec = _signed(patched(spec, patch), words["usermeta"])
    for way, message in references(spec):
        raise ChartError(f"{'.'.join(map(str, way))}: {message}")
    wrong = problem(spec) if _has_own_vegalite(planned, shared) else None
    if wrong is not None:
        raise ChartError(f"not valid Vega-Lite: {wrong}")
    check_pixels(spec, shared.output.scale if "png" in planned.chart.formats else 1)
    return spec


def _signed(spec: Spec, origin: Spec) -> Spec:
    """A spec that says where it comes from, whatever its `vegalite` says of that.

    What programs that show it would do for its `usermeta` is left out: vega-embed loads and runs
    what it finds there.
    """
    said = spec.get("usermeta")
    kept = said if isinstance(said, dict) else {}
    kept = {key: value for key, value in kept.items() if key != "embedOptions"}
    return spec | {"usermeta": kept | origin}


def _has_own_vegalite(planned: PlannedChart, shared: Shared) -> bool:
    """Whether a chart has any Vega-Lite that did not come with the package.

    Only that is checked against the schema: it takes longer than all else about a spec.
    """
    templates = {panel.look.template or panel.transform.default_template()
                 for panel in planned.panels}  # fmt: skip
    patched = any(panel.look.vegalite for panel in planned.panels)
    theme = shared.output.theme.endswith(YAML)
    return bool(planned.chart.vegalite or patched or theme) or any(
        shared.templates[name].origin != "built-in" for name in templates
    )


def altair_chart(spec: Spec) -> alt.TopLevelMixin:
    """A built spec as the altair chart that it is, for a notebook.

    Only made where somebody asks for it: altair takes ten times as long for it as for a check
    against its schema.
    """
    import altair as alt

    chart: alt.TopLevelMixin = alt.Chart.from_dict(spec)
    return chart


def _panel(panel: PlannedPanel, table: Table, shared: Shared, page: Page, several: bool) -> Drawn:
    """One panel's view, and the rows of its table that it is drawn from."""
    transform, look, definitions = panel.transform, panel.look, shared.definitions
    name, why = form_of(panel, table.rows)
    template = shared.templates[name]
    fitted = fit(template, table.rows, look.color_by, transform.asked.color_by)
    names = Names(table, transform.asked, definitions, shared.theme.palette)
    columns = 1 if page.narrow else columns_of(fitted.facets, names)
    view = fitted.spec
    rows = _band(view, "y", table.rows)
    labels = [names.label(rows, name) for name in names.order(rows)] if rows else []
    width = look.width or plot_width(page, columns, labels)
    _size(view, names, width, look)
    axes = transform.axes(definitions)
    fill_channels(view, names, axes, look)
    better = axes["value"].better if "value" in axes else None
    if why is not None:
        pick_points(view, names, better)
    dashed = tell_references(view, table.rows)
    if not fitted.facets:
        total = page.total or view["width"]
        room = name_lines(view, names, look.labels, total, better)
        view["width"] -= round(room) if page.total is None and look.width is None else 0
    legend_columns(view, page, names.label)
    if not fitted.facets:
        place_labels(view, table.rows)
        place_reference(view, table.rows)
    if look.values and not fitted.facets and "value" in axes:
        write_values(view, table.rows, lambda value: number(value, axes["value"]))
    if fitted.facets:
        view = small_multiples(view, fitted.facets, names, columns, page.gap)
    elif not several and look.width is None:
        view = fit_width(view, page)
    return reduced(view, look.vegalite, table.rows, shared.output.scale)._replace(
        form=why or dashed
    )


def _inline(drawn: Drawn, panel: PlannedPanel, shared: Shared, page: Page, several: bool) -> Spec:
    """One panel's view with its rows as inline data; of several with its own title and patch."""
    transform, look, definitions = panel.transform, panel.look, shared.definitions
    view = drawn.view | {"data": {"values": records(drawn.rows)}}
    if several:
        title = look.title or transform.title(definitions)
        small = page._replace(total=page.total or drawn.view.get("spec", drawn.view)["width"])
        view["title"] = title_of(title, [look.subtitle or transform.subtitle(definitions)], small)
        view["title"] |= {} if page.narrow else {"fontSize": 14}
        view = patched(view, look.vegalite)
    return view


def _size(view: Spec, names: Names, width: int, look: Look) -> None:
    """Width and height; a band axis gets as much as its names need."""
    height = HEIGHT if width > NARROW else LOW_HEIGHT
    rows = _band(view, "y", names.rows)
    if rows is not None:
        offset = _band(view, "yOffset", names.rows)
        bars = len(names.order(offset)) if offset else 1
        band = BAND_GAP + bars * OFFSET_BAR if bars > 1 else BAR
        height = band * max(1, len(names.order(rows)))
    view["width"], view["height"] = width, look.height or height


def _band(view: Spec, channel: str, rows: DataFrame) -> str | None:
    """The column whose names stand on an axis, if names do."""
    for part in table_views(view):
        encoding = part.get("encoding", {}).get(channel)
        if isinstance(encoding, dict) and encoding.get("type") in ("nominal", "ordinal"):
            field: str = encoding.get("field", "")
            return field if field in rows else None
    return None


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
