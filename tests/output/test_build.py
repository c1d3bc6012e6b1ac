"""The whole line: what a render writes, what it leaves alone, and what it says of itself."""

import hashlib
import json
import os
import re
import shutil
import struct

import altair as alt
import pytest

from diagramgen.errors import OutputError, ResultsError
from diagramgen.output.build import build
from diagramgen.output.charts import How

SERIES = "  - {transform: series, metric: ppl, output: ppl/series.vl.json}\n"
PPL = "  - {transform: macro, metric: ppl, template: plain, output: ppl/macro.vl.json}\n"
ACC = "  - {transform: macro, metric: acc, template: plain, output: acc/macro.vl.json}\n"
GEOMETRIC = PPL.replace("output: ppl/macro", "average: geometric, output: ppl/geometric")
NO_STEP = "  - {transform: snapshot, metric: ppl, step: 4000, output: ppl/at_4000.vl.json}\n"
COMPARE = (
    "  - {transform: stage-compare, view: at, of: macro, against: old, metric: ppl, "
    'template: plain, output: "compare/at_${step}.vl.json"}\n'
)
NOT_OURS = (
    "is there already, and diagramgen did not make it; move it away, or replace it with --force"
)
PANELS = "  - {transform: macro, panels: [{metric: ppl}, {metric: acc}], output: both.vl.json}\n"


@pytest.fixture
def results(project):
    """Two checkpoints of `run`; `code` is missing at the second. `old` has the first."""
    project.write(
        "results/run/step_2000/ppl.json",
        {"slices": {"web": {"ppl": 12.5}, "code": {"ppl": 3.25}, "math": {"ppl": 9.0}}},
    )
    project.write(
        "results/run/step_10000/ppl.json",
        '{"slices": {"web": {"ppl": 11.5}, "code": {"ppl": NaN}, "math": {"ppl": 8.0}}}',
    )
    project.acc("run", 2000, qa=0.25, copa=0.5)
    project.acc("run", 10000, qa=0.375, copa=0.625)
    project.ppl("old", 2000, web=13.5, code=4.0)
    return project


@pytest.fixture
def render(plan):
    """Draw the project's suite; what became of each chart."""

    def call(*only, prune=False, **changes):
        outcomes = build(plan(*only, **changes), how=How(prune=prune))
        return {outcome.planned.id: (outcome.status, outcome.reason) for outcome in outcomes}

    return call


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".diagramgen" not in path.parts
    }


# What is written.


def test_files(results, render):
    results.suite(PPL + ACC)
    assert render() == {"ppl/macro": ("rendered", None), "acc/macro": ("rendered", None)}
    assert results.files() == ["acc/macro.vl.json", "manifest.json", "ppl/macro.vl.json"]


def test_every_format(results, render):
    results.suite(SERIES)
    render(formats=("png", "svg", "vl.json"))
    assert results.files() == [
        "manifest.json", "ppl/series.png", "ppl/series.svg", "ppl/series.vl.json",
    ]  # fmt: skip
    out = results.folder / "out" / "ppl"
    assert (out / "series.svg").read_text().startswith("<svg ")
    png = (out / "series.png").read_bytes()
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert png.endswith(b"IEND\xaeB`\x82")
    width, height = struct.unpack(">II", png[16:24])
    assert width > 1000
    assert height > 500


def test_the_suffix_of_output_names_a_format_beside_those_of_the_suite(results, render):
    results.suite(PPL.replace(".vl.json", ".svg") + ACC.replace(".vl.json", ".csv"))
    assert render() == {"ppl/macro": ("rendered", None), "acc/macro": ("rendered", None)}
    assert results.files() == [
        "acc/macro.csv", "acc/macro.vl.json", "manifest.json", "ppl/macro.svg", "ppl/macro.vl.json",
    ]  # fmt: skip
    of_chart = results.read("out/manifest.json")["charts"][0]["files"]
    assert [file["path"] for file in of_chart] == ["ppl/macro.vl.json", "ppl/macro.svg"]


def test_formats_that_are_asked_for_are_the_only_ones(results, render):
    results.suite(PPL.replace(".vl.json", ".svg"))
    render(formats=("csv",))
    assert results.files() == ["manifest.json", "ppl/macro.csv"]


def test_an_output_folder_that_a_person_names_may_be_a_link(results, render, tmp_path):
    results.suite(SERIES)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to("elsewhere")
    assert render(out=tmp_path / "link") == {"ppl/series": ("rendered", None)}
    assert results.files("elsewhere") == ["manifest.json", "ppl/series.vl.json"]


