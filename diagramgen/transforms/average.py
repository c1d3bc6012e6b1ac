"""Rows of items -> one row for each group, or one for all: the macro average."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagramgen.errors import ChartError
from diagramgen.model.metric import Average
from diagramgen.transforms.means import averaged, first_rows
from diagramgen.transforms.parameters import Of
from diagramgen.transforms.selection import with_groups

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.model.definitions import Definitions

NOT_SHARED = "not at every checkpoint of the chart"


def aggregate(
    rows: DataFrame,
    definitions: Definitions,
    metric: str,
    *,
    of: Of,
    by: str | None,
    average: Average | None,
) -> tuple[DataFrame, dict[str, str]]:
    """The rows as they are, averaged by group (`by`), or averaged to one (`of="macro"`).

    Takes what `select` returns and gives columns source, step, (item or group), value, n, stderr,
    with the items that were left out of averages and why. An average is over the items that have
    a value at every (source, step) of the rows.
    """
    if by is None and of == "items":
        return rows, {}
    record = definitions.metrics[metric]
    rows = with_groups(rows, record, by)
    points = len(first_rows(rows, ["source", "step"])[0])
    left_out: dict[str, str] = {}
    if by is not None:
        lone = rows.loc[rows["group"].isna(), "item"].unique()
        left_out |= dict.fromkeys(lone, f"in no group of {by}")
        rows = rows[rows["group"].notna()]
    shared = shared_items(rows, points)
    items = [str(item) for item in rows["item"].unique()]
    left_out |= {item: NOT_SHARED for item in items if item not in shared}
    if left_out:
        rows = rows[rows["item"].isin(shared)]
    if rows.empty:
        raise ChartError(f"no {record.item} has a value at every checkpoint of the chart")
    keys = ["source", "step"] if by is None else ["source", "step", "group"]
    return averaged(rows, keys, average or record.average), left_out


def shared_items(rows: DataFrame, points: int) -> set[str]:
    """The items that have a value at each of so many (source, step)."""
    import numpy as np

    item, known = rows["item"].cat, rows["value"].notna().to_numpy()
    counts = np.bincount(item.codes.to_numpy()[known], minlength=len(item.categories))
    return set(item.categories[counts == points])
