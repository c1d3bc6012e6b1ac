"""What can be wrong for a reason that the user can mend.

Everything here is caught once, in `cli`, and printed without a traceback. Any other exception is a
bug in diagramgen.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import ClassVar, Literal, NamedTuple

from diagramgen.limits import MAX_FINDINGS, MAX_TOLD

Severity = Literal["error", "warning"]

UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""What no terminal, log or page should get from a stranger's text: control characters but tab and
newline, those that turn the direction of writing, and halves of characters."""

MAX_SHOWN = 160
"""Characters of a source line that a message shows."""
MAX_WORD = 60
"""Characters of a name or value that a message shows."""
MAX_MESSAGE = 2_000
"""Characters of a message: more than any of ours has, less than a stranger's can fill."""


def visible(text: str, *, one_line: bool = False) -> str:
    """A text in which every character that would do something is written as its escape.

    With `one_line` a newline and a tab are escaped, too: what is told in one line stays in it.
    """
    text = UNSAFE.sub(lambda found: _escape(found[0]), text)
    return text.replace("\n", "\\n").replace("\t", "\\t") if one_line else text


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def json_text(data: object) -> str:
    """Plain data as JSON: exact, and nothing in it that a terminal would obey."""
    text = json.dumps(data, indent=1, ensure_ascii=False)
    return UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def short(text: str, most: int = MAX_WORD) -> str:
    """A text of which a message shows only the beginning where it is long."""
    return text if len(text) <= most else f"{text[: most - 3]}..."


class Diagnostic(NamedTuple):
    """One finding in a suite: where, what, and what to do.

    `line` and `column` count from 1; `source_line` is the line's text and `length` the number of
    its characters that are meant, for the carets under them. `suggestion` is what to write in their
    place, where that is all there is to mend.
    """

    file: str
    line: int
    column: int
    severity: Severity
    code: str
    message: str
    source_line: str = ""
    length: int = 1
    suggestion: str | None = None

    def __str__(self) -> str:
        file, message = (visible(text, one_line=True) for text in (self.file, self.message))
        head = f"{file}:{self.line}:{self.column}: {self.severity}[{self.code}]: {message}"
        line, place = self.source_line, self.column - 1
        if not line or line.isspace():
            return head
        start = max(0, self.column - MAX_SHOWN // 2) if len(line) > MAX_SHOWN else 0
        before, after = visible(line[start:place]), line[place : start + MAX_SHOWN]
        blank = "".join("\t" if character == "\t" else " " for character in before)
        carets = "^" * max(1, len(visible(after[: self.length])))
        return f"{head}\n    {before}{visible(after)}\n    {blank}{carets}"


def by_place(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Each finding once, in the order of their files and places."""
    return sorted(set(diagnostics), key=lambda d: (d.file, d.line, d.column, d.code, d.message))


def told(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings to tell: the first of each file, then one that says how many more there are."""
    shown: list[Diagnostic] = []
    for _, group in groupby(diagnostics, key=lambda finding: finding.file):
        found = list(group)
        shown += found[:MAX_TOLD]
        if more := found[MAX_TOLD:]:
            shown.append(_how_many(more, stopped=len(found) >= MAX_FINDINGS))
    return shown


def _how_many(more: Sequence[Diagnostic], *, stopped: bool) -> Diagnostic:
    """What is told in place of findings; `stopped` where no others were looked for."""
    severity: Severity = "error" if any(each.severity == "error" for each in more) else "warning"
    count = f"at least {len(more):,}" if stopped else f"{len(more):,}"
    message = f"{count} more of this file are not shown; mend those above first"
    code = "more-findings"
    return more[0]._replace(severity=severity, code=code, message=message, suggestion=None)


def install(extra: str, *others: str) -> str:
    """The command that installs an extra of this package, and what else is needed."""
    return " ".join(["pip install", f"'diagramgen-charts[{extra}]'", *others])


class UserError(Exception):
    """Something the user can mend; `exit_code` is the command's."""

    exit_code: ClassVar[int] = 2


class UsageError(UserError):
    """The command line asks for something that does not exist."""


class SuiteError(UserError):
    """The suite is invalid; `diagnostics` has every finding, sorted by place."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        self.diagnostics = by_place(diagnostics)
        super().__init__("\n".join(str(d) for d in told(self.diagnostics)))


class ResultsError(UserError):
    """Result files are missing or unreadable."""

    exit_code = 3


class TruncatedFile(ResultsError):
    """A result file ends in the middle, as one that is still being written does."""


class NotInFile(ResultsError):
    """A result file lacks what a metric's `read` names.

    `file` is what messages call the file, `key` the key of `read`, `said` what the file lacks and
    what it has.
    """

    def __init__(self, file: str, key: str, said: str) -> None:
        super().__init__(file, key, said)  # what it is made of again in another process
        self.file, self.key, self.said = file, key, said

    def __str__(self) -> str:
        return f"{self.file}: {self.said}"


class OutputError(UserError):
    """A file cannot be written."""

    exit_code = 1


class ChartError(UserError):
    """One chart cannot be drawn; the others can.

    With `skip` that is allowed for: the source that it needs is optional, or the entry names a
    list to choose from. The chart is then skipped, otherwise it fails. `unmatched` is the name or
    glob of the entry's items that matches none, where that is the reason.
    """

    exit_code = 1

    def __init__(self, reason: str, *, skip: bool = False, unmatched: str | None = None) -> None:
        super().__init__(reason)
        self.skip, self.unmatched = skip, unmatched


class Unavailable(ChartError):
    """A chart asks for a source, step or item that is not there."""
