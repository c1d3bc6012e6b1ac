"""Wide tables: which columns measure the same of different items, and which are averages."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from statistics import median
from typing import Any, NamedTuple

from diagramgen.init.folder import common_start
from diagramgen.init.kinds import (
    SCORE,
    STDERR,
    Kind,
    is_benchmark,
    is_qualifier,
    kind_of,
    scaled,
    unknown_kind,
    words,
)
from diagramgen.init.names import PLAIN_WORDS, Named, is_average, split_name
from diagramgen.init.tables.columns import Cells

ENDS = ("_stderr", "_std_err", "_se", "_sem")
"""What the column of an item's standard error ends with."""


TRAIN_LOSS = Kind("train_loss", "Training loss", "lower", ".3f")
MOST_ASKED = 6
"""So many columns of a log that nothing is known of become metrics that ask for their direction."""


class Group(NamedTuple):
    """Columns of one metric: its name, what `columns` is to have, and what they are.

    `without` are items that a pattern matches and that are averages, `averages` their columns.
    """

    name: str
    kind: Kind
    columns: tuple[str, ...]
    members: tuple[str, ...]
    without: tuple[str, ...] = ()
    averages: tuple[str, ...] = ()
    stderr: str | None = None


def alike(table: Cells, columns: Sequence[str], stepped: bool) -> tuple[list[Group], list[str]]:
    """The groups of the columns that may be results, and those columns that nothing is known of.

    `stepped` tells whether the table is a log of a training: there an unknown column is left out
    where others are known, while that of a leaderboard is another task.
    """
    found: dict[tuple[str, str, str], list[tuple[str, Named]]] = {}
    bare: list[str] = []
    averages: list[str] = []
    means: list[tuple[str, Kind]] = []
    for column in columns:
        named = split_name(column)
        if named.kind is None and not named.before:
            (averages if is_average(column) else bare).append(column)
        elif named.item == "" and is_average(column) and named.kind is not None:
            means.append((column, named.kind))
        elif named.item == "" or (is_qualifier(named.item) and not is_average(named.item)):
            found[(column, "", "")] = [(column, named)]
        else:
            key = (named.before, named.after, named.kind.name if named.kind else "")
            found.setdefault(key, []).append((column, named))
    for column, kind in means:
        _add_mean(found, column, kind)
    groups = [_group(table, key, members) for key, members in found.items()]
    known = [group for group in groups if not group.kind.better.endswith("?")]
    more, left = _bare(table, bare, leaderboard=not (stepped and known))
    groups += more
    if len(groups) == 1 and averages:
        groups = [groups[0]._replace(averages=(*groups[0].averages, *averages))]
    elif not groups and averages:
        groups = [_single(table, column) for column in averages]
    elif averages and more:
        groups = [
            group._replace(averages=(*group.averages, *averages)) if group in more[:1] else group
            for group in groups
        ]
    return _told_apart(_one_of_training(table, _without_copies(table, groups))), left


def _beside(said: Sequence[str], kind: Kind) -> str:
    """What a label says beside its kind, where no other of a column's words will stand in it."""
    if any(kind_of(word) is None and word not in PLAIN_WORDS for word in said):
        return ""
    some = " ".join(word for word in said if word not in PLAIN_WORDS)
    bare = some == kind.label.lower() or all(map(kind_of, some.split()))
    return f" ({' '.join(said) if bare else some})"


def _told_apart(groups: list[Group]) -> list[Group]:
    """The groups, with a name of its own for each kind that several groups have."""
    seen: set[str] = set()
    apart = []
    for group in groups:
        kind = group.kind
        if kind.name in seen:
            said = words(group.name.replace(",none", ""))
            kind = kind._replace(name="_".join(said), label=f"{kind.label}{_beside(said, kind)}")
        seen.add(kind.name)
        apart.append(group._replace(kind=kind))
    return apart


