"""What `make fuzz` once found, as a test that stays: each file of `found` is a case that passes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fuzz.cases import from_json
from tests.fuzz.search import Bench, built

FILES = sorted((Path(__file__).parent / "found").glob("*.json"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_was_found_stays_mended(file, tmp_path):
    case = from_json(json.loads(file.read_text(encoding="ascii"))["case"])
    bench = Bench({case.project: built(case.project)}, tmp_path)
    _, wrong = bench.play(case)
    assert wrong == []
