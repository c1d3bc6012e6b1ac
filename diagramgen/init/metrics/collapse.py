"""What belongs together in a metric: what counts as one item, and which items form groups."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from diagramgen.init.metrics.draft import Draft
from diagramgen.init.metrics.groups import MMLU, families, subject, subjects


def grouped(metric: Draft, groups: Mapping[str, list[str]]) -> Iterable[Draft]:
    """The metric with what counts as one item and its groupings; MMLU's subjects on their own."""
    items = metric.members()
    of_mmlu = subjects(items)
    collapse: dict[str, tuple[list[str], str]] = {}
    if len(of_mmlu) >= 20:
        globs = [f"{prefix}*" for prefix in _prefixes(of_mmlu)]
        more = any(fnmatchcase(i, glob) for i in items if i not in of_mmlu for glob in globs)
        collapse["mmlu"] = (sorted(of_mmlu) if more else globs, _average(metric, of_mmlu))
    for group, members in groups.items():
        inside = [item for item in members if item in items and item not in of_mmlu]
        nested = any(group in other for other in groups.values())
        if len(inside) >= 3 and not nested and group not in items:
            collapse[group] = (sorted(inside), _average(metric, inside))
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
    groups_of = {name: [f"{prefix}*"] for name, prefix in named.items()}
    if any(one.startswith(p) for one in left for p in family if one not in family[p]):
        groups_of = {}
    if left != items or not of_mmlu or len(of_mmlu) < 20:
        alike = len(shared) > 3 and all(item.startswith(shared) for item in left)
        label = {item: item[len(shared) :].replace("_", " ") for item in left if alike}
        label = {**label, **metric.labels}
        yield metric._replace(
            collapse=collapse, groupings={"family": groups_of} if groups_of else {}, labels=label
        )
    if len(of_mmlu) >= 20:
        yield _mmlu(metric, of_mmlu)


def _average(metric: Draft, items: Iterable[str]) -> str:
    """How items that count as one are averaged: by n, as they are reported, where it is known."""
    return "weighted" if metric.has_n(set(items)) else "mean"


def _prefixes(items: Iterable[str]) -> list[str]:
    return sorted({re.match(r"hendrycksTest-|mmlu[_:-]", item)[0] for item in items})  # type: ignore[index]


def _mmlu(metric: Draft, of_mmlu: Mapping[str, str]) -> Draft:
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
        groups={}, without=(),
        values=tuple(v for v in metric.values if _has_some(v[0], of_mmlu)),
        reads={run: _part(read, of_mmlu) for run, read in metric.reads.items()
               if any(r.item in of_mmlu for r in metric.readings[run])},
        groupings={"category": {name: items for name, items in categories.items() if items}},
        labels={item: subject(item) for item in sorted(of_mmlu)},
        notes=("the subjects that count as one item in the metric before",),
        part=True,
    )  # fmt: skip


def _has_some(glob: str, of_mmlu: Iterable[str]) -> bool:
    """Whether a glob of a table of measures is of MMLU's subjects."""
    return glob.startswith("hendrycksTest-") or any(fnmatchcase(item, glob) for item in of_mmlu)


def _part(read: Mapping[str, Any], of_mmlu: Iterable[str]) -> Mapping[str, Any]:
    """How a run's files are read, for MMLU's subjects only."""
    if "values" not in read:
        return read
    values = {glob: name for glob, name in read["values"].items() if _has_some(glob, of_mmlu)}
    return {**read, "values": values}
