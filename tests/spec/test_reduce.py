"""Long curves are drawn from a part of their rows, and nobody can see from which."""

import io
import json
import math
import re
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import vl_convert
from PIL import Image

from diagramgen import load
from diagramgen.errors import ChartError
from diagramgen.formats.table import records
from diagramgen.spec.reduce import reduced

STEPS = 2000
SUITE = """\
version: 1
output: {dir: out, scale: %s, %s}
sources:
  run: {label: Run, root: results, checkpoint: run.csv, tokens_per_step: 1000}
  old: {label: Old, root: results, checkpoint: old.csv}
metrics:
  loss:
    label: Loss
    better: lower
    format: .2f
    read: {reader: csv, step: step, item: item, value: loss, stderr: error}
defaults: {source: run, metric: loss, width: 100}
charts:
  - {transform: series, output: series.png}
  - {transform: series, x_scale: log, y_scale: log, output: log.png}
  - {transform: series, unit: tokens, output: tokens.png}
  - {transform: macro, items: eval, interval: 0.95, reference: first, output: band.png}
  - {transform: series, source: [run, old], color_by: source, output: facets.png}
  - {panels: [{transform: series}, {transform: macro, items: eval}], output: panels.png}
  - {transform: series, template: heatmap, output: heatmap.png}
"""


def losses(seed):
    """A noisy and a smooth loss with gaps: two long ones, single steps, and every tenth step."""
    noise, rows = np.random.default_rng(seed), ["step,item,loss,error"]
    for step in range(1, STEPS + 1):
        level = 2 + 6 * math.exp(-step / 300)
        train = level + noise.normal(0, 0.2) + 3 * (noise.random() < 0.003)
        gap = 500 <= step < 800 or step in (1200, 1202, 1400) or (step > 1700 and step % 10)
        rows.append(f"{step},train,{'' if gap else f'{train:.6f}'},0.1")
        rows.append(f"{step},eval,{level + 1:.6f},{0.1 + 0.05 * noise.random():.6f}")
    return "\n".join(rows) + "\n"


@pytest.fixture(scope="module")
def suites(make_project, tmp_path_factory):
    """The suite at two scales, one of them as wide as a page of a paper, by scale."""
    found = {}
    for scale, look in ((1, "theme: light"), (2, "theme: print, width: two-column")):
        project = make_project(tmp_path_factory.mktemp("many"))
        project.write("charts.yaml", SUITE % (scale, look))
        project.write("results/run.csv", losses(1))
        project.write("results/old.csv", losses(2))
        found[scale] = load(project.folder / "charts.yaml")
    return found


@pytest.fixture
def both(suites):
    """A chart's spec and the same with all rows of its tables, by scale and id."""

    def call(scale, name):
        chart = suites[scale][name]
        spec, table = chart.spec(), chart.table()
        whole = json.loads(json.dumps(spec))
        views = whole.get("hconcat", [whole])
        tables = [part for _, part in table.groupby("panel")] if len(views) > 1 else [table]
        for view, rows in zip(views, tables, strict=True):
            columns = list(view["data"]["values"][0])
            assert len(view["data"]["values"]) < len(rows)
            view["data"]["values"] = records(rows[columns])
        return spec, whole

    return call


def marks(spec):
    """The lines and areas of a drawing, each as the points of its unbroken parts."""
    svg = vl_convert.vegalite_to_svg(spec)
    found = re.findall(r'<path aria-label[^>]*="(?:line|area) mark"[^>]* d="([^"]+)"', svg)
    return [
        [
            np.array([pair.split(",") for pair in part.split("L")], dtype=float)
            for part in re.split("[MZ]", mark)
            if "L" in part
        ]
        for mark in found
    ]


def extents(mark, scale, columns):
    """The least and the greatest y of a mark in each pixel column, where it has any."""
    low, high = np.full(columns, np.inf), np.full(columns, -np.inf)
    for part in mark:
        for (x1, y1), (x2, y2) in pairwise(part * (scale, 1)):
            sides = np.arange(math.floor(min(x1, x2)) + 1, math.ceil(max(x1, x2)))
            cut = y1 + (sides - x1) * (y2 - y1) / (x2 - x1 or 1)
            column = np.floor(np.concatenate([[x1, x2], sides - 1, sides])).astype(int)
            y = np.concatenate([[y1, y2], cut, cut])
            np.minimum.at(low, column, y)
            np.maximum.at(high, column, y)
    return low, high


@pytest.mark.parametrize(
    ("scale", "name"),
    [(1, "series"), (2, "series"), (1, "log"), (2, "tokens"), (1, "band"), (2, "facets"),
     (1, "panels")],
)  # fmt: skip
def test_a_drawn_curve_has_the_same_extent_in_each_pixel_column(both, scale, name):
    fewer, whole = (marks(spec) for spec in both(scale, name))
    columns = 200 * scale
    for mark, all_of_it in zip(fewer, whole, strict=True):
        assert sum(map(len, mark)) < sum(map(len, all_of_it)) / 2
        ours, full = extents(mark, scale, columns), extents(all_of_it, scale, columns)
        np.testing.assert_allclose(ours, full, atol=0.002)
    assert whole


