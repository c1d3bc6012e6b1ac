"""Table -> Vega-Lite spec: a template fitted to the table, with the suite's words and looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from diagramgen.assets import YAML
from diagramgen.errors import ChartError
from diagramgen.formats.spec import Spec
from diagramgen.formats.table import records
from diagramgen.looks.reach import references
from diagramgen.spec.alt_text import Shown, alt_text, number
from diagramgen.spec.cells import label_cells
from diagramgen.spec.direct import Named, Room, plan_names, tell_references, write_names
from diagramgen.spec.facets import (
    LEAST_WIDTH,
    MOST_HEIGHT,
    Frame,
    Grid,
    cells_of,
    columns_of,
    grid_of,
    rows_of,
    small_multiples,
)
from diagramgen.spec.fields import table_views
from diagramgen.spec.fill import fill_channels
from diagramgen.spec.fit import fit
from diagramgen.spec.form import POINTS, form_of, pick_points
from diagramgen.spec.guides import hold_left, left_of, right_of
from diagramgen.spec.labels import place_labels, place_reference, write_values
from diagramgen.spec.names import Names
from diagramgen.spec.page import (
    PAGES,
    PANEL_TITLE,
    Page,
    fit_width,
    legend_columns,
    limit_names,
    panel_gap,
    panel_page,
    plot_width,
    title_of,
)
from diagramgen.spec.patch import patched
from diagramgen.spec.pixels import check_pixels, check_rows
from diagramgen.spec.provenance import provenance
from diagramgen.spec.reduce import Drawn, reduced
from diagramgen.spec.room import make_room
from diagramgen.spec.short import shorten_names
from diagramgen.spec.sizes import Sizes, sizes_of
from diagramgen.spec.text import text_width
from diagramgen.spec.tidy import drop_y_titles, fewer_ticks, quiet_names, take_title, thin_steps
from diagramgen.spec.vegalite import SCHEMA_URL, problem
from diagramgen.transforms import Table

if TYPE_CHECKING:
    import altair as alt
    from pandas import DataFrame

    from diagramgen.model.look import Look
    from diagramgen.results.plan import PlannedChart, PlannedPanel
    from diagramgen.spec.shared import Shared

PICKED = "the best and the worst stand out"
HEIGHTS = ((350, 400), (220, 260), (140, 170))
"""Pixels of a plot's width, and how high one is that is wider."""
LOW_HEIGHT, LEAST_HEIGHT = 120, 90
"""How high a still narrower plot is, and one of many at least."""
CONCAT = ("hconcat", "vconcat")
BAR, OFFSET_BAR, BAND_GAP, LEAST_BAR = 24, 15, 9, 4
"""Pixels for a bar alone on its band, for one of several, between two bands, and of many bars."""
FULL_HEIGHT = 1000
"""Pixels of a plot of names, from which on they stand closer."""
ALIKE = 40
"""Pixels that the axes of panels side by side may differ by and yet have the same room."""
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
    parts = _parts(planned, tables, shared, part, not in_row)
    pairs = zip(parts, planned.panels, strict=True)
    drawn = [_panel(each, panel, shared, part, several) for each, panel in pairs]
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


class Part(NamedTuple):
    """One panel before it has a size: its view, what it has beside its plots in pixels."""

    view: Spec
    table: Table
    names: Names
    facets: tuple[str, ...]
    left: float
    right: float
    note: str | None = None
    x_title: str | None = None
    own_y: bool = False
    named: Named | None = None
    picked: tuple[str, list[Any]] | None = None


def _part(panel: PlannedPanel, table: Table, shared: Shared, page: Page, note: str | None) -> Part:
    """One panel's view, filled, and how much room is beside its plots."""
    transform, look, definitions = panel.transform, panel.look, shared.definitions
    sizes = sizes_of(shared.theme.config)
    name, why = form_of(panel, table.rows)
    fitted = fit(shared.templates[name], table.rows, look.color_by, transform.asked.color_by)
    names = Names(table, transform.asked, definitions, shared.theme.palette)
    view, axes = fitted.spec, transform.axes(definitions)
    fill_channels(view, names, axes, look)
    quiet_names(view)
    title = look.title or transform.title(definitions)
    drop_y_titles(view, title)
    values = axes.get("value")
    better = values.better if values is not None else axes["x"].better if "x" in axes else None
    picked = pick_points(view, names, better) if name in POINTS else None
    if picked is not None:
        count = len(names.order(picked[0]))
        why = f"{why or f'{count} are more than colours can tell apart'}; {PICKED}"
    notes = [why, tell_references(view, table.rows)]
    shared_title = None
    if fitted.facets:
        # Beside each plot it would be read as often as there are plots.
        notes.insert(0, take_title(view, "y"))
        shared_title = take_title(view, "x")
    rows = _band(view, "y", table.rows)
    labels = [names.label(rows, name) for name in names.order(rows)] if rows else []
    widest = max((text_width(label, sizes.label) for label in labels), default=0)
    limit_names(view, page, sizes, widest)
    shorten_names(view, names, page, sizes)
    named = None
    if not fitted.facets:
        there = Room(page.total, look.height or _plot_height(page.total / 2), sizes.text)
        named = plan_names(view, names, look.labels, there, better)
    left, right = left_of(view, names, sizes), right_of(view, names, sizes)
    right = max(right, named.room if named else 0)
    is_signed = values is not None and values.format.startswith("+")
    own_y = fitted.facets == ("item",) and not is_signed
    told = " \N{MIDDLE DOT} ".join(each for each in (*notes, note) if each) or None
    return Part(
        view, table, names, fitted.facets, left, right, told, shared_title, own_y, named, picked
    )


