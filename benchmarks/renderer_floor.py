"""Ready specs through the renderer alone, on all cores: what no program around it can beat.

`python renderer_floor.py SPECS OUT PROCESSES` reads every .vl.json below SPECS and writes a PNG for
each. Whichever process is free takes the next spec.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
from pathlib import Path
from typing import Any

VERSION = "6.4"


def draw(spec: dict[str, Any], png: Path) -> None:
    """Draw a spec as PNG."""
    import vl_convert

    png.parent.mkdir(parents=True, exist_ok=True)
    png.write_bytes(vl_convert.vegalite_to_png(spec, vl_version=VERSION, scale=2))


def main(specs: Path, out: Path, processes: int) -> None:
    """Draw every spec in that many processes."""
    work = [
        (
            json.loads(path.read_text(encoding="utf-8")),
            out / path.relative_to(specs).as_posix().replace(".vl.json", ".png"),
        )
        for path in sorted(specs.rglob("*.vl.json"))
    ]
    with multiprocessing.Pool(processes) as pool:
        pool.starmap(draw, work, chunksize=1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
