"""How much there may be of anything in a suite: what is over it is told, never begun."""

from __future__ import annotations

MAX_BYTES = 2_000_000
MAX_NODES = 100_000
MAX_DEPTH = 60
MAX_GROWTH = 1_000
MAX_FILLED = 300_000
MAX_PARAMETER = 20_000
MAX_CHARTS = 20_000
MAX_PANELS = 100
MAX_MATCHES = 3_000_000
MAX_ID = 1_000
MAX_NAME = 255 - len(".vega.json")
MAX_FINDINGS = 1_000
MAX_TOLD = 100
MAX_VEGALITE = 10_000
MAX_PIXELS = 100_000_000
MAX_ROWS = 250_000
MAX_SECONDS = 60
MAX_MEMORY = 2 * 2**30

LIMITS = (
    ("size of a YAML file", f"{MAX_BYTES:,} bytes", "a suite, template or theme is read whole"),
    ("values in a YAML file", f"{MAX_NODES:,}", "each use of an alias counts"),
    ("nesting", f"{MAX_DEPTH} levels", "also of vars that name one another"),
    (
        "growth of a text by its vars",
        f"{MAX_GROWTH:,} characters",
        'a chain of `"${a}${a}"` doubles with each link',
    ),
    (
        "values of all charts",
        f"{MAX_FILLED:,}",
        "vars, `defaults` and `for_each` filled in, panels counted one by one",
    ),
    ("values of a parameter", f"{MAX_PARAMETER:,}", "each is checked"),
    ("charts", f"{MAX_CHARTS:,}", "each combination of `for_each` is one; each panel counts"),
    ("panels of a chart", f"{MAX_PANELS}", "they are one picture"),
    (
        "items of `order` times globs",
        f"{MAX_MATCHES:,}",
        "each is held against each glob of `groupings`, and of `items`",
    ),
    ("length of an id", f"{MAX_ID:,} characters", "it is a path"),
    ("length of a name in an id", f"{MAX_NAME} bytes", "with its suffix it is a file's name"),
    (
        "findings",
        f"{MAX_TOLD} told, {MAX_FINDINGS:,} looked for",
        "of each file; then how many more there are",
    ),
    ("values of a `vegalite`", f"{MAX_VEGALITE:,}", "it is checked against a large schema"),
    (
        "pixels of a picture",
        f"{MAX_PIXELS:,}",
        "width times height times the square of `scale`; four bytes each",
    ),
    (
        "rows of a chart",
        f"{MAX_ROWS:,}",
        "they stand in its Vega-Lite; lines over steps are drawn from fewer than their tables have",
    ),
    ("time of drawing a chart", f"{MAX_SECONDS} s", "in all formats; then the next one is drawn"),
    (
        "memory of drawing a chart",
        f"{MAX_MEMORY >> 30} GiB",
        "a process that wants more is ended, where the system is Linux",
    ),
)
"""What is limited, how much there may be, and why: the reference's table."""
