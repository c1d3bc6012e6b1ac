"""Runs -> the suite's metrics: which number counts for which task, and what belongs together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from math import inf, isfinite, nan
from typing import Any, NamedTuple

from diagramgen.init.groups import MMLU, families, parents, subject, subjects
from diagramgen.init.measures import Kind, choose, kind_of
from diagramgen.init.runs import Channel, Run
from diagramgen.readers import Reading
from diagramgen.sources import alias

MMLU_NAMES = {"hendrycksTest-*": "mmlu_*"}


class Metric(NamedTuple):
    """One metric of the suite; `readings` are those of each run that has it.

    `values` is the table of measures: task or glob, measure, what else there is. `collapse` has
    globs and the average; `items` are those that charts show.
    """

    name: str
    kind: Kind
    item: str
    read: Mapping[str, Any]
    readings: Mapping[str, list[Reading]]
    values: tuple[tuple[str, str, str], ...] = ()
    collapse: Mapping[str, tuple[list[str], str]] = {}
    groupings: Mapping[str, Mapping[str, list[str]]] = {}
    labels: Mapping[str, str] = {}
    notes: tuple[str, ...] = ()
    part: bool = False

    def members(self, run: str | None = None) -> list[str]:
        """The items of all runs, or of one, as charts show them."""
        readings = [r for name, of in self.readings.items() if run in (None, name) for r in of]
        inside = {glob: one for one, (globs, _) in self.collapse.items() for glob in globs}
        names = [
            next((one for glob, one in inside.items() if fnmatchcase(r.item, glob)), r.item)
            for r in readings
        ]
        return sorted(set(names))

    def steps(self, run: str) -> list[int]:
        """The steps that a run has of it."""
        return sorted({r.step for r in self.readings[run] if r.step is not None})

    def range(self) -> tuple[float, float]:
        """The least and the greatest value."""
        values = [r.value for of in self.readings.values() for r in of if isfinite(r.value)]
        return min(values, default=nan), max(values, default=nan)

    def has_n(self) -> bool:
        """Whether the files tell the n of every item at some step."""
        known = {r.item for of in self.readings.values() for r in of if r.n > 0}
        return known == {r.item for of in self.readings.values() for r in of}


def aliases_of(runs: Iterable[Run]) -> dict[str, str]:
    """The older names of tasks that some run has beside the newer ones."""
    items = {r.item for run in runs for c in run.channels for of in c.readings.values() for r in of}
    old = [item for item in items if item.startswith("hendrycksTest-")]
    new = subjects(item for item in items if item.startswith("mmlu_"))
    return MMLU_NAMES if old and new else {}


def metrics_of(runs: list[Run], aliases: Mapping[str, str]) -> list[Metric]:
    """The metrics of runs of one format."""
    found = (
        _mixed(runs, aliases) if runs[0].channels[0].mixed
        else [metric for channels in _alike(runs) for metric in _plain(runs, channels)]
    )  # fmt: skip
    names: set[str] = set()
    named = []
    for metric in found:
        name = metric.name
        while name in names:
            name += "_2"
        names.add(name)
        named.append(metric._replace(name=name))
    return named


def _alike(runs: list[Run]) -> list[dict[str, Channel]]:
    """The channels that read the same, of each run."""
    found: dict[str, dict[str, Channel]] = {}
    for run in runs:
        for channel in run.channels:
            found.setdefault(repr(channel.read), {})[run.name] = channel
    return list(found.values())


def _plain(runs: list[Run], channels: Mapping[str, Channel]) -> Iterable[Metric]:
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
    kind = known or _unknown(measure or first.name, [r for of in readings.values() for r in of])
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
    metric = Metric(
        name, kind._replace(label=label), first.item, read, readings, notes=tuple(notes)
    )
    yield from _grouped(metric, {})


def _named(stem: str, kind: Kind) -> tuple[str, str]:
    """A metric's name and label from the name of its files or columns."""
    plain = re.sub(r"\{(item|step)\}", "", stem)
    words = [word for word in re.split(r"[^A-Za-z0-9]+", plain) if word]
    words = list(dict.fromkeys(words))
    said = [w for w in words if kind_of(w) is None and w.lower() not in
            ("eval", "results", "metrics", "cf", "csv", "train", "validation", "val", "scores")]  # fmt: skip
    name = "_".join(words).lower() or kind.name
    if name in ("results", "metrics", "eval", "scores"):
        name = kind.name
    name = name if name[0].isalpha() else f"m{name}"
    lead = " ".join(said[:3])
    return name, f"{lead[0].upper()}{lead[1:]} {kind.label.lower()}" if lead else kind.label


