"""Hard charts: small invented results at sizes and with names that break pictures, and a suite."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

Entry = dict[str, Any]
Value = Callable[[int, int, int], float]
"""A value, by the number of its item, its step and its run."""

STEPS: dict[str, Sequence[int]] = {
    "one-step": (5000,),
    "two-steps": (999, 143000),
    "run": (1000, 2000, 4000, 8000, 16000, 22000),
    "late": (100000, 143000, 200000, 250500, 300000, 350000),
    "many-steps": range(1000, 31000, 1000),
    "uneven": (1, 999, 1000, 1001, 70000, 143000),
} | {f"mix{number:02}": (1000, 2000, 4000, 8000, 16000, 22000) for number in range(1, 13)}
"""The checkpoints of each run."""
LABELS = {
    "one-step": "One step",
    "two-steps": "Two steps",
    "run": "Run",
    "late": "Late checkpoints",
    "many-steps": "Thirty steps",
    "uneven": "Uneven steps",
} | {f"mix{n:02}": f"Mixture {n:02} (learning rate 3e-4, seed {n})" for n in range(1, 13)}
MIXES = [name for name in STEPS if name.startswith("mix")]
BRIDGE = 90000
"""A checkpoint of an earlier stage, which the runs `run` and `mix…` have."""

LONG = [
    "a_subset_of_the_multilingual_web_crawl_filtered_by_quality_" + end
    for end in ("v1", "v2", "v10", "v11")
]
SCRIPTS = [
    "网页文本质量过滤后的子集",
    "日本語のニュース記事",
    "한국어 위키백과",
    "مقالات إخبارية بالعربية",
    "हिन्दी समाचार और विकिपीडिया",
    "emoji 🧪🚀 mix",
    "Übermäßig größer",
    "Русские новости",
]


class Made(NamedTuple):
    """A metric of invented results: its items, its values, which runs have it."""

    items: Sequence[str]
    value: Value
    runs: Sequence[str]
    better: str = "higher"
    format: str = ".1%"
    stderr: float | None = None
    groups: int = 0


def _tasks(count: int) -> list[str]:
    kinds = ("reading", "maths", "code", "science", "commonsense")
    return [f"{kinds[number % 5]}_{number + 1:02}" for number in range(count)]


def _wave(low: float, high: float) -> Value:
    """Values from low to high, that move with item, step and run, each metric's in its own way."""

    def value(item: int, step: int, run: int) -> float:
        start = 0.4 + 0.35 * math.sin(1.7 * item + 0.9 + 0.31 * run + low) + 0.01 * run
        rise = 0.3 * (0.5 + math.sin(2.3 * item + 1.1 * run)) * (1 - math.exp(-step / 5))
        shake = 0.02 * math.sin(3.7 * step + item + 2 * run + high)
        return round(low + (high - low) * min(1.0, max(0.0, start + rise + shake)), 9)

    return value


def _gaps(item: int, step: int, run: int) -> float:
    if (item + step) % 3 == 1 or item == 3:
        return math.nan
    return _wave(0.2, 0.8)(item, step, run)


def _near(item: int, step: int, run: int) -> float:
    """Two values that one figure does not tell apart."""
    return (-0.40, -0.45, -0.44)[item % 3] - 0.01 * step - 0.003 * run


def _close(item: int, step: int, _run: int) -> float:
    """Steps that hardly move the measure: a path whose points lie close."""
    return round(0.5 + 0.002 * math.cos(2.1 * step) + 0.0004 * item, 9)


