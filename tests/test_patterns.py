"""Patterns of paths mean what a plain regular expression would, and never take its time."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from diagramgen.errors import ResultsError
from diagramgen.patterns import path_pattern, step_number

PLAIN = {
    "**/": "(?:[^/]+/)*",
    "*": "[^/]*",
    "{step}": r"(?P<step>[0-9]{1,18}(?:(?:\.[0-9]{1,3})?[kKM](?![0-9A-Za-z]))?)",
    "{item}": "(?P<item>[^/]+)",
}
PARTS = st.sampled_from([*PLAIN, "/", "a", "b", "1", "_", ".", "k"])
PATHS = st.lists(st.text("aab112k_.", min_size=1, max_size=4), min_size=1, max_size=4)


@given(st.lists(PARTS, min_size=1, max_size=9).map("".join), PATHS.map("/".join))
def test_it_matches_as_a_plain_expression_does(pattern, path):
    parts = re.split(r"((?:(?<=/)|^)\*\*/|\{step\}|\{item\}|\*)", pattern)
    assume(parts.count("{step}") < 2 and parts.count("{item}") < 2)
    plain = re.fullmatch("".join(PLAIN.get(part, re.escape(part)) for part in parts), path)
    said = plain and plain.groupdict()
    if said and "step" in said and said["step"].endswith("k"):
        said["step"] = str(step_number(said["step"]))
    assert path_pattern(pattern).match(path) == said


@pytest.mark.parametrize(
    ("pattern", "path", "values"),
    [
        ("step_{step}/{item}.json", "step_12/qa.json", {"step": "12", "item": "qa"}),
        ("*{step}*", "a12b345c", {"step": "5"}),
        ("{item}*_{step}.json", "x_1_22.json", {"item": "x_1", "step": "22"}),
        ("**/{item}/**/x", "a/b/c/x", {"item": "c"}),
        ("*a*a*{item}b", "aaaab", {"item": "a"}),
        ("step_{step}/model_{step}.json", "step_12/model_12.json", {"step": "12"}),
        ("step_{step}/model_{step}.json", "step_12/model_13.json", None),
        ("{item}/*_{item}_*.json", "a_b/x_a_b_2_c.json", {"item": "a_b"}),
        ("ckpt-{step}/x", "ckpt-1k/x", {"step": "1000"}),
        ("ckpt-{step}/x", "ckpt-1.5M/x", {"step": "1500000"}),
        ("*/ckpt-{step}_*.json", "a/ckpt-20K_b_c.json", {"step": "20000"}),
        ("ckpt-{step}k", "ckpt-20k", {"step": "20"}),
        ("ckpt-{step}*", "ckpt-5kb", {"step": "5"}),
        ("ckpt-{step}", "ckpt-5B", None),
    ],
)
def test_what_placeholders_stand_for(pattern, path, values):
    assert path_pattern(pattern).match(path) == values


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a*a*a*a*a*b", "a" * 25_500),
        ("*a*a*a*a*a*b*", "a" * 12_000 + "b" + "a" * 12_000),
        ("*{item}a*a*{step}a*a*b", "a1" * 12_000),
        ("*a*/*a*/*a*/*a*/*a*/b", "/".join(["a" * 20_000] * 6)),
        ("**/*a*/**/*a*/**/*a*/**/b", "/".join(["aaaa"] * 40_000)),
        ("*" * 200 + "b", "a" * 25_500),
    ],
)
def test_no_pattern_takes_for_ever(pattern, path):
    # Whatever tries several lengths of one star after another does not end for these.
    path_pattern(pattern).match(path)


def test_a_pattern_that_repeats_a_placeholder_has_few_stars():
    with pytest.raises(ResultsError) as caught:
        path_pattern("*a*{item}*/{item}")
    assert str(caught.value) == (
        "pattern '*a*{item}*/{item}': where {step} or {item} comes twice, "
        "* may stand 2 times at most"
    )
