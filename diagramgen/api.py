"""Suites from Python: what `diagramgen.load` returns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diagramgen.errors import ChartError, UsageError, UserError, visible
from diagramgen.formats import FORMATS, format_of
from diagramgen.formats.format import OfTables
from diagramgen.formats.render import draw
from diagramgen.output import one_chart
from diagramgen.output.handles import write_file
from diagramgen.results import plan
from diagramgen.suite.load import load as load_suite

if TYPE_CHECKING:
    import altair as alt
    from pandas import DataFrame

    from diagramgen.formats.spec import Spec
    from diagramgen.results.plan import Plan, PlannedChart
    from diagramgen.suite.suite import Suite
    from diagramgen.transforms import Table


VEGALITE = "application/vnd.vegalite.v6+json"
"""What notebooks call a Vega-Lite spec that they draw themselves."""


class LoadedSuite(Mapping[str, "LoadedChart"]):
    """A suite and its results: the charts by id, in the suite's order.

    Steps are looked up when the suite is loaded; result files are read once, when the first table
    is asked for.
    """

    def __init__(self, suite: Suite) -> None:
        self.suite = suite
        self._plan: Plan = plan.make_plan(suite)
        charts = enumerate(self._plan.charts)
        self._charts = {planned.id: LoadedChart(self, planned, i) for i, planned in charts}

    def __getitem__(self, id_: str) -> LoadedChart:
        """The chart with that id. Raises `KeyError`."""
        return self._charts[id_]

    def __iter__(self) -> Iterator[str]:
        return iter(self._charts)

    def __len__(self) -> int:
        return len(self._charts)

    def __repr__(self) -> str:
        return f"<diagramgen suite '{self.suite.title}': {len(self)} charts>"

    def _repr_html_(self) -> str:
        """What a notebook shows: a row for each chart, with its title, or else its transforms."""
        rows = [
            f"<tr>{''.join(f'<td>{escape(visible(cell))}</td>' for cell in chart.row())}</tr>"
            for chart in self.values()
        ]
        head = "<tr><th>chart</th><th>title</th><th>status</th><th>reason</th></tr>"
        title = escape(visible(self.suite.title))
        return f"<table><caption>{title}</caption>{head}{''.join(rows)}</table>"

    @cached_property
    def results(self) -> DataFrame:
        """The results table: source, step, metric, item, value, n, stderr.

        Raises `ResultsError` when a file cannot be read.
        """
        from diagramgen.results.read import read_plan

        results = read_plan(self._plan, strict=True)
        self._plan = results.plan
        return results.table

    @property
    def planned_suite(self) -> Suite:
        """The suite in which each run of a source is a source."""
        return self._plan.suite

    def planned(self, place: int) -> PlannedChart:
        """The chart at a place in the suite, as the contents of the result files allow it.

        Raises `ResultsError` when a file cannot be read.
        """
        _ = self.results  # read them
        return self._plan.charts[place]


class LoadedChart:
    """One chart of a suite; `status` is "ready", "skipped" or "failed", with the `reason`.

    They are told from the names of files: which of these have no value is known when a table is
    asked for.
    """

    def __init__(self, suite: LoadedSuite, planned: PlannedChart, place: int) -> None:
        self._suite, self._planned, self._place = suite, planned, place
        self.id, self.status, self.reason = planned.id, planned.status, planned.reason

    def __repr__(self) -> str:
        return f"<diagramgen chart '{self.id}': {self.reason or self.status}>"

    def row(self) -> tuple[str, str, str, str]:
        """Its id, its title, or else its transforms, its status and the reason of that."""
        transforms = dict.fromkeys(self._planned.chart.transforms())
        title = self._planned.title or " + ".join(transforms)
        return self.id, title, self.status, self.reason or ""

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, Any], dict[str, Any]]:
        """What a notebook shows: the spec, and what altair's renderer makes of it.

        Of a chart that cannot be drawn its reason.
        """
        if self.status != "ready":
            return {"text/plain": repr(self)}, {}
        try:
            spec = self.spec()
        except UserError as err:
            return {"text/plain": f"<diagramgen chart '{self.id}': {err}>"}, {}
        from altair import renderers

        renderer = renderers.get()
        made = renderer(spec) if renderer else {}
        bundle, metadata = made if isinstance(made, tuple) else (made, {})
        return bundle | {VEGALITE: spec, "text/plain": repr(self)}, metadata

    @cached_property
    def _made(self) -> tuple[PlannedChart, list[Table]]:
        """The chart as the contents of the result files allow it, and its tables."""
        planned = self._planned
        if planned.status == "ready":
            planned = self._suite.planned(self._place)
        if planned.status != "ready":
            raise ChartError(f"{self.id}: {planned.reason}")
        definitions = self._suite.planned_suite.definitions
        return planned, one_chart.tables(planned, self._suite.results, definitions)

    @property
    def _tables(self) -> list[Table]:
        return self._made[1]

    def table(self) -> DataFrame:
        """The chart's table; of a chart with panels all of them, with a first column `panel`.

        Raises `ChartError` when the chart cannot be drawn.
        """
        from diagramgen.formats.table import one_table

        return one_table([table.rows for table in self._tables])

    def chart(self) -> alt.TopLevelMixin:
        """The altair chart, which shows itself in a notebook. Raises `ChartError`."""
        from diagramgen.spec.chart import altair_chart

        return altair_chart(self.spec())

    def spec(self) -> Spec:
        """The Vega-Lite spec, as it is saved. Raises `ChartError`."""
        planned, found = self._made
        return one_chart.spec_as_saved(planned, found, self._suite.planned_suite)

    def render(self, path: str | Path, *, scale: float | None = None) -> Path:
        """Write the chart to a file, whose suffix tells the format; returns its path.

        `scale` is PNG pixels for each chart pixel; default: the suite's. Raises `ChartError`,
        `OutputError`, and `UsageError` for another suffix.
        """
        path = Path(path)
        name = format_of(path.name)
        if name is None:
            raise UsageError(f"{path.name}: the suffix must be one of .{', .'.join(FORMATS)}")
        format_ = FORMATS[name]
        if isinstance(format_, OfTables):
            data = format_.make([table.rows for table in self._tables])
        else:
            data = draw(self.spec(), name, scale or self._suite.suite.output.scale)
        write_file(path, data)
        return path


def load(
    path: str | Path = "charts.yaml",
    *,
    vars: Mapping[str, object] | None = None,  # noqa: A002 the suite's own word
    sources: Mapping[str, str | Path] | None = None,
    allow_python: bool = False,
) -> LoadedSuite:
    """Read and check a suite, and look which checkpoints there are.

    `vars` gives vars other values (text is read as on the command line), `sources` gives sources
    other folders. With `allow_python` the templates in Python of its folder may run. Raises
    `SuiteError` with every problem of the suite, `ResultsError` when a source that is not optional
    is not there, `UsageError` when there is no such file, var or source.
    """
    return LoadedSuite(
        load_suite(Path(path), set_vars=vars, roots=sources, allow_python=allow_python)
    )
