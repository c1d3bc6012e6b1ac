"""The suite of a later stage: three sources, five metrics in two files, YAML alone."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "stage3"
STEPS = {
    "stage1": [4000, 10000, 20000, 50000],
    "stage2": [2000, 4000, 10000, 22000],
    "stage3": [1000, 2000, 4000, 8000, 12000, 22000],
}


@pytest.fixture(scope="module")
def drawn(draw_suite):
    """The folder with all charts, and what the command did."""
    return draw_suite(EXAMPLE)


@pytest.fixture
def rows(main):
    """The rows of a chart, as the command prints them."""

    def call(id_):
        done = main("data", id_, "--format", "json", folder=EXAMPLE)
        assert (done.code, done.err) == (0, "")
        return json.loads(done.out)

    return call


def results_in(folder):
    found = folder.rglob("*.json")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_the_script_writes_the_checked_in_results(tmp_path):
    command = [sys.executable, EXAMPLE / "make_sample.py", tmp_path]
    subprocess.run(command, check=True)
    written = results_in(tmp_path)
    assert written == results_in(EXAMPLE / "results")
    assert len(written) <= 25
    assert max(map(len, written.values())) < 4000


def test_the_bridge_is_the_last_step_of_stage_2():
    for name in ("eval.json", "tier4.json"):
        last, bridge = (
            json.loads((EXAMPLE / "results" / stage / "step_22000" / name).read_bytes())
            for stage in ("stage2", "stage3")
        )
        if name == "eval.json":
            slices = bridge["tier2"]["slices"]
            assert len(slices) == 14
            assert {item: slices[item] for item in last["tier2"]["slices"]} == (
                last["tier2"]["slices"]
            )
            assert bridge["tier3"] == last["tier3"]
        else:
            assert bridge == last


def test_every_chart_is_drawn(drawn):
    folder, done = drawn
    assert (done.code, done.out) == (0, "")
    *lines, summary = done.err.splitlines()
    assert all(line.startswith("rendered  ") for line in lines)
    assert summary == f"27 rendered in {folder}"
    manifest = json.loads((folder / "manifest.json").read_bytes())
    assert {name: source["steps"] for name, source in manifest["sources"].items()} == {
        name: STEPS[name] for name in ("stage3", "stage2", "stage1")
    }
    assert manifest["sources"]["stage3"]["bridge"] == 22000
    assert {name for chart in manifest["charts"] for name in chart["transforms"]} == {
        "series", "macro", "relative", "delta", "snapshot", "domain", "support", "tradeoff",
        "quadrant", "stage-compare",
    }  # fmt: skip
    pictures = list(folder.rglob("*.png"))
    assert len(pictures) == 27
    for path in pictures:
        assert path.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


def test_nested_records(rows):
    """`results.*.tasks` are the tasks of both skills."""
    found = {row["item"]: (row["value"], row["n"]) for row in rows("stage3/tier4_at_12000")}
    data = json.loads((EXAMPLE / "results/stage3/step_12000/tier4.json").read_bytes())
    skills = data["results"].values()
    expected = {
        name: (record["score"], record["n"])
        for skill in skills
        for name, record in skill["tasks"].items()
    }
    assert len(expected) == 6
    assert found == expected


def test_a_list_of_records(rows):
    found = rows("stage3/judged_series")
    values = {(row["item"], row["step"]): row["value"] for row in found}
    assert len(values) == 25
    for step in (1000, 2000, 4000, 8000, 12000):
        path = EXAMPLE / f"results/stage3/step_{step}/tier4.json"
        for record in json.loads(path.read_bytes())["judged"]:
            wins = None if record["wins"] == "N/A" else record["wins"]
            assert values[record["set"], step] == wins


def test_records_that_are_plain_numbers(rows):
    found = rows("stage3/calibration_heatmap")
    data = json.loads((EXAMPLE / "results/stage3/step_4000/eval.json").read_bytes())
    assert {row["item"]: row["value"] for row in found if row["step"] == 4000} == (
        data["calibration"]
    )


def test_against_two_stages_each_with_its_own_overlap(rows):
    found = rows("stages/tier3_delta_by_task")
    overlap = {(row["against"], row["step"]) for row in found}
    assert overlap == {("stage1", 4000), ("stage2", 2000), ("stage2", 4000)}


def test_three_stages_end_to_end(rows):
    labels = [row["label"] for row in rows("stages/history") if row["panel"] == 1]
    assert labels == [
        "Stage 1, 4,000", "Stage 1, 50,000", "Stage 2, 2,000", "Stage 2, 22,000",
        "Stage 3, 1,000", "Stage 3, 12,000",
    ]  # fmt: skip


def test_without_the_earlier_stages(main, tmp_path):
    nowhere = [f"stage1={tmp_path / 'nowhere'}", f"stage2={tmp_path / 'nowhere'}"]
    options = [part for pair in nowhere for part in ("--source", pair)]
    done = main("list", "--json", *options, folder=EXAMPLE)
    status = {row["id"]: row["status"] for row in json.loads(done.out)}
    assert {id_ for id_, what in status.items() if what == "skipped"} == {
        id_ for id_ in status if id_.startswith("stages/")
    }
