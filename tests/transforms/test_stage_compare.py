"""`stage-compare`: two or more sources side by side, on their shared items."""

import re

import pytest
from msgspec.structs import replace

from diagramgen.transforms import Axis
from diagramgen.transforms.stage_compare import StageCompare

# All three have web and code, and step 2000; new shares 1000 and 2000 with old.
STAGES = """
    source  step  item  value
    new     1000  web    10.0
    new     1000  code    4.0
    new     1000  math    9.0
    new     2000  web     8.0
    new     2000  code    3.0
    new     2000  math    7.0
    new     3000  web     7.0
    new     3000  code    2.0
    new     3000  math    6.0
    new     9000  web     1.0
    new     9000  code    1.0
    old     500   web    40.0
    old     500   code    9.0
    old     500   wiki    5.0
    old     1000  web    20.0
    old     1000  code    6.0
    old     1000  wiki    5.0
    old     2000  web    16.0
    old     2000  code    2.0
    old     2000  wiki    5.0
    older   2000  web    12.0
    older   2000  code    3.0
    older   4000  web     9.0
    older   4000  code    1.0
    older   9000  web     5.0
    older   9000  code    1.0
"""
NOT_SHARED = {"wiki": "not in every source", "math": "not in every source"}
TWO = """
    source  metric  step  item  value  n
    new     acc     1000  qa     0.50  100
    new     acc     1000  copa   0.80  300
    new     acc     2000  qa     0.60  100
    new     acc     2000  copa   0.80  300
    old     acc     1000  qa     0.40  100
    old     acc     1000  copa   0.90  300
    old     acc     2000  qa     0.60  100
    old     acc     2000  copa   0.70  300
"""


def compare(view, **parameters):
    given = {"source": "new", "against": ("older", "old"), "metric": "ppl"} | parameters
    return StageCompare(view=view, **given)


def test_trend_of_items(table_of, assert_rows):
    table = table_of(compare("trend", against="old", items=("web", "wiki", "math")), STAGES)
    assert_rows(
        table,
        """
        source  step  item  value
        old     500   web    40.0
        old     1000  web    20.0
        old     2000  web    16.0
        new     1000  web    10.0
        new     2000  web     8.0
        new     3000  web     7.0
        """,
    )
    assert table.left_out == NOT_SHARED


def test_trend_of_the_macro(table_of, assert_rows):
    table = table_of(compare("trend", of="macro"), STAGES)
    assert_rows(
        table,
        """
        source  step  value
        older   2000    7.5
        older   4000    5.0
        older   9000    3.0
        old     500    24.5
        old     1000   13.0
        old     2000    9.0
        new     1000    7.0
        new     2000    5.5
        new     3000    4.5
        """,
    )
    assert table.left_out == NOT_SHARED


def test_trend_of_groups_at_chosen_steps(table_of, assert_rows):
    trend = compare("trend", by="domain", steps=("last", 1000))
    assert_rows(
        table_of(trend, STAGES),
        """
        source  step  group  value
        older   9000  text     5.0
        older   9000  code     1.0
        old     1000  text    20.0
        old     1000  code     6.0
        old     2000  text    16.0
        old     2000  code     2.0
        new     1000  text    10.0
        new     1000  code     4.0
        new     3000  text     7.0
        new     3000  code     2.0
        """,
    )


def test_trend_needs_no_step_in_common(table_of, assert_rows):
    results = """
        source  step  item  value
        old     500   web    40.0
        new     1000  web    10.0
    """
    assert_rows(
        table_of(compare("trend", against="old", of="macro"), results),
        """
        source  step  value
        old     500    40.0
        new     1000   10.0
        """,
    )


def test_at_the_largest_overlap_step(table_of, assert_rows):
    table = table_of(compare("at"), STAGES)
    assert_rows(
        table,
        """
        source  step  item  value
        older   2000  web    12.0
        older   2000  code    3.0
        old     2000  web    16.0
        old     2000  code    2.0
        new     2000  web     8.0
        new     2000  code    3.0
        """,
    )
    assert table.left_out == NOT_SHARED


def test_at_of_the_macro(table_of, assert_rows):
    assert_rows(
        table_of(compare("at", of="macro"), STAGES),
        """
        source  step  value
        older   2000    7.5
        old     2000    9.0
        new     2000    5.5
        """,
    )


def test_at_by_group(table_of, assert_rows):
    assert_rows(
        table_of(compare("at", by="origin", against="old"), STAGES),
        """
        source  step  group  value
        old     2000  core     9.0
        new     2000  core     5.5
        """,
    )