def test_small_pngs_where_the_suite_asks_for_them(results, plan):
    pytest.importorskip("oxipng", reason="needs the extra `optimize`")
    results.suite(SERIES)
    build(plan(formats=("png",)))
    before = (results.folder / "out/ppl/series.png").stat().st_size
    suite = results.folder / "charts.yaml"
    text = suite.read_text().replace("formats: [vl.json]", "png: {optimize: true}")
    suite.write_text(text)
    build(plan(formats=("png",)))
    assert (results.folder / "out/ppl/series.png").stat().st_size < before


# The saved spec.


def test_the_spec_stands_alone(results, render):
    results.suite(SERIES)
    render()
    spec = results.read("out/ppl/series.vl.json")
    assert next(iter(spec)) == "$schema"
    assert spec["$schema"] == alt.SCHEMA_URL
    finding = "Both slices end better than they begin, most of all web (12.50 to 11.50)"
    assert spec["title"] == {"text": "PPL by slice", "subtitle": [finding, "Run"]}
    assert spec["description"] == (
        "Line chart of 3 slices, 2 steps from 2,000 to 10,000. "
        "PPL (lower is better): 3.25 (code, step 2,000) to 12.50 (web, step 2,000). "
        "From the first step to the last better: 2 of 2, most of all web (12.50 to 11.50). "
        "Best at the end: math, step 10,000. Missing values: 1."
    )
    assert spec["data"] == {
        "values": [
            {"source": "run", "step": 2000, "item": "web", "value": 12.5},
            {"source": "run", "step": 2000, "item": "code", "value": 3.25},
            {"source": "run", "step": 2000, "item": "math", "value": 9.0},
            {"source": "run", "step": 10000, "item": "web", "value": 11.5},
            {"source": "run", "step": 10000, "item": "code", "value": None},
            {"source": "run", "step": 10000, "item": "math", "value": 8.0},
        ]
    }
    assert "datasets" not in spec
    alt.Chart.from_dict(spec)


def test_provenance(results, render):
    results.suite(
        "  - {transform: delta, metric: ppl, from: [4000, first], items: [web, math], "
        "output: delta.vl.json}\n"
    )
    render()
    origin = results.read("out/delta.vl.json")["usermeta"]["diagramgen"]
    assert re.fullmatch("[0-9a-f]{64}", origin.pop("suite"))
    assert origin == {
        "id": "delta",
        "transform": "delta",
        "parameters": {
            "source": "run",
            "metric": "ppl",
            "items": ["web", "math"],
            "from": {"run": 2000},
            "to": {"run": 10000},
            "of": "items",
        },
        "sources": {"run": "Run"},
        "versions": results.read("out/manifest.json")["versions"],
    }


def test_provenance_of_panels(results, render):
    results.suite(
        "  - {transform: series, panels: [{metric: ppl}, {metric: acc, source: [run, old]}], "
        "output: both.vl.json}\n"
    )
    results.acc("old", 2000, qa=0.25)
    render()
    spec = results.read("out/both.vl.json")
    origin = spec["usermeta"]["diagramgen"]
    assert origin["id"] == "both"
    assert origin["sources"] == {"run": "Run", "old": "Old"}
    assert origin["panels"] == [
        {
            "transform": "series",
            "parameters": {"source": "run", "metric": "ppl", "steps": {"run": [2000, 10000]}},
        },
        {
            "transform": "series",
            "parameters": {
                "source": ["run", "old"],
                "metric": "acc",
                "steps": {"run": [2000, 10000], "old": [2000]},
            },
        },
    ]
    assert len(spec["hconcat"]) == 2
    alt.Chart.from_dict(spec)


def test_the_spec_holds_the_table_of_the_data_command(results, main):
    charts = {
        "ppl/series": SERIES,
        "ppl/macro": PPL,
        "delta": "  - {transform: delta, metric: ppl, output: delta.vl.json}\n",
        "up": "  - {transform: relative, metric: acc, baseline: first, output: up.vl.json}\n",
        "compare/at_2000": COMPARE,
        "xy": "  - {transform: tradeoff, x: ppl, y: acc, output: xy.vl.json}\n",
    }
    results.suite("".join(charts.values()))
    assert main("render").code == 0
    for id_ in charts:
        table = json.loads(main("data", id_, "--format", "json").out)
        assert table
        assert results.read(f"out/{id_}.vl.json")["data"]["values"] == table


