"""What can be wrong for a reason that the user can mend.

Everything here is caught once, in `cli`, and printed without a traceback. Any other exception is a
bug in diagramgen.
"""

from __future__ import annotations

from typing import ClassVar, Literal, NamedTuple


class Diagnostic(NamedTuple):
    """One finding in a suite: where, what, and what to do.

    `line` and `column` count from 1; `source_line` is the line's text, for the caret.
    """

    file: str
    line: int
    column: int
    severity: Literal["error", "warning"]
    code: str
    message: str
    source_line: str = ""

    def __str__(self) -> str:
        head = (
            f"{self.file}:{self.line}:{self.column}: {self.severity}[{self.code}]: {self.message}"
        )
        if not self.source_line.strip():
            return head
        return f"{head}\n    {self.source_line}\n    {' ' * (self.column - 1)}^"


class UserError(Exception):
    """Something the user can mend; `exit_code` is the command's."""

    exit_code: ClassVar[int] = 2


class UsageError(UserError):
    """The command line asks for something that does not exist."""


class SuiteError(UserError):
    """The suite is invalid; `diagnostics` has every finding, sorted by place."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        self.diagnostics = sorted(set(diagnostics), key=lambda d: (d.line, d.column, d.code))
        super().__init__("\n".join(str(d) for d in self.diagnostics))


class ResultsError(UserError):
    """Result files are missing or unreadable."""

    exit_code = 3


class OutputError(UserError):
    """A file cannot be written."""

    exit_code = 1


class ChartError(UserError):
    """One chart cannot be drawn; the others can."""

    exit_code = 1


class Unavailable(ChartError):
    """A chart asks for a source, step or item that is not there.

    `skip` tells whether that is allowed for: the source is optional, or the entry names a list
    to choose from. The chart is then skipped, otherwise it fails.
    """

    def __init__(self, reason: str, *, skip: bool = False) -> None:
        super().__init__(reason)
        self.skip = skip
