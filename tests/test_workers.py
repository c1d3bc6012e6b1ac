"""Processes that draw."""

from __future__ import annotations

import subprocess
import sys

AFTER_DRAWING = """
from diagramgen.fonts import renderer
from diagramgen.workers import start

if __name__ == "__main__":
    renderer()
    with start(2) as executor:
        print(list(executor.map(abs, [-1, -2, -3])))
"""


def test_a_process_that_has_drawn_already_can_still_start_others(tmp_path):
    (tmp_path / "script.py").write_text(AFTER_DRAWING)
    done = subprocess.run(
        [sys.executable, tmp_path / "script.py"],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout == "[1, 2, 3]\n"
