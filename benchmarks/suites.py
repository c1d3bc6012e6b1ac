"""The suites and the results that are drawn: the bundled ones, and larger ones of their kind."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import duckdb
import yaml

from benchmarks.measure import ROOT
from diagramgen.init.metrics.groups import CATEGORY

Json = dict[str, Any]
FILE = "charts.yaml"
OUT = "diagrams"

KINDS = (
    {"transform": "series", "metric": "tier2"},
    {"transform": "macro", "metric": "tier2"},
    {"transform": "relative", "metric": "tier3", "baseline": "first"},
)
"""Charts of lines; eleven of each are 33."""


def bundled() -> Json:
    """The bundled suite as YAML has it."""
    suite: Json = yaml.safe_load((ROOT / FILE).read_text(encoding="utf-8"))
    return suite


def place(suite: Json, folder: Path, **output: object) -> Path:
    """Write a suite of the sample results, with them, into a folder; the folder.

    It draws into `diagrams` beside it, otherwise as it says itself or as `output` does.
    """
    for source in suite["sources"].values():
        shutil.copytree(ROOT / source["root"], folder / source["root"])
    write(suite | {"output": suite["output"] | {"dir": OUT} | output}, folder)
    return folder


def write(suite: Json, folder: Path) -> None:
    """Write a suite's file into a folder."""
    text = yaml.safe_dump(suite, sort_keys=False, allow_unicode=True)
    (folder / FILE).write_text(text, encoding="utf-8")


