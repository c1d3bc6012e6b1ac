"""`macro`: the average over items at each step."""

import pytest
from msgspec.structs import replace

from diagramgen.model.metric import Metric
from diagramgen.transforms import Axis
from diagramgen.transforms.macro import Macro

MEAN = """
    step  item  value  n    stderr
    1000  web    20.0  100    0.30
    1000  code    4.0  300    0.40
    2000  web    10.0  100    0.60
    2000  code    2.0  300    0.80
"""
BRIDGED = """
    step  item  value
    1000  web    20.0
    1000  wiki   12.0
    1000  code    4.0
    2000  web    16.0
    2000  wiki   10.0
    2000  code    2.0
    9000  web    18.0
    9000  code    3.0
"""


def test_mean(table_of, assert_rows):
    table = table_of(Macro(source="new", metric="ppl"), MEAN)
    # Standard errors: sqrt(0.09 + 0.16) / 2 and sqrt(0.36 + 0.64) / 2.
    assert_rows(
        table,
        """
        source  step  value  n    stderr
        new     1000   12.0  400    0.25
        new     2000    6.0  400    0.50
        """,
    )


def test_weighted_by_n(table_of, assert_rows):
    table = table_of(
        Macro(source="new", metric="acc", average="weighted"),
        """
        metric  step  item  value  n    stderr
        acc     1000  qa     0.50  100    0.06
        acc     1000  copa   0.80  400    0.02
        acc     2000  qa     0.60  100    0.06
        acc     2000  copa   0.90  300    0.02
        """,
    )
    # (50 + 320) / 500 and (60 + 270) / 400; sqrt(6 ** 2 + 8 ** 2) / 500 and sqrt(36 + 36) / 400.
    assert_rows(
        table,
        """
        source  step  value  n    stderr
        new     1000  0.740  500  0.02
        new     2000  0.825  400  0.021213203435596427
        """,
    )


def test_geometric(table_of, assert_rows):
    table = table_of(
        Macro(source="new", metric="ppl", average="geometric"),
        """
        step  item  value  stderr
        1000  web     4.0   0.400
        1000  code    9.0   0.675
        2000  web     2.0       -
        2000  code    8.0   0.100
        """,
    )
    # Relative errors 0.1 and 0.075: 6 * sqrt(0.01 + 0.005625) / 2.
    assert_rows(
        table,
        """
        source  step  value  stderr
        new     1000    6.0   0.375
        new     2000    4.0       -
        """,
    )


def test_the_metric_says_how_to_average_where_the_chart_does_not(
    table_of, make_definitions, definitions, at
):
    weighted = Metric(
        read=definitions.metrics["ppl"].read, better="lower", item="slice", average="weighted"
    )
    own = make_definitions(ppl=weighted)
    by_metric = Macro(source="new", metric="ppl")
    assert list(table_of(by_metric, MEAN, own).rows["value"]) == [8.0, 4.0]
    words = by_metric.resolve(at).subtitle(own)
    assert words == "New \N{MIDDLE DOT} mean over slices, weighted by n"
    by_chart = Macro(source="new", metric="ppl", average="mean")
    assert list(table_of(by_chart, MEAN, own).rows["value"]) == [12.0, 6.0]


def test_only_items_that_are_at_every_step_are_averaged(table_of, assert_rows):
    table = table_of(
        Macro(source="new", metric="ppl"),
        """
        step  item  value
        1000  web    20.0
        1000  wiki   10.0
        1000  code    4.0
        1000  math    8.0
        2000  web    10.0
        2000  wiki      -
        2000  code    2.0
        """,
    )
    assert_rows(
        table,
        """
        source  step  value
        new     1000   12.0
        new     2000    6.0
        """,
    )
    assert table.left_out == {
        "wiki": "not at every checkpoint of the chart",
        "math": "not at every checkpoint of the chart",
    }


def test_a_single_step_averages_what_it_has(table_of, assert_rows):
    table = table_of(
        Macro(source="new", metric="ppl", steps=("last",)),
        """
        step  item  value
        1000  web    20.0
        2000  web    10.0
        2000  code    2.0
        """,
    )
    assert_rows(
        table,
        """
        source  step  value
        new     2000    6.0
        """,
    )
    assert table.left_out == {}


def test_items_to_average(table_of):
    def values(items):
        table = table_of(Macro(source="new", metric="ppl", items=items), BRIDGED)
        return list(table.rows["value"])

    assert values("web") == [20.0, 16.0]
    assert values("w*") == [16.0, 13.0]
    assert values(("code", "web")) == [12.0, 9.0]
    assert values("group:origin/core") == [12.0, 9.0]
    assert values("group:origin") == pytest.approx([12.0, 28 / 3])


def test_one_line_for_each_group(table_of, assert_rows):
    table = table_of(Macro(source="new", metric="ppl", by="origin"), BRIDGED)
    assert_rows(
        table,
        """
        source  step  group  value
        new     1000  core    12.0
        new     1000  extra   12.0
        new     2000  core     9.0
        new     2000  extra   10.0
        """,
    )


