"""Write the sample results: two invented runs, so that the bundled suite draws as it stands.

Every number is made up from the tables in this file and a fixed seed. Run it as
`python evaluation/make_sample.py [FOLDER]`; without FOLDER it writes beside itself.
"""

from __future__ import annotations

import json
import math
import random
import sys
from dataclasses import dataclass
from pathlib import Path

SEED = 20_260_117
TOKENS = 2_097_152
NOISE = 0.004
"""Standard deviation of the noise on an nll, in nats."""

DIGITS = 9
"""Decimals kept, so that a last-bit difference between C libraries leaves the files unchanged."""

STAGE1_STEPS = (2000, 10_000, 20_000, 32_000, 40_000, 50_000)
STAGE2_STEPS = (2000, 6000, 10_000, 14_000, 18_000, 22_000)
BRIDGE = STAGE1_STEPS[-1]

STAGE2_SCALE = 2500.0
STAGE2_EXPONENT = 0.55
TASK_SCALE = 6000.0
TASK_EXPONENT = 0.45

Numbers = dict[str, float]
Records = dict[str, Numbers]


@dataclass(frozen=True)
class Slice:
    """What the learning curve of a slice is made of (nll in nats per token)."""

    name: str
    floor: float
    """The nll that stage 1 would reach in the end."""
    bridge: float
    """The nll at the last step of stage 1."""
    exponent: float
    gain: float
    """What stage 2 takes off in the end; negative where the slice gets worse."""
    anchor: bool = True
    """Whether stage 1 is evaluated on it."""


@dataclass(frozen=True)
class Task:
    """What the learning curve of a task is made of (accuracies as fractions)."""

    name: str
    n: int
    chance: float
    top: float
    """The accuracy that stage 1 would reach in the end."""
    gain: float
    """What stage 2 adds in the end; negative where the task gets worse."""


SLICES = (
    Slice("general_web", 2.71, 3.09, 0.33, -0.055),
    Slice("web_fineweb_edu_sample10bt", 2.52, 2.93, 0.34, 0.045),
    Slice("wiki_en_20231101", 2.21, 2.66, 0.38, 0.060),
    Slice("books_newslike", 2.98, 3.37, 0.30, -0.012),
    Slice("code", 1.34, 1.83, 0.36, 0.390),
    Slice("code_stackv2_edu_filtered", 1.22, 1.71, 0.36, 0.430, anchor=False),
    Slice("code_starcoder2data_extras_lhq", 1.55, 2.04, 0.34, 0.250, anchor=False),
    Slice("math_finemath3plus", 1.70, 2.19, 0.32, 0.310),
    Slice("math_finemath4plus", 1.66, 2.27, 0.32, 0.420, anchor=False),
    Slice("math_infiwebmath3plus", 1.98, 2.49, 0.31, 0.300),
    Slice("math_infiwebmath4plus", 1.87, 2.38, 0.31, 0.370, anchor=False),
)

TASKS = (
    Task("arc_easy", 570, 0.25, 0.54, 0.085),
    Task("commonsense_qa", 1221, 0.20, 0.37, 0.040),
    Task("copa", 100, 0.50, 0.74, 0.010),
    Task("hellaswag", 10_042, 0.25, 0.47, -0.012),
    Task("openbookqa", 500, 0.25, 0.36, 0.035),
    Task("piqa", 1838, 0.50, 0.73, 0.015),
    Task("qasc", 926, 0.125, 0.37, 0.090),
    Task("sciq", 1000, 0.25, 0.83, 0.070),
    Task("social_i_qa", 1954, 0.33, 0.45, -0.010),
    Task("winogrande", 1267, 0.50, 0.56, 0.012),
)


def stage1_nll(item: Slice, step: int) -> float:
    """Nll in stage 1: floor + (bridge - floor) * (step / BRIDGE) ** -exponent."""
    return item.floor + (item.bridge - item.floor) * math.pow(step / BRIDGE, -item.exponent)


def stage2_nll(item: Slice, step: int) -> float:
    """Nll in stage 2: bridge - gain * saturation(step)."""
    return item.bridge - item.gain * saturation(step, STAGE2_SCALE, STAGE2_EXPONENT)


def stage1_accuracy(task: Task, step: int) -> float:
    """Accuracy in stage 1: chance + (top - chance) * saturation(step)."""
    return task.chance + (task.top - task.chance) * saturation(step, TASK_SCALE, TASK_EXPONENT)


