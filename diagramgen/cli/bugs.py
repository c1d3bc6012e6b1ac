"""What is nobody's mistake but ours: told as such, with its details in a file."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from diagramgen import __version__
from diagramgen.cli.terminal import tell

if TYPE_CHECKING:
    from diagramgen.output.drawing import Bug

EXIT_CODE = 70
DEBUG = "--debug"


def tell_bug(what: str, err: BaseException) -> None:
    """Tell in one line of an exception that nobody foresaw; `what` says where it came from."""
    import traceback

    details = "".join(traceback.format_exception(err))
    tell_details(f"{what}: a bug of diagramgen ({type(err).__name__})", details)


def tell_bug_of(id_: str, bug: Bug) -> None:
    """Tell in one line of a bug that a chart has brought to light."""
    tell_details(f"{id_}: a bug of {bug.whose} ({bug.kind})", bug.details)


def tell_details(said: str, details: str) -> None:
    """Tell of a bug and where its details are, or with --debug the details themselves."""
    import tempfile

    if DEBUG in sys.argv:
        for line in (*details.splitlines(), said):
            tell(line)
        return
    system = f"diagramgen {__version__}, Python {sys.version.split()[0]}, {sys.platform}"
    try:
        handle, path = tempfile.mkstemp(prefix="diagramgen-bug-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"{system}\n{details}")
        tell(f"{said}; please report it with what is in {path}")
    except OSError:
        tell(f"{said}; {DEBUG} shows its details")
