"""One chart, from its rows to the bytes of its files: the same in whatever process it is made.

rows -> table -> Vega-Lite spec -> drawing -> bytes
"""

from __future__ import annotations

import pickle
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from diagramgen.errors import ChartError
from diagramgen.formats import FORMATS
from diagramgen.formats.format import OfTables
from diagramgen.formats.spec import Spec, encode
from diagramgen.local import sha256
from diagramgen.output.card import card_of
from diagramgen.output.drawing import Made, Specified, bug_of, draw
from diagramgen.results.plan import PlannedChart
from diagramgen.spec.provenance import entry_sha256
from diagramgen.spec.shared import Shared, shared_by
from diagramgen.spec.units import in_tokens

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.model.definitions import Definitions
    from diagramgen.results.columns import Rows
    from diagramgen.suite.suite import Suite
    from diagramgen.transforms import Table


class Task(NamedTuple):
    """A chart that is to be made: the chart, the digest of its entry, the rows that it needs.

    `shared` is what all charts share, pickled once for all of them. `looks` says what beside its
    spec decides about its files. A chart whose `key` turns out to be `known` is not drawn: its
    files are there.
    """

    planned: PlannedChart
    entry: str
    rows: Rows
    shared: bytes
    looks: str = ""
    known: str = ""


def make(task: Task) -> Made:
    """Make a chart. Whatever goes wrong with it is told in what comes back."""
    found = specify(task)
    return found if isinstance(found, Made) else draw(found)


def specify(task: Task) -> Specified | Made:
    """The first half: table and spec, or what there is to say where nothing is to be drawn."""
    shared = _unpickled(task.shared)
    try:
        return _specified(task, shared)
    except ChartError as err:
        return Made("skipped" if err.skip else "failed", str(err))
    except MemoryError:  # is told by who set the limit
        raise
    except Exception as err:  # one chart's failure never stops the others
        return Made("failed", bug=bug_of(err, shared.modules))


@lru_cache(maxsize=1)
def _unpickled(shared: bytes) -> Shared:
    found: Shared = pickle.loads(shared)
    return found


def _specified(task: Task, shared: Shared) -> Specified | Made:
    """The table and the spec of a task's chart. Raises `ChartError`."""
    from diagramgen.spec.chart import build_spec

    planned, output = task.planned, shared.output
    found = tables(planned, task.rows.table(), shared.definitions)
    spec = build_spec(planned, found, shared, task.entry)
    text = encode(spec)
    formats = planned.chart.formats
    left_out = dict(planned.left_out)
    for table in found:
        left_out |= table.left_out
    made = Made(
        "unchanged",
        title=title_of(spec, planned),
        left_out=left_out,
        key=sha256(text + task.looks.encode()),
        card=card_of(spec) if output.gallery else None,
    )
    if made.key == task.known:
        return made
    rows = [table.rows for table in found]
    kinds = {name: FORMATS[name] for name in formats}
    files = {n: kind.make(rows) for n, kind in kinds.items() if isinstance(kind, OfTables)}
    made = made._replace(files=files)
    optimize = output.png.optimize
    return Specified(planned.id, made, text, formats, output.scale, optimize, output.gallery)


def tables(planned: PlannedChart, results: DataFrame, definitions: Definitions) -> list[Table]:
    """The table of each panel of a planned chart. Raises `ChartError`."""
    found = [panel.transform(results, definitions) for panel in planned.panels]
    return [
        in_tokens(table, definitions) if panel.look.unit == "tokens" else table
        for panel, table in zip(planned.panels, found, strict=True)
    ]


def spec_as_saved(planned: PlannedChart, tables: list[Table], suite: Suite) -> Spec:
    """The spec of a planned chart, as it is saved. Raises `ChartError`."""
    from diagramgen.spec.chart import build_spec

    entry = entry_sha256(planned, suite.definitions, suite.output)
    return build_spec(planned, tables, shared_by([planned], suite), entry)


def title_of(spec: Spec, planned: PlannedChart) -> str:
    """The title of a spec as text; the chart's id where its entry has taken it away."""
    title = spec.get("title", planned.id)
    text = title.get("text", planned.id) if isinstance(title, dict) else title
    return (" ".join(text) if isinstance(text, list) else str(text)) or planned.id
