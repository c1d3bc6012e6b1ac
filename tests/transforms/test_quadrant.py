"""`quadrant`: improvement in one measure and in another against a baseline."""

import re

import pytest
from msgspec.structs import replace

from diagramgen.transforms import Axis
from diagramgen.transforms.parameters import Measure
from diagramgen.transforms.quadrant import Quadrant

# Macros of ppl: 16, 12, 20, and 20 at the bridge; of acc: 0.50, 0.60, 0.45, and 0.40.
OWN = """
    metric  step  item  value  n
    ppl     1000  web    24.0  100
    ppl     1000  code    8.0  100
    ppl     2000  web    18.0  100
    ppl     2000  code    6.0  100
    ppl     3000  web    30.0  100
    ppl     3000  code   10.0  100
    ppl     9000  web    32.0  100
    ppl     9000  code    8.0  100
    acc     1000  qa     0.40  100
    acc     1000  copa   0.60  300
    acc     2000  qa     0.50  100
    acc     2000  copa   0.70  300
    acc     3000  qa     0.30  100
    acc     3000  copa   0.60  300
    acc     9000  qa     0.30  100
    acc     9000  copa   0.50  300
"""
STAGES = """
    source  metric  step  item  value
    new     ppl     1000  web    10.0
    new     acc     1000  qa     0.50
    new     ppl     2000  web     8.0
    new     acc     2000  qa     0.60
    new     ppl     3000  web     7.0
    new     acc     3000  qa     0.70
    old     ppl     1000  web    20.0
    old     acc     1000  qa     0.40
    old     ppl     2000  web    16.0
    old     acc     2000  qa     0.75
    older   ppl     2000  web     5.0
    older   acc     2000  qa     0.40
    older   ppl     500   web    50.0
    older   acc     500   qa     0.10
"""


def test_against_the_sources_own_bridge(table_of, assert_rows):
    table = table_of(Quadrant(source="new", x="ppl", y="acc", baseline="bridge"), OWN)
    assert_rows(
        table,
        """
        source  step  x    y      from_step  better  label
        new     1000  0.2  0.250       9000  True    1,000
        new     2000  0.4  0.500       9000  True    2,000
        new     3000  0.0  0.125       9000  True    3,000
        """,
    )
    assert table.left_out == {}


@pytest.mark.parametrize(
    ("baseline", "step"),
    [
        ("bridge", 9000),
        (9000, 9000),
        (("bridge", 1000), 9000),
        ((500, 2000, "bridge"), 2000),
        ("first", 1000),
        ("last", 3000),
        ({"new": 2000}, 2000),
    ],
)
def test_baselines(table_of, baseline, step):
    rows = table_of(Quadrant(source="new", x="ppl", y="acc", baseline=baseline), OWN).rows
    assert list(rows["from_step"]) == [step] * 3


def test_better_where_neither_is_worse(table_of, assert_rows):
    assert_rows(
        table_of(Quadrant(source="new", x="ppl", y="acc", baseline=(500, "first")), OWN),
        """
        source  step  x      y    from_step  better  label
        new     1000   0.00   0.0      1000  True    1,000
        new     2000   0.25   0.2      1000  True    2,000
        new     3000  -0.25  -0.1      1000  False   3,000
        """,
    )


def test_colour_is_the_measure_itself(table_of, assert_rows):
    quadrant = Quadrant(
        source="new",
        x=Measure(metric="ppl", items="code"),
        y=Measure(metric="acc", average="weighted"),
        color=Measure(metric="acc", items="qa"),
        steps=(2000, "last"),
        baseline="first",
    )
    # y: (50 + 210) / 400 = 0.65 and (30 + 180) / 400 = 0.525 against (40 + 180) / 400 = 0.55.
    assert_rows(
        table_of(quadrant, OWN),
        """
        source  step  x      y                     color  from_step  better  label
        new     2000   0.25   0.18181818181818182   0.50       1000  True    2,000
        new     3000  -0.25  -0.045454545454545456  0.30       1000  False   3,000
        """,
    )