def test_at_with_a_weighted_average(table_of, assert_rows):
    at = compare("at", metric="acc", against="old", of="macro", average="weighted", step="first")
    assert_rows(
        table_of(at, TWO),
        """
        source  step  value  n
        old     1000  0.775  400
        new     1000  0.725  400
        """,
    )


@pytest.mark.parametrize(
    ("step", "shown"),
    [
        (None, 2000),
        ("last", 2000),
        ("first", 1000),
        (1000, 1000),
        ((1000,), 1000),
        ((1000, 2000), 2000),
        ((2000, 1000), 1000),
        ((1000, 3000, 500), 1000),
        ((3000, 500), 2000),
        ((7, "first"), 1000),
        ({"new": 1000}, 1000),
    ],
)
def test_at_one_step_of_a_list_the_last_that_all_sources_have(table_of, step, shown):
    rows = table_of(compare("at", against="old", items="web", step=step), STAGES).rows
    assert list(rows["source"]) == ["old", "new"]
    assert list(rows["step"]) == [shown, shown]


def test_at_step_0(table_of):
    results = """
        source  step  item  value
        old     0     web    99.0
        old     1000  web    40.0
        new     0     web    98.0
        new     1000  web    10.0
    """
    rows = table_of(compare("at", against="old", step=0), results).rows
    assert list(rows["value"]) == [99.0, 98.0]


@pytest.mark.parametrize(
    ("steps", "shown"),
    [
        ((1000, 2000, 3000), [1000, 2000]),
        (("first",), [1000]),
        ({"new": (2000, 3000), "old": (1000,)}, [2000]),
        ({"old": (1000,)}, [1000, 2000]),
    ],
)
def test_at_several_steps(table_of, steps, shown):
    rows = table_of(compare("at", against="old", of="macro", steps=steps), STAGES).rows
    assert list(rows["step"]) == shown * 2


def test_delta_of_items_against_each_source(table_of, assert_rows):
    table = table_of(compare("delta"), STAGES)
    assert_rows(
        table,
        """
        source  step  item  value  against  better
        new     2000  web    -4.0  older    True
        new     2000  code    0.0  older    False
        new     1000  web   -10.0  old      True
        new     1000  code   -2.0  old      True
        new     2000  web    -8.0  old      True
        new     2000  code    1.0  old      False
        """,
    )
    assert table.rows["against"].cat.categories.tolist() == ["older", "old"]
    assert table.left_out == NOT_SHARED


def test_delta_of_the_macro(table_of, assert_rows):
    assert_rows(
        table_of(compare("delta", of="macro"), STAGES),
        """
        source  step  value  against  better
        new     2000   -2.0  older    True
        new     1000   -6.0  old      True
        new     2000   -3.5  old      True
        """,
    )


def test_delta_averages_what_the_overlap_steps_have(table_of, assert_rows):
    results = """
        source  step  item  value
        old     500   web    40.0
        old     1000  web    20.0
        old     1000  code    6.0
        new     1000  web    10.0
        new     1000  code    4.0
        new     2000  web     8.0
    """
    table = table_of(compare("delta", against="old", of="macro"), results)
    assert_rows(
        table,
        """
        source  step  value  against  better
        new     1000   -6.0  old      True
        """,
    )
    assert table.left_out == {}


def test_delta_by_group_at_chosen_steps(table_of, assert_rows):
    assert_rows(
        table_of(compare("delta", by="domain", against="old", steps=("first", 3000)), STAGES),
        """
        source  step  group  value  against  better
        new     1000  text   -10.0  old      True
        new     1000  code    -2.0  old      True
        """,
    )


def test_delta_at_the_steps_that_are_given_for_each_of_the_others(table_of, assert_rows):
    steps = {"old": (1000,), "new": (2000,)}
    assert_rows(
        table_of(compare("delta", items="web", steps=steps), STAGES),
        """
        source  step  item  value  against  better
        new     2000  web    -4.0  older    True
        new     1000  web   -10.0  old      True
        """,
    )


def test_delta_where_higher_is_better(table_of, assert_rows):
    assert_rows(
        table_of(compare("delta", metric="acc", against="old"), TWO),
        """
        source  step  item  value  against  better
        new     1000  qa      0.1  old      True
        new     1000  copa   -0.1  old      False
        new     2000  qa      0.0  old      False
        new     2000  copa    0.1  old      True
        """,
    )


