"""Each kind of fault is found in a tiny picture that has it, and not in one that has not."""

from __future__ import annotations

import json

import pytest

from diagramgen.formats.render import draw
from tests.pictures import hard
from tests.pictures.__main__ import main
from tests.pictures.finding import Finding, Meant, brief, lines, read_meant, sort_out, summary
from tests.pictures.measure import measure, page_of
from tests.pictures.sizes import Size, widths


@pytest.fixture(scope="module")
def page(browser):
    return page_of(browser)


@pytest.fixture
def kinds(page):
    """The kinds of faults that a picture has, given as a spec or as layers of a plot."""

    def call(*layers, is_grey=False, **spec):
        return {kind for kind, _, _ in findings(page, *layers, is_grey=is_grey, **spec)}

    return call


def findings(page, *layers, is_grey=False, **spec):
    svg = draw(plot(*layers, **spec), "svg", 1).decode()
    (found,) = measure(page, [svg], is_grey=is_grey)
    return found.findings


def plot(*layers, **spec):
    """A plot of 300 by 200 pixels with these layers; no axes, the values go from 0 to 100."""
    config = {"view": {"stroke": None}, "font": "Liberation Sans"}
    whole = {"width": 300, "height": 200, "padding": 10, "background": "white", "config": config}
    return {"$schema": "https://vega.github.io/schema/vega-lite/v6.json"} | whole | (
        {"layer": [POINT, *layers], "data": {"values": [{}]}} if layers else {}
    ) | spec  # fmt: skip


def text(words, x, y, **mark):
    """A text whose middle is at a place, in pixels."""
    return {"mark": {"type": "text", "text": words, "color": "black"} | mark, "encoding": at(x, y)}


def point(x, y, **mark):
    return {"mark": {"type": "point", "filled": True, "size": 60, "opacity": 1} | mark,
            "encoding": at(x, y)}  # fmt: skip


def bar(x, x2, y, y2, color="#0072b2"):
    encoding = at(x, y) | {"x2": {"value": x2}, "y2": {"value": y2}}
    return {"mark": {"type": "rect", "color": color}, "encoding": encoding}


def line(*places, color="black", name="a"):
    """A line through places, in pixels from the left and from below."""
    rows = [{"x": x, "y": y, "item": name} for x, y in places]
    scale = {"domain": [0, 300], "nice": False}
    encoding = {"detail": {"field": "item", "type": "nominal"}}
    for channel, high in (("x", 300), ("y", 200)):
        scale = {"domain": [0, high], "nice": False}
        own = {"field": channel, "type": "quantitative", "axis": None, "scale": scale}
        encoding[channel] = own
    mark = {"type": "line", "color": color}
    return {"data": {"values": rows}, "mark": mark, "encoding": encoding}


def at(x, y):
    return {"x": {"value": x}, "y": {"value": y}}


POINT = point(280, 180, color="#0072b2")
"""A mark far from the others: without one the plot is empty."""


def bars(values, axis=None, colors=("#0072b2", "#d55e00"), label=".2f", names=None):
    """Horizontal bars with a legend and their numbers."""
    rows = [
        {"item": name, "value": v} for name, v in zip(names or "abcdefgh", values, strict=False)
    ]
    color = {"field": "item", "type": "nominal", "scale": {"range": list(colors)}}
    x = {"field": "value", "type": "quantitative", "axis": axis}
    y = {"field": "item", "type": "nominal"}
    labels = {"text": {"field": "value", "type": "quantitative", "format": label}}
    return {
        "data": {"values": rows},
        "encoding": {"x": x, "y": y},
        "layer": [
            {"mark": "bar", "encoding": {"color": color}},
            {"mark": {"type": "text", "align": "left", "dx": 5}, "encoding": labels},
        ],
    }


def test_a_good_picture_has_no_fault(page):
    words = text("Label", 100, 100)
    assert findings(page, words, line((20, 20), (250, 60), name="one"), bar(20, 80, 20, 60)) == []
    assert findings(page, **bars([1, 2])) == []


# ---- overlap ----


@pytest.mark.parametrize(
    ("other", "is_found"),
    [
        (text("other", 110, 100), True),
        (text("other", 150, 100), False),
        (text("other", 100, 112), False),  # the next line
        (text("other", 100, 106), True),
        (text("other", 132, 100, angle=90), False),
        (text("other", 108, 100, angle=90), True),
        (text("other", 110, 100, opacity=0), False),  # nobody sees it
    ],
)
def test_texts_on_each_other(kinds, other, is_found):
    assert ("overlap" in kinds(text("label", 100, 100), other)) is is_found


