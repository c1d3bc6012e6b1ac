"""Where the package's data files are: in the wheel, or at the root of a checkout."""

from __future__ import annotations

from pathlib import Path


def asset_folder(name: str) -> Path:
    """The folder `templates` or `schema`."""
    package = Path(__file__).parent
    packed = package / "_data" / name
    return packed if packed.is_dir() else package.parent / name
