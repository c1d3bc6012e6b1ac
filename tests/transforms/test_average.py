"""Rows of items -> one row for each group, or one for all."""

import pytest

from diagramgen.errors import ChartError
from diagramgen.transforms import Table
from diagramgen.transforms.average import aggregate, averaged, shared_items
from diagramgen.transforms.selection import select

RESULTS = """
    step  item  value  n    stderr
    1000  web     4.0  100   0.400
    1000  wiki    9.0  400   0.675
    1000  code    6.0    -       -
    2000  web     1.0  300   0.010
    2000  wiki   16.0  100   0.240
    2000  code    6.0  100   0.100
"""


@pytest.fixture
def rows_of(make_results, definitions):
    def rows(items=None, results=RESULTS):
        return select(make_results(results), definitions, "ppl", {"new": [1000, 2000]}, items)

    return rows


# Mean: sqrt(0.4 ** 2 + 0.675 ** 2) / 2 and sqrt(0.01 ** 2 + 0.24 ** 2) / 2.
# Weighted: (400 + 3600) / 500 and (300 + 1600) / 400; sqrt(40 ** 2 + 270 ** 2) / 500 and
# sqrt(3 ** 2 + 24 ** 2) / 400. Geometric: 6 * sqrt(0.1 ** 2 + 0.075 ** 2) / 2 and
# 4 * sqrt(0.01 ** 2 + 0.015 ** 2) / 2.
@pytest.mark.parametrize(
    ("how", "expected"),
    [
        (
            "mean",
            """
            source  step  value  n    stderr
            new     1000    6.5  500  0.3923088706618804
            new     2000    8.5  400  0.12010412149464314
            """,
        ),
        (
            "weighted",
            """
            source  step  value  n    stderr
            new     1000   8.00  500  0.5458937625582473
            new     2000   4.75  400  0.06046693311223912
            """,
        ),
        (
            "geometric",
            """
            source  step  value  n    stderr
            new     1000    6.0  500  0.375
            new     2000    4.0  400  0.036055512754639894
            """,
        ),
    ],
)
def test_averages_and_their_standard_errors(rows_of, assert_rows, how, expected):
    rows = averaged(rows_of(("web", "wiki")), ["source", "step"], how)
    assert_rows(Table(rows), expected)


@pytest.mark.parametrize("how", ["mean", "geometric"])
def test_n_and_stderr_are_unknown_where_one_of_the_items_is(rows_of, how):
    rows = averaged(rows_of(), ["source", "step"], how)
    assert rows["value"].notna().all()
    assert rows["n"].tolist()[1:] == [500]
    assert rows["n"].isna().tolist() == [True, False]
    assert rows["stderr"].isna().tolist() == [True, False]


def test_a_missing_value_is_never_skipped_in_an_average(rows_of):
    results = RESULTS.replace("2000  web     1.0", "2000  web       -")
    rows = averaged(rows_of(("web", "wiki"), results), ["source", "step"], "mean")
    assert rows["value"].isna().tolist() == [False, True]


@pytest.mark.parametrize("n", ["-", "0", "-5"])
def test_a_weighted_average_needs_every_n(rows_of, n):
    results = RESULTS.replace("1.0  300", f"1.0  {n}")
    with pytest.raises(ChartError) as err:
        averaged(rows_of(("web", "wiki"), results), ["source", "step"], "weighted")
    assert str(err.value) == "a weighted average needs the n of every item; web has none"


def test_every_item_that_cannot_be_averaged_is_named(rows_of):
    results = RESULTS.replace("1.0  300", "1.0  -").replace("16.0  100", "16.0  0")
    with pytest.raises(ChartError, match=r"; web, wiki has none$"):
        averaged(rows_of(("web", "wiki"), results), ["source", "step"], "weighted")
    results = RESULTS.replace("2000  web     1.0", "2000  web    -1.0").replace("16.0", "0.0")
    with pytest.raises(ChartError, match=r"; web, wiki has others$"):
        averaged(rows_of(results=results), ["source", "step"], "geometric")


@pytest.mark.parametrize("value", ["0.0", "-1.0"])
def test_a_geometric_average_needs_values_above_0(rows_of, value):
    results = RESULTS.replace("2000  wiki   16.0", f"2000  wiki   {value}")
    with pytest.raises(ChartError) as err:
        averaged(rows_of(results=results), ["source", "step"], "geometric")
    assert str(err.value) == "a geometric average needs values above 0; wiki has others"


def test_items_are_left_as_they_are(rows_of, definitions):
    rows = rows_of()
    same, left_out = aggregate(rows, definitions, "ppl", of="items", by=None, average="weighted")
    assert same is rows
    assert left_out == {}


def test_groups_in_the_groupings_order(rows_of, definitions):
    rows, left_out = aggregate(rows_of(), definitions, "ppl", of="macro", by="origin", average=None)
    assert rows["group"].tolist() == ["core", "extra"] * 2
    assert rows["value"].tolist() == [5.0, 9.0, 3.5, 16.0]
    assert left_out == {}


def test_shared_items_have_a_value_at_each_point(rows_of):
    assert shared_items(rows_of(), 2) == {"web", "wiki", "code"}
    gap = RESULTS.replace("1000  wiki    9.0", "1000  wiki      -")
    assert shared_items(rows_of(results=gap), 2) == {"web", "code"}
    assert shared_items(rows_of(), 3) == set()
