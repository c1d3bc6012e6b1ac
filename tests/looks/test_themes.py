"""Themes: from which colours charts choose, and what a theme of one's own can be."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from diagramgen.assets import asset_folder
from diagramgen.errors import SuiteError
from diagramgen.looks import templates
from diagramgen.looks.palette import DASHES
from diagramgen.looks.themes import built_in, load_theme
from diagramgen.output.build import build
from diagramgen.suite.load import load as load_suite

CHART = "  - {transform: series, metric: ppl, output: chart.png}\n"


@pytest.fixture
def themed(project, plan):
    """The saved spec of a line chart of some slices in a theme."""

    def call(name, chart=CHART, slices=("web", "code", "math")):
        for step in (100, 200):
            project.ppl("run", step, **dict.fromkeys(slices, 4.0))
        project.suite(chart)
        suite = project.folder / "charts.yaml"
        text = suite.read_text().replace("formats: [vl.json]", f"formats: [vl.json], theme: {name}")
        suite.write_text(text)
        (outcome,) = build(plan())
        assert outcome.status == "rendered", outcome.reason
        return project.read("out/chart.vl.json")

    return call


def luminance(color):
    """Relative luminance of WCAG 2.2, from 0 (black) to 1 (white)."""
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def ranges(spec, channel):
    layers = [layer.get("encoding", {}).get(channel, {}) for layer in spec["layer"]]
    return [each["scale"]["range"] for each in layers if "range" in each.get("scale", {})]


def test_the_themes_that_there_are():
    assert built_in() == ["dark", "light", "print"]


def test_every_colour_is_seen_on_the_dark_ground():
    config, palette = load_theme("dark", Path(), "full")
    ground = config["background"]
    for colors in (palette.names, palette.sources):
        assert len(set(colors)) == len(colors)
    shown = (*palette.names, *palette.sources, palette.better, palette.worse, palette.no_group)
    assert min(contrast(color, ground) for color in shown) > 5
    assert min(contrast(color, ground) for color in (*palette.steps, *palette.points)) > 2.4
    text = config["text"]["color"]
    assert contrast(text, ground) > 7


@pytest.mark.parametrize("name", built_in())
def test_cells_get_steadily_darker_or_lighter(name):
    palette = load_theme(name, Path(), "full").palette
    lights = [luminance(color) for color in palette.cells]
    assert lights == sorted(lights, reverse=name != "dark")
    assert contrast(palette.cells[0], palette.cells[-1]) > 11
    middle = len(palette.differences) // 2
    down, up = palette.differences[middle::-1], palette.differences[middle:]
    for half in (down, up):
        assert [luminance(c) for c in half] == sorted(map(luminance, half), reverse=name != "dark")
        assert contrast(half[0], half[-1]) > 7


@pytest.mark.parametrize("name", built_in())
def test_a_theme_says_the_style_of_every_mark_of_the_templates(name):
    used = {
        layer["mark"]["style"]
        for template in templates.built_in()
        for layer in templates.load(template, None).spec["layer"]
        if "style" in layer["mark"]
    }
    config = load_theme(name, Path(), "full").config
    assert set(config["style"]) == used
    assert all(set(style) <= {"color", "stroke"} for style in config["style"].values())


@pytest.mark.parametrize("name", templates.built_in())
def test_no_template_has_a_colour_of_its_own(name):
    text = (asset_folder("templates") / f"{name}.yaml").read_text("utf-8")
    assert not re.findall(r"#[0-9a-f]{3,6}\b|white|black|scheme", text)


def test_a_dark_chart(themed):
    spec = themed("dark")
    assert spec["config"]["background"] == "#16191d"
    assert spec["config"]["axis"]["labelFontSize"] == 12
    assert ranges(spec, "color")[0] == ["#56b4e9", "#ff8c42", "#2fc7b5"]


def test_in_print_lines_differ_in_dash_and_shape_and_colours_in_lightness(themed):
    spec = themed("print")
    dashes = [[*dash] for dash in DASHES[:3]]
    assert ranges(spec, "strokeDash") == [dashes]
    assert ranges(spec, "shape") == [["circle", "square", "triangle-up"]]
    grey = [luminance(color) for color in ranges(spec, "color")[0]]
    assert min(abs(a - b) for i, a in enumerate(grey) for b in grey[:i]) > 0.08


def test_in_print_no_two_of_many_lines_look_alike(themed):
    """There are eight colours: of 24 lines three have the same one, but other dashes and shapes."""
    chart = CHART.replace("output", "labels: legend, output")
    spec = themed("print", chart, slices=[f"slice{i:02}" for i in range(24)])
    colors, *_ = ranges(spec, "color")
    (dashes,), (shapes,) = ranges(spec, "strokeDash"), ranges(spec, "shape")
    assert len(set(colors)) == 8
    assert len(set(zip(colors, map(tuple, dashes), shapes, strict=True))) == 24
    assert all(one != next_ for one, next_ in itertools.pairwise(dashes))


def test_in_print_sources_differ_in_dash(themed, project):
    for step in (100, 200):
        project.ppl("old", step, web=3.0)
    chart = (
        "  - {transform: series, metric: ppl, items: web, source: [run, old], output: chart.png}"
    )
    assert ranges(themed("print", f"{chart}\n"), "strokeDash") == [[[1, 0], [6, 3]]]


def test_a_theme_of_ones_own_is_laid_over_the_light_one(themed, project):
    project.write(
        "looks/mine.yaml", 'background: "#fffff8"\nusermeta: {names: [black, red], better: tan}\n'
    )
    spec = themed("looks/mine.yaml")
    assert spec["config"]["background"] == "#fffff8"
    assert spec["config"]["axis"]["labelFontSize"] == 12
    assert "usermeta" not in spec["config"]
    assert ranges(spec, "color")[0] == ["black", "red", "black"]


OWN = """\
  - transform: series
    metric: ppl
    template: mine
    vegalite: {config: {view: {fill: white}, style: {zero: {color: "#0072b2"}}}}
    output: chart.png
