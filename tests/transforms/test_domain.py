"""`domain`: group averages at several steps."""

from msgspec.structs import replace

from diagramgen.model.metric import Metric
from diagramgen.transforms import Axis
from diagramgen.transforms.domain import Domain

PPL = """
    step  item  value  n    stderr
    1000  web    20.0  100    0.30
    1000  wiki   10.0  300    0.40
    1000  code    4.0   50    0.10
    1000  math    8.0   60    0.20
    2000  web    15.0  100    0.60
    2000  wiki    5.0  300    0.80
    2000  code    2.0   50    0.10
    2000  math    6.0   60    0.20
    9000  web     1.0  100    0.10
    9000  wiki    1.0  300    0.10
    9000  code    1.0   50    0.10
    9000  math    1.0   60    0.10
"""


def test_plain_means_in_the_groupings_order(table_of, assert_rows):
    table = table_of(Domain(source="new", metric="ppl"), PPL)
    assert_rows(
        table,
        """
        source  step  group  value  n    stderr
        new     1000  text    15.0  400    0.25
        new     1000  code     4.0   50    0.10
        new     1000  math     8.0   60    0.20
        new     2000  text    10.0  400    0.50
        new     2000  code     2.0   50    0.10
        new     2000  math     6.0   60    0.20
        """,
    )
    assert table.left_out == {}


def test_weighted_by_n(table_of, assert_rows):
    table = table_of(
        Domain(source="new", metric="acc", average="weighted"),
        """
        metric  step  item  value  n    stderr
        acc     1000  qa     0.30   50    0.07
        acc     1000  copa   0.50  100    0.06
        acc     1000  piqa   0.80  400    0.02
        """,
    )
    # (50 + 320) / 500; sqrt(6 ** 2 + 8 ** 2) / 500.
    assert_rows(
        table,
        """
        source  step  group    value  n    stderr
        new     1000  science   0.30   50    0.07
        new     1000  sense     0.74  500    0.02
        """,
    )


def test_geometric(table_of):
    table = table_of(
        Domain(source="new", metric="ppl", average="geometric"),
        """
        step  item  value
        1000  web     4.0
        1000  wiki    9.0
        1000  code    5.0
        """,
    )
    assert table.rows["value"].round(12).tolist() == [6.0, 5.0]


def test_another_grouping_at_chosen_steps(table_of, assert_rows):
    table = table_of(
        Domain(source="new", metric="ppl", by="origin", steps=("last", 5000), items=("w*", "code")),
        PPL,
    )
    assert_rows(
        table,
        """
        source  step  group  value  n    stderr
        new     2000  core     8.5  150    0.30413812651491096
        new     2000  extra    5.0  300    0.80
        """,
    )


def test_a_group_keeps_only_the_items_of_every_step(table_of, assert_rows):
    table = table_of(
        Domain(source="new", metric="ppl"),
        """
        step  item    value
        1000  web      20.0
        1000  wiki     10.0
        1000  code      4.0
        1000  sports    7.0
        2000  web      15.0
        2000  wiki        -
        """,
    )
    assert_rows(
        table,
        """
        source  step  group  value
        new     1000  text    20.0
        new     2000  text    15.0
        """,
    )
    assert table.left_out == {
        "sports": "in no group of domain",
        "wiki": "not at every checkpoint of the chart",
        "code": "not at every checkpoint of the chart",
    }


def test_two_sources(table_of, assert_rows):
    table = table_of(
        Domain(source=("old", "new"), metric="ppl"),
        """
        source  step  item  value
        old     500   web    40.0
        old     500   code    8.0
        new     1000  web    20.0
        new     1000  wiki   10.0
        new     1000  code    4.0
        """,
    )
    assert_rows(
        table,
        """
        source  step  group  value
        old     500   text    40.0
        old     500   code     8.0
        new     1000  text    20.0
        new     1000  code     4.0
        """,
    )
    assert table.left_out == {"wiki": "not at every checkpoint of the chart"}


def test_interval(table_of, assert_rows):
    # The two-sided 95 % quantile of the normal distribution is 1.959963984540054.
    domain = Domain(source="new", metric="ppl", items="group:domain/text", interval=0.95)
    assert_rows(
        table_of(replace(domain, steps=(1000,)), PPL),
        """
        source  step  group  value  n    stderr  lower               upper
        new     1000  text    15.0  400    0.25  14.510009003864987  15.489990996135013
        """,
    )


def test_what_is_not_there(refused, make_definitions, definitions):
    own = make_definitions(ppl=Metric(read=definitions.metrics["ppl"].read, better="lower"))
    assert refused(Domain(source="new", metric="ppl"), PPL, own) == (
        "there is no grouping 'domain'; there is none",
        False,
    )
    assert refused(Domain(source="new", metric="ppl", by="size"), PPL) == (
        "there is no grouping 'size'; there is domain, origin",
        False,
    )
    ungrouped = """
        source  step  item   value
        old     500   chess   40.0
        new     500   web     40.0
    """
    assert refused(Domain(source=("old", "new"), metric="ppl"), ungrouped) == (
        "no slice has a value at every checkpoint of the chart",
        False,
    )


def test_words(definitions, at):
    domain = Domain(source="new", metric="ppl", average="geometric").resolve(at)
    assert domain.title(definitions) == "PPL by domain"
    assert domain.subtitle(definitions) == "New \N{MIDDLE DOT} geometric mean over slices"
    assert domain.axes(definitions) == {
        "value": Axis("PPL (lower is better)", ".2f", better="lower")
    }
