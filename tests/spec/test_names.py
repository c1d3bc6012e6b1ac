"""What the suite knows of the names in a table: order, words and looks."""

import math
from pathlib import Path

import msgspec
import pandas as pd
import pytest

from diagramgen.looks.palette import look_of
from diagramgen.looks.shades import shades
from diagramgen.looks.themes import load_theme
from diagramgen.spec.names import Names
from diagramgen.transforms import TRANSFORMS, Table

LIGHT, PRINT = (load_theme(name, Path(), "full").palette for name in ("light", "print"))


def look(place):
    """The look of a place among items in the light theme."""
    return look_of(place, LIGHT.names)


@pytest.fixture
def transform():
    """A transform `series` with some parameters."""

    def make(**parameters):
        words = {"transform": "series", "source": "new", "metric": "ppl"} | parameters
        return msgspec.convert(words, TRANSFORMS["series"])

    return make


@pytest.fixture
def names_of(definitions, transform):
    """The names of a table with some values in one column, the same value twice."""

    def make(column, values, definitions=definitions, palette=LIGHT, **parameters):
        rows = pd.DataFrame({column: [*values, *values]}, dtype="category")
        return Names(Table(rows), transform(**parameters), definitions, palette)

    return make


@pytest.fixture
def colored(make_definitions, definitions):
    """The suite with colours of its own."""

    def make(colors, **sources):
        ppl = msgspec.structs.replace(definitions.metrics["ppl"], colors=colors)
        changed = make_definitions(ppl=ppl)
        return changed._replace(
            sources={
                name: msgspec.structs.replace(source, color=sources.get(name))
                for name, source in changed.sources.items()
            }
        )

    return make


@pytest.mark.parametrize(
    ("column", "values", "ordered"),
    [
        ("item", ["math", "web", "apple", "code"], ["web", "code", "math", "apple"]),
        ("group", ["math", "text"], ["text", "math"]),
        ("source", ["old", "new"], ["old", "new"]),
        ("step", [10, 9], [9, 10]),
    ],
)
def test_the_order(names_of, column, values, ordered):
    assert names_of(column, values).order(column) == ordered


def test_words(names_of, make_definitions, definitions):
    labels = {"web": "The web"}
    labelled = make_definitions(
        ppl=msgspec.structs.replace(definitions.metrics["ppl"], labels=labels)
    )
    items = names_of("item", ["web", "code"], labelled)
    assert items.labels("item") == '{"web": "The web"}[datum.value] || datum.value'
    assert items.title("item") == "Slice"
    assert [items.title_of("item", name) for name in ("web", "code")] == ["The web", "code"]
    assert names_of("item", ["web"]).labels("item") is None
    steps = names_of("step", [2000])
    assert steps.labels("step") == "format(datum.value, ',')"
    assert (steps.title("step"), steps.title_of("step", 2000)) == ("Step", "step 2,000")
    sources = names_of("source", ["new"])
    assert sources.labels("source") == '{"new": "New"}[datum.value] || datum.value'
    assert sources.title("source") is None


def test_groups_are_of_the_grouping_that_is_asked_for(names_of):
    assert names_of("group", ["core"]).title("group") == "Origin"
    assert names_of("group", ["code"]).title("group") == "Domain"
    assert names_of("group", ["core"], by="origin").title("group") == "Origin"


def test_an_item_has_a_kind_of_its_groups_colour_the_same_on_every_chart(names_of):
    """web and wiki are text, which is the first domain; code and math are the only ones of theirs.

    The two kinds of the first colour are the ends of the theme's range of lightness.
    """
    dark, light = shades(LIGHT.names[0], 2, LIGHT.shades)
    assert names_of("item", ["wiki"]).range("item", "color") == [light]
    every = names_of("item", ["web", "wiki", "code", "math"])
    assert every.range("item", "color") == [dark, light, LIGHT.names[1], LIGHT.names[2]]
    assert every.range("item", "shape") == ["circle", "square", "circle", "circle"]
    assert every.range("item", "strokeDash") == [[1, 0]] * 4


def test_items_that_the_metric_does_not_order_look_the_same_on_every_chart(transform, definitions):
    """poems and songs are in no group: they have the colours after those of the three domains."""
    rows = pd.DataFrame({"item": pd.Categorical(["songs"], ["poems", "songs"])})
    assert Names(Table(rows), transform(), definitions, LIGHT).range("item", "color") == [
        LIGHT.names[4]
    ]


def test_items_without_groups_have_the_colours_in_their_order(
    transform, make_definitions, definitions
):
    ppl = msgspec.structs.replace(definitions.metrics["ppl"], groupings={})
    rows = pd.DataFrame({"item": pd.Categorical(["code", "wiki"])})
    names = Names(Table(rows), transform(), make_definitions(ppl=ppl), LIGHT)
    assert names.looks("item") == [look(1), look(2)]


