"""`tradeoff`: one measure against another, a path through the steps."""

import pytest
from msgspec.structs import replace

from diagramgen.transforms import Axis
from diagramgen.transforms.parameters import Measure
from diagramgen.transforms.tradeoff import Tradeoff

RESULTS = """
    metric  step   item  value  n
    ppl     1000   web    20.0  100
    ppl     1000   wiki   10.0  300
    ppl     1000   code    5.0  100
    ppl     2000   web    15.0  100
    ppl     2000   wiki    5.0  300
    ppl     2000   code    4.0  100
    ppl     3000   web    14.0  100
    ppl     3000   wiki    4.0  300
    ppl     3000   code    3.0  100
    ppl     9000   web     1.0  100
    acc     1000   qa     0.40  100
    acc     1000   copa   0.60  300
    acc     2000   qa     0.50  100
    acc     2000   copa   0.70  300
    acc     10000  qa     0.90  100
    acc     9000   qa     0.10  100
"""


def test_macros_at_the_steps_that_have_both(table_of, assert_rows):
    table = table_of(
        Tradeoff(source="new", x=Measure(metric="ppl", items=("web", "code")), y="acc"), RESULTS
    )
    assert_rows(
        table,
        """
        source  step  x     y     label
        new     1000  12.5  0.50  1,000
        new     2000   9.5  0.60  2,000
        """,
    )
    assert table.left_out == {}


def test_measures_with_their_own_items_and_averages(table_of, assert_rows):
    tradeoff = Tradeoff(
        source="new",
        x=Measure(metric="acc", average="weighted"),
        y=Measure(metric="ppl", items="group:domain/text", average="weighted"),
        color=Measure(metric="ppl", items="code", average="geometric"),
    )
    # (40 + 180) / 400 and (50 + 210) / 400; (2000 + 3000) / 400 and (1500 + 1500) / 400.
    assert_rows(
        table_of(tradeoff, RESULTS),
        """
        source  step  x     y     color  label
        new     1000  0.55  12.5      5  1,000
        new     2000  0.65   7.5      4  2,000
        """,
    )


def test_a_measure_against_another_of_the_same_metric(table_of, assert_rows):
    tradeoff = Tradeoff(
        source="new",
        x=Measure(metric="ppl", items="group:domain/text"),
        y=Measure(metric="ppl", items="code"),
        steps=("first", 3000, 9000),
    )
    assert_rows(
        table_of(tradeoff, RESULTS),
        """
        source  step  x     y  label
        new     1000  15.0  5  1,000
        new     3000   9.0  3  3,000
        """,
    )


def test_items_that_are_not_at_every_step_are_left_out(table_of, assert_rows):
    table = table_of(
        Tradeoff(source="new", x="ppl", y="acc"),
        """
        metric  step  item  value
        ppl     1000  web    20.0
        ppl     1000  code    4.0
        ppl     2000  web    10.0
        ppl     2000  code      -
        acc     1000  qa     0.40
        acc     2000  qa     0.50
        acc     2000  piqa   0.90
        """,
    )
    assert_rows(
        table,
        """
        source  step  x     y     label
        new     1000  20.0  0.40  1,000
        new     2000  10.0  0.50  2,000
        """,
    )
    assert table.left_out == {
        "code": "not at every checkpoint of the chart",
        "piqa": "not at every checkpoint of the chart",
    }


def test_sources_on_their_shared_items(table_of, assert_rows):
    table = table_of(
        Tradeoff(source=("old", "new"), x="ppl", y="acc", steps={"new": (1000,)}),
        """
        source  metric  step  item  value
        old     ppl     500   web    40.0
        old     acc     500   qa     0.30
        old     ppl     600   web    30.0
        old     acc     600   qa     0.35
        new     ppl     1000  web    20.0
        new     ppl     1000  code    4.0
        new     acc     1000  qa     0.40
        new     ppl     2000  web    10.0
        new     acc     2000  qa     0.50
        """,
    )
    assert_rows(
        table,
        """
        source  step  x     y     label
        old     500   40.0  0.30  500
        old     600   30.0  0.35  600
        new     1000  20.0  0.40  1,000
        """,
    )
    assert table.left_out == {"code": "not at every checkpoint of the chart"}


def test_a_single_step(table_of, assert_rows):
    assert_rows(
        table_of(Tradeoff(source="new", x="acc", y="ppl", steps=("last",), color="acc"), RESULTS),
        """
        source  step  x     y    color  label
        new     2000  0.60  8.0   0.60  2,000
        """,
    )


@pytest.mark.parametrize(
    ("last", "labels"),
    [
        (12, ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"]),
        (13, ["1", "3", "5", "7", "9", "11", "13"]),
        (14, ["2", "4", "6", "8", "10", "12", "14"]),
        (25, ["1", "4", "7", "10", "13", "16", "19", "22", "25"]),
    ],
)
def test_of_more_than_twelve_steps_some_have_a_label_the_last_among_them(table_of, last, labels):
    numbers = range(1, last + 1)
    steps = "\n".join(f"ppl  {step}  web  1.0\nacc  {step}  qa  0.5" for step in numbers)
    table = table_of(
        Tradeoff(source="new", x="ppl", y="acc"), f"metric  step  item  value\n{steps}"
    )
    labelled = table.rows[table.rows["label"].notna()]
    assert list(labelled["label"]) == labels
    assert [str(step) for step in labelled["step"]] == labels


def test_what_is_not_there(refused):
    tradeoff = Tradeoff(source="new", x="ppl", y="acc")
    assert refused(replace(tradeoff, steps=(3000, 10000)), RESULTS) == (
        "source 'new' has none of step 3000, step 10000; it has steps 1000, 2000",
        True,
    )
    apart = """
        metric  step  item  value
        ppl     1000  web    20.0
        acc     2000  qa     0.40
    """
    assert refused(tradeoff, apart) == ("source 'new' has no checkpoint with ppl and acc", False)
    chess = replace(tradeoff, color=Measure(metric="acc", items="chess"))
    reason = "no task of new matches 'chess'; there is 'qa', 'copa'"
    assert refused(chess, RESULTS) == (reason, False)
    geometric = replace(tradeoff, y=Measure(metric="acc", average="geometric"))
    assert refused(geometric, RESULTS.replace("0.40", "0.00")) == (
        "a geometric average needs values above 0; qa has others",
        False,
    )


def test_words(definitions, at):
    some = Measure(metric="ppl", items=("group:origin/core", "math"))
    tradeoff = Tradeoff(source="new", x=some, y="acc", color=Measure(metric="acc", label="gain"))
    tradeoff = tradeoff.resolve(at)
    assert tradeoff.title(definitions) == "Macro PPL of core and math against macro accuracy"
    assert tradeoff.subtitle(definitions) == "New"
    assert tradeoff.axes(definitions) == {
        "x": Axis("Macro PPL of core and math (lower is better)", ".2f", better="lower"),
        "y": Axis("Macro accuracy (higher is better)", ".1%", better="higher"),
        "color": Axis("Gain (higher is better)", ".1%", better="higher"),
    }


def test_reads_each_metric_once():
    tradeoff = Tradeoff(source="new", x="ppl", y="acc", color=Measure(metric="ppl", items="web"))
    assert tradeoff.metrics() == ("ppl", "acc")


@pytest.mark.parametrize("color", [None, "acc"])
def test_measures_by_the_column_that_they_fill(color):
    measures = Tradeoff(source="new", x="ppl", y="acc", color=color).measures()
    assert list(measures) == ["x", "y", *(["color"] if color else [])]
