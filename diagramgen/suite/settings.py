"""What the keys of a suite beside `charts` and `defaults` mean: whether all of it is there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import msgspec

from diagramgen import readers
from diagramgen.assets import YAML
from diagramgen.document.check import check
from diagramgen.document.data import mapping
from diagramgen.document.document import Where
from diagramgen.document.wording import Finding, unknown
from diagramgen.errors import UsageError, short
from diagramgen.looks import themes
from diagramgen.looks.templates import TemplateFolder
from diagramgen.model.record import record_schema
from diagramgen.readers import Runs, find_reader
from diagramgen.roots import check_root
from diagramgen.suite.schema import reader_schema, settings_schema

MAX_PART = 255
"""Bytes of one name in a path, as file systems have it."""
RUNS = record_schema(Runs)
STEP = re.compile("0|[1-9][0-9]{0,17}")


def check_settings(
    settings: Mapping[str, Any], folder: Path, *, elsewhere: bool
) -> Iterator[Finding]:
    """What is wrong with a suite's settings, filled in; its vars are as they were written.

    `folder` is the suite's. With `elsewhere` the files go where the command line says.
    """
    yield from check(settings, settings_schema(), (), "the suite")
    yield from _check_roots(settings)
    yield from _check_readers(settings)
    yield from _check_runs(settings)
    yield from _check_steps(settings)
    if not elsewhere:
        yield from _check_dir(mapping(settings, "output").get("dir"), folder)


def _check_roots(settings: Mapping[str, Any]) -> Iterator[Finding]:
    """What is wrong with each source's `root`: it is no place for results."""
    for name, source in mapping(settings, "sources").items():
        root = source.get("root") if isinstance(source, dict) else None
        problem = check_root(root) if isinstance(root, str) else None
        if problem is not None:
            yield Finding(("sources", name, "root"), "wrong-root", f"'root': {problem}")


def _check_readers(settings: Mapping[str, Any]) -> Iterator[Finding]:
    """What is wrong with each `read`, of metrics and of sources: its keys are its reader's."""
    metrics = mapping(settings, "metrics")
    for name in metrics:
        yield from _check_reader(mapping(mapping(metrics, name), "read"), ("metrics", name, "read"))
    sources = mapping(settings, "sources")
    for name in sources:
        own = mapping(mapping(sources, name), "read")
        for metric in own:
            place = ("sources", name, "read", metric)
            if metric not in metrics:
                yield unknown(place, "metric", metric, metrics, at="key")
            yield from _check_reader(mapping(own, metric), place)


def _check_reader(read: Mapping[str, Any], place: Where) -> Iterator[Finding]:
    reader = read.get("reader")
    if not isinstance(reader, str):
        return
    try:
        kind = find_reader(reader)
    except UsageError as err:
        yield Finding((*place, "reader"), "broken-plugin", str(err))
        return
    if kind is None:
        names = {"enum": readers.names()}
        yield from check(reader, names, (*place, "reader"), "'reader'")
        return
    found = list(check(read, reader_schema(kind), place, "'read'"))
    yield from found
    try:
        msgspec.convert(read, kind)
    except msgspec.ValidationError as err:
        if not found:
            yield Finding(place, "conflicting-parameters", f"reader '{reader}': {err}")


def _check_runs(settings: Mapping[str, Any]) -> Iterator[Finding]:
    """What is wrong with each source's `runs` beside its keys."""
    sources = mapping(settings, "sources")
    for name in sources:
        runs, place = mapping(sources, name).get("runs"), ("sources", name, "runs")
        if isinstance(runs, dict) and runs.keys() <= {*Runs.__struct_fields__}:
            try:
                msgspec.convert(runs, Runs)
            except msgspec.ValidationError as err:
                if not list(check(runs, RUNS, place, "'runs'")):
                    yield Finding(place, "conflicting-parameters", f"'runs': {err}")


def _check_steps(settings: Mapping[str, Any]) -> Iterator[Finding]:
    """Keys of a `tokens_per_step` that are no steps."""
    for name, source in mapping(settings, "sources").items():
        for step in mapping(source, "tokens_per_step"):
            if STEP.fullmatch(step) is None:
                message = f"'{short(step)}' is not a step: expected a number such as 0 or 10000"
                place = ("sources", name, "tokens_per_step", step)
                yield Finding(place, "wrong-value", message, "key")


def _check_dir(name: object, folder: Path) -> Iterator[Finding]:
    """What is wrong with `output.dir`: a suite writes into its own folder only."""
    if not isinstance(name, str):
        return
    place, parts = ("output", "dir"), PurePosixPath(name).parts
    if PurePosixPath(name).is_absolute() or PureWindowsPath(name).anchor or "\\" in name:
        message = f"'{short(name)}' is not below the suite's folder; elsewhere only by --out"
        yield Finding(place, "outside-output", message)
    elif ".." in parts or parts[:1] == ("~",):
        message = f"'{short(name)}' leaves the suite's folder; elsewhere only by --out"
        yield Finding(place, "outside-output", message)
    elif any(len(part.encode(errors="replace")) > MAX_PART for part in parts):
        yield Finding(place, "wrong-value", f"'{short(name)}' is too long for a folder's name")
    elif link := next((part for part in _ways(parts) if (folder / part).is_symlink()), None):
        message = f"'{short(str(link))}' is a link; where it leads only by --out"
        yield Finding(place, "outside-output", message)


def _ways(parts: Iterable[str]) -> Iterator[Path]:
    """A path's beginnings, the whole one last."""
    way = Path()
    for part in parts:
        way /= part
        yield way


def check_theme(name: object, folder: Path) -> Iterator[Finding]:
    """What is wrong with `output.theme`. Raises `SuiteError` for a file of it that is not YAML."""
    known, place = themes.built_in(), ("output", "theme")
    if not isinstance(name, str) or name in known:
        return
    if not name.endswith(YAML):
        yield unknown(place, "theme", name, known)
        return
    try:
        themes.load_theme(name, folder, themes.FULL)
    except UsageError as err:
        yield Finding(place, "wrong-value", f"'theme': {err}")


def own_templates(
    settings: Mapping[str, Any], folder: Path, findings: list[Finding], *, python: bool
) -> TemplateFolder | None:
    """The folder of the suite's own templates, if it names one; `python` as `TemplateFolder`."""
    name = settings.get("templates")
    if not isinstance(name, str):
        return None
    if not (folder / name).is_dir():
        message = f"'templates': there is no folder '{name}' beside the suite"
        findings.append(Finding(("templates",), "wrong-value", message))
        return None
    return TemplateFolder(folder / name, python)
