"""Ready specs through altair's own `save`, one after the other.

`python altair_save.py SPECS OUT` reads every .vl.json below SPECS and writes a PNG for each.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import altair as alt


def main(specs: Path, out: Path) -> None:
    """Save every spec as PNG."""
    for path in sorted(specs.rglob("*.vl.json")):
        spec = json.loads(path.read_text(encoding="utf-8"))
        png = out / path.relative_to(specs).as_posix().replace(".vl.json", ".png")
        png.parent.mkdir(parents=True, exist_ok=True)
        alt.Chart.from_dict(spec).save(png, scale_factor=2)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