def test_the_spec_command_prints_the_saved_spec(results, main):
    results.suite(SERIES)
    assert main("render").code == 0
    done = main("spec", "ppl/series")
    assert (done.code, done.err) == (0, "")
    assert done.out == (results.folder / "out/ppl/series.vl.json").read_text()


def test_vegalite_may_say_title_description_and_usermeta(results, render):
    results.suite(
        PPL.replace(
            "output",
            "vegalite: {title: Mine, description: In my words., usermeta: {mine: 1}}, output",
        )
        + GEOMETRIC.replace("output", "vegalite: {title: {text: [Two, lines]}}, output")
        + ACC.replace("output", "vegalite: {title: null}, output")
    )
    assert {status for status, _ in render().values()} == {"rendered"}
    spec = results.read("out/ppl/macro.vl.json")
    assert (spec["title"], spec["description"]) == ("Mine", "In my words.")
    assert set(spec["usermeta"]) == {"mine", "diagramgen"}
    assert results.read("out/ppl/geometric.vl.json")["title"]["text"] == ["Two", "lines"]
    assert "title" not in results.read("out/acc/macro.vl.json")
    titles = [chart["title"] for chart in results.read("out/manifest.json")["charts"]]
    assert titles == ["Mine", "Two lines", "acc/macro"]


# Two runs on the same input write the same bytes.


def test_the_same_input_gives_the_same_bytes(results, start, tmp_path, tmp_path_factory):
    """In another folder, by another user, with another hash seed and time zone."""
    results.suite(SERIES + PANELS + COMPARE + NO_STEP)
    copy = shutil.copytree(tmp_path, tmp_path_factory.mktemp("copy"), dirs_exist_ok=True)
    drawn = ("render", "--formats", "png,vl.json")
    env = {"USER": "somebody", "LOGNAME": "somebody", "HOME": "/home/somebody"}
    with (
        start(*drawn, folder=tmp_path, env=env | {"PYTHONHASHSEED": "1"}) as one,
        start(*drawn, folder=copy, env={"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo"}) as other,
    ):
        assert one.communicate() == other.communicate()
    first = contents(tmp_path / "out")
    assert len(first) == 7
    assert first == contents(copy / "out")
    for name, data in first.items():
        for word in (str(tmp_path), "/tmp", "somebody"):
            assert word.encode() not in data, (name, word)
        if name.endswith(".png"):
            assert b"tIME" not in data


def test_a_second_run_changes_nothing(results, render):
    results.suite(PPL + COMPARE + NO_STEP)
    render()
    first = contents(results.folder / "out")
    render()
    assert contents(results.folder / "out") == first


# A chart that fails.


def test_a_failing_chart_does_not_stop_the_others(results, render):
    results.ppl("run", 2000, web=0.0, math=9.0)
    results.suite(NO_STEP + GEOMETRIC + ACC)
    assert render() == {
        "ppl/at_4000": ("failed", "source 'run' has no step 4000; it has steps 2000, 10000"),
        "ppl/geometric": ("failed", "a geometric average needs values above 0; web has others"),
        "acc/macro": ("rendered", None),
    }
    assert results.files() == ["acc/macro.vl.json", "manifest.json"]


def test_a_failing_chart_leaves_its_old_files(results, render):
    results.suite(GEOMETRIC + ACC)
    render()
    before = contents(results.folder / "out")
    results.ppl("run", 2000, web=0.0, math=9.0)
    results.acc("run", 2000, qa=0.5)
    assert render(prune=True)["ppl/geometric"][0] == "failed"
    after = contents(results.folder / "out")
    assert after["ppl/geometric.vl.json"] == before["ppl/geometric.vl.json"]
    assert after["acc/macro.vl.json"] != before["acc/macro.vl.json"]


def test_vegalite_that_is_not_valid(results, render):
    results.suite(PPL.replace("output", "vegalite: {width: wide}, output"))
    status, reason = render()["ppl/macro"]
    assert status == "failed"
    assert reason.startswith("not valid Vega-Lite: ")


# Results that cannot be read.


def test_unreadable_results_stop_everything_before_anything_is_written(results, render):
    results.suite(PPL + ACC)
    results.write("results/run/step_2000/acc.json", "{oops}")
    with pytest.raises(ResultsError, match=r"^results/run/step_2000/acc.json:1:2: not valid JSON"):
        render()
    assert not (results.folder / "out").exists()


# Output that cannot be written.


