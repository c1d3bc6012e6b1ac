"""Which of the steps that are there a chart means."""

import pytest

from diagramgen.errors import Unavailable
from diagramgen.model.checkpoints import Checkpoints

AT = Checkpoints(
    steps={
        ("new", "ppl"): (0, 1000, 2000, 3000),
        ("new", "acc"): (1000, 3000, 4000),
        ("old", "ppl"): (500, 1000, 2000),
        ("older", "ppl"): (2000, 70000),
        ("bare", "ppl"): (),
    },
    bridges={("new", "ppl"): 9000, ("new", "acc"): 9000, ("bare", "ppl"): 8000},
    missing={"gone": "source 'gone' is not there", "lost": "source 'lost' is not there"},
    optional=frozenset({"old", "gone"}),
)


def reason(function, *args):
    with pytest.raises(Unavailable) as err:
        function(*args)
    return str(err.value), err.value.skip


def test_steps_of_a_source():
    assert AT.of("new", "ppl") == (0, 1000, 2000, 3000)
    assert AT.of("new", "ppl", "acc") == (1000, 3000)
    assert AT.there("new", "ppl", "acc")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (("old", "ppl", "acc"), ("source 'old' has no checkpoint with ppl and acc", True)),
        (("older", "acc"), ("source 'older' has no checkpoint with acc", False)),
        (("bare", "ppl"), ("source 'bare' has no checkpoint with ppl", False)),
        (("gone", "ppl"), ("source 'gone' is not there", True)),
        (("lost", "ppl"), ("source 'lost' is not there", False)),
    ],
)
def test_a_source_without_steps(asked, expected):
    assert reason(AT.of, *asked) == expected
    assert not AT.there(*asked)


@pytest.mark.parametrize(
    ("ref", "source", "metrics", "step"),
    [
        ("first", "new", ["ppl"], 0),
        ("last", "new", ["ppl"], 3000),
        ("first", "new", ["ppl", "acc"], 1000),
        ("last", "new", ["acc"], 4000),
        (2000, "new", ["ppl"], 2000),
        (2000, "new", ["ppl", "acc"], None),
        ("bridge", "new", ["ppl", "acc"], 9000),
        (9000, "new", ["ppl"], 9000),
        ("bridge", "old", ["ppl"], None),
        (9000, "old", ["ppl"], None),
        ("bridge", "bare", ["ppl"], 8000),
        ("last", "bare", ["ppl"], None),
    ],
)
def test_find(ref, source, metrics, step):
    assert AT.find(ref, source, *metrics) == step


def test_a_bridge_that_only_one_of_the_metrics_has_is_none():
    half = AT._replace(bridges={("new", "ppl"): 9000})
    assert half.find("bridge", "new", "ppl") == 9000
    assert half.find("bridge", "new", "ppl", "acc") is None
    assert half.find(9000, "new", "ppl", "acc") is None


@pytest.mark.parametrize(
    ("choice", "step"),
    [
        (1000, 1000),
        (0, 0),
        ((5, 2000, 1000), 2000),
        (("bridge", 1000), 9000),
        ((5, "first"), 0),
        ((9000, "last"), 9000),
    ],
)
def test_of_a_list_the_first_that_is_there_is_picked(choice, step):
    assert AT.pick(choice, "new", "ppl") == step


@pytest.mark.parametrize(
    ("choice", "source", "expected"),
    [
        (5, "new", ("source 'new' has no step 5; it has steps 0, 1000, 2000, 3000", False)),
        (
            (5, 6, "bridge"),
            "older",
            ("source 'older' has no step 5 or step 6 or bridge; it has steps 2000, 70000", True),
        ),
        ("bridge", "older", ("source 'older' has no bridge; it has steps 2000, 70000", False)),
        ("bridge", "old", ("source 'old' has no bridge; it has steps 500, 1000, 2000", True)),
        ("first", "bare", ("source 'bare' has no first step; it has no steps", False)),
        ("first", "gone", ("source 'gone' is not there", True)),
        ((1, "first"), "lost", ("source 'lost' is not there", False)),
    ],
)
def test_nothing_to_pick(choice, source, expected):
    assert reason(AT.pick, choice, source, "ppl") == expected