def copy(folder: Path, to: Path, change: Callable[[Path], None]) -> Path:
    """Copy a suite with all that it has drawn, and change something in the copy; the copy."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(folder, to)
    change(to)
    return to


def add_checkpoint(folder: Path) -> None:
    """Add a checkpoint to the results of a copy of the bundled suite."""
    root = folder / bundled()["sources"]["stage2"]["root"]
    shutil.copytree(root / "step_22000", root / "step_26000")


def edit_entry(folder: Path) -> None:
    """Give one chart of a suite another title."""
    suite = yaml.safe_load((folder / FILE).read_text(encoding="utf-8"))
    suite["charts"][0]["title"] = "Another title"
    write(suite, folder)


def first_metric(folder: Path) -> None:
    """Let a suite have only the charts of its first metric."""
    suite = yaml.safe_load((folder / FILE).read_text(encoding="utf-8"))
    first = next(iter(suite["metrics"]))
    suite["charts"] = [chart for chart in suite["charts"] if chart["metric"] == first]
    write(suite, folder)


def of_lines(count: int) -> Json:
    """A suite of that many charts of lines: kinds in turn, each chart under its own name."""
    kinds = islice(cycle(KINDS), count)
    charts = [
        kind | {"title": f"Chart {i}", "output": f"{i:03}.png"} for i, kind in enumerate(kinds)
    ]
    return bundled() | {"charts": charts}


RUNS, STEPS = 100, 5


def hundred_runs(folder: Path, charts: int, *, by_for_each: bool) -> None:
    """Write a hundred runs into a folder, and a suite of so many charts, a hundredth of each run.

    The charts are entries of their own, or one entry for each run and task.
    """
    tasks = [f"task_{i}" for i in range(charts // RUNS)]
    runs = [f"run_{i}" for i in range(RUNS)]
    values = {task: {"acc": 0.5} for task in tasks}
    for run in runs:
        for step in range(1000, 1000 * STEPS + 1, 1000):
            checkpoint = folder / run / f"step_{step}"
            checkpoint.mkdir(parents=True)
            (checkpoint / "tasks.json").write_text(json.dumps({"tasks": values}), encoding="utf-8")
    entry = {"transform": "series", "metric": "acc", "source": "${run}", "items": ["${task}"],
             "output": "${run}/${task}.png"}  # fmt: skip
    each = [
        {"transform": "series", "metric": "acc", "source": run, "items": task,
         "output": f"{run}/{task}.png"}
        for run in runs
        for task in tasks
    ]  # fmt: skip
    read = {"reader": "json", "file": "tasks.json", "records": "tasks", "value": "acc"}
    suite = {
        "version": 1,
        "output": {"dir": OUT},
        "sources": {run: {"root": run, "checkpoint": "step_{step}/"} for run in runs},
        "metrics": {"acc": {"better": "higher", "order": tasks, "read": read}},
        "charts": [entry | {"for_each": {"run": runs, "task": tasks}}] if by_for_each else each,
    }
    write(suite, folder)


def many_files(folder: Path, steps: int, items: int) -> None:
    """Write results into a folder, a file for each item at each step, and a suite of one chart."""
    values = random.Random(1)
    for step in range(steps):
        checkpoint = folder / "run" / f"step_{step}"
        checkpoint.mkdir(parents=True)
        for item in range(items):
            document = {"tasks": {f"task_{item}": {"acc": values.random(), "n": 500}}}
            (checkpoint / f"task_{item}.json").write_text(json.dumps(document), encoding="utf-8")
    read = {"reader": "json", "file": "*.json", "records": "tasks", "value": "acc", "n": "n"}
    suite = {
        "version": 1,
        "title": "Many files",
        "output": {"dir": OUT},
        "sources": {"run": {"root": "run", "checkpoint": "step_{step}/"}},
        "metrics": {"acc": {"better": "higher", "read": read}},
        "charts": [{"transform": "macro", "metric": "acc", "source": "run", "output": "macro.png"}],
    }
    write(suite, folder)


def sweep(folder: Path, sources: int, steps: int, charts: int) -> Path:
    """Write results of some sources, a file for each step, and a suite of small charts; its folder.

    Each source has a chart over all of its steps, the others are of one step each: a chart's table
    does not grow with the number of charts.
    """
    names = [f"run-{i}" for i in range(sources)]
    for name in names:
        for step in range(steps):
            checkpoint = folder / "runs" / name / f"step_{step}"
            checkpoint.mkdir(parents=True)
            tasks = {task: {"acc": (step % 97 + len(task)) / 120} for task in TASKS}
            (checkpoint / "acc.json").write_text(json.dumps({"tasks": tasks}), encoding="utf-8")
    one_step = (
        {"transform": "snapshot", "source": name, "step": step, "output": f"{name}/{step}.png"}
        for step in range(steps)
        for name in names
    )
    all_steps = [{"transform": "macro", "source": name, "output": f"{name}.png"} for name in names]
    suite = {
        "version": 1,
        "title": "A sweep",
        "output": {"dir": OUT},
        "sources": {name: {"root": f"runs/{name}", "checkpoint": "step_{step}/"} for name in names},
        "metrics": {
            "acc": {
                "better": "higher",
                "read": {"reader": "json", "file": "acc.json", "records": "tasks", "value": "acc"},
            }
        },
        "defaults": {"metric": "acc"},
        "charts": all_steps + list(islice(one_step, charts - sources)),
    }
    write(suite, folder)
    return folder


def large_parquet(folder: Path, *, runs: int, steps: int, items: int, drawn: int) -> None:
    """A Parquet table of many runs, of which one chart needs some."""
    (folder / "runs").mkdir(parents=True)
    rows = runs * steps * items
    query = f"""
        SELECT format('run{{:04d}}', i // {steps * items}) AS run, (i // {items}) % {steps} AS step,
               format('task{{:03d}}', i % {items}) AS task, (hash(i) % 1000) / 1000 AS acc
        FROM range({rows}) AS numbers(i)
    """
    duckdb.execute(f"COPY ({query}) TO '{folder / 'runs' / 'all.parquet'}' (FORMAT parquet)")
    names = [f"sweep/run{number:04}" for number in range(drawn)]
    reader = {"reader": "parquet", "item": "task", "value": "acc", "step": "step"}
    write(
        {
            "version": 1,
            "output": {"dir": OUT},
            "sources": {
                "sweep": {"root": "runs", "checkpoint": "all.parquet", "runs": {"column": "run"}}
            },
            "metrics": {"acc": {"item": "task", "better": "higher", "read": reader}},
            "charts": [
                {"transform": "macro", "metric": "acc", "source": names, "output": "macro.png"}
            ],
        },
        folder,
    )


def large_table(folder: Path, steps: int, items: int) -> Path:
    """Write a table with a row for each item at each step, and a suite of one chart; the table."""
    values, file = random.Random(1), folder / "table.csv"
    with file.open("w", encoding="utf-8") as table:
        table.write("step,task,acc\n")
        for step in range(steps):
            rows = (f"{step * 10},task_{i},{values.random():.6f}\n" for i in range(items))
            table.writelines(rows)
    read = {"reader": "csv", "step": "step", "item": "task", "value": "acc"}
    suite = {
        "version": 1,
        "sources": {"run": {"root": ".", "checkpoint": file.name}},
        "metrics": {"acc": {"better": "higher", "read": read}},
        "charts": [{"transform": "macro", "metric": "acc", "source": "run", "output": "macro.png"}],
    }
    write(suite, folder)
    return file


TASKS = ("arc_easy", "arc_challenge", "hellaswag", "lambada_openai", "logiqa", "piqa", "sciq",
         "winogrande", "wsc")  # fmt: skip
SUBJECTS = tuple(f"hendrycksTest-{subject}" for subject in CATEGORY)


def harness_files(folder: Path, sources: int, steps: int, tasks: int) -> None:
    """Write results as lm-eval v0.3 does, one file for each step, and a suite of three metrics."""
    values = random.Random(1)
    names = [f"model-{i}" for i in range(sources)]
    for name in names:
        (folder / "runs" / name).mkdir(parents=True)
        for step in range(0, 1000 * steps, 1000):
            results = {name: _measures(values) for name in [*TASKS, *SUBJECTS][:tasks]}
            arguments = {"model": "hf", "model_args": f"pretrained={name},revision=step{step}"}
            document = {"results": results, "versions": dict.fromkeys(results, 0)}
            text = json.dumps(document | {"config": arguments | {"num_fewshot": 0}}, indent=2)
            file = folder / "runs" / name / f"{name}_step{step}.json"
            file.write_text(text, encoding="utf-8")
    measures = {"acc": "higher", "acc_norm": "higher", "ppl": "lower"}
    suite = {
        "version": 1,
        "output": {"dir": OUT},
        "sources": {
            name: {"root": f"runs/{name}", "checkpoint": f"{name}_step{{step}}.json"}
            for name in names
        },
        "metrics": {
            name: {"better": better, "read": {"reader": "lm-eval", "value": name}}
            for name, better in measures.items()
        },
        "charts": [
            {
                "transform": "macro",
                "metric": metric,
                "source": name,
                "output": f"{name}/{metric}.png",
            }
            for name in names
            for metric in measures
        ],
    }
    write(suite, folder)


def _measures(values: random.Random) -> Json:
    """The measures of a task, each with its standard error."""
    found: Json = {}
    for name in ("acc", "acc_norm", "ppl"):
        found |= {name: values.random() + 0.1, f"{name}_stderr": 0.01}
    return found
