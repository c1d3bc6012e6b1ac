"""Labels beside points, and the names of lines of reference, where they cover nothing."""

import copy

import pandas as pd
import pytest

from diagramgen.spec.labels import place_labels, place_reference

X, Y = {"field": "x", "type": "quantitative"}, {"field": "y", "type": "quantitative"}
TEXT = {"field": "label", "type": "nominal"}
VALID = {"filter": "isValid(datum.label)"}


@pytest.fixture
def shown():
    """The labels of a path through some (step, x, y): at which side of their points they stand.

    The plot has 400 by 400 pixels, and 20 beyond the outermost points.
    """

    def call(*points, source="run", x=X, y=Y, more=()):
        rows = pd.DataFrame(list(points), columns=["step", "x", "y"])
        rows = pd.concat([rows.assign(source=source), *more], ignore_index=True)
        rows = rows.assign(label=[f"{step:,}" for step in rows["step"]])
        labels = {"mark": {"type": "text"}, "transform": [VALID], "encoding": {"text": TEXT}}
        padding = {"padding": 20, "zero": False, "nice": False}
        x, y = ({**axis, "scale": padding | axis.get("scale", {})} for axis in (x, y))
        view = {
            "width": 400, "height": 400, "encoding": {"x": x, "y": y},
            "layer": [{"mark": {"type": "point"}}, copy.deepcopy(labels), labels],
        }  # fmt: skip
        place_labels(view, rows, 11.5)
        assert view["layer"][1] == view["layer"][2]
        values = view["layer"][1]["data"]["values"]
        return {row["label"]: f"{row['baseline']} {row['align']}" for row in values}

    return call


# The alignment of the text is that of its other end: `left` stands to the right of its point.


def test_labels_with_room_stand_above_to_the_right(shown):
    """The line goes down to the right, so that it crosses none of them."""
    found = shown((1, 0, 100), (2, 50, 50), (3, 100, 0))
    assert found == {"1": "bottom left", "2": "bottom left", "3": "bottom left"}


def test_a_label_that_a_line_would_cross_goes_to_another_side(shown):
    assert shown((1, 0, 0), (2, 50, 50), (3, 100, 100))["2"] == "top left"


def test_a_label_covers_no_other_point(shown):
    """The second point is 10 pixels to the right of the first, where its label would be."""
    found = shown((1, 0, 0), (2, 3, 0), (3, 100, 100))
    assert found["1"].endswith(("right", "center"))


def test_the_ends_of_a_path_go_first_then_later_steps(shown):
    crowd = [(step, 50 + step % 5, 50 + step // 5) for step in range(10, 30)]
    found = shown((1, 0, 0), *crowd, (99, 52, 53), (100, 53, 52))
    assert "1" in found
    assert "100" in found
    assert len(found) < 23


def test_where_there_is_no_room_a_label_is_left_out(shown):
    points = [(step, 50 + step % 7 * 0.5, 50 + step // 7 * 0.5) for step in range(49)]
    found = shown((99, 0, 0), *points, (100, 100, 100))
    assert "24" not in found  # in the middle of the others


def test_a_label_stays_within_the_plot(shown):
    long = 1_000_000_000
    found = shown((1, 0, 0), (long, 100, 50), (2, 50, 100))
    assert found["1,000,000,000"].endswith("right")


def test_points_on_a_log_axis_are_far_apart_where_their_ratios_are(shown):
    points = [(1, 10, 0), (2, 12, 0), (3, 100_000, 100)]
    log = X | {"scale": {"type": "log"}}
    assert "1" in shown(*points, x=log)


def test_each_source_has_its_ends(shown):
    old = pd.DataFrame({"step": [1, 2], "x": [0, 90], "y": [50, 70], "source": "old"})
    found = shown((7, 0, 0), (8, 40, 10), (9, 100, 100), more=[old])
    assert set(found) == {"7", "8", "9", "1", "2"}


def test_a_view_without_labels_stays_as_it_is():
    view = {"width": 9, "height": 9, "layer": [{"mark": "point", "encoding": {"x": X, "y": Y}}]}
    before = copy.deepcopy(view)
    place_labels(view, pd.DataFrame({"step": [1], "x": [1.0], "y": [1.0], "label": ["a"]}), 11.5)
    assert view == before


@pytest.fixture
def corner():
    """At which end of its line the name of a reference stands, and above or below."""

    def call(values, reference):
        y = {"type": "quantitative", "scale": {"zero": False, "nice": False}}
        name = {"type": "text", "style": "reference-label"}
        view = {
            "width": 400,
            "height": 400,
            "layer": [
                {"mark": "line", "encoding": {"y": y | {"field": "value"}}},
                {
                    "mark": name,
                    "encoding": {"y": y | {"field": "reference"}, "x": {"value": "width"}},
                },
            ],
        }
        rows = {"step": range(len(values)), "value": values, "reference": reference}
        left_out = place_reference(view, pd.DataFrame(rows | {"label": "the end of Stage 1"}), 11.5)
        if left_out:
            assert len(view["layer"]) == 1
            return left_out
        found = view["layer"][1]
        return found["encoding"]["x"]["value"], found["mark"]["baseline"]

    return call


def test_a_line_of_reference_is_named_above_its_right_end(corner):
    assert corner([100, 1, 2, 3, 4], 50) == ("width", "bottom")


def test_where_a_line_crosses_the_name_it_goes_to_a_free_corner(corner):
    """The first comes down to the right end of the reference, the second goes through it."""
    assert corner([0, 100, 100, 100, 51], 50) == ("width", "top")
    assert corner([100, 100, 0, 45, 55], 50) == (0, "bottom")


def test_where_every_corner_is_crossed_the_name_is_left_out_and_given_back(corner):
    assert corner([45, 55, 45, 55, 45, 55], 50) == "the end of Stage 1"
