"""Table -> Vega-Lite spec: a template fitted to the table, with the suite's words and looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from diagramgen.assets import YAML
from diagramgen.document.data import mapping
from diagramgen.errors import ChartError, Unavailable
from diagramgen.formats.spec import Spec
from diagramgen.formats.table import records
from diagramgen.looks.reach import references
from diagramgen.spec.alt_text import alt_text
from diagramgen.spec.drawn import check_drawn
from diagramgen.spec.figures import Shown
from diagramgen.spec.finding import finding, interval
from diagramgen.spec.left_out import left_out, without_values
from diagramgen.spec.page import PAGES, PANEL_TITLE, Page, panel_gap, panel_page, title_of, titled
from diagramgen.spec.panels import Part, draw_panel, panels_of
from diagramgen.spec.patch import patched
from diagramgen.spec.pixels import check_pixels, check_rows
from diagramgen.spec.provenance import provenance
from diagramgen.spec.reduce import Drawn
from diagramgen.spec.same_scale import same_scales
from diagramgen.spec.sizes import Sizes, sizes_of
from diagramgen.spec.vegalite import SCHEMA_URL, problem
from diagramgen.transforms.baseline import ZERO_BASELINE
from diagramgen.transforms.words import MOST_NAMED, listing, mid

if TYPE_CHECKING:
    import altair as alt

    from diagramgen.model.definitions import Definitions
    from diagramgen.results.plan import PlannedChart, PlannedPanel
    from diagramgen.spec.shared import Shared
    from diagramgen.transforms import Table

CONCAT = ("hconcat", "vconcat")
PANEL_EDGE = 8
"""Pixels that a panel's title leaves free at its end."""
LEAST_PANEL = 210
"""Pixels of a picture that a panel needs to stand beside others; else they stand below."""


def build_spec(planned: PlannedChart, tables: list[Table], shared: Shared, entry: str) -> Spec:
    """The Vega-Lite spec of a planned chart from its panels' tables, each inline in its view.

    `entry` is the digest of what the suite says of the chart, see `entry_sha256`.
    Raises `ChartError` when a template does not suit its table, or the entry's `vegalite` makes a
    chart that is not valid Vega-Lite or reaches outside of it.
    """
    several = len(tables) > 1
    page, definitions = PAGES[shared.output.width], shared.definitions
    sizes = sizes_of(shared.theme.config)
    has_room = page.total / len(tables) >= LEAST_PANEL
    in_row = several and planned.chart.layout == "row" and has_room
    part = panel_page(page, len(tables) if in_row else 1, sizes)
    parts = panels_of(planned, tables, shared, part, not in_row)
    pairs = zip(parts, planned.panels, strict=True)
    drawn = [draw_panel(each, panel, shared, part, several) for each, panel in pairs]
    check_rows(sum(len(each.rows) for each in drawn))
    told = [
        _told(each, panel, part, definitions)
        for each, panel, part in zip(drawn, planned.panels, parts, strict=True)
    ]
    views = [
        _inline(each, words, panel, part, sizes, several=several)
        for each, words, panel in zip(drawn, told, planned.panels, strict=True)
    ]
    spec: Spec
    lost = dict.fromkeys(
        words for table in tables for words in (left_out(table), without_values(table))
    )
    notes = dict.fromkeys([*(each.note for each in parts), *(each.note() for each in drawn)])
    if several:
        spec = {CONCAT[not in_row]: views, "spacing": panel_gap(page),
                "resolve": {"scale": {"color": "independent",
                "shape": "independent", "strokeDash": "independent"}}}  # fmt: skip
        if planned.chart.scale == "shared":
            spec["resolve"]["scale"] |= same_scales(views)
        titles = list(dict.fromkeys(words.title for words in told))
        title = _joined(titles) if planned.title is None else planned.title
        said = [planned.subtitle]
    else:
        (spec,) = views
        title, said = told[0].headings(planned.title, planned.subtitle)
    spec |= titled(title_of(title, [*said, *lost, *notes], page, sizes))
    shown = [words.shown for words in told]
    origins = [each.origin() for each in drawn]
    # A single view is fitted in; see `at_width`.
    own = any(panel.look.width for panel in planned.panels)
    whole = {"width": page.total} if not own and (several or "facet" in views[0]) else {}
    words: Spec = {
        "description": alt_text(shown, definitions),
        "usermeta": {"diagramgen": provenance(planned, definitions, entry, origins) | whole},
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
    _check_drawn(spec, tables)
    check_pixels(spec, shared.output.scale if "png" in planned.chart.formats else 1)
    return spec


def _joined(titles: list[str]) -> str:
    """The title of panels that have these; of more than three it is the first."""
    first, *others = titles
    if len(others) >= MOST_NAMED:
        return f"{first} and {len(others)} more"
    return listing([first, *map(mid, others)])


def _check_drawn(spec: Spec, tables: list[Table]) -> None:
    """Raise `Unavailable` for a chart with a panel in which nothing is drawn of its table."""
    panels = next((spec[key] for key in CONCAT if isinstance(spec.get(key), list)), [spec])
    if len(panels) != len(tables):
        return
    for place, (panel, table) in enumerate(zip(panels, tables, strict=True), 1):
        rows = mapping(panel, "data").get("values")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            continue
        try:
            check_drawn(panel, rows)
        except ChartError as err:
            where = f"panel {place}: " if len(panels) > 1 else ""
            why = (left_out(table) or "").replace("Left", "; left", 1)
            # That a model begins at 0 is nobody's fault.
            skip = ZERO_BASELINE in table.left_out.values()
            raise Unavailable(f"{where}{err}{why}", skip=skip) from err


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


class Told(NamedTuple):
    """What a panel shows, and what is said of it where the entry does not say it."""

    shown: Shown
    title: str
    finding: str | None
    subtitle: str
    interval: str | None

    def headings(self, title: str | None, subtitle: str | None) -> tuple[str, list[str | None]]:
        """A title and the parts of a subtitle: an entry's own, which may be empty, or these."""
        default = [self.finding, self.subtitle, self.interval]
        return self.title if title is None else title, default if subtitle is None else [subtitle]


def _told(drawn: Drawn, panel: PlannedPanel, part: Part, definitions: Definitions) -> Told:
    transform, view = panel.transform, drawn.view.get("spec", drawn.view)
    rows = part.table.rows
    shown = Shown(view, transform, records(drawn.rows), rows, part.axes)
    of = transform.asked.parameters().get("interval")
    return Told(
        shown,
        transform.title(definitions),
        finding(shown, definitions),
        transform.subtitle(definitions),
        interval(view, of) if "lower" in rows else None,
    )


def _inline(
    drawn: Drawn, told: Told, panel: PlannedPanel, page: Page, sizes: Sizes, *, several: bool
) -> Spec:
    """One panel's view with its rows as inline data; of several with its own title and patch."""
    look = panel.look
    view = drawn.view | {"data": {"values": told.shown.rows}}
    if several:
        letters = sizes.title if page.narrow else PANEL_TITLE
        small = sizes._replace(title=letters)
        page = page._replace(total=page.total - PANEL_EDGE)
        heading = titled(title_of(*told.headings(look.title, look.subtitle), page, small))
        if heading and not page.narrow:
            heading["title"]["fontSize"] = PANEL_TITLE
        view = patched(view | heading, look.vegalite)
    return view
