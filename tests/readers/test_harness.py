"""The readers of evaluation harnesses: small files of each tool's shape."""

from __future__ import annotations

import json
import math

import pytest

from diagramgen.errors import NotInFile, ResultsError
from diagramgen.readers.lighteval import LightevalReader
from diagramgen.readers.lm_eval import LmEvalReader
from diagramgen.readers.olmes import OlmesReader
from diagramgen.readers.parsed import MOST_KEPT, load_json
from diagramgen.readers.records import binomial_n

NAN = pytest.approx(math.nan, nan_ok=True)
OLD = {
    "results": {
        "piqa": {"acc": 0.75, "acc_stderr": 0.0625, "acc_norm": 0.5, "acc_norm_stderr": 0.05},
        "lambada_openai": {"ppl": 3.5e6, "ppl_stderr": 9.0, "acc": 0.0, "acc_stderr": 0.0},
    },
    "versions": {"piqa": 0},
    "config": {
        "model_args": "use_accelerate=True,pretrained=org/model,revision=step3000",
        "num_fewshot": 0,
        "limit": None,
    },
}
NEW = {
    "results": {
        "mmlu": {"acc,none": 0.25, "acc_stderr,none": 0.01, "alias": "mmlu"},
        "mmlu_anatomy": {"alias": " - anatomy", "acc,none": 0.5, "acc_stderr,none": "N/A"},
        "gsm8k": {"exact_match,strict-match": 0.25, "exact_match,flexible-extract": 0.5},
        "odd": {"acc,none": math.inf, "acc_stderr,none": math.nan, "sample_len": 7},
    },
    "groups": {"mmlu": {"acc,none": 0.25}},
    "group_subtasks": {"mmlu": ["mmlu_anatomy"], "mmlu_anatomy": []},
    "n-samples": {"mmlu_anatomy": {"original": 135, "effective": 130}},
    "n-shot": {"mmlu_anatomy": 5, "gsm8k": 5, "odd": 0},
    "config": {"model_args": {"pretrained": "/runs/checkpoint-500"}, "limit": None},
    "date": 1740957685.96,
}


def read(reader, data, name="f.json"):
    data = data if isinstance(data, bytes) else json.dumps(data).encode()
    return reader.read(data, name)


def test_v03_has_n_from_the_standard_error_and_the_step_from_the_revision():
    found = read(LmEvalReader(value="acc"), OLD).readings
    # 0.75 * 0.25 / 0.0625 ** 2 + 1 = 49; a standard error of 0 tells nothing.
    assert found == [
        ("piqa", 0.75, 49.0, 0.0625, 3000, 0),
        ("lambada_openai", 0.0, NAN, 0.0, 3000, 0),
    ]


def test_a_task_may_have_another_measure_and_others_none():
    reader = LmEvalReader(value="ppl", values={"piq*": "acc_norm"})
    found = read(reader, OLD).readings
    assert [reading[:2] for reading in found] == [("piqa", 0.5), ("lambada_openai", 3.5e6)]
    assert found[1].n == NAN
    only = read(LmEvalReader(values={"piqa": "acc"}), OLD).readings
    assert [reading.item for reading in only] == ["piqa"]


def test_v04_leaves_groups_out_and_knows_n_and_shots():
    found = read(LmEvalReader(value="acc"), NEW)
    assert found.readings == [
        ("mmlu_anatomy", 0.5, 130.0, NAN, 500, 5),
        ("odd", NAN, NAN, NAN, 500, 0),
    ]
    assert found.date == "0001740957685.960000"
    groups = read(LmEvalReader(value="acc", groups=True), NEW).readings
    assert [reading.item for reading in groups] == ["mmlu", "mmlu_anatomy", "odd"]
    shots = read(LmEvalReader(value="acc", shots=5), NEW).readings
    assert [reading.item for reading in shots] == ["mmlu_anatomy"]


def test_a_measure_under_several_filters_has_to_be_named_whole():
    with pytest.raises(ResultsError) as caught:
        read(LmEvalReader(value="exact_match"), NEW)
    assert str(caught.value) == (
        "f.json: results.gsm8k: has 'exact_match' under several filters; say "
        "'exact_match,strict-match' or 'exact_match,flexible-extract'"
    )
    found = read(LmEvalReader(value="exact_match,strict-match"), NEW).readings
    assert [reading[:2] for reading in found] == [("gsm8k", 0.25)]


