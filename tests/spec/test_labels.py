"""Labels beside points, thinned where they would cover one another."""

import copy

import pandas as pd
import pytest

from diagramgen.spec.labels import thin_labels

X, Y = {"field": "x", "type": "quantitative"}, {"field": "y", "type": "quantitative"}
TEXT = {"field": "label", "type": "nominal"}
VALID = {"filter": "isValid(datum.label)"}


@pytest.fixture
def shown():
    """The filter of the labels of a path through some (step, x, y), None where all are shown.

    The plot has 100 by 100 pixels; a letter is 5 wide.
    """

    def call(*points, source="run", x=X, y=Y, more=()):
        rows = pd.DataFrame(list(points), columns=["step", "x", "y"])
        rows = pd.concat([rows.assign(source=source), *more], ignore_index=True)
        rows = rows.assign(label=[f"{step:,}" for step in rows["step"]])
        labels = {"mark": {"type": "text"}, "transform": [VALID], "encoding": {"text": TEXT}}
        view = {
            "width": 100, "height": 100, "encoding": {"x": x, "y": y},
            "layer": [{"mark": {"type": "point"}}, copy.deepcopy(labels), labels],
        }  # fmt: skip
        thin_labels(view, rows, 5)
        assert view["layer"][1] == view["layer"][2]
        first, *rest = view["layer"][1]["transform"]
        assert first == VALID
        return rest[0]["filter"] if rest else None

    return call


def only(*names):
    listed = ", ".join(f'"{name}"' for name in names)
    return f"indexof([{listed}], datum.source + '|' + datum.step) >= 0"


def test_labels_with_room_are_all_shown(shown):
    assert shown((1, 0, 0), (2, 50, 50), (3, 100, 100)) is None


def test_the_ends_of_a_path_go_first_then_later_steps(shown):
    near = [(1, 0, 0), (2, 1, 1), (3, 50, 50), (4, 51, 51), (5, 100, 100), (6, 99, 99)]
    assert shown(*near) == only("run|1", "run|4", "run|6")


def test_a_label_may_stand_close_above_another(shown):
    """A label is 13 pixels high: at 14 above there is room, at 12 there is not."""
    assert shown((1, 0, 0), (2, 0, 14), (3, 100, 100)) is None
    assert shown((1, 0, 0), (2, 0, 12), (3, 100, 100)) == only("run|1", "run|3")


def test_a_longer_label_needs_more_room(shown):
    assert shown((1, 0, 0), (2, 6, 0), (3, 100, 100)) is None
    assert shown((1000, 0, 0), (2000, 6, 0), (3000, 100, 100)) == only("run|1000", "run|3000")


def test_padding_leaves_less_room(shown):
    padded = X | {"scale": {"padding": 40}}
    assert shown((1, 0, 0), (2, 6, 0), (3, 100, 100), x=padded) == only("run|1", "run|3")


def test_points_on_a_log_axis(shown):
    points = [(1, 10, 0), (2, 100, 0), (3, 100_000, 100)]
    assert shown(*points) == only("run|1", "run|3")
    assert shown(*points, x=X | {"scale": {"type": "log"}}) is None


def test_each_source_has_its_ends(shown):
    old = pd.DataFrame({"step": [1, 2], "x": [0, 1], "y": [50, 51], "source": "old"})
    found = shown((7, 0, 0), (8, 1, 1), (9, 100, 100), more=[old])
    assert found == only("run|7", "run|9", "old|2")


def test_points_that_are_missing_or_alone(shown):
    assert shown((1, 5, 5)) is None
    assert shown((1, float("nan"), 5), (2, 5, 5)) is None
    assert shown((1, float("nan"), 5)) is None


def test_other_layers_stay():
    view = {"width": 9, "height": 9, "layer": [{"encoding": {"x": X, "y": Y, "text": X}}]}
    before = copy.deepcopy(view)
    thin_labels(view, pd.DataFrame({"x": [1, 1], "y": [1, 1], "step": [1, 2]}), 5)
    assert view == before
