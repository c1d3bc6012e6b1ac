"""Results of HELM: `runs/SUITE/SCENARIO,model=MODEL/stats.json`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from diagramgen.document.data import mapping
from diagramgen.errors import ResultsError
from diagramgen.init.folder import Stepped, affordable, load
from diagramgen.init.kinds import ACCURACY, kind_of, unknown_kind
from diagramgen.init.runs import Run, Taken
from diagramgen.init.tables.reading import Source, reason, runs_of
from diagramgen.init.tables.ways import Layout, Way, listed

PATH = re.compile(r"((?:.*/)?)([^/]*?)model=([^/,]+)([^/]*)/stats\.json")
MAIN = (
    "math_equiv_chain_of_thought", "math_equiv", "final_number_exact_match",
    "exact_match_indicator", "RR@10", "rouge_2",
)  # fmt: skip
"""Measures that a scenario has only where they are the one that is reported."""
BY_F1 = ("narrative_qa", "natural_qa", "naturalqa", "quac")
"""Scenarios of which F1 is reported."""
LATER = ("quasi_exact_match", "exact_match", "f1_score", "bleu_4", "rouge_l")


class Stats(NamedTuple):
    """A file of one scenario and model, the item that its path says, and what is reported of it."""

    path: str
    item: str
    measure: str
    split: str


def taken(folder: Path, paths: Sequence[str]) -> Taken:
    """The runs of such files among some paths of a folder: of each model one."""
    left: dict[str, str] = {}
    models: dict[tuple[str, str, bool], list[Stats]] = {}
    mine: set[str] = set()
    for path in affordable(folder, [path for path in paths if PATH.fullmatch(path)], []):
        match = PATH.fullmatch(path)
        data = load(folder, path, left)
        if match is None or not isinstance(data, list):
            continue
        stats = _stats(path, match[2], data)
        if stats is None:
            left[path] = "stats of HELM without a measure that is known to be reported"
        else:
            models.setdefault((match[1], match[3], match[4] != ""), []).append(stats)
    runs: list[Run] = []
    for (above, model, is_varied), files in models.items():
        try:  # no star where there is nothing more: it would match `gpt2-xl` for `gpt2`, too
            runs += _runs(folder, above, model, ",*" if is_varied else "", files)
            mine |= {each.path for each in files}
        except ResultsError as err:
            left |= {each.path: reason(err, each.path) for each in files}
    aside = {path for path in paths if f"{path.rpartition('/')[0]}/stats.json" in mine}
    return Taken(runs, frozenset(mine | aside), left)


def _stats(path: str, item: str, data: list[Any]) -> Stats | None:
    """What is reported of a scenario: on its test split if there is one, without perturbations."""
    names = [mapping(each, "name") for each in data if isinstance(each, dict)]
    plain = {(str(n.get("name")), str(n.get("split"))) for n in names if "perturbation" not in n}
    for split in ("test", "valid"):
        there = {name for name, own in plain if own == split}
        joint = "multiple_choice" in item
        f1 = ("f1_score",) if item.startswith(BY_F1) else ()
        order = (*f1, *MAIN, *(("exact_match",) if joint else ()), *LATER)
        measure = next((name for name in order if name in there), None)
        if measure is not None:
            return Stats(path, item, measure, split)
    return None


def _runs(folder: Path, above: str, model: str, end: str, files: list[Stats]) -> list[Run]:
    """The run of one model. Raises `ResultsError`."""
    pattern = f"{above}{{item}}model={model}{end}/stats.json"
    twice = sorted({f.item for f in files if [g.item for g in files].count(f.item) > 1})
    if twice:
        raise ResultsError(f"several runs of {listed(twice)} for {model}; move all but one away")
    ways = []
    for measure, split in dict.fromkeys((each.measure, each.split) for each in files):
        others = tuple(f.item for f in files if (f.measure, f.split) != (measure, split))
        where = {"name.name": measure, "name.split": split, "name.perturbation": ""}
        kind = kind_of(measure) or unknown_kind(measure, ())
        kind = ACCURACY._replace(label="Exact match") if "exact_match" in measure else kind
        name = measure if split == "test" else f"{measure} {split}"
        ways.append(Way(name, "mean", {"where": where, "value": "mean"}, kind, "scenario", others))
    read = [Stepped(each.path, None) for each in files]
    named = _with_items(Source(folder, model, pattern, read), files, ways)
    if not named:
        raise ResultsError("no stats have a mean")
    return named


def _labels(files: list[Stats]) -> dict[str, str]:
    """What charts call the items of a model: the scenario with its arguments, but the method."""
    labels = {}
    for item in (each.item for each in files):
        scenario, _, arguments = item.rstrip(",:-").partition("=")
        scenario, _, key = re.sub(r"[:-]([a-z_]+)$", r"|\1", scenario).partition("|")
        pairs = [pair.partition("=") for pair in f"{key}={arguments}".split(",") if key]
        values = [value for name, _, value in pairs if name != "method"]
        labels[item] = f"{scenario}: {', '.join(values)}" if values else scenario
    return labels if len(set(labels.values())) == len(labels) else {}


def _with_items(source: Source, files: list[Stats], ways: list[Way]) -> list[Run]:
    """The run of a model, each file read for the one measure that is reported of it."""
    channels: dict[str, Any] = {}
    first: Run | None = None
    for way in ways:
        for each in files:
            if each.item in way.without:
                continue
            only = source._replace(files=[Stepped(each.path, None)])
            [run] = runs_of(only, {"reader": "json"}, Layout([way._replace(without=())], "HELM"))
            [channel] = run.channels
            readings = [r._replace(item=each.item) for r in channel.readings[way.measure]]
            known: Mapping[str, Any] = channels[way.name].readings if way.name in channels else {}
            merged = {way.measure: [*known.get(way.measure, ()), *readings]}
            channels[way.name] = channel._replace(
                readings=merged, without=way.without, labels=_labels(files)
            )
            first = first or run
    return [first._replace(channels=list(channels.values()))] if first else []
