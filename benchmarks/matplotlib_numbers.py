"""Numbers of the sample results, as a plain script would work them out: means, improvements."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from statistics import fmean

from benchmarks.matplotlib_plots import Values

BASELINE = 2000
BRIDGE = 50_000

SLICES = {
    "general_web": "web",
    "web_fineweb_edu_sample10bt": "web",
    "wiki_en_20231101": "web",
    "books_newslike": "web",
    "code": "code",
    "code_stackv2_edu_filtered": "code",
    "code_starcoder2data_extras_lhq": "code",
    "math_finemath3plus": "math",
    "math_finemath4plus": "math",
    "math_infiwebmath3plus": "math",
    "math_infiwebmath4plus": "math",
}
HIGH_QUALITY = (
    "code_stackv2_edu_filtered",
    "code_starcoder2data_extras_lhq",
    "math_finemath4plus",
    "math_infiwebmath4plus",
)
ANCHORS = tuple(name for name in SLICES if name not in HIGH_QUALITY)
TASKS = {
    "hellaswag": "commonsense",
    "commonsense_qa": "commonsense",
    "social_i_qa": "commonsense",
    "copa": "commonsense",
    "arc_easy": "science_qa",
    "openbookqa": "science_qa",
    "qasc": "science_qa",
    "sciq": "science_qa",
    "piqa": "reasoning_physical",
    "winogrande": "reasoning_physical",
}
PPL, ACCURACY = "Tier2 PPL (lower is better)", "Tier3 accuracy (higher is better)"

Run = dict[int, Values]


def read(folder: Path, file: str, records: str, field: str) -> Run:
    """One number of every record of every checkpoint: step -> item -> number."""
    found: Run = {}
    for path in folder.glob(f"eval_results/by_checkpoint/step_*/{file}"):
        step = int(re.sub(r"\D", "", path.parent.name))
        document = json.loads(path.read_text(encoding="utf-8"))
        found[step] = {item: record[field] for item, record in document[records].items()}
    return dict(sorted(found.items()))


def macro(run: Run, items: Iterable[str]) -> Values:
    """The mean over the items at each step; the keys are steps as text."""
    chosen = list(items)
    return {str(step): fmean(values[item] for item in chosen) for step, values in run.items()}


def by_domain(values: Values, domains: dict[str, str], weights: Values | None = None) -> Values:
    """The mean of each domain, weighted where there are weights."""
    found = {}
    for domain in dict.fromkeys(domains.values()):
        items = [item for item, of in domains.items() if of == domain]
        shares = [weights[item] if weights else 1 for item in items]
        total = sum(values[item] * share for item, share in zip(items, shares, strict=True))
        found[domain] = total / sum(shares)
    return found


def improvement(values: Values, base: float, lower: bool) -> Values:
    """The improvement against a baseline in percent; positive is better."""
    sign = -100 if lower else 100
    return {step: sign * (value - base) / base for step, value in values.items()}


def each_item(run: Run, items: Iterable[str]) -> dict[str, Values]:
    """Each item's values over the steps."""
    return {item: {str(step): run[step][item] for step in run} for item in items}


def relative(run: Run, items: Iterable[str], lower: bool) -> dict[str, Values]:
    """Each item's improvement against the baseline."""
    series = each_item(run, items)
    return {
        item: improvement(values, values[str(BASELINE)], lower) for item, values in series.items()
    }
