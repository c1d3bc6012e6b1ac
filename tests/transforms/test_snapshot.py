"""`snapshot`: the values at one step, or at several side by side."""

import pytest
from msgspec.structs import replace

from diagramgen.model.metric import Metric
from diagramgen.transforms import Axis
from diagramgen.transforms.snapshot import Snapshot

PPL = """
    step   item  value  n    stderr
    2000   web    20.0  100    0.30
    2000   wiki   10.0  300    0.40
    2000   code    4.0   50    0.10
    10000  web    15.0  100    0.30
    10000  wiki    5.0  300    0.40
    10000  code    2.0   50    0.10
    9000   web    12.0  100    0.30
    9000   wiki    6.0  300    0.40
    9000   code    3.0   50    0.10
"""


def test_the_last_step_with_the_groups_of_the_first_grouping(table_of, assert_rows):
    table = table_of(Snapshot(source="new", metric="ppl"), PPL)
    assert_rows(
        table,
        """
        source  step   item  group  value  n    stderr
        new     10000  web   text    15.0  100    0.30
        new     10000  wiki  text     5.0  300    0.40
        new     10000  code  code     2.0   50    0.10
        """,
    )
    assert table.left_out == {}


def test_groups_of_another_grouping(table_of):
    table = table_of(Snapshot(source="new", metric="ppl", group="origin"), PPL)
    assert list(table.rows["group"]) == ["core", "extra", "core"]


def test_a_metric_without_groupings(table_of, assert_rows, make_definitions, definitions):
    own = make_definitions(loss=Metric(read=definitions.metrics["ppl"].read, better="lower"))
    assert_rows(
        table_of(
            Snapshot(source="new", metric="loss"),
            """
            metric  step  item   value
            loss    1000  valid    2.5
            """,
            own,
        ),
        """
        source  step  item   value
        new     1000  valid    2.5
        """,
    )


def test_higher_is_better_and_an_item_in_no_group(table_of, assert_rows):
    assert_rows(
        table_of(
            Snapshot(source="new", metric="acc"),
            """
            metric  step  item   value
            acc     1000  qa      0.40
            acc     1000  chess   0.90
            acc     1000  copa       -
            """,
        ),
        """
        source  step  item   group    value
        new     1000  qa     science   0.40
        new     1000  copa   sense        -
        new     1000  chess  -         0.90
        """,
    )


@pytest.mark.parametrize(
    ("step", "shown"),
    [
        (2000, 2000),
        ("first", 2000),
        ("bridge", 9000),
        ((500, "bridge"), 9000),
        ((500, 2000, 10000), 2000),
        ({"new": "first"}, 2000),
        ({"old": "first"}, 10000),
    ],
)
def test_one_step(table_of, step, shown):
    rows = table_of(Snapshot(source="new", metric="ppl", items="web", step=step), PPL).rows
    assert list(rows["step"]) == [shown]


@pytest.mark.parametrize(
    ("steps", "shown"),
    [
        ((2000, 10000), [2000, 10000]),
        (("last", "first"), [2000, 10000]),
        ((2000, "bridge"), [2000, 9000]),
        ((2000, 6000), [2000]),
        ((2000, 9000), [2000]),
        ({"new": (10000,)}, [10000]),
    ],
)
def test_several_steps_side_by_side(table_of, steps, shown):
    rows = table_of(Snapshot(source="new", metric="ppl", items="web", steps=steps), PPL).rows
    assert list(rows["step"]) == shown


def test_an_item_that_only_one_of_the_steps_has_is_a_gap_at_the_other(table_of, assert_rows):
    table = table_of(
        Snapshot(source="new", metric="ppl", steps=(1000, 2000)),
        """
        step  item  value
        1000  web    20.0
        2000  web    15.0
        2000  math    8.0
        """,
    )
    assert_rows(
        table,
        """
        source  step  item  group  value
        new     1000  web   text    20.0
        new     1000  math  math       -
        new     2000  web   text    15.0
        new     2000  math  math     8.0
        """,
    )


def test_step_0(table_of):
    results = """
        step  item  value
        0     web    90.0
        1000  web    20.0
    """
    rows = table_of(Snapshot(source="new", metric="ppl", step=0), results).rows
    assert list(rows["value"]) == [90.0]


