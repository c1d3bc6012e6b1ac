"""Words for people on stderr, data on stdout."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from diagramgen.errors import OutputError, SuiteError, UserError, visible


def tell(line: str) -> None:
    """A line for people on stderr: whatever stands in it stays text and in that line."""
    click.echo(visible(line, one_line=True), err=True)


def tell_error(err: UserError) -> None:
    """Tell what a user's mistake is: a suite's with its places, any other line by line."""
    if isinstance(err, SuiteError):
        from diagramgen.cli.report import report

        # It escapes what it quotes and has colours of its own; these end with NO_COLOR.
        color = False if os.environ.get("NO_COLOR") else None
        click.echo(report(err.diagnostics, "text"), err=True, color=color)
    else:
        for line in str(err).split("\n"):
            tell(f"error: {line}")


@contextmanager
def progress(total: int) -> Iterator[Callable[[str], None]]:
    """Show how much of long work is done: what it gives takes a line for each part.

    On a terminal a bar, and below it at the end the lines that do not say "rendered"; elsewhere
    the lines as they come.
    """
    if not sys.stderr.isatty() or total < 2:
        yield lambda line: tell(line) if line else None
        return
    lines: list[str] = []
    with click.progressbar(length=total, label="charts", show_pos=True, file=sys.stderr) as bar:

        def show(line: str) -> None:
            bar.update(1)
            if line and not line.startswith("rendered"):
                lines.append(line)

        yield show
    for line in lines:
        tell(line)


def in_color() -> bool:
    """Whether stdout may have colours."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def put(text: str) -> None:
    """Data on stdout, as UTF-8; a reader that has seen enough (`| head`) is no error."""
    try:
        # Halves of characters, which file names can have, are not UTF-8.
        click.echo(text.encode(errors="backslashreplace"), nl=False)
    except OSError as err:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(err, BrokenPipeError):
            raise OutputError(f"cannot write to stdout: {err.strerror}") from err
