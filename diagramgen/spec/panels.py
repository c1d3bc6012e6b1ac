"""The panels of a chart: each a view in its size, with what stands around its plots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from diagramgen.formats.spec import Spec
from diagramgen.spec.bars import set_apart
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
    is_crossed,
    rows_of,
    small_multiples,
)
from diagramgen.spec.fields import table_views
from diagramgen.spec.fill import fill_channels
from diagramgen.spec.fit import fit
from diagramgen.spec.form import POINTS, form_of, pick_points
from diagramgen.spec.guides import hold_left, left_of, right_of
from diagramgen.spec.labels import (
    place_labels,
    place_reference,
    write_history,
    write_values,
)
from diagramgen.spec.names import Names
from diagramgen.spec.numbers import number, precise
from diagramgen.spec.page import (
    Page,
    edge_of,
    fit_width,
    legend_columns,
    limit_names,
    plot_width,
    shorten_ramps,
    wrap_legends,
)
from diagramgen.spec.reduce import Drawn, reduced
from diagramgen.spec.room import Bounds, make_room
from diagramgen.spec.short import shorten_labels, shorten_legends
from diagramgen.spec.sizes import Sizes, sizes_of
from diagramgen.spec.text import text_width
from diagramgen.spec.tidy import (
    drop_y_titles,
    fewer_ticks,
    quiet_names,
    take_title,
    thin_steps,
    wrap_titles,
)
from diagramgen.spec.wrap import wrapped
from diagramgen.transforms import Axis, Table

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.model.look import Look
    from diagramgen.results.plan import PlannedChart, PlannedPanel
    from diagramgen.spec.shared import Shared

PICKED, PICKED_STEPS = "the best and the worst stand out", "the last and the first stand out"
HEIGHTS = ((350, 400), (220, 260), (140, 170))
"""Pixels of a plot's width, and how high one is that is wider."""
LOW_HEIGHT, LEAST_HEIGHT = 120, 90
"""How high a still narrower plot is, and one of many at least."""
BAR, OFFSET_BAR, BAND_GAP, LEAST_BAR = 24, 15, 9, 4
"""Pixels for a bar alone on its band, for one of several, between two bands, and of many bars."""
FULL_HEIGHT = 1000
"""Pixels of a plot of names, from which on they stand closer."""
ROW_TITLE = 12
"""Pixels beside the title of a row of small multiples."""
ALIKE = 40
"""Pixels that the axes of panels side by side may differ by and yet have the same room."""


class Part(NamedTuple):
    """One panel before it has a size: its view, what it has beside its plots in pixels."""

    view: Spec
    table: Table
    names: Names
    axes: Mapping[str, Axis]
    facets: tuple[str, ...]
    left: float
    right: float
    note: str | None = None
    x_title: str | None = None
    own_y: bool = False
    named: Named | None = None
    picked: tuple[str, list[Any]] | None = None


def _part(
    panel: PlannedPanel, table: Table, shared: Shared, page: Page, note: str | None = None
) -> Part:
    """One panel's view, filled, and how much room is beside its plots."""
    transform, look, definitions = panel.transform, panel.look, shared.definitions
    sizes = sizes_of(shared.theme.config)
    name, why = form_of(panel, table.rows)
    fitted = fit(shared.templates[name], table.rows, look.color_by, transform.asked.color_by)
    names = Names(table, transform.asked, definitions, shared.theme.palette)
    view, axes = fitted.spec, precise(transform.axes(definitions), table.rows)
    set_apart(view, table.rows)
    fill_channels(view, names, axes, look)
    quiet_names(view)
    title = look.title or transform.title(definitions)
    drop_y_titles(view, title)
    measured = axes.get("value") or axes.get("x")
    better = measured.better if measured else None
    picked = pick_points(view, names, better) if name in POINTS else None
    if picked is not None:
        count = len(names.order(picked[0]))
        stand_out = PICKED_STEPS if picked[0] == "step" else PICKED
        why = f"{why or f'{count} are more than colours can tell apart'}; {stand_out}"
    notes = [why, tell_references(view, table.rows), note]
    shared_title = None
    if fitted.facets:
        # Beside each plot it would be read as often as there are plots.
        notes.insert(0, take_title(view, "y"))
        shared_title = take_title(view, "x")
    rows = _band(view, "y", table.rows)
    if rows:
        shown = {name: names.label(rows, name) for name in names.order(rows)}
        limit_names(view, page, sizes, shown)
    named = None
    if not fitted.facets:
        there = Room(page.total, look.height or _plot_height(page.total / 2), sizes.text)
        named = plan_names(view, names, look.labels, there, better)
    shorten_legends(view, names, page, sizes)
    shorten_labels(view, names, page, sizes)
    wrap_legends(view, page, sizes)
    left, right = left_of(view, names, sizes), right_of(view, names, sizes)
    right = max(right, named.room if named else 0)
    values = axes.get("value")
    is_signed = values is not None and values.format.startswith("+")
    own_y = fitted.facets == ("item",) and not is_signed
    told = " \N{MIDDLE DOT} ".join(each for each in notes if each) or None
    return Part(
        view,
        table,
        names,
        axes,
        fitted.facets,
        left,
        right,
        told,
        shared_title,
        own_y,
        named,
        picked,
    )


