"""CSV: the chart's table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagramgen.formats.format import OfTables
from diagramgen.formats.table import print_tables

if TYPE_CHECKING:
    from pandas import DataFrame


def _make(tables: list[DataFrame]) -> bytes:
    return print_tables(tables, "csv").encode()


FORMAT = OfTables(description="The chart's table.", make=_make)
