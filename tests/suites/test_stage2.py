"""The bundled suite draws the charts that the Stage-2 folder has, under the same names."""

import json
import re
import shutil
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "schema/manifest.schema.json").read_bytes())
STAGE2 = ROOT / "evaluation" / "_runs_stage2" / "eval_results" / "by_checkpoint"

TIER2 = [
    "tier2/series/tier2_ppl_by_slice_vs_step.png",
    "tier2/macro/tier2_macro_ppl_vs_step.png",
    "tier2/relative/tier2_relative_vs_step2000.png",
    "tier2/relative/tier2_macro_relative_vs_step2000.png",
    "tier2/deltas/tier2_delta_step_22000_minus_2000_by_slice.png",
    "tier2/snapshots/tier2_step_2000_by_slice.png",
    "tier2/snapshots/tier2_step_10000_by_slice.png",
    "tier2/snapshots/tier2_step_22000_by_slice.png",
    "tier2/domains/tier2_domain_early_mid_late.png",
    "tier2/hq/tier2_hq_ppl_by_slice_vs_step.png",
    "tier2/hq/tier2_anchor_vs_hq_macro_ppl_vs_step.png",
    "tier2/hq/tier2_anchor_vs_hq_relative_vs_step2000.png",
]
TIER3 = [
    "tier3/series/tier3_acc_by_task_vs_step.png",
    "tier3/macro/tier3_macro_acc_vs_step.png",
    "tier3/relative/tier3_relative_vs_step2000.png",
    "tier3/relative/tier3_macro_relative_vs_step2000.png",
    "tier3/deltas/tier3_delta_step_22000_minus_2000_by_task.png",
    "tier3/snapshots/tier3_step_2000_by_task.png",
    "tier3/snapshots/tier3_step_10000_by_task.png",
    "tier3/snapshots/tier3_step_22000_by_task.png",
    "tier3/domains/tier3_domain_early_mid_late.png",
    "tier3/support/tier3_task_support_n.png",
]
CROSS_TIER = [
    "cross_tier/tradeoff/tier2_vs_tier3_tradeoff.png",
    "cross_tier/objective/stage2_objective_quadrant_vs_baseline.png",
]
BRIDGE = [
    "stage_compare/bridge/stage2_vs_stage1_bridge_macro_trends.png",
    "stage_compare/bridge/stage2_minus_stage1_bridge_macro_delta_by_step.png",
]
AGAINST_STAGE1 = [
    "stage_compare/tier2/stage1_vs_stage2_shared_macro_ppl_vs_step.png",
    "stage_compare/tier2/stage2_minus_stage1_shared_slice_ppl_delta_overlap.png",
    "stage_compare/tier2/stage1_vs_stage2_shared_slice_ppl_step_10000.png",
    "stage_compare/tier3/stage1_vs_stage2_macro_acc_vs_step.png",
    "stage_compare/tier3/stage2_minus_stage1_task_acc_delta_overlap.png",
    "stage_compare/tier3/stage1_vs_stage2_task_acc_step_10000.png",
    "stage_compare/summary/stage2_minus_stage1_macro_delta_overlap_steps.png",
]
ALONE = TIER2 + TIER3 + CROSS_TIER + BRIDGE
ALL = ALONE + AGAINST_STAGE1


@pytest.fixture(scope="module")
def drawn(draw_suite):
    """The folder with all charts, and what the command did."""
    return draw_suite(ROOT)


@pytest.fixture
def listed(main):
    """The charts that the command lists with some options: output path -> row."""

    def call(*options):
        done = main("list", "--json", *options, folder=ROOT)
        assert (done.code, done.err) == (0, "")
        return {row["output"]: row for row in json.loads(done.out)}

    return call


def test_the_counts():
    counts = [len(TIER2), len(TIER3), len(CROSS_TIER), len(BRIDGE + AGAINST_STAGE1), len(set(ALL))]
    assert counts == [12, 10, 2, 9, 33]


def test_the_suite_stays_readable():
    lines = (ROOT / "charts.yaml").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 260


