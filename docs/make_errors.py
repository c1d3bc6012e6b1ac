"""Writes docs/errors.md: every diagnostic's code, with an example from the tests."""

from __future__ import annotations

from pathlib import Path

from diagramgen.suite.codes import CODES

DOCS = Path(__file__).parent
BAD = DOCS.parent / "tests" / "suite" / "bad"
INTRO = """\
<!-- Written by docs/make_errors.py; run `make generate` after a change. -->

# Diagnostics

`diagramgen validate` prints every problem of a suite with its file, line, column and code; so does
every other command that meets an invalid suite. Warnings are printed by `validate` alone. Below is
what each code means, what to do about it, and what it looks like.
"""


def page() -> str:
    """The whole page."""
    return INTRO + "".join(f"\n{section(code)}" for code in CODES)


def section(code: str) -> str:
    """A code's meaning, what to do, and the shortest tested example of it."""
    meaning, mend = CODES[code]
    text = f"## {code}\n\n{meaning} {mend}\n"
    case = example(code)
    if case is None:
        return text
    said = (case / "expected.txt").read_text(encoding="utf-8")
    return f"{text}\n```text\n{said}```\n"


def example(code: str) -> Path | None:
    """The folder of tests/suite/bad in which little else than this code is said."""
    cases = {case: (case / "expected.txt").read_text(encoding="utf-8") for case in BAD.iterdir()}
    having = [case for case, said in cases.items() if f"[{code}]" in said]
    if not having:
        return None
    return min(having, key=lambda case: (len(cases[case]), case.name))


if __name__ == "__main__":
    (DOCS / "errors.md").write_text(page(), encoding="utf-8")
