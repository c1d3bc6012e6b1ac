"""One run of `diagramgen render`: is anything to do, and if so, do it and tell of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diagramgen.files import TEMPORARY, only_here, write_file
from diagramgen.render import encode, needs_renderer
from diagramgen.state import (
    MANIFEST,
    STATE,
    Request,
    compare,
    encode_state,
    probable_folder,
    read_state,
    sha256,
)
from diagramgen.terminal import progress, tell
from diagramgen.timing import Phases

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from diagramgen.manifest import Outcome
    from diagramgen.plan import Plan

Json = dict[str, Any]
FEW = 3
"""So few charts are drawn soonest by one process."""
STATUSES = ("rendered", "unchanged", "skipped", "failed")


def request_of(charts: tuple[str, ...], formats: str | None, **options: Any) -> Request:
    """What the command line asks for."""
    short = [f"{name}={options[name]}" for name in ("snapshots", "compare_steps") if options[name]]
    return Request(
        file=options["file"],
        sets=(*options["sets"], *short),
        roots=options["roots"],
        formats=(formats or "",),
        charts=charts,
        flags=(options["skip_stage_compare"], options["strict"], options.get("gallery", False)),
    )


def run(charts: tuple[str, ...], executor: Executor | None = None, **options: Any) -> int:
    """Bring the charts up to date, as the options of `render` say; the exit code.

    Specs are drawn by `executor`; without one by processes of their own, if there are many. Raises
    `UserError`.
    """
    phases = Phases()
    request = request_of(charts, **options)
    folder = probable_folder(request, options["out"])
    with phases("what has changed"):
        state = None if folder is None or options["force"] else read_state(folder)
        verdict = "request" if folder is None else compare(state, request, folder)
    if state is not None and folder is not None and verdict == "unchanged" and not options["prune"]:
        _tell_unchanged(state, folder)
        code = 0
    else:
        with ExitStack() as stack:
            stale = state is None or verdict == "results"
            if executor is None and stale and _looks_long(request):
                from diagramgen.workers import started

                executor = stack.enter_context(started(options["jobs"]))
            code = _build(request, state, executor, phases, stack, options)
    if options["verbose"]:
        tell_all(phases.lines())
    return code


def _looks_long(request: Request) -> bool:
    """Whether many charts are likely to be drawn: then processes are worth starting at once."""
    named = [chart for chart in request.charts if "*" not in chart and "?" not in chart]
    if request.charts and len(named) == len(request.charts) <= FEW:
        return False
    if not needs_renderer(request.formats[0].split(",")):
        return False
    return request.file.is_file() and request.file.read_bytes().count(b"output:") > FEW


def _build(
    request: Request,
    state: Json | None,
    executor: Executor | None,
    phases: Phases,
    stack: ExitStack,
    options: dict[str, Any],
) -> int:
    from diagramgen.options import formats_of, make_plan, read
    from diagramgen.workers import InThisProcess, started

    with phases("suite and plan"):
        formats = formats_of(options["formats"])
        plan = make_plan(request.charts, **options | {"formats": formats})
    ready = sum(planned.status == "ready" for planned in plan.charts)
    if executor is None and ready and needs_renderer(plan.suite.output.formats):
        # They load the renderer while this process loads all else.
        executor = stack.enter_context(started(options["jobs"], ready <= FEW))
    with phases("imports"):
        import pandas  # noqa: F401 so that its time is told apart

        from diagramgen.build import How, build
    with phases("results"):
        plan, results = read(plan, **options)
    said = warnings(plan)
    tell_all(f"warning: {warning}" for warning in said)
    folder = plan.suite.folder / plan.suite.output.dir
    with progress(len(plan.charts)) as show:
        how = How(
            state=state,
            request=request.digest(folder),
            warnings=said,
            executor=executor or InThisProcess(),
            prune=options["prune"],
            report=lambda outcome: show(_line(outcome)),
            notice=tell,
            phases=phases,
        )
        outcomes = build(plan, results, how)
    counts = Counter(outcome.status for outcome in outcomes)
    tell(f"{_summary(counts)} in {folder}")
    return 1 if counts["failed"] else 0


def warnings(plan: Plan) -> tuple[str, ...]:
    """Checkpoints that lack some of their files, and what reading the others noted."""
    found: list[str] = []
    for name, source in plan.sources.items():
        for step, reason in sorted(source.left_out.items()):
            found.append(f"source '{name}', step {step}: {reason}")
        found += source.warnings
    return tuple(found)


def tell_all(lines: Iterable[str]) -> None:
    """Several lines for people on stderr."""
    for line in lines:
        tell(line)


def line(status: str, id_: str, reason: str | None) -> str:
    """What became of a chart, as a line."""
    return f"{status:<9} {id_}{f': {reason}' if reason else ''}"


def _line(outcome: Outcome) -> str:
    if outcome.status == "unchanged":
        return ""
    return line(outcome.status, outcome.planned.id, outcome.reason)


def _summary(counts: Counter[str]) -> str:
    parts = [f"{counts[status]} {status}" for status in STATUSES if counts[status]]
    return ", ".join(parts) or "no charts"


def _tell_unchanged(state: Json, folder: Path) -> None:
    """Tell what the last run told, and that nothing was to do; the manifest says so, too."""
    was = [status for _, status, _ in state["outcomes"]]
    state["outcomes"] = [
        (id_, "unchanged" if status == "rendered" else status, reason)
        for id_, status, reason in state["outcomes"]
    ]
    touched = [source.pop("touched", False) for source in state["sources"].values()]
    if "rendered" in was or any(touched):
        with only_here(folder, tell):
            manifest = json.loads((folder / MANIFEST).read_bytes())
            for entry in manifest["charts"]:
                entry["status"] = entry["status"].replace("rendered", "unchanged")
            text = encode(manifest)
            write_file(folder / MANIFEST, text, folder / TEMPORARY)
            others = state["others"] | {MANIFEST: sha256(text)}
            new = encode_state(state, others, state)
            write_file(folder / STATE, new, folder / TEMPORARY)
    tell_all(f"warning: {warning}" for warning in state["warnings"])
    tell_all(line(status, id_, reason) for id_, status, reason in state["outcomes"] if reason)
    counts = Counter(status for _, status, _ in state["outcomes"])
    tell(f"{_summary(counts)} in {folder}")
