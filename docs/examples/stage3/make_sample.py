"""Write the invented results of three training stages, so that `charts.yaml` has something to draw.

Each checkpoint has `eval.json` with perplexities, accuracies and calibration errors. The later
ones have `tier4.json` too: scores of skills, nested by skill, and a list of judged prompt sets.
Only the standard library; the same bytes each time.
"""

from __future__ import annotations

import json
import math
import random
import sys
from pathlib import Path

SEED = 20_260_301
TOKENS = 1_048_576

STEPS = {
    "stage1": (4000, 10_000, 20_000, 50_000),
    "stage2": (2000, 4000, 10_000, 22_000),
    "stage3": (1000, 2000, 4000, 8000, 12_000),
}
BRIDGE = 22_000
"""The last step of stage 2, evaluated on the suite of stage 3."""
TIER4_STEPS = {"stage1": (), "stage2": (4000, 22_000), "stage3": (*STEPS["stage3"], BRIDGE)}

SLICES = {
    "general_web": (3.10, -0.03, 0.00),
    "web_fineweb_edu": (2.93, 0.06, 0.01),
    "wiki_en": (2.66, 0.05, 0.02),
    "books_newslike": (3.35, -0.01, -0.02),
    "code": (1.83, 0.39, 0.05),
    "math_finemath": (2.19, 0.31, 0.08),
    "math_infiwebmath": (2.49, 0.30, 0.07),
    "code_stack_edu": (1.71, 0.43, 0.06),
    "code_starcoder_extras": (2.04, 0.25, 0.04),
    "math_finemath_plus": (2.27, 0.42, 0.09),
    "math_infiwebmath_plus": (2.38, 0.37, 0.08),
    "dialogue_forums": (3.02, 0.02, 0.34),
    "dialogue_assistant": (2.61, 0.04, 0.61),
    "instructions_longform": (2.48, 0.05, 0.52),
}
"""Nll at the end of stage 1, what stage 2 takes off it, and what stage 3 takes off."""
SLICES_OF = {"stage1": 7, "stage2": 11, "stage3": 14}

TASKS = {
    "arc_easy": (570, 0.54, 0.09, 0.02),
    "boolq": (3270, 0.61, 0.02, 0.05),
    "commonsense_qa": (1221, 0.37, 0.04, 0.03),
    "copa": (100, 0.74, 0.01, 0.02),
    "hellaswag": (10_042, 0.47, -0.01, 0.02),
    "openbookqa": (500, 0.36, 0.03, 0.01),
    "piqa": (1838, 0.73, 0.01, 0.00),
    "sciq": (1000, 0.83, 0.07, 0.01),
}
"""Number of examples, accuracy at the end of stage 1, gain in stage 2 and in stage 3."""

SKILLS = {
    "long_context": {
        "needle_8k": (200, 0.31, 0.52),
        "needle_32k": (200, 0.12, 0.47),
        "summary_recall": (150, 0.22, 0.25),
    },
    "tool_use": {
        "single_call": (300, 0.08, 0.61),
        "nested_calls": (180, 0.02, 0.33),
        "refuse_tool": (120, 0.65, -0.08),
    },
}
"""Number of examples, score at the end of stage 2 and gain in stage 3."""

JUDGED = {"chat": 0.22, "rewrite": 0.31, "brainstorm": 0.27, "extract": 0.19}
"""Share of prompts on which the answer of stage 2 beats the reference's."""

Json = dict[str, object]


def gone(step: int, scale: float) -> float:
    """Share of a stage's way gone at a step, from 0 towards 1."""
    return 1 - math.pow(1 + step / scale, -0.6)


def noise(rng: random.Random, size: float) -> float:
    """Roughly normal: built from `random()` alone, whose sequence Python promises to keep."""
    return size * (sum(rng.random() for _ in range(12)) - 6)


def share(rng: random.Random, n: int, expected: float) -> float:
    """Share of n answers that are right, each with the expected probability."""
    return round(sum(rng.random() < expected for _ in range(n)) / n, 6)


