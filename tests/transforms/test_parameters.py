"""What is made of the names that parameters give."""

import pytest

from diagramgen.transforms.parameters import Measure, said_of
from diagramgen.transforms.words import as_group, named


@pytest.mark.parametrize(
    ("item", "group"),
    [
        ("group:origin/Anchors", ("origin", "Anchors")),
        ("group:origin/HQ/web", ("origin", "HQ/web")),
        ("group:origin", ("origin", "")),
        ("origin/Anchors", None),
        ("math_*", None),
    ],
)
def test_a_group_is_asked_for_by_its_grouping(item, group):
    assert as_group(item) == group


@pytest.mark.parametrize(
    ("measure", "name"),
    [
        (Measure(metric="ppl"), "macro PPL"),
        (Measure(metric="ppl", items="group:origin/core"), "macro PPL of core"),
        (Measure(metric="ppl", items="web", label="loss"), "loss"),
    ],
)
def test_a_measures_name(definitions, measure, name):
    assert measure.name(definitions) == name


def test_names_each_once():
    assert named(None) == ()
    assert named("new") == ("new",)
    assert named(("old", "new", "old")) == ("old", "new")


def test_what_is_said_of_a_source():
    assert said_of("new", 2000) == 2000
    assert said_of("new", {"old": 500, "new": 1000}) == 1000
    assert said_of("new", {"old": 500}) is None