def test_a_turned_text_is_where_it_is_drawn_and_not_the_box_around_it(kinds):
    turned = text("a long text that is turned", 150, 100, angle=-45)
    assert kinds(turned, text("here", 110, 70)) == set()
    assert "overlap" in kinds(turned, text("here", 150, 100))


def test_a_text_and_its_halo_are_one(kinds):
    halo = text("label", 100, 100, stroke="white", strokeWidth=4)
    assert kinds(halo, text("label", 100, 100)) == set()


# ---- cut ----


def test_a_text_outside_of_the_picture(kinds):
    fixed = {"type": "none"}
    assert kinds(text("a long label", 300, 100), autosize=fixed) == {"cut"}
    assert kinds(text("a long label", 250, 100), autosize=fixed) == set()


def test_a_mark_outside_of_the_picture(kinds):
    fixed = {"type": "none"}
    assert kinds(point(325, 100, color="#0072b2"), autosize=fixed) == {"cut"}
    assert kinds(point(290, 100, color="#0072b2"), autosize=fixed) == set()


def test_a_title_without_room(kinds):
    title = {"text": "A title of many words, more than there is room for", "limit": 100}
    assert kinds(point(50, 50), title=title) == {"cut"}
    assert kinds(point(50, 50), title=title | {"limit": 400}) == set()


# ---- contrast ----


@pytest.mark.parametrize(
    ("color", "size", "behind", "is_found"),
    [
        ("#767676", 11, "white", False),  # 4.54 : 1
        ("#777777", 11, "white", True),  # 4.48 : 1
        ("#949494", 26, "white", False),  # 3.03 : 1, large
        ("#969696", 26, "white", True),  # 2.96 : 1
        ("white", 11, "#0072b2", False),
        ("#333333", 11, "#0072b2", True),
    ],
)
def test_text_on_what_lies_behind_it(kinds, color, size, behind, is_found):
    words = text("label", 100, 100, color=color, fontSize=size)
    found = kinds(bar(20, 180, 50, 150, behind), words)
    assert ("contrast" in found) is is_found


def test_a_label_in_the_colour_of_its_line_needs_no_more_than_the_line(kinds):
    orange = text("label", 100, 100, color="#d55e00")  # 3.87 : 1
    assert kinds(orange) == {"contrast"}
    assert kinds(orange, line((20, 20), (250, 60), color="#d55e00")) == set()


def test_a_halo_lies_behind_its_text(kinds):
    dark = bar(20, 180, 50, 150, "#202020")
    words = text("label", 100, 100)
    halo = text("label", 100, 100, stroke="white", strokeWidth=12)
    assert "contrast" in kinds(dark, words)
    assert "contrast" not in kinds(dark, halo, words)


@pytest.mark.parametrize(("color", "is_found"), [("#e69f00", True), ("#0072b2", False)])
@pytest.mark.parametrize("mark", [lambda color: line((0, 0), (90, 90), color=color),
                                  lambda color: point(50, 50, color=color)])  # fmt: skip
def test_lines_and_points_on_the_background(kinds, mark, color, is_found):
    assert kinds(mark(color)) == ({"contrast"} if is_found else set())


def test_a_pale_point_with_a_dark_edge_is_seen(kinds):
    assert kinds(point(50, 50, color="#deebf7", stroke="#0072b2")) == set()


# ---- covered ----


def test_a_point_under_a_text(kinds):
    assert kinds(point(50, 50), text("label", 60, 50)) == {"covered"}
    assert kinds(point(50, 50), text("label", 75, 50)) == set()


def test_a_symbol_of_the_legend_under_a_text(kinds):
    lines_ = lines_of((1, 2), color={"field": "item", "type": "nominal"})
    at_legend = {
        "view": {"stroke": None},
        "legend": {"orient": "none", "legendX": 50, "legendY": 50},
    }
    assert "covered" in kinds(lines_, text("label", 55, 70), config=at_legend)
    assert kinds(lines_, text("label", 150, 70), config=at_legend) == set()


def test_a_text_across_the_end_of_a_bar(kinds):
    paper = "#9ecae1"
    assert kinds(bar(20, 100, 40, 60, paper), text("9.99", 100, 50)) == {"covered"}
    assert kinds(bar(20, 100, 40, 60, paper), text("9.99", 116, 50)) == set()
    assert kinds(bar(20, 100, 40, 60, paper), text("9.99", 80, 50)) == set()