def test_sources_are_averaged_over_the_items_that_all_of_them_have(table_of, assert_rows):
    table = table_of(
        Macro(source=("old", "new", "older"), metric="ppl"),
        """
        source  step  item  value
        older   500   web    40.0
        older   500   code    8.0
        older   500   math    9.0
        old     1000  web    30.0
        old     1000  code    6.0
        old     1000  wiki   11.0
        new     1000  web    20.0
        new     1000  code    4.0
        new     1000  wiki   10.0
        new     2000  web    10.0
        new     2000  code    2.0
        new     2000  wiki    9.0
        """,
    )
    assert_rows(
        table,
        """
        source  step  value
        old     1000   18.0
        new     1000   12.0
        new     2000    6.0
        older   500    24.0
        """,
    )
    assert set(table.left_out) == {"wiki", "math"}


def test_the_bridge_as_reference_has_a_say_in_what_is_shared(table_of, assert_rows):
    table = table_of(Macro(source="new", metric="ppl", reference="bridge"), BRIDGED)
    assert_rows(
        table,
        """
        source  step  value  label                reference
        new     1000   12.0  bridge (step 9,000)       10.5
        new     2000    9.0  bridge (step 9,000)       10.5
        """,
    )
    assert table.left_out == {"wiki": "not at every checkpoint of the chart"}


@pytest.mark.parametrize(
    ("reference", "label", "value"),
    [
        (9000, "bridge (step 9,000)", 10.5),
        ("first", "step 1,000", 12.0),
        ("last", "step 2,000", 9.0),
        (1000, "step 1,000", 12.0),
        (("bridge", 1000), "bridge (step 9,000)", 10.5),
        ((500, 2000, "bridge"), "step 2,000", 9.0),
        ({"new": 2000}, "step 2,000", 9.0),
    ],
)
def test_any_checkpoint_may_be_the_reference(table_of, reference, label, value):
    macro = Macro(source="new", metric="ppl", items=("web", "code"), reference=reference)
    rows = table_of(macro, BRIDGED).rows
    assert list(rows["value"]) == [12.0, 9.0]
    assert list(rows["reference"]) == [value, value]
    assert list(rows["label"]) == [label, label]


def test_a_reference_need_not_be_among_the_steps_to_keep(table_of, assert_rows):
    macro = Macro(source="new", metric="ppl", steps=(2000,), reference="first", by="origin")
    assert_rows(
        table_of(macro, BRIDGED),
        """
        source  step  group  value  label       reference
        new     2000  core     9.0  step 1,000       12.0
        new     2000  extra   10.0  step 1,000       12.0
        """,
    )


def test_each_source_has_its_own_reference(table_of, assert_rows):
    results = """
        source  step  item  value
        old     500   web    40.0
        old     600   web    30.0
        new     1000  web    20.0
        new     9000  web    10.0
    """
    reference = {"old": "first", "new": "bridge"}
    table = table_of(Macro(source=("old", "new"), metric="ppl", reference=reference), results)
    assert_rows(
        table,
        """
        source  step  value  label                reference
        old     500    40.0  step 500                  40.0
        old     600    30.0  step 500                  40.0
        new     1000   20.0  bridge (step 9,000)       10.0
        """,
    )


def test_interval(table_of, assert_rows):
    # The two-sided 90 % quantile of the normal distribution is 1.6448536269514722.
    assert_rows(
        table_of(Macro(source="new", metric="ppl", steps=(2000,), interval=0.9), MEAN),
        """
        source  step  value  n    stderr  lower               upper
        new     2000    6.0  400    0.50  5.177573186524264   6.822426813475736
        """,
    )


def test_what_is_not_there(refused):
    macro = Macro(source="new", metric="ppl")
    scattered = """
        step  item  value
        1000  web    20.0
        2000  code    2.0
    """
    assert refused(macro, scattered) == (
        "no slice has a value at every checkpoint of the chart",
        False,
    )
    assert refused(replace(macro, reference="bridge"), MEAN) == (
        "source 'new' has no bridge; it has steps 1000, 2000",
        False,
    )
    assert refused(replace(macro, reference=("bridge", 500)), MEAN) == (
        "source 'new' has no bridge or step 500; it has steps 1000, 2000",
        True,
    )
    assert refused(replace(macro, reference={"old": 500}), MEAN) == (
        "no step is given for source 'new', only for old",
        False,
    )


def test_what_cannot_be_averaged(refused):
    results = """
        step  item  value  n
        1000  web    20.0  100
        1000  code    0.0  -
    """
    macro = Macro(source="new", metric="ppl")
    assert refused(replace(macro, average="weighted"), results) == (
        "a weighted average needs the n of every item; code has none",
        False,
    )
    assert refused(replace(macro, average="geometric"), results) == (
        "a geometric average needs values above 0; code has others",
        False,
    )


def test_words(definitions, at):
    macro = Macro(source="new", metric="ppl", items="group:origin/core")
    by_domain = replace(macro, by="domain", items=None)
    assert by_domain.resolve(at).title(definitions) == "PPL by domain"
    macro = macro.resolve(at)
    assert macro.title(definitions) == "Macro PPL of core"
    assert macro.subtitle(definitions) == "New \N{MIDDLE DOT} plain mean over slices"
    axis = Axis("PPL (lower is better)", ".2f", better="lower")
    assert macro.axes(definitions) == {"value": axis, "reference": axis}
