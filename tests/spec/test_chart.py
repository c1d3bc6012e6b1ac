"""Table -> spec: sizes, titles, what was left out, `vegalite`, and one spec of each form."""

import json
from pathlib import Path

import pytest

from diagramgen.looks import templates
from diagramgen.looks.themes import load_theme
from diagramgen.output.build import build

SNAPSHOTS = Path(__file__).parent / "snapshots"
SUITE = """\
version: 1
templates: looks
output: {dir: out, formats: [vl.json]}
sources:
  run: {label: Run, root: results/run, bridge: 9000}
  old: {label: Old, root: results/old}
metrics:
  ppl:
    label: PPL
    item: slice
    better: lower
    format: .2f
    read: {reader: json, file: ppl.json, records: slices, value: ppl}
    order: [web, code, math]
    groupings: {domain: {text: [web], symbols: [code, math]}}
  acc:
    label: Accuracy
    item: task
    better: higher
    format: .1%
    read: {reader: json, file: acc.json}
  sure:
    label: Share
    better: higher
    format: .1%
    read: {reader: json, file: sure.json, value: p, n: n, stderr: binomial}
defaults: {source: run}
"""


@pytest.fixture
def results(project):
    """Three steps and a bridge of the source run, two steps of the source old."""
    project.ppl("run", 100, web=4.0, code=2.0, math=3.0)
    project.ppl("run", 200, web=3.5, code=2.5, math=2.0)
    project.ppl("run", 300, web=3.0, code=1.0)
    project.ppl("run", 9000, web=4.5, code=2.25, math=3.5)
    project.ppl("old", 100, web=8.0, code=4.0)
    project.ppl("old", 300, web=6.0, code=1.0)
    project.acc("run", 100, qa=0.25, copa=0.5)
    project.acc("run", 200, qa=0.5, copa=0.75)
    project.acc("run", 300, qa=0.5, copa=0.5)
    project.acc("run", 9000, qa=0.4, copa=0.6)
    project.acc("old", 100, qa=0.2, copa=0.5)
    project.acc("old", 300, qa=0.4, copa=0.8)
    for step, share in ((100, 0.5), (200, 0.75), (300, 0.9)):
        record = {"p": share, "n": 101}
        project.write(f"results/run/step_{step}/sure.json", {"qa": record, "copa": record})
    return project


@pytest.fixture
def outcome(results, plan):
    """What became of one chart, from its keys in flow style; `defaults` are more of them."""

    def call(keys, defaults=""):
        header = SUITE.replace("{source: run}", f"{{source: run{defaults}}}")
        results.suite(f"  - {{{keys}, output: chart.png}}\n", header)
        (done,) = build(plan())
        return done

    return call


@pytest.fixture
def spec(results, outcome):
    """The saved spec of one chart."""

    def call(keys, defaults=""):
        done = outcome(keys, defaults)
        assert done.status == "rendered", done.reason
        return results.read("out/chart.vl.json")

    return call


# `vegalite`.


def test_vegalite_is_merged_over_the_spec(spec):
    changed = spec(
        "transform: macro, metric: ppl, vegalite: {width: 99, title: null, config: {line: null}}"
    )
    assert changed["width"] == 99
    assert "title" not in changed
    assert "line" not in changed["config"]
    assert changed["config"]["point"] == load_theme("light", Path(), "full").config["point"]


def test_null_is_a_value_where_vega_lite_takes_it_for_one(spec):
    bars = spec(
        "transform: snapshot, metric: ppl, step: 100, "
        "vegalite: {encoding: {y: {sort: null, axis: null, title: null}}}"
    )
    assert bars["encoding"]["y"] == {
        "field": "item",
        "type": "nominal",
        "sort": None,
        "axis": None,
        "title": None,
    }


def test_vegalite_of_a_panel_and_of_the_whole_chart(spec):
    changed = spec(
        "transform: macro, panels: [{metric: ppl, vegalite: {width: 99}}, {metric: acc}], "
        "vegalite: {spacing: 5}"
    )
    assert changed["hconcat"][0]["width"] == 99
    assert changed["hconcat"][1]["width"] != 99
    assert changed["spacing"] == 5


