"""What is nobody's mistake but ours: told as such, with its details in a file."""

from __future__ import annotations

import os
import sys

from diagramgen import __version__
from diagramgen.cli.terminal import tell

EXIT_CODE = 70
DEBUG = "--debug"


def tell_bug(what: str, err: BaseException, whose: str = "diagramgen") -> None:
    """Tell in one line of an exception that nobody foresaw.

    `what` says where it came from, `whose` is the package that has it. Where its details are, or
    with --debug the details themselves.
    """
    import tempfile
    import traceback

    said = f"{what}: a bug of {whose} ({type(err).__name__})"
    details = "".join(traceback.format_exception(err))
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
