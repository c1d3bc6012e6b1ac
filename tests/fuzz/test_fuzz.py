"""The fuzzer's own parts: that its changes are made, and that its checks see what is wrong."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from diagramgen.readers.parsed import load_json
from tests.fuzz.cases import Case, from_json, to_json, ways
from tests.fuzz.changes import (
    Add,
    Atom,
    Become,
    Copy,
    Cut,
    Delete,
    Double,
    Flip,
    Insert,
    Many,
    Node,
    Rename,
    Set,
    Swap,
    Under,
    Whole,
    apply,
)
from tests.fuzz.checks import Problem, Seen, problems
from tests.fuzz.command import Ran, run_command
from tests.fuzz.projects import STATE, Project, Special, decode, encode, seed_files
from tests.fuzz.search import Bench, built
from tests.fuzz.workspace import Workspace

DATA = {"a": [1, 2], "b": {"c": 3}}
SMALL = Project("small", {"f.json": encode("f.json", DATA), "d/g": b"12345"}, {"f.json": DATA}, ())
LISTED = ("list",)
JSON = ("validate", "--format", "json")


@pytest.mark.parametrize(
    ("change", "data"),
    [
        (Set("f.json", ("a", 0), Atom("null")), {"a": [None, 2], "b": {"c": 3}}),
        (Set("f.json", (), Atom("half")), 0.5),
        (Set("f.json", ("a",), Node("f.json", ("b", "c"))), {"a": 3, "b": {"c": 3}}),
        (Set("f.json", ("a",), Many((Atom("zero"),))), {"a": [0], "b": {"c": 3}}),
        (Set("f.json", ("b",), Under("x", Atom("one"))), {"a": [1, 2], "b": {"x": 1}}),
        (Set("f.json", ("b",), Atom("absolute folder")), {"a": [1, 2], "b": "/outside"}),
        (Add("f.json", ("a",), "x", Atom("true")), {"a": [1, 2, True], "b": {"c": 3}}),
        (Add("f.json", ("b",), "nul", Atom("true")), DATA | {"b": {"c": 3, "a\0b": True}}),
        (Rename("f.json", ("a",), "z"), {"z": [1, 2], "b": {"c": 3}}),
        (Delete("f.json", ("b", "c")), {"a": [1, 2], "b": {}}),
        (Double("f.json", ("a", 1)), {"a": [1, 2, 2], "b": {"c": 3}}),
        (Double("f.json", ("b",)), DATA | {"b_": {"c": 3}}),
        (Swap("f.json", ("a",), ("b", "c")), {"a": 3, "b": {"c": [1, 2]}}),
        (Delete("f.json", ("nowhere", 1)), DATA),
    ],
)
def test_changes_of_a_structure(change, data):
    assert json.loads(apply(SMALL, [change], "/outside")["f.json"]) == data
    assert decode("f.json", SMALL.files["f.json"]) == DATA


@pytest.mark.parametrize(
    ("change", "entries"),
    [
        (Cut("d/g", 400), {"d/g": b"12"}),
        (Flip("d/g", 0, 3), {"d/g": b"22345"}),
        (Insert("d/g", 1000, "a colon"), {"d/g": b"12345: "}),
        (Whole("d/g", "a null"), {"d/g": b"null"}),
        (Become("d/g", "fifo"), {"d/g": Special("fifo")}),
        (Become("d/g", "nothing"), {}),
        (Become("d", "link to a folder"), {"d": Special("link", "/outside")}),
        (Become("d/g", "link to itself"), {"d/g": Special("link", "g")}),
        (Copy("d/g", "a space"), {"d/g": b"12345", "d/a b": b"12345"}),
        (Copy("d", "a space"), {"d/g": b"12345", "a b/g": b"12345"}),
    ],
)
def test_changes_of_files(change, entries):
    tree = apply(SMALL, [change], "/outside")
    assert {path: entry for path, entry in tree.items() if path != "f.json"} == entries


def test_ways():
    assert list(ways(DATA)) == [(), ("a",), ("a", 0), ("a", 1), ("b",), ("b", "c")]


def test_a_case_is_json():
    changes = (Set("f.json", ("a", 0), Many((Atom("null"),))), Become("d", "fifo"))
    case = Case("small", changes, ("list",))
    data = {
        "project": "small",
        "changes": [
            {"type": "set", "file": "f.json", "at": ["a", 0],
             "value": {"type": "many", "values": [{"type": "atom", "name": "null"}]}},
            {"type": "become", "path": "d", "kind": "fifo"},
        ],
        "command": ["list"],
    }  # fmt: skip
    assert json.loads(json.dumps(to_json(case))) == data
    assert from_json(data) == case


def test_every_kind_of_file_can_be_changed_and_written():
    files = seed_files("tables")
    for path in ("charts.yaml", "results/logs/long.csv", "results/logs/wide.jsonl",
                 "results/step_100/scores.parquet"):  # fmt: skip
        assert decode(path, encode(path, decode(path, files[path]))) == decode(path, files[path])


def test_a_changed_state_has_a_right_digest():
    data = encode(STATE, {"version": 1})
    assert data.split(b"\n") == [
        b"c3aa9744214caf6eb993d6f88f3f1dda3e4e60d59f712b6463c4ce2c4b00dfa1", b'{"version": 1}',
    ]  # fmt: skip


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path)


def test_a_workspace_tells_what_has_changed(workspace):
    tree = {"a": b"1", "b/c": b"2", "d": Special("link", "a"), "e": Special("folder")}
    workspace.write(tree, {})
    assert workspace.changed() == []
    (workspace.project / "a").write_bytes(b"9")
    os.utime(workspace.project / "b/c", (0, 0))
    (workspace.project / "e/new").touch()
    (workspace.outside / "secret.txt").unlink()
    assert workspace.changed() == ["../secret.txt", "a", "b/c", "e/new"]
    workspace.write({"a": b"1", "b": b"3"}, {})
    assert {path.name: path.read_bytes() for path in workspace.project.iterdir()} == {
        "a": b"1", "b": b"3",
    }  # fmt: skip
    assert (workspace.outside / "secret.txt").is_file()
    assert workspace.changed() == []


def ran(code=0, error=None, out="", err="", megabytes=0.0):
    return Ran(code, error, out.encode(), err, 0.1, megabytes)


def wrong(arguments, done, changed=(), tree=(), folder=Path("work/project")):
    return list(problems(Seen(arguments, done, dict(tree), folder, changed)))


def test_a_command_that_does_well():
    assert wrong(LISTED, ran(out="a\tb\n", err="warning: c\n")) == []


def test_exit_codes_that_nothing_may_have():
    assert wrong(LISTED, ran(130, err="x")) == [Problem("exit code 130 of list", "x")]


@pytest.mark.parametrize(("code", "what"), [(70, "diagramgen"), (1, "chart a")])
def test_a_bug_that_was_told_has_its_place(code, what):
    said = (
        "Traceback (most recent call last):\n"
        '  File "/a/diagramgen/cli/commands.py", line 1, in main\n'
        '  File "/a/diagramgen/readers/json.py", line 7, in read\n'
        '  File "/b/numpy/core.py", line 9, in add\n'
        "TypeError: no\n"
        f"{what}: a bug of diagramgen (TypeError)\n"
    )
    assert wrong(LISTED, ran(code, err=said)) == [
        Problem("TypeError in readers.json.read", "TypeError: no")
    ]


def test_an_exception_has_its_place():
    with pytest.raises(TypeError) as caught:
        load_json(None, "f")
    assert wrong(LISTED, ran(error=caught.value)) == [
        Problem("TypeError in readers.parsed.load_json", f"TypeError: {caught.value}")
    ]


def test_memory():
    assert wrong(LISTED, ran(megabytes=1500)) == [Problem("memory", "took 1500 MB")]


def test_what_a_terminal_would_obey():
    assert wrong(LISTED, ran(err="\x1b[31m")) == [
        Problem("control character on stderr", r"'\x1b[31m'")
    ]
    assert wrong(LISTED, ran(out="a\u202eb")) == [
        Problem("control character on stdout", r"'a\u202eb'")
    ]
    assert wrong(("data", "a"), ran(out="a\u202eb")) == []


def test_json_that_is_none():
    assert wrong(("spec", "a"), ran(out="[NaN]")) == [Problem("no JSON of spec", "NaN is no JSON")]


@pytest.mark.parametrize(
    ("line", "column", "is_there"),
    [(1, 1, True), (2, 4, True), (2, 5, False), (3, 1, True), (4, 1, False), (0, 1, False)],
)
def test_places_of_findings(line, column, is_there):
    finding = {"file": "charts.yaml", "line": line, "column": column, "code": "empty"}
    done = ran(1, out=json.dumps([finding]))
    found = wrong(JSON, done, tree={"charts.yaml": b"ab\nabc\n"})
    kinds = [] if is_there else ["no place of empty"]
    assert [problem.kind for problem in found] == kinds


@pytest.mark.parametrize(
    ("arguments", "path", "allowed"),
    [
        (("render",), "pictures/a.png", True),
        (("render",), "pictures", True),
        (("render",), "elsewhere/a.png", False),
        (("render",), "../secret.txt", False),
        (("render",), "charts.yaml", False),
        (("render", "--out=elsewhere"), "elsewhere/a.png", True),
        (("render", "--dry-run"), "pictures/a.png", False),
        (("list",), "pictures/a.png", False),
        (("init", "results"), "charts.yaml", False),
        (("init", "results", "--out=made"), "made/charts.yaml", True),
    ],
)
def test_where_a_command_may_write(arguments, path, allowed):
    tree = {"charts.yaml": b"output: {dir: pictures}"}
    found = wrong(arguments, ran(), changed=(path,), tree=tree)
    assert found == ([] if allowed else [Problem(f"{arguments[0]} wrote elsewhere", path)])


def test_files_that_are_not_valid(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/a.vl.json").write_text('{"a": NaN}')
    (tmp_path / "out/b.csv").write_text(f"{tmp_path}")
    (tmp_path / "out/manifest.json").write_text('{"version": 1}')
    tree = {"charts.yaml": b"output: {dir: out}"}
    changed = ("out/a.vl.json", "out/b.csv", "out/manifest.json")
    found = wrong(("render",), ran(), changed=changed, tree=tree, folder=tmp_path)
    assert [problem.kind for problem in found] == [
        "no JSON in a file",
        "an absolute path",
        *["an invalid manifest"] * 5,
    ]


def test_a_temporary_file_that_is_left(tmp_path):
    (tmp_path / "out/.diagramgen/tmp").mkdir(parents=True)
    tree = {"charts.yaml": b"output: {dir: out}"}
    path = "out/.diagramgen/tmp"
    found = wrong(("render",), ran(), changed=(path,), tree=tree, folder=tmp_path)
    assert found == [Problem("render left a temporary file", path)]


def test_a_command_runs_as_in_a_process_of_its_own(workspace):
    workspace.write(dict(seed_files("json")), {})
    done = run_command(("list", "--json"), workspace.project)
    assert (done.code, done.error, done.err) == (0, None, "")
    assert [row["id"] for row in json.loads(done.out)] == [
        "series", "compare/trend", "snapshots/step_100", "snapshots/step_200", "both",
    ]  # fmt: skip
    done = run_command(("list", "-c", "none.yaml"), workspace.project)
    assert (done.code, done.err.partition(": cannot")[0]) == (2, "error: none.yaml")


def test_a_case_that_is_refused_as_it_should_be(tmp_path):
    bench = Bench({"json": built("json")}, tmp_path)
    change = Set("charts.yaml", ("charts", 0, "metric"), Atom("a letter"))
    done, found = bench.play(Case("json", (change,), JSON))
    assert found == []
    assert done.code == 1
    assert [finding["code"] for finding in json.loads(done.out)] == ["unknown-metric"]
