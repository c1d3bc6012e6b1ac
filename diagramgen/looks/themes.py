"""Themes: a Vega-Lite config, and which colours and dashes stand for those of the light one."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec import Meta

from diagramgen.assets import asset_folder
from diagramgen.document.check import check, check_json
from diagramgen.document.document import read_document
from diagramgen.document.wording import diagnostics
from diagramgen.errors import SuiteError, UsageError
from diagramgen.formats.spec import Spec
from diagramgen.looks.palette import COLORS, DASHES, SOURCE_COLORS, ramp
from diagramgen.looks.reach import held
from diagramgen.model.colors import Color
from diagramgen.model.record import record_schema

LIGHT, FULL = "light", "full"
WORDS = ("data", "datasets", "title", "description", "usermeta", "domain", "text", "field")
"""Keys of a spec below which no colour stands."""


class Theme(NamedTuple):
    """What a theme says.

    `colors` names the colour that stands for one of the light theme, `ramp` the ends of the colours
    of steps, `schemes` the colours that stand for one of Vega's; with `dashes` lines and points
    differ in dash and shape even where they differ in colour.
    """

    config: Spec
    colors: dict[str, str]
    ramp: tuple[str, str] | None
    schemes: dict[str, list[str]]
    dashes: bool


Hex = Annotated[str, Meta(pattern="^#[0-9a-fA-F]{6}$", examples=["#0072b2"])]


class Colors(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a theme's `usermeta` says, see `Theme`."""

    colors: dict[str, Color] = {}
    ramp: Annotated[tuple[Hex, ...], Meta(min_length=2, max_length=2)] | None = None
    schemes: dict[str, Annotated[list[Color], Meta(min_length=1)]] = {}
    dashes: bool = False


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
    theme = _read(file, shown, time)
    light = _read(_built_in("themes", LIGHT), f"themes/{LIGHT}.yaml", 0)
    config = _laid_over(light.config, theme.config)
    if width != FULL:
        narrow = _read(_built_in("widths", width), f"widths/{width}.yaml", 0)
        config = _laid_over(config, narrow.config)
    return theme._replace(config=config)


def _built_in(kind: str, name: str) -> Path:
    return asset_folder("templates") / kind / f"{name}.yaml"


def _read(file: Path, shown: str, _time: int) -> Theme:
    document = read_document(file, shown)
    data = document.data
    findings = [*check(data, _schema(), (), "a theme"), *check_json(data, ())]
    if found := diagnostics(document, findings):
        raise SuiteError(found)
    held(document)
    config = {key: value for key, value in data.items() if key != "usermeta"}
    said = msgspec.convert(data.get("usermeta", {}), Colors)
    ends = (said.ramp[0], said.ramp[1]) if said.ramp else None
    return Theme(config, said.colors, ends, said.schemes, said.dashes)


@cache
def _schema() -> Spec:
    colors = record_schema(Colors)
    return {"type": "object", "properties": {"usermeta": colors}, "$defs": colors.pop("$defs")}


def _laid_over(config: Spec, top: Spec) -> Spec:
    """A config with another one's keys; null is a value as any other."""
    both = {
        key: _laid_over(config[key], value)
        for key, value in top.items()
        if isinstance(value, dict) and isinstance(config.get(key), dict)
    }
    return config | top | both


def restyle(spec: Spec, theme: Theme) -> Spec:
    """A spec of the light theme's colours in those of another."""
    shown: Spec = _dashed(spec) if theme.dashes else spec
    return _recolored(shown, theme) if theme.colors else shown


def _recolored(node: Any, theme: Theme) -> Any:
    if isinstance(node, dict):
        scheme = node.get("scheme")
        name = scheme.get("name") if isinstance(scheme, dict) else scheme
        if isinstance(name, str) and name in theme.schemes:
            node = {key: value for key, value in node.items() if key != "scheme"}
            return node | {"range": theme.schemes[name]}
        return {
            key: value if key in WORDS else _recolored(value, theme) for key, value in node.items()
        }
    if isinstance(node, list):
        if theme.ramp and len(node) > 1 and node == ramp(len(node)):
            return ramp(len(node), theme.ramp)
        return [_recolored(each, theme) for each in node]
    return theme.colors.get(node, node) if isinstance(node, str) else node


def _dashed(node: Any) -> Any:
    """A view in which lines of different colours have different dashes, too."""
    if isinstance(node, list):
        return [_dashed(each) for each in node]
    if not isinstance(node, dict):
        return node
    node = {key: value if key in WORDS else _dashed(value) for key, value in node.items()}
    encoding = node.get("encoding", {})
    colors, dashes = _range(encoding, "color"), _range(encoding, "strokeDash")
    kinds = [list(dash) for dash in DASHES]
    if not dashes or len(colors) != len(dashes) or any(dash not in kinds for dash in dashes):
        return node
    palette = SOURCE_COLORS if encoding["color"].get("field") in ("source", "against") else COLORS
    looks = []
    for i, (color, dash) in enumerate(zip(colors, dashes, strict=True)):
        cycle = kinds.index(dash)
        place = palette.index(color) + len(palette) * cycle if color in palette else i
        looks.append(kinds[(place + place // len(kinds)) % len(kinds)])
    scale = encoding["strokeDash"]["scale"] | {"range": looks}
    return node | {"encoding": encoding | {"strokeDash": encoding["strokeDash"] | {"scale": scale}}}


def _range(encoding: Spec, channel: str) -> list[Any]:
    of = encoding.get(channel)
    scale = of.get("scale") if isinstance(of, dict) else None
    found = scale.get("range", []) if isinstance(scale, dict) else []
    return found if isinstance(found, list) else []
