"""A template takes on the shape of the table that it is to draw."""

import os

import pandas as pd
import pytest

from diagramgen.errors import ChartError, SuiteError, UsageError
from diagramgen.looks import templates
from diagramgen.looks.templates import Template, TemplateFolder
from diagramgen.spec.fit import fit

LINE = Template(
    "line",
    needs=("step", "value"),
    keys=("item",),
    spec={
        "encoding": {"x": {"field": "step", "type": "quantitative"}},
        "layer": [
            {
                "mark": "area",
                "encoding": {
                    "y": {"field": "lower", "type": "quantitative"},
                    "y2": {"field": "upper"},
                },
            },
            {
                "mark": "line",
                "encoding": {
                    "y": {"field": "value", "type": "quantitative"},
                    "color": {"field": "item", "type": "nominal"},
                    "tooltip": [{"field": "item"}, {"field": "group"}, {"field": "value"}],
                },
            },
        ],
    },
)
BARS = Template(
    "bars",
    needs=("value",),
    keys=("item", "step"),
    spec={
        "mark": "bar",
        "encoding": {
            "x": {"field": "value", "type": "quantitative"},
            "y": {"field": "item", "type": "nominal"},
            "yOffset": {"field": "step", "type": "ordinal"},
            "color": {"field": "step", "type": "ordinal"},
        },
    },
)


def table(text):
    """A table from lines of text; words that look like numbers are numbers."""
    head, *lines = (line.split() for line in text.strip().splitlines())
    frame = pd.DataFrame(lines, columns=head)
    numbers = [column for column in head if column in ("step", "value", "lower", "upper")]
    return frame.astype(dict.fromkeys(numbers, float))


TWO_ITEMS = table("""
    source  step  item  value
    new     1     web   3
    new     2     web   2
    new     1     code  5
    new     2     code  4
""")


def fields(view):
    return {
        channel: encoding.get("field")
        for channel, encoding in view["encoding"].items()
        if isinstance(encoding, dict)
    }


def marks(fitted):
    return [layer["mark"] for layer in fitted.spec["layer"]]


def test_a_layer_without_its_columns_is_left_out():
    assert marks(fit(LINE, TWO_ITEMS, None, None)) == ["line"]
    bounds = TWO_ITEMS.assign(lower=1.0, upper=9.0)
    assert marks(fit(LINE, bounds, None, None)) == ["area", "line"]


def test_the_template_itself_is_not_changed():
    before = repr(LINE)
    fit(LINE, TWO_ITEMS, None, None)
    assert repr(LINE) == before


def test_the_key_has_its_own_column():
    fitted = fit(LINE, TWO_ITEMS, None, None)
    assert fitted.columns == {"item": "item"}
    assert fitted.facets == ()
    assert fields(fitted.spec["layer"][0]) == {"y": "value", "color": "item"}


def test_another_column_stands_in_for_a_key():
    groups = TWO_ITEMS.rename(columns={"item": "group"})
    fitted = fit(LINE, groups, None, None)
    assert fitted.columns == {"item": "group"}
    assert fields(fitted.spec["layer"][0])["color"] == "group"


def test_a_channel_that_tells_nothing_apart_is_left_out():
    fitted = fit(LINE, TWO_ITEMS.query("item == 'web'"), None, None)
    assert fitted.columns == {}
    assert fields(fitted.spec["layer"][0]) == {"y": "value"}


def test_a_tooltip_names_the_columns_that_are_there():
    (line,) = fit(LINE, TWO_ITEMS, None, None).spec["layer"]
    assert line["encoding"]["tooltip"] == [{"field": "item"}, {"field": "value"}]


def test_a_position_keeps_a_column_with_one_value():
    fitted = fit(BARS, TWO_ITEMS.query("item == 'web' and step == 1"), None, None)
    assert fields(fitted.spec) == {"x": "value", "y": "item"}


def test_items_come_before_their_groups():
    rows = TWO_ITEMS.assign(group=["text", "text", "symbols", "symbols"])
    assert fit(LINE, rows, None, None).columns == {"item": "item"}


def test_two_keys():
    fitted = fit(BARS, TWO_ITEMS, None, None)
    assert fields(fitted.spec) == {"x": "value", "y": "item", "yOffset": "step", "color": "step"}


TWO_SOURCES = table("""
    source  step  item  value
    new     1     web   3
    new     2     web   2
    old     1     web   5
    old     2     web   4
    new     1     code  3
    new     2     code  2
    old     1     code  5
    old     2     code  4
""")


def test_a_column_without_a_channel_makes_small_multiples():
    assert fit(LINE, TWO_SOURCES, None, None).facets == ("source",)


