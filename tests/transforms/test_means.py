"""Items that count as one, such as the subjects of MMLU; the arithmetic stands in comments."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagramgen.errors import ChartError
from diagramgen.model.metric import Collapse, Metric
from diagramgen.transforms import Table
from diagramgen.transforms.macro import Macro
from diagramgen.transforms.selection import select
from diagramgen.transforms.series import Series

RESULTS = """
    step  metric  item     value  n    stderr
    1000  acc     mmlu_a    0.25  100   0.030
    1000  acc     mmlu_b    0.64  400   0.040
    1000  acc     qa        0.50  200   0.020
    2000  acc     mmlu_a    0.36  100   0.060
    2000  acc     mmlu_b    0.81  400   0.020
    2000  acc     qa        0.75  200   0.010
"""
A_LITTLE = 1e-12


@pytest.fixture(scope="session")
def collapsed(make_definitions, definitions):
    """The suite with groups of `acc` that count as one: name=(average, items)."""

    def make(average="mean", **groups):
        of = {name: Collapse(tuple(items), how) for name, (how, *items) in groups.items()}
        acc = definitions.metrics["acc"]
        metric = Metric(
            read=acc.read, label=acc.label, item="task", better="higher", format=".1%",
            average=average, collapse=of,
        )  # fmt: skip
        return make_definitions(acc=metric)

    return make


@pytest.fixture(scope="session")
def rows_of(make_results):
    """The rows of `acc` that a chart gets, at steps of source `new` or of others."""

    def rows(definitions, results=RESULTS, **steps):
        return select(
            make_results(results, definitions), definitions, "acc", steps or {"new": [1000, 2000]}
        )

    return rows


# One group.


@pytest.mark.parametrize(
    ("average", "expected"),
    [
        (
            # (0.25 + 0.64) / 2 and (0.36 + 0.81) / 2;
            # sqrt(0.03 ** 2 + 0.04 ** 2) / 2 and sqrt(0.06 ** 2 + 0.02 ** 2) / 2.
            "mean",
            """
            source  step  item  value  n    stderr
            new     1000  mmlu  0.445  500  0.025
            new     1000  qa    0.500  200  0.020
            new     2000  mmlu  0.585  500  0.03162277660168379
            new     2000  qa    0.750  200  0.010
            """,
        ),
        (
            # (25 + 256) / 500 and (36 + 324) / 500;
            # sqrt(3 ** 2 + 16 ** 2) / 500 and sqrt(6 ** 2 + 8 ** 2) / 500.
            "weighted",
            """
            source  step  item  value  n    stderr
            new     1000  mmlu  0.562  500  0.03255764119219942
            new     1000  qa    0.500  200  0.020
            new     2000  mmlu  0.720  500  0.020
            new     2000  qa    0.750  200  0.010
            """,
        ),
        (
            # sqrt(0.25 * 0.64) and sqrt(0.36 * 0.81);
            # 0.4 * sqrt(0.12 ** 2 + 0.0625 ** 2) / 2 and 0.54 * sqrt((1/6) ** 2 + (2/81) ** 2) / 2.
            "geometric",
            """
            source  step  item  value  n    stderr
            new     1000  mmlu  0.40   500  0.02706011825546962
            new     1000  qa    0.50   200  0.020
            new     2000  mmlu  0.54   500  0.04549114687985394
            new     2000  qa    0.75   200  0.010
            """,
        ),
    ],
)
def test_a_group_is_one_item_instead_of_its_members(
    collapsed, rows_of, assert_rows, average, expected
):
    assert_rows(Table(rows_of(collapsed(mmlu=(average, "mmlu_*")))), expected)


def test_the_members_can_be_named(collapsed, rows_of, assert_rows):
    rows = rows_of(collapsed(both=("mean", "mmlu_b", "qa")), new=[1000])
    # (0.64 + 0.5) / 2; sqrt(0.04 ** 2 + 0.02 ** 2) / 2.
    assert_rows(
        Table(rows),
        """
        source  step  item    value  n    stderr
        new     1000  both    0.570  600  0.0223606797749979
        new     1000  mmlu_a  0.250  100  0.030
        """,
    )


def test_a_group_of_which_a_source_has_none_is_not_there(collapsed, rows_of):
    rows = rows_of(collapsed(gsm=("mean", "gsm_*")))
    assert rows["item"].unique().tolist() == ["mmlu_a", "mmlu_b", "qa"]


def test_a_group_that_is_not_there_hides_no_other(collapsed, rows_of):
    rows = rows_of(collapsed(gsm=("mean", "gsm_*"), mmlu=("mean", "mmlu_*")))
    assert rows["item"].unique().tolist() == ["mmlu", "qa"]


def test_the_one_stands_where_the_suite_orders_it(make_definitions, definitions, rows_of):
    acc = definitions.metrics["acc"]
    metric = Metric(
        read=acc.read, label="Accuracy", item="task", better="higher",
        order=("qa", "mmlu"), collapse={"mmlu": Collapse(("mmlu_*",))},
    )  # fmt: skip
    assert rows_of(make_definitions(acc=metric))["item"].tolist() == ["qa", "mmlu"] * 2


# Groups in groups.


NESTED = """
    step  metric  item    value  n
    1000  acc     stem_a  0.20   100
    1000  acc     stem_b  0.40   100
    1000  acc     arts_a  0.60   800
    1000  acc     qa      0.50   200
