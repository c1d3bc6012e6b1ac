"""Entries as written -> entries as meant: vars filled in, `for_each` and `panels` unrolled."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from diagramgen.check import Finding, unknown
from diagramgen.document import Where
from diagramgen.schema import CHART
from diagramgen.suite import Look
from diagramgen.transforms import TRANSFORMS

NAME = re.compile(r"\$\{([^}]*)\}")
LATE = ("output", "title", "subtitle")
"""Keys that may name a step of which only the results tell what it is; filled in by `plan`."""
CHART_ONLY = {*CHART, "panels", "title", "subtitle", "vegalite"}
"""Keys of an entry with `panels` that its panels do not inherit."""
LOOK = frozenset(Look.__struct_fields__)


class Entry(NamedTuple):
    """One chart as written, with its variables: `panels` has (keys, way to each key's node)."""

    chart: dict[str, Any]
    panels: list[tuple[dict[str, Any], dict[str, Where]]]
    names: dict[str, Any]
    where: Where


def parameters(transform: str) -> frozenset[str]:
    """The names of a transform's parameters as suites write them."""
    return frozenset(TRANSFORMS[transform].__struct_encode_fields__) | {"transform"}


def fill(value: Any, names: Mapping[str, Any], where: Where, findings: list[Finding]) -> Any:
    """A value with every `${name}` in it replaced; a whole-value one keeps its type."""
    if isinstance(value, dict):
        return {key: fill(each, names, (*where, key), findings) for key, each in value.items()}
    if isinstance(value, list):
        return [fill(each, names, (*where, i), findings) for i, each in enumerate(value)]
    if not isinstance(value, str) or "${" not in value:
        return value
    used = NAME.findall(value)
    lost = [name for name in used if name not in names]
    if lost:
        findings += [unknown(where, "var", name, names) for name in lost]
        return value
    if len(used) == 1 and value == f"${{{used[0]}}}":
        return names[used[0]]
    for name in used:
        if isinstance(names[name], list | dict):
            message = f"'${{{name}}}' is a list or mapping; it can only stand alone"
            findings.append(Finding(where, "wrong-type", message))
            return value
    return NAME.sub(lambda match: str(names[match[1]]), value)


def fill_vars(given: Mapping[str, Any], findings: list[Finding]) -> dict[str, Any]:
    """The vars with those that they name filled in."""
    done: dict[str, Any] = {}

    def value(name: str, above: tuple[str, ...]) -> Any:
        if name in above:
            way = " -> ".join([*above[above.index(name) :], name])
            if not any(finding.code == "circular-var" for finding in findings):
                findings.append(Finding(("vars", name), "circular-var", f"circular: {way}"))
            return None
        if name not in done:
            used = [each for each in _used(given[name]) if each in given]
            names = {each: value(each, (*above, name)) for each in used}
            known = {**dict.fromkeys(given), **names}
            done[name] = fill(given[name], known, ("vars", name), findings)
        return done[name]

    return {name: value(name, ()) for name in given}


def _used(value: Any) -> list[str]:
    if isinstance(value, dict | list):
        parts = value.values() if isinstance(value, dict) else value
        return [name for part in parts for name in _used(part)]
    return NAME.findall(value) if isinstance(value, str) else []


def unroll(
    entry: dict[str, Any],
    defaults: dict[str, Any],
    names: dict[str, Any],
    where: Where,
    findings: list[Finding],
) -> Iterator[Entry]:
    """The charts of one entry: one for each set of its `for_each` variables."""
    for bound in _sets(entry.get("for_each"), names, (*where, "for_each"), findings):
        known = names | bound
        late = {key: entry[key] for key in LATE if key in entry}
        rest = {key: value for key, value in entry.items() if key not in (*LATE, "for_each")}
        filled = fill(rest, known, where, findings)
        chart = late | {key: filled[key] for key in CHART_ONLY & set(filled)}
        panels = list(_panels(chart, filled, defaults, where, findings))
        yield Entry(chart, panels, known, where)


def _sets(
    for_each: Any, names: dict[str, Any], where: Where, findings: list[Finding]
) -> Iterator[dict[str, Any]]:
    """The sets of variables that `for_each` runs through; one empty set without it."""
    for_each = fill(for_each, names, where, findings)
    if for_each is None:
        yield {}
    elif isinstance(for_each, list):
        if not for_each:
            findings.append(Finding(where, "empty", "'for_each' is an empty list"))
        yield from (each for each in for_each if isinstance(each, dict))
    elif isinstance(for_each, dict):
        for name, values in for_each.items():
            if values == []:
                message = f"'for_each' over an empty list: '{name}'"
                findings.append(Finding((*where, name), "empty", message))
        lists = [values if isinstance(values, list) else [] for values in for_each.values()]
        for values in itertools.product(*lists):
            yield dict(zip(for_each, values, strict=True))


def _panels(
    chart: dict[str, Any],
    filled: dict[str, Any],
    defaults: dict[str, Any],
    where: Where,
    findings: list[Finding],
) -> Iterator[tuple[dict[str, Any], dict[str, Where]]]:
    """Each panel's keys, those that it inherits among them, and where each key is written."""
    below = chart.get("panels")
    if below is None:
        own = {key: value for key, value in filled.items() if key not in CHART}
        yield _with_defaults(own, {key: (*where, key) for key in own}, defaults)
        return
    if not isinstance(below, list):
        return
    inherited = {key: value for key, value in filled.items() if key not in CHART_ONLY}
    taken: set[str] = {"transform"}
    for i, panel in enumerate(below):
        if not isinstance(panel, dict):
            message = f"'panels': got {panel!r}; expected a mapping"
            findings.append(Finding((*where, "panels", i), "wrong-type", message))
            continue
        transform = panel.get("transform", inherited.get("transform"))
        known = LOOK | (parameters(transform) if transform in TRANSFORMS else set(inherited))
        taken |= known
        passed = {key: value for key, value in inherited.items() if key in known}
        places = {key: (*where, key) for key in passed}
        places |= {key: (*where, "panels", i, key) for key in panel}
        yield _with_defaults(passed | panel, places, defaults)
    findings += [
        unknown((*where, key), "parameter", key, sorted(taken), " of any panel", at="key")
        for key in inherited
        if key not in taken
    ]


def _with_defaults(
    own: dict[str, Any], places: dict[str, Where], defaults: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Where]]:
    """The keys with the suite's defaults for those that the transform knows and are not given."""
    transform = own.get("transform")
    known = LOOK | (parameters(transform) if transform in TRANSFORMS else frozenset())
    added = {key: value for key, value in defaults.items() if key in known and key not in own}
    return own | added, places | {key: ("defaults", key) for key in added}
