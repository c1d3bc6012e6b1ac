"""Entries as written -> entries as meant: vars filled in, `for_each` and `panels` unrolled."""

from __future__ import annotations

import itertools
import re
from collections import ChainMap
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from diagramgen.document.check import check
from diagramgen.document.document import TOO_DEEP, Where
from diagramgen.document.wording import Finding, unknown
from diagramgen.errors import UsageError, short
from diagramgen.limits import (
    MAX_DEPTH,
    MAX_FILLED,
    MAX_FINDINGS,
    MAX_GROWTH,
    MAX_PANELS,
)
from diagramgen.model.look import Look
from diagramgen.suite.schema import CHART
from diagramgen.transforms import Transform, find_transform

NAME = re.compile(r"\$\{([^{}]*)\}")
LATE = ("output", "title", "subtitle")
"""Keys that may name a step of which only the results tell what it is; filled in by `plan`."""
WHOLE = ("title", "subtitle", "vegalite")
"""Keys that with `panels` mean the whole chart, in `defaults` as in the entry."""
CHART_ONLY = {*CHART, "panels", *WHOLE}
"""Keys of an entry with `panels` that its panels do not inherit."""
LOOK = frozenset(Look.__struct_fields__)


PANELS = {"type": "array", "minItems": 1, "maxItems": MAX_PANELS, "items": {"type": "object"}}


NESTED = (dict, list)
"""What has values in it."""


class Size(NamedTuple):
    """How many values there are in one, itself among them, and how deep they are nested."""

    nodes: int
    depth: int


Sizes = dict[int, tuple[Any, Size]]
"""Each list and mapping with its size, by its `id`: vars share them, each is looked at once."""


class Entry(NamedTuple):
    """One chart as written, with its variables: `panels` has (keys, way to each key's node).

    `chart` has the keys of the whole chart; those of `LATE` are not filled in yet.
    """

    chart: dict[str, Any]
    panels: list[tuple[dict[str, Any], dict[str, Where]]]
    names: dict[str, Any]
    where: Where


@cache
def parameters(transform: type[Transform]) -> frozenset[str]:
    """The names of a transform's parameters as suites write them."""
    return frozenset(transform.__struct_encode_fields__) | {"transform"}


def transform_of(entry: Mapping[str, Any]) -> type[Transform] | None:
    """The transform that an entry names, if it is one that can be used."""
    name = entry.get("transform")
    try:
        return find_transform(name) if isinstance(name, str) else None
    except UsageError:
        return None  # told where the entry is checked


def fill(value: Any, names: Mapping[str, Any], where: Where, findings: list[Finding]) -> Any:
    """A value with every `${name}` in it replaced; a whole-value one keeps its type."""
    if isinstance(value, dict):
        return {key: fill(each, names, (*where, key), findings) for key, each in value.items()}
    if isinstance(value, list):
        return [fill(each, names, (*where, i), findings) for i, each in enumerate(value)]
    if not isinstance(value, str) or "${" not in value:
        return value
    used = NAME.findall(value)
    lost = list(dict.fromkeys(name for name in used if name not in names))
    if lost:
        room = max(0, MAX_FINDINGS - len(findings))
        findings += [unknown(where, "var", name, names) for name in lost[:room]]
        return value
    if len(used) == 1 and value == f"${{{used[0]}}}":
        return names[used[0]]
    for name in used:
        if isinstance(names[name], list | dict):
            findings.append(no_text(where, name))
            return value
    if excess := too_long(value, names):
        findings.append(Finding(where, "too-large", excess))
        return value
    return NAME.sub(lambda match: str(names[match[1]]), value)


def no_text(where: Where, name: str) -> Finding:
    """That a text names what is no text and no number."""
    message = f"'${{{name}}}' is a list or mapping; it cannot stand in text"
    return Finding(where, "wrong-type", message)


def too_long(text: str, names: Mapping[str, Any]) -> str | None:
    """What is said of a text that gains too much when its `${name}`s are filled in."""
    filled = (names[name] for name in NAME.findall(text) if name in names)
    growth = sum(len(str(value)) for value in filled if not isinstance(value, dict | list))
    if growth <= MAX_GROWTH:
        return None
    return f"vars make this text more than {MAX_GROWTH:,} characters longer"


def size_of(value: Any, sizes: Sizes) -> Size:
    """The size of a value, as if nothing in it were shared; those found are added to `sizes`."""
    if not isinstance(value, NESTED):
        return Size(1, 0)
    if id(value) not in sizes:
        parts = value.values() if isinstance(value, dict) else value
        below = [size_of(part, sizes) for part in parts if isinstance(part, NESTED)]
        nodes = 1 + len(parts) - len(below) + sum(size.nodes for size in below)
        sizes[id(value)] = value, Size(nodes, 1 + max((size.depth for size in below), default=0))
    return sizes[id(value)][1]


