"""What a root may be. What is refused never reaches fsspec."""

import subprocess
import sys

import pytest

from diagramgen.errors import ResultsError
from diagramgen.results.storage import open_storage
from diagramgen.roots import check_root

KNOWN = "s3://, gs://, az://, abfs://, hf://, https://"
SUITE = """\
version: 1
sources: {run: {root: "ROOT"}}
metrics: {ppl: {better: lower, read: {reader: json, file: ppl.json}}}
charts: [{transform: series, source: run, metric: ppl, output: ppl.png}]
"""
SEEN_BY_FSSPEC = """\
import sys
from diagramgen.cli import commands as cli
sys.argv = ["diagramgen", "list"]
try:
    cli.main()
finally:
    print("fsspec" in sys.modules)
"""


@pytest.mark.parametrize(
    "root",
    [
        "runs",
        "../runs",
        "/data/a::b",
        "./memory:/runs",
        "C:/runs",
        "s3://bucket/runs/[a]*",
        "gs://bucket",
        "az://container/runs",
        "abfs://container@account.dfs.core.windows.net/runs",
        "hf://datasets/owner/name@main/runs",
        "https://example.org/runs",
    ],
)
def test_a_folder_or_a_url_of_a_known_scheme_is_good(root):
    assert check_root(root) is None


@pytest.mark.parametrize(
    "root",
    [
        "reference://x",
        "reference:x",
        "memory://runs",
        "file:///etc",
        "ftp://host/runs",
        "http://host/runs",
        "S3://bucket/runs",
        "s3:/bucket/runs",
        "s3:bucket",
        "s3://",
        "data:,x",
        "simplecache::s3://bucket/runs",
    ],
)
def test_any_other_scheme_is_refused(root):
    start = root.partition(":")[0]
    assert check_root(root) == (
        f"got a URL of '{start}:'; expected a folder (./{start}: is one), or one of {KNOWN}"
    )


@pytest.mark.parametrize(
    ("root", "problem"),
    [
        ("s3://bucket/x::reference://y", "has a chain (::) in it; expected a plain path"),
        ("https://host/x?signature=secret", "has a query (?) in it; expected a plain path"),
        ("https://host\\secret/x", "has a backslash (\\) in it; expected a plain path"),
        ("https://someone:secret@host/x", "has a user or a password in it; "),
        ("https://secret@host/x", "has a user or a password in it; "),
        ("abfs://someone:secret@host/x", "has a user or a password in it; "),
        ("https://someone%3Asecret%40host/x", "without a plain name after it; expected https://"),
        ("https:///secret", "without a plain name after it; expected https://NAME/PATH"),
    ],
)
def test_a_url_is_plain_and_what_may_be_secret_is_not_shown(root, problem):
    said = check_root(root)
    assert problem in said
    assert "secret" not in said


@pytest.mark.parametrize("root", ["", " ", "runs\n", "runs\x00", "runs\u202e", "runs\ud800"])
def test_a_root_is_text(root):
    assert check_root(root).endswith("; expected a folder or a URL")


def test_storage_refuses_what_no_suite_can_have(tmp_path):
    with pytest.raises(ResultsError, match="got a URL of 'memory:'"):
        open_storage("memory://runs", tmp_path)


def test_it_is_a_finding_with_its_place_that_shows_no_password(project, main):
    project.write("charts.yaml", SUITE.replace("ROOT", "https://someone:secret@host/runs"))
    done = main("validate")
    assert (done.code, done.err) == (1, "charts.yaml: 1 error\n")
    assert done.out == (
        "charts.yaml:2:23: error[wrong-root]: 'root': a root of https:// has a user or a password "
        "in it; fsspec takes addresses and credentials from its configuration and the "
        "environment\n"
    )


def test_it_is_wrong_usage_on_the_command_line(project, main):
    project.write("charts.yaml", SUITE.replace("ROOT", "results"))
    done = main("list", "--source", "run=reference://results")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "error: source 'run': got a URL of 'reference:'; expected a folder (./reference: is one), "
        f"or one of {KNOWN}\n"
    )


def test_fsspec_is_not_imported_for_it(project):
    project.write("charts.yaml", SUITE.replace("ROOT", "reference://results"))
    done = subprocess.run(
        [sys.executable, "-c", SEEN_BY_FSSPEC],
        cwd=project.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "False\n")