def test_defaults_of_a_chart_with_panels_are_of_the_whole_chart(spec):
    charts = "transform: macro, panels: [{metric: ppl}, {metric: acc}]"
    changed = spec(charts, ", title: Both, vegalite: {config: {font: serif}}")
    assert changed["title"]["text"] == "Both"
    assert changed["config"]["font"] == "serif"
    assert [view["title"]["text"] for view in changed["hconcat"]] == [
        "Macro PPL",
        "Macro accuracy",
    ]


def test_vegalite_that_is_not_valid(outcome):
    done = outcome("transform: macro, metric: ppl, vegalite: {widht: 5}")
    assert (done.status, done.reason) == (
        "failed",
        "not valid Vega-Lite: 'widht' is not a property here; did you mean 'width'?",
    )


# What would be drawn empty, or on top of one another.


def test_a_chart_without_a_mark_is_skipped(results, outcome):
    results.acc("run", 100, qa=0.0, copa=0.0)
    results.acc("run", 200, qa=0.5, copa=0.0)
    results.acc("run", 300, qa=0.5, copa=0.0)
    done = outcome("transform: quadrant, x: ppl, y: acc, baseline: 100")
    assert (done.status, done.reason) == (
        "skipped",
        (
            "there is nothing to draw: no row has y; "
            "left out: math (not at every checkpoint of the chart); "
            "macro accuracy (its baseline is 0)"
        ),
    )


def test_an_empty_panel_is_none_of_a_chart(results, outcome):
    results.acc("run", 100, qa=0.0)
    panels = "panels: [{metric: ppl, items: web}, {metric: acc, items: qa}]"
    done = outcome(f"transform: relative, baseline: 100, {panels}")
    assert (done.status, done.reason) == (
        "skipped",
        "panel 2: there is nothing to draw: no row has value; left out: qa (its baseline is 0)",
    )


def test_a_window_without_a_point_fails(outcome):
    x = "{field: step, type: quantitative, scale: {domain: [5000, 9000]}}"
    y = "{field: value, type: quantitative}"
    own = f"{{layer: null, mark: point, encoding: {{x: {x}, y: {y}}}}}"
    done = outcome(f"transform: macro, metric: acc, vegalite: {own}")
    assert (done.status, done.reason) == (
        "failed",
        "there is nothing to draw: no row has step and value within the axes",
    )


def test_a_template_none_of_whose_layers_fits(project, outcome):
    folder = project.folder / "looks"
    folder.mkdir(exist_ok=True)
    (folder / "band.yaml").write_text(
        "description: A band.\n"
        "usermeta: {needs: [step], keys: [item]}\n"
        "layer:\n"
        "  - mark: area\n"
        "    encoding:\n"
        "      x: {field: step, type: quantitative}\n"
        "      y: {field: lower, type: quantitative}\n"
    )
    done = outcome("transform: macro, metric: acc, template: band")
    assert (done.status, done.reason) == (
        "failed",
        "template 'band' has no layer for this table, which has source, step, value",
    )


@pytest.mark.parametrize(
    ("keys", "channel"),
    [
        ("transform: snapshot, metric: ppl", "yOffset"),
        ("transform: delta, metric: ppl", "yOffset"),
        ("transform: delta, metric: ppl, of: macro, each: step", "xOffset"),
    ],
)
def test_bars_of_sources_stand_beside_one_another(spec, keys, channel):
    view = spec(f"{keys}, source: [old, run], color_by: source")
    (bar,) = (part for part in view["layer"] if part["mark"]["type"] == "bar")
    encoding = view.get("encoding", {}) | bar["encoding"]
    assert encoding["color"]["field"] == encoding[channel]["field"] == "source"


def test_cells_of_sources_are_in_plots_of_their_own(spec):
    sources = "source: [old, run], color_by: source"
    view = spec(f"transform: series, metric: ppl, template: heatmap, {sources}")
    assert view["facet"]["field"] == "source"


