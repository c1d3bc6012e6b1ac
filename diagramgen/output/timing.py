"""Where the time goes: seconds by phase, for `-v`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter


class Phases:
    """The seconds that each phase of a run took, in the order of their begin."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        """Count the time within as that of a phase."""
        begin = perf_counter()
        self.seconds.setdefault(name, 0.0)
        try:
            yield
        finally:
            self.seconds[name] += perf_counter() - begin

    def lines(self) -> list[str]:
        """A line for each phase, and one for the whole."""
        width = max(map(len, self.seconds), default=0)
        return [f"{name:<{width}}  {seconds:7.2f} s" for name, seconds in self.seconds.items()]