def _add_mean(
    found: dict[tuple[str, str, str], list[tuple[str, Named]]], column: str, kind: Kind
) -> None:
    """Add the average of a measure, such as `avg_acc`, to those that it may be of; else alone."""
    for (before, after, name), members in found.items():
        item = column[len(before) : len(column) - len(after)]
        if name == kind.name and len(members) > 1 and column == f"{before}{item}{after}" and item:
            members.append((column, Named(before, item, after, kind)))
            return
    found[column, "", ""] = [(column, Named("", "", column, kind))]


def _group(table: Cells, key: tuple[str, str, str], members: list[tuple[str, Named]]) -> Group:
    before, after, _ = key
    columns = [column for column, _ in members]
    if len(members) == 1 and (not members[0][1].item or members[0][1].kind is None):
        return _single(table, columns[0])
    items = {named.item: column for column, named in members}
    means = [item for item in items if is_average(item)]
    if len(items) - len(means) < 2:
        means = []
    others = [item for item in items if item not in means]
    end = _shared_end(others) if len(others) > 1 else ""
    start = _shared_qualifier([item.removesuffix(end) for item in others])
    before, after = before + start, end + after
    pattern = f"{before}{{item}}{after}"
    least = len(before) + len(after)
    like = {c for c in table.names
            if c.startswith(before) and c.endswith(after) and len(c) > least}  # fmt: skip
    mine = [items[item] for item in others]
    kind = _kind(table, mine, members[0][1].kind, f"{before}{after}")
    dropped = tuple(items[item] for item in means)
    name = f"{before} {after}"
    matched = like - set(mine)
    if len(mine) == 1 and not dropped:
        return _single(table, mine[0])
    if (before or after) and matched <= set(dropped):
        without = tuple(c[len(before) : len(c) - len(after)] for c in sorted(matched))
        stderr = _stderr(table, before, after, mine)
        return Group(name, kind, (pattern,), tuple(mine), without, dropped, stderr)
    return Group(name, kind, tuple(mine), tuple(mine), (), dropped)


def _single(table: Cells, column: str) -> Group:
    kind = _kind(table, [column], kind_of(column), column)
    return Group(column, kind, (column,), (column,), stderr=_next_stderr(table, column))


def _kind(table: Cells, columns: Iterable[str], kind: Kind | None, name: str) -> Kind:
    columns = list(columns)
    values = [value for column in columns for value in table.numbers(column) or ()]
    if kind is None:
        said = " ".join(words(name)) or "value"
        tasks = [column for column in columns if is_benchmark(split_name(column).item)]
        of_tasks = 2 * len(tasks) >= len(columns)
        kind = SCORE._replace(format=".1%") if of_tasks else unknown_kind(said, ())
    return scaled(kind, values)


def _bare(table: Cells, columns: list[str], *, leaderboard: bool) -> tuple[list[Group], list[str]]:
    """The groups of columns that name no measure: benchmarks, and what is measured as they are."""
    tasks = [column for column in columns if is_benchmark(column)]
    others = [column for column in columns if column not in tasks]
    own = [column for column in others if words(column)[-1:] in (["rate"], ["ratio"], ["index"])]
    odd = [column for column in tasks if "".join(words(column)).startswith("mtbench")]
    tasks = [column for column in tasks if column not in odd]
    if not leaderboard:
        asked = others if len(others) <= MOST_ASKED else []
        singles = [_single(table, column) for column in asked]
        return [*([_tasks(table, tasks)] if tasks else []), *singles], others if not asked else []
    scales = [_scale(table, column) for column in tasks or others]
    usual = max(dict.fromkeys(scales), key=scales.count, default="")
    fitting = [c for c in others if usual in ("share", "percent") and _scale(table, c) == usual]
    together = [
        column for column in columns if column in (*tasks, *fitting) and column not in (*odd, *own)
    ]
    rest = [column for column in columns if column not in together]
    groups = [_tasks(table, together)] if len(together) > 1 else [
        _single(table, column) for column in together
    ]  # fmt: skip
    return groups + [_single(table, column) for column in rest], []


