"""Results folders -> the text of a suite for them.

folders -> runs -> metrics -> charts -> text
         recognise  metrics   charts   suite_text
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from diagramgen.errors import UsageError, visible
from diagramgen.init.charts import charts_of, used
from diagramgen.init.folder import can_be_named
from diagramgen.init.metrics import aliases_of, metrics_of
from diagramgen.init.recognise import recognise
from diagramgen.init.runs import Run
from diagramgen.init.suite_text import suite_text
from diagramgen.roots import check_root

MOST_ITEMS = 2000
"""So many items are looked at: each is compared with each."""


def write_suite(
    folders: Sequence[Path],
    *,
    into: Path,
    title: str | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> str:
    """The text of a suite for results folders; it is to lie in the folder `into`.

    `tell` is told what was recognised, and why. Raises `UsageError` where a folder has nothing that
    a chart could be made of.
    """
    runs = _named([run for folder in folders for run in recognise(folder)])
    formats = dict.fromkeys(run.format for run in runs)
    if len(formats) > 1:
        raise UsageError(f"the folders hold {' and '.join(formats)}: write one suite for each")
    for run in runs:
        steps = run.steps()
        if not steps:
            raise UsageError(f"{run.folder}: {run.why}, but no step is to be found")
        count = len(run.items())
        if count > MOST_ITEMS:
            raise UsageError(
                f"{run.folder}: {count:,} items; a suite is written for {MOST_ITEMS:,}"
            )
        span = f"{steps[0]} to {steps[-1]}" if len(steps) > 1 else f"{steps[0]}"
        tell(f"{run.folder}: {run.why}; checkpoint '{run.checkpoint}', step {span}")
        for note in run.notes:
            tell(f"warning: {run.folder}: {note}")
    aliases = aliases_of(runs)
    metrics = metrics_of(runs, aliases)
    names = [run.name for run in runs]
    charts = list(charts_of(metrics, names))
    metrics = used(metrics, (entry for _, entries in charts for entry in entries))
    for metric in metrics:
        if "check the direction" in metric.kind.note:
            tell(f"warning: {metric.kind.note}")
    sources = {
        run.name: {"root": _root(run.folder, into), "checkpoint": run.checkpoint} for run in runs
    }
    whys = [f"{run.name}: {run.why}" for run in runs]
    return suite_text(title or _title(names), sources, whys, aliases, metrics, charts)


def _named(runs: Iterable[Run]) -> list[Run]:
    """The runs, each with a name of its own: the folder's, with folders above where needed."""
    runs = list(runs)
    parts = [
        [*run.folder.resolve().parts[1:-1], run.folder.resolve().name]
        if run.name == run.folder.resolve().name
        else [*run.folder.resolve().parts[1:], run.name]
        for run in runs
    ]
    generic = re.compile(
        r"(?i)results?|eval(_results|s)?|by_checkpoint|(zero|few|five)[-_]shot|out(put)?"
    )
    names = []
    for i, own in enumerate(parts):
        depth = 1
        while depth < len(own) and (
            generic.fullmatch(own[-depth])
            or any(other[-depth:] == own[-depth:] for j, other in enumerate(parts) if j != i)
        ):
            depth += 1
        chosen = own[-depth] if depth == 1 or not _alike(parts, depth) else "_".join(own[-depth:])
        names.append(re.sub(r"[^A-Za-z0-9_.-]+", "_", chosen).strip("_") or f"run{i + 1}")
    if len(set(names)) < len(names):
        names = [f"{name}_{i}" for i, name in enumerate(names, 1)]
    return [run._replace(name=name) for run, name in zip(runs, names, strict=True)]


def _alike(parts: Sequence[Sequence[str]], depth: int) -> bool:
    """Whether the names at a depth are not enough to tell folders apart."""
    names = [own[-depth] for own in parts if len(own) >= depth]
    return len(set(names)) < len(names)


def _root(folder: Path, into: Path) -> str:
    """How the suite calls a folder: relative to itself where it can, absolute where asked so.

    Raises `UsageError` for a folder that a suite cannot name.
    """
    inside = folder.resolve().is_relative_to(into.resolve())
    if folder.is_absolute() and not inside:
        root = folder.as_posix()
    else:
        root = Path(os.path.relpath(folder.resolve(), into.resolve())).as_posix()
    if not all(map(can_be_named, filter(None, root.split("/")))):
        raise UsageError(f"{visible(root, one_line=True)}: a suite cannot name this folder")
    return f"./{root}" if check_root(root) else root


def _title(names: Sequence[str]) -> str:
    return f"Evaluation of {', '.join(names[:4])}" + (" and others" if len(names) > 4 else "")
