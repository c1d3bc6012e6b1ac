"""What entries name, by the schema of their transform."""

from __future__ import annotations

import pytest

from diagramgen.suite.names import Name, names_in, step_parameters
from diagramgen.transforms import TRANSFORMS


def found(**panel):
    return set(names_in(panel, {key: ("here", key) for key in panel}))


def test_names_of_one_or_several():
    assert found(transform="series", metric="acc", source="run", items="a*", by="domain") == {
        Name("metric", "acc", ("here", "metric"), "acc"),
        Name("source", "run", ("here", "source"), "acc"),
        Name("item", "a*", ("here", "items"), "acc"),
        Name("grouping", "domain", ("here", "by"), "acc"),
    }
    assert found(transform="stage-compare", against=["a", "b"], items=["group:x/y", 3]) == {
        Name("source", "a", ("here", "against", 0)),
        Name("source", "b", ("here", "against", 1)),
        Name("item", "group:x/y", ("here", "items", 0)),
    }
    assert found(transform="snapshot", group="domain") == {
        Name("grouping", "domain", ("here", "group"))
    }


def test_the_items_of_a_measure_are_its_metrics():
    assert found(transform="tradeoff", x="ppl", y={"items": ["a"], "metric": "acc"}) == {
        Name("metric", "ppl", ("here", "x")),
        Name("metric", "acc", ("here", "y", "metric"), "acc"),
        Name("item", "a", ("here", "y", "items", 0), "acc"),
    }


def test_a_mapping_by_source_names_them_in_its_keys():
    assert found(transform="relative", baseline={"run": "first", "old": 3}) == {
        Name("source", "run", ("here", "baseline", "run"), None, "key"),
        Name("source", "old", ("here", "baseline", "old"), None, "key"),
    }
    assert found(transform="series", steps={"run": [1]}) == {
        Name("source", "run", ("here", "steps", "run"), None, "key")
    }


@pytest.mark.parametrize(
    "panel",
    [
        {"source": None, "metric": ["a"], "items": {"a": "b"}, "by": 3},
        {"title": "run", "vegalite": {"metric": "acc"}, "template": "line"},
        {"steps": ["first", 3], "average": "mean"},
        {"nowhere": "run"},
    ],
)
def test_what_is_no_name(panel):
    assert (
        found(transform="series", **panel) - {Name("metric", "a", ("here", "metric", 0))} == set()
    )


def test_parameters_that_are_one_step():
    steps = {name: set(step_parameters(name)) for name in TRANSFORMS}
    assert steps == {
        "series": set(),
        "macro": {"reference"},
        "relative": {"baseline"},
        "delta": {"from", "to"},
        "snapshot": {"step"},
        "domain": set(),
        "support": {"step"},
        "tradeoff": set(),
        "quadrant": {"baseline"},
        "stage-compare": {"step"},
    }
