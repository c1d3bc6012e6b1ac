"""The processes in which charts are made: they load what they need while the parent still reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from diagramgen.formats.spec import encode
from diagramgen.output.pool import Pool, Processes, available_cores


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
    """Draw a chart with nothing in it: to load the renderer takes longer than to draw a chart."""
    from diagramgen.formats.vega import BLANK
    from diagramgen.output.drawing import Made, Specified, draw

    blank = encode(BLANK)
    draw(Specified("", Made("unchanged"), blank, ("svg",), 1, optimize=False, gallery=False))


def load_nothing() -> None:
    """What draws nothing loads what it needs with its first chart."""
