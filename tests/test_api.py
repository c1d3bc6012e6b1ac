"""`diagramgen.load` in Python: tables, altair charts and files of the bundled suite."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import altair as alt
import pytest

import diagramgen
from diagramgen.errors import ChartError, SuiteError, UsageError

ROOT = Path(__file__).parent.parent
DRAWN = shutil.ignore_patterns("diagrams")
MACRO = "tier2/macro/tier2_macro_ppl_vs_step"
BRIDGE = "stage_compare/bridge/stage2_vs_stage1_bridge_macro_trends"


@pytest.fixture(scope="module")
def suite():
    return diagramgen.load(ROOT / "charts.yaml")


def sample_macro(step: int) -> float:
    file = ROOT / f"evaluation/_runs_stage2/eval_results/by_checkpoint/step_{step}/tier2_ppl.json"
    return json.loads(file.read_text())["ppl_macro_avg"]


def test_a_suite_is_a_mapping_of_its_charts(suite):
    assert len(suite) == 33
    assert next(iter(suite)) == "tier2/series/tier2_ppl_by_slice_vs_step"
    assert repr(suite) == "<diagramgen suite 'Stage 2 evaluation': 33 charts>"
    assert repr(suite[MACRO]) == f"<diagramgen chart '{MACRO}': ready>"
    with pytest.raises(KeyError):
        suite["tier2/macro"]


def test_a_table_is_a_data_frame(suite):
    table = suite[MACRO].table()
    assert list(table.columns) == ["source", "step", "value", "n"]
    assert table["step"].tolist() == [2000, 6000, 10000, 14000, 18000, 22000]
    for step, value in zip(table["step"], table["value"], strict=True):
        assert value == pytest.approx(sample_macro(step), rel=1e-9)


def test_the_tables_of_panels_come_as_one(suite):
    table = suite[BRIDGE].table()
    assert table["panel"].tolist() == [1] * 6 + [2] * 6
    assert table["reference"].nunique() == 2


def test_a_chart_is_an_altair_chart(suite):
    chart = suite[MACRO].chart()
    assert isinstance(chart, alt.LayerChart)
    assert suite[MACRO].spec()["title"]["text"] == "Macro Tier2 PPL"


def test_render_writes_the_format_of_the_suffix(suite, tmp_path):
    assert suite[MACRO].render(tmp_path / "new/macro.png").read_bytes()[:4] == b"\x89PNG"
    assert suite[MACRO].render(str(tmp_path / "macro.svg")).read_text().startswith("<svg")
    saved = json.loads(suite[MACRO].render(tmp_path / "macro.vl.json").read_text())
    assert saved == suite[MACRO].spec()
    with pytest.raises(UsageError) as caught:
        suite[MACRO].render(tmp_path / "macro.gif")
    suffixes = ".png, .svg, .pdf, .vl.json, .vega.json, .html, .csv"
    assert str(caught.value) == f"macro.gif: the suffix must be one of {suffixes}"


def test_vars_and_sources_can_be_others(tmp_path):
    suite = diagramgen.load(
        ROOT / "charts.yaml", vars={"snapshots": [6000]}, sources={"stage1": tmp_path / "none"}
    )
    assert "tier2/snapshots/tier2_step_6000_by_slice" in suite
    chart = suite["stage_compare/tier3/stage1_vs_stage2_macro_acc_vs_step"]
    assert (chart.status, chart.reason) == ("skipped", "source 'stage1' is not there")
    with pytest.raises(ChartError) as caught:
        chart.table()
    assert str(caught.value) == f"{chart.id}: source 'stage1' is not there"


def test_what_is_wrong_is_an_exception_with_its_place(tmp_path):
    (tmp_path / "charts.yaml").write_text("version: 1\nsorces: {}\n")
    with pytest.raises(SuiteError) as caught:
        diagramgen.load(tmp_path / "charts.yaml")
    first = caught.value.diagnostics[0]
    assert (first.line, first.column, first.code) == (1, 1, "missing-key")


def test_what_the_package_has():
    assert {"__version__", "load"} <= set(dir(diagramgen))


# In a notebook.

SPEC = "application/vnd.vegalite.v6+json"


@pytest.mark.parametrize("renderer", ["default", "html", "mimetype", "json", "svg"])
def test_a_chart_shows_itself_as_altair_would_show_it(suite, renderer):
    """With whichever renderer is enabled: the names of what it gives, and the spec itself."""
    with alt.renderers.enable(renderer):
        bundle, metadata = suite[MACRO]._repr_mimebundle_(include=None, exclude=None)
        its = suite[MACRO].chart()._repr_mimebundle_()
    of_altair, its_metadata = its if isinstance(its, tuple) else (its, {})
    assert set(bundle) == set(of_altair) | {SPEC, "text/plain"}
    assert metadata == its_metadata
    assert bundle[SPEC] == suite[MACRO].spec()
    assert bundle["text/plain"] == f"<diagramgen chart '{MACRO}': ready>"


def test_a_chart_is_one_of_the_spec_that_altair_has_a_name_for(suite):
    with alt.renderers.enable("mimetype"):
        bundle, _ = suite[MACRO]._repr_mimebundle_()
    assert bundle["application/vnd.vegalite.v6.json"] == suite[MACRO].spec()


CHARTS = """\
  - {transform: series, metric: ppl, title: "<b>One & only</b>", output: one.png}
  - {transform: macro, panels: [{metric: ppl}, {metric: acc}], output: both.png}
  - {transform: series, metric: ppl, source: old, output: old.png}
  - {transform: series, metric: ppl, items: gone, output: gone.png}
