"""The suite: what `charts.yaml` says, checked and expanded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from diagramgen.document.document import Document, Where
from diagramgen.errors import Diagnostic
from diagramgen.looks.templates import TemplateFolder
from diagramgen.model.definitions import Definitions
from diagramgen.model.look import Look
from diagramgen.model.output import Output
from diagramgen.model.source import source_of

if TYPE_CHECKING:
    from pathlib import Path

    from diagramgen.transforms import Transform


class Panel(NamedTuple):
    """One transform as written, with its look; a chart has one, or several side by side."""

    transform: Transform
    look: Look
    where: Where


class Chart(NamedTuple):
    """One chart before its steps are known.

    `output` is the path with `${...}` left in it, `formats` are those of its files; `names` are the
    vars and `for_each` variables that fill the path, unless a resolved parameter has the same name.
    """

    output: str
    formats: tuple[str, ...]
    panels: tuple[Panel, ...]
    title: str | None
    subtitle: str | None
    layout: Literal["row", "column"]
    scale: Literal["shared", "own"]
    vegalite: dict[str, Any] | None
    names: dict[str, Any]
    where: Where

    def transforms(self) -> tuple[str, ...]:
        """The names of its panels' transforms, one for each panel."""
        return tuple(panel.transform.name() for panel in self.panels)

    def metrics(self) -> tuple[str, ...]:
        """The names of the metrics that its panels read."""
        return tuple(dict.fromkeys(m for panel in self.panels for m in panel.transform.metrics()))


class Suite(NamedTuple):
    """One `charts.yaml`, checked: everything that the engine needs to know from it.

    `document` is the file that it was read from, for messages with a place; `folder` is its folder,
    against which relative paths are meant. `modules` are those of the packages whose parts it uses;
    `runs_python` says whether it uses templates in Python of its own. `warnings` are what
    `validate` says of a suite without errors. `sha256` is over the suite's text and the vars that
    the command line set.
    """

    title: str
    document: Document
    folder: Path
    output: Output
    templates: TemplateFolder | None
    modules: tuple[str, ...]
    runs_python: bool
    definitions: Definitions
    aliases: dict[str, str]
    charts: tuple[Chart, ...]
    warnings: tuple[Diagnostic, ...]
    sha256: str

    def source(self, name: str) -> str:
        """The source that a chart means by a name: `sweep` by `sweep`, and by its run `sweep/a`."""
        return source_of(name, self.definitions.sources)

    def file(self) -> str:
        """The suite's file name, without its folder."""
        return self.document.name.rsplit("/", 1)[-1]