def test_names_without_a_value_are_in_no_legend(results, spec):
    for step in (100, 200, 300):
        results.acc("run", step, qa=0.5, copa=None)
    view = spec("transform: series, metric: acc")
    (line,) = (part for part in view["layer"] if part["mark"]["type"] == "line")
    assert line["encoding"]["color"]["scale"]["domain"] == ["qa"]
    assert view["title"]["subtitle"][-1] == "No value: copa"


# Titles and subtitles.


def titles(spec):
    return spec["title"]["text"], spec["title"].get("subtitle")


def test_titles_are_made_from_the_data(spec):
    assert titles(spec("transform: series, metric: ppl")) == (
        "PPL by slice",
        ["All 3 slices end better than they begin, most of all web (4.00 to 3.00)", "Run"],
    )


def test_titles_of_ones_own(spec):
    words = "title: Hello, subtitle: 'from ${from} to ${to}'"
    assert titles(spec(f"transform: delta, metric: acc, {words}")) == (
        "Hello",
        ["from 100 to 300"],
    )


def test_an_empty_title_takes_the_title_away(spec):
    assert titles(spec("transform: delta, metric: acc, title: ''")) == (
        "",
        ["1 of 2 tasks is better, most of all qa (+25.0 points)", "Run"],
    )
    assert titles(spec("transform: delta, metric: acc, subtitle: ''"))[1] is None
    assert "title" not in spec("transform: delta, metric: acc, title: '', subtitle: ''")
    panels = spec(
        "transform: macro, panels: [{metric: acc, title: '', subtitle: ''}, {metric: ppl}]"
    )
    assert "title" not in panels["hconcat"][0]
    assert panels["title"]["text"] == "Macro accuracy and macro PPL"


def test_what_is_left_out_is_said_without_a_subtitle(spec):
    assert titles(spec("transform: macro, metric: ppl, title: '', subtitle: ''")) == (
        "",
        ["Left out: math (not at every checkpoint of the chart)"],
    )


def test_an_average_says_what_it_leaves_out(spec):
    assert titles(spec("transform: macro, metric: ppl"))[1] == [
        "Down from 3.00 to 2.00: better",
        "Run · plain mean over slices",
        "Left out: math (not at every checkpoint of the chart)",
    ]


def test_many_left_out_items_are_counted(results, spec):
    for step, more in ((100, range(9)), (200, ()), (300, ())):
        results.ppl("run", step, web=4.0, **{f"slice{i}": 1.0 for i in more})
    assert titles(spec("transform: macro, metric: ppl"))[1][1] == (
        "Left out: 9 items (not at every checkpoint of the chart)"
    )


def test_a_long_subtitle_is_wrapped(spec):
    words = "word " * 40
    lines = spec(f"transform: macro, metric: acc, subtitle: {words}")["title"]["subtitle"]
    assert len(lines) == 2
    assert " ".join(lines) == words.strip()


def test_titles_of_panels(spec):
    both = spec("transform: macro, panels: [{metric: ppl, title: One}, {metric: acc}]")
    one, two = both["hconcat"]
    assert both["title"]["text"] == "Macro PPL and macro accuracy"
    assert both["title"]["subtitle"] == ["Left out: math (not at every checkpoint of the chart)"]
    assert one["title"]["text"] == "One"
    assert two["title"] == {
        "text": "Macro accuracy",
        "subtitle": ["Up from 37.5% to 50.0%: better", "Run · plain mean over tasks"],
        "fontSize": 14,
    }


def test_panels_of_one_metric_share_their_scale(spec):
    panels = "transform: macro, panels: [{metric: ppl, items: web}, {metric: ppl, items: code}]"
    assert spec(panels)["resolve"]["scale"]["y"] == "shared"
    assert "y" not in spec(f"{panels}, scale: own")["resolve"]["scale"]