def test_the_transform_may_prefer_another_colour():
    fitted = fit(LINE, TWO_SOURCES, None, "source")
    assert fitted.columns == {"item": "source"}
    assert fitted.facets == ("item",)


def test_a_preferred_column_with_one_value_is_passed_over():
    assert fit(LINE, TWO_ITEMS, None, "source").columns == {"item": "item"}


def test_color_by_wins():
    fitted = fit(LINE, TWO_SOURCES, "item", "source")
    assert fitted.columns == {"item": "item"}
    assert fitted.facets == ("source",)


def test_color_by_a_column_with_one_value_makes_small_multiples_of_the_others():
    fitted = fit(LINE, TWO_ITEMS, "source", None)
    assert fitted.facets == ("item",)
    assert "color" not in fitted.spec["layer"][0]["encoding"]


def test_color_by_may_be_the_groups_of_items():
    rows = TWO_ITEMS.query("step == 1").assign(group=["text", "symbols"])
    fitted = fit(BARS, rows, "group", None)
    assert fields(fitted.spec)["color"] == "group"
    assert fields(fitted.spec)["y"] == "item"


def test_no_small_multiples_where_rows_are_told_apart_without():
    each_its_own_step = table("""
        source  step  item  value
        new     2     web   3
        old     9     web   4
        new     2     code  5
        old     9     code  6
    """)
    one_key = BARS._replace(keys=("item",), spec={"mark": "bar", "encoding": {
        "x": {"field": "value"}, "y": {"field": "item"}}})  # fmt: skip
    assert fit(one_key, each_its_own_step, None, None).facets == ("source",)


def test_a_column_that_the_template_needs_makes_no_small_multiples():
    needs_step = BARS._replace(needs=("value", "step"), keys=("item",))
    assert fit(needs_step, TWO_ITEMS, None, None).facets == ()


def test_a_lone_reference_is_grey():
    spec = {"layer": [{"mark": "rule", "encoding": {
        "y": {"field": "reference", "type": "quantitative"},
        "color": {"field": "item", "type": "nominal"},
    }}]}  # fmt: skip
    rule = LINE._replace(spec=spec)
    one = fit(rule, TWO_ITEMS.assign(reference=1.0), None, None)
    assert fields(one.spec["layer"][0]) == {"y": "reference"}
    two = fit(rule, TWO_ITEMS.assign(reference=[1.0, 1.0, 2.0, 2.0]), None, None)
    assert fields(two.spec["layer"][0]) == {"y": "reference", "color": "item"}


def layered(*layers, **top):
    """A template with some layers, of which each item may have its own."""
    return LINE._replace(spec={"layer": list(layers), **top})


def made_by(transform):
    return {"mark": "rule", "transform": [transform], "encoding": {"y": {"field": "mean"}}}


MEAN = {"aggregate": [{"op": "mean", "field": "value", "as": "mean"}], "groupby": ["step"]}


def test_a_layer_stays_whose_field_its_own_transform_makes():
    without = {"mark": "tick", "encoding": {"y": {"field": "mean"}}}
    fitted = fit(layered(made_by(MEAN), without), TWO_ITEMS, None, None)
    assert marks(fitted) == ["rule"]


def test_a_transform_at_the_top_makes_fields_for_all_layers():
    rule = {"mark": "rule", "encoding": {
        "y": {"field": "mean"}, "color": {"field": "most"},
        "tooltip": [{"field": "mean"}, {"field": "gone"}]}}  # fmt: skip
    most = {"joinaggregate": [{"op": "max", "field": "value", "as": "most"}]}
    (fitted,) = fit(layered(rule, transform=[MEAN, most]), TWO_ITEMS, None, None).spec["layer"]
    assert fields(fitted) == {"y": "mean", "color": "most"}
    assert fitted["encoding"]["tooltip"] == [{"field": "mean"}]


def test_a_layer_with_data_of_its_own_stays_as_it_is():
    own = {
        "mark": "rule",
        "data": {"values": [{"item": "here", "limit": 5}]},
        "encoding": {
            "y": {"field": "limit", "type": "quantitative"},
            "color": {"field": "item", "type": "nominal"},
            "tooltip": [{"field": "limit"}],
        },
    }
    groups = TWO_ITEMS.rename(columns={"item": "group"})
    assert fit(layered(own), groups, "source", None).spec["layer"] == [own]


