"""The charts that set both metrics, or both stages, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from statistics import fmean

from matplotlib.axes import Axes

from benchmarks.matplotlib_numbers import (
    ACCURACY,
    ANCHORS,
    PPL,
    SLICES,
    TASKS,
    Run,
    improvement,
    macro,
)
from benchmarks.matplotlib_plots import (
    BETTER,
    Frame,
    Script,
    Values,
    draw_lines,
    draw_path,
    draw_steps,
)

COMPARED = 10_000
STAGES = ("#e69f00", BETTER)


def across(script: Script, ppl: Run, acc: Run, bridge_ppl: Values, bridge_acc: Values) -> None:
    """The charts of both metrics, alone and against the bridge."""
    x, y = macro(ppl, SLICES), macro(acc, TASKS)
    frame = Frame(
        "cross_tier/tradeoff/tier2_vs_tier3_tradeoff",
        (1716, 1066),
        "Macro Tier2 PPL against macro Tier3 accuracy",
    )
    fig, ax = script.figure(frame)
    draw_path(ax, x, y, PPL, ACCURACY)
    script.save(fig, frame.name)

    base_x = fmean(bridge_ppl[item] for item in SLICES)
    base_y = fmean(bridge_acc[item] for item in TASKS)
    frame = Frame(
        "cross_tier/objective/stage2_objective_quadrant_vs_baseline",
        (1696, 1086),
        "Improvement in both against bridge (step 50,000)",
    )
    fig, ax = script.figure(frame)
    ax.axhline(0, color="#333333", linewidth=0.8)
    ax.axvline(0, color="#333333", linewidth=0.8)
    draw_path(
        ax,
        improvement(x, base_x, lower=True),
        improvement(y, base_y, lower=False),
        "Improvement in macro Tier2 PPL in %",
        "Improvement in macro Tier3 accuracy in %",
    )
    ax.fill_between([0, 100], 0, 100, color="#eef6f9", zorder=0)
    ax.set(xlim=(-1, 10), ylim=(-3, 6))
    ax.text(9.9, 5.8, "better in both", ha="right", va="top", fontsize=6, style="italic")
    script.save(fig, frame.name)

    def trend(values: Values, base: float, ylabel: str) -> Callable[[Axes], None]:
        def fill(ax: Axes) -> None:
            draw_lines(ax, {"Stage 2": values}, ylabel)
            ax.axhline(base, color="#666666", linestyle="--", linewidth=0.8)
            ax.annotate(
                "bridge (step 50,000)",
                (1, base),
                (-2, 3),
                fontsize=6,
                ha="right",
                xycoords=("axes fraction", "data"),
                textcoords="offset points",
            )

        return fill

    def change(
        values: Values, base: float, ylabel: str, scale: float, lower: bool
    ) -> Callable[[Axes], None]:
        changes = {f"{int(step):,}": scale * (value - base) for step, value in values.items()}
        return lambda ax: draw_steps(ax, changes, ylabel, lower)

    script.panels(
        Frame(
            "stage_compare/bridge/stage2_vs_stage1_bridge_macro_trends",
            (2174, 988),
            "Stage 2 macro trends against the Stage 1 bridge",
        ),
        [trend(x, base_x, PPL), trend(y, base_y, ACCURACY)],
    )
    script.panels(
        Frame(
            "stage_compare/bridge/stage2_minus_stage1_bridge_macro_delta_by_step",
            (2148, 1016),
            "Stage 2 minus the Stage 1 bridge, macro averages",
        ),
        [
            change(x, base_x, "Change in Tier2 PPL", 1, lower=True),
            change(y, base_y, "Change in Tier3 accuracy (percentage points)", 100, lower=False),
        ],
    )


def compare(script: Script, old_ppl: Run, ppl: Run, old_acc: Run, acc: Run) -> None:
    """The charts of stage 2 against stage 1, at the steps and on the items that both have."""
    percent = "Change in percentage points"
    script.lines(
        Frame(
            "stage_compare/tier2/stage1_vs_stage2_shared_macro_ppl_vs_step",
            (1672, 1164),
            "Stage 1 vs Stage 2",
        ),
        PPL,
        {"Stage 1": macro(old_ppl, ANCHORS), "Stage 2": macro(ppl, ANCHORS)},
    )
    script.lines(
        Frame(
            "stage_compare/tier3/stage1_vs_stage2_macro_acc_vs_step",
            (1694, 1096),
            "Stage 1 vs Stage 2",
        ),
        ACCURACY,
        {"Stage 1": macro(old_acc, TASKS), "Stage 2": macro(acc, TASKS)},
    )
    script.deltas(
        Frame(
            "stage_compare/tier2/stage2_minus_stage1_shared_slice_ppl_delta_overlap",
            (1938, 718),
            "Stage 2 minus Stage 1",
        ),
        "Change in Tier2 PPL",
        changes(old_ppl, ppl, ANCHORS, 1),
        lower=True,
    )
    script.deltas(
        Frame(
            "stage_compare/tier3/stage2_minus_stage1_task_acc_delta_overlap",
            (1804, 788),
            "Stage 2 minus Stage 1",
        ),
        percent,
        changes(old_acc, acc, TASKS, 100),
        lower=False,
    )
    script.grouped(
        Frame(
            f"stage_compare/tier2/stage1_vs_stage2_shared_slice_ppl_step_{COMPARED}",
            (1932, 874),
            f"Stage 1 vs Stage 2 at step {COMPARED:,}",
        ),
        PPL,
        {"Stage 1": chosen(old_ppl, ANCHORS), "Stage 2": chosen(ppl, ANCHORS)},
        STAGES,
        "%.2f",
    )
    script.grouped(
        Frame(
            f"stage_compare/tier3/stage1_vs_stage2_task_acc_step_{COMPARED}",
            (1798, 1034),
            f"Stage 1 vs Stage 2 at step {COMPARED:,}",
        ),
        ACCURACY,
        {"Stage 1": chosen(old_acc, TASKS), "Stage 2": chosen(acc, TASKS)},
        STAGES,
        "{:.1%}",
    )
    ppl_change = macro_changes(old_ppl, ppl, ANCHORS, 1)
    acc_change = macro_changes(old_acc, acc, TASKS, 100)
    script.panels(
        Frame(
            "stage_compare/summary/stage2_minus_stage1_macro_delta_overlap_steps",
            (2136, 1088),
            "Stage 2 minus Stage 1 at the steps that both have",
        ),
        [
            lambda ax: draw_steps(ax, ppl_change, "Change in Tier2 PPL", lower=True),
            lambda ax: draw_steps(ax, acc_change, percent, lower=False),
        ],
    )


def chosen(run: Run, items: Iterable[str]) -> Values:
    """The items' values at the step that is compared."""
    return {item: run[COMPARED][item] for item in items}


def changes(old: Run, new: Run, items: Iterable[str], scale: float) -> dict[str, Values]:
    """Each item's change from one run to the other, at every step that both have."""
    return {
        f"step {step:,}": {item: scale * (new[step][item] - old[step][item]) for item in items}
        for step in new
        if step in old
    }


def macro_changes(old: Run, new: Run, items: Iterable[str], scale: float) -> Values:
    """The change of the mean over the items, at every step that both have."""
    return {
        f"{int(step):,}": scale * (value - macro(old, items)[step])
        for step, value in macro(new, items).items()
        if int(step) in old
    }
