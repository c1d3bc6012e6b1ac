"""Width presets: a chart as wide as one or both columns of a paper."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from PIL import Image

from diagramgen.formats.render import draw
from diagramgen.looks.themes import load_theme
from diagramgen.output.build import build
from diagramgen.spec.page import (
    PAGES,
    fit_width,
    legend_columns,
    limit_names,
    panel_page,
    plot_width,
    title_of,
)
from diagramgen.spec.sizes import sizes_of
from diagramgen.spec.text import text_width

FULL, TWO, ONE = PAGES.values()
SIZES = sizes_of(load_theme("light", Path(), "full").config)
CHARTS = {
    "lines": "transform: series, metric: ppl",
    "bars": "transform: snapshot, metric: ppl, step: last",
    "changes": "transform: delta, metric: ppl",
    "panels": "panels: [{transform: macro, metric: ppl}, {transform: macro, metric: acc}]",
    "multiples": "transform: stage-compare, view: delta, against: old, metric: ppl, of: items",
}


@pytest.fixture
def spec_in(project, plan):
    """The saved spec of one of the charts, in a width."""

    def call(name, width):
        for source, more in (("run", 0.0), ("old", 0.5)):
            for step, ppl in ((100, 4.0), (200, 3.0)):
                slices = {"web_fineweb_edu_sample10bt": ppl, "code": ppl - 1, "math": ppl / 2}
                project.ppl(source, step, **{name: ppl + more for name, ppl in slices.items()})
                project.acc(source, step, qa=1 / ppl)
        project.suite(f"  - {{{CHARTS[name]}, output: chart.png}}\n")
        suite = project.folder / "charts.yaml"
        suite.write_text(suite.read_text().replace("[vl.json]", f"[vl.json], width: {width}"))
        (outcome,) = build(plan())
        assert outcome.status == "rendered", outcome.reason
        return project.read("out/chart.vl.json")

    return call


@pytest.mark.parametrize("width", PAGES)
@pytest.mark.parametrize("name", CHARTS)
def test_a_picture_is_as_wide_as_its_column(spec_in, name, width):
    spec = spec_in(name, width)
    with Image.open(io.BytesIO(draw(spec, "png", 1.0))) as picture:
        assert picture.width == PAGES[width].total


def test_in_one_column_panels_stand_below_one_another(spec_in):
    assert "hconcat" in spec_in("panels", "two-column")
    assert "vconcat" in spec_in("panels", "one-column")


def test_in_one_column_small_multiples_stand_below_one_another(spec_in):
    assert spec_in("multiples", "two-column")["columns"] == 2
    assert spec_in("multiples", "one-column")["columns"] == 1


def test_in_one_column_the_legend_stands_below(spec_in):
    assert spec_in("lines", "one-column")["config"]["legend"]["orient"] == "bottom"
    assert "orient" not in spec_in("lines", "two-column")["config"]["legend"]


def test_a_width_of_an_entry_is_the_width_of_its_plot(project, plan):
    project.ppl("run", 100, web=4.0)
    project.suite("  - {transform: snapshot, metric: ppl, step: last, width: 99, output: a.png}\n")
    suite = project.folder / "charts.yaml"
    suite.write_text(suite.read_text().replace("[vl.json]", "[vl.json], width: one-column"))
    build(plan())
    spec = project.read("out/a.vl.json")
    assert spec["width"] == 99
    assert "autosize" not in spec


def test_plots_side_by_side_share_what_their_axes_leave():
    # 16 pixels of padding on both sides, 32 between two plots.
    assert plot_width(FULL, 1, SIZES, 0, 0) == 960 - 32
    assert plot_width(FULL, 3, SIZES, 50, 14) == (960 - 32 - 64 - 2 * 32) // 3
    assert plot_width(FULL, 2, SIZES, 0, 0, edge=2) == (960 - 32 - 34) / 2
    assert plot_width(ONE, 1, SIZES, 400, 0) == 40


def test_panels_side_by_side_have_the_picture_between_them():
    # Of 928 pixels inside the padding 40 are between them; the padding is each one's own.
    assert panel_page(FULL, 2, SIZES).total == 444 + 32


def test_a_single_view_is_fitted_into_the_page():
    view = {"width": 500, "mark": "line"}
    fit = {"type": "fit-x", "contains": "padding"}
    assert fit_width(view, ONE, SIZES) == {"width": 320, "mark": "line", "autosize": fit}
    assert fit_width(view, FULL, SIZES, beyond=90)["padding"] == {
        "left": 16,
        "top": 16,
        "bottom": 16,
        "right": 106,
    }


def test_a_legend_has_as_many_columns_as_there_is_room_for():
    def columns(*names, room, page=ONE, orient="right"):
        legend = {"title": None, "orient": orient}
        color = {"field": "item", "scale": {"domain": list(names)}, "legend": legend}
        view = {"encoding": {"color": color, "x": {"field": "step"}}}
        legend_columns(view, page, SIZES, room, lambda column, name: f"{column} {name}")
        return view["encoding"]["color"]["legend"].get("columns")

    each = text_width("item code", 12) + 70**0.5 + 14
    assert columns("web", "code", "lab", room=2 * each + 1) == 2
    assert columns("x" * 60, room=100) == 1
    assert columns("x" * 60, "y" * 60, room=100, page=FULL) is None
    assert columns("web", "code", room=500, page=FULL, orient="top") is None
    assert columns(*(x * 60 for x in "xyz"), room=900, page=FULL, orient="top") == 2


def test_long_names_take_a_part_of_the_picture():
    view = {"encoding": {"y": {"field": "item", "type": "nominal"}}}
    limit_names(view, ONE, SIZES, {"web": "web", "code": "Code"})
    assert "axis" not in view["encoding"]["y"]
    limit_names(view, ONE, SIZES, {"web": "web", "long": "x" * 40 + "y" * 40})
    # Of 134.4 pixels 12 are the dots', the others are 20 letters of 6.
    axis = view["encoding"]["y"]["axis"]
    assert axis["labelLimit"] == 137
    assert axis["labelExpr"].endswith("[datum.value] || datum.value")
    assert json.loads(axis["labelExpr"].split("[")[0]) == {
        "web": "web",
        "long": "x" * 10 + "\u2026" + "y" * 10,
    }


def test_titles_are_wrapped_to_the_picture():
    title = "Macro accuracy against the bridge, by origin of the slices"
    assert title_of(title, ["Run", None], FULL, SIZES) == {"text": title, "subtitle": ["Run"]}
    words = title_of(title, [], ONE, SIZES)["text"]
    assert " ".join(words) == title
    assert len(words) > 1
    assert all(text_width(line, 17, bold=True) <= 320 - 32 for line in words)
