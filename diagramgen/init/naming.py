"""What runs are called: short, each of its own, and as a person would."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from diagramgen.init.runs import Run
from diagramgen.init.units import plain

GENERIC = re.compile(
    r"(?i)results?|evals?|eval[-_](results?|harness)|evaluations?|by_checkpoint|checkpoints?|"
    r"(zero|few|five)[-_]?shot|out(put)?s?|metrics|scores|logs?|data|json|csv|summary|main"
)
"""Names of folders that do not tell runs apart."""


def named(runs: Sequence[Run]) -> list[Run]:
    """The runs, each source with a name of its own; the runs of one file keep one together."""
    sources = list(dict.fromkeys(map(_source, runs)))
    firsts = {source: next(r for r in runs if _source(r) == source) for source in sources}
    ways = [_way(firsts[source]) for source in sources]
    hints = [plain(firsts[source].checkpoint.rpartition("/")[2]) for source in sources]
    names = dict(zip(sources, _distinct(ways, hints), strict=True))
    return [run._replace(name=names[_source(run)]) for run in runs]


def _source(run: Run) -> tuple[str, ...]:
    """What is the same for all runs of one source."""
    return (str(run.folder), run.checkpoint, repr(run.runs), run.format,
            run.name)  # fmt: skip


WORDY = re.compile(r"(?i)(?:[-_. ]+(?:checkpoints?|agg|results?|evals?|metrics|scores|summary))+$")
"""How names of files may end that say only what kind of file it is."""


def _way(run: Run) -> list[str]:
    """The names that may tell a run apart: its folders, then its own where it has another."""
    folder = run.folder.resolve()
    parts = [*folder.parts[1:]] or ["results"]
    inside = [part for part in run.checkpoint.split("/")[:-1] if not set("*{") & set(part)]
    parts += inside if run.name in inside else []
    return parts if run.name == parts[-1] else [*parts, WORDY.sub("", run.name) or run.name]


def _distinct(ways: list[list[str]], hints: list[str]) -> list[str]:
    """A name for each way that no other has; the hints tell those apart whose ways are the same."""
    depths = [_depth(way) for way in ways]
    names = [way[-depth] for way, depth in zip(ways, depths, strict=True)]
    for name, count in Counter(names).items():
        if count > 1:
            alike = [i for i, each in enumerate(names) if each == name]
            said = _apart([ways[i] for i in alike], name, alone=count == len(names))
            for i, one in zip(alike, said, strict=True):
                names[i] = one
    lone = [name or way[-depth] for name, way, depth in zip(names, ways, depths, strict=True)]
    counts = Counter(lone)
    told = [hint if counts[name] > 1 and hint else name
            for name, hint in zip(lone, hints, strict=True)]  # fmt: skip
    safe = [re.sub(r"[^A-Za-z0-9_.-]+", "_", name).strip("_") or "run" for name in told]
    counts = Counter(safe)
    return [f"{name}_{i}" if counts[name] > 1 else name for i, name in enumerate(safe, 1)]


def _depth(way: list[str]) -> int:
    """How far from its end a way has a name that says something."""
    for depth, part in enumerate(reversed(way), 1):
        if not GENERIC.fullmatch(part):
            return depth
    return 1


def _apart(ways: list[list[str]], name: str, *, alone: bool) -> list[str]:
    """Names for ways that end alike: with the nearest parts in which they differ.

    Where all runs are `alone` in having the name, it need not be said, but beside what says little.
    """
    for at in range(1, max(map(len, ways)) + 1):
        parts = [way[-at] if at <= len(way) else "" for way in ways]
        if len(set(parts)) == len(parts):
            if at == 1 and any(GENERIC.fullmatch(part) for part in parts):
                return [f"{name}_{part}" for part in parts]
            behind = "" if at == 1 or alone else name
            return ["_".join(filter(None, (part, behind))) for part in parts]
    name = "" if alone else name
    useful = [
        at
        for at in range(max(map(len, ways)), 0, -1)
        if len({way[-at] if at <= len(way) else "" for way in ways}) > 1
    ]
    return [
        "_".join([*(way[-at] for at in useful if at <= len(way)), *filter(None, [name])])
        for way in ways
    ]