def test_averages_what_every_step_and_the_baseline_have(table_of, assert_rows):
    table = table_of(
        Quadrant(source="new", x="ppl", y="acc", baseline="bridge"),
        """
        metric  step  item  value
        ppl     1000  web    10.0
        ppl     1000  wiki    5.0
        ppl     9000  web    20.0
        acc     1000  qa     0.50
        acc     1000  copa      -
        acc     9000  qa     0.40
        acc     9000  copa   0.10
        """,
    )
    assert_rows(
        table,
        """
        source  step  x    y     from_step  better  label
        new     1000  0.5  0.25       9000  True    1,000
        """,
    )
    assert set(table.left_out) == {"wiki", "copa"}


def test_a_baseline_of_zero_has_no_fraction(table_of, assert_rows):
    table = table_of(
        Quadrant(source="new", x="ppl", y="acc", baseline="first"),
        """
        metric  step  item  value
        ppl     1000  web    10.0
        ppl     2000  web     5.0
        acc     1000  qa     0.00
        acc     2000  qa     0.50
        """,
    )
    assert_rows(
        table,
        """
        source  step  x    y  from_step  better  label
        new     1000  0.0  -       1000  -       1,000
        new     2000  0.5  -       1000  -       2,000
        """,
    )
    assert list(table.rows["better"]) == [None, None]
    assert table.left_out == {"macro accuracy": "its baseline is 0"}


def test_several_sources_each_against_its_own_baseline(table_of, assert_rows):
    quadrant = Quadrant(source=("old", "new"), x="ppl", y="acc", baseline="first")
    assert_rows(
        table_of(replace(quadrant, steps=("last",)), STAGES),
        """
        source  step  x    y      from_step  better  label
        old     2000  0.2  0.875       1000  True    2,000
        new     3000  0.3  0.400       1000  True    3,000
        """,
    )
    own = replace(
        quadrant, baseline={"old": 2000, "new": 1000}, steps={"old": (1000,), "new": (2000,)}
    )
    assert_rows(
        table_of(own, STAGES),
        """
        source  step  x      y                    from_step  better  label
        old     1000  -0.25  -0.4666666666666667       2000  False   1,000
        new     2000   0.20   0.2                      1000  True    2,000
        """,
    )


def test_against_the_same_step_of_other_sources(table_of, assert_rows):
    table = table_of(Quadrant(source="new", x="ppl", y="acc", against=("older", "old")), STAGES)
    assert_rows(
        table,
        """
        source  step  x     y     against  better  label
        new     2000  -0.6   0.5  older    False   2,000
        new     1000   0.5  0.25  old      True    1,000
        new     2000   0.5  -0.2  old      False   2,000
        """,
    )


def test_against_at_the_steps_that_are_given_for_each_of_the_others(table_of, assert_rows):
    quadrant = Quadrant(
        source="new", x="ppl", y="acc", against=("older", "old"), steps={"old": (1000,)}
    )
    assert_rows(
        table_of(quadrant, STAGES),
        """
        source  step  x     y     against  better  label
        new     2000  -0.6   0.5  older    False   2,000
        new     1000   0.5  0.25  old      True    1,000
        """,
    )


def test_against_other_sources_with_a_colour(table_of, assert_rows):
    quadrant = Quadrant(
        source="new", x="ppl", y="acc", against="old", color="acc", steps=("first", 2500)
    )
    assert_rows(
        table_of(quadrant, STAGES),
        """
        source  step  x    y     color  against  better  label
        new     1000  0.5  0.25   0.50  old      True    1,000
        """,
    )


