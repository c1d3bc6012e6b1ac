"""The readings of a run, row by row: which counts where a step has an item twice."""

from __future__ import annotations

from diagramgen.readers.records import Contents, Reading


class Gathered:
    """What is known of one run while its rows are read."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.readings: dict[tuple[int | None, str], tuple[Reading, str]] = {}
        self.said = ("", "")

    def add(self, reading: Reading, place: str) -> None:
        """Add what a row says. Of a step, the last row that has a value of an item counts."""
        key = (reading.step, reading.item)
        before = self.readings.get(key)
        if before is not None and before[0].value == before[0].value:
            if reading.value != reading.value:
                return
            if before[0].value != reading.value and not self.said[0]:
                self.said = differs(self.name, reading.item, before[1], place, reading.step)
        if before is not None:
            del self.readings[key]
        self.readings[key] = (reading, place)

    def contents(self) -> Contents:
        """What all rows say."""
        warning, needs_step = self.said
        readings = [reading for reading, _ in self.readings.values()]
        return Contents(readings, "", (warning,) if warning else (), needs_step)


def differs(name: str, item: str, before: str, after: str, step: object | None) -> tuple[str, str]:
    """What is said of two rows with other values of an item: a warning, and why it needs a step.

    `before` and `after` are the rows' places, which end in their numbers; with a `step` there is
    no more than the warning.
    """
    warning = f"{after}: {item} has another value at this step before"
    if step is not None:
        return warning, ""
    what = f"item '{item}' is there in rows" if item else "there are rows"
    numbers = " and ".join(place.removeprefix(name).strip(":, row") for place in (before, after))
    said = f"{name}: {what} {numbers} with different values; say which column has the step"
    return warning, said
