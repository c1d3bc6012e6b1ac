"""The command `diagramgen`, which is `python -m diagramgen` as well."""

from __future__ import annotations

import gc
import os
import signal

# Nearly all that is made stays to the end: to look through it for garbage takes a tenth of it.
gc.set_threshold(100_000, 20, 20)
# numpy begins a thread for each core, for algebra that no chart needs.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Before there is anything to clean up, and when all is done, Ctrl-C just ends the process.
signal.signal(signal.SIGINT, signal.SIG_DFL)


def main() -> None:
    """Run the command line and exit with its code."""
    from diagramgen.cli import commands as cli

    cli.main()


if __name__ == "__main__":
    main()
