"""How a table is laid out: long or wide, its runs in a column or in the names of columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from diagramgen.errors import ResultsError
from diagramgen.init.kinds import is_benchmark, kind_of, scaled, unknown_kind, words
from diagramgen.init.names import are_models, is_result
from diagramgen.init.tables.apart import with_runs
from diagramgen.init.tables.averages import check_columns
from diagramgen.init.tables.columns import (
    EPOCHS,
    ITEMS,
    RUNS,
    TOKENS,
    VALUES,
    Cells,
    counting_column,
    is_missing,
    run_columns,
    spelt,
    step_column,
)
from diagramgen.init.tables.distinct import distinct
from diagramgen.init.tables.long import long_layout, no_results, results
from diagramgen.init.tables.ways import Layout, Way, left_out, shown
from diagramgen.init.tables.wide import Group, alike, mixed_scales


def layout_of(table: Cells, word: str, *, in_path: bool) -> Layout:
    """How a table is laid out; `word` is its name, `in_path` whether its path has the step.

    Raises `ResultsError` where it is not clear: with what was found, and what to do.
    """
    exported = _exported(table)
    if exported:
        return _of_export(table, exported)
    step = None if in_path else step_column(table)
    item = _item_column(table)
    named = run_columns(table)
    run = next((n for n in named if n != item and not _is_step_name(table, n, step)), None)
    if run is None and item is None and step is None:
        run = _first_column(table)
    key = [name for name in (run, item) if name is not None]
    keys: Mapping[str, Any] = {}
    if step is None and not in_path:
        step = counting_column(table, TOKENS, key)
        keys = {"unit": "tokens"} if step else {}
        if step is None and (step := counting_column(table, EPOCHS, key)):
            keys = {"unit": "epoch"}
    base: dict[str, Any] = {"step": step} if step else {}
    taken = {name for name in (step, run, item) if name is not None}
    if item is None:
        ways, notes = _wide(table, base, taken, word, stepped=bool(step) or in_path)
        rest: Layout = Layout(ways, f"wide table ({len(table.names)} columns)", notes=notes)
    else:
        rest = long_layout(table, base, taken, item, word)
    key += [step] if step else []
    if rest.runs is None and run is not None:
        rest = rest._replace(runs={"column": run})
    told = with_runs(table, rest._replace(keys=keys), key)
    return distinct(table, told, list(dict.fromkeys([*key, *_named(told.runs)])))


def _named(runs: Mapping[str, Any] | None) -> list[str]:
    """The columns that name the runs."""
    column = (runs or {}).get("column", ())
    return [column] if isinstance(column, str) else list(column)


def _first_column(table: Cells) -> str | None:
    """The first column of names, where these or the other columns tell that it is of models."""
    texts = [name for name in table.names if table.is_text(name)]
    name = texts[0] if texts else ""
    full = texts and len(table.filled(name)) == len(table.rows) == len(table.texts(name)) > 1
    if not full:
        return None
    of_tasks = any(is_benchmark(column) for column in table.names if table.numbers(column))
    return name if of_tasks or are_models(table.texts(name)) else None


def _is_step_name(table: Cells, name: str, step: str | None) -> bool:
    """Whether a column only names the checkpoints of one run: `run-step1000`, `run-step2000`."""
    if step is None:
        return False
    texts = table.texts(name)
    return len({"".join(c for c in text if not c.isdigit()) for text in texts}) == 1


def _item_column(table: Cells) -> str | None:
    """The column of the items of a long table: that with the most names; `name` only of tasks."""
    found = [name for name in table.named(ITEMS) if table.is_text(name)]
    loose = [name for name in (*table.named(("name",)), *table.names[:1])
             if name not in table.named(RUNS) or name in table.named(("name",))]  # fmt: skip
    for name in loose:
        texts = table.texts(name) if table.is_text(name) else []
        if texts and 2 * sum(map(is_benchmark, texts)) >= len(texts):
            found.append(name)
    several = [name for name in found if len(table.texts(name)) > 1]
    return next(iter(several or found), None)


def _exported(table: Cells) -> list[str]:
    """The columns `RUN - METRIC` of an export of Weights & Biases."""
    found = [name for name in table.names if " - " in name]
    bounds = [name for name in found if name.endswith(("__MIN", "__MAX"))]
    plain = [name for name in found if name not in bounds]
    known = [name for name in plain if kind_of(name.rpartition(" - ")[2])]
    return plain if bounds or (known and 2 * len(plain) >= len(table.names) - 1) else []


def _of_export(table: Cells, columns: list[str]) -> Layout:
    step = step_column(table) or counting_column(table, TOKENS, ())
    if step is None:
        raise ResultsError(
            f"an export with columns such as '{shown(columns[0])}', but without a column of steps; "
            "export it again with Step as the x axis"
        )
    tails: dict[str, list[str]] = {}
    for name in columns:
        tails.setdefault(name.rpartition(" - ")[2], []).append(name)
    of_tails = Cells(
        [{tail: _any(row, names) for tail, names in tails.items()} for row in table.rows]
    )
    groups, left = alike(of_tails, [tail for tail in tails if is_result(tail)], stepped=True)
    if not groups:
        raise ResultsError(no_results(of_tails, ()))
    ways = [_way(group, {"step": step}, "{run} - ") for group in groups]
    names = dict.fromkeys(name.rpartition(" - ")[0] for name in columns)
    why = f"export of {len(names)} run{'s' * (len(names) != 1)}, a column for each"
    return Layout(ways, why, {"columns": ("*",)}, notes=left_out(left))


def _any(row: Mapping[str, Any], names: Iterable[str]) -> Any:
    cells = (row.get(name) for name in names)
    return next((cell for cell in cells if not is_missing(cell)), None)


def _wide(
    table: Cells, base: Mapping[str, Any], taken: set[str], word: str, *, stepped: bool
) -> tuple[list[Way], tuple[str, ...]]:
    """The metrics of a wide table, and what was left out."""
    columns, notes = results(table, taken)
    if len(columns) == 1 and spelt(columns[0]) in VALUES:
        kind = kind_of(word) or unknown_kind(" ".join(words(word)), ())
        read = {**base, "value": columns[0]}
        return [Way(word, word, read, scaled(kind, table.numbers(columns[0]) or ()))], tuple(notes)
    groups, left = alike(table, columns, stepped)
    if not groups:
        raise ResultsError(no_results(table, taken))
    for group in groups:
        notes += check_columns(table, group)
        odd = mixed_scales(table, group.members)
        if odd:
            notes.append(
                f"'{shown(odd[0])}' has shares where others have percentages: one is wrong"
            )
    ways = [_way(group, base) for group in groups]
    return ways, (*notes, *left_out(left))


def _way(group: Group, base: Mapping[str, Any], lead: str = "") -> Way:
    """How to read a group of columns; with a lead, their names have the run before them."""
    columns = tuple(f"{lead}{column}" for column in group.columns)
    stderr = {"stderr": f"{lead}{group.stderr}"} if group.stderr else {}
    read = {**base, "columns": columns, **stderr}
    return Way(group.name, group.name, read, group.kind, "task", group.without)
