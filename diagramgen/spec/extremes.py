"""Which points of curves show: the first, the last, the least and the greatest of each cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


def extremes(
    series: np.ndarray, cells: np.ndarray, x: np.ndarray, ys: Sequence[np.ndarray], most: int
) -> np.ndarray:
    """The indices of the points that show, ascending, of all points in any order.

    Takes for each point its series (int64), the cell of the x axis that it is in (whole; cells
    ascend with `x`), its x (float64; NaN: it has no place, and is kept), and its values (float64;
    NaN: a gap of that curve). Of a series with up to `most` points all show. Of any other the ends
    do, and of each curve in each cell the first, last, least and greatest value, of all its points
    and of those that lines go through; between two of these a missing value, where there was one;
    and beside one that would stand alone between two gaps, but did not, another, since a line of
    one point is none.
    """
    import numpy as np

    order = np.lexsort((x, series))
    placed = order[~np.isnan(x[order])]
    long = np.bincount(series[placed])[series[placed]] > most if len(placed) else placed > 0
    of_long = placed[long]
    if not len(of_long):
        return np.arange(len(x))
    line = series[of_long]
    is_end = _differs(line)
    group = np.cumsum(is_end | _differs(cells[of_long])) - 1
    keep = is_end | np.append(is_end[1:], True)
    for values in ys:
        keep |= _of_cells(values[of_long], group) | _of_cells(_joined(values[of_long], line), group)
    for values in ys:
        keep |= _broken(~np.isnan(values[of_long]), line, keep)
    shown = np.ones(len(x), dtype=bool)
    shown[of_long[~keep]] = False
    return np.flatnonzero(shown)


def _differs(values: np.ndarray) -> np.ndarray:
    """Whether each value is another than that before it; the first one is."""
    import numpy as np

    return np.append(True, values[1:] != values[:-1])


def _of_cells(values: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Of a curve in ascending groups: which points are one's first, last, least or greatest."""
    import numpy as np

    known = np.flatnonzero(~np.isnan(values))
    keep = np.zeros(len(values), dtype=bool)
    if not len(known):
        return keep
    values, begins = values[known], _differs(group[known])
    starts = np.flatnonzero(begins)
    of = np.cumsum(begins) - 1
    keep[known[starts]] = True
    keep[known[np.append(starts[1:], len(known)) - 1]] = True
    for best in (np.minimum, np.maximum):
        found = np.flatnonzero(values == best.reduceat(values, starts)[of])
        keep[known[found[_differs(of[found])]]] = True
    return keep


def _joined(values: np.ndarray, line: np.ndarray) -> np.ndarray:
    """A curve without its points that stand alone between two gaps: no line goes through them."""
    import numpy as np

    known = ~np.isnan(values)
    pairs = known[1:] & known[:-1] & (line[1:] == line[:-1])
    return np.where(np.append(pairs, False) | np.append(False, pairs), values, np.nan)


def _broken(known: np.ndarray, line: np.ndarray, keep: np.ndarray) -> np.ndarray:
    """Which more points break a curve where it has gaps, and make lines of its lone points."""
    import numpy as np

    more = np.zeros(len(known), dtype=bool)
    gaps = np.flatnonzero(~known)
    if not len(gaps):
        return more
    ours = np.flatnonzero(keep & known)
    before, after = ours[:-1], ours[1:]
    gap = gaps[np.minimum(np.searchsorted(gaps, before), len(gaps) - 1)]
    more[gap[(before < gap) & (gap < after)]] = True
    ours = np.flatnonzero(keep | more)
    joined = known[ours[1:]] & known[ours[:-1]] & (line[ours[1:]] == line[ours[:-1]])
    lone = ours[known[ours] & ~np.append(joined, False) & ~np.append(False, joined)]
    for way in (1, -1):
        there = (lone + way >= 0) & (lone + way < len(known))
        beside = (lone + way)[there]
        beside = beside[known[beside] & (line[beside] == line[lone[there]])]
        more[beside] = True
    return more
