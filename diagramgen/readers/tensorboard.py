"""The event files of TensorBoard."""

from __future__ import annotations

import math
from typing import Annotated

from msgspec import Meta

from diagramgen.errors import NotInFile
from diagramgen.readers.events import Scalar, scalars
from diagramgen.readers.gathered import Gathered
from diagramgen.readers.records import Contents, Reader, Reading, item_name, there
from diagramgen.readers.wide import Cell, cells, fault


class TensorboardReader(Reader, frozen=True, kw_only=True, tag="tensorboard"):
    """Scalars in event files of TensorBoard, as they are being written, too.

    Steps stand inside. Of a step that comes twice, as after a restart, the last one written counts,
    in one file and of several.
    """

    tags: Annotated[
        tuple[str, ...],
        Meta(
            min_length=1,
            description="Tags of the values, {item} stands for the item.",
            examples=[["eval/{item}/acc"], ["train/loss"]],
        ),
    ]

    def __post_init__(self) -> None:
        for pattern in self.tags:
            if (said := fault(pattern)) is not None or "{run}" in pattern:
                raise ValueError(said or "event files have no {run}: a run is a folder")

    @property
    def steps_inside(self) -> bool:
        return True

    def read(self, data: bytes, name: str) -> Contents:
        found = Gathered(name)
        items: dict[str, list[str]] = {}
        date = ""
        for i, scalar in enumerate(scalars(data, name), 1):
            if scalar.tag not in items:
                items[scalar.tag] = self._items(scalar.tag, name)
            date = max(date, _date(scalar))
            value = scalar.value if math.isfinite(scalar.value) else math.nan
            for item in items[scalar.tag]:
                found.add(Reading(item, value, step=scalar.step), f"{name}, scalar {i}")
        contents = found.contents()
        if items and not contents.readings:
            said = f"no tag is like '{self.tags[0]}'; {there(items, self.tags[0])}"
            return Contents([], date, lacks=NotInFile(name, "tags", said))
        return contents._replace(date=date)

    def _items(self, tag: str, name: str) -> list[str]:
        """The item that a tag is of, if it counts. Raises `ResultsError` where it is no name."""
        found: list[Cell] = [cell for each in self.tags for cell in cells(each, [tag], (), ())]
        return [item_name(cell.item, "a tag", name) for cell in found[:1]]


def _date(scalar: Scalar) -> str:
    """When a scalar was written, so that dates sort as text."""
    return f"{scalar.time:020.6f}" if 0 <= scalar.time < 1e12 else ""
