"""The command line: arguments in, exit code out.

Data goes to stdout, words for people to stderr.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from diagramgen import __version__
from diagramgen.errors import SuiteError, UsageError, UserError

if TYPE_CHECKING:
    from diagramgen.manifest import Outcome
    from diagramgen.plan import Plan, PlannedChart

INTERRUPTED = 130


def main() -> None:
    """Run the command and exit with its code: see `--help`."""
    try:
        code = cli.main(standalone_mode=False)
    except click.ClickException as err:
        err.show()
        code = err.exit_code
    except UserError as err:
        click.echo(f"{'' if isinstance(err, SuiteError) else 'error: '}{err}", err=True)
        code = err.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        code = INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code)


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done (charts may be skipped), 1 a chart failed or validate found errors, "
    "2 wrong usage or an invalid suite, 3 results unreadable, 130 interrupted.",
)
@click.version_option(__version__, prog_name="diagramgen")
def cli() -> None:
    """Charts of evaluation results, declared in YAML."""


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
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def make_plan(charts: tuple[str, ...], **options: Any) -> Plan:
    """The plan that the options of `suite_options`, and `out` and `formats`, ask for."""
    from diagramgen import config, plan

    short = {name: options[name] for name in ("snapshots", "compare_steps")}
    changes = dict(_pair(text, "--set") for text in options["sets"])
    changes |= {name: value for name, value in short.items() if value is not None}
    folders = {
        name: Path(root) for name, root in (_pair(text, "--source") for text in options["roots"])
    }
    suite = config.load(
        options["file"],
        set_vars=changes,
        roots=folders,
        out=options.get("out"),
        formats=options.get("formats", ()),
    )
    return plan.make_plan(suite, charts, skip_stage_compare=options["skip_stage_compare"])


def _pair(text: str, option: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise UsageError(f"{option}: got '{text}'; expected NAME=VALUE")
    return name, value


@cli.command()
@click.argument("charts", nargs=-1, metavar="[CHART]...")
@suite_options
@click.option("--out", type=click.Path(path_type=Path), help="Another output folder.")
@click.option("--formats", help="Other formats, separated by commas: png, svg, vl.json.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, write nothing.")
@click.option("--prune", is_flag=True, help="Remove files of charts that the suite lost.")
def render(
    charts: tuple[str, ...], formats: str | None, dry_run: bool, prune: bool, **options: Any
) -> int:
    """Draw the charts: all, or those whose ids are named (globs allowed)."""
    chosen = tuple(formats.split(",")) if formats else ()
    plan = make_plan(charts, formats=chosen, **options)
    _warn(plan)
    if dry_run:
        for planned in plan.charts:
            click.echo(_line(planned.status, planned.id, planned.reason), err=True)
        return 0
    from diagramgen.build import build

    counts = {"rendered": 0, "skipped": 0, "failed": 0}

    def report(outcome: Outcome) -> None:
        counts[outcome.status] += 1
        click.echo(_line(outcome.status, outcome.planned.id, outcome.reason), err=True)

    build(plan, prune=prune, report=report)
    summary = ", ".join(f"{count} {status}" for status, count in counts.items())
    click.echo(f"{summary} in {plan.suite.output.dir}", err=True)
    return 1 if counts["failed"] else 0


def _warn(plan: Plan) -> None:
    """Tell of checkpoints that lack some of their files."""
    for name, source in plan.sources.items():
        for step, reason in sorted(source.left_out.items()):
            click.echo(f"warning: source '{name}', step {step}: {reason}", err=True)


def _line(status: str, id_: str, reason: str | None) -> str:
    return f"{status:<9} {id_}{f': {reason}' if reason else ''}"


@cli.command("list")
@suite_options
@click.option("--json", "as_json", is_flag=True, help="A list of objects.")
def list_(as_json: bool, **options: Any) -> int:
    """List the charts, and whether their results are there."""
    plan = make_plan((), **options)
    rows = [_row(planned) for planned in plan.charts]
    if as_json:
        click.echo(json.dumps(rows, indent=1, ensure_ascii=False))
        return 0
    width = max((len(row["id"]) for row in rows), default=0)
    for row in rows:
        reason = f"  {row['reason']}" if row["reason"] else ""
        click.echo(f"{row['id']:<{width}}  {row['transform']:<13}  {row['status']}{reason}")
    return 0


def _row(planned: PlannedChart) -> dict[str, Any]:
    def joined(of: Callable[[Any], tuple[str, ...]]) -> list[str]:
        return list(dict.fromkeys(name for panel in planned.panels for name in of(panel.transform)))

    return {
        "id": planned.id,
        "transform": "+".join(joined(lambda transform: (transform.name(),))),
        "metric": "+".join(joined(lambda transform: transform.metrics())),
        "sources": joined(lambda transform: transform.sources()),
        "output": planned.chart.output,
        "status": planned.status,
        "reason": planned.reason,
    }


@cli.command()
@click.argument("chart")
@suite_options
@click.option(
    "--format", "format_", type=click.Choice(["csv", "json", "markdown"]), default="csv",
    show_default=True, help="Of the table on stdout.",
)  # fmt: skip
def data(chart: str, format_: str, **options: Any) -> int:
    """Print a chart's table."""
    from diagramgen.build import tables
    from diagramgen.print_table import print_tables
    from diagramgen.sources import read_results

    plan = make_plan((chart,), **options)
    for planned in plan.charts:
        _must_be_ready(planned)
    results = read_results(plan)
    found = [table for planned in plan.charts for table in tables(planned, results, plan.suite)]
    click.echo(print_tables([table.rows for table in found], format_), nl=False)
    return 0


@cli.command()
@click.argument("chart")
@suite_options
def spec(chart: str, **options: Any) -> int:
    """Print a chart's Vega-Lite JSON."""
    from diagramgen.build import chart_spec, tables
    from diagramgen.render import encode
    from diagramgen.sources import read_results

    plan = make_plan((chart,), **options)
    if len(plan.charts) > 1:
        raise UsageError(f"'{chart}' matches {len(plan.charts)} charts; name one")
    (planned,) = plan.charts
    _must_be_ready(planned)
    found = tables(planned, read_results(plan), plan.suite)
    click.echo(encode(chart_spec(planned, found, plan.suite)).decode(), nl=False)
    return 0


def _must_be_ready(planned: PlannedChart) -> None:
    from diagramgen.errors import ChartError

    if planned.status != "ready":
        raise ChartError(f"{planned.id}: {planned.reason}")


@cli.command()
@click.option(
    "-c", "--config", "file", type=click.Path(path_type=Path), default="charts.yaml",
    show_default=True, help="The suite.",
)  # fmt: skip
@click.option(
    "--format", "format_", type=click.Choice(["text", "json", "github"]), default="text",
    show_default=True, help="Of the findings on stdout.",
)  # fmt: skip
def validate(file: Path, format_: str) -> int:
    """Check the suite against its schema and its meaning, without results."""
    from diagramgen import config
    from diagramgen.report import report

    try:
        suite = config.load(file)
        findings = []
    except SuiteError as err:
        findings = err.diagnostics
    text = report(findings, format_)
    if text:
        click.echo(text)
    if not findings and format_ == "text":
        click.echo(f"{file}: {len(suite.charts)} charts, no problems", err=True)
    return 1 if any(finding.severity == "error" for finding in findings) else 0


@cli.command()
def schema() -> int:
    """Print the JSON Schema of suites."""
    from diagramgen.schema import suite_schema

    click.echo(json.dumps(suite_schema(), indent=1, ensure_ascii=False))
    return 0
