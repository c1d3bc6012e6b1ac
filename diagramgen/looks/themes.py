"""Themes: a Vega-Lite config, and the palette from which charts choose their colours."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from diagramgen.assets import asset_folder
from diagramgen.document.check import Schema, check, check_json
from diagramgen.document.document import read_document
from diagramgen.document.wording import diagnostics
from diagramgen.errors import SuiteError, UsageError
from diagramgen.formats.spec import Spec
from diagramgen.looks.palette import Palette
from diagramgen.looks.reach import held
from diagramgen.looks.variables import check_variables
from diagramgen.model.record import record_schema

LIGHT, FULL = "light", "full"


class Theme(NamedTuple):
    """What a theme says: a config of Vega-Lite, and the colours that charts choose from."""

    config: Spec
    palette: Palette


class Said(NamedTuple):
    """What the file of a theme says: its config, and those parts of a palette that it names."""

    config: Spec
    colors: Spec


def built_in() -> list[str]:
    """The names of the themes that come with the package."""
    return sorted(file.stem for file in (asset_folder("templates") / "themes").glob("*.yaml"))


def load_theme(name: str, folder: Path, width: str) -> Theme:
    """The theme of that name, or of a YAML file relative to `folder`, for a width preset.

    It is laid over the light one. Raises `UsageError` where there is none that can be read,
    `SuiteError` when it is no theme.
    """
    if name in built_in():
        file = _built_in("themes", name)
        return _load(file, f"themes/{file.name}", 0, width)
    file = folder / name
    if not file.exists():
        raise UsageError(f"there is no file '{name}' beside the suite")
    return _load(file, name, file.stat().st_mtime_ns, width)


@cache
def _load(file: Path, shown: str, time: int, width: str) -> Theme:
    """The theme of a file; read again when that has changed."""
    light = _read(_built_in("themes", LIGHT), f"themes/{LIGHT}.yaml", 0)
    theme = _read(file, shown, time)
    config = overlay(light.config, theme.config)
    if width != FULL:
        narrow = _read(_built_in("widths", width), f"widths/{width}.yaml", 0)
        config = overlay(config, narrow.config)
    return Theme(config, msgspec.convert(light.colors | theme.colors, Palette))


def _built_in(kind: str, name: str) -> Path:
    return asset_folder("templates") / kind / f"{name}.yaml"


def _read(file: Path, shown: str, _time: int) -> Said:
    document = read_document(file, shown)
    data = document.data
    findings = [
        *check(data, _schema(), (), "a theme"),
        *check_json(data, ()),
        *check_variables(data, "a theme"),
    ]
    if found := diagnostics(document, findings):
        raise SuiteError(found)
    held(document)
    config = {key: value for key, value in data.items() if key != "usermeta"}
    return Said(config, data.get("usermeta", {}))


@cache
def _schema() -> Schema:
    palette = record_schema(Palette)
    del palette["required"]  # what a theme does not say is as in the light one
    return {"type": "object", "properties": {"usermeta": palette}, "$defs": palette.pop("$defs")}


def overlay(below: Spec, top: Spec) -> Spec:
    """A mapping with another one's keys laid over it; null is a value as any other."""
    both = {
        key: overlay(below[key], value)
        for key, value in top.items()
        if isinstance(value, dict) and isinstance(below.get(key), dict)
    }
    return below | top | both