_ALL = ("run", "late", "many-steps", "one-step", "two-steps", "uneven")
_SOME = ("run", "many-steps", "two-steps")
METRICS: dict[str, Made] = {
    "one": Made(["lambada"], _wave(0.3, 0.6), (*_ALL, *MIXES)),
    "two": Made(["arc", "piqa"], _wave(0.3, 0.8), _SOME),
    "three": Made(_tasks(3), _wave(0.2, 0.8), (*_ALL, *MIXES), groups=3),
    "twelve": Made(_tasks(12), _wave(0.2, 0.9), (*_ALL, *MIXES[:3]), groups=3),
    "forty": Made(_tasks(40), _wave(0.1, 0.9), _SOME, groups=5),
    "sixty": Made(_tasks(60), _wave(0.0, 1.0), ("many-steps",)),
    "ppl": Made(_tasks(3), _wave(19.0, 4.0), (*_ALL, *MIXES), "lower", ".2f", groups=3),
    "negative": Made(_tasks(12), _wave(-3.2, -0.1), (*_SOME, *MIXES[:3]), "higher", ".2f"),
    "across": Made(_tasks(12), _wave(-0.6, 0.8), (*_SOME, *MIXES[:3]), "higher", ".2f"),
    "tiny": Made(_tasks(3), _wave(8e-6, 4e-5), _SOME, "lower", ".3g"),
    "large": Made(_tasks(3), _wave(5e5, 7e5), _SOME, "lower", ".3g"),
    "near": Made(_tasks(3), _near, _SOME, "higher", ".1f"),
    "same": Made(_tasks(3), lambda *_: 0.5, _SOME),
    "gaps": Made(_tasks(6), _gaps, (*_SOME, *MIXES[:3])),
    "long": Made(LONG, _wave(0.2, 0.8), (*_SOME, *MIXES[:3]), groups=2),
    "scripts": Made(SCRIPTS, _wave(0.2, 0.8), _SOME),
    "sure": Made(_tasks(12), _wave(0.2, 0.9), (*_SOME, *MIXES[:3]), stderr=0.03, groups=3),
    "close": Made(_tasks(2), _close, ("run", "many-steps", *MIXES[:3])),
    "closer": Made(_tasks(2), lambda i, s, r: 2 - _close(i, s + 1, r), ("run", "many-steps"),
                   "lower", ".3f"),
    "zero": Made(_tasks(2), lambda _i, s, _r: 0.0 if s == 0 else 0.1 * s, ("run",)),
}  # fmt: skip
METRIC_LABELS = {"long": "Accuracy on the held-out parts of the multilingual web crawl"}


def write(folder: Path) -> Path:
    """Write the results and their suite into a folder; returns the suite's path."""
    for path, records in results():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(records), encoding="utf-8")
    suite = folder / "hard.yaml"
    text = yaml.safe_dump(suite_of(charts()), allow_unicode=True, sort_keys=False)
    suite.write_text(text, encoding="utf-8")
    return suite