def _grid(part: Part, look: Look, page: Page, sizes: Sizes) -> Grid:
    """How the small multiples of a panel stand."""
    facets, names = part.facets, part.names
    count = len(cells_of(facets, names))

    def width(columns: int) -> float:
        axes = part.left * (columns if part.own_y else 1)
        return look.width or plot_width(page, columns, sizes, axes, part.right, edge_of(part.view))

    around = page.gap + 2 * sizes.header + 2 * sizes.label
    if is_crossed(facets, names) and not page.narrow:
        columns, rows = (len(names.order(column)) for column in reversed(facets))
        height = _height(part, width(columns), look, sizes)
        titles = [names.title_of(facets[0], name) for name in names.order(facets[0])]
        # The titles of rows stand on their sides, each as long as its plot is high.
        longest = max(text_width(title, sizes.header, bold=True) for title in titles)
        has_room = longest < height and rows * (height + page.gap) <= MOST_HEIGHT
        if width(columns) >= LEAST_WIDTH and has_room:
            return Grid(columns, height, count, count, crossed=True)
    best = 1 if page.narrow else columns_of(count)
    while best > 1 and width(best) < LEAST_WIDTH:
        best -= 1
    height = _height(part, width(best), look, sizes)
    fixed = look.height is not None or _band(part.view, "y", part.table.rows) is not None
    return grid_of(count, best, height if fixed else LEAST_HEIGHT, height, around, width)


def draw_panel(part: Part, panel: PlannedPanel, shared: Shared, page: Page, several: bool) -> Drawn:
    """One panel's view in its size, and the rows of its table that it is drawn from."""
    look, sizes, view, names = panel.look, sizes_of(shared.theme.config), part.view, part.names
    grid = _grid(part, look, page, sizes) if part.facets else None
    columns = grid.columns if grid else 1
    axes = part.left * (columns if part.own_y else 1)
    if grid is not None and grid.crossed:
        axes += ROW_TITLE + sizes.header
    width = look.width or plot_width(page, columns, sizes, axes, part.right, edge_of(part.view))
    view["width"] = width
    view["height"] = grid.height if grid else _height(part, width, look, sizes)
    legend_columns(view, page, sizes, width * columns + part.right, names.label)
    shorten_ramps(view, page, sizes)
    fewer_ticks(view, names.rows, sizes)
    fits = not several and not part.facets and look.width is None
    make_room(view, names.rows, sizes, Bounds(part.facets, part.own_y, fits))
    label_cells(view, names.rows, sizes)
    thin_steps(view, names, sizes)
    wrap_titles(view, sizes)
    dashed = None
    if part.named:
        write_names(view, names.rows, part.named)
    if not part.facets:
        place_labels(view, _labelled(part), sizes.text)
        dashed = place_reference(view, names.rows, sizes.text)
        axis = part.axes.get("value")
        if axis is not None:
            write_history(view, names.rows, lambda value: number(value, axis), sizes.text)
        if look.values and axis is not None:
            write_values(view, names.rows, lambda value: number(value, axis), sizes.text)
    if several or part.facets:
        hold_left(view, part.left, sizes)
    if part.facets:
        whole = page.total - sizes.left - sizes.right
        lines = wrapped(part.x_title or "", whole, sizes.axis_title)
        shared_title = lines if len(lines) > 1 else part.x_title
        rest = 0 if look.width else whole - axes - part.right - width * columns
        gap = rest / (columns - 1) - edge_of(view) if rest and columns > 1 else page.gap
        crossed = grid is not None and grid.crossed
        frame = Frame(columns, gap, width, sizes.header, shared_title, part.own_y, crossed)
        view = small_multiples(view, part.facets, names, frame)
    elif fits:
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


def panels_of(
    planned: PlannedChart, tables: list[Table], shared: Shared, page: Page, stacked: bool
) -> list[Part]:
    """The panels of a chart; those that stand below one another begin and end at the same place.

    Plots side by side are as wide as one another where their axes need about the same room.
    """
    sizes = sizes_of(shared.theme.config)
    parts, several = [], len(tables) > 1
    for panel, table in zip(planned.panels, tables, strict=True):
        part = _part(panel, table, shared, page)
        grid = _grid(part, panel.look, page, sizes) if part.facets else None
        if grid is not None and grid.shown < grid.of:
            cells = cells_of(part.facets, part.names)[: grid.shown]
            fewer = Table(rows_of(cells, part.facets, table.rows), table.left_out)
            part = _part(panel, fewer, shared, page, grid.note())
        # Only a single view is fitted in to the pixel.
        edge = edge_of(part.view) if part.facets or (several and stacked) else 0
        parts.append(part._replace(right=part.right + edge))
    lefts, rights = [part.left for part in parts], [part.right for part in parts]
    if stacked or max(lefts) - min(lefts) <= ALIKE:
        parts = [part._replace(left=max(lefts), right=max(rights)) for part in parts]
    return parts


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