def test_by_shows_groups_instead_of_items(table_of, assert_rows):
    table = table_of(
        Snapshot(source="new", metric="ppl", by="domain", step=2000, items=("w*", "code")), PPL
    )
    assert_rows(
        table,
        """
        source  step  group  value  n    stderr
        new     2000  text    15.0  400    0.25
        new     2000  code     4.0   50    0.10
        """,
    )


def test_what_is_left_out_is_told(table_of):
    snapshot = Snapshot(source="new", metric="acc", by="domain", interval=0.9)
    table = table_of(
        snapshot,
        """
        metric  step  item   value
        acc     1000  qa      0.40
        acc     1000  chess   0.90
        """,
    )
    assert list(table.rows["group"]) == ["science"]
    assert table.left_out == {
        "chess": "in no group of domain",
        "interval": "no standard error is known",
    }


def test_two_sources_each_at_its_step(table_of, assert_rows):
    table = table_of(
        Snapshot(source=("old", "new"), metric="ppl"),
        """
        source  step  item  value
        old     500   web    40.0
        old     600   web    30.0
        new     1000  web    20.0
        new     1000  code    4.0
        new     9000  web     1.0
        """,
    )
    assert_rows(
        table,
        """
        source  step  item  group  value
        old     600   web   text    30.0
        new     1000  web   text    20.0
        new     1000  code  code     4.0
        """,
    )


def test_interval(table_of, assert_rows):
    # The two-sided 50 % quantile of the normal distribution is 0.6744897501960817.
    snapshot = Snapshot(source="new", metric="ppl", items="wiki", interval=0.5)
    assert_rows(
        table_of(snapshot, PPL),
        """
        source  step   item  group  value  n    stderr  lower              upper
        new     10000  wiki  text     5.0  300    0.40  4.730204099921567  5.269795900078433
        """,
    )


def test_what_is_not_there(refused):
    snapshot = Snapshot(source="new", metric="ppl")
    assert refused(replace(snapshot, step=5000), PPL) == (
        "source 'new' has no step 5000; it has steps 2000, 10000",
        False,
    )
    assert refused(replace(snapshot, step=(5000, 6000)), PPL) == (
        "source 'new' has no step 5000 or step 6000; it has steps 2000, 10000",
        True,
    )
    assert refused(replace(snapshot, steps=(5000, 9000)), PPL) == (
        "source 'new' has none of step 5000, step 9000; it has steps 2000, 10000",
        True,
    )


def test_step_and_steps_exclude_each_other():
    expected = r"^`step` is for one step, `steps` for several: use one of them$"
    with pytest.raises(ValueError, match=expected):
        Snapshot(source="new", metric="ppl", step=1000, steps=(1000, 2000))


@pytest.mark.parametrize(
    ("steps", "template"),
    [
        (None, "bar"),
        ((2000,), "bar"),
        ((2000, 10000), "grouped-bar"),
        ({"new": (2000,), "old": (500,)}, "bar"),
        ({"new": (2000, 10000)}, "grouped-bar"),
        ({"new": (2000,), "old": (500, 600)}, "grouped-bar"),
    ],
)
def test_a_source_at_several_steps_has_bars_side_by_side(steps, template):
    assert Snapshot(source="new", metric="ppl", steps=steps).default_template() == template


def test_default_templates(definitions, make_checkpoints, make_results):
    at = make_checkpoints(make_results(PPL), definitions)
    one, several = (
        Snapshot(source="new", metric="ppl", **steps) for steps in ({}, {"steps": (2000, "last")})
    )
    assert one.default_template() == one.resolve(at).default_template() == "bar"
    assert several.default_template() == several.resolve(at).default_template() == "grouped-bar"
    lone = Snapshot(source="new", metric="ppl", steps=(2000, 6000)).resolve(at)
    assert lone.default_template() == "bar"


def test_words(definitions, make_checkpoints, make_results):
    at = make_checkpoints(make_results(PPL), definitions)
    snapshot = Snapshot(source="new", metric="ppl", steps=("last", "bridge", 2000)).resolve(at)
    assert snapshot.title(definitions) == (
        "PPL by slice at steps 2,000, 10,000 and bridge (step 9,000)"
    )
    assert snapshot.subtitle(definitions) == "New"
    assert snapshot.axes(definitions) == {
        "value": Axis("PPL (lower is better)", ".2f", better="lower")
    }