def test_history_of_first_and_last(table_of, assert_rows):
    table = table_of(compare("history"), STAGES)
    assert_rows(
        table,
        """
        source  step  item  value  label
        older   2000  web    12.0  Older, 2,000
        older   2000  code    3.0  Older, 2,000
        older   9000  web     5.0  Older, 9,000
        older   9000  code    1.0  Older, 9,000
        old     500   web    40.0  Old, 500
        old     500   code    9.0  Old, 500
        old     2000  web    16.0  Old, 2,000
        old     2000  code    2.0  Old, 2,000
        new     1000  web    10.0  New, 1,000
        new     1000  code    4.0  New, 1,000
        new     3000  web     7.0  New, 3,000
        new     3000  code    2.0  New, 3,000
        """,
    )
    assert table.left_out == NOT_SHARED


def test_history_of_the_macro_at_each_sources_own_steps(table_of, assert_rows):
    steps = {"older": (4000,), "old": (500, 2000)}
    assert_rows(
        table_of(compare("history", of="macro", steps=steps), STAGES),
        """
        source  step  value  label
        older   4000    5.0  Older, 4,000
        old     500    24.5  Old, 500
        old     2000    9.0  Old, 2,000
        new     1000    7.0  New, 1,000
        new     3000    4.5  New, 3,000
        """,
    )


def test_history_by_group(table_of, assert_rows):
    assert_rows(
        table_of(compare("history", by="domain", against="old", steps=(2000,)), STAGES),
        """
        source  step  group  value  label
        old     2000  text    16.0  Old, 2,000
        old     2000  code    2.0   Old, 2,000
        new     2000  text     8.0  New, 2,000
        new     2000  code     3.0  New, 2,000
        """,
    )


def test_a_missing_value_is_a_gap_for_items_and_leaves_the_item_out_of_macros(
    table_of, assert_rows
):
    results = """
        source  step  item  value
        old     1000  web    20.0
        old     1000  code      -
        old     2000  web    16.0
        old     2000  code    2.0
        new     1000  web    10.0
        new     1000  code    4.0
        new     2000  web       -
        new     2000  code    3.0
        new     2000  math    1.0
        old     2000  math      -
    """
    table = table_of(compare("delta", against="old"), results)
    assert_rows(
        table,
        """
        source  step  item  value  against  better
        new     1000  web   -10.0  old      True
        new     1000  code      -  old      -
        new     2000  web       -  old      -
        new     2000  code    1.0  old      False
        """,
    )
    assert table.left_out == {"math": "not in every source"}
    table = table_of(compare("at", against="old", of="macro", step=2000), results)
    assert_rows(
        table,
        """
        source  step  value
        old     2000    2.0
        new     2000    3.0
        """,
    )
    assert set(table.left_out) == {"web", "math"}


@pytest.mark.parametrize("view", ["trend", "at", "delta", "history"])
def test_an_optional_source_that_is_missing_is_left_out(table_of, refused, make_definitions, view):
    results = "\n".join(line for line in STAGES.splitlines() if "older" not in line)
    optional = make_definitions(optional=["older"])
    both = compare(view)
    with_the_rest = table_of(both, results, optional)
    alone = table_of(compare(view, against="old"), results)
    assert with_the_rest.rows.to_dict("records") == alone.rows.to_dict("records")
    assert with_the_rest.left_out == alone.left_out
    assert refused(both, results) == ("source 'older' is not there", False)
    none = compare(view, against="older")
    assert refused(none, results, optional) == ("source 'older' is not there", True)
    away = compare(view, source="older", against="old")
    assert refused(away, results, optional) == ("source 'older' is not there", True)


APART = """
    source  step  item  value
    old     500   web    40.0
    old     500   code    9.0
    new     1000  web    10.0
    new     1000  math    9.0
"""


@pytest.mark.parametrize("view", ["at", "delta"])
def test_no_step_in_common(refused, make_definitions, view):
    reason = "'old' and 'new' have no step in common"
    if view == "delta":
        reason = "'new' and 'old' have no step in common"
    assert refused(compare(view, against="old"), APART) == (reason, False)
    assert refused(compare(view, against="old"), APART, make_definitions(optional=["old"])) == (
        reason,
        True,
    )


