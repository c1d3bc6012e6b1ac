"""What a build takes and makes: memory, the size of its pictures, whether they stay the same."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from benchmarks import contestants, suites
from benchmarks.measure import alternate, tell
from benchmarks.memory import KIND, peak
from benchmarks.speed import FEWER
from benchmarks.table import Row


def memory(folder: Path, rounds: int) -> list[Row]:
    """The most memory that two processes and their parent have during a full build."""
    suite = suites.bundled()
    rows = [full_build(suite, folder / "plain", rounds, gallery=False)]
    if suite["output"].get("gallery"):
        rows.append(full_build(suite, folder / "gallery", rounds, gallery=True))
    return rows


def full_build(suite: suites.Json, folder: Path, rounds: int, gallery: bool) -> Row:
    """The most memory of several full builds."""
    what = f"peak {KIND} of a full build{' with the gallery' * gallery}, 2 workers"
    suites.place(suite, folder, gallery=gallery)
    found = []
    for i in range(min(rounds, FEWER)):
        shutil.rmtree(folder / suites.OUT, ignore_errors=True)
        found.append(peak(*contestants.render_command(folder, "--jobs", "2")))
        tell(f"  round {i + 1}: {found[-1]:5.0f} MiB  {what}")
    return Row(what, max(found), "MiB", limit=700)


def png_sizes(folder: Path, rounds: int) -> list[Row]:
    """The bytes of all PNG files, against the others'; what it takes to make ours smaller."""
    plain = suites.place(suites.bundled(), folder / "plain", gallery=False)
    small = suites.place(suites.bundled(), folder / "small", gallery=False, png={"optimize": True})
    seconds = alternate(
        {
            "full build": lambda: contestants.build(plain),
            "full build, optimize": lambda: contestants.build(small),
        },
        min(rounds, FEWER),
    )
    contestants.matplotlib_script(folder / "matplotlib")
    contestants.altair_loop(plain / suites.OUT, folder / "altair")
    ours, smaller = megabytes(plain), megabytes(small)
    optimized = "`optimize: true`"
    return [
        Row("PNG files", ours, "MB", "matplotlib's", megabytes(folder / "matplotlib")),
        Row("PNG files", ours, "MB", "altair's", megabytes(folder / "altair")),
        Row(f"PNG files, {optimized}", smaller, "MB", "without it", ours),
        Row(f"full build, {optimized}", seconds["full build, optimize"], "s",
            "without it", seconds["full build"]),
    ]  # fmt: skip


def megabytes(folder: Path) -> float:
    """The size of all PNG files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*.png")) / 1e6


def same_bytes(folder: Path, _: int) -> list[Row]:
    """Whether the files are the same by one process, by four, and after an earlier run."""
    made = suites.place(suites.bundled(), folder / "made")
    root = made / suites.bundled()["sources"]["stage2"]["root"]
    suites.add_checkpoint(made)
    contestants.build(made)
    shutil.rmtree(root / "step_26000")
    contestants.render(made, "--prune")
    incremental = digests(made)
    found = []
    for jobs in ("1", "4"):
        contestants.build(made, "--jobs", jobs)
        found.append(digests(made))
    return [
        Row("same files by 1 and by 4 workers", found[0] == found[1]),
        Row("same files after an earlier run", incremental == found[0]),
    ]


def digests(folder: Path) -> dict[str, str]:
    """The digest of each file that a suite has drawn, once nothing is left to draw.

    The manifest tells what the last run drew: it is the same after a run that had nothing to do.
    """
    contestants.render(folder)
    out = folder / suites.OUT
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file() and not path.relative_to(out).parts[0].startswith(".")
    }
