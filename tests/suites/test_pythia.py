"""Real files of lm-evaluation-harness v0.3: every value as it stands in them."""

from __future__ import annotations

import json
import math
from operator import mul
from pathlib import Path

import pytest

import diagramgen

FOLDER = Path(__file__).parents[3] / "shared/data/pythia/pythia-160m/zero-shot"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the real results are not at hand")
SUITE = """\
version: 1
sources: {{run: {{root: "{root}", checkpoint: "160m_step{{step}}.json"}}}}
aliases: {{"hendrycksTest-*": "mmlu_*"}}
metrics:
  acc: {{better: higher, read: {{reader: lm-eval, value: acc}}}}
  stereotype: {{better: lower, read: {{reader: lm-eval, value: pct_stereotype}}}}
  one:
    better: higher
    read: {{reader: lm-eval, value: acc}}
    collapse: {{mmlu: {{items: [mmlu_*], average: weighted}}}}
defaults: {{source: run}}
charts:
  - {{transform: series, metric: acc, output: acc.png}}
  - {{transform: series, metric: stereotype, output: stereotype.png}}
  - {{transform: macro, metric: acc, items: "mmlu_*", output: macro.png}}
  - {{transform: macro, metric: acc, items: "mmlu_*", average: weighted, output: weighted.png}}
  - {{transform: series, metric: one, items: mmlu, output: one.png}}
"""


@pytest.fixture(scope="module")
def suite(tmp_path_factory):
    file = tmp_path_factory.mktemp("suite") / "charts.yaml"
    file.write_text(SUITE.format(root=FOLDER))
    return diagramgen.load(file)


@pytest.fixture(scope="module")
def files():
    found = {}
    for file in FOLDER.glob("*.json"):
        step = int(file.stem.rpartition("step")[2])
        found[step] = json.loads(file.read_text())["results"]
    return found


def values(suite, id_, name="value"):
    table = suite[id_].table()
    items = table["item"] if "item" in table else [""] * len(table)
    return dict(zip(zip(table["step"], items, strict=True), table[name], strict=True))


def test_every_value_is_the_files_to_the_last_bit(suite, files):
    assert len(files) == 27
    assert {len(tasks) for tasks in files.values()} == {87}
    shown = values(suite, "acc") | values(suite, "stereotype")
    expected = {}
    for step, tasks in files.items():
        for task, record in tasks.items():
            item = task.replace("hendrycksTest-", "mmlu_")
            expected[step, item] = record["acc"] if "acc" in record else record["pct_stereotype"]
    assert shown == expected


def test_n_of_mmlu_and_its_averages(suite, files):
    at_last = {item: n for (step, item), n in values(suite, "acc", "n").items() if step == 143000}
    sizes = {item: n for item, n in at_last.items() if item.startswith("mmlu_")}
    assert (len(sizes), sum(sizes.values())) == (57, 14042)
    accuracy = [files[143000][item.replace("mmlu_", "hendrycksTest-")]["acc"] for item in sizes]
    mean = math.fsum(accuracy) / 57
    weighted = math.fsum(map(mul, accuracy, sizes.values())) / 14042
    assert values(suite, "macro")[143000, ""] == pytest.approx(mean, rel=1e-12)
    assert values(suite, "weighted")[143000, ""] == pytest.approx(weighted, rel=1e-12)
    assert values(suite, "one")[143000, "mmlu"] == pytest.approx(weighted, rel=1e-12)
