"""What holds whatever the numbers are."""

import math
from itertools import product

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from diagramgen.readers.json import Reading
from diagramgen.results.columns import results_table
from diagramgen.transforms.delta import Delta
from diagramgen.transforms.macro import Macro
from diagramgen.transforms.parameters import Measure
from diagramgen.transforms.quadrant import Quadrant
from diagramgen.transforms.relative import Relative
from diagramgen.transforms.series import Series
from diagramgen.transforms.snapshot import Snapshot
from diagramgen.transforms.stage_compare import StageCompare

ITEMS = {"ppl": ("web", "wiki", "code"), "acc": ("qa", "copa", "piqa")}
A_LITTLE = 1e-9
numbers = st.floats(0.01, 1000)
some_missing = st.one_of(numbers, numbers, numbers, st.just(math.nan))
metrics = st.sampled_from(["ppl", "acc"])
averages = st.sampled_from(["mean", "weighted", "geometric"])


def grids(value=numbers, sources=("new",), steps=(1000, 2000, 3000)):
    """A metric's numbers: (source, step, place of the item) -> (value, n, stderr)."""
    cell = st.tuples(value, st.integers(1, 1000), numbers)
    return st.fixed_dictionaries(dict.fromkeys(product(sources, steps, range(3)), cell))


@pytest.fixture(scope="session")
def draw(definitions, table_of):
    """A transform's rows on a grid of numbers for each metric."""

    def call(transform, **grids):
        rows = [
            (source, step, metric, Reading(ITEMS[metric][place], *cell))
            for metric, grid in grids.items()
            for (source, step, place), cell in grid.items()
        ]
        return table_of(transform, results_table(definitions, rows)).rows

    return call


def by(rows, *keys, value="value"):
    """A table's values by its rows' keys."""
    return dict(zip(zip(*(rows[key] for key in keys), strict=True), rows[value], strict=True))


def shared(grid):
    """The items (their places) that have a value at every point of a grid."""
    return [
        i
        for i in range(3)
        if not any(math.isnan(v) for (*_, j), (v, _, _) in grid.items() if j == i)
    ]


@given(grids(), averages)
def test_a_macro_lies_between_its_least_and_its_greatest_item(draw, grid, average):
    macro = by(draw(Macro(source="new", metric="ppl", average=average), ppl=grid), "step")
    for (step,), value in macro.items():
        items = [grid["new", step, i][0] for i in range(3)]
        assert min(items) - A_LITTLE <= value <= max(items) + A_LITTLE


@given(grids())
def test_the_geometric_mean_is_never_above_the_mean(draw, grid):
    geometric, mean = (
        draw(Macro(source="new", metric="ppl", average=average), ppl=grid)["value"]
        for average in ("geometric", "mean")
    )
    assert (geometric <= mean + A_LITTLE).all()


@given(grids(), st.integers(1, 10**9))
def test_with_equal_n_the_weighted_mean_is_the_mean(draw, grid, n):
    grid = {key: (value, n, stderr) for key, (value, _, stderr) in grid.items()}
    weighted, mean = (
        draw(Macro(source="new", metric="ppl", average=average), ppl=grid)
        for average in ("weighted", "mean")
    )
    assert weighted["value"].tolist() == pytest.approx(mean["value"].tolist())
    assert weighted["stderr"].tolist() == pytest.approx(mean["stderr"].tolist())


def plainly(cells, average):
    """The average of (value, n, stderr) and its standard error, in plain Python."""
    if average == "geometric":
        mean = math.prod(value ** (1 / len(cells)) for value, _, _ in cells)
        return mean, mean * math.hypot(*(se / value for value, _, se in cells)) / len(cells)
    weights = [n if average == "weighted" else 1 for _, n, _ in cells]
    pairs = list(zip(weights, cells, strict=True))
    mean = math.fsum(w * value for w, (value, _, _) in pairs) / sum(weights)
    return mean, math.hypot(*(w * se for w, (_, _, se) in pairs)) / sum(weights)


@given(grids(some_missing, sources=("old", "new"), steps=(1000, 2000)), averages)
def test_a_macro_is_the_plain_average_of_the_shared_items(draw, grid, average):
    items = shared(grid)
    if not items:
        return
    rows = draw(Macro(source=("old", "new"), metric="acc", average=average), acc=grid)
    assert len(rows) == 4
    for row in rows.itertuples():
        cells = [grid[row.source, row.step, i] for i in items]
        assert (row.value, row.stderr) == pytest.approx(plainly(cells, average))
        assert row.n == sum(n for _, n, _ in cells)


@given(grids(), metrics, st.sampled_from([1000, 2000, "first", "last"]))
def test_improvement_at_the_baseline_is_0(draw, grid, metric, baseline):
    rows = draw(Relative(source="new", metric=metric, baseline=baseline), **{metric: grid})
    assert (rows.loc[rows["step"] == rows["from_step"], "value"] == 0).all()


