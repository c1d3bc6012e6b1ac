"""A source that is many runs -> a source for each run, and charts that name them all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from diagramgen.document.wording import suggestion
from diagramgen.errors import Unavailable
from diagramgen.model.source import source_of
from diagramgen.readers.records import there
from diagramgen.results.contents import HandOut, Memory
from diagramgen.results.discover import SourceFiles, find_source
from diagramgen.suite.suite import Suite
from diagramgen.transforms import Transform


class Runs(NamedTuple):
    """The sources as the results have them: `suite` knows each run of a source as one.

    `of` has the names of these by that of the source as the suite writes it, in order.
    """

    suite: Suite
    sources: Mapping[str, SourceFiles]
    of: Mapping[str, tuple[str, ...]]


def find_runs(
    suite: Suite,
    without: Mapping[str, Collection[str]],
    memory: Memory | None = None,
    hand_out: HandOut = map,
) -> Runs:
    """The files of the sources that charts use, with those of the metrics that they use of them.

    `without` are paths to pass over, by source; files whose steps or runs stand inside them are
    read as `read_files` does it. Raises `ResultsError`.
    """
    sources: dict[str, SourceFiles] = {}
    of: dict[str, tuple[str, ...]] = {}
    for name, metrics in _used(suite).items():
        passed = {path for each, paths in without.items() if suite.source(each) == name
                  for path in paths}  # fmt: skip
        found = find_source(suite, name, metrics, passed, memory, hand_out)
        sources |= found
        if suite.definitions.sources[name].runs is not None and name not in found:
            of[name] = tuple(found)
    return Runs(_with_runs(suite, of), sources, of)


def _used(suite: Suite) -> dict[str, list[str]]:
    """The metrics that charts use of each source, both in the suite's order."""
    pairs = {
        (suite.source(source), metric)
        for chart in suite.charts
        for panel in chart.panels
        for source in panel.transform.sources()
        for metric in panel.transform.metrics()
    }
    used = {
        source: [metric for metric in suite.definitions.metrics if (source, metric) in pairs]
        for source in suite.definitions.sources
    }
    return {source: metrics for source, metrics in used.items() if metrics}


def _with_runs(suite: Suite, of: Mapping[str, Iterable[str]]) -> Suite:
    """The suite whose sources with runs are these runs; each is called what it is in the files."""
    if not of:
        return suite
    names = [run.partition("/")[2] for runs in of.values() for run in runs]
    sources = {}
    for name, source in suite.definitions.sources.items():
        if name not in of:
            sources[name] = source
            continue
        for run in of[name]:
            label = run.removeprefix(f"{name}/")
            label = label if names.count(label) == 1 else f"{source.label or name}, {label}"
            sources[run] = replace(source, label=label, color=None)
    return suite._replace(definitions=suite.definitions._replace(sources=sources))


def on_runs(transform: Transform, runs: Runs) -> Transform:
    """The transform with each run named where it names them all.

    Raises `Unavailable` where it names a run that is not there, or many where it can have one.
    """
    if not runs.of:
        return transform
    for name in transform.sources():
        source = source_of(name, runs.of)
        if name != source and name not in runs.of.get(source, (name,)):
            known = [run.removeprefix(f"{source}/") for run in runs.of[source]]
            run = name.removeprefix(f"{source}/")
            hint = suggestion(run, known) or f"; {there(known)}"
            raise Unavailable(f"source '{source}' has no run '{run}'{hint}")
    try:
        return transform.of_runs(runs.of)
    except ValueError as err:
        many = {name: runs.of[name] for name in transform.sources() if name in runs.of}
        said = ", ".join(f"'{name}' is {len(of)} runs" for name, of in many.items())
        raise Unavailable(f"{err}; {said}") from err