def test_titles_of_panels_stand_once_in_that_of_all(spec):
    same = "{metric: ppl, source: run}, {metric: ppl, source: old}"
    assert titles(spec(f"transform: macro, panels: [{same}]"))[0] == "Macro PPL"
    four = ", ".join(f"{{metric: ppl, items: {name}}}" for name in ("web", "code", "'*'", "math"))
    assert titles(spec(f"transform: series, panels: [{four}]"))[0] == "PPL of web and 3 more"


# Templates of one's own that bring fields of their own.


FIELDS_OF_ITS_OWN = """\
usermeta: {needs: [step, value], keys: [item]}
transform: [{calculate: datum.value * 2, as: twice}]
encoding:
  x: {field: step, type: quantitative}
layer:
  - mark: line
    encoding:
      y: {field: twice, type: quantitative}
      color: {field: item, type: nominal, legend: null, scale: {scheme: dark2}}
  - transform:
      - aggregate: [{op: mean, field: value, as: mean}]
        groupby: [step]
    mark: {type: line, color: white}
    encoding: {y: {field: mean, type: quantitative}}
  - data: {values: [{limit: 5, item: none, name: a}]}
    mark: rule
    encoding:
      y: {field: limit, type: quantitative}
      color: {field: item, type: nominal}
      detail: {field: name, type: ordinal}
  - mark: rule
    encoding: {y: {field: gone, type: quantitative}}
"""


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_a_layer_whose_fields_are_its_own_is_shown_and_left_as_it_is(results, spec, scale):
    results.write("looks/mine.yaml", FIELDS_OF_ITS_OWN)
    drawn = spec(f"transform: series, metric: ppl, template: mine, y_scale: {scale}")
    table, mean, limit = drawn["layer"]
    assert table["encoding"]["color"] == {
        "field": "item",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": ["web", "code", "math"], "scheme": "dark2"},
    }
    assert mean["encoding"]["y"]["field"] == "mean"
    assert limit["encoding"] == {
        "y": {"field": "limit", "type": "quantitative"},
        "color": {"field": "item", "type": "nominal"},
        "detail": {"field": "name", "type": "ordinal"},
    }
    assert drawn["description"].startswith("Line chart of 3 slices, 3 steps from 100 to 300.")


def test_names_that_a_transform_makes_stand_on_an_axis(results, spec):
    template = """\
usermeta: {needs: [value], keys: [item, step]}
transform: [{calculate: "'a ' + datum.item", as: name}]
mark: bar
encoding:
  y: {field: name, type: nominal}
  yOffset: {field: step, type: ordinal}
  x: {field: value, type: quantitative}
"""
    results.write("looks/mine.yaml", template)
    drawn = spec("transform: series, metric: ppl, template: mine")
    assert drawn["encoding"]["y"] == {"field": "name", "type": "nominal"}
    assert drawn["height"] == 400


# Sizes.


def sizes(view):
    return view["width"], view["height"]


def test_a_picture_is_as_wide_as_a_page(spec):
    macro = spec("transform: macro, metric: acc")
    assert sizes(macro) == (960, 400)
    assert macro["autosize"] == {"type": "fit-x", "contains": "padding"}


def test_bars_make_the_height(spec):
    assert sizes(spec("transform: snapshot, metric: ppl, step: first")) == (960, 3 * 24)


def test_grouped_bars_make_the_height(spec):
    sized = sizes(spec("transform: snapshot, metric: ppl, steps: [100, 200]"))
    assert sized == (960, 3 * (9 + 2 * 15))


def test_sizes_of_ones_own(spec):
    words = "transform: snapshot, metric: ppl, step: first"
    assert sizes(spec(f"{words}, width: 300, height: 200")) == (300, 200)


def test_panels_share_the_width(spec):
    panels = "transform: macro, panels: [{metric: ppl}, {metric: acc}]"
    one, two = spec(panels)["hconcat"]
    assert sizes(one) == sizes(two)
    stacked = spec(f"{panels}, layout: column")["vconcat"]
    assert sizes(stacked[0]) == sizes(stacked[1])
    assert stacked[0]["width"] > 2 * one["width"]