def test_a_text_that_a_line_crosses(kinds):
    crossing = line((20, 20), (200, 150))
    assert "covered" in kinds(crossing, text("a label of some length", 100, 120))
    assert kinds(crossing, text("label", 100, 30)) == set()
    halo = text("label", 100, 120, stroke="white", strokeWidth=5)
    assert kinds(crossing, halo, text("label", 100, 120)) == set()


def test_the_number_of_a_bar_that_a_gridline_crosses(kinds):
    assert "covered" in kinds(**bars([2, 10.0], axis={"values": [2.3]}))
    assert kinds(**bars([2, 10.0], axis={"values": [5]})) == set()
    assert kinds(**bars([2, 10.0], axis={"values": [2.3], "grid": False})) == set()


def test_bars_on_each_other(kinds):
    assert kinds(bar(20, 100, 40, 60), bar(20, 90, 40, 60, "#d55e00")) == {"covered"}
    assert kinds(bar(20, 100, 40, 60), bar(20, 90, 60, 80, "#d55e00")) == set()


# ---- alike ----


def test_entries_of_a_legend_that_look_the_same(kinds):
    assert kinds(**bars([1, 2], colors=("#0072b2", "#0475b4"))) == {"alike"}
    assert kinds(**bars([1, 2, 3], colors=("#0072b2", "#d55e00"))) == {"alike"}  # the third repeats


def test_without_colour_lightness_tells_apart(kinds):
    same = ("#0072b2", "#b25400")
    assert kinds(**bars([1, 2], colors=same)) == set()
    assert kinds(**bars([1, 2], colors=same), is_grey=True) == {"alike"}
    assert kinds(**bars([1, 2], colors=("#14375e", "#e08a2c")), is_grey=True) == set()


def lines_of(*places, **encoding):
    """A line for each item, from its first value to its last."""
    rows = [{"item": f"i{i}", "step": step, "value": v}
            for i, ends in enumerate(places) for step, v in enumerate(ends)]  # fmt: skip
    own = {"x": {"field": "step", "type": "quantitative", "axis": None},
           "y": {"field": "value", "type": "quantitative", "axis": None},
           "detail": {"field": "item", "type": "nominal"}} | encoding  # fmt: skip
    return {"data": {"values": rows}, "mark": {"type": "line", "color": "#0072b2"}, "encoding": own}


def test_lines_that_look_the_same(kinds):
    both = lines_of((1, 2), (3, 4))
    assert kinds(**both) == {"alike"}
    color = {"field": "item", "type": "nominal", "legend": None,
             "scale": {"range": ["#0072b2", "#d55e00"]}}  # fmt: skip
    dash = {"field": "item", "type": "nominal", "legend": None}
    assert kinds(**lines_of((1, 2), (3, 4), color=color)) == set()
    assert kinds(**lines_of((1, 2), (3, 4), strokeDash=dash)) == set()


def test_lines_of_small_multiples_may_look_the_same(kinds):
    both = lines_of((1, 2), (3, 4))
    inner = {key: value for key, value in both.items() if key != "data"} | {"width": 100}
    facet = {"field": "item", "type": "nominal"}
    assert kinds(data=both["data"], facet=facet, spec=inner) == set()


def test_lines_with_labels_at_their_ends_may_look_the_same(kinds):
    both = lines_of((1, 2), (3, 4))
    rows = [row for row in both["data"]["values"] if row["step"] == 1]
    words = {"data": {"values": rows}, "mark": {"type": "text", "align": "left", "dx": 4},
             "encoding": {"text": {"field": "item", "type": "nominal"},
                          "x": {"field": "step", "type": "quantitative"},
                          "y": {"field": "value", "type": "quantitative"}}}  # fmt: skip
    assert kinds(layer=[both, words]) == set()


def test_points_that_look_the_same(kinds):
    def dots(**encoding):
        found = lines_of((1, 2), (3, 4))
        return found | {"mark": POINT["mark"], "encoding": found["encoding"] | encoding}

    shape = {"field": "item", "type": "nominal", "legend": None}
    assert kinds(**dots()) == {"alike"}
    assert kinds(**dots(shape=shape)) == set()


