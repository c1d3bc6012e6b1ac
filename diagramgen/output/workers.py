"""The processes in which charts are made: they load what they need while the parent still reads."""

from __future__ import annotations

import threading
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
    pool = Processes(jobs or available_cores(), warm_up if draws else load_tables, at_first)
    try:
        yield pool
    finally:
        pool.stop()


def warm_up() -> None:
    """Load all that making a chart takes.

    The renderer loads without holding up Python: what makes tables is imported meanwhile.
    """
    from diagramgen.formats.fonts import renderer

    drawing = threading.Thread(target=lambda: renderer().vegalite_to_png(WARM))
    drawing.start()
    load_tables()
    drawing.join()


def load_tables() -> None:
    """Import what makes tables and specs."""
    import pandas  # noqa: F401

    from diagramgen.output import one_chart  # noqa: F401
    from diagramgen.spec import chart  # noqa: F401
