"""Who draws: diagramgen, and what it is measured against."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from benchmarks.measure import ROOT, python, timed
from benchmarks.suites import FILE, OUT
from diagramgen.workers import available_cores

FORMATS = ("--formats", "png,vl.json")


def render(folder: Path, *options: str) -> float:
    """Bring a suite's charts up to date; the seconds it took. Raises `CommandFailed`."""
    return timed(*render_command(folder, *options))


def render_command(folder: Path, *options: str) -> tuple[str | Path, ...]:
    """The command that draws a suite."""
    return (diagramgen(), "render", "-c", folder / FILE, *FORMATS, *options)


def build(folder: Path, *options: str) -> float:
    """Draw a suite into a fresh folder; the seconds it took. Raises `CommandFailed`."""
    shutil.rmtree(folder / OUT, ignore_errors=True)
    return render(folder, *options)


def data(folder: Path, chart: str) -> float:
    """Print the table of a suite's chart; the seconds it took. Raises `CommandFailed`."""
    return timed(diagramgen(), "data", "-c", folder / FILE, chart)


def diagramgen() -> Path:
    """The command as it is installed beside this Python."""
    found = shutil.which("diagramgen", path=Path(sys.executable).parent)
    assert found is not None, "diagramgen is installed beside this Python"
    return Path(found)


def redrawn(folder: Path) -> str:
    """How many of a suite's charts the last run has drawn, in words."""
    text = (folder / OUT / "manifest.json").read_text(encoding="utf-8")
    statuses = [chart["status"] for chart in json.loads(text)["charts"]]
    return f"{statuses.count('rendered')} of {len(statuses)} charts redrawn"


def matplotlib_script(out: Path) -> float:
    """Draw the bundled suite's charts by a plain script; the seconds it took."""
    return python("-m", "benchmarks.matplotlib_charts", ROOT / "evaluation", out)


def altair_loop(specs: Path, out: Path) -> float:
    """Save the specs below a folder one after the other by altair; the seconds it took."""
    return python("-m", "benchmarks.altair_save", specs, out)


def renderer(specs: Path, out: Path) -> float:
    """Draw the specs below a folder by the renderer alone, on all cores; the seconds it took."""
    return python("-m", "benchmarks.renderer_floor", specs, out, str(available_cores()))