@pytest.mark.parametrize("of", ["items", "macro"])
def test_no_item_in_common(refused, make_definitions, of):
    trend = compare("trend", against="old", of=of, items=("code", "math"))
    reason = "'old' and 'new' have no slice in common"
    assert refused(trend, APART) == (reason, False)
    assert refused(trend, APART, make_definitions(optional=["old"])) == (reason, True)


@pytest.mark.parametrize("of", ["items", "macro"])
def test_a_source_without_any_of_the_items(refused, make_definitions, of):
    at = compare("at", against="old", of=of, items="group:domain/math")
    reason = "source 'old' has no slice that matches group:domain/math"
    assert refused(at, STAGES) == (reason, False)
    assert refused(at, STAGES, make_definitions(optional=["old"])) == (reason, True)
    assert refused(at, STAGES, make_definitions(optional=["older"])) == (reason, False)


def test_steps_that_are_not_shared(refused, make_definitions):
    at = compare("at", against="old")
    reason = "'old' and 'new' do not share step 3000; they share steps 1000, 2000"
    assert refused(replace(at, step=3000), STAGES) == (reason, False)
    assert refused(replace(at, step=3000), STAGES, make_definitions(optional=["old"])) == (
        reason,
        True,
    )
    assert refused(replace(at, step="bridge"), STAGES) == (
        "'old' and 'new' do not share bridge; they share steps 1000, 2000",
        False,
    )
    assert refused(replace(at, steps=(3000, 9000)), STAGES) == (
        "'old' and 'new' share none of step 3000, step 9000; they share steps 1000, 2000",
        True,
    )
    assert refused(compare("delta", against="older", steps=(4000,)), STAGES) == (
        "'new' and 'older' share none of step 4000; they share steps 2000",
        True,
    )
    assert refused(compare("trend", against="older", steps=(3000,)), STAGES) == (
        "source 'older' has none of step 3000; it has steps 2000, 4000, 9000",
        True,
    )


def test_a_source_that_is_named_twice_counts_once(table_of):
    rows = table_of(compare("delta", against=("old", "old"), of="macro"), STAGES).rows
    assert list(rows["value"]) == [-6.0, -3.5]


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"source": None}, "needs the key `source` (here or in `defaults`)"),
        ({"source": ("new", "old")}, "one `source` is compared with those of `against`"),
        ({"against": ("old", "new")}, "`against` names the `source` itself"),
        ({"view": "trend", "step": 1000}, "`step` goes with `view: at`; here use `steps`"),
        (
            {"step": 1000, "steps": (1000, 2000)},
            "`step` is for one step, `steps` for several: use one of them",
        ),
    ],
)
def test_parameters_that_make_no_sense(parameters, reason):
    with pytest.raises(ValueError, match=rf"^{re.escape(reason)}$"):
        compare(**({"view": "at"} | parameters))


def test_default_templates():
    assert compare("trend").default_template() == "line"
    assert compare("at").default_template() == "grouped-bar"
    assert compare("history").default_template() == "history"
    assert compare("delta").default_template() == "delta-bar"
    assert compare("delta", of="macro").default_template() == "step-bar"
    assert compare("delta", of="macro", by="domain").default_template() == "delta-bar"


def test_words(definitions, at):
    assert compare("at").resolve(at).title(definitions) == (
        "PPL by slice at step 2,000: Older vs Old vs New"
    )
    several = compare("at", against="old", steps=(1000, 2000), of="macro").resolve(at)
    assert several.title(definitions) == "Macro PPL at steps 1,000 and 2,000: Old vs New"
    assert several.subtitle(definitions) == "Plain mean over slices"
    assert several.axes(definitions) == {
        "value": Axis("PPL (lower is better)", ".2f", better="lower")
    }
    delta = compare("delta", by="origin").resolve(at)
    assert delta.title(definitions) == "PPL by origin: New minus each of Older and Old"
    assert delta.axes(definitions) == {"value": Axis("Change in PPL", "+.2f", better="lower")}
    one = compare("delta", against="old", of="macro").resolve(at)
    assert one.title(definitions) == "Macro PPL: New minus Old"
    assert one.subtitle(definitions) == "Plain mean over slices"
    assert delta.subtitle(definitions) == "Plain mean over slices"
    assert compare("trend").resolve(at).subtitle(definitions) == ""


def test_the_subtitle_keeps_capitals(make_definitions, definitions, at):
    own = make_definitions(acc=replace(definitions.metrics["acc"], items="QA tasks"))
    macro = compare("at", metric="acc", of="macro").resolve(at)
    assert macro.subtitle(own) == "Plain mean over QA tasks"
