"""The package of docs/plugins.md, installed and used."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from pages import ROOT, blocks

PAGE = ROOT / "docs" / "plugins.md"
RESULTS = {
    100: "piqa = 0.5\ncopa = 0.25\nboolq = 0.75\n",
    200: "piqa = 0.75\ncopa = 0.25\nboolq = 0.7",
}


@pytest.fixture(scope="module")
def swing(tmp_path_factory):
    """A folder with the page's suite and results, and `run`, which has its package installed."""
    folder = tmp_path_factory.mktemp("swing")
    source = folder / "package"
    source.mkdir()
    written = {block.file: block.text for block in blocks(PAGE) if block.file}
    for name in ("pyproject.toml", "swing.py"):
        (source / name).write_text(written[name], encoding="utf-8")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps",
               "--no-build-isolation", "--target", folder / "site", source]  # fmt: skip
    subprocess.run(command, check=True, env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"})
    (suite,) = (block.text for block in blocks(PAGE) if block.word == "plugin")
    (folder / "charts.yaml").write_text(suite, encoding="utf-8")
    for step, lines in RESULTS.items():
        (folder / f"results/step_{step}").mkdir(parents=True)
        (folder / f"results/step_{step}/acc.txt").write_text(lines, encoding="utf-8")

    def run(*arguments, python=("-m", "diagramgen")):
        paths = os.pathsep.join([str(folder / "site"), str(ROOT)])
        return subprocess.run(
            [sys.executable, *python, *arguments],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": paths},
            capture_output=True,
            text=True,
            check=False,
        )

    return folder, run


def test_its_transform_and_its_reader_make_a_table(swing):
    _, run = swing
    done = run("data", "swing")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "source,item,value",
        f"run,boolq,{0.75 - 0.7}",
        "run,piqa,0.25",
    ]


def test_its_template_draws_it(swing):
    folder, run = swing
    done = run("render")
    assert (done.returncode, done.stderr.splitlines()[-1]) == (0, "1 rendered in diagrams")
    spec = json.loads((folder / "diagrams/swing.vl.json").read_text(encoding="utf-8"))
    assert spec["title"]["text"] == "Accuracy by task: swing"
    assert "copa (it swings less)" in json.dumps(spec["title"]["subtitle"])
    assert spec["mark"] == {"type": "point", "filled": True, "size": 90}
    assert spec["encoding"]["x"]["field"] == "value"
    assert spec["encoding"]["x"]["axis"]["format"] == "%"
    assert (folder / "diagrams/swing.png").read_bytes().startswith(b"\x89PNG")


LOADED = """
import sys
sys.argv = ["diagramgen", "render"]
from diagramgen.__main__ import main
try:
    main()
finally:
    print([name for name in ("swing", "altair", "pandas") if name in sys.modules])
"""


def test_a_run_without_a_change_does_not_even_import_it(swing):
    folder, run = swing
    run("render")
    done = run(python=("-c", LOADED))
    assert (done.stdout, done.stderr) == ("[]\n", "1 unchanged in diagrams\n")
    file = folder / "site" / "swing.py"
    written = file.read_text(encoding="utf-8")
    file.write_text(written.replace("swing less", "move less"), encoding="utf-8")
    assert run("render").stderr.splitlines() == ["1 unchanged in diagrams"]
    file.write_text(written.replace("size=90", "size=60"), encoding="utf-8")
    assert run("render").stderr.splitlines()[-1] == "1 rendered in diagrams"


def test_parts_lists_it(swing):
    _, run = swing
    brought = [part for part in json.loads(run("parts", "--json").stdout)
               if part["package"] == "diagramgen-swing"]  # fmt: skip
    assert [(part["kind"], part["name"], part["description"]) for part in brought] == [
        (
            "transform",
            "swing",
            "The largest value of each item less its smallest, over the steps.",
        ),
        ("reader", "lines", "One item and its value on each line."),
        ("template", "dots", "A dot for each item."),
    ]


def test_the_schema_completes_its_parameters(swing):
    _, run = swing
    schema = json.loads(run("schema").stdout)
    assert schema["$defs"]["chart-swing"]["properties"]["at_least"]


def test_what_is_wrong_is_told_as_of_built_in_parts(swing):
    folder, run = swing
    suite = (folder / "charts.yaml").read_text(encoding="utf-8")
    try:
        (folder / "charts.yaml").write_text(suite.replace("0.01", "-1"), encoding="utf-8")
        place = "charts.yaml:11:60: error[wrong-value]"
        assert f"{place}: 'at_least': got -1; expected a number from 0\n" in run("validate").stdout
        (folder / "charts.yaml").write_text(
            suite.replace("at_least: 0.01", "template: dot"), encoding="utf-8"
        )
        place = "charts.yaml:11:60: error[unknown-template]"
        said = f"{place}: 'dot' is not a template; did you mean 'dots'?\n"
        assert said in run("validate").stdout
    finally:
        (folder / "charts.yaml").write_text(suite, encoding="utf-8")
