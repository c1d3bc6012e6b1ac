"""The options with which commands find a suite and change it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from diagramgen.errors import UsageError

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.results.plan import Plan
    from diagramgen.suite.suite import Suite


def suite_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options with which a command finds its suite and changes it."""
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
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def load_suite(**options: Any) -> Suite:
    """The suite that the options of `suite_options`, and `out` and `formats`, ask for."""
    from diagramgen.suite.load import load

    short = {name: options[name] for name in ("snapshots", "compare_steps")}
    changes = dict(_pair(text, "--set") for text in options["sets"])
    changes |= {name: value for name, value in short.items() if value is not None}
    folders = dict(_pair(text, "--source") for text in options["roots"])
    return load(
        options["file"],
        set_vars=changes,
        roots=folders,
        out=options.get("out"),
        formats=options.get("formats", ()),
        gallery=options.get("gallery", False),
    )


def make_plan(charts: tuple[str, ...], **options: Any) -> Plan:
    """The plan of that suite for some charts, or for all."""
    from diagramgen.results import plan

    suite = load_suite(**options)
    return plan.make_plan(suite, charts, skip_stage_compare=options["skip_stage_compare"])


def read(plan: Plan, **options: Any) -> tuple[Plan, DataFrame]:
    """The results of a plan, and the plan as they allow it."""
    from diagramgen.results.read import read_plan

    return read_plan(plan, strict=options["strict"])


def _pair(text: str, option: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    kind = "DIR" if option == "--source" else "VALUE"
    if not sign or not name or not (value or kind == "VALUE"):
        raise UsageError(f"{option}: got '{text}'; expected NAME={kind}")
    return name, value


def formats_of(text: str | None) -> tuple[str, ...]:
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
