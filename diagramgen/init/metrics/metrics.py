"""Runs -> the suite's metrics: which numbers there are, and which of them count."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from diagramgen.init.kinds import Kind, kind_of, unknown_kind
from diagramgen.init.metrics.collapse import grouped
from diagramgen.init.metrics.draft import Draft
from diagramgen.init.metrics.groups import subjects
from diagramgen.init.metrics.tasks import mixed
from diagramgen.init.names import PLAIN_WORDS
from diagramgen.init.runs import Channel, Run

MMLU_NAMES = {"hendrycksTest-*": "mmlu_*"}


def aliases_of(runs: Iterable[Run]) -> dict[str, str]:
    """The older names of tasks that some run has beside the newer ones."""
    items = {r.item for run in runs for c in run.channels for of in c.readings.values() for r in of}
    old = [item for item in items if item.startswith("hendrycksTest-")]
    new = subjects(item for item in items if item.startswith("mmlu_"))
    return MMLU_NAMES if old and new else {}


def metrics_of(runs: list[Run], aliases: Mapping[str, str]) -> list[Draft]:
    """The metrics of runs: what is called the same and measures the same is one."""
    found: list[Draft] = []
    formats = dict.fromkeys(run.format for run in runs if run.channels[0].mixed)
    for format_ in formats:
        found += mixed([run for run in runs if run.format == format_], aliases)
    plain = [run for run in runs if not run.channels[0].mixed]
    found += [_plain(plain, channels) for channels in _alike(plain)]
    names: set[str] = set()
    named: list[Draft] = []
    for metric in (each for one in _merged(found) for each in grouped(one, one.groups)):
        name = metric.name
        while name in names:
            name += "_2"
        names.add(name)
        kind = metric.kind
        if kind.label in {each.kind.label for each in named}:
            kind = kind._replace(label=f"{kind.label} ({name.replace('_', ' ')})")
        named.append(metric._replace(name=name, kind=kind))
    return named


def _merged(found: Iterable[Draft]) -> list[Draft]:
    """Metrics of one name and kind as one: how each run is read is the first's, or its own."""
    merged: list[Draft] = []
    for draft in found:
        place = next((i for i, each in enumerate(merged) if _same(each, draft)), None)
        if place is None:
            merged.append(draft)
            continue
        first = merged[place]
        own = _full_read(draft)
        others = dict.fromkeys(draft.readings, own) if own != _full_read(first) else {}
        merged[place] = first._replace(
            readings={**first.readings, **draft.readings},
            reads={**first.reads, **others, **draft.reads},
            notes=tuple(dict.fromkeys((*first.notes, *draft.notes))),
            without=tuple(dict.fromkeys((*first.without, *draft.without))),
            groups={**first.groups, **draft.groups},
        )
    return merged


def _same(one: Draft, other: Draft) -> bool:
    """Whether two metrics are one: of one name and kind, and of different runs."""
    kinds = [(d.name, d.kind.name, d.kind.better, d.kind.format) for d in (one, other)]
    return kinds[0] == kinds[1] and not set(one.readings) & set(other.readings)


def _full_read(draft: Draft) -> Mapping[str, Any]:
    """How a metric is read, with its table of measures."""
    values = {glob: measure for glob, measure, _ in draft.values}
    return {**draft.read, "values": values} if values else draft.read


def _alike(runs: list[Run]) -> list[dict[str, Channel]]:
    """The channels that read the same, of each run."""
    found: dict[str, dict[str, Channel]] = {}
    for run in runs:
        for channel in run.channels:
            found.setdefault(repr((channel.name, channel.read)), {})[run.called] = channel
    return list(found.values())


def _plain(runs: list[Run], channels: Mapping[str, Channel]) -> Draft:
    """The metric of channels in which one measure counts for every item."""
    first = next(iter(channels.values()))
    measures = list(first.readings)
    measure = "primary_score" if "primary_score" in measures else measures[0]
    for better in ("ppl", "perplexity"):
        measure = better if better in measures else measure
    known = first.kinds.get(measure) or kind_of(measure) or kind_of(first.name)
    for word in re.split(r"[_\-./ ]", first.name)[::-1]:
        known = known or kind_of(word)
    readings = {run: list(channel.readings.get(measure, ())) for run, channel in channels.items()}
    kind = known or unknown_kind(
        measure or first.name or "value", [r for of in readings.values() for r in of]
    )
    others = [name for name in measures if name != measure]
    notes = [f"the files have {', '.join(others)}, too"] if others else []
    read = dict(first.read)
    if read["reader"] == "json" and measure:
        read["value"] = measure
        if kind.name == "accuracy" and "n" in read and "stderr" not in read:
            read["stderr"] = "binomial"
    if read["reader"] == "olmes":
        read["value"] = measure
        primary = {t: name for run in runs for t, name in run.told.primary.items()}
        notes += [f"primary for {task}: {name}" for task, name in sorted(primary.items())[:12]]
    name, label = _named(first.name, kind)
    without = dict.fromkeys(name for channel in channels.values() for name in channel.without)
    return Draft(name, kind._replace(label=label), first.item, read, readings, notes=tuple(notes),
                 without=tuple(without), labels=first.labels)  # fmt: skip


def _named(stem: str, kind: Kind) -> tuple[str, str]:
    """A metric's name and label from the name of its files or columns."""
    plain = re.sub(r"\{(item|step)\}|,none\b", "", stem)
    words = [word for word in re.split(r"[^A-Za-z0-9]+", plain) if word]
    words = list(dict.fromkeys(words))
    said = [word for word in words if kind_of(word) is None and word.lower() not in PLAIN_WORDS]
    name = "_".join(words).lower() if said else kind.name
    name = name if name[0].isalpha() else f"m{name}"
    label = kind.label.replace("_", " ")
    of_label = re.split(r"\W+", label.lower())
    lead = " ".join([word for word in said if word.lower() not in of_label][:3])
    if not lead or lead.lower() == label.lower():
        return name, f"{label[:1].upper()}{label[1:]}"
    shown = label if label[1:2].isupper() else label[:1].lower() + label[1:]
    return name, f"{lead[0].upper()}{lead[1:]} {shown}"
