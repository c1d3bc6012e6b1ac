"""Rows beside the value of a baseline checkpoint, and what is made of the two."""

import math

import pandas as pd
import pytest

from diagramgen.model.checkpoints import NO_STEP
from diagramgen.model.source import Source
from diagramgen.transforms.baseline import (
    at_steps,
    counted_all,
    improved,
    improvement,
    step_name,
    step_names,
    when,
)

VALUES = [10.0, 20.0, 40.0, math.nan, 5.0, 5.0]
BASES = [20.0, 20.0, 20.0, 20.0, math.nan, 0.0]


@pytest.mark.parametrize(
    ("metric", "expected"), [("ppl", [0.5, 0.0, -1.0]), ("acc", [-0.5, 0.0, 1.0])]
)
def test_improvement_is_positive_in_either_direction(definitions, metric, expected):
    gains = improvement(pd.Series(VALUES), pd.Series(BASES), definitions.metrics[metric]).tolist()
    assert gains[:3] == expected
    assert all(math.isnan(gain) for gain in gains[3:])


@pytest.mark.parametrize(
    ("metric", "expected"), [("ppl", [True, False, False]), ("acc", [False, False, True])]
)
def test_improved_is_a_change_for_the_better_and_no_tie(definitions, metric, expected):
    better = improved(pd.Series([-1.0, 0.0, 1.0, math.nan]), definitions.metrics[metric])
    assert better.tolist() == [*expected, None]


def test_rows_at_some_steps():
    rows = pd.DataFrame({"source": ["new", "new", "old"], "step": [1, 2, 1], "value": [5, 6, 7]})
    assert at_steps(rows, {"new": [2, 3], "old": [1]})["value"].tolist() == [6, 7]


@pytest.mark.parametrize(
    ("steps", "unit", "words"),
    [
        ([], "step", []),
        ([2000], "step", ["step 2,000"]),
        ([2000, 10000, 22000], "step", ["steps 2,000", "10,000", "22,000"]),
        ([1, 2, 3, 4, 5, 6, 7], "epoch", ["epochs 1 to 7"]),
        ([5000, 9000], "tokens", ["5,000", "9,000 tokens"]),
    ],
)
def test_steps_have_their_unit_once(steps, unit, words):
    assert counted_all(steps, unit) == words


def test_when(definitions):
    steps = {(10000, "new"), (2000, "new"), (9000, "new"), (2000, "old"), (NO_STEP, "older")}
    assert when(steps, definitions) == " at steps 2,000, 10,000 and bridge (step 9,000)"
    assert when({(NO_STEP, "older")}, definitions) == ""


def test_names_of_steps(definitions):
    plain = Source(root="runs")
    assert step_name(22000, plain) == "step 22,000"
    assert step_name(0, plain) == "step 0"
    assert step_name(NO_STEP, plain) == ""
    assert step_name(9000, Source(root="runs", bridge=9000)) == "bridge (step 9,000)"
    named = Source(root="runs", bridge=9000, bridge_label="end of Stage 1")
    assert step_name(9000, named) == "end of Stage 1"
    assert step_name(9000, Source(root="runs", unit="tokens")) == "9,000 tokens"
    assert step_name(3, Source(root="runs", unit="epoch")) == "epoch 3"
    assert step_names({"new": 9000, "old": 2000, "older": 2000}, definitions) == (
        "step 2,000 and bridge (step 9,000)"
    )
    assert step_names({"new": 10000, "old": 9000}, definitions) == "steps 9,000 and 10,000"
