"""Draw the suites in each width and theme, by the ordinary build."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import yaml

from tests.pictures import hard

ROOT = Path(__file__).parents[2]
WIDTHS = ("full", "two-column", "one-column")
THEMES = ("light", "dark", "print")
SUITES = ("hard", "bundled")


class Variant(NamedTuple):
    """A suite in a width and a theme."""

    suite: str
    width: str
    theme: str


class Picture(NamedTuple):
    """A chart of a variant: its drawing, or why there is none."""

    chart: str
    svg: str | None
    reason: str = ""


def prepare(folder: Path) -> None:
    """Write the suites and their results into a folder."""
    hard.write(folder)
    for run in sorted((ROOT / "evaluation").glob("_runs_*")):
        shutil.copytree(run / "eval_results", folder / "evaluation" / run.name / "eval_results")
    shutil.copy(ROOT / "charts.yaml", folder / "bundled.yaml")


def draw(folder: Path, variant: Variant, only: Sequence[str] = (), jobs: int = 1) -> Path | None:
    """Build a variant; its output folder, or nothing where it has none of the charts asked for."""
    name = "-".join(variant)
    suite = yaml.safe_load((folder / f"{variant.suite}.yaml").read_text(encoding="utf-8"))
    formats = ["svg", "vl.json"] if has_gallery(variant) else ["svg"]
    suite["output"] = {
        "dir": f"drawn/{name}",
        "formats": formats,
        "width": variant.width,
        "theme": variant.theme,
        "gallery": has_gallery(variant),
    }
    file = folder / f"{name}.yaml"
    file.write_text(yaml.safe_dump(suite, allow_unicode=True, sort_keys=False), encoding="utf-8")
    command = [sys.executable, "-m", "diagramgen", "render", "-c", file, "--jobs", str(jobs)]
    command += ["--cache", folder / f"cache-{variant.suite}", *only]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    if done.returncode == 2 and only and "no chart" in done.stderr:
        return None
    if done.returncode not in {0, 1}:
        raise RuntimeError(f"{name}: exit code {done.returncode}\n{done.stderr}")
    return folder / "drawn" / name


def has_gallery(variant: Variant) -> bool:
    """Whether the gallery is written: its charts are drawn in the browser."""
    return variant == Variant("bundled", "full", "light")


def pictures(out: Path) -> list[Picture]:
    """The pictures of an output folder, in the suite's order."""
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    return [
        Picture(chart["id"], (out / f"{chart['id']}.svg").read_text(encoding="utf-8"))
        if chart["status"] in {"rendered", "unchanged"}
        else Picture(chart["id"], None, f"{chart['status']}: {chart.get('reason', '')}")
        for chart in manifest["charts"]
    ]
