"""Averages of items and their standard errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagramgen.errors import ChartError
from diagramgen.model.metric import Average, is_one_of

if TYPE_CHECKING:
    import numpy as np
    from pandas import DataFrame, Series

    from diagramgen.model.metric import Metric


def averaged(rows: DataFrame, keys: list[str], how: Average) -> DataFrame:
    """One row for each combination of `keys`: columns keys, value, n, stderr.

    mean: sum(v) / k, weighted: sum(n v) / sum(n), geometric: exp(sum(log v) / k); n is the sum.
    The standard error takes the items as fixed and independent: sqrt(sum(se^2)) / k,
    sqrt(sum((n se)^2)) / sum(n), and mean * sqrt(sum((se / v)^2)) / k. Missing where an item's is.
    """
    import numpy as np
    import pandas as pd

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
    first, group = first_rows(rows, keys)

    def total(column: Series | float) -> np.ndarray:
        return np.bincount(group, weights=np.broadcast_to(column, len(group)))

    weights = total(weight)
    mean = total(weight * value) / weights
    error = np.sqrt(total((weight * stderr) ** 2)) / weights
    if how == "geometric":
        mean = np.exp(mean)
        error = error * mean
    found = {key: rows[key].array.take(first) for key in keys}
    return pd.DataFrame(found | {"value": mean, "n": total(n), "stderr": error})


def first_rows(rows: DataFrame, keys: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """The first row of each combination of keys, in their order, and each row's combination.

    Of small tables pandas's own `groupby` takes some three times as long.
    """
    import numpy as np

    place = np.zeros(len(rows), dtype="int64")
    for key in keys:
        column = rows[key]
        categories = hasattr(column, "cat")
        values = column.cat.codes.to_numpy() if categories else column.to_numpy()
        kinds, codes = np.unique(values, return_inverse=True)
        place = place * len(kinds) + codes
    _, first, group = np.unique(place, return_index=True, return_inverse=True)
    return first, group


def collapse(rows: DataFrame, metric: Metric) -> DataFrame:
    """The rows with each of the metric's `collapse` groups as one item instead of its members.

    Takes and gives columns source, step, item, value, n, stderr. The one is missing where one of
    the members that its source has is: averages of different members never meet on one line.
    """
    import pandas as pd

    for name, group in metric.collapse.items():
        items = [item for item in rows["item"].unique() if item != name]
        inside = rows["item"].isin([item for item in items if is_one_of(item, group.items)])
        if not inside.any():
            continue
        of_files = rows["item"] == name
        members = _with_known_n(rows[inside])
        whole = members.groupby(["source", "step"])["value"].transform("count")
        size = members.groupby(["source", "step"])["value"].transform("size")
        known = members[whole == size]
        one = averaged(known, ["source", "step"], group.average)
        points = members[["source", "step"]].drop_duplicates()
        one = points.merge(one, on=["source", "step"], how="left").assign(item=name)
        rows = pd.concat([rows[~inside & ~of_files], one], ignore_index=True)
    return rows


def _with_known_n(rows: DataFrame) -> DataFrame:
    """The rows with an item's n at the steps that do not tell it, where all others agree.

    n that follows from a standard error is not known where that is 0.
    """
    sizes = rows.groupby(["source", "item"])["n"]
    alike = sizes.transform("nunique") == 1
    return rows.assign(n=rows["n"].where(~alike | rows["value"].isna(), sizes.transform("max")))