@given(grids(some_missing), metrics)
def test_improvement_is_the_change_as_a_part_of_the_baseline(draw, grid, metric):
    rows = draw(Relative(source="new", metric=metric, baseline="first"), **{metric: grid})
    sign = {"ppl": -1, "acc": 1}[metric]
    for row in rows.itertuples():
        place = ITEMS[metric].index(row.item)
        value, base = grid["new", row.step, place][0], grid["new", 1000, place][0]
        assert row.value == pytest.approx(sign * (value / base - 1), abs=A_LITTLE, nan_ok=True)


@given(grids(some_missing), st.sampled_from(["items", "macro"]))
def test_a_delta_back_is_the_delta_forth_with_the_other_sign(draw, grid, of):
    if of == "macro" and not shared(grid):
        return
    forth, back = (
        draw(Delta(source="new", metric="ppl", of=of, from_=start, to=end), ppl=grid)["value"]
        for start, end in ((1000, 3000), (3000, 1000))
    )
    pd.testing.assert_series_equal(forth, -back, check_exact=True)


@given(grids(some_missing, sources=("old", "new")), metrics, st.booleans())
def test_better_has_the_metrics_direction(draw, grid, metric, between_sources):
    if between_sources and len({i for i in range(3) if has_both(grid, i)}) == 0:
        return
    transform = (
        StageCompare(source="new", metric=metric, against="old", view="delta")
        if between_sources
        else Delta(source="new", metric=metric, each="step")
    )
    for row in draw(transform, **{metric: grid}).itertuples():
        if math.isnan(row.value):
            assert row.better is None
        else:
            assert row.better is ((row.value < 0) if metric == "ppl" else (row.value > 0))


def has_both(grid, item):
    """Whether both sources have some value of an item."""
    return all(
        any(not math.isnan(grid[source, step, item][0]) for step in (1000, 2000, 3000))
        for source in ("old", "new")
    )


@given(st.randoms(use_true_random=False))
@settings(max_examples=2)
def test_the_order_of_the_results_rows_means_nothing(resolved, table, results, definitions, random):
    order = list(range(len(results)))
    random.shuffle(order)
    shuffled = resolved(results.iloc[order].reset_index(drop=True), definitions)
    pd.testing.assert_frame_equal(shuffled.rows, table.rows, rtol=1e-12)
    assert shuffled.left_out == table.left_out


@given(grids(sources=("old", "new", "older")), st.sampled_from(["items", "macro"]))
def test_the_difference_of_stages_is_that_of_their_tables(draw, grid, of):
    stages = {"source": "new", "against": ("older", "old"), "metric": "ppl", "of": of}
    key = ["item"] if of == "items" else []
    steps = (1000, 2000, 3000)
    at = by(draw(StageCompare(**stages, view="at", steps=steps), ppl=grid), "source", "step", *key)
    delta = by(draw(StageCompare(**stages, view="delta"), ppl=grid), "against", "step", *key)
    assert len(delta) == len(at) * 2 // 3
    for (against, *where), value in delta.items():
        assert value == at["new", *where] - at[against, *where]


@given(
    grids(some_missing, sources=("old", "new")), st.sets(st.sampled_from(ITEMS["ppl"]), min_size=1)
)
def test_items_to_keep_only_take_away(draw, grid, items):
    series = Series(source=("old", "new"), metric="ppl")
    every = draw(series, ppl=grid)
    some = draw(replace(series, items=tuple(items)), ppl=grid)
    kept = every[every["item"].isin(items)].reset_index(drop=True)
    pd.testing.assert_frame_equal(some, kept, check_categorical=False)


@given(grids(some_missing), st.sampled_from([1000, 2000, 3000]))
def test_a_snapshot_is_a_step_of_the_series(draw, grid, step):
    series = draw(Series(source="new", metric="ppl"), ppl=grid)
    snapshot = draw(Snapshot(source="new", metric="ppl", step=step), ppl=grid)
    there = by(series[series["step"] == step], "item")
    assert by(snapshot, "item") == pytest.approx(there, nan_ok=True)


@given(grids(some_missing), averages)
def test_a_groups_average_is_the_macro_of_its_items(draw, grid, average):
    if {0, 2} - set(shared(grid)):
        return
    macro = Macro(source="new", metric="ppl", average=average)
    groups = draw(replace(macro, by="origin"), ppl=grid)
    core = groups[groups["group"] == "core"].drop(columns="group").reset_index(drop=True)
    alone = draw(replace(macro, items="group:origin/core"), ppl=grid)
    pd.testing.assert_frame_equal(core, alone)


@given(grids(steps=(1000, 2000)), grids(steps=(1000, 2000)))
@settings(max_examples=5)
def test_a_quadrant_is_two_relatives(draw, ppl, acc):
    quadrant = Quadrant(source="new", x=Measure(metric="ppl"), y="acc", baseline="first")
    rows = draw(quadrant, ppl=ppl, acc=acc)
    for column, metric in (("x", "ppl"), ("y", "acc")):
        relative = Relative(source="new", metric=metric, of="macro", baseline="first")
        expected = draw(relative, ppl=ppl, acc=acc)["value"]
        pd.testing.assert_series_equal(rows[column], expected, check_names=False)
    assert (rows["better"] == ((rows["x"] >= 0) & (rows["y"] >= 0))).all()
