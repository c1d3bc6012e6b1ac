"""What is wrong with result files, told together: what is one mistake of the suite is told once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from diagramgen.errors import NotInFile, ResultsError, TruncatedFile
from diagramgen.suite.suite import Suite

MOST_TOLD = 20
"""So many problems are told; where there are more, they are of one kind."""


class Problem(NamedTuple):
    """What cannot be read of a metric, and of which file of which source."""

    err: ResultsError
    metric: str
    source: str
    path: str = ""

    def is_truncated(self) -> bool:
        """Whether the file only ends in the middle."""
        return isinstance(self.err, TruncatedFile)


def one_error(problems: Sequence[Problem], suite: Suite) -> ResultsError:
    """The error that tells all problems: a `TruncatedFile` where all files only end in the middle.

    Where files lack what a key of `read` names, that key is told, with how many files lack it.
    """
    kind = TruncatedFile if all(each.is_truncated() for each in problems) else ResultsError
    lines = list(dict.fromkeys(_lines(problems, suite)))
    more = [f"and {len(lines) - MOST_TOLD:,} more like these"] if len(lines) > MOST_TOLD else []
    return kind("\n".join(lines[:MOST_TOLD] + more))


def _lines(problems: Sequence[Problem], suite: Suite) -> Iterable[str]:
    lacking: dict[tuple[str, str], dict[str, str]] = {}
    for err, metric, _, _ in problems:
        if isinstance(err, NotInFile):
            lacking.setdefault((metric, err.key), {}).setdefault(err.file, err.said)
    for err, metric, _, _ in problems:
        if not isinstance(err, NotInFile):
            yield str(err)
        elif files := lacking.pop((metric, err.key), {}):
            place = suite.document.diagnostic(("metrics", metric, "read", err.key), "", "")
            where = f"{place.file}:{place.line}:{place.column}: metric '{metric}'"
            file, said = next(iter(files.items()))
            count = f"{len(files):,} files, the first " if len(files) > 1 else ""
            yield f"{where}: {said} (in {count}{file})"
