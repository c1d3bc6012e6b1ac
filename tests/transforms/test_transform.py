"""What every transform has: its parameters as written, and with steps that are there."""

import pytest
from msgspec.structs import asdict

from diagramgen.errors import Unavailable
from diagramgen.transforms import Axis, Table
from diagramgen.transforms.delta import Delta
from diagramgen.transforms.items import Items, ResolvedItems
from diagramgen.transforms.parameters import Measure
from diagramgen.transforms.quadrant import Quadrant
from diagramgen.transforms.selection import tidy
from diagramgen.transforms.series import Series
from diagramgen.transforms.snapshot import Snapshot
from diagramgen.transforms.stage_compare import StageCompare
from diagramgen.transforms.support import Support

CHECKPOINTS = """
    source  step  item  value
    old     500   web    40.0
    old     1000  web    30.0
    new     1000  web    20.0
    new     9000  web    10.0
"""
BOTH = Series(source=("old", "new"), metric="ppl")


@pytest.fixture
def two(make_results, make_checkpoints, definitions):
    """Checkpoints: `old` at 500 and 1000, `new` at 1000 and its bridge 9000."""
    return make_checkpoints(make_results(CHECKPOINTS), definitions)


@pytest.mark.parametrize(
    ("choice", "default", "steps"),
    [
        ("first", None, {"old": 500, "new": 1000}),
        (("bridge", "last"), None, {"old": 1000, "new": 9000}),
        ({"old": 500, "new": "bridge"}, None, {"old": 500, "new": 9000}),
        ({"old": 500}, "last", {"old": 500, "new": 1000}),
        (None, "first", {"old": 500, "new": 1000}),
    ],
)
def test_the_step_that_is_meant_in_each_source(two, choice, default, steps):
    assert BOTH.pick(choice, two, default) == steps


def test_a_source_for_which_no_step_is_given(two):
    with pytest.raises(Unavailable) as err:
        BOTH.pick({"old": 500, "older": 1}, two)
    assert str(err.value) == "no step is given for source 'new', only for old, older"
    assert not err.value.skip
    with pytest.raises(Unavailable, match=r"^no step is given for source 'old', only for none$"):
        BOTH.pick(None, two)


@pytest.mark.parametrize(
    ("steps", "kept"),
    [
        (None, {"old": (500, 1000), "new": (1000,)}),
        (("last", 500), {"old": (500, 1000), "new": (1000,)}),
        ({"old": (500,)}, {"old": (500,), "new": (1000,)}),
    ],
)
def test_the_steps_of_a_filter_in_each_source(two, steps, kept):
    assert BOTH.keep(steps, two) == kept


def test_a_transform_stays_as_it_is_written(transform, at):
    before = asdict(transform)
    resolved = transform.resolve(at)
    assert resolved.asked is transform
    assert asdict(transform) == before
    assert not callable(transform)
    assert transform.resolve(at) == resolved


@pytest.mark.parametrize(
    ("transform", "found", "names"),
    [
        (Series(source="new", metric="ppl"), {"steps": {"new": (1000, 2000, 3000)}}, {}),
        (
            Delta(source=("old", "new"), metric="ppl", to=2000),
            {"from": {"old": 500, "new": 1000}, "to": {"old": 2000, "new": 2000}},
            {"to": 2000},
        ),
        (
            Delta(source="new", metric="ppl", from_="bridge", each="step", steps=("last",)),
            {"from": {"new": 9000}, "steps": {"new": (3000,)}},
            {"from": 9000},
        ),
        (Snapshot(source="new", metric="ppl"), {"step": {"new": 3000}}, {"step": 3000}),
        (
            Snapshot(source="new", metric="ppl", steps=(1000, 7)),
            {"steps": {"new": (1000,)}},
            {},
        ),
        (
            Quadrant(source="new", x="ppl", y=Measure(metric="acc"), against="old"),
            {"against": ("old",), "steps": {"old": (1000, 2000), "new": (1000, 2000)}},
            {},
        ),
        (
            StageCompare(source="new", metric="ppl", against="old", view="at", step=(1000, 500)),
            {"against": ("old",), "step": {"old": 1000, "new": 1000}},
            {"step": 1000},
        ),
    ],
)
def test_parameters_name_what_was_found_in_place_of_what_was_asked(transform, found, names, at):
    resolved = transform.resolve(at)
    written = transform.parameters()
    assert list(resolved.parameters()) == list(written)
    assert resolved.parameters() == written | found
    assert resolved.step_names() == names