def colored(spec, scale):
    """The top and the bottom of what is coloured in each pixel column of a PNG."""
    png = vl_convert.vegalite_to_png(spec, scale=scale)
    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)
    on = np.ptp(pixels, axis=2) > 40
    top = np.where(on.any(0), on.argmax(0), len(on))
    return top, np.where(on.any(0), len(on) - on[::-1].argmax(0), 0)


def reach(top, bottom):
    """The same with what is in the columns beside each."""
    return (minimum_of_three(top), -minimum_of_three(-bottom))


def minimum_of_three(row):
    """The least of each value and those beside it."""
    padded = np.pad(row, 1, mode="edge")
    return np.minimum(np.minimum(padded[:-2], padded[2:]), row)


@pytest.mark.parametrize(("scale", "name"), [(1, "log"), (1, "band"), (2, "band")])
def test_no_pixel_column_of_a_picture_goes_farther_than_one_beside_it_did(both, scale, name):
    fewer, whole = (colored(spec, scale) for spec in both(scale, name))
    for one, other in ((fewer, whole), (whole, fewer)):
        (top, bottom), (highest, lowest) = one, reach(*other)
        assert (top >= highest - 1).all()
        assert (bottom <= lowest + 1).all()
    same = (fewer[0] == whole[0]) & (fewer[1] == whole[1])
    assert same.mean() > 0.8


def test_the_chart_says_what_it_is_drawn_from(suites):
    chart = suites[1]["series"]
    spec = chart.spec()
    count = len(spec["data"]["values"])
    assert spec["title"]["subtitle"] == [
        "Both items end better than they begin, most of all eval (8.98 to 3.01)",
        "Run",
        "2,000 steps drawn by their extremes in each pixel column",
    ]
    assert spec["usermeta"]["diagramgen"]["drawn"] == {
        "rows": count,
        "of": 4000,
        "by": "extremes in each pixel column",
    }
    assert count < 2 * 4 * 100
    assert [part["mark"] for part in spec["layer"] if "data" not in part] == [
        {"type": "line", "strokeJoin": "round"},
        {"type": "point", "size": 4},
    ]
    table = chart.table()
    assert len(table) == 4000
    assert spec["description"].startswith("Line chart of 2 items, 2,000 steps from 1 to 2,000.")
    assert spec["description"].endswith(f"Missing values: {table['value'].isna().sum()}.")


def test_panels_say_it_once_each_with_its_own_numbers(suites):
    spec = suites[1]["panels"].spec()
    assert spec["title"]["subtitle"] == ["2,000 steps drawn by their extremes in each pixel column"]
    assert [panel["drawn"]["of"] for panel in spec["usermeta"]["diagramgen"]["panels"]] == [
        4000,
        2000,
    ]


def line(*, mark="line", x=None, y=None, inner=None, **more):
    """A view of a line 5 pixels wide, with changes to its parts."""
    x = {"field": "step", "type": "quantitative"} | (x or {})
    y = {"field": "value", "type": "quantitative"} | (y or {})
    layer = [{"mark": mark, "encoding": {"x": x, "y": y, **more}, **(inner or {})}]
    return {"width": 5, "height": 5, "layer": layer}


@pytest.fixture
def rows():
    """A hundred steps of which each tenth is 1, all others are 0."""
    steps = range(100)
    values = [float(step % 10 == 5) for step in steps]
    return pd.DataFrame({"source": "run", "step": pd.array(steps, "Int64"), "value": values})


def test_the_rows_of_a_line(rows):
    found = reduced(line(), None, rows, 1).rows["step"].tolist()
    assert found == [0, 5, 19, 20, 25, 39, 40, 45, 59, 60, 65, 79, 80, 85, 98, 99]


@pytest.mark.parametrize(
    ("view", "patch"),
    [
        (line(mark="bar"), None),
        (line(mark="point"), None),
        (line(mark="area"), None),  # stacked
        (line(order={"field": "step"}), None),
        (line(x={"type": "ordinal"}), None),
        (line(x={"bin": True}), None),
        (line(x={"scale": {"domain": [0, 10]}}), None),
        (line(x={"scale": {"type": "pow"}}), None),
        (line(x={"scale": None}), None),
        (line(x={"field": "value"}), None),
        (line(y={"aggregate": "mean"}), None),
        (line(y={"field": "made"}), None),
        (line(inner={"transform": [{"filter": "datum.value > 0"}]}), None),
        (line(), {"transform": [{"loess": "value", "on": "step"}]}),
        (line(), {"width": {"step": 3}}),
        (line(), {"resolve": {"scale": {"x": "independent"}}}),
        (line() | {"width": 25}, None),
    ],
)
def test_what_needs_all_rows_has_them(view, patch, rows):
    drawn = reduced(view, patch, rows, 1)
    assert drawn.view is view
    assert drawn.rows is rows
    assert (drawn.note(), drawn.origin()) == (None, {})


def test_other_charts_are_refused_where_they_have_too_many_rows(suites, monkeypatch):
    monkeypatch.setattr("diagramgen.spec.pixels.MAX_ROWS", 3_999)
    assert suites[1]["series"].spec()
    with pytest.raises(ChartError) as err:
        suites[1]["heatmap"].spec()
    assert str(err.value) == (
        "the table has 4,000 rows; a chart may have 3,999, but for lines over steps: "
        "choose fewer items or steps, or average them"
    )