def _tasks(table: Cells, columns: list[str]) -> Group:
    kind = _kind(table, columns, None, "score")
    return Group("score", kind, tuple(columns), tuple(columns))


def _scale(table: Cells, column: str) -> str:
    """What the numbers of a column may be: shares, percentages, or anything else."""
    numbers = table.numbers(column) or [-1.0]
    if min(numbers) < 0 or max(numbers) > 100:
        return "other"
    return "percent" if max(numbers) > 1 else "share"


def mixed_scales(table: Cells, columns: Collection[str]) -> list[str]:
    """The columns that look like shares beside others that look like percentages."""
    scales = {column: _scale(table, column) for column in columns}
    if "percent" not in scales.values():
        return []
    return [
        c for c, scale in scales.items() if scale == "share" and median(table.numbers(c) or [0])
    ]


def _without_copies(table: Cells, groups: list[Group]) -> list[Group]:
    """The groups without columns that only repeat another, as loggers have `val_loss` twice."""
    seen: set[tuple[Any, ...]] = set()
    kept = []
    for group in sorted(groups, key=lambda g: len(g.name)):
        cells = (group.kind.name, *(tuple(table.filled(column)) for column in group.members))
        if len(group.members) > 1 or len(cells[1]) < 2 or cells not in seen:
            kept.append(group)
        seen.add(cells)
    return [group for group in groups if any(group is each for each in kept)]


def _one_of_training(table: Cells, groups: list[Group]) -> list[Group]:
    """The groups with one of what is measured on the training's own batches: its loss."""
    said = {group.members[0]: set(words(group.members[0])) for group in groups}
    apart = any(each & {"eval", "val", "valid", "validation", "test"} for each in said.values())
    of_training = [
        group for group in groups
        if len(group.members) == 1 and (
            said[group.members[0]] & {"train", "training"}
            or (apart and said[group.members[0]] == {"loss"})
        )
    ]  # fmt: skip
    losses = [g for g in of_training if g.kind.name == "loss"]
    plain = sorted(
        losses or of_training,
        key=lambda g: (len(words(g.members[0])), -len(table.filled(g.members[0])), g.members[0]),
    )
    if not plain:
        return groups
    kept = plain[0]
    return [
        group._replace(name="train_loss", kind=TRAIN_LOSS) if group is kept and losses else group
        for group in groups
        if group is kept or not any(group is each for each in of_training)
    ]


def _stderr(table: Cells, before: str, after: str, columns: Iterable[str]) -> str | None:
    """The pattern of the columns with the standard errors of some others, if there are any."""
    word, comma, filtered = after.partition(",")
    for end in ENDS:
        tail = f"{word}{end}{comma}{filtered}"
        items = (column[len(before) : len(column) - len(after)] for column in columns)
        if any(f"{before}{item}{tail}" in table.names for item in items):
            return f"{before}{{item}}{tail}"
    return None


def _next_stderr(table: Cells, column: str) -> str | None:
    """The column of standard errors of one column: named for it, or the only one, right after."""
    own = next((f"{column}{end}" for end in ENDS if f"{column}{end}" in table.names), None)
    alone = table.named(STDERR)
    after = table.names[table.names.index(column) + 1 :][:1]
    own = own or (alone[0] if len(alone) == 1 and after == alone else None)
    return own if own and table.numbers(own) else None


def _shared_end(items: list[str]) -> str:
    """What all items end with, from a separator on."""
    shared = common_start([item[::-1] for item in items])[::-1]
    least = min(len(item) for item in items)
    found = re.search(r"[_\-. ].*", shared[-(least - 1) :] if least > 1 else "")
    return found[0] if found else ""


def _shared_qualifier(items: list[str]) -> str:
    """What all items begin with, where that says nothing of them: `eval_`, `val/`."""
    shared = common_start(items)
    ends = [i + 1 for i, letter in enumerate(shared) if letter in "_-. "]
    start = shared[: ends[-1]] if ends else ""
    return (
        start if start and is_qualifier(start) and all(len(i) > len(start) for i in items) else ""
    )
