"""Whatever a folder holds, `init` writes a suite that `validate` accepts, or says what is wrong."""

import json
import os
import sys

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from diagramgen.errors import UserError, visible
from diagramgen.init import write_suite
from diagramgen.init.charts.text import scalar
from diagramgen.suite.load import load as load_suite
from tests.fixtures.anywhere import places, replaced

LM_EVAL = {
    "results": {
        "mmlu": {"acc,none": 0.5, "acc_stderr,none": 0.01, "alias": "mmlu"},
        "mmlu_anatomy": {"acc,none": 0.25, "acc_stderr,none": 0.01},
        "qa": {"exact_match,strict": 0.5, "exact_match,loose": 0.75},
    },
    "groups": {"mmlu": {}},
    "group_subtasks": {"mmlu": ["mmlu_anatomy"]},
    "higher_is_better": {"qa": {"exact_match": True}},
    "n-samples": {"qa": {"original": 10, "effective": 10}},
    "n-shot": {"qa": 5},
    "config": {"model_args": {"revision": "step3"}, "limit": None},
    "date": 1740957685.96,
}
LIGHTEVAL = {
    "config_general": {},
    "results": {"suite|qa|5": {"acc": 0.5, "acc_stderr": 0.1}, "all": {"acc": 0.5}},
    "config_tasks": {
        "suite|qa": {
            "effective_num_docs": 10,
            "metrics": [{"metric_name": "acc", "higher_is_better": True}],
        }
    },
}
OLMES = {
    "metrics": [
        {
            "task_name": "qa",
            "task_config": {"primary_metric": "acc", "metadata": {"alias": "qa"}},
            "metrics": {"primary_score": 0.5, "acc": 0.25},
            "num_instances": 10,
            "model_config": {"revision": "step3"},
        }
    ],
}
JSON = {
    "step": 3,
    "tasks": {"qa": {"acc": 0.5, "n": 10, "se": 0.1}, "copa": {"acc": 0.25, "n": 4, "se": 0.2}},
    "rows": [{"task": "qa", "acc": 0.5}, {"task": "copa", "acc": 0.25}],
}
ROWS = [
    {"step": 1, "task": "qa", "acc": 0.5, "n": 10, "eval/qa/loss": 2.5, "model": "a"},
    {"step": 2, "task": "copa", "acc": 0.25, "n": 4, "eval/qa/loss": 1.5, "model": "a"},
]
ODD = st.sampled_from(
    [
        None, True, -1, 2**63, 10**400, 1e300, 5e-324, float("nan"), "", "0.5", "²", "1" * 400,
        "x" * 300, "\ud800", "a\nb", "\x85", "\u2028", "${a}", "{step}", "{item}", "a: b #", "'",
        "*", "[a", "a/../b", "/", "..", [], {}, [[]], {"a": {}}, "step9223372036854775808",
    ]
)  # fmt: skip
VALUES = ODD | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(
    [
        "step_1.json", "step_1/x.json", f"step_{'1' * 100}.json", f"{'2' * 100}.json", "3.json",
        "a\nb_4.json", "${a}_5.json", "{step}_6.json", "*_7.json", "'#: _8.json", "[x]_9.json",
        "step_1.csv", "step_2.csv", "a.jsonl", "step_1.parquet", "deep/er/step_1.json",
        "results_2024-01-01T00-00-00.json", "\udcff_10.json", "\u2028_11.json", ".._12.json",
    ]
)  # fmt: skip


@pytest.fixture(scope="module")
def check(tmp_path_factory):
    """Give a folder files: what `init` writes is a good suite, or one line says what is wrong."""

    def call(files):
        top = tmp_path_factory.mktemp("hostile")
        for name, data in files.items():
            path = top / "runs" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        told = []
        try:
            text = write_suite([top / "runs"], into=top, tell=told.append)
        except UserError as err:
            told.append(str(err))
        else:
            (top / "charts.yaml").write_text(text, encoding="utf-8")
            load_suite(top / "charts.yaml")
        assert [visible(line, one_line=True) for line in told] == told

    return call


def encoded(data):
    return json.dumps(data).encode()


