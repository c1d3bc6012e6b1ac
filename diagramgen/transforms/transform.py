"""What every transform is: parameters as a suite has them, and the same with steps that are known.

A transform is two classes in one file. The first is a frozen record: its fields are the parameters,
its docstring and theirs the documentation. Its `resolve` looks up the steps that are there and
makes the second, which is called with the results and returns the chart's table.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Generic,
    Literal,
    NamedTuple,
    Self,
    TypeVar,
)

import msgspec
from msgspec import Meta

from diagramgen.errors import Unavailable
from diagramgen.model.checkpoints import NO_STEP
from diagramgen.transforms.parameters import AnyStep, Choice, SourceNames, said_of
from diagramgen.transforms.words import named

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.model.checkpoints import Checkpoints
    from diagramgen.model.definitions import Definitions

FINAL = "final"
"""What a path calls the only checkpoint of a finished model."""
StepOfEach = Mapping[str, int]
"""One step of each source."""
StepsOfEach = Mapping[str, tuple[int, ...]]
"""The steps of each source."""


class Axis(NamedTuple):
    """What a column's numbers are: the words and the number format (d3-format) to show them.

    `points` marks differences of percentages, which are shown as percentage points; `better` is the
    direction that is an improvement.
    """

    title: str
    format: str
    points: bool = False
    better: Literal["lower", "higher"] | None = None


class Table(NamedTuple):
    """A transform's result: the chart's table, and what had to be left out of it, with reasons."""

    rows: DataFrame
    left_out: Mapping[str, str] = {}


class Transform(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A transform as a suite asks for it: its fields are its parameters.

    `template` shows the table where the entry names none, `color_by` is the column that colours
    tell apart there, `example` a chart of a suite, as the reference shows it.
    """

    template: ClassVar[str]
    color_by: ClassVar[str | None] = None
    example: ClassVar[str] = ""

    source: Annotated[
        SourceNames | None, Meta(description="The source, or a list of sources, to read.")
    ] = None

    def name(self) -> str:
        """The transform's name in suites."""
        return str(self.__struct_config__.tag)

    def sources(self) -> tuple[str, ...]:
        """The names of the sources that the chart asks for."""
        return named(self.source)

    def metrics(self) -> tuple[str, ...]:
        """The names of the metrics that the chart reads; colours and items are the first one's."""
        raise NotImplementedError

    def groupings(self) -> tuple[str, ...]:
        """The names of the groupings that it asks for; one of them is that of its groups."""
        return ()

    def columns(self) -> frozenset[str]:
        """The columns that the table may have; those without any value are left out of it."""
        raise NotImplementedError

    def default_template(self) -> str:
        """The template that shows the table when the entry names none."""
        return self.template

    def parameters(self) -> dict[str, Any]:
        """Each parameter by its name in suites; None where it says nothing."""
        return dict(zip(self.__struct_encode_fields__, msgspec.structs.astuple(self), strict=True))

    def of_runs(self, runs: Mapping[str, Sequence[str]]) -> Self:
        """The same with each run of a source named where that source is, as one of `runs`.

        A run that is compared with all is not compared with itself. Raises `ValueError` where it
        can have one source only and there are several runs.
        """
        changes: dict[str, Any] = {}
        for name in self.__struct_fields__:
            said = getattr(self, name)
            if name in ("source", "against"):
                own = named(self.source) if name == "against" else ()
                names = tuple(
                    run
                    for each in named(said)
                    for run in runs.get(each, (each,))
                    if run == each or run not in own
                )
                if names != named(said):
                    changes[name] = names
            elif isinstance(said, dict) and not said.keys().isdisjoint(runs):
                changes[name] = {r: v for s, v in said.items() for r in runs.get(s, (s,))}
        return msgspec.structs.replace(self, **changes) if changes else self

    def resolve(self, at: Checkpoints) -> Resolved[Transform]:
        """The transform with the steps that are there. Raises `Unavailable`."""
        raise NotImplementedError

    def pick(
        self,
        choice: Choice | None,
        at: Checkpoints,
        default: AnyStep | None = None,
        *,
        of: Iterable[str] | None = None,
    ) -> StepOfEach:
        """The step that `choice` means in each source, `default` where it says nothing of one.

        Of all sources, or those in `of`. Raises `Unavailable`.
        """
        steps = {}
        for source in self.sources() if of is None else of:
            said = said_of(source, choice)
            said = default if said is None else said
            if said is None:
                given = ", ".join(choice) if isinstance(choice, dict) else "none"
                raise Unavailable(f"no step is given for source '{source}', only for {given}")
            steps[source] = at.pick(said, source, *self.metrics())
        return steps

    def keep(
        self,
        steps: Sequence[AnyStep] | Mapping[str, Sequence[AnyStep]] | None,
        at: Checkpoints,
    ) -> StepsOfEach:
        """The steps of a filter that each source has; all without one. Raises `Unavailable`."""
        return self._kept(self.sources(), steps, at)

    def keep_trends(
        self,
        steps: Sequence[AnyStep] | Mapping[str, Sequence[AnyStep]] | None,
        at: Checkpoints,
    ) -> StepsOfEach:
        """The same of the sources that have steps: a finished model is no point of a trend."""
        return self._kept(at.trends(self.sources(), *self.metrics()), steps, at)

    def _kept(
        self,
        sources: Iterable[str],
        steps: Sequence[AnyStep] | Mapping[str, Sequence[AnyStep]] | None,
        at: Checkpoints,
    ) -> StepsOfEach:
        metrics = self.metrics()
        return {name: at.pick_all(said_of(name, steps), name, *metrics) for name in sources}


