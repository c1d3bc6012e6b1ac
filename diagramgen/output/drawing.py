"""A chart that has its spec, drawn: what a process needs that draws, and no more.

spec -> drawing -> bytes
"""

from __future__ import annotations

import traceback
from collections.abc import Collection, Mapping
from typing import NamedTuple

from diagramgen.errors import ChartError
from diagramgen.formats import FORMATS
from diagramgen.formats.format import OfDrawing
from diagramgen.formats.render import draw_all
from diagramgen.formats.scripts import undrawable
from diagramgen.output.card import Card
from diagramgen.output.gallery import chart_script
from diagramgen.output.manifest import Status
from diagramgen.plugins import culprit


class Bug(NamedTuple):
    """An exception that nobody foresaw: its kind, whose it is, and its traceback."""

    kind: str
    whose: str
    details: str


class Made(NamedTuple):
    """What a task has made, or why it has not: `reason` is a person's, `bug` is not.

    `files` are the bytes of the chart's files by their path below the output folder; where there is
    a gallery, `script` are those of its file there, and `card` is what the gallery says of it.
    `key` changes when anything does that these come from. `undrawn` are letters that no font has.
    """

    status: Status
    reason: str | None = None
    title: str | None = None
    left_out: Mapping[str, str] = {}
    key: str = ""
    files: Mapping[str, bytes] = {}
    card: Card | None = None
    script: Mapping[str, bytes] = {}
    bug: Bug | None = None
    undrawn: str = ""


def bug_of(err: Exception, modules: Collection[str]) -> Bug:
    """What an exception says of itself; `modules` are those of the packages whose it may be."""
    details = "".join(traceback.format_exception(err))
    return Bug(type(err).__name__, culprit(err, modules), details)


class Specified(NamedTuple):
    """A chart that has its table and spec, and is still to be drawn.

    `made` is what becomes of it, with the files that are made of its tables; `text` is its spec as
    the bytes of its file. `scale` and `optimize` are for `draw_all`; with `gallery` there is also
    to be its script there.
    """

    id: str
    made: Made
    text: bytes
    formats: tuple[str, ...]
    scale: float
    optimize: bool
    gallery: bool


def draw(chart: Specified) -> Made:
    """The second half of making a chart: the bytes of all of its files."""
    made = chart.made
    others = [name for name in chart.formats if name not in made.files]
    try:
        drawn = draw_all(chart.text, others, chart.scale, optimize=chart.optimize)
    except ChartError as err:
        return Made("failed", str(err), made.title)
    except MemoryError:
        raise
    except Exception as err:
        return Made("failed", bug=bug_of(err, ()))
    files = {**made.files, **drawn}
    drew = any(isinstance(FORMATS[name], OfDrawing) for name in others)
    return made._replace(
        status="rendered",
        undrawn=undrawable(chart.text.decode()) if drew else "",
        files={f"{chart.id}.{name}": files[name] for name in chart.formats},
        script=dict([chart_script(chart.id, chart.text)] if chart.gallery else []),
    )
