"""results -> the rows that a chart is about: its sources, steps, items and groups."""

import math

import pandas as pd
import pytest

from diagramgen.errors import ChartError, Unavailable
from diagramgen.model.columns import COLUMNS
from diagramgen.model.metric import Metric, in_order
from diagramgen.transforms import Table
from diagramgen.transforms.selection import (
    groups_of,
    matching,
    select,
    tidy,
    with_bounds,
    with_groups,
)

RESULTS = """
    source  metric  step  item  value  n   stderr
    new     ppl     2000  web   15.0   10  0.1
    new     ppl     1000  code   4.0   20  0.2
    new     ppl     1000  web   20.0   10  0.1
    new     acc     1000  qa    0.40   30  0.3
    old     ppl     1000  web   40.0   10  0.1
    old     ppl     1000  wiki  30.0   10  0.1
"""


@pytest.fixture
def metric(definitions):
    return definitions.metrics["ppl"]


def test_one_metric_sorted_with_gaps_for_what_is_missing(make_results, definitions, assert_rows):
    rows = select(make_results(RESULTS), definitions, "ppl", {"old": [1000], "new": [2000, 1000]})
    assert_rows(
        Table(rows),
        """
        source  step  item  value  n   stderr
        old     1000  web   40.0   10  0.1
        old     1000  wiki  30.0   10  0.1
        new     1000  web   20.0   10  0.1
        new     1000  code   4.0   20  0.2
        new     2000  web   15.0   10  0.1
        new     2000  code     -    -    -
        """,
    )
    assert rows["source"].cat.categories.tolist() == ["old", "new"]
    assert rows["item"].cat.categories.tolist() == ["web", "wiki", "code"]
    assert rows["source"].cat.ordered
    assert rows["item"].cat.ordered
    assert rows["step"].dtype == "int64"


def test_only_the_steps_that_are_asked_for_have_a_say_in_the_items(make_results, definitions):
    rows = select(make_results(RESULTS), definitions, "ppl", {"new": {2000}})
    assert rows["item"].tolist() == ["web"]


def test_a_step_without_any_of_the_items_is_a_gap(make_results, definitions):
    rows = select(make_results(RESULTS), definitions, "ppl", {"new": [1000, 2000]}, "code")
    assert rows["step"].tolist() == [1000, 2000]
    assert rows["value"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("items", "reason", "skip"),
    [
        ("math", "no slice of old and new matches 'math'; there is 'web', 'wiki', 'code'", True),
        ("code", "source 'old' has no slice that matches code", True),
        (("wiki", "web*"), None, None),
        (("wiki",), "source 'new' has no slice that matches wiki", False),
        (("wiki", "wi*"), "source 'new' has no slice that matches wiki, wi*", False),
    ],
)
def test_every_source_has_some_of_the_items(make_results, make_definitions, items, reason, skip):
    definitions = make_definitions(optional=["old"])
    steps = {"old": [1000], "new": [1000]}
    if reason is None:
        assert len(select(make_results(RESULTS), definitions, "ppl", steps, items)) == 3
        return
    with pytest.raises(Unavailable) as err:
        select(make_results(RESULTS), definitions, "ppl", steps, items)
    assert (str(err.value), err.value.skip) == (reason, skip)


def test_a_grouping_that_the_metric_does_not_have(make_results, definitions):
    with pytest.raises(ChartError) as err:
        select(make_results(RESULTS), definitions, "ppl", {"new": [1000]}, "group:size/small")
    assert str(err.value) == "metric 'ppl' has no grouping 'size'; it has domain, origin"


def test_a_source_without_any_item_at_all(make_results, definitions):
    with pytest.raises(Unavailable) as err:
        select(make_results(RESULTS), definitions, "acc", {"new": [1000], "old": [1000]})
    assert str(err.value) == "source 'old' has no task of metric 'acc'"
    assert not err.value.skip


def test_the_metrics_order_then_by_name(metric):
    items = ["zoo", "math", "art", "web", "code"]
    assert in_order(items, metric) == ["web", "code", "math", "art", "zoo"]
    assert in_order([], metric) == []


def match(definitions, patterns, items):
    return matching(patterns, items, definitions.metrics["ppl"], "ppl", definitions, ["new"])


ITEMS = ["web", "wiki", "code", "code_c", "math", "math[hard]", "other"]