Asked_co = TypeVar("Asked_co", bound=Transform, covariant=True)


@dataclass(frozen=True)
class Resolved(ABC, Generic[Asked_co]):
    """A transform whose steps are known: its call turns results into the chart's table.

    `steps` are those that the parameter `steps` keeps of each source; `picked` has, by parameter,
    the one step of each source that it means (`baseline`, `to`).
    """

    asked: Asked_co
    steps: StepsOfEach = field(default_factory=dict)
    picked: Mapping[str, StepOfEach] = field(default_factory=dict)

    @abstractmethod
    def __call__(self, results: DataFrame, definitions: Definitions) -> Table:
        """The chart's table. Raises `ChartError` when the results do not allow it."""

    @abstractmethod
    def title(self, definitions: Definitions) -> str:
        """A title for the chart."""

    @abstractmethod
    def axes(self, definitions: Definitions) -> dict[str, Axis]:
        """What the numbers of the table's columns are."""

    def subtitle(self, definitions: Definitions) -> str:
        """What the title leaves open: whose values they are, and how they were averaged."""
        return definitions.source_labels(self.sources(), " vs ")

    def read_steps(self) -> dict[str, set[int]]:
        """The steps that it reads of each source, baselines included."""
        steps = {source: set(of) for source, of in self.steps.items()}
        for picked in self.picked.values():
            for source, step in picked.items():
                steps.setdefault(source, set()).add(step)
        return steps

    def sources(self) -> tuple[str, ...]:
        """The names of the sources that it reads: those asked for that are there."""
        picked = (source for steps in self.picked.values() for source in steps)
        return tuple(dict.fromkeys([*self.steps, *picked]))

    def metrics(self) -> tuple[str, ...]:
        """The names of the metrics that it reads."""
        return self.asked.metrics()

    def default_template(self) -> str:
        """The template that shows the table when the entry names none."""
        return self.asked.default_template()

    def step_names(self) -> dict[str, int | str]:
        """The steps that a path may name: of parameters that mean one step for all sources.

        The only checkpoint of finished models is called `final`.
        """
        names = {name: set(picked.values()) for name, picked in self.picked.items()}
        several = {name: steps - {NO_STEP} or steps for name, steps in names.items()}
        lone = {name: steps.pop() for name, steps in several.items() if len(steps) == 1}
        return {name: FINAL if step == NO_STEP else step for name, step in lone.items()}

    def parameters(self) -> dict[str, Any]:
        """Those of the transform, with the steps that were found for those asked for."""
        found: dict[str, Any] = {
            name: {source: _said(step) for source, step in picked.items()}
            for name, picked in self.picked.items()
        }
        if self.steps:
            found["steps"] = {
                source: tuple(map(_said, steps)) if NO_STEP in steps else steps
                for source, steps in self.steps.items()
            }
        return {name: found.get(name, said) for name, said in self.asked.parameters().items()}


def _said(step: int) -> int | None:
    """A step as what is made of results says it; None for the only one of a finished model."""
    return None if step == NO_STEP else step
