"""`series`: each item's value at each step."""

import pytest
from msgspec.structs import replace

from diagramgen.transforms import Axis
from diagramgen.transforms.series import Series

PPL = """
    step   item  value
    1000   code    4.0
    1000   math    8.0
    1000   web    20.0
    1000   wiki   10.0
    10000  code    2.0
    10000  math    4.0
    10000  web    15.0
    10000  wiki    5.0
    2000   code    3.0
    2000   math    6.0
    2000   web    18.0
    2000   wiki    9.0
"""


def test_items_in_the_suites_order_and_steps_as_numbers(table_of, assert_rows):
    table = table_of(Series(source="new", metric="ppl"), PPL)
    assert_rows(
        table,
        """
        source  step   item  value
        new     1000   web    20.0
        new     1000   wiki   10.0
        new     1000   code    4.0
        new     1000   math    8.0
        new     2000   web    18.0
        new     2000   wiki    9.0
        new     2000   code    3.0
        new     2000   math    6.0
        new     10000  web    15.0
        new     10000  wiki    5.0
        new     10000  code    2.0
        new     10000  math    4.0
        """,
    )
    assert table.left_out == {}


def test_higher_is_better_shows_the_values_as_they_are(table_of, assert_rows):
    table = table_of(
        Series(source="new", metric="acc"),
        """
        metric  step  item  value  n    stderr
        acc     1000  qa     0.40   50    0.07
        acc     1000  copa   0.60  100    0.05
        acc     2000  qa     0.50   50    0.07
        acc     2000  copa   0.55  100    0.05
        """,
    )
    assert_rows(
        table,
        """
        source  step  item  value  n    stderr
        new     1000  qa     0.40   50    0.07
        new     1000  copa   0.60  100    0.05
        new     2000  qa     0.50   50    0.07
        new     2000  copa   0.55  100    0.05
        """,
    )


def test_items_that_the_suite_does_not_order_follow_by_name(table_of, assert_rows):
    table = table_of(
        Series(source="new", metric="ppl"),
        """
        step  item   value
        1000  zebra    1.0
        1000  apple    2.0
        1000  math     3.0
        """,
    )
    assert_rows(
        table,
        """
        source  step  item   value
        new     1000  math     3.0
        new     1000  apple    2.0
        new     1000  zebra    1.0
        """,
    )


def test_a_missing_value_or_item_is_a_gap(table_of, assert_rows):
    table = table_of(
        Series(source="new", metric="ppl"),
        """
        step  item  value  n
        1000  web   20.0   100
        1000  code     -   200
        2000  web   15.0   100
        3000  web   12.0   100
        3000  code   3.0   200
        """,
    )
    assert_rows(
        table,
        """
        source  step  item  value  n
        new     1000  web   20.0   100
        new     1000  code     -   200
        new     2000  web   15.0   100
        new     2000  code     -     -
        new     3000  web   12.0   100
        new     3000  code   3.0   200
        """,
    )
    assert table.left_out == {}


@pytest.mark.parametrize(
    ("items", "kept"),
    [
        ("wiki", ["wiki"]),
        ("w*", ["web", "wiki"]),
        (("math", "web"), ["web", "math"]),
        (("math", "m*"), ["math"]),
        ("group:origin/extra", ["wiki", "math"]),
        (("group:domain/code", "wiki"), ["wiki", "code"]),
        ("group:domain", ["web", "wiki", "code", "math"]),
    ],
)
def test_items_to_keep(table_of, items, kept):
    table = table_of(Series(source="new", metric="ppl", items=items), PPL)
    assert list(table.rows["item"]) == kept * 3


@pytest.mark.parametrize(
    ("steps", "kept"),
    [
        ((2000,), [2000]),
        ((10000, 1000), [1000, 10000]),
        (("first", "last"), [1000, 10000]),
        ((1000, "first"), [1000]),
        ((1500, 2000), [2000]),
        ({"new": (2000, 10000)}, [2000, 10000]),
        ({"old": (2000,)}, [1000, 2000, 10000]),
    ],
)
def test_steps_to_keep(table_of, steps, kept):
    table = table_of(Series(source="new", metric="ppl", items="web", steps=steps), PPL)
    assert list(table.rows["step"]) == kept


@pytest.mark.parametrize("steps", [None, (1000, 9000), (1000, "last")])
def test_the_bridge_is_never_a_step(table_of, assert_rows, steps):
    table = table_of(
        Series(source="new", metric="ppl", steps=steps),
        """
        step  item  value
        1000  web   20.0
        9000  web   12.0
        """,
    )
    assert_rows(
        table,
        """
        source  step  item  value
        new     1000  web   20.0
        """,
    )


