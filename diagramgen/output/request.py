"""What a run is asked for, and by which programs: told before anything heavy is imported."""

from __future__ import annotations

import json
import os
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from diagramgen.assets import asset_folder
from diagramgen.local import MOST_OWN, read_local, sha256

OUTPUT_DIR = re.compile(r"^output:.*?\bdir:\s*[\"']?([^\"',{}\n#]+)", re.MULTILINE | re.DOTALL)
DEFAULT_DIR = "diagrams"


class Request(NamedTuple):
    """What a run is asked for: everything but the result files that decides what it makes."""

    file: Path
    sets: tuple[str, ...]
    roots: tuple[str, ...]
    formats: tuple[str, ...]
    charts: tuple[str, ...]
    flags: tuple[bool, ...]

    def digest(self, folder: Path) -> str:
        """The same for the same request into the same folder, whatever the time and place."""
        here = os.path.relpath(self.file.parent, folder)
        words = [*self._replace(file=Path(self.file.name)), here, code()]
        text = json.dumps(words, default=str).encode()
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
        parts.append(_stamp(Path(found.origin)))
    for root in (Path(__file__).parent.parent, asset_folder("templates"), asset_folder("gallery")):
        for folder, folders, names in os.walk(root):
            folders[:] = sorted(set(folders) - {"__pycache__"})
            parts += [_stamp(Path(folder) / name) for name in sorted(names)]
    return sha256("\n".join(parts).encode())


def _stamp(path: Path) -> str:
    stat = path.stat()
    return f"{path.name} {stat.st_size} {stat.st_mtime_ns}"


def probable_output(request: Request, out: Path | None) -> str | None:
    """Where the suite writes to, told without reading it as YAML: what `open_output` takes.

    A guess that is wrong does no harm: there is no state that fits the request.
    """
    if out is not None:
        return str(out.absolute())
    try:
        found = OUTPUT_DIR.search(read_local(request.file, MOST_OWN).decode())
    except (OSError, UnicodeDecodeError):
        return None
    name = found[1].strip() if found else DEFAULT_DIR
    return None if Path(name).is_absolute() else name  # such a one is a finding
