"""The command line: arguments in, exit code out.

Data goes to stdout, words for people to stderr.
"""

from __future__ import annotations

import gc
import json
import sys
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from diagramgen import __version__
from diagramgen.cli.bugs import DEBUG, EXIT_CODE, tell_bug
from diagramgen.cli.options import RunOptions, make_plan, read, suite_options
from diagramgen.cli.terminal import put, tell, tell_error
from diagramgen.errors import (
    ChartError,
    UsageError,
    UserError,
    json_text,
    visible,
)
from diagramgen.signals import interruptible

if TYPE_CHECKING:
    from pandas import DataFrame

    from diagramgen.output.request import Request
    from diagramgen.results.plan import Plan, PlannedChart

INTERRUPTED = 130


def main() -> None:
    """Run the command and exit with its code: see `--help`."""
    with interruptible():
        code = _run()
    # What is there at the end goes with the process: to look through it takes another 0.1 s.
    gc.freeze()
    sys.exit(code)


def _run() -> int:
    """Run the command; the exit code."""
    try:
        code: int = cli.main(prog_name="diagramgen", standalone_mode=False)
    except click.ClickException as err:
        said = StringIO()
        err.show(said)
        for line in said.getvalue().splitlines():
            tell(line)
        code = err.exit_code
    except UserError as err:
        tell_error(err)
        code = err.exit_code
    except (KeyboardInterrupt, click.Abort):
        tell("interrupted")
        code = INTERRUPTED
    except Exception as err:  # the last resort: a bug is told as a bug
        tell_bug("diagramgen", err)
        code = EXIT_CODE
    return code


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done (charts may be skipped), 1 a chart failed or validate found errors, "
    "2 wrong usage or an invalid suite, 3 results unreadable, 70 a bug of diagramgen, "
    "130 interrupted.",
)
@click.version_option(__version__, prog_name="diagramgen")
def cli() -> None:
    """Charts of evaluation results, declared in YAML."""


@cli.command()
@click.argument("charts", nargs=-1, metavar="[CHART]...")
@suite_options
@click.option("--out", type=click.Path(path_type=Path), help="Another output folder.")
@click.option("--formats", help="Other formats, separated by commas: png, svg, vl.json …")
@click.option(
    "-j", "--jobs", type=click.IntRange(1), metavar="N",
    help="Processes that draw; default: the cores that there are.",
)  # fmt: skip
@click.option(
    "--cluster", metavar="ADDRESS",
    help="Draw on a Dask cluster: tcp://HOST:PORT, tls://HOST:PORT, local:N or a YAML file.",
)  # fmt: skip
@click.option(
    "--cache", default="", metavar="PLACE",
    help="Folder or URL where results that were read are kept; default: in the output folder.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Draw all, also over files of others.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, write nothing.")
@click.option("--prune", is_flag=True, help="Remove files of charts that the suite lost.")
@click.option("--watch", is_flag=True, help="Draw again after every change, until Ctrl-C.")
@click.option("-v", "--verbose", is_flag=True, help="Say where the time went.")
def render(request: Request, dry_run: bool, watch: bool, **options: Any) -> int:
    """Draw the charts that have changed: of all, or of those whose ids are named (globs allowed).

    A chart is drawn again when its table, entry, template or theme has changed, or its files are
    not as they were left.
    """
    from diagramgen.cli.run import line, run, tell_all, warnings

    how = RunOptions(**options)
    if how.jobs and how.cluster:
        raise UsageError("--jobs and --cluster: expected one of them, for a cluster has its own")
    if watch:
        from diagramgen.cli.watch import watch as draw_after_changes

        return draw_after_changes(request, how)
    if not dry_run:
        return run(request, how)
    plan = make_plan(request)
    tell_all(f"warning: {warning}" for warning in warnings(plan))
    tell_all(line(planned.status, planned.id, planned.reason) for planned in plan.charts)
    return 0