def test_panels_below_one_another_begin_at_the_same_place(spec):
    panels = (
        "transform: snapshot, step: 100, panels: [{metric: ppl}, {metric: acc}], layout: column"
    )
    extents = [view["encoding"]["y"]["axis"]["minExtent"] for view in spec(panels)["vconcat"]]
    assert extents[0] == extents[1]


def test_so_many_small_multiples_that_they_fill_two_screens(results, spec):
    for step in range(1000, 1120):
        results.acc("run", step, qa=0.5, copa=0.25)
    steps = [*range(1000, 1120)]
    many = spec(f"transform: snapshot, metric: acc, steps: {steps}, template: bar")
    cells = {row["step"] for row in many["data"]["values"]}
    shown = len(cells)
    assert shown < 120
    said = f"The first {shown} of 120 plots: more would be higher than two screens"
    assert any(said in line for line in many["title"]["subtitle"])
    rows = -(-shown // many["columns"])
    assert rows * many["spec"]["height"] < 1640


def test_small_multiples_share_the_width(spec):
    faceted = spec("transform: series, metric: ppl, source: [run, old], items: [web, code]")
    assert faceted["columns"] == 2
    width, height = sizes(faceted["spec"])
    # The padding of the picture, what is between the plots; the axis and the legend are beside.
    assert 300 < width < (960 - 2 * 16 - 32) / 2
    assert height == 400


# One spec of each form.

FORMS = {
    "line": "transform: series, metric: ppl",
    "line-reference": "transform: macro, metric: acc, reference: bridge",
    "line-band": "transform: series, metric: sure, interval: 0.95",
    "bar": "transform: snapshot, metric: ppl, step: 100",
    "bar-error": "transform: snapshot, metric: sure, step: 100, interval: 0.95",
    "bar-sorted": "transform: snapshot, metric: ppl, step: 100, sort: value, x_scale: log",
    "grouped-bar": "transform: domain, metric: ppl, steps: [100, 200]",
    "dot-plot": "transform: domain, metric: ppl, steps: [100, 200], template: dot-plot",
    "delta-bar": "transform: delta, metric: acc",
    "step-bar": "transform: delta, metric: acc, of: macro, each: step, from: bridge",
    "path": "transform: tradeoff, x: ppl, y: acc, color: {metric: ppl, items: web}",
    "quadrant": "transform: quadrant, x: ppl, y: acc, baseline: bridge",
    "quadrant-against": "transform: quadrant, x: ppl, y: acc, against: old",
    "heatmap": "transform: series, metric: ppl, template: heatmap",
    "heatmap-signed": "transform: relative, metric: ppl, baseline: first, template: heatmap",
    "history": "transform: stage-compare, view: history, of: macro, metric: ppl, against: old",
    "support": "transform: support, metric: sure",
    "facets": "transform: series, metric: ppl, source: [run, old]",
    "facets-uneven": "transform: snapshot, metric: acc, source: [run, old], template: bar, "
    "steps: {run: [100, 200], old: [100, 300]}",
    "panels": "transform: macro, panels: [{metric: ppl}, {metric: acc}], layout: column",
}


@pytest.mark.parametrize("form", FORMS)
def test_the_spec_of_each_form(form, spec, assert_snapshot):
    saved = spec(FORMS[form])
    del saved["config"], saved["usermeta"]
    text = json.dumps(_rounded(saved), indent=1, ensure_ascii=False) + "\n"
    assert_snapshot(text, SNAPSHOTS / f"{form}.vl.json")


def test_there_is_a_form_of_every_template_and_no_other_file():
    assert {file.name for file in SNAPSHOTS.iterdir()} == {f"{form}.vl.json" for form in FORMS}
    assert set(templates.built_in()) <= set(FORMS)


def _rounded(node):
    """Numbers as far as they say something: the last bits depend on the machine."""
    if isinstance(node, list):
        return [_rounded(each) for each in node]
    if isinstance(node, dict):
        return {key: _rounded(each) for key, each in node.items()}
    return float(f"{node:.6g}") if isinstance(node, float) else node