"""
TEMPLATE = """\
usermeta: {needs: [step, value], keys: [item]}
encoding:
  x: {field: step, type: quantitative}
  y: {field: value, type: quantitative}
layer:
  - mark: {type: text, stroke: white, color: "#0072b2"}
    encoding: {text: {field: item}}
  - mark: {type: point, style: zero}
    encoding: {color: {field: item, type: nominal}}
"""


def test_no_theme_changes_colours_of_ones_own(themed, project):
    """White stays white on a dark ground, and the light theme's blue that blue."""
    project.write("looks/mine.yaml", TEMPLATE)
    spec = themed("dark", OWN)
    assert spec["config"]["view"] == {"stroke": None, "fill": "white"}
    assert spec["config"]["style"]["zero"] == {"color": "#0072b2"}
    assert spec["config"]["style"]["halo"] == {"stroke": "#16191d"}
    text, point = spec["layer"]
    assert text["mark"] == {"type": "text", "stroke": "white", "color": "#0072b2"}
    assert point["mark"] == {"type": "point", "style": "zero"}
    assert ranges(spec, "color") == [["#56b4e9", "#ff8c42", "#2fc7b5"]]


def test_null_is_a_value_of_a_theme(themed, project):
    project.write("mine.yaml", "axis: {domainColor: null}\n")
    config = themed("mine.yaml")["config"]
    assert (config["axis"]["domainColor"], config["view"]) == (None, {"stroke": None})