def test_parameters_have_the_names_that_suites_use():
    assert Delta(source="new", metric="ppl", to=(5, "last")).parameters() == {
        "source": "new", "metric": "ppl", "items": None, "by": None, "average": None,
        "steps": None, "from": "first", "to": (5, "last"), "each": None, "of": "items",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("transform", "names"),
    [
        (Series(source="new", metric="ppl"), ()),
        (Series(source="new", metric="ppl", by="origin"), ("origin",)),
        (Snapshot(source="new", metric="ppl", group="origin"), ("origin",)),
        (Support(source="new", metric="ppl", group="domain"), ("domain",)),
        (Support(source="new", metric="ppl", by="domain", group="origin"), ("domain", "origin")),
        (Quadrant(source="new", x="ppl", y="acc", baseline="first"), ()),
    ],
)
def test_the_groupings_that_it_asks_for(transform, names):
    assert transform.groupings() == names


def test_sources_that_are_not_there_are_not_among_those_that_are_read(
    make_definitions, make_results, make_checkpoints
):
    definitions = make_definitions(optional=("older",))
    at = make_checkpoints(make_results(CHECKPOINTS), definitions)
    for asked, sources in (
        (Quadrant(source="new", x="ppl", y="ppl", against=("older", "old")), ("new", "old")),
        (
            StageCompare(source="new", metric="ppl", against=("older", "old"), view="trend"),
            ("old", "new"),
        ),
    ):
        resolved = asked.resolve(at)
        assert resolved.sources() == sources
        assert resolved.parameters()["against"] == ("old",)
        assert set(asked.sources()) == {"new", "old", "older"}


class Gain(Items, frozen=True, kw_only=True, tag="gain", tag_field="transform"):
    """The last value of each item minus its first."""

    template = "delta-bar"

    def columns(self):
        return super().columns() - {"step", "n", "stderr"}

    def resolve(self, at):
        return ResolvedGain(self, self.keep(("first", "last"), at))


class ResolvedGain(ResolvedItems[Gain]):
    """The difference between the ends that are there."""

    def __call__(self, results, definitions):
        rows, left_out = self.rows(results, definitions)
        ends = rows.groupby(["source", "item"], observed=True, sort=False)["value"]
        gains = (ends.last(skipna=False) - ends.first(skipna=False)).reset_index()
        return Table(tidy(gains), left_out)

    def title(self, definitions):
        return f"{self.asked.about(definitions)}: last minus first"

    def axes(self, definitions):
        return {"value": self.asked.axis(definitions, signed=True)}


def test_a_transform_of_ones_own(make_results, make_checkpoints, definitions, assert_rows):
    results = make_results("""
        step  item  value
        1000  web    20.0
        1000  wiki    8.0
        1000  code    4.0
        2000  web    19.0
        3000  web    15.0
        3000  wiki   10.0
        9000  web     1.0
    """)
    gain = Gain(source="new", metric="ppl").resolve(make_checkpoints(results, definitions))
    assert_rows(
        gain(results, definitions),
        """
        source  item  value
        new     web   -5.0
        new     wiki   2.0
        new     code     -
        """,
    )
    assert gain.read_steps() == {"new": {1000, 3000}}
    assert gain.title(definitions) == "PPL by slice: last minus first"
    assert gain.axes(definitions) == {"value": Axis("Change in PPL", "+.2f", better="lower")}


class Untitled(ResolvedItems[Series]):
    def __call__(self, results, definitions):
        return Table(results[definitions])


def test_a_resolved_form_without_one_of_its_methods_is_told_at_once(at):
    with pytest.raises(TypeError, match=r"^Can't instantiate abstract class Untitled .*title"):
        Untitled(BOTH, BOTH.keep(None, at))
