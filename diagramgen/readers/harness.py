"""What the readers of evaluation harnesses share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Annotated

import msgspec
from msgspec import Meta

from diagramgen.errors import NotInFile
from diagramgen.readers.records import Reader, Reading, there


class HarnessReader(Reader, frozen=True, kw_only=True):
    """What the readers of evaluation harnesses share: which measure counts for which task."""

    value: Annotated[
        str | None,
        Meta(
            description="Measure of the tasks, with its filter where a task has it under several; "
            "left out: only tasks that `values` names are read.",
            examples=["acc", "acc_norm", "exact_match,strict-match"],
        ),
    ] = None
    values: Annotated[
        dict[str, str],
        Meta(
            description="Tasks (names or globs) that have another measure; the first match counts.",
            examples=[{"arc_challenge": "acc_norm"}],
        ),
    ] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.value is None and not self.values:
            raise ValueError("needs `value`, or `values` for some tasks")

    def measure_of(self, task: str) -> str | None:
        """The measure that counts for a task, if any does."""
        glob = self._glob_of(task) if self.values else None
        return self.value if glob is None else self.values[glob]

    def _glob_of(self, task: str) -> str | None:
        """The key of `values` that counts for a task, if any does."""
        return next((glob for glob in self.values if fnmatchcase(task, glob)), None)

    def check_measures(
        self, missed: Mapping[str, Iterable[str]], readings: Iterable[Reading], name: str
    ) -> NotInFile | None:
        """What a file lacks; `missed` are tasks without their measure, with those that they have.

        One task may lack it. Of the tasks that a key of `values` means some must have it, or
        `NotInFile` is raised; where no task at all has its measure, that is given back: other files
        may have it.
        """
        if not missed or (readings and not self.values):
            return None
        read = [reading.item for reading in readings]
        known: dict[str | None, list[str]] = {}
        lacks = None
        for task, measures in missed.items():
            known.setdefault(self._glob_of(task), []).extend(measures)
        for task in read:
            known.pop(self._glob_of(task), None)
        for glob, measures in known.items():
            wanted = self.value if glob is None else self.values[glob]
            who = "no task" if glob is None else f"no task like '{glob}'"
            said = f"{who} has '{wanted}'; {there(dict.fromkeys(measures), wanted or '')}"
            if glob is not None and measures:
                raise NotInFile(name, "values", said)
            if glob is None and measures and not read:
                lacks = NotInFile(name, "value", said)
        return lacks