@cli.command()
@click.argument("charts", nargs=-1, metavar="[CHART]...")
@suite_options
@click.option("--out", type=click.Path(path_type=Path), help="Another output folder.")
@click.option("-j", "--jobs", type=click.IntRange(1), metavar="N", help="Processes that draw.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
def serve(request: Request, jobs: int | None, host: str, port: int) -> int:
    """Show the gallery in a browser, drawn again after every change, until Ctrl-C."""
    from diagramgen.cli.serve import serve as serve_gallery

    return serve_gallery(request._replace(gallery=True), RunOptions(jobs), host=host, port=port)


@cli.command("list")
@suite_options
@click.option("--json", "as_json", is_flag=True, help="A list of objects.")
def list_(request: Request, as_json: bool) -> int:
    """List the charts, and whether their results are there."""
    plan = make_plan(request)
    rows = [_row(planned) for planned in plan.charts]
    if as_json:
        put(json_text(rows) + "\n")
        return 0
    width = max((len(row["id"]) for row in rows), default=0)
    lines = [
        f"{row['id']:<{width}}  {row['transform']:<13}  {row['status']}"
        + (f"  {row['reason']}" if row["reason"] else "")
        for row in rows
    ]
    put("".join(f"{visible(line, one_line=True)}\n" for line in lines))
    return 0


def _row(planned: PlannedChart) -> dict[str, Any]:
    return {
        "id": planned.id,
        "transform": "+".join(dict.fromkeys(planned.chart.transforms())),
        "metric": "+".join(planned.chart.metrics()),
        "sources": list(planned.sources()),
        "output": planned.output(),
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
def data(request: Request, chart: str, format_: str) -> int:
    """Print a chart's table."""
    from diagramgen.formats.table import print_tables
    from diagramgen.output.one_chart import tables

    plan, planned, results = _one(request, chart)
    found = tables(planned, results, plan.suite.definitions)
    put(print_tables([table.rows for table in found], format_))
    return 0


@cli.command()
@click.argument("chart")
@suite_options
def spec(request: Request, chart: str) -> int:
    """Print a chart's Vega-Lite JSON."""
    from diagramgen.formats.spec import encode
    from diagramgen.output.one_chart import spec_as_saved, tables

    plan, planned, results = _one(request, chart)
    found = tables(planned, results, plan.suite.definitions)
    put(encode(spec_as_saved(planned, found, plan.suite)).decode())
    return 0


def _one(request: Request, chart: str) -> tuple[Plan, PlannedChart, DataFrame]:
    """The one chart that an id or glob names, with its plan and results."""
    from diagramgen.cli.run import tell_all, warnings

    plan = make_plan(request._replace(charts=(chart,)))
    if len(plan.charts) > 1:
        raise UsageError(f"'{chart}' matches {len(plan.charts)} charts; name one")
    results = read(plan, request)
    if warnings(results.plan) != warnings(plan):
        said = warnings(results.plan, results.warnings)
        tell_all(f"warning: {warning}" for warning in said)
    (planned,) = results.plan.charts
    if planned.status != "ready":
        raise ChartError(f"{planned.id}: {planned.reason}")
    return plan, planned, results.table


@cli.command()
@click.argument("suites", nargs=-1, type=click.Path(path_type=Path), metavar="[SUITE]...")
@suite_options
@click.option(
    "--format", "format_", type=click.Choice(["text", "json", "github", "sarif"]), default="text",
    show_default=True, help="Of the findings on stdout.",
)  # fmt: skip
@click.option("--results", is_flag=True, help="Check against the result files, show their gaps.")
def validate(request: Request, suites: tuple[Path, ...], format_: str, results: bool) -> int:
    """Check a suite, or several, against the schema and their meaning."""
    from diagramgen.cli.validate import validate as validate_suites

    return validate_suites(suites or (request.file,), request, format_, results)


@cli.command()
@click.argument("picture", type=click.Path(path_type=Path), metavar="FILE")
@suite_options
@click.option("--json", "as_json", is_flag=True, help="As an object.")
def explain(request: Request, picture: Path, as_json: bool) -> int:
    """Tell where a picture, page, spec or table comes from: its entry, and the result files."""
    from diagramgen.cli.explain import as_text
    from diagramgen.cli.explain import explain as explain_file

    found = explain_file(picture, request)
    put(f"{json_text(found)}\n" if as_json else as_text(found))
    return 0


@cli.command()
def schema() -> int:
    """Print the JSON Schema of suites."""
    from diagramgen.suite.schema import suite_schema

    put(json.dumps(suite_schema(), indent=1, ensure_ascii=False) + "\n")
    return 0


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="A list of objects.")
def parts(as_json: bool) -> int:
    """List what suites can name, with the package that brings it."""
    from diagramgen.cli.parts import as_text
    from diagramgen.cli.parts import parts as installed_parts

    found = list(installed_parts())
    put(f"{json_text([part._asdict() for part in found])}\n" if as_json else as_text(found))
    return 0


@cli.command()
@click.argument(
    "folders", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="DIR..."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=".",
    show_default=True,
    help="Folder for charts.yaml.",
)
@click.option("--dry-run", is_flag=True, help="Print the suite, write nothing.")
@click.option("--title", help="Title of the suite.")
def init(folders: tuple[Path, ...], out: Path, dry_run: bool, title: str | None) -> int:
    """Look at folders and files of results and write a suite for them."""
    from diagramgen.init import write_suite
    from diagramgen.output.handles import write_file

    file = out / "charts.yaml"
    if file.exists() and not dry_run:
        raise UsageError(f"{file} is there already; choose another folder with --out")
    text = write_suite(folders, into=out, title=title, tell=tell)
    if dry_run:
        put(text)
        return 0
    write_file(file, text.encode())
    tell(f"wrote {file}; draw it with: diagramgen render -c {file}")
    return 0


for _command in (cli, *cli.commands.values()):
    _help = "Show the details of a bug of diagramgen, which are else written to a file."
    _command.params.append(click.Option([DEBUG], is_flag=True, expose_value=False, help=_help))