def _unknown(measure: str, readings: list[Reading], higher: bool | None = None) -> Kind:
    """The kind of a measure that nothing is known of."""
    values = [r.value for r in readings if isfinite(r.value)]
    share = bool(values) and min(values) >= 0 and max(values) <= 1
    note = "" if higher is not None else f"'{measure}' is not known here: check the direction"
    better = "lower" if higher is False else "higher"
    name = re.sub(r"\W+", "_", measure).strip("_").lower() or "value"
    return Kind(name, measure or "Value", better, ".1%" if share else ".3~s", note)


def _mixed(runs: list[Run], aliases: Mapping[str, str]) -> list[Metric]:
    """The metrics of harness files, in which each task has the measure that counts for it."""
    of: dict[str, dict[str, dict[str, list[Reading]]]] = {}
    higher: dict[str, bool] = {}
    for run in runs:
        higher |= run.told.higher
        for measure, readings in run.channels[0].readings.items():
            for reading in readings:
                of.setdefault(reading.item, {}).setdefault(measure, {}).setdefault(
                    run.name, []
                ).append(reading)
    chosen: dict[str, tuple[Kind, dict[str, str]]] = {}
    for task, measures in of.items():
        kinds: dict[str, Kind] = {}
        for measure, by_run in measures.items():
            sure = higher.get(measure.partition(",")[0])
            flat = [r for each in by_run.values() for r in each]
            kinds[measure] = kind_of(measure) or _unknown(measure.partition(",")[0], flat, sure)
        names = {kind.name for kind in kinds.values()}
        wanted = [n for n in ("accuracy", "perplexity") if n in names] or [
            next(
                (n for n in ("word_perplexity", "f1") if n in names),
                next(iter(kinds.values())).name,
            )
        ]
        for name in wanted:
            alike = [m for m, kind in kinds.items() if kind.name == name]
            measure = choose(task, alike)
            chosen.setdefault(name, (kinds[measure], {}))[1][task] = measure
    found = []
    for name, (kind, table) in chosen.items():
        found += _of_kind(name, kind, table, of, runs, aliases)
    return sorted(found, key=lambda m: (m.kind.name != "accuracy", m.kind.name == "pct_stereotype"))


def _of_kind(
    name: str, kind: Kind, table: dict[str, str], of: Mapping[str, Any], runs: list[Run],
    aliases: Mapping[str, str],
) -> Iterable[Metric]:  # fmt: skip
    whole = parents(_last(table, of))
    table = {task: measure for task, measure in table.items() if task not in whole}
    readings: dict[str, list[Reading]] = {}
    for run in runs:
        rows = [r._replace(item=alias(r.item, aliases))
                for task, measure in table.items() for r in of[task][measure].get(run.name, ())]  # fmt: skip
        if rows:
            readings[run.name] = rows
    notes = [f"left out, since others average to it: {task}" for task in sorted(whole)]
    groups = {g: m for run in runs for g, m in run.told.groups.items()}
    read = dict(runs[0].channels[0].read) | {"value": "unlisted"}
    metric = Metric(
        name, kind, "task", read, readings, values=_table(table, of), notes=tuple(notes)
    )
    yield from _grouped(metric, groups)


