"""Logs of Inspect: small zips and JSON files of the tool's shape."""

from __future__ import annotations

import io
import json
import math
import sys
import zipfile
from pathlib import Path

import pytest

from diagramgen.errors import ResultsError, TruncatedFile
from diagramgen.readers import Runs
from diagramgen.readers.inspect import MOST_HEADER, InspectReader

NAN = pytest.approx(math.nan, nan_ok=True)
CHOICE = {
    "name": "choice",
    "scorer": "choice",
    "metrics": {
        "accuracy": {"name": "accuracy", "value": 0.75},
        "stderr": {"name": "stderr", "value": 0.125},
    },
}
LOG = {
    "version": 2,
    "status": "success",
    "eval": {
        "task": "inspect_evals/mmlu_0_shot",
        "created": "2025-01-01T00:00:00+00:00",
        "model": "hf/model",
        "model_args": {"model_path": "runs/checkpoint-500"},
        "dataset": {"samples": 100},
        "config": {"epochs": 1},
    },
    "results": {"total_samples": 12, "completed_samples": 12, "scores": [CHOICE]},
    "stats": {"completed_at": "2025-01-01T01:00:00-05:00"},
}


def zipped(**members):
    """The bytes of a zip with members, JSON by their names."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data if isinstance(data, bytes) else json.dumps(data))
    return file.getvalue()


def evaluated(log, **keys):
    """What a log has, as a zip and as JSON: the same."""
    reader = InspectReader(**keys)
    found = reader.read(zipped(**{"header.json": log, "samples/1_epoch_1.json": {}}), "l.eval")
    as_json = reader.read(json.dumps(log | {"samples": []}).encode(), "l.eval")
    assert (as_json[:-1], str(as_json.lacks)) == (found[:-1], str(found.lacks))
    return found


def error(log, **keys):
    with pytest.raises(ResultsError) as caught:
        evaluated(log, **keys)
    return str(caught.value)


def changed(**parts):
    """The log with other values in some of its objects."""
    return {key: {**LOG[key], **parts[key]} if key in parts else LOG[key] for key in LOG}


def test_a_log_is_one_task():
    assert evaluated(LOG) == (
        [("mmlu_0_shot", 0.75, 12.0, 0.125, 500, None)], "2025-01-01T06:00:00+00:00", (), "", None,
    )  # fmt: skip
    bare = {"status": "success", "eval": {"task": "qa"}, "results": {"scores": [CHOICE]}}
    assert evaluated(bare)[:2] == ([("qa", 0.75, NAN, 0.125, None, None)], "")


def test_a_sample_of_several_epochs_counts_once():
    twice = changed(eval={"config": {"epochs": 2}})
    assert evaluated(twice).readings[0].n == 6.0
    unknown = changed(results={"completed_samples": None})
    assert evaluated(unknown).readings[0].n == 100.0


def test_of_several_scorers_one_has_to_be_named():
    graded = {"name": "graded", "metrics": {"accuracy": 0.5, "mean": {"value": 2.5}}}
    several = changed(results={"scores": [CHOICE, graded]})
    assert evaluated(several, scorer="graded").readings[0].value == 0.5
    assert evaluated(several, value="mean").readings[0][1:4] == (2.5, 12.0, NAN)
    assert error(several) == (
        "l.eval: several scorers have 'accuracy'; say in `read.scorer` which; there is 'choice', "
        "'graded'"
    )
    no_scorer = evaluated(several, scorer="grade")
    assert (no_scorer.readings, no_scorer.lacks.key) == ([], "scorer")
    assert no_scorer.lacks.said == "no scorer 'grade'; there is 'graded', 'choice'"
    no_metric = evaluated(several, value="acuracy")
    assert (no_metric.readings, no_metric.lacks.key) == ([], "value")
    assert no_metric.lacks.said == (
        "no scorer has 'acuracy'; there is 'accuracy', 'stderr', 'mean'"
    )
    reduced = changed(results={"scores": [CHOICE, CHOICE | {"reducer": "pass_at_2"}]})
    assert evaluated(reduced, scorer="choice/pass_at_2").readings[0].value == 0.75


def test_a_log_of_the_first_version():
    old = {"scorer": {"name": "match"}, "metrics": {"accuracy": {"value": 0.5}}}
    assert evaluated(LOG | {"results": old}).readings[0].value == 0.5


def test_what_did_not_succeed_is_left_out():
    found = evaluated(LOG | {"status": "error"})
    assert (found.readings, found.warnings) == ([], ('l.eval: its status is "error"; left out',))
    found = evaluated(changed(results={"scores": []}))
    assert (found.readings, found.warnings) == ([], ("l.eval: has no scores; left out",))


def test_a_source_of_each_model():
    found = InspectReader().read_runs(json.dumps(LOG).encode(), "l", Runs(column="model"))
    assert {run: contents.readings[0].item for run, contents in found.items()} == {
        "hf/model": "mmlu_0_shot",
    }  # fmt: skip
    with pytest.raises(ResultsError, match=r"^l: `runs` names no field .*; say `column: model`$"):
        InspectReader().read_runs(json.dumps(LOG).encode(), "l", Runs(columns=("*",)))


WHOLE = zipped(**{"header.json": LOG})


@pytest.mark.parametrize(
    ("data", "kind", "said"),
    [
        (zipped(**{"_journal/start.json": {}}), TruncatedFile,
         "the evaluation did not finish; run it again"),
        (zipped(a={}), ResultsError, "no log of Inspect: it has no header.json"),
        (WHOLE[:-9], TruncatedFile, "not a whole zip: File is not a zip file"),
        (zipped(**{"header.json": b" " * (MOST_HEADER + 1)}), ResultsError,
         "header.json has more than the 67,108,864 bytes it may have"),
        (zipped(**{"header.json": b"{"}), TruncatedFile, None),
        (b'{"eval": 5}', ResultsError, "no object 'eval'; there is 'eval'"),
    ],
)  # fmt: skip
def test_what_is_no_log(data, kind, said):
    with pytest.raises(kind) as caught:
        InspectReader().read(data, "l.eval")
    assert str(caught.value).startswith(f"l.eval: {said}" if said else "l.eval:1:2: not valid JSON")


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="this Python reads zstd")
def test_a_log_that_python_cannot_unpack():
    central = WHOLE.replace(b"\x08\x00", b"\x5d\x00")
    with pytest.raises(ResultsError) as caught:
        InspectReader().read(central, "l.eval")
    assert str(caught.value) == (
        "l.eval: is compressed by zstd, which Python reads from 3.14 on; write it anew with "
        "`inspect log convert --to json`"
    )


def test_no_byte_of_a_log_can_do_harm():
    for place in range(len(WHOLE)):
        data = WHOLE[:place] + bytes([WHOLE[place] ^ 0x55]) + WHOLE[place + 1 :]
        try:
            readings = InspectReader().read(data, "l.eval").readings
        except ResultsError as err:
            assert str(err).startswith("l.eval")  # noqa: PT017 it may as well be read
        else:
            assert len(readings) <= 1


LOGS = Path(__file__).parents[3] / "shared/data/foreign/inspect_eval"


@pytest.mark.skipif(not LOGS.exists(), reason="the logs of other projects are not here")
def test_logs_of_others():
    found = {
        file.name: [
            (each.item, each.value, each.n, each.stderr)
            for each in InspectReader().read(file.read_bytes(), file.name).readings
        ]
        for file in (LOGS / "test_eval_log").glob("*.eval")
    }
    assert found == {
        "log_formats.eval": [("popularity", 0.0, 1.0, 0.0)],
        "log_message_deduplication.eval": [("guess_number", 0.0, 1.0, 0.0)],
        "log_read_sample.eval": [("popularity", 1.0, 1.0, 0.0)],
        "log_streaming.eval": [("popularity", 0.75, 2.0, 0.25)],
    }
