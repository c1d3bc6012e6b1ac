"""Width presets: a chart as wide as one or both columns of a paper."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from diagramgen.formats.render import draw
from diagramgen.output.build import build
from diagramgen.spec.page import PAGES, fit_width, legend_columns, plot_width, title_of

FULL, TWO, ONE = PAGES.values()
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


@pytest.mark.parametrize("width", ["two-column", "one-column"])
@pytest.mark.parametrize("name", CHARTS)
def test_a_picture_is_as_wide_as_its_column(spec_in, name, width):
    spec = spec_in(name, width)
    with Image.open(io.BytesIO(draw(spec, "png", 1.0))) as picture:
        exact = name not in ("panels", "multiples")
        slack = 0 if exact else 0.08 * PAGES[width].total
        assert abs(picture.width - PAGES[width].total) <= slack


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


def test_plots_side_by_side_share_what_their_axis_leaves():
    assert plot_width(FULL, 1, []) == 760
    assert plot_width(FULL, 3, ["general_web"]) == (760 - 2 * 40) // 3
    assert plot_width(ONE, 1, []) == 320 - 14 - 56
    assert plot_width(TWO, 2, ["0123456789"]) == (672 - 14 - (56 + 12) - 20) // 2


def test_a_view_on_a_page_of_any_width_keeps_its_plot():
    view = {"width": 760, "mark": "line"}
    assert fit_width(view, FULL) is view


def test_a_legend_has_as_many_columns_as_there_is_room_for():
    def columns(*names, page=ONE, orient="right"):
        legend = {"title": None, "orient": orient}
        color = {"field": "item", "scale": {"domain": list(names)}, "legend": legend}
        view = {"encoding": {"color": color, "x": {"field": "step"}}}
        legend_columns(view, page, lambda column, name: f"{column} {name}")
        return view["encoding"]["color"]["legend"].get("columns")

    assert columns("web", "code") == 252 // (len("item code") * 5 + 26)
    assert columns("x" * 60) == 1
    assert columns("x" * 60, "y" * 60, page=FULL) is None
    assert columns("web", "code", page=FULL, orient="top") is None
    assert columns("x" * 60, "y" * 60, page=FULL, orient="top") == 760 // (65 * 7 + 26)


def test_titles_are_wrapped_where_the_page_is_narrow():
    title = "Macro accuracy against the bridge, by origin of the slices"
    assert title_of(title, ["Run", None], FULL) == {"text": title, "subtitle": ["Run"]}
    assert title_of(title, [], ONE) == {
        "text": ["Macro accuracy against the bridge, by origin of", "the slices"]
    }
