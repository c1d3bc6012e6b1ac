"""Which points of a curve show: its extremes in each cell, its gaps, its ends."""

import numpy as np
import pytest

from diagramgen.spec.extremes import extremes

NAN = float("nan")


def shown(values, per_cell, *others, series=None, most=0):
    """The places that show of points in order, so many in each cell."""
    x = np.arange(len(values), dtype=float)
    series = np.zeros(len(x), dtype="int64") if series is None else np.array(series)
    ys = [np.array(each, dtype=float) for each in (values, *others)]
    return extremes(series, x // per_cell, x, ys, most).tolist()


def test_the_first_last_least_and_greatest_of_each_cell_show():
    assert shown([5, 3, 4, 9, 6, 6, 1, 2, 8, 2, 0, 7], 6) == [0, 1, 3, 5, 6, 8, 10, 11]


def test_of_equal_values_the_first_one_shows():
    assert shown([4, 7, 7, 1, 1, 4], 6) == [0, 1, 3, 5]


def test_a_series_of_no_more_points_than_show_is_whole():
    values, series = [1, 2, 2, 3, 1, 2, 2, 2, 3], [0, 0, 0, 0, 1, 1, 1, 1, 1]
    assert shown(values, 9, series=series, most=4) == [0, 1, 2, 3, 4, 8]


def test_points_may_be_in_any_order():
    x, values = np.array([3.0, 0.0, 2.0, 1.0, 4.0]), np.array([9.0, 5.0, 2.0, 5.0, 5.0])
    found = extremes(np.zeros(5, dtype="int64"), np.zeros(5), x, [values], 0)
    assert found.tolist() == [0, 1, 2, 4]


def test_a_point_without_a_place_stays():
    x, values = np.array([NAN, 0.0, 1.0, 2.0]), np.array([1.0, 2.0, 2.0, 2.0])
    assert extremes(np.zeros(4, dtype="int64"), np.zeros(4), x, [values], 0).tolist() == [0, 1, 3]


@pytest.mark.parametrize(
    ("values", "per_cell", "places"),
    [
        # From cell to cell, and over whole cells: one missing value in each gap.
        ([1, 1, 1, NAN, NAN, 2, 2, 2], 4, [0, 2, 3, 5, 7]),
        ([1, 1, 1, NAN, NAN, NAN, NAN, 2, 2, 2], 2, [0, 1, 2, 3, 7, 8, 9]),
        # Of the runs in a cell those with the ends and the extremes.
        ([1, 1, NAN, 9, 9, NAN, 4, 4, NAN, 1, 1], 11, [0, 1, 2, 3, 4, 5, 9, 10]),
        # A lone point stays alone.
        ([1, 1, NAN, 9, NAN, 1, 1], 7, [0, 1, 2, 3, 4, 5, 6]),
        # No line goes through a lone point, so it is the greatest of none.
        ([1, 5, 1, NAN, 9, NAN, 1, 1, 1], 9, [0, 1, 3, 4, 5, 7, 8]),
        # The ends are those of the axis, known or not.
        ([NAN, NAN, 1, 1, 1, NAN, NAN], 7, [0, 2, 4, 6]),
        ([NAN, NAN, NAN], 1, [0, 2]),
    ],
)
def test_gaps_stay_gaps(values, per_cell, places):
    assert shown(values, per_cell) == places


def test_each_curve_has_its_own_extremes_and_gaps():
    values, upper = [1, 1, 1, 1, 1, 1], [2, 2, 8, NAN, 2, 2]
    assert shown(values, 6, upper) == [0, 2, 3, 4, 5]
