"""Words for people on stderr, data on stdout."""

from __future__ import annotations

import os
import sys

import click

from diagramgen.errors import OutputError


def tell(text: str) -> None:
    """Words for people on stderr; in colour where that is a terminal, unless NO_COLOR is set."""
    click.echo(text, err=True, color=False if os.environ.get("NO_COLOR") else None)


def in_color() -> bool:
    """Whether stdout may have colours."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def put(text: str) -> None:
    """Data on stdout, as UTF-8; a reader that has seen enough (`| head`) is no error."""
    try:
        click.echo(text.encode(), nl=False)
    except OSError as err:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(err, BrokenPipeError):
            raise OutputError(f"cannot write to stdout: {err.strerror}") from err