@pytest.mark.parametrize(
    ("patterns", "found"),
    [
        (None, ITEMS),
        ("web", ["web"]),
        ("w*", ["web", "wiki"]),
        ("?eb", ["web"]),
        ("code*", ["code", "code_c"]),
        ("math[hard]", ["math[hard]"]),
        ("[mo]*", ["math", "math[hard]", "other"]),
        (("math", "w*", "web"), ["web", "wiki", "math"]),
        ("group:domain/code", ["code", "code_c"]),
        ("group:origin/extra", ["wiki", "math", "math[hard]"]),
        ("group:domain", ["web", "wiki", "code", "code_c", "math", "math[hard]"]),
        (("group:domain/text", "other"), ["web", "wiki", "other"]),
    ],
)
def test_patterns(definitions, patterns, found):
    assert match(definitions, patterns, ITEMS) == found


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("Web", "no slice of new matches 'Web'; did you mean 'web'?"),
        ("group:size", "metric 'ppl' has no grouping 'size'; it has domain, origin"),
        ("group:domain/chess", "grouping 'domain' has no group 'chess'; it has text, code, math"),
    ],
)
def test_patterns_that_name_nothing(definitions, pattern, reason):
    with pytest.raises(ChartError) as err:
        match(definitions, ("web", pattern), ITEMS)
    assert str(err.value) == reason


def test_a_group_of_a_metric_without_groupings(make_definitions, metric):
    own = make_definitions(ppl=Metric(read=metric.read, better="lower"))
    with pytest.raises(ChartError) as err:
        match(own, "group:domain/code", ITEMS)
    assert str(err.value) == "metric 'ppl' has no grouping 'domain'; it has none"


def test_a_group_without_items_names_nothing(definitions):
    with pytest.raises(Unavailable, match=r"^no slice of new matches 'group:domain/math'$"):
        match(definitions, "group:domain/math", ["web"])


def test_groups_of_items(metric):
    assert groups_of(["code_c", "web", "other"], metric, "domain") == {
        "code_c": "code",
        "web": "text",
    }


def test_a_grouping_is_a_partition(metric):
    overlapping = Metric(
        read=metric.read,
        better="lower",
        item="slice",
        groupings={"size": {"short": ("w*",), "all": ("*",)}},
    )
    assert groups_of(["code"], overlapping, "size") == {"code": "all"}
    with pytest.raises(ChartError) as err:
        groups_of(["code", "web"], overlapping, "size")
    assert str(err.value) == "slice 'web' is in short and all of grouping 'size'"


def test_a_grouping_that_is_not_there(metric):
    with pytest.raises(ChartError, match=r"^there is no grouping 'x'; there is domain, origin$"):
        groups_of(["web"], metric, "x")


def test_groups_beside_the_items(make_results, definitions, metric):
    rows = select(make_results(RESULTS), definitions, "ppl", {"new": [1000], "old": [1000]})
    grouped = with_groups(rows, metric, "origin")
    assert grouped["group"].tolist() == ["core", "core", "core", "extra"]
    assert grouped["group"].cat.categories.tolist() == ["core", "extra"]
    assert grouped["group"].cat.ordered
    assert with_groups(rows, metric, None) is rows


def test_bounds():
    rows = pd.DataFrame({"value": [10.0, 1.0, 3.0], "stderr": [1.0, 0.0, math.nan]})
    # The two-sided 95 % quantile of the normal distribution is 1.959963984540054.
    bounds, left_out = with_bounds(rows, 0.95)
    assert bounds["lower"].tolist()[:2] == pytest.approx([8.040036015459946, 1.0])
    assert bounds["upper"].tolist()[:2] == pytest.approx([11.959963984540054, 1.0])
    assert bounds[["lower", "upper"]].iloc[2].isna().all()
    assert left_out == {}
    assert with_bounds(rows, None) == (rows, {})


def test_columns_in_their_fixed_order_without_empty_ones():
    rows = pd.DataFrame([[None, math.nan, 1.0, "new", math.nan]], index=[7])
    rows.columns = pd.Index(["label", "n", "step", "source", "value"])
    table = tidy(rows)
    assert table.columns.tolist() == ["source", "step", "value"]
    assert table.index.tolist() == [0]
    every = pd.DataFrame({column: [1] for column in reversed(COLUMNS)})
    assert tidy(every).columns.tolist() == list(COLUMNS)


@pytest.mark.parametrize("column", COLUMNS)
def test_a_column_without_any_value_is_left_out_unless_it_is_what_the_chart_shows(column):
    left_out = {"n", "stderr", "lower", "upper", "group", "label"}
    table = tidy(pd.DataFrame({column: [None, None]}))
    assert table.columns.tolist() == ([] if column in left_out else [column])


def test_a_column_that_a_charts_table_does_not_have():
    with pytest.raises(AssertionError, match=r"^not a column of a chart's table: \{'metric'\}$"):
        tidy(pd.DataFrame({"metric": ["ppl"], "value": [1.0]}))
