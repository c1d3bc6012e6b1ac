"""The matrices of items by steps that show where results have gaps."""

from __future__ import annotations

import pytest

from diagramgen.results.coverage import MOST_ROWS, coverage


@pytest.fixture
def lines(make_results, definitions):
    def of(text):
        return list(coverage(make_results(text), definitions))

    return of


WHOLE = """
    step   item  value
    1000   web   12.5
    1000   code   9.5
    20000  web   12.0
    20000  code   9.0
"""


def test_results_without_a_gap(lines):
    assert lines(WHOLE) == [
        "new, ppl: 2 slices x 2 steps, no gaps",
        "        1000  20000",
        "  web      +      +",
        "  code     +      +",
    ]


@pytest.mark.parametrize(
    ("row", "gaps", "web"),
    [
        ("20000  web   12.0", "1 gap", "  web      +      -"),
        ("1000   web   12.5", "1 gap", "  web      -      +"),
    ],
)
def test_one_gap(lines, row, gaps, web):
    found = lines(WHOLE.replace(row, row[:-4] + "-"))
    assert (found[0], found[2]) == (f"new, ppl: 2 slices x 2 steps, {gaps}", web)


def test_several_gaps_and_a_source_with_a_bridge(lines):
    found = lines("""
        source  step  item  value
        new     1000  web   12.5
        new     1000  code  -
        new     9000  web   -
        new     9000  code  9.5
        old     1000  web   1.5
    """)
    assert found == [
        "new, ppl: 2 slices x 2 steps, 2 gaps",
        "        1000  9000*",
        "  web      +      -",
        "  code     -      +",
        "  * the bridge",
        "old, ppl: 1 slice x 1 step, no gaps",
        "       1000",
        "  web     +",
    ]


@pytest.mark.parametrize(("items", "listed"), [(MOST_ROWS, MOST_ROWS), (MOST_ROWS + 1, 1)])
def test_of_many_items_only_those_with_gaps_are_listed(lines, items, listed):
    rows = "".join(f"1000  item{i:02}  1.5\n2000  item{i:02}  1.5\n" for i in range(items))
    rows = rows.replace("2000  item07  1.5", "2000  item07  -")
    head, steps, *matrix = lines(f"step  item  value\n{rows}")
    assert head == f"new, ppl: {items} slices x 2 steps, 1 gap"
    assert steps == "          1000  2000"
    assert len(matrix) == listed
    assert "  item07     +     -" in matrix