@pytest.mark.parametrize(
    "valid", [LM_EVAL, LIGHTEVAL, OLMES, JSON], ids=["lm-eval", "lighteval", "olmes", "json"]
)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_value_in_any_place_of_a_json_file(check, valid, data):
    way = data.draw(st.sampled_from(list(places(valid))))
    key = data.draw(st.none() | ODD.filter(lambda each: isinstance(each, str)))
    changed = encoded(replaced(valid, way, data.draw(VALUES), key))
    check({"step_1/x.json": encoded(valid), "step_2/x.json": changed, "step_3/x.json": changed})


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_value_in_any_cell_of_a_table(check, data):
    way = data.draw(st.sampled_from(list(places(ROWS))[1:]))
    key = data.draw(st.none() | ODD.filter(lambda each: isinstance(each, str)))
    rows = replaced(ROWS, way, data.draw(VALUES), key)
    check({"log.jsonl": b"\n".join(map(encoded, rows))})


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(NAMES, st.sampled_from(
    [b"", b"{}", b"\xff\x00", b"PAR1", b"step,acc\n1,0.5\n", encoded(JSON), encoded(LM_EVAL),
     encoded(ROWS), encoded(ROWS[0])]
), max_size=6))  # fmt: skip
def test_any_names_of_files(check, files):
    check(files)


@given(st.text() | ODD.filter(lambda each: isinstance(each, str)))
def test_a_text_in_yaml_is_the_same_when_it_is_read(text):
    text = text.encode("utf-8", "replace").decode("utf-8")
    assert yaml.safe_load(f"- {scalar(text)}\n- {{{scalar(text)}: [{scalar(text)}]}}\n") == [
        text,
        {text: [text]},
    ]


# Folders that would take long, or for ever.


def test_links_pipes_and_devices_are_passed_over(tmp_path):
    runs = tmp_path / "runs"
    (runs / "step_1").mkdir(parents=True)
    (runs / "step_1" / "scores.json").write_bytes(encoded({"qa": 0.5, "copa": 0.25}))
    (runs / "step_1" / "folder.json").mkdir()
    (runs / "step_1" / "loop.json").symlink_to("loop.json")
    (runs / "step_1" / "lost.json").symlink_to("nowhere")
    (runs / "step_1" / "zero.json").symlink_to("/dev/zero")
    (runs / "step_1" / "up").symlink_to("..")
    os.mkfifo(runs / "step_1" / "pipe.json")
    told = []
    write_suite([runs], into=tmp_path, tell=told.append)
    assert told == [
        f"{runs}: JSON records in scores.json at 'the top'; checkpoint 'step_{{step}}/', step 1",
    ]


def test_only_so_many_measures_are_looked_at(tmp_path):
    (tmp_path / "runs" / "step_1").mkdir(parents=True)
    record = {f"acc_{i}": 0.5 for i in range(3000)}
    data = encoded({"results": {f"t{i}": record for i in range(20)}, "versions": {}})
    (tmp_path / "runs" / "step_1" / "x.json").write_bytes(data)
    asked = 0

    def count(_, event, __):
        nonlocal asked
        asked += event == "call"

    sys.setprofile(count)
    try:
        write_suite([tmp_path / "runs"], into=tmp_path)
    finally:
        sys.setprofile(None)
    assert asked < 1_000_000


def test_too_many_items_are_told(tmp_path):
    (tmp_path / "runs" / "step_1").mkdir(parents=True)
    results = {f"task_{i}": {"acc": 0.5} for i in range(2001)}
    data = encoded({"results": results, "versions": {}})
    (tmp_path / "runs" / "step_1" / "x.json").write_bytes(data)
    with pytest.raises(UserError) as caught:
        write_suite([tmp_path / "runs"], into=tmp_path)
    said = f"{tmp_path}/runs: 2,001 items; a suite is written for 2,000"
    assert str(caught.value) == said


@pytest.mark.parametrize(("name", "root"), [("s3:", "./s3:"), ("a b", "a b")])
def test_a_folder_whose_name_looks_like_a_scheme(tmp_path, name, root):
    (tmp_path / name / "step_1").mkdir(parents=True)
    (tmp_path / name / "step_1" / "x.json").write_bytes(encoded({"qa": 0.5}))
    text = write_suite([tmp_path / name], into=tmp_path)
    assert next(iter(yaml.safe_load(text)["sources"].values()))["root"] == root


@pytest.mark.parametrize("name", ["${a}", "a\nb"])
def test_a_folder_that_a_suite_cannot_name(tmp_path, name):
    (tmp_path / name / "step_1").mkdir(parents=True)
    (tmp_path / name / "step_1" / "x.json").write_bytes(encoded({"qa": 0.5}))
    with pytest.raises(UserError) as caught:
        write_suite([tmp_path / name], into=tmp_path)
    assert str(caught.value).endswith(": a suite cannot name this folder")