def stage2_accuracy(task: Task, step: int) -> float:
    """Accuracy in stage 2: accuracy at the bridge + gain * saturation(step)."""
    gained = task.gain * saturation(step, STAGE2_SCALE, STAGE2_EXPONENT)
    return stage1_accuracy(task, BRIDGE) + gained


def saturation(step: int, scale: float, exponent: float) -> float:
    """Share of the way gone, from 0 towards 1: 1 - (1 + step / scale) ** -exponent."""
    return 1 - math.pow(1 + step / scale, -exponent)


def noise(rng: random.Random) -> float:
    """Roughly normal, mean 0, standard deviation NOISE: the sum of twelve uniforms, less 6.

    Built from `random()` alone, the one method whose sequence Python promises to keep.
    """
    return NOISE * (sum(rng.random() for _ in range(12)) - 6)


def slice_record(rng: random.Random, expected_nll: float) -> Numbers:
    """One slice at one checkpoint: nll = expected + noise, ppl = exp(nll)."""
    nll = round(expected_nll + noise(rng), DIGITS)
    return {"nll": nll, "ppl": round(math.exp(nll), DIGITS), "tokens": TOKENS}


def task_record(rng: random.Random, n: int, expected: float) -> Numbers:
    """One task at one checkpoint: acc = correct / n with correct ~ Binomial(n, expected)."""
    correct = sum(rng.random() < expected for _ in range(n))
    return {"acc": correct / n, "n": n}


def mean_of(records: Records, key: str) -> float:
    """Plain mean over the records: sum(record[key]) / number of records."""
    return round(math.fsum(record[key] for record in records.values()) / len(records), DIGITS)


def write_checkpoint(folder: Path, slices: Records, tasks: Records) -> None:
    """Write one checkpoint's two files, with their macro averages, into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    tier2 = {"slices": slices, "ppl_macro_avg": mean_of(slices, "ppl")}
    tier3 = {"tasks": tasks, "cf_macro_avg": mean_of(tasks, "acc")}
    for name, document in (("tier2_ppl.json", tier2), ("tier3_cf.json", tier3)):
        text = json.dumps(document, indent=2)
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def checkpoints_of(output: Path, run: str) -> Path:
    """Return the folder that holds the checkpoints of `run`."""
    return output / run / "eval_results" / "by_checkpoint"


def write_stage1(rng: random.Random, folder: Path) -> tuple[Records, Records]:
    """Write stage 1 on the anchor slices; return the records of its last step."""
    slices: Records = {}
    tasks: Records = {}
    for step in STAGE1_STEPS:
        slices = {s.name: slice_record(rng, stage1_nll(s, step)) for s in SLICES if s.anchor}
        tasks = {t.name: task_record(rng, t.n, stage1_accuracy(t, step)) for t in TASKS}
        write_checkpoint(folder / f"step_{step}", in_order(slices), in_order(tasks))
    return slices, tasks


def write_bridge(rng: random.Random, folder: Path, slices: Records, tasks: Records) -> None:
    """Write stage 1's last step again, with the slices added that stage 1 does not have."""
    added = {s.name: slice_record(rng, s.bridge) for s in SLICES if not s.anchor}
    write_checkpoint(folder / f"step_{BRIDGE}", in_order(slices | added), in_order(tasks))


def write_stage2(rng: random.Random, folder: Path) -> None:
    """Write stage 2 on all slices."""
    for step in STAGE2_STEPS:
        slices = {s.name: slice_record(rng, stage2_nll(s, step)) for s in SLICES}
        tasks = {t.name: task_record(rng, t.n, stage2_accuracy(t, step)) for t in TASKS}
        write_checkpoint(folder / f"step_{step}", in_order(slices), in_order(tasks))


def in_order(records: Records) -> Records:
    """Sort the records by name, as the files have them."""
    return dict(sorted(records.items()))


def write_sample(output: Path, seed: int = SEED) -> None:
    """Write both runs into `output`; the same seed writes the same bytes."""
    rng = random.Random(seed)
    slices, tasks = write_stage1(rng, checkpoints_of(output, "_runs_stage1"))
    stage2 = checkpoints_of(output, "_runs_stage2")
    write_bridge(rng, stage2, slices, tasks)
    write_stage2(rng, stage2)


def main(arguments: list[str]) -> int:
    """Run the script: at most one argument, the output folder."""
    if len(arguments) > 1 or any(argument.startswith("-") for argument in arguments):
        print("usage: make_sample.py [FOLDER]", file=sys.stderr)
        return 2
    write_sample(Path(arguments[0]) if arguments else Path(__file__).parent)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