def test_a_file_of_a_part_of_the_examples_is_left_out_unless_asked_for():
    limited = OLD | {"config": OLD["config"] | {"limit": 512.0}}
    found = read(LmEvalReader(value="acc"), limited)
    assert found.readings == []
    assert found.warnings == (
        "f.json: evaluated with limit 512; left out (`limited: true` reads it)",
    )
    assert len(read(LmEvalReader(value="acc", limited=True), limited).readings) == 2


@pytest.mark.parametrize(
    ("config", "step"),
    [
        ({"model_args": "pretrained=org/m,revision=step143000"}, 143000),
        ({"model_args": {"iteration": 7, "hidden": 64}}, 7),
        ({"model_args": "pretrained=/runs/global_step250"}, 250),
        ({"model_args": "pretrained=base,peft=../run/epoch_62"}, 62),
        ({"model_args": None, "model_revision": "step-12"}, 12),
        ({"model_args": "pretrained=gpt2"}, None),
    ],
)
def test_where_a_step_stands(config, step):
    (reading,) = read(
        LmEvalReader(value="acc"), {"results": {"piqa": {"acc": 0.5}}, "config": config}
    ).readings
    assert reading.step == step


def test_a_file_that_is_none():
    with pytest.raises(ResultsError, match=r"^f.json: no object 'results'; there is 'tasks'$"):
        read(LmEvalReader(value="acc"), {"tasks": {}})


@pytest.mark.parametrize(
    ("p", "stderr", "n"),
    [(0.75, 0.0625, 49.0), (0.5, 0.1, 26.0), (0.0, 0.0, NAN), (0.3, 0.1001, NAN), (12.0, 1.0, NAN)],
)
def test_n_follows_only_where_it_is_whole(p, stderr, n):
    assert binomial_n(p, stderr) == n


def test_lighteval():
    data = {
        "results": {
            "mmlu:anatomy|5": {"acc": 0.5, "acc_stderr": math.nan},
            "lighteval|gsm8k|8": {"qem": 0.25, "qem_stderr": 0.01},
            "harness|arc:challenge|25": {"acc": 0.75},
            "mmlu:_average|5": {"acc": 0.5},
            "all": {"acc": 0.625},
        },
        "config_tasks": {
            "mmlu:anatomy|5": {"effective_num_docs": 135},
            "lighteval|gsm8k": {"effective_num_docs": -1},
        },
    }
    found = read(LightevalReader(value="acc", values={"gsm8k": "qem"}), data).readings
    assert found == [
        ("mmlu:anatomy", 0.5, 135.0, NAN, None, 5),
        ("gsm8k", 0.25, NAN, 0.01, None, 8),
        ("arc:challenge", 0.75, NAN, NAN, None, 25),
    ]


TASK = {
    "task_name": "arc_challenge",
    "model_config": {"revision": "step1250-unsharded-hf"},
    "task_config": {"limit": 10**19, "metadata": {"alias": "arc:rc"}, "primary_metric": "acc_raw"},
    "current_date": "2024-12-19 12:16:07 UTC",
    "num_instances": 1172,
    "metrics": {"acc_raw": 0.25, "primary_score": 0.5, "acc_uncond": None},
}


def test_olmes_a_file_for_each_task():
    found = read(OlmesReader(), TASK)
    assert found.readings == [("arc:rc", 0.5, 1172.0, NAN, 1250, None)]
    assert found.date == "2024-12-19 12:16:07 UTC"
    assert read(OlmesReader(value="acc_uncond"), TASK).readings[0].value == NAN


def test_olmes_lines_and_lists_without_the_suites_that_average_them():
    suite = {"task": "mmlu:mc", "primary_score": 0.5, "task_config": {"primary_metric": "macro"}}
    flat = {"task": "piqa", "primary_score": 0.75, "num_instances": 5, "task_config": {}}
    lines = "\n".join(json.dumps(each) for each in (suite, flat)).encode()
    assert read(OlmesReader(), lines, "m.jsonl").readings == [("piqa", 0.75, 5.0, NAN, None, None)]
    whole = {"metrics": [flat], "model_config": {"revision": "step10"}}
    assert read(OlmesReader(), whole).readings == [("piqa", 0.75, 5.0, NAN, 10, None)]


