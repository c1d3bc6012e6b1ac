"""Where the package's data files are: in the wheel, or at the root of a checkout."""

from __future__ import annotations

from pathlib import Path

YAML = (".yaml", ".yml")
"""How the name of a file of the suite's own ends, where a built-in one is named without."""


def asset_folder(name: str) -> Path:
    """The folder `templates`, `schema` or `gallery`."""
    package = Path(__file__).parent
    packed = package / "_data" / name
    return packed if packed.is_dir() else package.parent / name
