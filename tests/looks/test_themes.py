"""Themes: which colours stand for those of the light one, and what a theme of one's own can be."""

from __future__ import annotations

import itertools

import pytest

from diagramgen.errors import SuiteError
from diagramgen.looks.palette import COLORS, DASHES, ramp
from diagramgen.looks.themes import Theme, built_in, load_theme, restyle
from diagramgen.output.build import build
from diagramgen.suite.load import load as load_suite

PLAIN = Theme({}, {"#0072b2": "#56b4e9"}, None, {}, dashes=False)
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


def test_colours_of_marks_and_scales_are_replaced_and_data_is_not():
    spec = {
        "data": {"values": [{"item": "#0072b2"}]},
        "title": "#0072b2",
        "mark": {"type": "line", "color": "#0072b2"},
        "encoding": {"color": {"scale": {"domain": ["#0072b2"], "range": ["#0072b2"]}}},
    }
    assert restyle(spec, PLAIN) == {
        "data": {"values": [{"item": "#0072b2"}]},
        "title": "#0072b2",
        "mark": {"type": "line", "color": "#56b4e9"},
        "encoding": {"color": {"scale": {"domain": ["#0072b2"], "range": ["#56b4e9"]}}},
    }


def test_the_shades_of_steps_and_vegas_schemes_have_others():
    theme = PLAIN._replace(ramp=("#000000", "#ffffff"), schemes={"blues": ["#111111", "#222222"]})
    shades = {"scale": {"range": ramp(3)}}
    assert restyle(shades, theme) == {"scale": {"range": ["#000000", "#808080", "#ffffff"]}}
    cells = {"scale": {"scheme": {"name": "blues", "extent": [0, 0.5]}, "zero": True}}
    assert restyle(cells, theme) == {"scale": {"zero": True, "range": ["#111111", "#222222"]}}


def test_the_light_theme_changes_nothing():
    light = load_theme("light", None, "full")
    spec = {"mark": {"type": "line", "color": "#0072b2"}}
    assert restyle(spec, light) is spec


def test_every_colour_is_seen_on_the_dark_ground():
    dark = load_theme("dark", None, "full")
    ground = dark.config["background"]
    shown = [dark.colors[color] for color in COLORS]
    assert len(set(shown)) == len(COLORS)
    assert min(contrast(color, ground) for color in (*shown, *dark.ramp)) > 2.4
    assert contrast(dark.config["axis"]["labelColor"], ground) > 7
    assert min(contrast(color, "#d2d6db") for of in dark.schemes.values() for color in of) > 3


def test_a_dark_chart(themed):
    spec = themed("dark")
    assert spec["config"]["background"] == "#16191d"
    assert spec["config"]["axis"]["labelFontSize"] == 12
    assert ranges(spec, "color")[0] == ["#56b4e9", "#ff8c42", "#2fc79a"]


def test_in_print_lines_differ_in_dash_and_shape_and_colours_in_lightness(themed):
    spec = themed("print")
    dashes = [[*dash] for dash in DASHES[:3]]
    assert ranges(spec, "strokeDash") == [dashes]
    assert ranges(spec, "shape") == [["circle", "square", "triangle-up"]]
    grey = [luminance(color) for color in ranges(spec, "color")[0]]
    assert min(abs(a - b) for i, a in enumerate(grey) for b in grey[:i]) > 0.1


def test_in_print_no_two_of_many_lines_look_alike(themed):
    """There are eight colours: of 24 lines three have the same one, but other dashes and shapes."""
    spec = themed("print", slices=[f"slice{i:02}" for i in range(24)])
    colors, *_ = ranges(spec, "color")
    (dashes,), (shapes,) = ranges(spec, "strokeDash"), ranges(spec, "shape")
    assert len(set(colors)) == 8
    assert len(set(zip(colors, map(tuple, dashes), shapes, strict=True))) == 24
    assert all(one != next_ for one, next_ in itertools.pairwise(dashes))


def test_in_print_a_templates_own_dashes_stay():
    dashes = {"field": "better", "scale": {"range": [[9, 9], [1, 0]]}}
    colors = {"field": "better", "scale": {"range": ["red", "blue"]}}
    view = {"mark": "line", "encoding": {"color": colors, "strokeDash": dashes}}
    assert restyle(view, load_theme("print", None, "full")) == view


def test_in_print_sources_differ_in_dash(themed, project):
    for step in (100, 200):
        project.ppl("old", step, web=3.0)
    chart = (
        "  - {transform: series, metric: ppl, items: web, source: [run, old], output: chart.png}"
    )
    assert ranges(themed("print", f"{chart}\n"), "strokeDash") == [[[1, 0], [6, 3]]]


def test_a_theme_of_ones_own_is_laid_over_the_light_one(themed, project):
    project.write(
        "looks/mine.yaml", 'background: "#fffff8"\nusermeta: {colors: {"#0072b2": black}}\n'
    )
    spec = themed("looks/mine.yaml")
    assert spec["config"]["background"] == "#fffff8"
    assert spec["config"]["axis"]["labelFontSize"] == 12
    assert "usermeta" not in spec["config"]
    assert ranges(spec, "color")[0] == ["black", "#d55e00", "#009e73"]


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
            "usermeta: {colour: {}}",
            (
                "my.yaml:1:12: error[unknown-key]: 'colour' is not a key of 'usermeta'; "
                "did you mean 'colors'?"
            ),
        ),
        (
            "my.yaml",
            "usermeta: {ramp: [red, blue]}",
            (
                "my.yaml:1:19: error[wrong-value]: 'ramp', entry 1: got 'red'; "
                "expected text like '#0072b2'"
            ),
        ),
        (
            "my.yaml",
            'usermeta: {ramp: ["#0072b2"]}',
            "my.yaml:1:18: error[wrong-value]: 'ramp' has 1 entries; it needs 2",
        ),
        (
            "my.yaml",
            "usermeta: {schemes: {blues: [sky]}}",
            (
                "my.yaml:1:30: error[wrong-value]: 'blues', entry 1: got 'sky'; "
                "expected text like 'steelblue' or '#0072b2'"
            ),
        ),
        (
            "my.yaml",
            "usermeta: {colors: {white: 'url(http://x.y)'}}",
            (
                "my.yaml:1:28: error[wrong-value]: 'white': got 'url(http://x.y)'; "
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
