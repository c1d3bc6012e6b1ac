"""Every figure that was computed independently from real results is what the charts show.

Needs the folder `shared` beside the checkout, which has the results and the figures.
"""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
FIGURES = SHARED / "reference" / "stage2-figures.json"
RESULTS = SHARED / "data" / "stage2" / "eval_results" / "by_checkpoint"
OPTIONS = ("--source", f"stage2={RESULTS}", "--source", "stage1=nowhere", "--format", "json")
MORE_CHARTS = """\
charts:
  - {transform: support, metric: tier2, output: tier2_support.png}
  - {transform: relative, metric: tier2, of: macro, baseline: bridge, output: tier2_bridge.png}
  - {transform: relative, metric: tier3, of: macro, baseline: bridge, output: tier3_bridge.png}
  - {transform: domain, metric: tier2, output: tier2_mean.png}
  - {transform: domain, metric: tier3, output: tier3_mean.png}
  - {transform: domain, metric: tier2, average: weighted, output: tier2_weighted.png}
  - {transform: domain, metric: tier3, average: weighted, output: tier3_weighted.png}
"""
"""Charts of figures that the bundled suite does not show, or shows at some of the steps only."""

pytestmark = pytest.mark.skipif(not FIGURES.is_file(), reason="there is no ../shared")


def figures():
    return json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.is_file() else {}


@pytest.fixture
def rows(main):
    """The rows of a chart of the bundled suite, as the command prints them."""

    def call(id_, folder=ROOT):
        done = main("data", id_, *OPTIONS, folder=folder)
        assert (done.code, done.err) == (0, "")
        return json.loads(done.out)

    return call


@pytest.fixture
def more(rows, project):
    """The same for a chart of MORE_CHARTS."""
    text = (ROOT / "charts.yaml").read_text(encoding="utf-8")
    project.write("charts.yaml", text[: text.index("charts:\n  #")] + MORE_CHARTS)
    return lambda id_: rows(id_, project.folder)


def column(rows, key, value="value", scale=1.0, **where):
    """A column by another, of the rows where others have the given values."""
    kept = [row for row in rows if all(row[name] == wanted for name, wanted in where.items())]
    found = {str(row[key]): row[value] * scale for row in kept}
    assert len(found) == len(kept)
    return found


def by_tier(tier, rows, more):
    """Each figure of a tier, as the charts show it."""
    panel = {"tier2": 1, "tier3": 2}[tier]
    axis = {"tier2": "x", "tier3": "y"}[tier]
    of = {"tier2": "slice", "tier3": "task"}[tier]
    kind = {"tier2": "ppl", "tier3": "acc"}[tier]
    domains = {"tier2": "web code math", "tier3": "commonsense science_qa reasoning_physical"}
    trends = rows("stage_compare/bridge/stage2_vs_stage1_bridge_macro_trends")
    deltas = rows("stage_compare/bridge/stage2_minus_stage1_bridge_macro_delta_by_step")
    quadrant = rows("cross_tier/objective/stage2_objective_quadrant_vs_baseline")
    (bridge,) = {row["reference"] for row in trends if row["panel"] == panel}

    def domain(id_):
        found = more(id_)
        return {name: column(found, "step", group=name) for name in domains[tier].split()}

    relative = rows(f"{tier}/relative/{tier}_relative_vs_step2000")
    support = (
        rows("tier3/support/tier3_task_support_n") if tier == "tier3" else more("tier2_support")
    )
    return {
        "macro": column(rows(f"{tier}/macro/{tier}_macro_{kind}_vs_step"), "step"),
        "bridge_macro": bridge,
        "macro_relative_pct": column(
            rows(f"{tier}/relative/{tier}_macro_relative_vs_step2000"), "step", scale=100
        ),
        "relative_pct_last": column(relative, "item", scale=100, step=22000),
        "delta_last_minus_first": column(
            rows(f"{tier}/deltas/{tier}_delta_step_22000_minus_2000_by_{of}"), "item"
        ),
        "bridge_delta": column(deltas, "step", panel=panel),
        "bridge_improvement_pct": column(quadrant, "step", axis, 100),
        "support": column(support, "item", "n"),
        "domain_weighted": domain(f"{tier}_weighted"),
        "domain_mean": domain(f"{tier}_mean"),
    }