def test_every_chart_is_drawn(drawn):
    _, done = drawn
    assert (done.code, done.out) == (0, "")
    *lines, summary = done.err.splitlines()
    ids = [path.removesuffix(".png") for path in ALL]
    assert sorted(lines) == sorted(f"rendered  {id_}" for id_ in ids)
    assert summary.startswith("33 rendered in ")


def test_each_has_its_picture_and_its_spec(drawn):
    folder, _ = drawn
    found = [
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and ".diagramgen" not in path.parts
    ]
    specs = [path.replace(".png", ".vl.json") for path in ALL]
    gallery = [path for path in found if path.startswith("gallery/")]
    assert sorted(found) == sorted([*ALL, *specs, "manifest.json", "index.html", *gallery])
    assert sum(path.startswith("gallery/charts/") for path in gallery) == len(ALL)


def test_pictures_are_as_wide_as_a_page(drawn):
    folder, _ = drawn
    for path in ALL:
        data = (folder / path).read_bytes()
        assert data.startswith(b"\x89PNG\r\n\x1a\n")
        width, height = (int.from_bytes(data[i : i + 4], "big") for i in (16, 20))
        assert 1200 <= width <= 3000, path
        assert 400 <= height <= 3000, path


def test_specs_have_words_and_data(drawn):
    folder, _ = drawn
    for path in ALL:
        spec = json.loads((folder / path.replace(".png", ".vl.json")).read_bytes())
        views = spec.get("hconcat", [spec])
        assert all(view["data"]["values"] for view in views), path
        assert spec["title"]["text"], path
        assert len(spec["description"]) > 40, path
        assert spec["usermeta"]["diagramgen"]["id"] == path.removesuffix(".png")


def test_the_manifest_follows_its_schema(drawn):
    folder, _ = drawn
    manifest = json.loads((folder / "manifest.json").read_bytes())
    Draft202012Validator(SCHEMA).validate(manifest)
    assert {chart["status"] for chart in manifest["charts"]} == {"rendered"}
    files = {name: manifest["sources"][name].pop("files") for name in ("stage1", "stage2")}
    assert files["stage2"]["tier3"]["50000"] == ["step_50000/tier3_cf.json"]
    stage2_steps = [2000, 6000, 10000, 14000, 18000, 22000, 50000]
    assert [int(step) for step in files["stage2"]["tier2"]] == stage2_steps
    assert manifest["sources"]["stage2"] == {
        "label": "Stage 2",
        "steps": stage2_steps,
        "plotted": [2000, 6000, 10000, 14000, 18000, 22000],
        "bridge": 50000,
        "left_out": {},
    }
    steps = [2000, 10000, 20000, 32000, 40000, 50000]
    assert manifest["sources"]["stage1"] == {
        "label": "Stage 1",
        "steps": steps,
        "plotted": steps,
        "bridge": None,
        "left_out": {},
    }


def test_nothing_tells_where_or_by_whom_it_was_drawn(drawn):
    folder, _ = drawn
    for path in folder.glob("[!.]*/**/*.json"):
        text = path.read_text(encoding="utf-8")
        assert str(folder) not in text
        assert str(ROOT) not in text
        assert str(Path.home()) not in text
        assert not re.search(r"\b\d{4}-\d\d-\d\d\b|\b\d\d:\d\d:\d\d\b", text)


# The options of the stage scripts.


def changed(*changes):
    """The default paths, some of them replaced."""
    text = "\n".join(ALL)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return sorted(text.split())


def test_default_paths(listed):
    assert sorted(listed()) == sorted(ALL)


def test_snapshots(listed):
    assert sorted(listed("--snapshots", "6000,14000,18000")) == changed(
        ("tier2_step_2000_", "tier2_step_6000_"),
        ("tier3_step_2000_", "tier3_step_6000_"),
        ("tier2_step_10000_", "tier2_step_14000_"),
        ("tier3_step_10000_", "tier3_step_14000_"),
        ("tier2_step_22000_", "tier2_step_18000_"),
        ("tier3_step_22000_", "tier3_step_18000_"),
    )


