"""The benchmarks' own parts: never how fast something is, only that it is measured right."""

import sys
from textwrap import dedent

import matplotlib.pyplot as plt
import pytest
from PIL import Image

import diagramgen
from benchmarks import gallery, matplotlib_charts, suites
from benchmarks.__main__ import BENCHMARKS, exit_code, main
from benchmarks.matplotlib_plots import Script
from benchmarks.measure import ROOT, CommandFailed, alternate, python
from benchmarks.memory import peak
from benchmarks.table import Row, table
from benchmarks.walk import walk

WITHIN = Row("build", 1.0, "s", "script", 2.0, limit=0.5)
OVER = Row("build", 1.02, "s", "script", 2.0, limit=0.5)


def test_a_table_shows_ratios_limits_and_whether_they_are_kept():
    rows = [
        Row("full build", 3.4, "s", "a script", 8.5, limit=0.5),
        Row("full build", 3.4, "s", "the floor", 2.0, limit=1.35),
        Row("one edited entry", 1.236),
        Row("peak memory", 699.6, "MiB", limit=700),
        Row("pictures", 8.44, "MB", "the script's", 2.11),
        Row("same files", True),
        Row("same files later", False),
    ]
    assert table(rows) == dedent("""\
        | measured         |  figure | beside       | its figure | ratio |   limit |          |
        | ---------------- | ------: | ------------ | ---------: | ----: | ------: | -------- |
        | full build       |  3.40 s | a script     |     8.50 s |  0.40 |    0.50 | ok       |
        | full build       |  3.40 s | the floor    |     2.00 s |  1.70 |    1.35 | **over** |
        | one edited entry |  1.24 s |              |            |       |         |          |
        | peak memory      | 700 MiB |              |            |       | 700 MiB | ok       |
        | pictures         | 8.44 MB | the script's |    2.11 MB |  4.00 |         |          |
        | same files       |     yes |              |            |       |     yes | ok       |
        | same files later |      no |              |            |       |     yes | **over** |""")


@pytest.mark.parametrize(
    ("row", "over"),
    [
        (WITHIN, False),
        (OVER, True),
        (Row("memory", 700.0, "MiB", limit=700), False),
        (Row("memory", 700.1, "MiB", limit=700), True),
        (Row("seconds", 1e9), False),
        (Row("same", True), False),
        (Row("same", False), True),
    ],
)
def test_a_limit_holds_the_ratio_or_else_the_figure(row, over):
    assert row.is_over is over


@pytest.mark.parametrize(
    ("rows", "failed", "code"),
    [([], False, 0), ([WITHIN], False, 0), ([WITHIN, OVER], False, 1), ([OVER], True, 2)],
)
def test_the_exit_code_says_over_or_failed(rows, failed, code):
    assert exit_code(rows, failed) == code


def test_contestants_take_turns_and_their_medians_are_found(capsys):
    seconds = {"a": iter([1.0, 9.0, 2.0]), "b": iter([5.0, 3.0, 4.0])}
    order = []

    def contestant(name):
        def run():
            order.append(name)
            return next(seconds[name])

        return run

    found = alternate({"a": contestant("a"), "b": contestant("b")}, 3)
    assert order == ["a", "b", "b", "a", "a", "b"]
    assert found == {"a": 2.0, "b": 4.0}
    assert "  round 2 of 3:    3.000 s  b\n" in capsys.readouterr().err


def test_a_command_that_fails_says_why():
    script = "import sys; sys.exit('no such thing')"
    with pytest.raises(CommandFailed, match=r"(?s)exit code 1\nno such thing"):
        python("-c", script)
    with pytest.raises(CommandFailed, match=r"(?s)exit code 1\nno such thing"):
        peak(sys.executable, "-c", script)


def test_memory_of_a_child_process_counts():
    child = "import time; held = b'x' * (100 * 2**20); time.sleep(0.3)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    assert 100 <= peak(sys.executable, "-c", parent) < 180


class OneIsEnough(Script):
    """Writes one chart, for that takes most of the time, and notes the names of all."""

    def __init__(self, out, written):
        super().__init__(out)
        self.written, self.names = written, []

    def save(self, fig, name):
        self.names.append(name)
        if name == self.written:
            super().save(fig, name)
        plt.close(fig)