def _grid(part: Part, look: Look, page: Page, sizes: Sizes) -> Grid:
    """How the small multiples of a panel stand."""
    cells = cells_of(part.facets, part.names)
    best = columns_of(part.facets, part.names)

    def width(columns: int) -> float:
        axes = part.left * (columns if part.own_y else 1)
        return look.width or plot_width(page, columns, sizes, axes, part.right)

    if page.narrow:
        best = 1
    while best > 1 and width(best) < LEAST_WIDTH:
        best -= 1
    height = _height(part, width(best), look, sizes)
    fixed = look.height is not None or _band(part.view, "y", part.table.rows) is not None
    around = page.gap + 2 * sizes.header + 2 * sizes.label
    return grid_of(len(cells), best, height if fixed else LEAST_HEIGHT, height, around, width)


def _panel(part: Part, panel: PlannedPanel, shared: Shared, page: Page, several: bool) -> Drawn:
    """One panel's view in its size, and the rows of its table that it is drawn from."""
    look, sizes, view, names = panel.look, sizes_of(shared.theme.config), part.view, part.names
    grid = _grid(part, look, page, sizes) if part.facets else None
    columns = grid.columns if grid else 1
    axes = part.left * (columns if part.own_y else 1)
    width = look.width or plot_width(page, columns, sizes, axes, part.right)
    view["width"] = width
    view["height"] = grid.height if grid else _height(part, width, look, sizes)
    legend_columns(view, page, sizes, width * columns + part.right, names.label)
    fewer_ticks(view, names.rows, sizes)
    make_room(view, names.rows, sizes, part.facets, own_y=part.own_y)
    label_cells(view, names.rows, sizes)
    thin_steps(view, names, sizes)
    dashed = None
    if part.named:
        write_names(view, names.rows, part.named)
    if not part.facets:
        place_labels(view, _labelled(part), sizes.text)
        dashed = place_reference(view, names.rows, sizes.text)
        axis = panel.transform.axes(shared.definitions).get("value")
        if look.values and axis is not None:
            write_values(view, names.rows, lambda value: number(value, axis), sizes.text)
    if several or part.facets:
        hold_left(view, part.left, sizes)
    if part.facets:
        frame = Frame(columns, page.gap, width, part.x_title, part.own_y)
        view = small_multiples(view, part.facets, names, frame)
    elif not several and look.width is None:
        view = fit_width(view, page, sizes)
    drawn = reduced(view, look.vegalite, part.table.rows, shared.output.scale)
    return drawn._replace(form=f"Dashed: {dashed}" if dashed else None)


def _labelled(part: Part) -> DataFrame:
    """The rows of a panel, of which only those that stand out have labels."""
    rows = part.names.rows
    if part.picked is None or "label" not in rows:
        return rows
    column, names = part.picked
    return rows.assign(label=rows["label"].where(rows[column].isin(names)))


def _parts(
    planned: PlannedChart, tables: list[Table], shared: Shared, page: Page, stacked: bool
) -> list[Part]:
    """The panels of a chart; those that stand below one another begin and end at the same place.

    Plots side by side are as wide as one another where their axes need about the same room.
    """
    sizes = sizes_of(shared.theme.config)
    parts = []
    for panel, table in zip(planned.panels, tables, strict=True):
        part = _part(panel, table, shared, page, None)
        grid = _grid(part, panel.look, page, sizes) if part.facets else None
        if grid is not None and grid.shown < grid.of:
            cells = cells_of(part.facets, part.names)[: grid.shown]
            fewer = Table(rows_of(cells, part.facets, table.rows), table.left_out)
            part = _part(panel, fewer, shared, page, grid.note())
        parts.append(part)
    lefts, rights = [part.left for part in parts], [part.right for part in parts]
    if stacked or max(lefts) - min(lefts) <= ALIKE:
        parts = [part._replace(left=max(lefts), right=max(rights)) for part in parts]
    return parts


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


def _height(part: Part, width: float, look: Look, sizes: Sizes) -> int:
    """The height of a plot; a band axis gets as much as its names need, within reason."""
    if look.height is not None:
        return look.height
    rows = _band(part.view, "y", part.names.rows)
    if rows is None:
        return _plot_height(width)
    count = max(1, len(part.names.order(rows)))
    offset = _band(part.view, "yOffset", part.names.rows)
    bars = len(part.names.order(offset)) if offset else 1
    if bars > 1:
        room = (MOST_HEIGHT / count - BAND_GAP) / bars
        return round((BAND_GAP + bars * max(LEAST_BAR, min(OFFSET_BAR, room))) * count)
    return round(max(sizes.label + 2, min(BAR, FULL_HEIGHT / count)) * count)


def _plot_height(width: float) -> int:
    """The height of a plot of numbers."""
    return next((high for least, high in HEIGHTS if width > least), LOW_HEIGHT)


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
