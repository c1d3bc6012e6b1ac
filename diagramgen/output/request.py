"""What is asked for, and by which programs: told before anything heavy is imported."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from diagramgen.assets import asset_folder
from diagramgen.local import MOST_OWN, read_local, sha256
from diagramgen.roots import is_url

DEFAULT_DIR = "diagrams"


class Request(NamedTuple):
    """What is asked for: a suite, what is another in it, and which of its charts.

    `set_vars` has other values for vars, `roots` other folders for sources, each by name. Where
    they are not asked for, `out` is None and `charts` and `formats` are empty.
    """

    file: Path
    set_vars: tuple[tuple[str, str], ...] = ()
    roots: tuple[tuple[str, str], ...] = ()
    out: Path | None = None
    formats: tuple[str, ...] = ()
    gallery: bool = False
    charts: tuple[str, ...] = ()
    skip_stage_compare: bool = False
    strict: bool = False
    allow_python: bool = False

    def digest(self, folder: Path) -> str:
        """The same for the same request into the same folder, whatever the time and place.

        Raises `OSError` where the suite cannot be read.
        """
        roots = tuple(
            (name, root if is_url(root) else os.path.relpath(root, folder))
            for name, root in self.roots
        )
        here = os.path.relpath(self.file.parent, folder)
        asked = self._replace(file=Path(self.file.name), roots=roots, out=None)
        text = json.dumps([*asked, here, code()], default=str).encode()
        return sha256(text + read_local(self.file, MOST_OWN))


@cache
def code() -> str:
    """A digest of the programs that decide what a chart looks like: their files' sizes and times.

    Their versions would say less, and take longer to find out.
    """
    parts = []
    for name in ("altair", "vl_convert"):
        found = find_spec(name)
        assert found is not None, f"{name} is installed"
        assert found.origin is not None, f"{name} is a package"
        parts.append(_stamp(name, Path(found.origin).stat()))
    for root in (Path(__file__).parent.parent, asset_folder("templates"), asset_folder("gallery")):
        parts += stamps(root)
    return sha256("\n".join(parts).encode())


def stamps(root: Path) -> list[str]:
    """The name, size and time of each file below a folder; what Python keeps there is none."""
    found = []
    for entry in sorted(os.scandir(root), key=lambda entry: entry.name):
        if not entry.is_dir():
            found.append(_stamp(entry.name, entry.stat()))
        elif entry.name != "__pycache__":
            found += stamps(Path(entry.path))
    return found


def module_digests(modules: Iterable[str]) -> dict[str, str]:
    """A digest of the programs of other packages, by their top-level modules; none is imported."""
    found = {}
    for name in modules:
        spec = find_spec(name)
        parts = []
        if spec is not None:
            for folder in spec.submodule_search_locations or ():
                parts += stamps(Path(folder))
            if spec.origin is not None and spec.submodule_search_locations is None:
                parts.append(_stamp(name, Path(spec.origin).stat()))
        found[name] = sha256("\n".join(parts).encode())
    return found


def _stamp(name: str, stat: os.stat_result) -> str:
    return f"{name} {stat.st_size} {stat.st_mtime_ns}"


def probable_output(request: Request) -> str | None:
    """Where the suite writes to, told without reading all of it: what `open_output` takes.

    A guess that is wrong does no harm: there is no state that fits the request.
    """
    if request.out is not None:
        return str(request.out.absolute())
    from diagramgen.document.peek import scalar_at

    try:
        text = read_local(request.file, MOST_OWN).decode()
    except (OSError, UnicodeDecodeError):
        return None
    name = scalar_at(text, ("output", "dir"), DEFAULT_DIR)
    return None if name is None or Path(name).is_absolute() else name  # such a one is a finding
