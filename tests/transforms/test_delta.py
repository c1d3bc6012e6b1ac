"""`delta`: the difference between two checkpoints, in the metric's own unit."""

import pytest
from msgspec.structs import replace

from diagramgen.transforms import Axis
from diagramgen.transforms.delta import Delta

PPL = """
    step  item  value
    1000  web    20.0
    1000  wiki   10.0
    1000  code    4.0
    2000  web    15.0
    2000  wiki   10.0
    2000  code    5.0
    3000  web    10.5
    3000  wiki    8.0
    3000  code    3.0
    9000  web    12.0
    9000  wiki    9.0
    9000  code    2.0
"""
TWO = """
    source  step  item  value
    old     500   web    40.0
    old     1000  web    30.0
    new     1000  web    20.0
    new     2000  web    10.0
    new     2000  code    1.0
"""


def test_lower_is_better(table_of, assert_rows):
    table = table_of(Delta(source="new", metric="ppl", from_=1000, to=2000), PPL)
    assert_rows(
        table,
        """
        source  item  value  from_step  to_step  better
        new     web    -5.0       1000     2000  True
        new     wiki    0.0       1000     2000  False
        new     code    1.0       1000     2000  False
        """,
    )
    assert table.left_out == {}


def test_higher_is_better(table_of, assert_rows):
    table = table_of(
        Delta(source="new", metric="acc"),
        """
        metric  step  item  value
        acc     1000  qa     0.25
        acc     1000  copa   0.75
        acc     1000  piqa   0.50
        acc     3000  qa     0.75
        acc     3000  copa   0.50
        acc     3000  piqa   0.50
        """,
    )
    assert_rows(
        table,
        """
        source  item  value  from_step  to_step  better
        new     qa     0.50       1000     3000  True
        new     copa  -0.25       1000     3000  False
        new     piqa   0.00       1000     3000  False
        """,
    )


@pytest.mark.parametrize(
    ("from_", "to", "steps", "value"),
    [
        ("first", None, (1000, 3000), -9.5),
        ("first", "last", (1000, 3000), -9.5),
        ("last", "first", (3000, 1000), 9.5),
        ("bridge", "last", (9000, 3000), -1.5),
        (9000, 2000, (9000, 2000), 3.0),
        ("last", "bridge", (3000, 9000), 1.5),
        ((500, "bridge", "first"), (4000, 2000, "last"), (9000, 2000), 3.0),
        ({"new": 2000}, {"new": 3000}, (2000, 3000), -4.5),
        ({"old": 2000}, {"old": 3000}, (1000, 3000), -9.5),
    ],
)
def test_from_and_to(table_of, from_, to, steps, value):
    rows = table_of(Delta(source="new", metric="ppl", items="web", from_=from_, to=to), PPL).rows
    (row,) = rows.to_dict("records")
    assert (row["from_step"], row["to_step"], row["value"]) == (*steps, value)
    assert row["better"] is (value < 0)


def test_step_0_is_a_step_like_any_other(table_of, assert_rows):
    results = """
        step  item  value
        0     web    90.0
        1000  web    20.0
    """
    back = Delta(source="new", metric="ppl", from_="last", to=0)
    assert_rows(
        table_of(back, results),
        """
        source  item  value  from_step  to_step  better
        new     web    70.0       1000        0  False
        """,
    )


def test_a_single_step_has_no_change(table_of, assert_rows):
    assert_rows(
        table_of(
            Delta(source="new", metric="ppl"),
            """
            step  item  value
            1000  web    20.0
            """,
        ),
        """
        source  item  value  from_step  to_step  better
        new     web     0.0       1000     1000  False
        """,
    )


def test_a_missing_end_is_a_gap(table_of, assert_rows):
    table = table_of(
        Delta(source="new", metric="ppl"),
        """
        step  item  value
        1000  web    20.0
        1000  wiki      -
        1000  code    4.0
        2000  web    15.0
        2000  wiki   10.0
        2000  math    5.0
        """,
    )
    assert_rows(
        table,
        """
        source  item  value  from_step  to_step  better
        new     web    -5.0       1000     2000  True
        new     wiki      -       1000     2000  -
        new     code      -       1000     2000  -
        new     math      -       1000     2000  -
        """,
    )


def test_of_macro(table_of, assert_rows):
    # 34 / 3 to 21.5 / 3.
    assert_rows(
        table_of(Delta(source="new", metric="ppl", of="macro"), PPL),
        """
        source  value               from_step  to_step  better
        new     -4.166666666666667       1000     3000  True
        """,
    )


def test_of_macro_over_the_items_that_both_ends_have(table_of, assert_rows):
    table = table_of(
        Delta(source="new", metric="acc", of="macro", average="weighted"),
        """
        metric  step  item  value  n
        acc     1000  qa     0.50  100
        acc     1000  copa   0.80  300
        acc     2000  qa     0.60  100
        acc     2000  copa   0.76  300
        acc     2000  piqa   0.10  900
        """,
    )
    # (50 + 240) / 400 = 0.725 and (60 + 228) / 400 = 0.72.
    assert_rows(
        table,
        """
        source  value   from_step  to_step  better
        new     -0.005       1000     2000  False
        """,
    )
    assert table.left_out == {"piqa": "not at every checkpoint of the chart"}


@pytest.mark.parametrize("of", ["items", "macro"])
def test_by(table_of, assert_rows, of):
    # core: (20 + 4) / 2 to (10.5 + 3) / 2; extra: 10 to 8.
    assert_rows(
        table_of(Delta(source="new", metric="ppl", by="origin", of=of), PPL),
        """
        source  group  value  from_step  to_step  better
        new     core   -5.25       1000     3000  True
        new     extra  -2.00       1000     3000  True
        """,
    )