def ways(stage: str, step: int) -> tuple[float, float, float]:
    """How much of stages 1, 2 and 3 a checkpoint has behind it."""
    if stage == "stage1":
        return gone(step, 3000) / gone(50_000, 3000), 0.0, 0.0
    if stage == "stage2" or step == BRIDGE:
        return 1.0, gone(step, 2500) / gone(BRIDGE, 2500), 0.0
    return 1.0, 1.0, gone(step, 1500)


def evaluation(rng: random.Random, stage: str, step: int) -> Json:
    """The contents of a checkpoint's `eval.json`."""
    one, two, three = ways(stage, step)
    slices = {}
    for name, (end, second, third) in list(SLICES.items())[: SLICES_OF[stage]]:
        nll = end + 1.4 * (1 - one) - second * two - third * three + noise(rng, 0.004)
        slices[name] = {"ppl": round(math.exp(nll), 6), "tokens": TOKENS}
    tasks: dict[str, Json] = {}
    calibration = {}
    for name, (n, end, second, third) in TASKS.items():
        expected = end - 0.2 * (1 - one) + second * two + third * three
        tasks[name] = {"acc": share(rng, n, expected), "n": n}
        calibration[name] = round(0.05 + 0.1 * (1 - one) + 0.06 * three + noise(rng, 0.01), 6)
    return {"tier2": {"slices": slices}, "tier3": {"tasks": tasks}, "calibration": calibration}


def skills(rng: random.Random, stage: str, step: int) -> Json:
    """The contents of a checkpoint's `tier4.json`."""
    _, two, three = ways(stage, step)
    results: dict[str, Json] = {}
    for skill, tasks in SKILLS.items():
        records = {}
        for name, (n, end, gain) in tasks.items():
            score = share(rng, n, end * two + gain * three)
            stderr: object = round(math.sqrt(score * (1 - score) / (n - 1)), 6)
            records[name] = {"score": score, "stderr": stderr, "n": n}
        results[skill] = {"tasks": records}
    judged = [
        {"set": name, "wins": share(rng, 250, end * two + 0.3 * three), "n": 250}
        for name, end in JUDGED.items()
    ]
    judged.append({"set": "translate", "wins": "N/A" if step < 4000 else 0.44, "n": 50})
    return {"results": results, "judged": judged}


def write_sample(output: Path) -> None:
    """Write the results of all stages into a folder."""
    rng = random.Random(SEED)
    files: dict[Path, Json] = {}
    for stage, steps in STEPS.items():
        for step in (*steps, BRIDGE) if stage == "stage3" else steps:
            folder = Path(stage) / f"step_{step}"
            files[folder / "eval.json"] = evaluation(rng, stage, step)
            if step in TIER4_STEPS[stage]:
                files[folder / "tier4.json"] = skills(rng, stage, step)
    last, bridge = Path("stage2") / f"step_{BRIDGE}", Path("stage3") / f"step_{BRIDGE}"
    for name in ("eval.json", "tier4.json"):
        files[bridge / name] = merged(files[bridge / name], files[last / name])
    for path, data in files.items():
        (output / path).parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(data, indent=1) + "\n"
        (output / path).write_text(text, encoding="utf-8", newline="\n")


def merged(data: Json, other: Json) -> Json:
    """The data with all that the other has: the same checkpoint has the same numbers."""
    both = dict(data)
    for key, value in other.items():
        mine = both.get(key)
        both[key] = (
            merged(mine, value) if isinstance(mine, dict) and isinstance(value, dict) else value
        )
    return both


def main(arguments: list[str]) -> int:
    """Run the script: at most one argument, the output folder."""
    if len(arguments) > 1 or any(argument.startswith("-") for argument in arguments):
        print("usage: make_sample.py [FOLDER]", file=sys.stderr)
        return 2
    write_sample(Path(arguments[0]) if arguments else Path(__file__).parent / "results")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