def test_a_file_where_the_output_folder_should_be(results, render):
    results.suite(PPL + ACC)
    results.write("out", "mine")
    with pytest.raises(OutputError) as caught:
        render()
    assert str(caught.value) == "cannot write to out: 'out' is a file where a folder should be"
    assert (results.folder / "out").read_text() == "mine"


def test_a_file_where_a_folder_of_a_chart_should_be(results, render):
    results.suite(PPL + ACC)
    results.write("out/ppl", "mine")
    assert render() == {
        "ppl/macro": (
            "failed",
            "cannot write ppl/macro.vl.json: 'ppl' is a file where a folder should be",
        ),
        "acc/macro": ("rendered", None),
    }
    assert results.files() == ["acc/macro.vl.json", "manifest.json", "ppl"]


def test_a_link_out_of_the_output_folder(results, render, tmp_path):
    results.suite(PPL + ACC)
    (tmp_path / "private").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "ppl").symlink_to("../private")
    assert render() == {
        "ppl/macro": (
            "failed",
            "cannot write ppl/macro.vl.json: 'ppl' is a link where a folder should be",
        ),
        "acc/macro": ("rendered", None),
    }
    assert list((tmp_path / "private").iterdir()) == []


def test_a_chart_whose_last_file_cannot_be_written_has_none_written(results, render):
    results.suite(PPL)
    results.write("out/ppl/macro.svg", "mine")
    reason = f"ppl/macro.svg: {NOT_OURS}"
    assert render(formats=("vl.json", "svg")) == {"ppl/macro": ("failed", reason)}
    assert results.files() == ["manifest.json", "ppl/macro.svg"]


@pytest.mark.parametrize("name", ["index.html", "manifest.json", "gallery/vega.js"])
def test_a_file_of_the_output_that_somebody_else_made_stops_the_run(results, main, name):
    """Before anything is drawn; `--force` replaces it on purpose."""
    results.suite(SERIES)
    text = (results.folder / "charts.yaml").read_text()
    results.write("charts.yaml", text.replace("formats:", "gallery: true, formats:"))
    results.write(f"out/{name}", "mine")
    done = main("render")
    assert (done.code, done.err) == (1, f"error: {name}: {NOT_OURS}\n")
    assert results.files() == [name]
    assert (results.folder / "out" / name).read_text() == "mine"
    assert main("render", "--force").code == 0
    assert (results.folder / "out" / name).read_text() != "mine"


def test_charts_that_a_file_system_takes_for_one_are_refused_there(results, main):
    """Where it finds the lock by its name in capitals, too, as it does by a second link here."""
    upper = PPL.replace("ppl/macro.vl.json", "PPL/macro.vl.json")
    results.suite(PPL + upper)
    assert main("render").code == 0
    os.link(results.folder / "out/.diagramgen/lock", results.folder / "out/.diagramgen/LOCK")
    done = main("render", "--force")
    assert done.code == 2
    assert done.err == (
        "charts.yaml:25:62: error[duplicate-id]: 'PPL/macro' and 'ppl/macro' differ only in case, "
        "and the output folder's file system does not tell them apart\n"
        f"    {upper.rstrip()}\n"
        f"    {' ' * 61}{'^' * 17}\n"
    )


# Only some of the charts.


def test_the_other_charts_keep_their_entries(results, render):
    results.suite(PPL + ACC + NO_STEP)
    render()
    first = results.read("out/manifest.json")
    results.acc("run", 2000, qa=0.5)
    assert render("acc/*") == {"acc/macro": ("rendered", None)}
    second = results.read("out/manifest.json")
    ids = ["ppl/macro", "acc/macro", "ppl/at_4000"]
    assert [chart["id"] for chart in second["charts"]] == ids
    assert second["charts"][0] == first["charts"][0]
    assert second["charts"][1] != first["charts"][1]
    assert second["charts"][2] == first["charts"][2]
    assert second["stale"] == []


def test_charts_that_nobody_asked_for_yet_have_no_entry(results, render):
    results.suite(PPL + ACC)
    render("acc/*")
    ids = [chart["id"] for chart in results.read("out/manifest.json")["charts"]]
    assert ids == ["acc/macro"]


# What the suite no longer produces.


def stale(project):
    return [file["path"] for file in project.read("out/manifest.json")["stale"]]


