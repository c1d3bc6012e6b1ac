"""What the charts of a suite share: all that a spec needs of it beside the chart itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from diagramgen.looks.templates import Template, load
from diagramgen.looks.themes import Theme, load_theme
from diagramgen.spec.form import FORMS

if TYPE_CHECKING:
    from diagramgen.model.definitions import Definitions
    from diagramgen.model.output import Output
    from diagramgen.results.plan import PlannedChart
    from diagramgen.suite.suite import Suite


class Shared(NamedTuple):
    """What a suite says of all of its charts, read: no file is needed any more.

    `templates` are those that the charts use, by name, `modules` those of the packages whose parts
    the suite uses.
    """

    definitions: Definitions
    output: Output
    theme: Theme
    templates: Mapping[str, Template]
    modules: tuple[str, ...]


def shared_by(charts: Iterable[PlannedChart], suite: Suite) -> Shared:
    """What some ready charts of a suite share.

    Raises `UsageError` or `SuiteError` where its theme or a template cannot be read any more.
    """
    names: dict[str, None] = {}
    for panel in (panel for chart in charts for panel in chart.panels):
        name = panel.look.template or panel.transform.default_template()
        others = [] if panel.look.template or name not in FORMS else [FORMS[name]]
        names |= dict.fromkeys([name, *others])
    return Shared(
        suite.definitions,
        suite.output,
        load_theme(suite.output.theme, suite.folder, suite.output.width),
        {name: load(name, suite.templates) for name in names},
        suite.modules,
    )