def too_large(size: Size) -> str | None:
    """What is said of a value that has more in it than a suite may have."""
    if size.depth > MAX_DEPTH:
        return TOO_DEEP
    return f"more than {MAX_FILLED:,} values" if size.nodes > MAX_FILLED else None


def fill_late(text: str | None, names: Mapping[str, Any]) -> str | None:
    """A path or title with the names that are known filled in; the others stay."""
    if text is None or "${" not in text:
        return text
    return NAME.sub(lambda match: str(names.get(match[1], match[0])), text)


def fill_vars(given: Mapping[str, Any], findings: list[Finding]) -> dict[str, Any]:
    """The vars with those that they name filled in."""
    done: dict[str, Any] = {}
    sizes: Sizes = {}

    def value(name: str, above: tuple[str, ...]) -> Any:
        if name in above:
            way = " -> ".join(map(short, [*above[above.index(name) :], name]))
            if not any(finding.code == "circular-var" for finding in findings):
                findings.append(Finding(("vars", name), "circular-var", f"circular: {way}"))
            return None
        if name not in done and len(above) >= MAX_DEPTH:
            message = f"vars name one another over more than {MAX_DEPTH} links"
            findings.append(Finding(("vars", name), "too-large", message))
            done[name] = None
        if name not in done:
            used = dict.fromkeys(each for each in used_names(given[name]) if each in given)
            known = ChainMap({each: value(each, (*above, name)) for each in used}, lost)
            done[name] = fill(given[name], known, ("vars", name), findings)
            if excess := too_large(size_of(done[name], sizes)):
                findings.append(Finding(("vars", name), "too-large", excess))
                done[name] = None
        return done[name]

    lost = dict.fromkeys(given)

    return {name: value(name, ()) for name in given}


def used_names(value: Any) -> list[str]:
    """Every name that some `${name}` in a value has."""
    if isinstance(value, dict | list):
        parts = value.values() if isinstance(value, dict) else value
        return [name for part in parts for name in used_names(part)]
    return NAME.findall(value) if isinstance(value, str) and "${" in value else []


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
        chart = late | {key: value for key, value in filled.items() if key in CHART_ONLY}
        if "panels" in entry:
            chart = {key: defaults[key] for key in WHOLE if key in defaults} | chart
        panels = list(_panels(chart, filled, defaults, where, findings))
        yield Entry(chart, panels, known, where)


def _sets(
    for_each: Any, names: dict[str, Any], where: Where, findings: list[Finding]
) -> Iterator[dict[str, Any]]:
    """The sets of variables that `for_each` runs through; one empty set without it."""
    if for_each is None:
        yield {}
        return
    for_each = fill(for_each, names, where, findings)
    schema = CHART["for_each"]
    if isinstance(for_each, dict | list):
        schema = schema["anyOf"][isinstance(for_each, list)]
    wrong = list(check(for_each, schema, where, "'for_each'"))
    findings += wrong
    if wrong:
        return
    if isinstance(for_each, list):
        yield from for_each
        return
    # Lazily: whoever takes the combinations stops where there are too many.
    for values in itertools.product(*for_each.values()):
        yield dict(zip(for_each, values, strict=True))


def _panels(
    chart: dict[str, Any],
    filled: dict[str, Any],
    defaults: dict[str, Any],
    where: Where,
    findings: list[Finding],
) -> Iterator[tuple[dict[str, Any], dict[str, Where]]]:
    """Each panel's keys, those that it inherits among them, and where each key is written."""
    below: Any = chart.get("panels")
    if "panels" not in chart:
        own = {key: value for key, value in filled.items() if key not in CHART}
        yield _with_defaults(own, {key: (*where, key) for key in own}, defaults)
        return
    wrong = list(check(below, PANELS, (*where, "panels"), "'panels'"))
    findings += wrong
    if wrong:
        return
    inherited = {key: value for key, value in filled.items() if key not in CHART_ONLY}
    shared = {key: value for key, value in defaults.items() if key not in WHOLE}
    taken: set[str] = {"transform"}
    for i, panel in enumerate(below):
        transform = transform_of(panel) or transform_of(inherited)
        known = LOOK | (parameters(transform) if transform else set(inherited))
        taken |= known
        passed = {key: value for key, value in inherited.items() if key in known}
        places = {key: (*where, key) for key in passed}
        places |= {key: (*where, "panels", i, key) for key in panel}
        yield _with_defaults(passed | panel, places, shared)
    findings += [
        unknown((*where, key), "parameter", key, sorted(taken), " of any panel", at="key")
        for key in inherited
        if key not in taken
    ]


def _with_defaults(
    own: dict[str, Any], places: dict[str, Where], defaults: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Where]]:
    """The keys with the suite's defaults for those that the transform knows and are not given."""
    if not defaults:
        return own, places
    transform = transform_of(own)
    known = LOOK | (parameters(transform) if transform else frozenset())
    added = {key: value for key, value in defaults.items() if key in known and key not in own}
    return own | added, places | {key: ("defaults", key) for key in added}
