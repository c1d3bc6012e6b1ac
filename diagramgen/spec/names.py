"""What the suite knows of the names in a chart's table: their order, words and looks."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from functools import cached_property
from typing import TYPE_CHECKING, Any

from diagramgen.looks.palette import (
    DASHES,
    SHAPES,
    NameLook,
    Palette,
    dash_of,
    distinct,
    look_of,
    ramp,
)
from diagramgen.looks.shades import shades
from diagramgen.model.metric import in_order, is_one_of
from diagramgen.transforms.baseline import counted

if TYPE_CHECKING:
    from diagramgen.model.definitions import Definitions
    from diagramgen.transforms import Table, Transform

HEX = re.compile("#[0-9a-fA-F]{6}")
MOST_SHADES = 5
"""So many kinds of one colour are told apart."""


class Names:
    """The order, the display names and the looks of the values of a table's key columns."""

    def __init__(
        self, table: Table, transform: Transform, definitions: Definitions, palette: Palette
    ) -> None:
        self.rows, self.left_out = table
        self.transform, self.definitions = transform, definitions
        self.palette = palette
        self.metric = definitions.metrics[transform.metrics()[0]]
        self._orders: dict[str, list[Any]] = {}
        self._twice: dict[str, set[str]] = {}

    def order(self, column: str) -> list[Any]:
        """The column's values as legends and axes have them."""
        if column not in self._orders:
            self._orders[column] = self._order(column)
        return list(self._orders[column])

    def _order(self, column: str) -> list[Any]:
        rows = self.rows
        if self.left_out and "value" in rows:
            # What the subtitle tells to be left out has no place in a legend.
            rows = rows[rows["value"].notna() | ~rows[column].isin(list(self.left_out))]
        values = rows[column].dropna().unique().tolist()
        if column in ("source", "against"):
            return list(values)
        if column == "item":
            return in_order([str(value) for value in values], self.metric)
        if column == "group":
            groups = [name for of in self.metric.groupings.values() for name in of]
            lone: list[Any] = [None] if rows[column].isna().any() else []
            return sorted((str(value) for value in values), key=groups.index) + lone
        return sorted(map(int, values))

    def valued(self, column: str) -> set[Any]:
        """Those of `order` with any value: others have no mark that a legend could explain."""
        rows, order = self.rows, self.order(column)
        if "value" not in rows or rows["value"].notna().all() or not rows["value"].notna().any():
            return set(order)
        names = set(rows.loc[rows["value"].notna(), column])
        return {name for name in order if name in names or name is None}

    def looks(self, column: str) -> list[NameLook]:
        """The look of each of `order`: on every chart of the suite the same, where it can be.

        It hangs on the place among all names that the suite knows, items have kinds of the colour
        of their group, and what the suite gives a colour has that. On one chart no two names have
        one colour, unless the suite says so or there are more names than colours.
        """
        palette = self.palette
        if column == "step":
            shades = ramp(len(self.order(column)), palette.steps)
            steps = [look_of(i, palette.names)._replace(color=c) for i, c in enumerate(shades)]
            return [self._dashed(look, i) for i, look in enumerate(steps)]
        colors = palette.sources if column in ("source", "against") else palette.names
        known = self._known(column)
        looks = {name: look_of(place, colors) for place, name in enumerate(known)}
        if column == "item" and not palette.dashes:  # kinds of one colour are grey
            looks |= self._of_groups(known)
        looks[None] = NameLook(palette.no_group, DASHES[0], SHAPES[0])
        order = self.order(column)
        found = dict(zip(order, distinct([looks[name] for name in order], colors), strict=True))
        own: list[str] = []
        for name in known:
            if color := self._own_color(column, name):
                if name in found:
                    found[name] = look_of(own.count(color), (color,))
                own.append(color)
        place = {name: i for i, name in enumerate([*known, None])}
        return [self._dashed(found[name], place[name]) for name in order]

    def _of_groups(self, items: list[str]) -> dict[str, NameLook]:
        """Looks of items by the groups of the metric's first grouping, where it has few enough."""
        groupings, colors = self.metric.groupings, self.palette.names
        groups = next(iter(groupings.values()), {})
        members = {group: [item for item in items if is_one_of(item, globs)]
                   for group, globs in groups.items()}  # fmt: skip
        sizes = [len(of) for of in members.values()]
        are_hex = all(HEX.fullmatch(color) for color in colors)
        if not 2 <= len(members) <= len(colors) or max(sizes) > MOST_SHADES or not are_hex:
            return {}
        found = {}
        for color, of in zip(colors, members.values(), strict=False):
            kinds = shades(color, len(of), self.palette.shades) if of else []
            for i, (item, kind) in enumerate(zip(of, kinds, strict=True)):
                found[item] = NameLook(kind, DASHES[0], SHAPES[i % len(SHAPES)])
        rest = [item for item in items if item not in found]
        left = colors[len(members) :] or (self.palette.no_group,)
        return found | {item: look_of(i, left) for i, item in enumerate(rest)}

    def _dashed(self, look: NameLook, place: int) -> NameLook:
        return look._replace(dash=dash_of(place)) if self.palette.dashes else look

    def _known(self, column: str) -> list[Any]:
        if column in ("source", "against"):
            return list(self.definitions.sources)
        if column == "item":
            return in_order({*self.metric.order, *self.rows[column].cat.categories}, self.metric)
        return list(self.metric.groupings[self._grouping()])

    def _own_color(self, column: str, name: str) -> str | None:
        """The colour that the suite gives a name: by that name, else by the first glob."""
        if column in ("source", "against"):
            return self.definitions.sources[name].color
        colors = self.metric.colors
        globs = (color for glob, color in colors.items() if fnmatchcase(name, glob))
        return colors.get(name) or next(globs, None)

    def _grouping(self) -> str:
        """The grouping that the table's groups are of: the entry's, else the first that fits."""
        groups = set(self.order("group")) - {None}
        names = (*self.transform.groupings(), *self.metric.groupings)
        return next(name for name in names if groups <= set(self.metric.groupings[name]))

    def range(self, column: str, channel: str) -> list[Any]:
        """The looks of `order` on a channel: colours, dashes or shapes."""
        looks = self.looks(column)
        if channel == "strokeDash":
            return [list(look.dash) for look in looks]
        return [look.shape if channel == "shape" else look.color for look in looks]

    def label(self, column: str, value: Any) -> str:
        """A value's name for people; what names share has the name behind it."""
        label = self._label(column, value)
        return f"{label} ({value})" if label in self._shared(column) else label

    def _shared(self, column: str) -> set[str]:
        """The labels that several of a column's names have."""
        if column == "step":
            return set()
        if column not in self._twice:
            labels = [self._label(column, name) for name in self.order(column)]
            self._twice[column] = {label for label in labels if labels.count(label) > 1}
        return self._twice[column]

    def _label(self, column: str, value: Any) -> str:
        if column in ("source", "against"):
            return self.definitions.source_label(value)
        if column == "step":
            return f"{value:,}"
        if column == "group":
            return "none" if value is None else str(value)
        return self.metric.labels.get(value, str(value))

    def labels(self, column: str) -> str | None:
        """A Vega expression for a value's display name, where one has another than itself."""
        if column == "step":
            return "format(datum.value, ',')"
        shown = {name: self.label(column, name) for name in self.order(column)}
        shown = {name: label for name, label in shown.items() if name != label}
        return (
            f"{json.dumps(shown, ensure_ascii=False)}[datum.value] || datum.value"
            if shown
            else None
        )

    def title_of(self, column: str, value: Any) -> str:
        """The title of the plot of a value."""
        label = self.label(column, value)
        return counted(value, self._unit) if column == "step" else label

    def title(self, column: str) -> str | None:
        """What the column's values are called, for a legend."""
        if column == "item":
            return self.metric.item.capitalize()
        if column == "group":
            return self._grouping().capitalize()
        return self._unit.capitalize() if column == "step" else None

    @cached_property
    def _unit(self) -> str:
        """What the table's steps count."""
        return self.definitions.unit(self.rows["source"].unique() if "source" in self.rows else ())
