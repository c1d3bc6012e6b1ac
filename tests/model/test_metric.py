"""A metric's direction, which may be a question."""

import json

import pytest
from click.testing import CliRunner

from diagramgen.cli.commands import cli
from diagramgen.model.metric import Metric
from diagramgen.readers.json import JsonReader


@pytest.mark.parametrize(
    ("better", "is_lower", "settled", "words"),
    [
        ("lower", True, "lower", "lower is better"),
        ("higher", False, "higher", "higher is better"),
        ("lower?", True, None, "is lower better?"),
        ("higher?", False, None, "is higher better?"),
    ],
)
def test_directions(better, is_lower, settled, words):
    metric = Metric(read=JsonReader(), better=better)
    assert (metric.lower_is_better, metric.settled, metric.direction) == (is_lower, settled, words)


SUITE = """\
version: 1
sources: {run: {root: results}}
metrics:
  help: {label: Helpfulness, better: "higher?", read: {reader: json, file: judged.json}}
defaults: {source: run, metric: help}
charts:
  - {transform: series, output: series.png}
  - {transform: delta, from: first, to: last, output: delta.png}
  - {transform: relative, baseline: first, output: relative.png}
"""


def test_charts_ask_until_it_is_settled(tmp_path):
    for step in (1, 2):
        (tmp_path / "results" / f"step_{step}").mkdir(parents=True)
        path = tmp_path / "results" / f"step_{step}" / "judged.json"
        path.write_text(json.dumps({"a": step, "b": 2 * step}))
    (tmp_path / "charts.yaml").write_text(SUITE)
    arguments = ["render", "-c", str(tmp_path / "charts.yaml"), "--formats", "vl.json"]
    result = CliRunner().invoke(cli, arguments, standalone_mode=False)
    asked = "metric 'help': is higher better? Write `better: higher` or `better: lower`"
    assert f"warning: {asked}" in result.stderr.splitlines()
    drawn = {path.name: path.read_text() for path in (tmp_path / "diagrams").glob("*.vl.json")}
    assert '"Helpfulness (is higher better?)"' in drawn["series.vl.json"]
    assert '"Change in Helpfulness (is higher better?)"' in drawn["delta.vl.json"]
    assert '"Improvement in Helpfulness (is higher better?)"' in drawn["relative.vl.json"]
