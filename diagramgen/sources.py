"""Plan -> results: reads the files that the charts need into one tidy table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from diagramgen.errors import ResultsError
from diagramgen.readers import Reading

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.plan import Plan
    from diagramgen.suite import Suite


def read_results(plan: Plan, *, everything: bool = False) -> DataFrame:
    """The results table: one row for each (source, step, metric, item).

    Columns source, metric, item (category, as the suite orders them), step (int64), value, n,
    stderr (float64, NaN = missing or unknown). Raises `ResultsError` with every file that cannot
    be read. With `everything` it reads the files that no chart needs, too.
    """
    rows: list[tuple[str, int, str, Reading]] = []
    problems: list[str] = []
    reads = plan.files() if everything else plan.reads()
    for source, metric, step in sorted(set(reads)):
        file = plan.sources[source].files[metric][step]
        try:
            readings = plan.suite.metrics[metric].read.read(
                file, shown_path(plan.suite, source, file)
            )
        except ResultsError as err:
            problems.append(str(err))
        else:
            rows += [(source, step, metric, reading) for reading in readings]
    if problems:
        raise ResultsError("\n".join(problems))
    return results_table(plan.suite, rows)


def shown_path(suite: Suite, source: str, file: Path) -> str:
    """A result file as messages call it: below its source's root as the suite writes it."""
    root = suite.sources[source].root
    return str(Path(root) / file.relative_to(suite.folder / root))


def results_table(suite: Suite, rows: list[tuple[str, int, str, Reading]]) -> DataFrame:
    """The results table from (source, step, metric, reading), sorted by all four keys."""
    import pandas as pd

    from diagramgen.transforms.selection import in_order

    items: dict[str, None] = {}
    for name, metric in suite.metrics.items():
        found = {reading.item for _, _, of, reading in rows if of == name}
        items |= dict.fromkeys(in_order(found, metric))
    table = pd.DataFrame(
        {
            "source": pd.Categorical([row[0] for row in rows], list(suite.sources), ordered=True),
            "step": pd.array([row[1] for row in rows], dtype="int64"),
            "metric": pd.Categorical([row[2] for row in rows], list(suite.metrics), ordered=True),
            "item": pd.Categorical([row[3].item for row in rows], list(items), ordered=True),
            "value": pd.array([row[3].value for row in rows], dtype="float64"),
            "n": pd.array([row[3].n for row in rows], dtype="float64"),
            "stderr": pd.array([row[3].stderr for row in rows], dtype="float64"),
        }
    )
    table = table.astype({"step": "int64", "value": "float64", "n": "float64", "stderr": "float64"})
    return table.sort_values(["source", "step", "metric", "item"]).reset_index(drop=True)
