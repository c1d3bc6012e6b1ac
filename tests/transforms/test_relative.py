"""`relative`: improvement against a baseline checkpoint, as a fraction."""

import pytest
from msgspec.structs import replace

from diagramgen.model.metric import Metric
from diagramgen.transforms import Axis
from diagramgen.transforms.relative import Relative

PPL = """
    step  item  value
    1000  web    20.0
    1000  wiki   10.0
    1000  code    4.0
    2000  web    15.0
    2000  wiki   10.0
    2000  code    5.0
    3000  web    10.0
    3000  wiki    8.0
    3000  code    3.0
    9000  web    25.0
    9000  wiki   16.0
    9000  code    8.0
"""


def test_lower_is_better(table_of, assert_rows):
    table = table_of(Relative(source="new", metric="ppl", baseline="first"), PPL)
    assert_rows(
        table,
        """
        source  step  item  value  from_step  reference
        new     1000  web    0.00       1000          0
        new     1000  wiki   0.00       1000          0
        new     1000  code   0.00       1000          0
        new     2000  web    0.25       1000          0
        new     2000  wiki   0.00       1000          0
        new     2000  code  -0.25       1000          0
        new     3000  web    0.50       1000          0
        new     3000  wiki   0.20       1000          0
        new     3000  code   0.25       1000          0
        """,
    )
    assert table.left_out == {}


def test_higher_is_better(table_of, assert_rows):
    table = table_of(
        Relative(source="new", metric="acc", baseline=1000),
        """
        metric  step  item  value
        acc     1000  qa     0.40
        acc     1000  copa   0.80
        acc     2000  qa     0.50
        acc     2000  copa   0.60
        """,
    )
    assert_rows(
        table,
        """
        source  step  item  value  from_step  reference
        new     1000  qa     0.00       1000          0
        new     1000  copa   0.00       1000          0
        new     2000  qa     0.25       1000          0
        new     2000  copa  -0.25       1000          0
        """,
    )


@pytest.mark.parametrize(
    ("baseline", "step", "values"),
    [
        ("bridge", 9000, [0.2, 0.4, 0.6]),
        (9000, 9000, [0.2, 0.4, 0.6]),
        (("bridge", 1000), 9000, [0.2, 0.4, 0.6]),
        ((500, 1000), 1000, [0.0, 0.25, 0.5]),
        ((500, "first"), 1000, [0.0, 0.25, 0.5]),
        ("last", 3000, [-1.0, -0.5, 0.0]),
        ({"new": 1000, "old": 5}, 1000, [0.0, 0.25, 0.5]),
    ],
)
def test_baselines(table_of, baseline, step, values):
    rows = table_of(Relative(source="new", metric="ppl", items="web", baseline=baseline), PPL).rows
    assert list(rows["step"]) == [1000, 2000, 3000]
    assert list(rows["from_step"]) == [step] * 3
    assert list(rows["value"]) == pytest.approx(values, abs=1e-15)


def test_the_baseline_need_not_be_among_the_steps_to_keep(table_of, assert_rows):
    relative = Relative(
        source="new", metric="ppl", items=("code", "web"), steps=(3000,), baseline="first"
    )
    assert_rows(
        table_of(relative, PPL),
        """
        source  step  item  value  from_step  reference
        new     3000  web    0.50       1000          0
        new     3000  code   0.25       1000          0
        """,
    )


def test_a_single_step_is_its_own_baseline(table_of, assert_rows):
    assert_rows(
        table_of(
            Relative(source="new", metric="ppl", baseline="first"),
            """
            step  item  value
            1000  web    20.0
            """,
        ),
        """
        source  step  item  value  from_step  reference
        new     1000  web     0.0       1000          0
        """,
    )