def test_lines_that_stand_back_are_of_one_grey(kinds):
    def three(*colors):
        scale = {"range": list(colors)}
        color = {"field": "item", "type": "nominal", "legend": None, "scale": scale}
        return lines_of((1, 2), (3, 4), (5, 6), color=color)

    assert kinds(**three("#0072b2", "#888888", "#888888")) == set()
    assert kinds(**three("#888888", "#888888", "#888888")) == {"alike"}
    assert kinds(**three("#888888", "#0072b2", "#0072b2")) == {"alike"}


def test_points_whose_names_stand_on_an_axis_may_look_the_same(kinds):
    names = {"y": {"field": "item", "type": "nominal"}}
    rows = [{"item": item, "value": v, "step": v} for v, item in enumerate("abc")]
    encoding = {
        "x": {"field": "value", "type": "quantitative", "axis": None},
        "detail": {"field": "item", "type": "nominal"},
    }
    dots = {"data": {"values": rows}, "mark": POINT["mark"] | {"color": "#0072b2"}}
    assert kinds(**dots, encoding=encoding | names) == set()
    assert kinds(**dots, encoding=encoding) == {"alike"}


def test_headings_of_panels_that_are_cut_to_the_same_words(kinds):
    def row(*titles):
        dot = {"mark": POINT["mark"] | {"color": "#0072b2"}, "encoding": at(50, 50)}
        panels = [dot | {"width": 140, "title": {"text": t, "limit": 90}} for t in titles]
        return {"data": {"values": [{}]}, "hconcat": panels}

    assert kinds(**row("Mixture 1 with a long name", "Mixture 2 with a long name")) == set()
    assert kinds(**row("A long name of mixture 1", "A long name of mixture 2")) == {"alike"}


def test_labels_that_an_axis_repeats(kinds):
    axis = {"values": [0.9, 1.1], "grid": False}
    assert kinds(**bars([1, 2], axis=axis | {"format": ".0f"})) == {"alike"}
    assert kinds(**bars([1, 2], axis=axis | {"format": ".1f"})) == set()


def test_numbers_that_do_not_tell_bars_apart(kinds):
    assert kinds(**bars([0.36, 0.44], label=".1f")) == {"alike"}
    assert kinds(**bars([0.36, 0.44], label=".2f")) == set()
    assert kinds(**bars([0.40, 0.40], label=".1f")) == set()


# ---- words, share, empty ----


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("NaN", True),
        ("nano 1", False),
        ("at step 2,000, step 10,000", True),
        ("at steps 2,000 and 10,000", False),
        ("10m", True),  # 0.010
        ("10M", False),
        ("6.00e+5", True),  # 600,000
        ("6.00e-5", False),
    ],
)
def test_words_that_are_none(kinds, words, is_found):
    assert ("words" in kinds(text(words, 100, 100))) is is_found


def test_a_glob_in_a_title(kinds):
    assert kinds(point(50, 50), title="Accuracy by task of math_*") == {"words"}
    assert kinds(point(50, 50), title="Accuracy by task of mathematics") == set()


def test_steps_that_are_written_in_two_ways(kinds):
    ticks = {"values": [2000], "format": "~s", "grid": False}
    x = {"field": "step", "type": "quantitative", "axis": ticks}
    dot = {"mark": POINT["mark"] | {"color": "#0072b2"}, "encoding": {"x": x}}
    rows = {"data": {"values": [{"step": 2000}]}}
    assert kinds(**dot, **rows, title="Loss at step 2,000") == {"words"}
    assert kinds(**dot, **rows, title="Loss at step 2k") == set()


def test_a_plot_that_words_leave_no_room(kinds):
    names = ["an extraordinarily long name of a subset of the web", "another"]
    assert "share" in kinds(**bars([1, 2], names=names), width=150)
    assert kinds(**bars([1, 2], names=names), width=400) == set()


def test_bars_that_are_short(kinds):
    def wide(high):
        x = {"field": "value", "type": "quantitative", "axis": None, "scale": {"domain": [0, high]}}
        whole = bars([1, 2, 3], colors=("#0072b2", "#d55e00", "#009e73"))
        return whole | {"encoding": whole["encoding"] | {"x": x}}

    assert kinds(**wide(20)) == {"share"}
    assert kinds(**wide(4)) == set()


def test_a_plot_without_a_mark(kinds):
    axes = {
        "x": {"field": "x", "type": "quantitative"},
        "y": {"field": "y", "type": "quantitative"},
    }
    nothing = {"mark": "point", "encoding": axes, "data": {"values": [{"x": None, "y": 1}]}}
    assert "empty" in kinds(**nothing)
    assert "empty" not in kinds(**nothing | {"data": {"values": [{"x": 1, "y": 1}]}})


