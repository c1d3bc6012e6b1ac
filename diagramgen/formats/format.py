"""What a format is: what its files are made from, and by which function.

Every command reads the table of formats, few draw: what draws is imported by those functions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.formats.check import Size
    from diagramgen.formats.embed import Origin


class Drawing(NamedTuple):
    """The one SVG that all pictures of a chart come from, checked, and how they are made of it.

    `origin` is what they say of themselves, `scale` PNG pixels for each pixel of `size`; with
    `optimize` a file is made as small as it can be.
    """

    svg: str
    size: Size
    origin: Origin
    scale: float
    optimize: bool


class Format(Struct, frozen=True, kw_only=True):
    """A kind of file that charts are written as; one of the three below.

    `description` is the reference's. `mark` stands in each of its files, which so say that
    diagramgen made them; without one only a file's digest tells.
    """

    description: str
    needs_renderer: bool
    mark: bytes | None = None


class OfSpec(Format, frozen=True, kw_only=True):
    """Made from the spec, which `make` gets as the bytes of its `.vl.json`."""

    make: Callable[[bytes], bytes]
    needs_renderer: bool = False


class OfDrawing(Format, frozen=True, kw_only=True):
    """Made from the drawing."""

    make: Callable[[Drawing], bytes]
    needs_renderer: bool = True


class OfTables(Format, frozen=True, kw_only=True):
    """Made from the table of each panel."""

    make: Callable[[list[DataFrame]], bytes]
    needs_renderer: bool = False