def test_a_missing_value_or_baseline_is_a_gap(table_of, assert_rows):
    table = table_of(
        Relative(source="new", metric="ppl", baseline=1000),
        """
        step  item  value
        1000  web    20.0
        1000  wiki      -
        2000  web       -
        2000  wiki   10.0
        2000  code    5.0
        3000  web    10.0
        """,
    )
    assert_rows(
        table,
        """
        source  step  item  value  from_step  reference
        new     1000  web     0.0       1000          0
        new     1000  wiki      -       1000          0
        new     1000  code      -       1000          0
        new     2000  web       -       1000          0
        new     2000  wiki      -       1000          0
        new     2000  code      -       1000          0
        new     3000  web     0.5       1000          0
        new     3000  wiki      -       1000          0
        new     3000  code      -       1000          0
        """,
    )


def test_a_baseline_of_zero_has_no_fraction(table_of, assert_rows):
    table = table_of(
        Relative(source="new", metric="acc", baseline="first"),
        """
        metric  step  item  value
        acc     1000  qa     0.00
        acc     1000  copa   0.50
        acc     2000  qa     0.30
        acc     2000  copa   0.75
        """,
    )
    assert_rows(
        table,
        """
        source  step  item  value  from_step  reference
        new     1000  qa        -       1000          0
        new     1000  copa   0.00       1000          0
        new     2000  qa        -       1000          0
        new     2000  copa   0.50       1000          0
        """,
    )
    assert table.left_out == {"qa": "its baseline is 0"}


@pytest.mark.parametrize(("better", "value"), [("higher", 0.5), ("lower", -0.5)])
def test_positive_is_better_below_zero_too(table_of, make_definitions, definitions, better, value):
    own = make_definitions(gain=Metric(read=definitions.metrics["ppl"].read, better=better))
    results = """
        metric  step  item  value
        gain    1000  a      -2.0
        gain    2000  a      -1.0
    """
    rows = table_of(Relative(source="new", metric="gain", baseline="first"), results, own).rows
    assert list(rows["value"]) == [0.0, value]


def test_macro_compares_averages(table_of, assert_rows):
    # Over web, wiki and code: 34 / 3, 30 / 3, 21 / 3 against 49 / 3.
    table = table_of(Relative(source="new", metric="ppl", of="macro", baseline="bridge"), PPL)
    assert_rows(
        table,
        """
        source  step  value                from_step  reference
        new     1000  0.30612244897959184       9000          0
        new     2000  0.3877551020408163        9000          0
        new     3000  0.5714285714285714        9000          0
        """,
    )


def test_macro_averages_what_the_baseline_has_too(table_of, assert_rows):
    table = table_of(
        Relative(source="new", metric="ppl", of="macro", baseline="bridge"),
        """
        step  item  value
        1000  web    20.0
        1000  wiki   10.0
        2000  web    15.0
        2000  wiki    5.0
        9000  web    25.0
        """,
    )
    assert_rows(
        table,
        """
        source  step  value  from_step  reference
        new     1000    0.2       9000          0
        new     2000    0.4       9000          0
        """,
    )
    assert table.left_out == {"wiki": "not at every checkpoint of the chart"}


def test_macro_with_a_baseline_of_zero(table_of):
    table = table_of(
        Relative(source="new", metric="acc", of="macro", baseline="first"),
        """
        metric  step  item  value
        acc     1000  qa     0.00
        acc     2000  qa     0.30
        """,
    )
    assert table.rows["value"].isna().all()
    assert table.left_out == {"new": "its baseline is 0"}


def test_by_with_a_baseline_of_zero(table_of):
    table = table_of(
        Relative(source="new", metric="acc", by="domain", baseline="first"),
        """
        metric  step  item  value
        acc     1000  qa     0.00
        acc     1000  copa   0.50
        acc     2000  qa     0.30
        acc     2000  copa   0.75
        """,
    )
    assert list(table.rows["group"]) == ["science", "sense"] * 2
    assert list(table.rows["value"].isna()) == [True, False, True, False]
    assert table.left_out == {"science": "its baseline is 0"}


