"""The charts of the bundled suite as a plain matplotlib script would draw them.

`python matplotlib_charts.py RESULTS OUT` reads RESULTS/_runs_stage1 and RESULTS/_runs_stage2 and
writes the same charts under the same names and with as many pixels into OUT.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.matplotlib_numbers import (
    ACCURACY,
    ANCHORS,
    BASELINE,
    BRIDGE,
    HIGH_QUALITY,
    PPL,
    SLICES,
    TASKS,
    Run,
    by_domain,
    each_item,
    improvement,
    macro,
    read,
    relative,
)
from benchmarks.matplotlib_plots import Frame, Script
from benchmarks.matplotlib_stages import across, compare

SNAPSHOTS = (2000, 10_000, 22_000)
BLUES = ("#c6dbef", "#6a89b8", "#08306b")


def main(results: Path, script: Script) -> None:
    """Read the results of both stages and have the script draw every chart."""
    stage1, stage2 = results / "_runs_stage1", results / "_runs_stage2"
    tier2 = ("tier2_ppl.json", "slices")
    tier3 = ("tier3_cf.json", "tasks")
    old_ppl, ppl = read(stage1, *tier2, "ppl"), read(stage2, *tier2, "ppl")
    old_acc, acc = read(stage1, *tier3, "acc"), read(stage2, *tier3, "acc")
    n = read(stage2, *tier3, "n")
    bridge_ppl, bridge_acc = ppl.pop(BRIDGE), acc.pop(BRIDGE)
    of_tier2(script, ppl)
    of_tier3(script, acc, n)
    across(script, ppl, acc, bridge_ppl, bridge_acc)
    compare(script, old_ppl, ppl, old_acc, acc)


def of_tier2(script: Script, ppl: Run) -> None:
    """The charts of perplexity alone."""
    percent = "Improvement in Tier2 PPL in % (positive is better)"
    mean = macro(ppl, SLICES)
    groups = {"Anchors": macro(ppl, ANCHORS), "HQ additions": macro(ppl, HIGH_QUALITY)}
    script.lines(
        Frame("tier2/series/tier2_ppl_by_slice_vs_step", (2094, 1066), "Tier2 PPL by slice"),
        PPL,
        each_item(ppl, SLICES),
    )
    script.lines(
        Frame("tier2/macro/tier2_macro_ppl_vs_step", (1692, 1066), "Macro Tier2 PPL"),
        PPL,
        {"macro": mean},
    )
    script.lines(
        Frame(
            "tier2/relative/tier2_relative_vs_step2000",
            (2130, 1066),
            "Tier2 PPL by slice: improvement against step 2,000",
        ),
        percent,
        relative(ppl, SLICES, lower=True),
    )
    script.lines(
        Frame(
            "tier2/relative/tier2_macro_relative_vs_step2000",
            (1698, 1066),
            "Macro Tier2 PPL: improvement against step 2,000",
        ),
        percent,
        {"macro": improvement(mean, mean[str(BASELINE)], lower=True)},
    )
    change = {item: ppl[max(ppl)][item] - ppl[min(ppl)][item] for item in SLICES}
    script.deltas(
        Frame(
            "tier2/deltas/tier2_delta_step_22000_minus_2000_by_slice",
            (1950, 822),
            "Tier2 PPL by slice: change",
        ),
        "Change in Tier2 PPL",
        {"step 2,000 to step 22,000": change},
        lower=True,
    )
    for step, size in zip(SNAPSHOTS, ((1970, 822), (1978, 822), (1984, 822)), strict=True):
        script.bars(
            Frame(
                f"tier2/snapshots/tier2_step_{step}_by_slice",
                size,
                f"Tier2 PPL by slice at step {step:,}",
            ),
            PPL,
            ppl[step],
            SLICES,
            lambda value: f"{value:.2f}",
        )
    domains = {f"{step:,}": by_domain(ppl[step], SLICES) for step in SNAPSHOTS}
    script.grouped(
        Frame("tier2/domains/tier2_domain_early_mid_late", (1654, 618), "Tier2 PPL by domain"),
        PPL,
        domains,
        BLUES,
        "%.2f",
    )
    script.lines(
        Frame(
            "tier2/hq/tier2_hq_ppl_by_slice_vs_step",
            (2094, 1066),
            "Tier2 PPL by slice of HQ additions",
        ),
        PPL,
        each_item(ppl, HIGH_QUALITY),
    )
    script.lines(
        Frame("tier2/hq/tier2_anchor_vs_hq_macro_ppl_vs_step", (1884, 1066), "Tier2 PPL by origin"),
        PPL,
        groups,
    )
    better = {
        name: improvement(values, values[str(BASELINE)], lower=True)
        for name, values in groups.items()
    }
    script.lines(
        Frame(
            "tier2/hq/tier2_anchor_vs_hq_relative_vs_step2000",
            (1920, 1066),
            "Tier2 PPL by origin: improvement against step 2,000",
        ),
        percent,
        better,
    )


def of_tier3(script: Script, acc: Run, n: Run) -> None:
    """The charts of accuracy alone."""
    percent = "Improvement in Tier3 accuracy in % (positive is better)"
    mean = macro(acc, TASKS)
    script.lines(
        Frame("tier3/series/tier3_acc_by_task_vs_step", (1964, 1066), "Tier3 accuracy by task"),
        ACCURACY,
        each_item(acc, TASKS),
    )
    script.lines(
        Frame("tier3/macro/tier3_macro_acc_vs_step", (1714, 1066), "Macro Tier3 accuracy"),
        ACCURACY,
        {"macro": mean},
    )
    script.lines(
        Frame(
            "tier3/relative/tier3_relative_vs_step2000",
            (1978, 1066),
            "Tier3 accuracy by task: improvement against step 2,000",
        ),
        percent,
        relative(acc, TASKS, lower=False),
    )
    script.lines(
        Frame(
            "tier3/relative/tier3_macro_relative_vs_step2000",
            (1698, 1066),
            "Macro Tier3 accuracy: improvement against step 2,000",
        ),
        percent,
        {"macro": improvement(mean, mean[str(BASELINE)], lower=False)},
    )
    change = {item: 100 * (acc[max(acc)][item] - acc[min(acc)][item]) for item in TASKS}
    script.deltas(
        Frame(
            "tier3/deltas/tier3_delta_step_22000_minus_2000_by_task",
            (1796, 774),
            "Tier3 accuracy by task: change",
        ),
        "Change in percentage points",
        {"step 2,000 to step 22,000": change},
        lower=False,
    )
    for step, size in zip(SNAPSHOTS, ((1848, 774), (1800, 774), (1828, 774)), strict=True):
        script.bars(
            Frame(
                f"tier3/snapshots/tier3_step_{step}_by_task",
                size,
                f"Tier3 accuracy by task at step {step:,}",
            ),
            ACCURACY,
            acc[step],
            TASKS,
            lambda value: f"{value:.1%}",
        )
    domains = {f"{step:,}": by_domain(acc[step], TASKS, n[step]) for step in SNAPSHOTS}
    script.grouped(
        Frame("tier3/domains/tier3_domain_early_mid_late", (1804, 618), "Tier3 accuracy by domain"),
        ACCURACY,
        domains,
        BLUES,
        "{:.1%}",
    )
    script.bars(
        Frame(
            "tier3/support/tier3_task_support_n",
            (1798, 774),
            "Tier3 accuracy by task: evaluated examples",
        ),
        "Number of evaluated examples",
        n[max(acc)],
        TASKS,
        lambda value: f"{value:,.0f}",
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Script(Path(sys.argv[2])))
