"""What commands are asked for, as records, and the suite, plan and results that these lead to."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from diagramgen.errors import UsageError

if TYPE_CHECKING:
    from diagramgen.output.request import Request
    from diagramgen.results.contents import HandOut, Memory
    from diagramgen.results.plan import Plan
    from diagramgen.results.read import Results
    from diagramgen.suite.suite import Suite


class RunOptions(NamedTuple):
    """How charts are brought up to date, whatever they are: see `render --help`.

    Without `jobs` there are as many processes as cores; with a `cluster`'s address they are there.
    `cache` is where what was read is kept; empty: with the output.
    """

    jobs: int | None = None
    cluster: str | None = None
    force: bool = False
    prune: bool = False
    verbose: bool = False
    cache: str = ""


def suite_options(command: Callable[..., int]) -> Callable[..., int]:
    """The options with which a command finds its suite and changes it.

    It gets them as a `Request`, and so its arguments `charts`, `out` and `formats`, where it has
    any.
    """

    @wraps(command)
    def with_request(  # noqa: PLR0913 as many as there are options
        *,
        file: Path,
        sets: tuple[str, ...],
        roots: tuple[str, ...],
        snapshots: str | None,
        compare_steps: str | None,
        skip_stage_compare: bool,
        strict: bool,
        allow_python: bool,
        charts: tuple[str, ...] = (),
        out: Path | None = None,
        formats: str | None = None,
        **others: Any,
    ) -> int:
        from diagramgen.output.request import Request

        short = {"snapshots": snapshots, "compare_steps": compare_steps}
        request = Request(
            file=file,
            set_vars=(
                *(_pair(text, "--set") for text in sets),
                *((name, text) for name, text in short.items() if text is not None),
            ),
            roots=tuple(_pair(text, "--source") for text in roots),
            out=out,
            formats=_formats(formats),
            charts=charts,
            skip_stage_compare=skip_stage_compare,
            strict=strict,
            allow_python=allow_python,
        )
        return command(request, **others)

    options = (
        click.option(
            "-c", "--config", "file", type=click.Path(path_type=Path), default="charts.yaml",
            show_default=True, help="The suite.",
        ),
        click.option(
            "--set", "sets", multiple=True, metavar="NAME=VALUE",
            help="Another value for a var; commas separate a list.",
        ),
        click.option(
            "--source", "roots", multiple=True, metavar="NAME=DIR",
            help="Another folder for a source.",
        ),
        click.option("--snapshots", metavar="STEPS", help="Short for --set snapshots=STEPS."),
        click.option(
            "--compare-steps", metavar="STEPS", help="Short for --set compare_steps=STEPS."
        ),
        click.option(
            "--skip-stage-compare", is_flag=True, help="Skip the charts that compare sources."
        ),
        click.option(
            "--strict", is_flag=True, help="Refuse files that end in the middle (exit code 3)."
        ),
        click.option(
            "--allow-python", is_flag=True,
            help="Run the templates in Python of the suite's folder: they may do anything.",
        ),
    )  # fmt: skip
    with_options: Callable[..., int] = with_request
    for option in reversed(options):
        with_options = option(with_options)
    return with_options


def _pair(text: str, option: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    kind = "DIR" if option == "--source" else "VALUE"
    if not sign or not name or not (value or kind == "VALUE"):
        raise UsageError(f"{option}: got '{text}'; expected NAME={kind}")
    return name, value


def _formats(text: str | None) -> tuple[str, ...]:
    """The formats that `--formats` names; none where it is not given."""
    if text is None:
        return ()
    from diagramgen.formats import FORMATS

    chosen = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
    for name in chosen:
        if name not in FORMATS:
            *others, last = FORMATS
            expected = f"{', '.join(others)} or {last}"
            raise UsageError(f"--formats: got '{name}'; expected {expected}")
    return chosen


def load_suite(request: Request) -> Suite:
    """The suite that is asked for. Raises `SuiteError`, `UsageError`."""
    from diagramgen.suite.load import load

    return load(
        request.file,
        set_vars=dict(request.set_vars),
        roots=dict(request.roots),
        out=request.out,
        formats=request.formats,
        gallery=request.gallery,
        allow_python=request.allow_python,
    )


def make_plan(
    request: Request,
    suite: Suite | None = None,
    memory: Memory | None = None,
    hand_out: HandOut = map,
) -> Plan:
    """The plan of the suite, where that is not given the one that is asked for."""
    from diagramgen.results import plan

    return plan.make_plan(
        load_suite(request) if suite is None else suite,
        request.charts,
        skip_stage_compare=request.skip_stage_compare,
        memory=memory,
        hand_out=hand_out,
    )


def read(plan: Plan, request: Request) -> Results:
    """The results of a plan."""
    from diagramgen.results.read import read_plan

    return read_plan(plan, strict=request.strict)