"""


def test_a_group_can_be_a_member_of_a_later_one(collapsed, rows_of, assert_rows):
    definitions = collapsed(
        stem=("mean", "stem_*"), arts=("mean", "arts_*"), mmlu=("mean", "stem", "arts")
    )
    # ((0.2 + 0.4) / 2 + 0.6) / 2, where the mean of all three would be 0.4.
    assert_rows(
        Table(rows_of(definitions, NESTED, new=[1000]).drop(columns="stderr")),
        """
        source  step  item  value  n
        new     1000  mmlu  0.45   1000
        new     1000  qa    0.50    200
        """,
    )


def test_weighting_a_group_in_a_group_counts_each_example_once(collapsed, rows_of, assert_rows):
    definitions = collapsed(stem=("weighted", "stem_*"), mmlu=("weighted", "stem", "arts_*"))
    # (20 + 40 + 480) / 1000.
    assert_rows(
        Table(rows_of(definitions, NESTED, new=[1000]).drop(columns="stderr")),
        """
        source  step  item  value  n
        new     1000  mmlu  0.54   1000
        new     1000  qa    0.50    200
        """,
    )


# The macro over items, some of which are groups.


def test_a_group_counts_once_in_the_macro(collapsed, table_of, assert_rows):
    macro = Macro(source="new", metric="acc")
    definitions = collapsed(mmlu=("weighted", "mmlu_*"))
    # (0.562 + 0.5) / 2 and (0.72 + 0.75) / 2, where the three items' mean at step 1000 is 0.463.
    assert_rows(
        table_of(macro, RESULTS.replace("0.030", "-    "), definitions),
        """
        source  step  value  n    stderr
        new     1000  0.531  700  -
        new     2000  0.735  700  0.011180339887498949
        """,
    )


@pytest.mark.parametrize("members", ["stem_*", "stem*"])
def test_a_row_of_the_group_in_the_files_is_left_out(collapsed, table_of, assert_rows, members):
    with_parent = NESTED + "    1000  acc     stem    0.90   200"
    series = Series(source="new", metric="acc")
    # (0.2 + 0.4) / 2: neither 0.9 nor the mean of all three.
    assert_rows(
        table_of(series, with_parent, collapsed(stem=("mean", members))),
        """
        source  step  item    value  n
        new     1000  arts_a  0.60   800
        new     1000  qa      0.50   200
        new     1000  stem    0.30   200
        """,
    )


def test_a_row_of_a_group_without_members_is_an_item_like_others(collapsed, rows_of):
    parents = """
        step  metric  item    value
        1000  acc     stem     0.90
        1000  acc     qa       0.50
    """
    rows = rows_of(collapsed(stem=("mean", "stem_*")), parents, new=[1000])
    assert dict(zip(rows["item"], rows["value"], strict=True)) == {"qa": 0.5, "stem": 0.9}


def test_a_member_whose_name_has_the_signs_of_a_glob(collapsed, rows_of):
    odd = """
        step  metric  item      value
        1000  acc     sum[10]    0.25
        1000  acc     sum[20]    0.75
    """
    rows = rows_of(collapsed(sums=("mean", "sum[10]", "sum[20]")), odd, new=[1000])
    assert dict(zip(rows["item"], rows["value"], strict=True)) == {"sums": 0.5}


@pytest.mark.parametrize(
    ("of_the_metric", "of_the_chart", "value"),
    [
        ("mean", None, 0.53),  # (0.36 + 0.5 + 0.73) / 3
        ("weighted", None, 0.647),  # (36 + 100 + 511) / 1000
        ("weighted", "mean", 0.53),
        ("mean", "weighted", 0.647),
    ],
)
def test_each_metric_has_an_average_that_a_chart_overrides(
    collapsed, table_of, of_the_metric, of_the_chart, value
):
    results = """
        step  metric  item  value  n
        1000  acc     a     0.36   100
        1000  acc     b     0.50   200
        1000  acc     c     0.73   700
    """
    macro = Macro(source="new", metric="acc", average=of_the_chart)
    rows = table_of(macro, results, collapsed(average=of_the_metric)).rows
    assert rows["value"].tolist() == pytest.approx([value])


# What is missing.


GAPS = """
    step  metric  item    value  n
    1000  acc     mmlu_a   0.25  100
    1000  acc     mmlu_b      -  400
    2000  acc     mmlu_a   0.50  100
    2000  acc     mmlu_b   0.75  400
    3000  acc     mmlu_a   0.75  100