def test_a_field_that_a_transform_makes_keeps_its_name():
    item = {"calculate": "'all'", "as": "item"}
    rule = {"mark": "rule", "transform": [item], "encoding": {
        "y": {"field": "value"}, "color": {"field": "item"}}}  # fmt: skip
    groups = TWO_ITEMS.rename(columns={"item": "group"})
    (fitted,) = fit(layered(rule), groups, None, None).spec["layer"]
    assert fields(fitted) == {"y": "value", "color": "item"}


def test_what_the_table_lacks():
    with pytest.raises(ChartError) as err:
        fit(LINE, TWO_ITEMS.drop(columns=["step", "value"]), None, None)
    assert str(err.value) == (
        "template 'line' needs column step and value; the table has source, item"
    )
    with pytest.raises(ChartError, match="color_by: the table has no column 'against'"):
        fit(LINE, TWO_ITEMS, "against", None)


def test_the_built_in_templates():
    names = ["bar", "delta-bar", "dot-plot", "grouped-bar", "heatmap", "history", "line", "path"]
    assert templates.built_in() == [*names, "quadrant", "step-bar", "support"]
    line = templates.load("line", None)
    assert (line.needs, line.keys) == (("step", "value"), ("item",))


def test_a_suites_own_template_goes_before_a_built_in_one(tmp_path):
    (tmp_path / "line.yaml").write_text("usermeta: {needs: [value]}\nmark: tick\n", "utf-8")
    text = "usermeta: {needs: [x], keys: [item]}\nmark: point\n"
    (tmp_path / "dots.yaml").write_text(text, "utf-8")
    assert templates.load("line", TemplateFolder(tmp_path)).spec == {"mark": "tick"}
    assert templates.load("dots", TemplateFolder(tmp_path)).keys == ("item",)
    assert templates.load("bar", TemplateFolder(tmp_path)) == templates.load("bar", None)
    assert templates.names(TemplateFolder(tmp_path)) == sorted({*templates.built_in(), "dots"})


def test_what_an_editor_needs_at_the_top_of_a_template_is_not_the_charts(tmp_path):
    text = """\
$schema: https://vega.github.io/schema/vega-lite/v6.json
description: Dots.
usermeta: {needs: [value]}
data: {values: [{value: 1}]}
mark: point
"""
    (tmp_path / "dots.yaml").write_text(text, "utf-8")
    assert templates.load("dots", TemplateFolder(tmp_path)).spec == {"mark": "point"}


def test_an_unknown_template(tmp_path):
    (tmp_path / "dots.yaml").write_text("usermeta: {needs: []}\n", "utf-8")
    with pytest.raises(UsageError) as err:
        templates.load("donut", TemplateFolder(tmp_path))
    known = "bar, delta-bar, dot-plot, dots, grouped-bar, heatmap"
    assert str(err.value).startswith(f"there is no template 'donut'; there are {known}, ")


COLUMNS = (
    "source, step, item, group, value, n, stderr, lower, upper, x, y, color, against, from_step, "
    "to_step, better, label or reference"
)
WRONG = {
    "": "1:1: error[wrong-type]: a template: got nothing; expected a mapping",
    "[1, 2]": "1:1: error[wrong-type]: a template: got a list; expected a mapping",
    "mark: bar": "1:1: error[missing-key]: a template needs the key 'usermeta'",
    "usermeta: {needs: value}": (
        f"1:19: error[wrong-type]: 'needs': got 'value'; expected a list of ({COLUMNS})"
    ),
    "usermeta: {needs: [valu]}": (
        f"1:20: error[wrong-value]: 'needs', entry 1: got 'valu'; expected {COLUMNS}; "
        "did you mean 'value'?"
    ),
    "usermeta: {needs: [], keys: [value]}": (
        "1:30: error[wrong-value]: 'keys', entry 1: got 'value'; "
        "expected item, group, against, source or step"
    ),
    "mark: bar\nusermeta: {needs: [item], keys: [item]}": (
        "2:34: error[conflicting-parameters]: 'item' is in 'needs', too: "
        "a column that must be there has no stand-in"
    ),
    "usermeta: {needs: []}": "1:1: error[missing-key]: a template needs the key 'mark' or 'layer'",
    "usermeta: {needs: []}\nlayer: [bar]": (
        "2:9: error[wrong-type]: 'layer', entry 1: got 'bar'; expected a mapping"
    ),
    "usermeta: {needs: []}\nmark: {opacity: 1}": (
        "2:7: error[missing-key]: 'mark' needs the key 'type'"
    ),
    "usermeta: {needs: []}\nmark: bar\ntransform: {filter: a}": (
        "3:12: error[wrong-type]: 'transform': got a mapping; expected a list of mappings"
    ),
    "usermeta: {needs: []}\nmark: bar\nencoding: null": (
        "3:11: error[wrong-type]: 'encoding': got nothing; "
        "expected a mapping of names to (a mapping or a list of mappings)"
    ),
    "usermeta: {needs: []}\nmark: bar\nencoding: {x: {field: [step]}}": (
        "3:23: error[wrong-type]: 'field': got a list; expected text"
    ),
    "usermeta: {needs: []}\nmark: bar\nencoding: {tooltip: {field: step}}": (
        "3:21: error[wrong-type]: 'tooltip': got a mapping; expected a list of mappings"
    ),
    "usermeta: {needs: []}\nmark: bar\nencoding: {tooltip: [{type: nominal}]}": (
        "3:22: error[missing-key]: 'tooltip', entry 1 needs the key 'field'"
    ),
    "usermeta: {needs: []}\nmark: bar\nwidth: .inf": (
        "3:8: error[wrong-value]: inf is no number of JSON; null is"
    ),
    "usermeta: {needs: []}\nmark: {type: text, text: 'rate ${lr}'}": (
        "2:26: error[unknown-var]: '${lr}' in a template, which is plain Vega-Lite; vars are for "
        "suites: write the value here, or the key in 'vegalite' of an entry"
    ),
    "mark: !!python/name:os.system bar\nusermeta: {needs: []}": (
        "1:7: error[yaml-tag]: the tag 'tag:yaml.org,2002:python/name:os.system' "
        "has no meaning in a suite"
    ),
    "mark: {": "1:7: error[yaml-syntax]: the file ends where a value is expected",
}
"""A file -> what is said of it first."""