def test_fewer_snapshots(listed):
    lost = {path for path in ALL if re.search(r"tier._step_(2000|10000)_", path)}
    assert len(lost) == 4
    assert sorted(listed("--snapshots", "22000")) == sorted(set(ALL) - lost)


@pytest.mark.parametrize(
    ("steps", "used"),
    [
        ("2000,10000", 10000),
        ("10000,2000", 2000),  # the last one of the list that both have
        ("2000", 2000),
        ("2000,6000", 2000),  # stage 1 has no 6000
        ("6000,14000", 10000),  # none: the largest that both have
        ("50000", 10000),  # the bridge is no step that both have
    ],
)
def test_compare_steps(listed, steps, used):
    assert sorted(listed("--compare-steps", steps)) == changed(
        ("slice_ppl_step_10000", f"slice_ppl_step_{used}"),
        ("task_acc_step_10000", f"task_acc_step_{used}"),
    )


def test_another_baseline(listed):
    assert sorted(listed("--set", "baseline=6000")) == changed(("vs_step2000", "vs_step6000"))


def test_a_baseline_that_is_not_there_gives_way_to_the_first_step(listed):
    assert sorted(listed("--set", "baseline=4000")) == sorted(ALL)


# Missing results.


def test_without_stage_1(listed, tmp_path):
    found = listed("--source", f"stage1={tmp_path / 'nowhere'}")
    assert {path for path, row in found.items() if row["status"] == "ready"} == set(ALONE)
    skipped = [row["reason"] for row in found.values() if row["status"] == "skipped"]
    assert skipped == ["source 'stage1' is not there"] * 7


def test_without_stage_1_its_charts_are_skipped_and_the_manifest_says_why(main, tmp_path):
    """The charts that need no stage 1 are drawn; here two of the 26."""
    options = ("--source", f"stage1={tmp_path / 'nowhere'}", "--out", tmp_path / "out")
    done = main("render", "stage_compare/*", *options, "--formats", "vl.json", folder=ROOT)
    assert (done.code, done.out) == (0, "")
    summary = done.err.splitlines()[-1]
    assert summary == f"2 rendered, 7 skipped in {tmp_path / 'out'}"
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_bytes())
    Draft202012Validator(SCHEMA).validate(manifest)
    became = {(chart["status"], chart.get("reason")) for chart in manifest["charts"]}
    assert became == {("rendered", None), ("skipped", "source 'stage1' is not there")}
    assert manifest["sources"]["stage1"]["missing"] == "source 'stage1' is not there"


def test_skip_stage_compare(listed):
    found = listed("--skip-stage-compare")
    assert {path for path, row in found.items() if row["status"] == "ready"} == set(ALONE)


def test_without_the_bridge_step_2000_is_the_baseline(main, listed, tmp_path):
    shutil.copytree(STAGE2, tmp_path / "stage2", ignore=shutil.ignore_patterns("step_50000"))
    options = ("--source", f"stage2={tmp_path / 'stage2'}")
    assert {row["status"] for row in listed(*options).values()} == {"ready"}

    def rows(path):
        id_ = path.removesuffix(".png")
        done = main("data", id_, *options, "--format", "json", folder=ROOT)
        assert (done.code, done.err) == (0, "")
        return json.loads(done.out)

    quadrant = rows(CROSS_TIER[1])
    assert {row["from_step"] for row in quadrant} == {2000}
    assert (quadrant[0]["step"], quadrant[0]["x"], quadrant[0]["y"]) == (2000, 0.0, 0.0)
    trends, deltas = rows(BRIDGE[0]), rows(BRIDGE[1])
    assert {row["label"] for row in trends} == {"step 2,000"}
    assert {row["reference"] for row in trends} == {
        row["value"] for row in trends if row["step"] == 2000
    }
    assert {row["from_step"] for row in deltas} == {2000}
    assert {row["value"] for row in deltas if row["step"] == 2000} == {0.0}
