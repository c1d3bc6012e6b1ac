"""Result files read by the plainest loop: `python read_loop.py FOLDER` parses every .json file."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main(folder: Path) -> None:
    """Read every file below a folder; print how many there are."""
    found = [json.loads(path.read_bytes()) for path in folder.rglob("*.json")]
    print(len(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