def _last(table: Mapping[str, str], of: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """The value and n of each task at the last step of the first run that has it."""
    found = {}
    for task, measure in table.items():
        rows = next(iter(of[task][measure].values()))
        last = max(rows, key=lambda r: r.step or 0)
        found[task] = (last.value, last.n)
    return found


def _table(table: Mapping[str, str], of: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """Which measure counts for which task; tasks named alike as one glob."""
    entries: dict[str, tuple[str, str]] = {}
    alike = {
        task: (m, ", ".join(n for n in sorted(of[task]) if n != m)) for task, m in table.items()
    }
    done: set[str] = set()
    for prefix, members in families(table, 4).items() if len(table) > 12 else ():
        outside = [task for task in of if task.startswith(prefix) and task not in members]
        if len({alike[task] for task in members}) == 1 and not outside:
            measure, others = alike[members[0]]
            too = f"; there is {others}, too" if others else ""
            entries[f"{prefix}*"] = (measure, f"{len(members)} tasks{too}")
            done.update(members)
    for task in table.keys() - done:
        measure, others = alike[task]
        entries[re.sub(r"([*?[])", r"[\1]", task)] = (
            measure,
            f"there is {others}, too" if others else "",
        )
    return tuple((glob, *entries[glob]) for glob in sorted(entries))


def _grouped(metric: Metric, groups: Mapping[str, list[str]]) -> Iterable[Metric]:
    """The metric with what counts as one item and its groupings; MMLU's subjects on their own."""
    items = metric.members()
    of_mmlu = subjects(items)
    average = "weighted" if metric.has_n() else "mean"
    collapse: dict[str, tuple[list[str], str]] = {}
    if len(of_mmlu) >= 20:
        collapse["mmlu"] = ([f"{prefix}*" for prefix in _prefixes(of_mmlu)], average)
    for group, members in groups.items():
        inside = [item for item in members if item in items and item not in of_mmlu]
        nested = any(group in other for other in groups.values())
        if len(inside) >= 3 and not nested and group not in items:
            collapse[group] = (sorted(inside), average)
    left = metric._replace(collapse=collapse).members()
    if len(left) < 2:
        collapse, left = {}, items
    family = families([i for i in left if i not in collapse])
    if len(family) < 2:
        family = {}
    shared = next(iter(family), "")
    for prefix in family:
        while not prefix.startswith(shared):
            shared = re.sub(r"[^_\-:./]*[_\-:./]?$", "", shared[:-1]) if shared else ""
    named = {prefix[len(shared) :].strip("_-:./ ") or prefix: prefix for prefix in family}
    globs = {name: [f"{prefix}*"] for name, prefix in named.items()}
    if any(one.startswith(p) for one in left for p in family if one not in family[p]):
        globs = {}
    if left != items or not of_mmlu or len(of_mmlu) < 20:
        label = {item: item[len(shared) :].replace("_", " ") for item in left} if (
            shared and len(shared) > 3 and all(item.startswith(shared) for item in left)) else {}  # fmt: skip
        yield metric._replace(
            collapse=collapse, groupings={"family": globs} if globs else {}, labels=label
        )
    if len(of_mmlu) >= 20:
        yield _mmlu(metric, of_mmlu)


def _prefixes(items: Iterable[str]) -> list[str]:
    return sorted({re.match(r"hendrycksTest-|mmlu[_:-]", item)[0] for item in items})  # type: ignore[index]


def _mmlu(metric: Metric, of_mmlu: Mapping[str, str]) -> Metric:
    """MMLU's subjects by category."""
    categories = {
        name: sorted(item for item, category in of_mmlu.items() if category == name)
        for name in MMLU
    }
    return metric._replace(
        name="mmlu",
        kind=metric.kind._replace(label=f"MMLU {metric.kind.label.lower()}"),
        item="subject",
        readings={run: [r for r in of if r.item in of_mmlu] for run, of in metric.readings.items()
                  if any(r.item in of_mmlu for r in of)},
        values=tuple(v for v in metric.values if any(fnmatchcase(i, v[0]) for i in of_mmlu)
                     or v[0].startswith("hendrycksTest-")),
        groupings={"category": {name: items for name, items in categories.items() if items}},
        labels={item: subject(item) for item in sorted(of_mmlu)},
        notes=("the subjects that count as one item in the metric before",),
        part=True,
    )  # fmt: skip


WIDE = 30.0


def is_wide(metric: Metric) -> bool:
    """Whether values are far enough apart for a logarithmic axis."""
    low, high = metric.range()
    return metric.kind.better == "lower" and low > 0 and high / low > WIDE and high < inf