def test_a_theme_that_is_no_vega_lite_fails_its_charts(project, plan):
    project.ppl("run", 100, web=4.0)
    project.suite(CHART)
    project.write("mine.yaml", "axis: {labelColour: red}\n")
    suite = project.folder / "charts.yaml"
    suite.write_text(suite.read_text().replace("[vl.json]", "[vl.json], theme: mine.yaml"))
    (outcome,) = build(plan())
    assert outcome.status == "failed"
    assert outcome.reason == (
        "not valid Vega-Lite: config.axis: 'labelColour' is not a property here; did you mean "
        "'labelColor'?"
    )


@pytest.mark.parametrize(
    ("name", "file", "message"),
    [
        (
            "drak",
            None,
            "charts.yaml:3:47: error[unknown-theme]: 'drak' is not a theme; did you mean 'dark'?",
        ),
        (
            "my.yaml",
            None,
            "error[wrong-value]: 'theme': there is no file 'my.yaml' beside the suite",
        ),
        (
            "my.yaml",
            "[1, 2]",
            "my.yaml:1:1: error[wrong-type]: a theme: got a list; expected a mapping",
        ),
        (
            "my.yaml",
            "usermeta: {colors: {white: black}}",
            (
                "my.yaml:1:12: error[unknown-key]: 'colors' is not a key of 'usermeta'; "
                "known: names, sources, "
                "shades, better, worse, no_group, steps, cells, differences, points, dashes"
            ),
        ),
        (
            "my.yaml",
            "usermeta: {steps: [red, blue]}",
            (
                "my.yaml:1:20: error[wrong-value]: 'steps', entry 1: got 'red'; "
                "expected text like '#0072b2'"
            ),
        ),
        (
            "my.yaml",
            'usermeta: {steps: ["#0072b2"]}',
            "my.yaml:1:19: error[wrong-value]: 'steps' has 1 entries; it needs 2",
        ),
        (
            "my.yaml",
            "usermeta: {cells: [sky]}",
            (
                "my.yaml:1:20: error[wrong-value]: 'cells', entry 1: got 'sky'; "
                "expected text like 'steelblue' or '#0072b2'"
            ),
        ),
        (
            "my.yaml",
            "usermeta: {better: 'url(http://x.y)'}",
            (
                "my.yaml:1:20: error[wrong-value]: 'better': got 'url(http://x.y)'; "
                "expected text like 'steelblue' or '#0072b2'"
            ),
        ),
        (
            "my.yaml",
            "axis: {labelFontSize: .nan}",
            "my.yaml:1:23: error[wrong-value]: nan is no number of JSON; null is",
        ),
        (
            "my.yaml",
            "usermeta: {points: {name: 'url(x)'}}",
            (
                "my.yaml:1:27: error[wrong-value]: 'name': got 'url(x)'; expected text like "
                "'blues' or 'viridis'"
            ),
        ),
        (
            "my.yaml",
            "usermeta: {points: {name: blues, extent: [0, 2]}}",
            (
                "my.yaml:1:46: error[wrong-value]: 'extent', entry 2: got 2; "
                "expected a number from 0 to 1"
            ),
        ),
        (
            "my.yaml",
            "font: ${font}",
            (
                "my.yaml:1:7: error[unknown-var]: '${font}' in a theme, which is plain Vega-Lite; "
                "vars are for suites: write the value here, or the key in 'vegalite' of an entry"
            ),
        ),
        (
            "my.yaml",
            "usermeta: null",
            "my.yaml:1:11: error[wrong-type]: 'usermeta': got nothing; expected a mapping",
        ),
        (
            "my.yaml",
            "axis: {",
            "my.yaml:1:7: error[yaml-syntax]: the file ends where a value is expected",
        ),
    ],
)
def test_what_is_said_of_a_wrong_theme(project, name, file, message):
    project.suite(CHART)
    suite = project.folder / "charts.yaml"
    suite.write_text(suite.read_text().replace("[vl.json]", f"[vl.json], theme: {name}"))
    if file:
        project.write(name, file)
    with pytest.raises(SuiteError) as err:
        load_suite(suite)
    assert str(err.value.diagnostics[0]).splitlines()[0].endswith(message)