@pytest.mark.parametrize("text", WRONG, ids=repr)
def test_a_file_that_is_no_template(tmp_path, text):
    (tmp_path / "dots.yaml").write_text(text, "utf-8")
    with pytest.raises(SuiteError) as err:
        templates.load("dots", TemplateFolder(tmp_path))
    first = str(err.value.diagnostics[0]).splitlines()[0]
    assert first == f"{tmp_path.name}/dots.yaml:{WRONG[text]}"


SUITE = """\
version: 1
sources: {run: {root: results}}
metrics: {ppl: {better: lower, item: slice, read: {reader: json, file: p.json}}}
templates: looks
charts:
  - {transform: series, source: run, metric: ppl, template: TEMPLATE, output: a.png}
"""


def test_a_suite_is_told_of_the_templates_that_it_uses(project, main):
    project.write("charts.yaml", SUITE.replace("TEMPLATE", "dots"))
    project.write("looks/dots.yaml", "usermeta: {needs: [value]}\nmark: 5\n")
    project.write("looks/bar.yaml", "usermeta: {needs: [value]}\n")
    project.write("looks/unused.yaml", "[")
    done = main("validate", folder=project.folder)
    assert (done.code, done.out) == (
        1,
        (
            "looks/bar.yaml:1:1: error[missing-key]: a template needs the key 'mark' or 'layer'\n"
            "    usermeta: {needs: [value]}\n"
            "    ^\n"
            "looks/dots.yaml:2:7: error[wrong-type]: 'mark': got 5; expected text or a mapping\n"
            "    mark: 5\n"
            "          ^\n"
        ),
    )


def test_a_template_that_is_no_regular_file(project, main):
    project.write("charts.yaml", SUITE.replace("TEMPLATE", "pipe"))
    (project.folder / "looks").mkdir()
    os.mkfifo(project.folder / "looks" / "pipe.yaml")
    (project.folder / "looks" / "line.yaml").symlink_to("/dev/zero")
    with (project.folder / "looks" / "large.yaml").open("wb") as file:
        file.truncate(1_000_000_000)
    done = main("validate", folder=project.folder)
    assert (done.code, done.out) == (
        1,
        (
            "charts.yaml:4:12: error[wrong-value]: looks/line.yaml: cannot be read: not a regular "
            "file\n"
            "    templates: looks\n"
            "               ^^^^^\n"
            "charts.yaml:6:61: error[wrong-value]: looks/pipe.yaml: cannot be read: not a regular "
            "file\n"
            "      - {transform: series, source: run, metric: ppl, template: pipe, output: a.png}\n"
            "                                                                ^^^^\n"
        ),
    )
    project.write("charts.yaml", SUITE.replace("TEMPLATE", "large"))
    done = main("validate", folder=project.folder)
    assert done.out.splitlines()[3] == (
        "charts.yaml:6:61: error[wrong-value]: looks/large.yaml: cannot be read: larger than the "
        "2,000,000 bytes that it may have"
    )