def test_files_of_lost_charts_stay_until_they_are_pruned(results, render):
    results.suite(PPL + ACC)
    render()
    results.suite(PPL)
    render()
    render()
    assert results.files() == ["acc/macro.vl.json", "manifest.json", "ppl/macro.vl.json"]
    assert stale(results) == ["acc/macro.vl.json"]
    render(prune=True)
    assert results.files() == ["manifest.json", "ppl/macro.vl.json"]
    assert not (results.folder / "out" / "acc").exists()
    assert stale(results) == []


def test_a_pruned_tree_is_that_of_a_fresh_run(results, render, tmp_path):
    results.suite(PPL + ACC)
    render(formats=("vl.json", "svg"))
    results.suite(PPL)
    render(prune=True)
    render(out=tmp_path / "fresh")
    assert contents(tmp_path / "out") == contents(tmp_path / "fresh")


def test_only_files_of_the_manifest_are_pruned(results, render):
    results.suite(PPL + ACC)
    render()
    results.write("out/acc/mine.vl.json", "mine")
    results.write("out/notes.txt", "mine")
    results.suite(PPL)
    render(prune=True)
    assert results.files() == [
        "acc/mine.vl.json", "manifest.json", "notes.txt", "ppl/macro.vl.json",
    ]  # fmt: skip


def test_files_of_another_suite_are_not_pruned(results, render, main):
    results.suite(PPL + ACC)
    render()
    results.write("other.yaml", (results.folder / "charts.yaml").read_text().replace(ACC, ""))
    assert main("render", "--config", "other.yaml", "--prune").code == 0
    assert results.files() == ["acc/macro.vl.json", "manifest.json", "ppl/macro.vl.json"]
    assert stale(results) == []


MINE = hashlib.sha256(b"mine").hexdigest()


@pytest.mark.parametrize("path", ["../private.png", "private.txt", "link/private.png"])
def test_a_manifest_of_somebody_else_removes_nothing(results, main, tmp_path, path):
    """Outside, of another kind than a chart's files, by a link; its digest may be right."""
    results.suite(PPL)
    assert main("render").code == 0
    for name in ("private.png", "out/private.txt", "elsewhere/private.png"):
        results.write(name, "mine")
    (tmp_path / "out" / "link").symlink_to("../elsewhere")
    manifest = results.read("out/manifest.json")
    manifest["stale"] = [{"path": path, "sha256": MINE}]
    results.write("out/manifest.json", manifest)
    assert main("render", "--prune").code == 0
    for name in ("private.png", "out/private.txt", "elsewhere/private.png"):
        assert (tmp_path / name).read_text() == "mine"


def test_a_stale_file_that_somebody_edited_is_not_pruned(results, render, main):
    results.suite(PPL + ACC)
    render(formats=("csv",))
    results.suite(PPL)
    results.write("out/acc/macro.csv", "edited by hand")
    done = main("render", "--prune", "--formats", "csv")
    warning = "acc/macro.csv: is not removed, since diagramgen did not make it"
    assert done.err.startswith(f"warning: {warning}\n")
    assert (results.folder / "out/acc/macro.csv").read_text() == "edited by hand"


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"charts": 5}', '{"suite": 7, "charts": []}', '{"charts": [{"id": "x"}]}'],
)
def test_a_manifest_that_is_none_is_not_replaced(results, main, text):
    results.suite(PPL)
    results.write("out/manifest.json", text)
    assert main("render", "--prune").err == f"error: manifest.json: {NOT_OURS}\n"
    assert (results.folder / "out/manifest.json").read_text() == text
    assert main("render", "--prune", "--force").code == 0
    assert [chart["id"] for chart in results.read("out/manifest.json")["charts"]] == ["ppl/macro"]


def test_a_skipped_chart_keeps_its_files_even_if_its_step_is_not_known(results, render, tmp_path):
    results.suite(PPL + COMPARE)
    render()
    before = contents(tmp_path / "out")
    (tmp_path / "results" / "old").rename(tmp_path / "gone")
    render(prune=True)
    assert stale(results) == ["compare/at_2000.vl.json"]
    (tmp_path / "gone").rename(tmp_path / "results" / "old")
    render(prune=True)
    assert contents(tmp_path / "out") == before


def test_another_step_leaves_the_files_of_the_one_before(results, render):
    results.suite(COMPARE)
    render()
    results.ppl("old", 10000, web=12.0)
    render()
    assert results.files() == [
        "compare/at_10000.vl.json", "compare/at_2000.vl.json", "manifest.json",
    ]  # fmt: skip
    assert stale(results) == ["compare/at_2000.vl.json"]
    render(prune=True)
    assert results.files() == ["compare/at_10000.vl.json", "manifest.json"]
