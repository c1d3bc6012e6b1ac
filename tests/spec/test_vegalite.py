"""What is wrong with a spec is told in words, at its place."""

import pytest

from diagramgen.spec.patch import patched
from diagramgen.spec.vegalite import problem

ROWS = {"data": {"values": [{"a": 1, "b": None}]}}
LINE = ROWS | {"layer": [{"mark": "line", "encoding": {"x": {"field": "a", "type": "nominal"}}}]}
BAR = ROWS | {"mark": "bar", "encoding": {"x": {"field": "a", "type": "nominal"}}}
PANELS = {"hconcat": [LINE, BAR]}
FACETS = ROWS | {"facet": {"field": "b"}, "columns": 2, "spec": {"mark": "bar"}}
MARKS = (
    "boxplot, errorbar, errorband, a mapping, arc, area, bar, image, line, point, rect, rule, "
    "text, tick, trail, circle, square or geoshape"
)
TYPES = "quantitative, ordinal, temporal or nominal"


@pytest.mark.parametrize("spec", [LINE, BAR, PANELS, FACETS])
def test_a_spec_that_is_right(spec):
    assert problem(spec) is None


@pytest.mark.parametrize(
    ("spec", "patch", "words"),
    [
        (LINE, {"widht": 5}, "'widht' is not a property here; did you mean 'width'?"),
        (LINE, {"width": "wide"}, "width: got 'wide'; expected a number, container or a mapping"),
        (LINE, {"mark": "bar"}, "'mark' is not a property here"),
        (LINE, {"layer": None}, "the property 'mark' is missing"),
        (
            LINE,
            {"layer": [{"mark": "lin"}]},
            f"layer.0.mark: got 'lin'; expected {MARKS}; did you mean 'line'?",
        ),
        (BAR, {"mark": 7}, f"mark: got 7; expected {MARKS}"),
        (
            BAR,
            {"mark": {"type": "bar", "colour": "red"}},
            "mark: 'colour' is not a property here; did you mean 'color'?",
        ),
        (
            BAR,
            {"encoding": {"x": {"type": "nominl"}}},
            f"encoding.x.type: got 'nominl'; expected {TYPES}; did you mean 'nominal'?",
        ),
        (
            BAR,
            {"encoding": {"y": {"feld": "b"}}},
            "encoding.y: 'feld' is not a property here; did you mean 'field'?",
        ),
        (
            BAR,
            {"encoding": {"color": {"field": "a", "scale": {"scheme": "viridiss"}}}},
            "encoding.color.scale.scheme: got 'viridiss'; did you mean 'viridis'?",
        ),
        (
            PANELS,
            {"hconcat": [LINE, {"mark": "bar", "encodng": {}}]},
            "hconcat.1: 'encodng' is not a property here; did you mean 'encoding'?",
        ),
        (PANELS, {"hconcat": 7}, "hconcat: got 7; expected a list"),
        (FACETS, {"columns": "two"}, "columns: got 'two'; expected a number"),
        (
            FACETS,
            {"spec": {"widht": 4}},
            "spec: 'widht' is not a property here; did you mean 'width'?",
        ),
        (
            BAR,
            {"config": {"axis": {"labelFontSize": "big"}}},
            "config.axis.labelFontSize: got 'big'; expected a number or a mapping",
        ),
    ],
)
def test_a_spec_that_is_wrong(spec, patch, words):
    assert problem(patched(spec, patch)) == words


def test_the_rows_of_a_table_are_not_looked_at():
    assert problem({"hconcat": [BAR | {"data": {"values": [{"a": object()}]}}]}) is None
