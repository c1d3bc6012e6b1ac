"""Pictures and tables that are too large are refused before anything draws them."""

import pytest

from diagramgen.errors import ChartError
from diagramgen.spec.pixels import Size, check_pixels, check_rows, size_of

ROWS = {"values": [{"a": 1, "b": 1}, {"a": 1, "b": 2}, {"a": 2, "b": 1}]}


@pytest.mark.parametrize(
    ("view", "size"),
    [
        ({"width": 300, "height": 100}, (300, 100)),
        ({"mark": "bar"}, (200, 200)),
        ({"width": "container", "height": None}, (200, 200)),
        ({"height": {"step": 20}, "encoding": {"y": {"sort": ["a", "b", "c"]}}}, (200, 60)),
        ({"width": 300, "layer": [{"width": 500}, {"height": 900}, 5]}, (500, 900)),
        ({"hconcat": [{"width": 300}, {"width": 400, "height": 500}]}, (700, 500)),
        ({"vconcat": [{"height": 300}, {"width": 400, "height": 500}]}, (400, 800)),
        ({"concat": [{"height": 300}, {"vconcat": [{}, {}]}], "columns": 2}, (200, 700)),
        ({"facet": {"field": "a"}, "spec": {"width": 90}, "data": ROWS}, (90, 400)),
        (
            {
                "facet": {"row": {"field": "a"}, "column": {"field": "b"}},
                "spec": {"width": 90},
                "data": ROWS,
            },
            (90, 600),
        ),
        ({"repeat": ["x", "y", "z"], "spec": {"height": 50}}, (200, 150)),
        ({"hconcat": 3, "layer": {}, "spec": 5, "encoding": None}, (200, 200)),
    ],
)
def test_the_size_of_a_view(view, size):
    assert size_of(view) == Size(*size)


def test_a_picture_of_too_many_pixels():
    check_pixels({"width": 10_000, "height": 10_000}, 1)
    with pytest.raises(ChartError) as err:
        check_pixels({"width": 10_000, "height": 10_000}, 1.5)
    assert str(err.value) == (
        "10,000 x 10,000 pixels at scale 1.5; a picture may have 100,000,000: "
        "choose a smaller width, height or scale"
    )


def test_a_table_of_too_many_rows():
    check_rows(250_000)
    with pytest.raises(ChartError) as err:
        check_rows(250_001)
    assert str(err.value) == (
        "the table has 250,001 rows; a chart may have 250,000, but for lines over steps: "
        "choose fewer items or steps, or average them"
    )