"""


@pytest.mark.parametrize(
    ("average", "at_2000"),
    [("mean", 0.625), ("weighted", 0.7), ("geometric", 0.6123724356957945)],
)
def test_a_group_is_missing_where_one_of_its_members_is(
    collapsed, rows_of, assert_rows, average, at_2000
):
    rows = rows_of(collapsed(mmlu=(average, "mmlu_*")), GAPS, new=[1000, 2000, 3000])
    # At step 2000 (0.5 + 0.75) / 2, (50 + 300) / 500, sqrt(0.5 * 0.75).
    assert_rows(
        Table(rows.drop(columns="stderr")),
        f"""
        source  step  item  value      n
        new     1000  mmlu  -          -
        new     2000  mmlu  {at_2000}  500
        new     3000  mmlu  -          -
        """,
    )


def test_a_group_that_is_never_whole(collapsed, rows_of):
    rows = rows_of(collapsed(mmlu=("weighted", "mmlu_*")), GAPS, new=[1000, 3000])
    assert rows["item"].tolist() == ["mmlu", "mmlu"]
    assert rows["value"].isna().all()


def test_each_source_has_members_of_its_own(collapsed, rows_of):
    results = """
        source  step  metric  item    value
        new     1000  acc     mmlu_a   0.25
        new     1000  acc     mmlu_b   0.75
        old     1000  acc     mmlu_a   0.25
    """
    rows = rows_of(collapsed(mmlu=("mean", "mmlu_*")), results, old=[1000], new=[1000])
    assert list(zip(rows["source"], rows["value"], strict=True)) == [("old", 0.25), ("new", 0.5)]


KNOWN_LATER = """
    source  step  metric  item    value  n
    new     1000  acc     mmlu_a   0.00    -
    new     1000  acc     mmlu_b   0.50  300
    new     2000  acc     mmlu_a   0.40  100
    new     2000  acc     mmlu_b   0.80  300
    old     1000  acc     mmlu_a   0.20   50
"""


def test_an_n_that_only_other_steps_tell(collapsed, rows_of, assert_rows):
    rows = rows_of(collapsed(mmlu=("weighted", "mmlu_*")), KNOWN_LATER)
    # (0 * 100 + 0.5 * 300) / 400 and (0.4 * 100 + 0.8 * 300) / 400.
    assert_rows(
        Table(rows.drop(columns="stderr")),
        """
        source  step  item  value  n
        new     1000  mmlu  0.375  400
        new     2000  mmlu  0.700  400
        """,
    )


@pytest.mark.parametrize("other", ["-", "200"])
def test_a_weighted_group_needs_the_n_of_each_member(collapsed, rows_of, other):
    """No step tells it, or those that do don't agree."""
    results = f"""
        step  metric  item    value  n
        1000  acc     mmlu_a   0.00  -
        1000  acc     mmlu_b   0.50  300
        2000  acc     mmlu_a   0.40  {other}
        2000  acc     mmlu_b   0.80  300
        3000  acc     mmlu_a   0.40  {other.replace("2", "1")}
        3000  acc     mmlu_b   0.80  300
    """
    with pytest.raises(ChartError) as err:
        rows_of(collapsed(mmlu=("weighted", "mmlu_*")), results, new=[1000, 2000, 3000])
    assert str(err.value) == "a weighted average needs the n of every item; mmlu_a has none"


# What holds whatever the numbers are.


shares = st.floats(0.001, 1)
sizes = st.integers(1, 100_000)


def collapse_to_one(rows_of, definitions, values, sizes):
    """The value and n of `mmlu`, of which each member has one of the values and of the sizes."""
    lines = [
        f"1000  acc  mmlu_{i}  {value!r}  {n}"
        for i, (value, n) in enumerate(zip(values, sizes, strict=True))
    ]
    rows = rows_of(definitions, "\n".join(["step  metric  item  value  n", *lines]), new=[1000])
    assert rows["item"].tolist() == ["mmlu"]
    return rows["value"].item(), rows["n"].item()


@given(st.lists(st.tuples(shares, sizes), min_size=1, max_size=8))
def test_a_weighted_group_lies_between_its_least_and_its_greatest_member(
    collapsed, rows_of, members
):
    values, sizes = zip(*members, strict=True)
    definitions = collapsed(mmlu=("weighted", "mmlu_*"))
    value, n = collapse_to_one(rows_of, definitions, values, sizes)
    assert min(values) - A_LITTLE <= value <= max(values) + A_LITTLE
    assert n == sum(sizes)


@given(st.lists(shares, min_size=1, max_size=8), sizes)
def test_a_weighted_group_of_members_of_one_size_is_their_mean(collapsed, rows_of, values, size):
    value, _ = collapse_to_one(
        rows_of, collapsed(mmlu=("weighted", "mmlu_*")), values, [size] * len(values)
    )
    assert value == pytest.approx(sum(values) / len(values), rel=1e-12)