def test_a_long_list_of_steps_is_cut_in_the_reason():
    many = AT._replace(steps={("new", "ppl"): tuple(range(100, 114))})
    assert reason(many.pick, 5, "new", "ppl")[0] == (
        "source 'new' has no step 5; it has steps 100, 101, 102, 103, 104, 105, ..., "
        "109, 110, 111, 112, 113"
    )


@pytest.mark.parametrize(
    ("refs", "steps"),
    [
        (None, (0, 1000, 2000, 3000)),
        ((2000, 1000), (1000, 2000)),
        (("last", 2000, "first"), (0, 2000, 3000)),
        ((1000, 1500), (1000,)),
        ((1000, 9000), (1000,)),
        ((1000, "bridge"), (1000, 9000)),
        (("bridge",), (9000,)),
    ],
)
def test_a_filter_keeps_the_steps_that_are_there(refs, steps):
    assert AT.pick_all(refs, "new", "ppl") == steps


@pytest.mark.parametrize(
    ("refs", "source", "expected"),
    [
        (
            (5, 9000),
            "new",
            ("source 'new' has none of step 5, step 9000; it has steps 0, 1000, 2000, 3000", True),
        ),
        (
            ("bridge",),
            "older",
            ("source 'older' has none of bridge; it has steps 2000, 70000", True),
        ),
        (None, "bare", ("source 'bare' has no checkpoint with ppl", False)),
        ((1000,), "lost", ("source 'lost' is not there", False)),
    ],
)
def test_a_filter_that_keeps_nothing(refs, source, expected):
    assert reason(AT.pick_all, refs, source, "ppl") == expected


def test_overlap():
    assert AT.overlap(["old", "new"], "ppl") == (1000, 2000)
    assert AT.overlap(["old", "new", "older"], "ppl") == (2000,)
    apart = AT._replace(steps=AT.steps | {("older", "ppl"): (7,), ("new", "ppl"): (8,)})
    assert reason(apart.overlap, ["older", "new"], "ppl") == (
        "'older' and 'new' have no step in common",
        False,
    )
    assert reason(apart.overlap, ["old", "new"], "ppl") == (
        "'old' and 'new' have no step in common",
        True,
    )
    assert reason(apart.overlap, ["new", "lost"], "ppl") == ("source 'lost' is not there", False)


@pytest.mark.parametrize(
    ("refs", "steps"),
    [
        (None, (1000, 2000)),
        ((2000, 1000, 500), (1000, 2000)),
        (("first",), (1000,)),
        (("last", 3000), (2000,)),
    ],
)
def test_shared_steps(refs, steps):
    assert AT.pick_shared(refs, ["old", "new"], "ppl") == steps


def test_no_shared_step_of_a_filter():
    assert reason(AT.pick_shared, (500, "bridge"), ["older", "new"], "ppl") == (
        "'older' and 'new' share none of step 500, bridge; they share steps 2000",
        True,
    )


@pytest.mark.parametrize(
    ("choice", "step"),
    [
        ("last", 2000),
        ("first", 1000),
        (1000, 1000),
        ((1000, 2000), 2000),
        ((2000, 1000), 1000),
        ((1000, 3000), 1000),
        ((500, 3000), 2000),
        (("bridge",), 2000),
        ((), 2000),
    ],
)
def test_of_a_list_the_last_that_all_have_else_the_largest_overlap_step(choice, step):
    assert AT.pick_overlap(choice, ["old", "new"], "ppl") == step


def test_one_step_that_is_not_shared():
    assert reason(AT.pick_overlap, 1000, ["older", "new"], "ppl") == (
        "'older' and 'new' do not share step 1000; they share steps 2000",
        False,
    )
    assert reason(AT.pick_overlap, 3000, ["old", "new"], "ppl") == (
        "'old' and 'new' do not share step 3000; they share steps 1000, 2000",
        True,
    )
    assert reason(AT.pick_overlap, (1000,), ["new", "bare"], "ppl") == (
        "source 'bare' has no checkpoint with ppl",
        False,
    )


def test_present_sources():
    assert AT.present(["old", "new"]) == ("old", "new")
    assert AT.present(["gone", "new"]) == ("new",)
    assert reason(AT.present, ["gone"]) == ("source 'gone' is not there", True)
    assert reason(AT.present, ["lost", "new"]) == ("source 'lost' is not there", False)
    assert reason(AT.present, ["gone", "lost"]) == ("source 'gone' is not there", True)
