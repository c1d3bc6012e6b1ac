"""The page of clusters: its files are right, and its commands and options are there."""

from __future__ import annotations

import pytest
from pages import ROOT, blocks

from diagramgen.output.cluster import LOCAL, URL
from diagramgen.output.job_queue import read_job_queue

PAGE = blocks(ROOT / "docs/cluster.md")
FILES = {block.file: block.text for block in PAGE if block.file}
COMMANDS = [
    line.split("--cluster ")[1]
    for block in PAGE
    for line in block.text.splitlines()
    if line.startswith("$ diagramgen render --cluster")
]


@pytest.mark.parametrize("name", ["slurm.yaml", "slurm-tls.yaml", "local-jobs.yaml"])
def test_the_files_of_queues_are_right(name, tmp_path):
    (tmp_path / name).write_text(FILES[name], "utf-8")
    assert read_job_queue(tmp_path / name).options["cores"] in (1, 8)


def test_each_address_is_one():
    kinds = {
        "local" if LOCAL.fullmatch(address) else "url" if URL.fullmatch(address) else address
        for address in COMMANDS
    }
    assert kinds == {"local", "url", "slurm.yaml"}