"""


@pytest.fixture
def small(project):
    project.suite(CHARTS)
    project.ppl("run", 2000, web=12.5)
    project.acc("run", 2000, qa=0.25)
    return diagramgen.load(project.folder / "charts.yaml")


def test_a_suite_shows_itself_as_a_table_of_its_charts(small):
    assert small._repr_html_() == (
        "<table><caption>Small</caption>"
        "<tr><th>chart</th><th>title</th><th>status</th><th>reason</th></tr>"
        "<tr><td>one</td><td>&lt;b&gt;One &amp; only&lt;/b&gt;</td><td>ready</td><td></td></tr>"
        "<tr><td>both</td><td>macro</td><td>ready</td><td></td></tr>"
        "<tr><td>old</td><td>series</td><td>skipped</td>"
        "<td>source &#x27;old&#x27; is not there</td></tr>"
        "<tr><td>gone</td><td>series</td><td>ready</td><td></td></tr>"
        "</table>"
    )


def test_a_chart_that_cannot_be_drawn_shows_its_reason(small, project):
    def shown(id_):
        return small[id_]._repr_mimebundle_()

    assert shown("old") == (
        {"text/plain": "<diagramgen chart 'old': source 'old' is not there>"},
        {},
    )
    assert shown("gone") == (
        {"text/plain": "<diagramgen chart 'gone': no slice of run matches 'gone'; there is 'web'>"},
        {},
    )
    project.write("results/run/step_2000/ppl.json", "{}]")
    (bundle, _) = diagramgen.load(project.folder / "charts.yaml")["one"]._repr_mimebundle_()
    assert list(bundle) == ["text/plain"]
    assert "results/run/step_2000/ppl.json" in bundle["text/plain"]


def test_importing_the_package_loads_nothing_heavy():
    code = "import sys, diagramgen; print([m for m in ('yaml', 'msgspec', 'pandas', 'altair', "
    code += "'vl_convert') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def test_the_example_of_the_readme_runs(tmp_path, monkeypatch):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    shutil.copy(ROOT / "charts.yaml", tmp_path)
    shutil.copytree(ROOT / "evaluation", tmp_path / "evaluation", ignore=DRAWN)
    monkeypatch.chdir(tmp_path)
    exec(example, {})
    assert (tmp_path / "macro.svg").read_text().startswith("<svg")