def test_the_matplotlib_script_draws_every_chart_of_the_suite(tmp_path):
    macro = "tier2/macro/tier2_macro_ppl_vs_step"
    script = OneIsEnough(tmp_path, macro)
    matplotlib_charts.main(ROOT / "evaluation", script)
    assert len(script.names) == 33
    assert sorted(script.names) == sorted(diagramgen.load(ROOT / "charts.yaml"))
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.png")] == [
        f"{macro}.png"
    ]
    with Image.open(tmp_path / f"{macro}.png") as picture:
        assert picture.size == (1692, 1066)


def test_larger_suites_have_the_same_kinds_in_turn(tmp_path):
    folder = suites.place(suites.of_lines(4), tmp_path, gallery=False)
    suite = diagramgen.load(folder / "charts.yaml")
    assert list(suite) == ["000", "001", "002", "003"]
    assert [chart.status for chart in suite.values()] == ["ready"] * 4
    assert list(suite["000"].table()["item"]) == list(suite["003"].table()["item"])
    assert "item" not in suite["001"].table()


def test_many_files_are_a_result_each(tmp_path):
    suites.many_files(tmp_path, steps=3, items=2)
    assert len(list(tmp_path.rglob("*.json"))) == 6
    table = diagramgen.load(tmp_path / "charts.yaml")["macro"].table()
    assert list(table["step"]) == [0, 1, 2]
    assert list(table["n"]) == [1000, 1000, 1000]


def test_a_sweep_has_a_chart_of_all_steps_for_each_source_and_then_of_one(tmp_path):
    folder = suites.sweep(tmp_path, sources=2, steps=3, charts=5)
    assert walk(str(folder / "runs")) == 6
    suite = diagramgen.load(folder / "charts.yaml")
    assert list(suite) == ["run-0", "run-1", "run-0/0", "run-1/0", "run-0/1"]
    assert list(suite["run-1"].table()["step"]) == [0, 1, 2]
    assert len(suite["run-0/1"].table()) == 9


def test_a_large_table_has_each_item_at_each_step(tmp_path):
    file = suites.large_table(tmp_path, steps=3, items=2)
    assert file.read_text("utf-8").splitlines()[::3] == [
        "step,task,acc",
        "10,task_0,0.763775",
        "20,task_1,0.449491",
    ]
    table = diagramgen.load(tmp_path / "charts.yaml")["macro"].table()
    assert list(table["step"]) == [0, 10, 20]


def test_harness_files_are_read_for_three_metrics_or_one(tmp_path):
    suites.harness_files(tmp_path / "three", sources=2, steps=2, tasks=10)
    assert len(diagramgen.load(tmp_path / "three/charts.yaml")) == 6
    one = suites.copy(tmp_path / "three", tmp_path / "one", suites.first_metric)
    found = diagramgen.load(one / "charts.yaml")
    assert list(found) == ["model-0/acc", "model-1/acc"]
    assert list(found["model-1/acc"].table()["step"]) == [0, 1000]


def test_a_gallery_of_small_charts_is_written(tmp_path):
    gallery.write(tmp_path, 251, b"// draws")
    assert (tmp_path / "gallery/vega.js").read_bytes() == b"// draws"
    assert len(list((tmp_path / "gallery/charts").iterdir())) == 251
    parts = sorted((tmp_path / "gallery/index").iterdir())
    assert [part.read_text("utf-8").count('"kind":"chart"') for part in parts] == [250, 1]
    assert "code_b_4" in parts[0].read_text("utf-8")


def test_a_copy_gets_a_checkpoint_or_another_title(tmp_path):
    ready = suites.place(suites.bundled(), tmp_path / "ready")
    added = suites.copy(ready, tmp_path / "added", suites.add_checkpoint)
    edited = suites.copy(ready, tmp_path / "edited", suites.edit_entry)
    series = "tier2/series/tier2_ppl_by_slice_vs_step"
    before = diagramgen.load(ready / "charts.yaml")[series]
    assert sorted(set(before.table()["step"])) == [2000, 6000, 10000, 14000, 18000, 22000]
    after = diagramgen.load(added / "charts.yaml")[series]
    assert sorted(set(after.table()["step"])) == [2000, 6000, 10000, 14000, 18000, 22000, 26000]
    assert diagramgen.load(edited / "charts.yaml")[series].spec()["title"]["text"] == (
        "Another title"
    )


def test_only_known_benchmarks_run(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["--only", "nothing"])
    said = capsys.readouterr().err
    assert "png-sizes" in said
    assert all(name in said for name in BENCHMARKS)