def test_against_averages_what_all_the_sources_have(table_of, assert_rows):
    table = table_of(
        Quadrant(source="new", x="ppl", y="acc", against=("old", "older")),
        """
        source  metric  step  item  value
        new     ppl     1000  web    10.0
        new     ppl     1000  code    1.0
        new     acc     1000  qa     0.50
        old     ppl     1000  web    20.0
        old     ppl     1000  code    9.0
        old     acc     1000  qa     0.40
        older   ppl     1000  web    40.0
        older   acc     1000  qa     0.50
        """,
    )
    assert_rows(
        table,
        """
        source  step  x     y     against  better  label
        new     1000  0.50  0.25  old      True    1,000
        new     1000  0.75  0.00  older    True    1,000
        """,
    )
    assert table.left_out == {"code": "not at every checkpoint of the chart"}


def test_an_optional_source_that_is_missing_is_left_out(table_of, refused, make_definitions):
    results = "\n".join(line for line in STAGES.splitlines() if "older" not in line)
    quadrant = Quadrant(source="new", x="ppl", y="acc", against=("older", "old"))
    rows = table_of(quadrant, results, make_definitions(optional=["older"])).rows
    assert list(rows["against"]) == ["old", "old"]
    assert refused(quadrant, results) == ("source 'older' is not there", False)
    alone = replace(quadrant, against="older")
    assert refused(alone, results, make_definitions(optional=["older"])) == (
        "source 'older' is not there",
        True,
    )


def test_what_is_not_there(refused, make_definitions):
    quadrant = Quadrant(source="new", x="ppl", y="acc", baseline="bridge")
    assert refused(quadrant, STAGES) == (
        "source 'new' has no bridge; it has steps 1000, 2000, 3000",
        False,
    )
    assert refused(replace(quadrant, baseline=("bridge", 500)), STAGES) == (
        "source 'new' has no bridge or step 500; it has steps 1000, 2000, 3000",
        True,
    )
    assert refused(replace(quadrant, baseline={"old": 1000}), STAGES) == (
        "no step is given for source 'new', only for old",
        False,
    )
    apart = """
        source  metric  step  item  value
        new     ppl     1000  web    10.0
        new     acc     1000  qa     0.50
        old     ppl     2000  web    20.0
        old     acc     2000  qa     0.40
    """
    against = Quadrant(source="new", x="ppl", y="acc", against="old")
    reason = "'new' and 'old' have no step in common"
    assert refused(against, apart) == (reason, False)
    assert refused(against, apart, make_definitions(optional=["old"])) == (reason, True)
    assert refused(replace(against, steps=(3000,)), STAGES) == (
        "'new' and 'old' share none of step 3000; they share steps 1000, 2000",
        True,
    )


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"source": "new"}, "needs either `baseline` or `against`"),
        (
            {"source": "new", "baseline": "first", "against": "old"},
            "needs either `baseline` or `against`",
        ),
        (
            {"source": ("new", "old"), "against": "older"},
            "one `source` is compared with those of `against`",
        ),
        ({"source": "new", "against": ("old", "new")}, "`against` names the `source` itself"),
        ({"against": "old"}, "needs the key `source` (here or in `defaults`)"),
    ],
)
def test_parameters_that_make_no_sense(parameters, reason):
    with pytest.raises(ValueError, match=rf"^{re.escape(reason)}$"):
        Quadrant(x="ppl", y="acc", **parameters)


def test_words(definitions, at):
    quadrant = Quadrant(source="new", x="ppl", y="acc", color="acc", baseline="bridge").resolve(at)
    assert quadrant.title(definitions) == (
        "Improvement in macro PPL and macro accuracy against bridge (step 9,000)"
    )
    assert quadrant.axes(definitions) == {
        "x": Axis("Improvement in macro PPL (positive is better)", "+.1%", better="higher"),
        "y": Axis("Improvement in macro accuracy (positive is better)", "+.1%", better="higher"),
        "color": Axis("Macro accuracy (higher is better)", ".1%", better="higher"),
    }
    against = Quadrant(source="new", x="ppl", y="acc", against=("old", "older")).resolve(at)
    assert (
        against.title(definitions)
        == "Improvement in macro PPL and macro accuracy against Old and Older"
    )
    assert against.subtitle(definitions) == "New vs Old vs Older"