def test_two_names_of_one_colour_are_told_apart_where_there_are_free_colours(
    transform, make_definitions, definitions
):
    """The first and the ninth item share a colour among all; on a chart of two they need not."""
    items = [f"s{i}" for i in range(9)]
    ppl = msgspec.structs.replace(definitions.metrics["ppl"], groupings={}, order=tuple(items))
    rows = pd.DataFrame({"item": pd.Categorical(["s0", "s8"], items)})
    names = Names(Table(rows), transform(), make_definitions(ppl=ppl), LIGHT)
    assert names.range("item", "color") == [LIGHT.names[0], LIGHT.names[1]]


def test_what_is_left_out_for_it_has_no_value_is_not_in_a_legend(transform, definitions):
    rows = pd.DataFrame(
        {"item": pd.Categorical(["web", "wiki", "math"]), "value": [1.0, math.nan, math.nan]}
    )
    names = Names(Table(rows, {"wiki": "its baseline is 0"}), transform(), definitions, LIGHT)
    assert names.order("item") == ["web", "math"]
    assert names.range("item", "color") == [
        shades(LIGHT.names[0], 2, LIGHT.shades)[0],
        LIGHT.names[2],
    ]


def test_a_source_looks_the_same_on_every_chart(names_of):
    assert names_of("source", ["old"]).range("source", "color") == ["#a97a00"]
    assert names_of("against", ["older", "old"]).range("against", "color") == ["#00897b", "#a97a00"]


def test_steps_go_from_pale_to_dark(names_of):
    assert names_of("step", [1, 2]).range("step", "color") == ["#c6dbef", "#08306b"]


def test_colours_of_ones_own(names_of, colored):
    definitions = colored({"w*": "red", "wiki": "#123456"}, old="gold")
    items = names_of("item", ["web", "wiki", "code"], definitions)
    assert items.range("item", "color") == ["red", "#123456", LIGHT.names[1]]
    assert names_of("source", ["new", "old"], definitions).range("source", "color") == [
        "#005a9c",
        "gold",
    ]


def test_items_that_share_a_colour_differ_in_dash_and_shape(names_of, colored):
    definitions = colored({"*": "red"})
    items = names_of("item", ["wiki", "math"], definitions)
    assert items.range("item", "color") == ["red", "red"]
    # wiki is the second red item of the metric and math the fourth, on every chart.
    assert items.range("item", "shape") == ["square", "diamond"]
    assert items.range("item", "strokeDash") == [[6, 3], [8, 3, 2, 3]]


def test_what_is_in_no_group_is_grey_and_last(names_of):
    groups = names_of("group", ["code", None, "text"])
    assert groups.order("group") == ["text", "code", None]
    assert groups.range("group", "color") == ["#005a9c", "#d55e00", "#808080"]
    assert groups.labels("group") == '{"null": "none"}[datum.value] || datum.value'
    assert groups.title("group") == "Domain"


def test_groups_have_colours_of_their_own_too(names_of, colored):
    definitions = colored({"text": "red"})
    assert names_of("group", ["text", "code"], definitions).range("group", "color") == [
        "red",
        "#d55e00",
    ]


def test_on_paper_names_differ_in_dash_even_where_colours_do(names_of):
    items = names_of("item", ["web", "wiki", "code"], palette=PRINT)
    assert items.range("item", "color") == ["#14375e", "#c77700", "#2a6f63"]
    assert items.range("item", "strokeDash") == [[1, 0], [6, 3], [2, 2]]
    steps = names_of("step", [1, 2, 3], palette=PRINT)
    assert steps.range("step", "strokeDash") == [[1, 0], [6, 3], [2, 2]]
    groups = names_of("group", ["code", None, "text"], palette=PRINT)
    # The metric's domains are text, code and math; what is in none comes after them.
    assert groups.range("group", "strokeDash") == [[1, 0], [6, 3], [8, 3, 2, 3]]


def test_no_theme_changes_a_colour_of_ones_own(names_of, colored):
    definitions = colored({"web": "#0072b2", "wiki": "red"}, old="#e69f00")
    items = names_of("item", ["web", "wiki"], definitions, palette=PRINT)
    assert items.range("item", "color") == ["#0072b2", "red"]
    assert items.range("item", "strokeDash") == [[1, 0], [6, 3]]
    sources = names_of("source", ["new", "old"], definitions, palette=PRINT)
    assert sources.range("source", "color") == ["#14375e", "#e69f00"]


def test_names_with_one_label_have_their_own_name_behind_it(
    names_of, make_definitions, definitions
):
    labels = {"web": "Text", "wiki": "Text", "code": "Code"}
    own = make_definitions(ppl=msgspec.structs.replace(definitions.metrics["ppl"], labels=labels))
    names = names_of("item", ["web", "wiki", "code", "math"], own)
    assert [names.label("item", name) for name in ("web", "wiki", "code", "math")] == [
        "Text (web)",
        "Text (wiki)",
        "Code",
        "math",
    ]