def test_each_step_for_items(table_of, assert_rows):
    table = table_of(
        Delta(source="new", metric="ppl", items=("web", "wiki"), from_="bridge", each="step"), PPL
    )
    assert_rows(
        table,
        """
        source  step  item  value  from_step  better  reference
        new     1000  web     8.0       9000  False           0
        new     1000  wiki    1.0       9000  False           0
        new     2000  web     3.0       9000  False           0
        new     2000  wiki    1.0       9000  False           0
        new     3000  web    -1.5       9000  True            0
        new     3000  wiki   -1.0       9000  True            0
        """,
    )


def test_each_step_for_the_macro(table_of, assert_rows):
    # Averages of web and code: 12, 10 and 6.75 against 7.
    delta = Delta(
        source="new", metric="ppl", items="group:origin/core", of="macro", from_="bridge",
        each="step",
    )  # fmt: skip
    assert_rows(
        table_of(delta, PPL),
        """
        source  step  value  from_step  better  reference
        new     1000   5.00       9000  False           0
        new     2000   3.00       9000  False           0
        new     3000  -0.25       9000  True            0
        """,
    )


def test_each_step_by_group(table_of, assert_rows):
    delta = Delta(source="new", metric="ppl", by="origin", each="step", steps=(2000, "last"))
    assert_rows(
        table_of(delta, PPL),
        """
        source  step  group  value  from_step  better  reference
        new     2000  core   -2.00       1000  True            0
        new     2000  extra   0.00       1000  False           0
        new     3000  core   -5.25       1000  True            0
        new     3000  extra  -2.00       1000  True            0
        """,
    )


def test_each_source_has_its_own_ends(table_of, assert_rows):
    delta = Delta(source=("old", "new"), metric="ppl", items="web")
    assert_rows(
        table_of(delta, TWO),
        """
        source  item  value  from_step  to_step  better
        old     web   -10.0        500     1000  True
        new     web   -10.0       1000     2000  True
        """,
    )
    ends = replace(delta, from_={"old": "last", "new": "first"}, to={"old": "first", "new": 1000})
    assert_rows(
        table_of(ends, TWO),
        """
        source  item  value  from_step  to_step  better
        old     web    10.0       1000      500  False
        new     web     0.0       1000     1000  False
        """,
    )
    table = table_of(replace(delta, items=None, of="macro", each="step"), TWO)
    assert_rows(
        table,
        """
        source  step  value  from_step  better  reference
        old     500     0.0        500  False           0
        old     1000  -10.0        500  True            0
        new     1000    0.0       1000  False           0
        new     2000  -10.0       1000  True            0
        """,
    )
    assert table.left_out == {"code": "not at every checkpoint of the chart"}


def test_what_is_not_there(refused, make_definitions):
    delta = Delta(source="old", metric="ppl")
    assert refused(replace(delta, from_="bridge"), TWO) == (
        "source 'old' has no bridge; it has steps 500, 1000",
        False,
    )
    assert refused(replace(delta, to=700), TWO) == (
        "source 'old' has no step 700; it has steps 500, 1000",
        False,
    )
    assert refused(replace(delta, to=700), TWO, make_definitions(optional=["old"]))[1] is True
    assert refused(replace(delta, to=(700, 800)), TWO) == (
        "source 'old' has no step 700 or step 800; it has steps 500, 1000",
        True,
    )


def test_parameters_that_exclude_each_other():
    with pytest.raises(ValueError, match=r"^`to` and `each` exclude each other$"):
        Delta(source="new", metric="ppl", to="last", each="step")
    expected = r"^`steps` goes with `each: step`; otherwise use `from` and `to`$"
    with pytest.raises(ValueError, match=expected):
        Delta(source="new", metric="ppl", steps=(1000,))


def test_default_templates():
    delta = Delta(source="new", metric="ppl")
    assert delta.default_template() == "delta-bar"
    assert replace(delta, each="step").default_template() == "line"
    assert replace(delta, each="step", of="macro").default_template() == "step-bar"
    assert replace(delta, each="step", of="macro", by="domain").default_template() == "line"


def test_words(definitions, at):
    delta = Delta(source="new", metric="ppl", from_="bridge").resolve(at)
    assert delta.title(definitions) == "PPL by slice: change from bridge (step 9,000) to step 3,000"
    assert delta.axes(definitions) == {"value": Axis("Change in PPL", "+.2f", better="lower")}
    each = Delta(source="new", metric="ppl", of="macro", each="step").resolve(at)
    assert each.title(definitions) == "Macro PPL: change since step 1,000"
    assert each.subtitle(definitions) == "New \N{MIDDLE DOT} plain mean over slices"
    assert delta.subtitle(definitions) == "New"
    points = Axis("Change in accuracy (percentage points)", "+.1%", points=True, better="higher")
    acc = replace(each.asked, metric="acc").resolve(at)
    assert acc.axes(definitions) == {"value": points}


def test_titles_name_the_steps_in_the_order_of_their_numbers(
    definitions, make_checkpoints, make_results
):
    results = """
        source  step   item  value
        old     2000   web    40.0
        new     10000  web    20.0
    """
    at = make_checkpoints(make_results(results), definitions)
    delta = Delta(source=("new", "old"), metric="ppl", each="step").resolve(at)
    assert delta.title(definitions) == "PPL by slice: change since steps 2,000 and 10,000"