def by_origin(id_, scale, rows):
    found = rows(id_)
    names = {"anchor": "Anchors", "hq": "HQ additions"}
    return {name: column(found, "step", scale=scale, group=group) for name, group in names.items()}


SHOWN = {
    "steps": lambda rows, _: sorted(
        {row["step"] for row in rows("tier2/series/tier2_ppl_by_slice_vs_step")}
    ),
    "bridge": lambda rows, _: next(
        row["from_step"]
        for row in rows("cross_tier/objective/stage2_objective_quadrant_vs_baseline")
    ),
    "tier2": lambda rows, more: by_tier("tier2", rows, more),
    "tier3": lambda rows, more: by_tier("tier3", rows, more),
    "origin_macro": lambda rows, _: by_origin(
        "tier2/hq/tier2_anchor_vs_hq_macro_ppl_vs_step", 1, rows
    ),
    "origin_relative_pct": lambda rows, _: by_origin(
        "tier2/hq/tier2_anchor_vs_hq_relative_vs_step2000", 100, rows
    ),
}
"""Each part of the reference, as the charts show it."""


def leaves(value, way=()):
    """Every number below a value, with the way to it."""
    if not isinstance(value, dict | list):
        return {way: value}
    parts = value.items() if isinstance(value, dict) else enumerate(value)
    found = {}
    for key, part in parts:
        found |= leaves(part, (*way, key))
    return found


def test_no_figure_is_forgotten():
    assert set(figures()) == set(SHOWN)
    assert len(leaves(figures())) >= 216


@pytest.mark.parametrize("part", SHOWN)
def test_figures(part, rows, more):
    expected, shown = leaves(figures()[part]), leaves(SHOWN[part](rows, more))
    assert shown.keys() == expected.keys()
    for way, figure in expected.items():
        assert shown[way] == pytest.approx(figure, rel=1e-9, abs=1e-9), (part, *way)


def test_domains_of_the_bundled_suite(rows):
    """Early, mid and late: Tier2 domains are plain means, Tier3 domains are weighted by n."""
    for tier, average in (("tier2", "domain_mean"), ("tier3", "domain_weighted")):
        found = rows(f"{tier}/domains/{tier}_domain_early_mid_late")
        expected = {
            (group, step): pytest.approx(value, rel=1e-9, abs=1e-9)
            for group, values in figures()[tier][average].items()
            for step, value in values.items()
            if step in ("2000", "10000", "22000")
        }
        assert len(expected) == 9
        assert {(row["group"], str(row["step"])): row["value"] for row in found} == expected


def test_snapshots_are_the_files_values(rows):
    for tier, of, file, records, field in (
        ("tier2", "slice", "tier2_ppl.json", "slices", "ppl"),
        ("tier3", "task", "tier3_cf.json", "tasks", "acc"),
    ):
        for step in (2000, 10000, 22000):
            data = json.loads((RESULTS / f"step_{step}" / file).read_bytes())[records]
            found = rows(f"{tier}/snapshots/{tier}_step_{step}_by_{of}")
            expected = {name: record[field] for name, record in data.items()}
            assert {row["item"]: row["value"] for row in found} == expected


def test_the_command_itself(run):
    """What the process prints, for one chart."""
    done = run("data", "tier2/macro/tier2_macro_ppl_vs_step", *OPTIONS)
    assert (done.code, done.err) == (0, "")
    shown = column(json.loads(done.out), "step")
    assert shown == pytest.approx(figures()["tier2"]["macro"], rel=1e-9, abs=1e-9)
