"""The processes in which charts are made: they load what they need while the parent still reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from diagramgen.output.pool import Pool, Processes, available_cores

WARM = {"data": {"values": [{"a": "x"}]}, "mark": "text", "encoding": {"text": {"field": "a"}}}


@contextmanager
def started(jobs: int | None, *, at_first: int | None = None, draws: bool = True) -> Iterator[Pool]:
    """A pool with that many processes (default: as many as cores), which begin at once to load.

    Or `at_first` some of them, the others when there are more than a few charts. The renderer is
    loaded where any chart `draws`. What is not done at the end is given up.
    """
    pool = Processes(jobs or available_cores(), warm_up if draws else load_nothing, at_first)
    try:
        yield pool
    finally:
        pool.stop()


def warm_up() -> None:
    """Load the renderer, which takes longer than a chart."""
    from diagramgen.formats.fonts import renderer

    renderer().vegalite_to_png(WARM)


def load_nothing() -> None:
    """What draws nothing loads what it needs with its first chart."""
