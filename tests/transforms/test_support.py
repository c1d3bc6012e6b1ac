"""`support`: how many examples stand behind each item."""

import pytest
from msgspec.structs import replace

from diagramgen.model.metric import Metric
from diagramgen.transforms import Axis
from diagramgen.transforms.support import Support

ACC = """
    metric  step  item  value  n
    acc     1000  qa     0.40   40
    acc     1000  copa   0.60  100
    acc     1000  piqa   0.70  200
    acc     2000  qa     0.50   50
    acc     2000  copa   0.55  100
    acc     2000  piqa   0.75  300
    acc     9000  qa     0.45   99
"""


def test_the_last_step_with_the_groups_of_the_first_grouping(table_of, assert_rows):
    table = table_of(Support(source="new", metric="acc"), ACC)
    assert_rows(
        table,
        """
        source  step  item  group    n
        new     2000  qa    science   50
        new     2000  copa  sense    100
        new     2000  piqa  sense    300
        """,
    )
    assert table.left_out == {}


@pytest.mark.parametrize(
    ("step", "n"),
    [("first", 40), (2000, 50), ("bridge", 99), ((500, 1000), 40), ({"new": 1000}, 40), ({}, 50)],
)
def test_steps(table_of, step, n):
    rows = table_of(Support(source="new", metric="acc", items="qa", step=step), ACC).rows
    assert list(rows["n"]) == [n]


@pytest.mark.parametrize(
    ("items", "kept"), [("*qa", [50, 300]), ("group:domain/sense", [100, 300])]
)
def test_items_to_keep(table_of, items, kept):
    rows = table_of(Support(source="new", metric="acc", items=items), ACC).rows
    assert list(rows["n"]) == kept


def test_an_unknown_n_is_a_gap_and_a_missing_value_none(table_of, assert_rows):
    assert_rows(
        table_of(
            Support(source="new", metric="ppl", group="origin"),
            """
            step  item  value  n
            1000  web    20.0    -
            1000  wiki      -  300
            1000  chess   3.0   10
            """,
        ),
        """
        source  step  item   group  n
        new     1000  web    core     -
        new     1000  wiki   extra  300
        new     1000  chess  -       10
        """,
    )


def test_by_sums_over_each_group(table_of, assert_rows):
    table = table_of(Support(source="new", metric="acc", by="domain"), ACC)
    assert_rows(
        table,
        """
        source  step  group    n
        new     2000  science   50
        new     2000  sense    400
        """,
    )


def test_by_says_what_is_in_no_group(table_of, assert_rows):
    table = table_of(
        Support(source="new", metric="acc", by="domain"), ACC.replace("copa ", "chess")
    )
    assert_rows(
        table,
        """
        source  step  group    n
        new     2000  science   50
        new     2000  sense    300
        """,
    )
    assert table.left_out == {"chess": "in no group of domain"}


@pytest.mark.parametrize("average", ["weighted", "geometric"])
def test_by_sums_however_the_metric_averages(table_of, make_definitions, definitions, average):
    own = make_definitions(
        ppl=Metric(
            read=definitions.metrics["ppl"].read,
            better="lower",
            average=average,
            groupings=definitions.metrics["ppl"].groupings,
        )
    )
    results = """
        step  item  value  n
        1000  web     0.0    100
        1000  wiki    5.0    200
        1000  code    5.0    0
    """
    rows = table_of(Support(source="new", metric="ppl", by="domain"), results, own).rows
    assert list(rows["n"]) == [300, 0]


def test_two_sources(table_of, assert_rows):
    assert_rows(
        table_of(
            Support(source=("new", "old"), metric="ppl"),
            """
            source  step  item  value  n
            old     500   web    40.0  10
            new     1000  web    20.0  20
            new     1000  code    4.0  30
            """,
        ),
        """
        source  step  item  group  n
        new     1000  web   text   20
        new     1000  code  code   30
        old     500   web   text   10
        """,
    )


def test_what_is_not_there(refused):
    results = """
        step  item  value
        1000  web    20.0
    """
    support = Support(source="new", metric="ppl")
    assert refused(support, results) == ("the files of metric 'ppl' have no n", False)
    assert refused(replace(support, step=5), results) == (
        "source 'new' has no step 5; it has steps 1000",
        False,
    )
    assert refused(replace(support, step=(5, "bridge")), results) == (
        "source 'new' has no step 5 or bridge; it has steps 1000",
        True,
    )


def test_words(definitions, make_checkpoints, make_results):
    at = make_checkpoints(make_results(ACC), definitions)
    support = Support(source="new", metric="acc", by="domain").resolve(at)
    assert support.title(definitions) == "Examples behind accuracy by domain at step 2,000"
    assert support.subtitle(definitions) == "New"
    assert support.axes(definitions) == {"n": Axis("Number of evaluated examples or tokens", ",")}
