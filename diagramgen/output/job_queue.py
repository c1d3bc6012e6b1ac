"""A YAML file that says how to start a cluster's workers as jobs of a queue."""

from __future__ import annotations

import inspect
import shutil
from pathlib import Path
from typing import Any, NamedTuple

from diagramgen.document.check import check
from diagramgen.document.data import Schema
from diagramgen.document.document import read_document
from diagramgen.document.wording import diagnostics
from diagramgen.errors import SuiteError, UsageError

SCHEDULERS = ("slurm", "pbs", "sge", "lsf", "oar", "moab", "htcondor", "local")
WITHOUT = {
    "self", "scheduler", "name", "config_name", "n_workers", "job_cls", "scheduler_cls", "loop",
    "asynchronous", "silence_logs", "host", "dashboard_address", "kwargs", "base_class_kwargs",
    "job_kwargs", "extra", "job_extra", "env_extra", "header_skip", "project",
}  # fmt: skip
"""Parameters of dask_jobqueue's classes that take Python's objects, are set here, or have newer
names."""
WORD: Schema = {"type": "string"}
WORDS: Schema = {"type": "array", "items": WORD}
KINDS: dict[str, Schema] = {
    **dict.fromkeys(
        (
            "memory", "queue", "account", "walltime", "interface", "log_directory",
            "local_directory", "shared_temp_directory", "python", "protocol",
        ),
        WORD,
    ),
    "cores": {"type": "integer", "minimum": 1},
    "processes": {"type": "integer", "minimum": 1},
    "security": {"type": "boolean"},
    "nanny": {"type": "boolean"},
    "scheduler_options": {"type": "object"},
    **dict.fromkeys(
        (
            "job_extra_directives", "job_directives_skip", "job_script_prologue",
            "worker_extra_args",
        ),
        WORDS,
    ),
}  # fmt: skip
"""What is known of options beyond their names; the others are left to the class that takes them."""


class JobQueue(NamedTuple):
    """A queue that runs jobs, how many of them, and what the class of that queue takes."""

    scheduler: str
    jobs: int
    options: dict[str, Any]


def read_job_queue(path: Path) -> JobQueue:
    """Read such a file. Needs dask_jobqueue, whose classes know their options.

    Raises `UsageError` when there is none that can be read, `SuiteError` when it is not right.
    """
    document = read_document(path, str(path))
    data = document.data
    kind = data.get("scheduler") if isinstance(data, dict) else None
    findings = check(data, _schema(kind), (), "a cluster's file")
    if found := diagnostics(document, findings):
        raise SuiteError(found)
    options = {name: value for name, value in data.items() if name not in ("scheduler", "jobs")}
    return JobQueue(data["scheduler"], data["jobs"], options)


def _schema(kind: Any) -> Schema:
    """The schema for a scheduler; for one that there is not, of what all of them have."""
    names = _options(kind if kind in SCHEDULERS else "local")
    own = {
        "scheduler": {"enum": list(SCHEDULERS)},
        "jobs": {"type": "integer", "minimum": 1},
    }
    return {
        "type": "object",
        "properties": own | {name: KINDS.get(name, {}) for name in sorted(names)},
        "required": list(own),
        "additionalProperties": False,
    }


def _options(kind: str) -> set[str]:
    job = _class(kind).job_cls
    classes = [each for each in (*job.__mro__, *_class(kind).__mro__) if "jobqueue" in str(each)]
    return {
        name for each in classes for name in inspect.signature(each.__init__).parameters
    } - WITHOUT


def _class(kind: str) -> Any:
    import dask_jobqueue
    from dask_jobqueue.local import LocalCluster

    names = {"htcondor": "HTCondorCluster", "moab": "MoabCluster"}
    name = names.get(kind, f"{kind.upper()}Cluster")
    return LocalCluster if kind == "local" else getattr(dask_jobqueue, name)


def start_jobs(queue: JobQueue, name: str) -> Any:
    """A scheduler here, and jobs whose workers come to it as they are run; `name` is its file's.

    Raises `UsageError` where the queue's command is not here, or the options do not go together.
    """
    kind = _class(queue.scheduler)
    command = (kind.job_cls.submit_command or "").split()
    if command and shutil.which(command[0]) is None:
        raise UsageError(
            f"{name}: scheduler {queue.scheduler}: there is no command '{command[0]}' here"
        )
    options = dict(queue.options)
    quiet = {"dashboard": False, "dashboard_address": ":0"}
    options["scheduler_options"] = quiet | options.get("scheduler_options", {})
    if command:
        # A worker begins in the current folder, which may be a stranger's: nothing is imported
        # from there.
        prologue = ["export PYTHONSAFEPATH=1", *options.get("job_script_prologue", ())]
        options["job_script_prologue"] = prologue
    try:
        cluster = kind(**options)
    except (ValueError, TypeError, OSError) as err:
        why = str(err).split("\n", maxsplit=1)[0].rstrip(":,")
        raise UsageError(f"{name}: {why}") from err
    cluster.scale(jobs=queue.jobs)
    return cluster