@pytest.mark.parametrize("of", ["items", "macro"])
def test_by_compares_the_groups_averages(table_of, assert_rows, of):
    # text: 15, 12.5, 9; code: 4, 5, 3.
    table = table_of(
        Relative(source="new", metric="ppl", by="domain", of=of, baseline="first"), PPL
    )
    assert_rows(
        table,
        """
        source  step  group  value                from_step  reference
        new     1000  text    0.0                      1000          0
        new     1000  code    0.0                      1000          0
        new     2000  text    0.16666666666666666      1000          0
        new     2000  code   -0.25                     1000          0
        new     3000  text    0.4                      1000          0
        new     3000  code    0.25                     1000          0
        """,
    )


def test_by_with_a_weighted_average(table_of, assert_rows):
    # sense: (0.4 * 100 + 0.8 * 300) / 400 = 0.7, then (0.4 * 100 + 0.98 * 300) / 400 = 0.835.
    table = table_of(
        Relative(source="new", metric="acc", by="domain", average="weighted", baseline="first"),
        """
        metric  step  item  value  n
        acc     1000  qa     0.50   10
        acc     1000  copa   0.40  100
        acc     1000  piqa   0.80  300
        acc     2000  qa     0.40   10
        acc     2000  copa   0.40  100
        acc     2000  piqa   0.98  300
        """,
    )
    assert_rows(
        table,
        """
        source  step  group    value                from_step  reference
        new     1000  science   0.0                      1000          0
        new     1000  sense     0.0                      1000          0
        new     2000  science  -0.2                      1000          0
        new     2000  sense     0.19285714285714287      1000          0
        """,
    )


TWO = """
    source  step  item  value
    old     500   web    40.0
    old     1000  web    30.0
    new     1000  web    20.0
    new     2000  web    10.0
"""


def test_each_source_has_its_own_baseline(table_of, assert_rows):
    relative = Relative(source=("old", "new"), metric="ppl", baseline="first")
    assert_rows(
        table_of(relative, TWO),
        """
        source  step  item  value  from_step  reference
        old     500   web    0.00        500          0
        old     1000  web    0.25        500          0
        new     1000  web    0.00       1000          0
        new     2000  web    0.50       1000          0
        """,
    )
    assert_rows(
        table_of(replace(relative, baseline={"old": 1000, "new": "last"}, of="macro"), TWO),
        """
        source  step  value                from_step  reference
        old     500   -0.3333333333333333       1000          0
        old     1000   0.0                      1000          0
        new     1000  -1.0                      2000          0
        new     2000   0.0                      2000          0
        """,
    )


def test_what_is_not_there(refused, make_definitions):
    both = Relative(source=("old", "new"), metric="ppl", baseline=500)
    reason = "source 'new' has no step 500; it has steps 1000, 2000"
    assert refused(both, TWO) == (reason, False)
    assert refused(both, TWO, make_definitions(optional=["new"])) == (reason, True)
    assert refused(both, TWO, make_definitions(optional=["old"])) == (reason, False)
    assert refused(replace(both, baseline=("bridge", 500)), TWO) == (
        "source 'new' has no bridge or step 500; it has steps 1000, 2000",
        True,
    )
    assert refused(replace(both, baseline={"old": 500}), TWO) == (
        "no step is given for source 'new', only for old",
        False,
    )


def test_words(definitions, make_checkpoints, make_results):
    at = make_checkpoints(make_results(PPL), definitions)
    relative = Relative(source="new", metric="ppl", of="macro", baseline=("bridge",)).resolve(at)
    assert relative.title(definitions) == "Macro PPL: improvement against bridge (step 9,000)"
    assert relative.axes(definitions) == {
        "value": Axis("Improvement in PPL (positive is better)", "+.1%", better="higher")
    }
    assert relative.subtitle(definitions) == "New \N{MIDDLE DOT} plain mean over slices"
    by_slice = Relative(source="new", metric="ppl", baseline="first").resolve(at)
    assert by_slice.title(definitions) == "PPL by slice: improvement against step 1,000"
    assert by_slice.subtitle(definitions) == "New"
    by_domain = replace(by_slice.asked, by="domain", average="geometric").resolve(at)
    assert by_domain.title(definitions) == "PPL by domain: improvement against step 1,000"
    assert by_domain.subtitle(definitions) == "New \N{MIDDLE DOT} geometric mean over slices"