def test_a_panel_without_a_mark(kinds):
    dot = {"mark": "point", "encoding": {"x": {"datum": 1}, "y": {"datum": 1}}}
    rule = {"mark": "rule", "encoding": {"y": {"datum": 0}}}
    row = {"data": {"values": [{}]}, "hconcat": [dot, rule]}
    assert "empty" in kinds(**row)
    assert "empty" not in kinds(**row | {"hconcat": [dot, dot]})


# ---- width ----


def sizes(*wide, width="full", high=300):
    return [Size("hard", width, "light", f"hard/{i}", w, high) for i, w in enumerate(wide)]


def told(found):
    return [(finding.chart, finding.kind, finding.what) for finding in found]


def test_pictures_of_a_suite_are_as_wide_as_their_width():
    assert told(widths(sizes(316, 321, 315, 322, width="one-column"))) == [
        ("hard/2", "width", "315 px wide, not 320"),
        ("hard/3", "width", "322 px wide, not 320"),
    ]
    assert told(widths(sizes(672, width="two-column"))) == []


def test_pictures_in_full_are_as_wide_as_most():
    assert told(widths(sizes(900, 900, 1047))) == [("hard/2", "width", "1047 px wide, not 900")]


def test_a_picture_is_not_higher_than_two_screens():
    assert told(widths(sizes(900, high=2160))) == []
    assert told(widths(sizes(900, high=2161))) == [
        ("hard/0", "width", "2161 px high, more than 2160")
    ]


# ---- what is meant, and what is told ----

CUT = Finding("full", "light", "hard/lines/one", "cut", '"a" is 3.0 px outside', "at 1,2")
EMPTY = CUT._replace(kind="empty", what="failed: no value", where="not drawn")


def test_what_is_meant_is_not_wrong():
    entry = Meant("hard/lines/*", "empty", "it has no value", what="failed: *")
    assert sort_out([CUT, EMPTY], [entry]) == ([CUT], [])
    assert sort_out([EMPTY], [entry._replace(theme="print")])[0] == [EMPTY]


def test_what_is_meant_but_not_found_is_told():
    entry = Meant("hard/lines/two", "cut", "it is to be cut")
    assert sort_out([CUT], [entry]) == ([CUT], [entry])


def test_the_list_of_what_is_meant_has_reasons():
    assert all(len(entry.reason) > 10 for entry in read_meant())


def test_a_line_for_each_finding_and_no_more_than_some_of_a_kind():
    many = [CUT._replace(where=f"at {i},0") for i in range(6)]
    assert lines([EMPTY, *many, CUT], 2) == [
        'full         light hard/lines/one  cut: "a" is 3.0 px outside, at 0,0',
        'full         light hard/lines/one  cut: "a" is 3.0 px outside, at 1,0',
        "full         light hard/lines/one  cut: 5 more",
        "full         light hard/lines/one  empty: failed: no value, not drawn",
    ]
    assert brief([CUT, CUT._replace(theme="dark")]) == [
        'cut  hard/lines/one: "a" is 3.0 px outside, at 1,2 (and 1 more); full dark, full light'
    ]
    assert summary([EMPTY, *many], {"hard": 9}).splitlines()[1].split()[:6] == [
        "cut", "6", "in", "1", "pictures", "of"
    ]  # fmt: skip


# ---- the hard charts ----


def test_the_hard_charts_are_the_same_every_time(tmp_path):
    one, other = (hard.write(tmp_path / name) for name in "ab")
    files = [sorted(path.parent.rglob("*.*")) for path in (one, other)]
    assert len(files[0]) > 500
    for path, same in zip(*files, strict=True):
        assert path.read_bytes() == same.read_bytes()


def test_the_hard_charts_have_every_transform_and_template():
    charts = json.dumps(hard.charts())
    assert len(hard.charts()) >= 60
    for name in ("series", "macro", "relative", "delta", "snapshot", "domain", "support",
                 "tradeoff", "quadrant", "stage-compare", "heatmap", "history"):  # fmt: skip
        assert f'"{name}"' in charts


def test_a_part_is_drawn_measured_and_told(browser, capsys):
    assert browser.is_connected()
    options = ["--only", "hard/bars/one", "--width", "full", "--theme", "light", "--kind", "cut"]
    assert main(options) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[1].startswith("cut            0 in    0 pictures of   0 charts")
    assert told[-1].startswith("measured: 1 of hard; ")
