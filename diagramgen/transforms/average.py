"""Rows of items -> one row for each group, or one for all: the macro average."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagramgen.errors import ChartError
from diagramgen.transforms.parameters import Average, Of
from diagramgen.transforms.selection import with_groups

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.suite import Suite

NOT_SHARED = "not at every checkpoint of the chart"


def collapse(
    rows: DataFrame, suite: Suite, metric: str, *, of: Of, by: str | None, average: Average | None
) -> tuple[DataFrame, dict[str, str]]:
    """The rows as they are, averaged by group (`by`), or averaged to one (`of="macro"`).

    Takes what `select` returns and gives columns source, step, (item or group), value, n, stderr,
    with the items that were left out of averages and why. An average is over the items that have
    a value at every (source, step) of the rows.
    """
    if by is None and of == "items":
        return rows, {}
    record = suite.metrics[metric]
    rows = with_groups(rows, record, by)
    points = len(rows[["source", "step"]].drop_duplicates())
    left_out: dict[str, str] = {}
    if by is not None:
        lone = rows.loc[rows["group"].isna(), "item"].unique()
        left_out |= dict.fromkeys(lone, f"in no group of {by}")
        rows = rows[rows["group"].notna()]
    shared = shared_items(rows, points)
    items = [str(item) for item in rows["item"].unique()]
    left_out |= {item: NOT_SHARED for item in items if item not in shared}
    rows = rows[rows["item"].isin(shared)]
    if rows.empty:
        raise ChartError(f"no {record.item} has a value at every checkpoint of the chart")
    keys = ["source", "step"] if by is None else ["source", "step", "group"]
    return averaged(rows, keys, average or record.average), left_out


def shared_items(rows: DataFrame, points: int) -> set[str]:
    """The items that have a value at each of so many (source, step)."""
    counts = rows.groupby("item", observed=True)["value"].count()
    return set(counts.index[counts == points])


def averaged(rows: DataFrame, keys: list[str], how: Average) -> DataFrame:
    """One row for each combination of `keys`: columns keys, value, n, stderr.

    mean: sum(v) / k, weighted: sum(n v) / sum(n), geometric: exp(sum(log v) / k); n is the sum.
    The standard error takes the items as fixed and independent: sqrt(sum(se^2)) / k,
    sqrt(sum((n se)^2)) / sum(n), and mean * sqrt(sum((se / v)^2)) / k. Missing where an item's is.
    """
    import numpy as np

    value, n, stderr = rows["value"], rows["n"], rows["stderr"]
    if how == "weighted":
        unknown = rows.loc[n.isna() | (n <= 0), "item"].unique()
        if len(unknown):
            names = ", ".join(map(str, unknown))
            raise ChartError(f"a weighted average needs the n of every item; {names} has none")
    weight = n if how == "weighted" else 1.0
    if how == "geometric":
        if (value <= 0).any():
            names = ", ".join(map(str, rows.loc[value <= 0, "item"].unique()))
            raise ChartError(f"a geometric average needs values above 0; {names} has others")
        value, stderr = value.map(np.log), stderr / value
    parts = rows[keys].assign(
        weight=weight, value=weight * value, n=n, variance=(weight * stderr) ** 2
    )
    sums = parts.groupby(keys, observed=True, as_index=False, sort=True).sum(skipna=False)
    mean = sums["value"] / sums["weight"]
    error = sums["variance"].map(np.sqrt) / sums["weight"]
    if how == "geometric":
        mean = mean.map(np.exp)
        error = error * mean
    return sums[keys].assign(value=mean, n=sums["n"], stderr=error)