def test_two_sources_each_with_its_own_steps_and_items(table_of, assert_rows):
    table = table_of(
        Series(source=("old", "new"), metric="ppl"),
        """
        source  step  item  value
        new     1000  web   20.0
        new     1000  code   4.0
        old     500   web   30.0
        old     1000  web   25.0
        """,
    )
    assert_rows(
        table,
        """
        source  step  item  value
        old     500   web   30.0
        old     1000  web   25.0
        new     1000  web   20.0
        new     1000  code   4.0
        """,
    )


def test_by_averages_the_items_of_each_group(table_of, assert_rows):
    table = table_of(
        Series(source="new", metric="ppl", by="domain"),
        """
        step  item   value  n    stderr
        1000  web     20.0  100    0.30
        1000  wiki    10.0  300    0.40
        1000  code     4.0   50    0.10
        2000  web     15.0  100    0.30
        2000  wiki     5.0  300    0.40
        2000  code     2.0   50    0.10
        """,
    )
    assert_rows(
        table,
        """
        source  step  group  value  n    stderr
        new     1000  text    15.0  400    0.25
        new     1000  code     4.0   50    0.10
        new     2000  text    10.0  400    0.25
        new     2000  code     2.0   50    0.10
        """,
    )
    assert table.left_out == {}


def test_by_says_which_items_are_in_no_average(table_of, assert_rows):
    table = table_of(
        Series(source="new", metric="ppl", by="domain"),
        """
        step  item   value
        1000  web     20.0
        1000  wiki    10.0
        1000  code     4.0
        1000  games    7.0
        2000  web     15.0
        2000  wiki       -
        2000  code     2.0
        2000  games    6.0
        """,
    )
    assert_rows(
        table,
        """
        source  step  group  value
        new     1000  text    20.0
        new     1000  code     4.0
        new     2000  text    15.0
        new     2000  code     2.0
        """,
    )
    assert table.left_out == {
        "games": "in no group of domain",
        "wiki": "not at every checkpoint of the chart",
    }


def test_interval_of_the_standard_error(table_of, assert_rows):
    table = table_of(
        Series(source="new", metric="ppl", interval=0.95),
        """
        step  item  value  stderr
        1000  web    10.0     0.5
        1000  code    4.0       -
        """,
    )
    # The two-sided 95 % quantile of the normal distribution is 1.959963984540054.
    assert_rows(
        table,
        """
        source  step  item  value  stderr  lower               upper
        new     1000  web    10.0     0.5  9.020018007729973  10.979981992270027
        new     1000  code    4.0       -  -                  -
        """,
    )


def test_without_standard_errors_there_is_no_interval(table_of):
    table = table_of(Series(source="new", metric="ppl", interval=0.9), PPL)
    assert list(table.rows.columns) == ["source", "step", "item", "value"]
    assert table.left_out == {"interval": "no standard error is known"}


def test_what_is_not_there(refused, make_definitions):
    new = Series(source="new", metric="ppl")
    assert refused(replace(new, steps=(1, 2)), PPL) == (
        "source 'new' has none of step 1, step 2; it has steps 1000, 2000, 10000",
        True,
    )
    assert refused(replace(new, items=("web", "chess")), PPL) == (
        "no slice of new matches 'chess'; there is 'web', 'wiki', 'code', 'math'",
        False,
    )
    assert refused(replace(new, metric="acc"), PPL) == (
        "source 'new' has no checkpoint with acc",
        False,
    )
    assert refused(replace(new, source="old"), PPL) == ("source 'old' is not there", False)
    optional = make_definitions(optional=["old"])
    assert refused(replace(new, source="old"), PPL, optional) == ("source 'old' is not there", True)


def test_a_source_without_any_of_the_items_is_not_dropped_silently(refused, make_definitions):
    series = Series(source=("new", "old"), metric="ppl", items="group:origin/extra")
    results = """
        source  step  item  value
        new     1000  web   20.0
        new     1000  math   8.0
        old     1000  web   25.0
    """
    reason = "source 'old' has no slice that matches group:origin/extra"
    assert refused(series, results) == (reason, False)
    assert refused(series, results, make_definitions(optional=["old"])) == (reason, True)


def test_words(definitions, at):
    series = Series(source=("old", "new"), metric="ppl", items=("group:origin/core", "math*"))
    series = series.resolve(at)
    assert series.title(definitions) == "PPL of core and math by slice"
    assert series.subtitle(definitions) == "Old vs New"
    assert series.axes(definitions) == {
        "value": Axis("PPL (lower is better)", ".2f", better="lower")
    }
    by = Series(source="new", metric="acc", by="domain", average="weighted").resolve(at)
    assert by.title(definitions) == "Accuracy by domain"
    assert by.subtitle(definitions) == "New \N{MIDDLE DOT} mean over tasks, weighted by n"
    assert by.axes(definitions) == {
        "value": Axis("Accuracy (higher is better)", ".1%", better="higher")
    }
