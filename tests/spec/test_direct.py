"""Names at the ends of lines."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagramgen.looks.themes import load_theme
from diagramgen.output.build import build
from diagramgen.spec.direct import apart

LIGHT = load_theme("light", Path(), "full").palette


@given(st.lists(st.floats(0, 400), max_size=25))
def test_no_two_names_are_closer_than_a_line_and_none_leaves_the_plot(wanted):
    found = apart(wanted, 13, 400)
    assert all(b - a >= 13 - 1e-9 for a, b in itertools.pairwise(sorted(found)))
    assert all(-1e-9 <= place <= 400 + 1e-9 for place in found)
    # Names keep the order of their lines.
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    assert [found[i] for i in order] == sorted(found)


def test_names_with_room_stay_where_their_lines_end():
    assert apart([300, 10, 100], 13, 400) == [300, 10, 100]


def test_names_that_are_too_close_move_apart_by_the_same():
    assert apart([100, 103], 13, 400) == [95, 108]
    assert apart([100, 100, 200], 13, 400) == [93.5, 106.5, 200]


def test_names_at_the_edge_move_inwards():
    assert apart([1, 2], 13, 400) == [0, 13]
    assert apart([399, 400], 13, 400) == [387, 400]


@pytest.fixture
def drawn(project, plan):
    """The saved spec of a chart of the source run; the values at its last step are given."""

    def call(keys, output="{dir: out, formats: [vl.json]}", **values):
        project.ppl("run", 100, **dict.fromkeys(values, 5.0))
        project.ppl("run", 200, **values)
        project.suite(f"  - {{{keys}, output: chart.png}}\n")
        suite = project.folder / "charts.yaml"
        text = suite.read_text()
        suite.write_text(text.replace("{dir: out, formats: [vl.json]}", output))
        (outcome,) = build(plan())
        assert outcome.status == "rendered", outcome.reason
        return project.read("out/chart.vl.json")

    return call


def named(spec):
    """What is written at the ends of a chart's lines, with the numbers beside which it stands."""
    return {
        row["label"]: row["at"]
        for layer in spec["layer"]
        if "data" in layer and layer["mark"]["type"] == "text"
        for row in layer["data"]["values"]
    }


def legends(spec):
    encodings = [layer.get("encoding", {}) for layer in spec["layer"]]
    colors = [encoding["color"] for encoding in encodings if "color" in encoding]
    return [color["legend"] for color in colors if "legend" in color]


SERIES = "transform: series, metric: ppl"


def test_lines_have_their_names_at_their_ends_and_no_legend(drawn):
    spec = drawn(SERIES, web=4.0, code=2.0)
    assert named(spec) == {"web": 4.0, "code": 2.0}
    assert set(legends(spec)) == {None}
    *_, names = spec["layer"]
    assert names["encoding"]["x"] == {"value": "width"}
    assert names["encoding"]["color"]["field"] == "item"


def test_the_legend_stays_where_the_entry_wants_it(drawn):
    spec = drawn(f"{SERIES}, labels: legend", web=4.0, code=2.0)
    assert named(spec) == {}
    assert legends(spec)[0]["title"] == "Slice"


def test_where_it_is_not_known_where_lines_end_there_is_a_legend(drawn):
    spec = drawn(f"{SERIES}, y_scale: sqrt", web=4.0, code=2.0)
    assert named(spec) == {}
    assert legends(spec)[0]["title"] == "Slice"


def test_names_too_long_for_the_picture_are_in_a_legend(drawn):
    long = "a_name_that_is_much_too_long_to_stand_beside_the_lines_of_a_chart"
    assert named(drawn(SERIES, **{long: 4.0, "code": 2.0})) == {}
    assert named(drawn(f"{SERIES}, labels: direct", **{long: 4.0, "code": 2.0})) != {}


def test_a_name_that_moved_has_a_thread_to_its_line(drawn):
    spec = drawn(SERIES, web=4.0, code=4.0)
    *_, thread, names = spec["layer"]
    assert thread["mark"]["type"] == "rule"
    assert [row["value"] for row in thread["data"]["values"]] == [4.0, 4.0]
    web, code = names["data"]["values"]
    assert web["at"] != code["at"]
    assert (web["at"] + code["at"]) / 2 == pytest.approx(4.0)


def test_one_line_needs_no_name(drawn):
    assert named(drawn(f"{SERIES}, items: [web]", web=4.0)) == {}


def test_of_more_lines_than_colours_the_best_and_the_worst_have_one(drawn):
    """Perplexity: the lowest is the best. The metric has no groups for these names."""
    spec = drawn(SERIES, **{f"s{i:02}": 5.0 - i / 10 for i in range(12)})
    assert len(named(spec)) == 12
    line = next(layer for layer in spec["layer"] if layer["mark"]["type"] == "line")
    scale = line["encoding"]["color"]["scale"]
    looks = dict(zip(scale["domain"], scale["range"], strict=True))
    assert looks.pop("s11") == LIGHT.names[0]
    assert looks.pop("s00") == LIGHT.names[1]
    assert set(looks.values()) == {LIGHT.no_group}
    assert line["encoding"]["strokeWidth"]["condition"]["test"] == {
        "not": {"field": "item", "oneOf": ["s11", "s00"]}
    }


def test_more_names_than_lines_have_room_for_are_the_rows_of_a_heatmap(drawn):
    spec = drawn(SERIES, **{f"s{i:02}": 5.0 - i / 10 for i in range(30)})
    assert spec["layer"][0]["mark"]["type"] == "rect"
    assert "30 are more than lines can tell apart: each has a row" in spec["title"]["subtitle"]


def test_a_template_that_the_entry_names_stays(drawn):
    """There is no room for 40 names: only the best and the worst are named."""
    values = {f"s{i:02}": 5.0 - i / 10 for i in range(40)}
    spec = drawn(f"{SERIES}, template: line", **values)
    assert "rect" not in [layer["mark"]["type"] for layer in spec["layer"]]
    assert named(spec) == {"s39": pytest.approx(1.1), "s00": 5.0}


def test_several_lines_of_reference_are_told_of_once(drawn, project):
    """Two runs have a bridge each, of the same name."""
    project.ppl("run", 9000, web=4.5)
    project.ppl("old", 9000, web=4.25)
    project.ppl("old", 100, web=4.0)
    project.ppl("old", 200, web=3.0)
    spec = drawn("transform: macro, metric: ppl, source: [run, old], reference: 9000", web=4.0)
    assert "Dashed: bridge (step 9,000), step 9,000" in spec["title"]["subtitle"]
    assert named(spec).keys() == {"Run", "Old"}


def test_values_are_written_at_the_points_of_lines_where_the_entry_wants_them(drawn):
    spec = drawn(f"{SERIES}, items: [web], values: true", web=4.0)
    *_, values = spec["layer"]
    assert [(row["step"], row["label"]) for row in values["data"]["values"]] == [
        (100, "5.00"),
        (200, "4.00"),
    ]
    plain = drawn(f"{SERIES}, items: [web]", web=4.0)
    assert len(plain["layer"]) == len(spec["layer"]) - 1
