"""What is drawn in processes of its own, which warm up while the parent still reads and builds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from diagramgen.formats.fonts import renderer
from diagramgen.formats.render import draw_all
from diagramgen.formats.vega import vega_bundle
from diagramgen.local import sha256
from diagramgen.output.files import SCRIPT_MARK, TemporaryFolder
from diagramgen.output.pool import Pool, Processes, available_cores

WARM = {"data": {"values": [{"a": "x"}]}, "mark": "text", "encoding": {"text": {"field": "a"}}}


class Drawn(NamedTuple):
    """A drawn file under a temporary name."""

    name: str
    sha256: str


def draw_files(
    spec: bytes, formats: tuple[str, ...], scale: float, optimize: bool, folder: TemporaryFolder
) -> dict[str, Drawn]:
    """Draw a spec, as the bytes of its file, in several formats into temporary files of a folder.

    The files do not travel between processes: one that is killed while it sends something large
    would leave the other waiting for the rest. Raises `ChartError`, `OSError`.
    """
    drawn = draw_all(spec, formats, scale, optimize=optimize)
    return {name: Drawn(folder.write(data), sha256(data)) for name, data in drawn.items()}


def draw_bundle(folder: TemporaryFolder) -> Drawn:
    """Make the script that draws charts in a browser into a temporary file of a folder."""
    data = SCRIPT_MARK + b"\n" + vega_bundle()
    return Drawn(folder.write(data), sha256(data))


@contextmanager
def started(jobs: int | None, few: bool = False) -> Iterator[Pool]:
    """A pool with that many processes (default: as many as cores), which begin at once to load.

    For `few` charts there is only one. What is not done at the end is given up.
    """
    pool = Processes(1 if few else jobs or available_cores(), warm_up)
    try:
        yield pool
    finally:
        pool.stop()


def warm_up() -> None:
    """Load the renderer, which takes longer than a chart."""
    renderer().vegalite_to_png(WARM)