def results() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The path of each result file and its records by item."""
    for name, made in METRICS.items():
        for run in made.runs:
            number = list(STEPS).index(run)
            steps = [*STEPS[run], *([BRIDGE] if _has_bridge(run) else [])]
            for place, step in enumerate(steps):
                records = {
                    item: {"value": made.value(i, place, number), "n": 100 * (i + 1)}
                    | ({} if made.stderr is None else {"stderr": made.stderr})
                    for i, item in enumerate(made.items)
                }
                yield f"results/{run}/step_{step}/{name}.json", records


def _has_bridge(run: str) -> bool:
    return run == "run" or run in MIXES


def suite_of(entries: Sequence[Entry]) -> Entry:
    """The suite that has these charts."""
    sources = {
        name: {"label": LABELS[name], "root": f"results/{name}", "tokens_per_step": 2097152}
        | ({"bridge": BRIDGE} if _has_bridge(name) else {})
        for name in STEPS
    }
    metrics = {name: _metric(name, made) for name, made in METRICS.items()}
    return {
        "version": 1,
        "title": "Hard charts",
        "output": {"dir": "out", "formats": ["svg"]},
        "sources": sources,
        "metrics": metrics,
        "defaults": {"source": "run"},
        "charts": list(entries),
    }


def _metric(name: str, made: Made) -> Entry:
    read = {"reader": "json", "file": f"{name}.json", "value": "value", "n": "n"}
    if made.stderr is not None:
        read["stderr"] = "stderr"
    metric = {
        "label": METRIC_LABELS.get(name, f"{name.title()} score"),
        "item": "task",
        "better": made.better,
        "format": made.format,
        "read": read,
        "order": list(made.items),
    }
    if made.groups:
        groups: dict[str, list[str]] = {}
        for i, item in enumerate(made.items):
            groups.setdefault(f"group {i % made.groups + 1}", []).append(item)
        metric["groupings"] = {"domain": groups}
    return metric


def charts() -> list[Entry]:
    """The entries: each transform and template at the sizes that break."""
    entries = [*_lines(), *_bars(), *_cells(), *_planes(), *_stages(), *_panels()]
    for entry in entries:
        entry["output"] = f"{entry['output']}.svg"
    return entries


def _lines() -> Iterator[Entry]:
    for metric in ("one", "three", "twelve", "forty", "negative", "across", "tiny", "large", "near",
                   "same", "gaps", "long", "scripts"):  # fmt: skip
        yield _of("lines", metric, transform="series", metric=metric)
    for run in ("one-step", "two-steps", "many-steps", "uneven"):
        yield _of("lines", f"twelve-{run}", transform="series", metric="twelve", source=run)
    yield _of("lines", "forty-many-steps", transform="series", metric="forty", source="many-steps")
    yield _of("lines", "log", transform="series", metric="twelve", source="uneven", x_scale="log")
    yield _of("lines", "tokens", transform="series", metric="three", source="late", unit="tokens")
    yield _of("lines", "interval", transform="series", metric="sure", interval=0.95)
    yield _of("lines", "both-log", transform="series", metric="tiny", source="many-steps",
              x_scale="log", y_scale="log")  # fmt: skip
    yield _of("lines", "long-title", transform="series", metric="three", source=MIXES[:3],
              title=" ".join(["Accuracy by task of three mixtures with own rates"] * 3),
              subtitle=" ".join(["Each mixture has its own seed and all steps"] * 4))  # fmt: skip
    yield _of("lines", "by", transform="series", metric="forty", by="domain")
    for count in (3, 12):
        runs = MIXES[:count]
        yield _of("macro", f"{count}-runs", transform="macro", metric="ppl", source=runs)
        yield _of("macro", f"{count}-runs-reference", transform="macro", metric="three",
                  source=runs, reference="bridge")  # fmt: skip
    yield _of("macro", "reference", transform="macro", metric="twelve", reference="bridge")
    yield _of("macro", "interval", transform="macro", metric="sure", by="domain", interval=0.95)
    yield _of("macro", "by-of-12-runs", transform="macro", metric="ppl", by="domain", source=MIXES)
    yield _of("facets", "three", transform="series", metric="three", source=MIXES[:3])
    yield _of("facets", "twelve", transform="series", metric="twelve", source=MIXES[:3])
    yield _of("facets", "12-runs", transform="series", metric="three", source=MIXES)
    yield _of("facets", "color-by-source", transform="series", metric="three", source=MIXES[:3],
              color_by="source")  # fmt: skip
    yield _of("facets", "forty", transform="series", metric="forty", source=["run", "two-steps"],
              color_by="source")  # fmt: skip
    for metric in ("ppl", "across", "zero"):
        yield _of("relative", metric, transform="relative", metric=metric, baseline="first")
    yield _of("relative", "12-runs", transform="relative", metric="ppl", of="macro",
              baseline="bridge", source=MIXES)  # fmt: skip


def _bars() -> Iterator[Entry]:
    for metric in ("one", "three", "twelve", "forty", "negative", "across", "tiny", "large", "near",
                   "same", "gaps", "long", "scripts"):  # fmt: skip
        yield _of("bars", metric, transform="snapshot", metric=metric)
    yield _of("bars", "interval", transform="snapshot", metric="sure", interval=0.95)
    yield _of("bars", "sorted", transform="snapshot", metric="across", sort="-value")
    yield _of("bars", "color-by-source", transform="snapshot", metric="three", source=MIXES[:3],
              color_by="source")  # fmt: skip
    yield _of("bars", "12-runs", transform="snapshot", metric="three", source=MIXES)
    yield {"for_each": {"step": [1000, 4000, 22000]}, "transform": "snapshot",
           "metric": "negative", "step": "${step}", "output": "bars/each-${step}"}  # fmt: skip
    for metric in ("three", "negative", "forty", "long"):
        yield _of("grouped", metric, transform="snapshot", metric=metric,
                  steps=["first", 4000, "last"])  # fmt: skip
    yield _of("grouped", "many-steps", transform="domain", metric="three", source="many-steps")
    yield _of("grouped", "domains", transform="domain", metric="forty")
    yield _of("grouped", "domains-3-runs", transform="domain", metric="twelve", source=MIXES[:3])
    for metric in ("one", "twelve", "forty", "near", "negative", "large", "long", "scripts"):
        yield _of("delta", metric, transform="delta", metric=metric)
    yield _of("delta", "two-runs", transform="delta", metric="twelve", source=MIXES[:2])
    for run in ("run", "many-steps", "two-steps"):
        yield _of("steps", run, transform="delta", metric="across", of="macro", each="step",
                  source=run)  # fmt: skip
    yield _of("steps", "12-runs", transform="delta", metric="ppl", of="macro", each="step",
              source=MIXES)  # fmt: skip
    yield _of("steps", "tokens", transform="delta", metric="three", of="macro", each="step",
              source="late", unit="tokens")  # fmt: skip
    yield _of("steps", "items", transform="delta", metric="twelve", each="step")
    for metric in ("one", "twelve", "forty", "long"):
        yield _of("support", metric, transform="support", metric=metric)
    yield _of("support", "3-runs", transform="support", metric="three", source=MIXES[:3])


def _cells() -> Iterator[Entry]:
    for metric, run in (("three", "run"), ("twelve", "many-steps"), ("forty", "run"),
                        ("sixty", "many-steps"), ("across", "many-steps"), ("gaps", "run"),
                        ("negative", "two-steps"), ("twelve", "one-step"), ("long", "run"),
                        ("scripts", "run"), ("large", "many-steps")):  # fmt: skip
        yield _of("heatmap", f"{metric}-{run}", transform="series", metric=metric, source=run,
                  template="heatmap")  # fmt: skip
    yield _of("heatmap", "relative", transform="relative", metric="twelve", baseline="first",
              source="many-steps", template="heatmap")  # fmt: skip
    yield _of("heatmap", "3-runs", transform="series", metric="twelve", source=MIXES[:3],
              template="heatmap")  # fmt: skip


def _planes() -> Iterator[Entry]:
    for run in ("run", "many-steps", "one-step", "two-steps", "uneven", MIXES[:3], MIXES):
        yield _of("path", _name(run), transform="tradeoff", x="ppl", y="three", source=run)
    yield _of("path", "close", transform="tradeoff", x="close", y="closer")
    yield _of("path", "close-many", transform="tradeoff", x="close", y="closer",
              source="many-steps")  # fmt: skip
    yield _of("path", "colour", transform="tradeoff", x="ppl", y="three", color="one",
              source=MIXES[:3])  # fmt: skip
    for run in ("run", "many-steps", MIXES[:3], MIXES):
        baseline = "first" if run == "many-steps" else "bridge"
        yield _of("quadrant", _name(run), transform="quadrant", x="ppl", y="three", source=run,
                  baseline=baseline)  # fmt: skip
    yield _of("quadrant", "against", transform="quadrant", x="ppl", y="three", source=MIXES[0],
              against=MIXES[1:4])  # fmt: skip
    yield _of("quadrant", "against-12", transform="quadrant", x="ppl", y="three", source="run",
              against=MIXES)  # fmt: skip
    yield _of("quadrant", "zero", transform="quadrant", x="zero", y="three", baseline="first")


def _stages() -> Iterator[Entry]:
    common = {"transform": "stage-compare", "source": MIXES[0]}
    for count in (1, 2, 11):
        against = MIXES[1 : count + 1]
        for metric in ("three", "ppl") if count != 2 else ():
            yield _of("stages", f"trend-{metric}-{count}", **common, view="trend", of="macro",
                      metric=metric, against=against)  # fmt: skip
        yield _of("stages", f"at-{count}", **common, view="at", metric="three", against=against)
        yield _of("stages", f"delta-{count}", **common, view="delta", metric="three",
                  against=against)  # fmt: skip
        yield _of("stages", f"delta-macro-{count}", **common, view="delta", of="macro",
                  metric="ppl", against=against)  # fmt: skip
        yield _of("stages", f"history-{count}", **common, view="history", metric="three",
                  of="macro", steps=["first", "last"], against=against)  # fmt: skip
    yield _of("stages", "delta-twelve", **common, view="delta", metric="negative",
              against=MIXES[1])  # fmt: skip
    yield _of("stages", "trend-items", **common, view="trend", metric="twelve", against=MIXES[1])


def _panels() -> Iterator[Entry]:
    macro = {"transform": "macro", "reference": "bridge"}
    for layout in ("row", "column"):
        panels = [macro | {"metric": name} for name in ("ppl", "three", "twelve")]
        yield _of("panels", layout, layout=layout, panels=panels)
    yield _of("panels", "six", panels=[
        macro | {"metric": "three", "source": source} for source in MIXES[:6]
    ])  # fmt: skip
    yield _of("panels", "mixed", panels=[
        {"transform": "snapshot", "metric": "long"},
        {"transform": "series", "metric": "twelve"},
    ])  # fmt: skip
    yield _of("panels", "same-metric", layout="column", panels=[
        {"transform": "macro", "metric": "three", "source": source} for source in MIXES[:2]
    ])  # fmt: skip


def _name(run: str | list[str]) -> str:
    return run if isinstance(run, str) else f"{len(run)}-runs"


def _of(kind: str, name: str, **entry: Any) -> Entry:
    return {**entry, "output": f"{kind}/{name}"}
