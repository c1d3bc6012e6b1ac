"""Table -> Vega-Lite spec: a template fitted to the table, with the suite's words and looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagramgen.assets import YAML
from diagramgen.errors import ChartError
from diagramgen.formats.spec import Spec
from diagramgen.formats.table import records
from diagramgen.looks.reach import references
from diagramgen.spec.alt_text import Shown, alt_text
from diagramgen.spec.page import (
    PAGES,
    PANEL_TITLE,
    Page,
    panel_gap,
    panel_page,
    title_of,
)
from diagramgen.spec.panels import draw_panel, panels_of
from diagramgen.spec.patch import patched
from diagramgen.spec.pixels import check_pixels, check_rows
from diagramgen.spec.provenance import provenance
from diagramgen.spec.reduce import Drawn
from diagramgen.spec.sizes import sizes_of
from diagramgen.spec.vegalite import SCHEMA_URL, problem

if TYPE_CHECKING:
    import altair as alt

    from diagramgen.results.plan import PlannedChart, PlannedPanel
    from diagramgen.spec.shared import Shared
    from diagramgen.transforms import Table

CONCAT = ("hconcat", "vconcat")
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
    sizes = sizes_of(shared.theme.config)
    in_row = several and planned.chart.layout == "row" and not page.narrow
    part = panel_page(page, len(tables) if in_row else 1, sizes)
    parts = panels_of(planned, tables, shared, part, not in_row)
    pairs = zip(parts, planned.panels, strict=True)
    drawn = [draw_panel(each, panel, shared, part, several) for each, panel in pairs]
    check_rows(sum(len(each.rows) for each in drawn))
    views = [
        _inline(each, panel, shared, part, several)
        for each, panel in zip(drawn, planned.panels, strict=True)
    ]
    if several:
        spec: Spec = {CONCAT[not in_row]: views, "spacing": panel_gap(page),
                      "resolve": {"scale": {"color": "independent",
                      "shape": "independent", "strokeDash": "independent"}}}  # fmt: skip
        title = planned.title or " and ".join(
            panel.transform.title(definitions) for panel in planned.panels
        )
        lost = dict.fromkeys(_left_out(table) for table in tables)
        notes = dict.fromkeys([*(each.note for each in parts), *(each.note() for each in drawn)])
        spec["title"] = title_of(title, [planned.subtitle, *lost, *notes], page, sizes)
    else:
        (spec,) = views
        panel, table = planned.panels[0], tables[0]
        title = planned.title or panel.transform.title(definitions)
        subtitle = planned.subtitle or panel.transform.subtitle(definitions)
        said = [subtitle, _left_out(table), parts[0].note, drawn[0].note()]
        spec["title"] = title_of(title, said, page, sizes)
    shown = [
        Shown(view.get("spec", view), panel.transform, view["data"]["values"], each.table.rows)
        for view, panel, each in zip(views, planned.panels, parts, strict=True)
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


def _inline(drawn: Drawn, panel: PlannedPanel, shared: Shared, page: Page, several: bool) -> Spec:
    """One panel's view with its rows as inline data; of several with its own title and patch."""
    transform, look, definitions = panel.transform, panel.look, shared.definitions
    view = drawn.view | {"data": {"values": records(drawn.rows)}}
    if several:
        title = look.title or transform.title(definitions)
        sizes = sizes_of(shared.theme.config)
        # A panel has no padding of its own, the picture has.
        if not page.narrow:
            sizes = sizes._replace(title=min(PANEL_TITLE, sizes.title))
        words: list[str | None] = [look.subtitle or transform.subtitle(definitions)]
        view["title"] = title_of(title, words, page, sizes)
        view["title"] |= {} if page.narrow else {"fontSize": sizes.title}
        view = patched(view, look.vegalite)
    return view


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