def test_a_group_that_has_n_of_its_own_is_left_out_all_the_same():
    counted = NEW | {"n-samples": {"mmlu": {"original": 135, "effective": 130}}}
    found = read(LmEvalReader(value="acc"), counted).readings
    assert [(reading.item, reading.n) for reading in found] == [("mmlu_anatomy", NAN), ("odd", NAN)]
    found = read(LmEvalReader(value="acc", groups=True), counted).readings
    assert [reading[:3] for reading in found[:1]] == [("mmlu", 0.25, 130.0)]


# A measure that no task of a file has.


def test_a_measure_that_no_task_has_may_be_in_the_file_of_another_task():
    found = read(LmEvalReader(value="acc_nrom"), NEW)
    assert (found.readings, found.lacks.key) == ([], "value")
    assert found.lacks.said == (
        "no task has 'acc_nrom'; there is 'acc,none', 'exact_match,strict-match', "
        "'exact_match,flexible-extract'"
    )
    assert read(LmEvalReader(value="acc"), NEW).lacks is None
    none_asked_for = read(LmEvalReader(values={"piqa": "f1"}), NEW)
    assert (none_asked_for.readings, none_asked_for.lacks) == ([], None)


def test_a_measure_of_named_tasks_has_to_be_there():
    with pytest.raises(NotInFile) as caught:
        read(LmEvalReader(value="acc", values={"gsm*": "em"}), NEW)
    assert caught.value.key == "values"
    assert caught.value.said == (
        "no task like 'gsm*' has 'em'; there is 'exact_match,strict-match', "
        "'exact_match,flexible-extract'"
    )
    some = {"results": {"arc|5": {"acc": 0.5}, "arc:b|5": {"f1": 1}, "qa|5": {"em": 1}}}
    found = read(LightevalReader(value="acc", values={"arc*": "f1"}), some)
    assert [reading.item for reading in found.readings] == ["arc:b"]
    lacks = read(LightevalReader(value="acc"), {"results": {"qa|5": {"em": 1, "em_stderr": 0}}})
    assert lacks.lacks.said == "no task has 'acc'; there is 'em'"
    lacks = read(OlmesReader(value="acc"), TASK)
    assert lacks.lacks.said == (
        "no task has 'acc'; there is 'acc_raw', 'primary_score', 'acc_uncond'"
    )


def test_files_of_the_first_open_llm_leaderboard():
    data = {
        "config_general": {"model_name": "org/model", "model_sha": "abc"},
        "results": {
            "harness|arc:challenge|25": {"acc": 0.5, "acc_stderr": 0.1, "acc_norm": 0.75},
            "harness|hendrycksTest-anatomy|5": {"acc": 0.25, "acc_norm": 0.25},
            "harness|truthfulqa:mc|0": {"mc1": 0.25, "mc2": 0.375, "mc2_stderr": 0.05},
            "all": {"acc": 0.375},
        },
        "versions": {"harness|arc:challenge|25": 0, "all": 0},
        "config_tasks": {"harness|arc:challenge": "LM Harness task"},
    }
    reader = LightevalReader(value="acc_norm", values={"truthfulqa*": "mc2", "hendrycks*": "acc"})
    assert read(reader, data).readings == [
        ("arc:challenge", 0.75, NAN, NAN, None, 25),
        ("hendrycksTest-anatomy", 0.25, NAN, NAN, None, 5),
        ("truthfulqa:mc", 0.375, NAN, 0.05, None, 0),
    ]


def test_a_small_file_is_read_once_for_several_metrics():
    data = json.dumps(OLD).encode()
    assert load_json(data, "f.json") is load_json(data, "f.json")
    large = b" " * MOST_KEPT + data
    assert load_json(large, "f.json") is not load_json(large, "f.json")


def test_a_key_that_is_there_twice_is_told_however_it_is_written():
    for text in (
        b'{"a": 1, "a": 2}',
        b'{"a" : 1, "a": 2}',
        b'{"a"\n:1, "b": {"c": 1, "c":2}}',
        b'{"t": "x\\": y", "a": 1, "a": 2}',
    ):
        with pytest.raises(ResultsError, match=r'^f\.json: .* has the key "[ac]" twice$'):
            load_json(text, "f.json")
    whole = b'{"a\\"": 1, "b": "c\\": d", "e" : 123456789012345678901234567890}'
    assert load_json(whole, "f.json") == {
        'a"': 1,
        "b": 'c": d',
        "e": 123456789012345678901234567890,
    }
