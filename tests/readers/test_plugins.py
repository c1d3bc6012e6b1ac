"""A reader that another package brings."""

import os
import subprocess
import sys

PACKAGE = """\
from typing import Annotated

from msgspec import Meta

from diagramgen.readers import Contents, Reader, Reading


class Lines(Reader, frozen=True, kw_only=True, tag="lines"):
    \"\"\"One item and its value on each line.\"\"\"

    sign: Annotated[str, Meta(description="What stands between the two.")] = "="

    def read(self, data, name):
        pairs = [line.split(self.sign) for line in data.decode().splitlines()]
        return Contents([Reading(item, float(value)) for item, value in pairs])
"""
ENTRY = "[diagramgen.readers]\nlines = lines_reader:Lines\n"
SUITE = """\
version: 1
sources: {run: {root: results}}
metrics: {acc: {better: higher, read: {reader: lines, file: acc.txt, sign: ":"}}}
charts: [{transform: series, source: run, metric: acc, output: acc.png}]
"""


def run(folder, *arguments):
    paths = os.pathsep.join([str(folder / "site"), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, "-m", "diagramgen", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_package_adds_a_reader(project):
    project.write("site/lines_reader.py", PACKAGE)
    project.write("site/lines_reader-1.dist-info/entry_points.txt", ENTRY)
    project.write("site/lines_reader-1.dist-info/METADATA", "Name: lines-reader\nVersion: 1\n")
    project.write("charts.yaml", SUITE)
    project.write("results/step_100/acc.txt", "piqa:0.5\ncopa:0.25\n")
    done = run(project.folder, "data", "acc")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "source,step,item,value\nrun,100,copa,0.25\nrun,100,piqa,0.5\n"
    project.write("charts.yaml", SUITE.replace("sign", "sing"))
    done = run(project.folder, "validate")
    message = "'sing' is not a key of 'read'; did you mean 'sign'?"
    assert f"charts.yaml:3:70: error[unknown-key]: {message}" in done.stdout


def test_a_reader_that_nobody_brings(project):
    project.write("charts.yaml", SUITE)
    done = run(project.folder, "validate")
    message = (
        "'reader': got 'lines'; expected json, lm-eval, lighteval, olmes, csv, jsonl or parquet"
    )
    assert f"charts.yaml:3:48: error[wrong-value]: {message}" in done.stdout
