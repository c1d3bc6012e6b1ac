"""Numbers of few-shot examples: of a task that was evaluated with several one has to be chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from diagramgen.init.units import Unit
from diagramgen.readers import Reading


def one_number_of_shots(units: list[Unit]) -> tuple[int | None, str]:
    """The number of few-shot examples to choose, where an item has several at one step.

    That which most items have; and what is then to be told.
    """
    shots: dict[tuple[int | None, str], set[int]] = {}
    counts: Counter[int] = Counter()
    for unit in units:
        for step, item, number in {(r.step, r.item, r.shots) for each in unit.readings.values()
                                   for r in each if r.shots is not None}:  # fmt: skip
            shots.setdefault((step, item), set()).add(number)
    several = sorted({item for (_, item), numbers in shots.items() if len(numbers) > 1})
    if not several:
        return None, ""
    counts.update(number for numbers in shots.values() for number in numbers)
    chosen = max(counts, key=lambda number: (counts[number], -number))
    lost = {item for (_, item), numbers in shots.items() if chosen not in numbers}
    numbers = sorted(set().union(*(of for (_, item), of in shots.items() if item in several)))
    more = f", {len(lost)} others have other numbers and are left out" if lost else ""
    return chosen, (
        f"{_and_more(several)}: evaluated with {' and '.join(map(str, numbers))} few-shot "
        f"examples; "
        f"those with {chosen} are read (`shots` in the source's `read`){more}"
    )


def _and_more(names: Sequence[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"{', '.join(names[:3])}{more}"


def different_shots(readings: Mapping[str, list[Reading]]) -> list[str]:
    """A note where an item has other numbers of few-shot examples at other steps."""
    shots: dict[str, set[int]] = {}
    for each in readings.values():
        for reading in each:
            if reading.shots is not None:
                shots.setdefault(reading.item, set()).add(reading.shots)
    mixed = sorted(item for item, numbers in shots.items() if len(numbers) > 1)
    if not mixed:
        return []
    numbers = sorted(set().union(*(shots[item] for item in mixed)))
    said = (
        f"{_and_more(mixed)}: the number of few-shot examples is not the same at every "
        f"step ({', '.join(map(str, numbers))}); choose with `shots:` in the metric's `read`"
    )
    return [said]
