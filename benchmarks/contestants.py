"""Who draws: diagramgen, and what it is measured against."""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path

from benchmarks.measure import ROOT, python, timed
from benchmarks.renderer_floor import VERSION
from benchmarks.suites import FILE, OUT
from diagramgen.output.pool import available_cores
from diagramgen.results.plan import make_plan
from diagramgen.results.read import read_plan
from diagramgen.suite.load import load as load_suite

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


def validate(folder: Path) -> float:
    """Check a suite; the seconds it took. Raises `CommandFailed`."""
    return timed(diagramgen(), "validate", "-c", folder / FILE)


def load(folder: Path) -> float:
    """Find and load a suite's results in this process; the seconds it took."""
    start = time.perf_counter()
    read_plan(make_plan(load_suite(folder / FILE)))
    return time.perf_counter() - start


def parse(folder: Path) -> float:
    """Only open and parse every .json file below a folder; the seconds it took."""
    start = time.perf_counter()
    found = [json.loads(path.read_bytes()) for path in folder.rglob("*.json")]
    seconds = time.perf_counter() - start
    assert found, "there is something to parse"
    return seconds


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


def first_png(spec: Path, png: Path) -> float:
    """Draw one spec by the renderer in a process of its own; the seconds it took."""
    code = (
        "import sys, json, vl_convert; "
        "png = vl_convert.vegalite_to_png(json.load(open(sys.argv[1], 'rb')), scale=2, "
        f"vl_version={VERSION!r}); open(sys.argv[2], 'wb').write(png)"
    )
    return python("-c", code, spec, png)
