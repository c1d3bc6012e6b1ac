"""Which steps there are, and which of them a chart means by `first`, `last`, `bridge` or 2000."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from diagramgen.errors import Unavailable

NO_STEP = -(2**63)
"""The step of the only checkpoint of a finished model, in code, where steps are numbers that sort:
in tables and in all that people see it is missing. No file can say this one."""
StepRef = int | Literal["first", "last", "bridge"]


class Checkpoints(NamedTuple):
    """The steps that have result files, for each (source, metric).

    `steps` are ascending and without the bridge, those of a finished model (`NO_STEP`,); `bridges`
    has the bridge where it is there. `missing` says why a source is not there at all; `optional`
    names the sources that may be so.
    """

    steps: Mapping[tuple[str, str], tuple[int, ...]]
    bridges: Mapping[tuple[str, str], int]
    missing: Mapping[str, str]
    optional: frozenset[str]

    def of(self, source: str, *metrics: str) -> tuple[int, ...]:
        """The steps at which the source has every one of the metrics, bridge left out.

        Raises `Unavailable` when there is none, or only the bridge.
        """
        steps = self._common(source, metrics)
        if not steps:
            what = " and ".join(metrics)
            raise self.unavailable([source], f"source '{source}' has no checkpoint with {what}")
        return steps

    def trends(self, sources: Sequence[str], *metrics: str) -> tuple[str, ...]:
        """The sources that are more than a finished model, which is no point on an axis of steps.

        Raises `Unavailable` when there is none.
        """
        found = tuple(source for source in sources if self.of(source, *metrics) != (NO_STEP,))
        if not found:
            reason = f"{_all(sources)} {_have(sources)} no steps to be drawn over"
            raise self.unavailable(sources, reason)
        return found

    def there(self, source: str, *metrics: str) -> bool:
        """Whether the source has a checkpoint with every one of the metrics."""
        return source not in self.missing and bool(self._common(source, metrics))

    def find(self, ref: StepRef, source: str, *metrics: str) -> int | None:
        """The step that `ref` means, or None when it is not there."""
        if source in self.missing:
            raise self.unavailable([source], self.missing[source])
        bridges = {self.bridges.get((source, metric)) for metric in metrics}
        bridge = bridges.pop() if len(bridges) == 1 else None
        if ref == "bridge":
            return bridge
        steps = self._common(source, metrics)
        if ref in ("first", "last"):
            return steps[0 if ref == "first" else -1] if steps else None
        return int(ref) if ref in steps or ref == bridge else None

    def pick(self, choice: StepRef | Sequence[StepRef], source: str, *metrics: str) -> int:
        """The step that is meant: of a list, the first that is there.

        Raises `Unavailable` when none is; it may be skipped when `choice` is a list.
        """
        refs = [choice] if isinstance(choice, int | str) else list(choice)
        for ref in refs:
            step = self.find(ref, source, *metrics)
            if step is not None:
                return step
        wanted = " or ".join(_named(ref) for ref in refs)
        skip = not isinstance(choice, int | str)
        raise self.unavailable(
            [source],
            f"source '{source}' has no {wanted}; it has {_listed(self._common(source, metrics))}",
            skip=skip,
        )

    def pick_all(
        self, refs: Sequence[StepRef] | None, source: str, *metrics: str
    ) -> tuple[int, ...]:
        """The steps of a filter that are there, ascending; all without a filter.

        Raises `Unavailable` when none is.
        """
        steps = self.of(source, *metrics)
        if refs is None:
            return steps
        found = {ref if isinstance(ref, int) else self.find(ref, source, *metrics) for ref in refs}
        found &= {
            *steps,
            *(self.find("bridge", source, *metrics) for ref in refs if ref == "bridge"),
        }
        if not found - {None}:
            wanted = ", ".join(_named(ref) for ref in refs)
            there = _listed(steps)
            reason = f"source '{source}' has none of {wanted}; it has {there}"
            raise self.unavailable([source], reason, skip=True)
        return tuple(sorted(step for step in found if step is not None))

    def overlap(self, sources: Sequence[str], *metrics: str) -> tuple[int, ...]:
        """The steps that all the sources have, ascending; a finished model goes with any step.

        Raises `Unavailable` when there is none.
        """
        every = [set(self.of(source, *metrics)) for source in sources]
        shared = set.intersection(*([each for each in every if each != {NO_STEP}] or every))
        if not shared:
            raise self.unavailable(sources, f"{_all(sources)} have no step in common")
        return tuple(sorted(shared))

    def pick_shared(
        self, refs: Sequence[StepRef] | None, sources: Sequence[str], *metrics: str
    ) -> tuple[int, ...]:
        """The steps of a filter that all the sources have; all such steps without a filter.

        Raises `Unavailable` when there is none.
        """
        shared = self.overlap(sources, *metrics)
        if refs is None:
            return shared
        wanted = _numbers(refs, shared)
        found = tuple(step for step in shared if step in wanted)
        if not found:
            asked = ", ".join(_named(ref) for ref in refs)
            reason = f"{_all(sources)} share none of {asked}; they share {_listed(shared)}"
            raise self.unavailable(sources, reason, skip=True)
        return found

    def pick_overlap(
        self, choice: StepRef | Sequence[StepRef], sources: Sequence[str], *metrics: str
    ) -> int:
        """One step that all the sources have: of a list the last such one, else the largest.

        Raises `Unavailable` when there is no overlap, or `choice` is a step outside it.
        """
        shared = self.overlap(sources, *metrics)
        refs = [choice] if isinstance(choice, int | str) else choice
        for step in reversed(_numbers(refs, shared)):
            if step in shared:
                return int(step)
        if isinstance(choice, int | str):
            reason = f"{_all(sources)} do not share {_named(choice)}; they share {_listed(shared)}"
            raise self.unavailable(sources, reason)
        return shared[-1]

    def each_at(
        self, sources: Sequence[str], steps: Sequence[int], *metrics: str
    ) -> dict[str, tuple[int, ...]]:
        """The steps of each source that stand for some steps of their overlap."""
        own = {source: self.of(source, *metrics) for source in sources}
        return {s: of if of == (NO_STEP,) else tuple(steps) for s, of in own.items()}

    def side_by_side(
        self, source: str, others: Mapping[str, tuple[int, ...]], *metrics: str
    ) -> dict[str, tuple[int, ...]]:
        """The steps of each of some others, then of the source itself, for those that it shares."""
        found = {other: self.each_at([other], of, *metrics)[other] for other, of in others.items()}
        own = [self.each_at([source], steps, *metrics)[source] for steps in others.values()]
        return {**found, source: tuple(sorted(set().union(*own)))}

    def present(self, sources: Sequence[str]) -> tuple[str, ...]:
        """The sources that are there; an optional one may be missing beside others.

        Raises `Unavailable` when one that is not optional is missing, or all are.
        """
        there = tuple(source for source in sources if source not in self.missing)
        for source in sources:
            if source in self.missing and (source not in self.optional or not there):
                raise self.unavailable([source], self.missing[source])
        return there

    def unavailable(
        self, sources: Sequence[str], reason: str, *, skip: bool = False
    ) -> Unavailable:
        """The error for something that the sources do not have."""
        return Unavailable(reason, skip=skip or not self.optional.isdisjoint(sources))

    def _common(self, source: str, metrics: Sequence[str]) -> tuple[int, ...]:
        if source in self.missing:
            raise self.unavailable([source], self.missing[source])
        if len(metrics) == 1:
            return self.steps.get((source, metrics[0]), ())
        steps = [set(self.steps.get((source, metric), ())) for metric in metrics]
        return tuple(sorted(set.intersection(*steps)))


def _numbers(refs: Sequence[StepRef], steps: Sequence[int]) -> list[StepRef]:
    """The refs, with `first` and `last` of the steps as numbers."""
    ends = {"first": steps[0], "last": steps[-1]}
    return [ends.get(ref, ref) if isinstance(ref, str) else ref for ref in refs]


def _all(sources: Sequence[str]) -> str:
    return " and ".join(f"'{source}'" for source in sources)


def _have(sources: Sequence[str]) -> str:
    return "has" if len(sources) == 1 else "have"


def _listed(steps: Sequence[int]) -> str:
    if tuple(steps) == (NO_STEP,):
        return "one checkpoint, without a step"
    shown = [str(step) for step in steps]
    if len(shown) > 12:
        shown = [*shown[:6], "...", *shown[-5:]]
    return f"steps {', '.join(shown)}" if shown else "no steps"


def _named(ref: StepRef) -> str:
    if isinstance(ref, int):
        return f"step {ref}"
    return ref if ref == "bridge" else f"{ref} step"
