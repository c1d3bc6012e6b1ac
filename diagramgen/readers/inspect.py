"""The logs of the UK AI Security Institute's Inspect."""

from __future__ import annotations

import io
import math
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from msgspec import Meta

from diagramgen.document.data import mapping
from diagramgen.errors import NotInFile, ResultsError, TruncatedFile, visible
from diagramgen.readers.parsed import load_json
from diagramgen.readers.records import (
    Contents,
    Reader,
    Reading,
    Runs,
    amount,
    excerpt,
    item_name,
    number,
    part,
    step_in,
    there,
)

ZIP = b"PK\x03\x04"
HEADER, START = "header.json", "_journal/start.json"
MOST_HEADER = 1 << 26
"""A log without its samples may have so many bytes."""
ZSTD = "is compressed by zstd, which Python reads from 3.14 on; write it anew with"
CONVERT = "`inspect log convert --to json`"


class InspectReader(Reader, frozen=True, kw_only=True, tag="inspect"):
    """Logs of Inspect, `.eval` or `.json`: each has one task, its item.

    The task's name is without its package. n is the number of samples, stderr the metric of that
    name of the same scorer. Logs that did not succeed are left out; of several of a task the newest
    counts. `runs: {column: model}` makes a source of each model.
    """

    value: Annotated[
        str, Meta(description="Metric of the scorer.", examples=["accuracy", "mean"])
    ] = "accuracy"
    scorer: Annotated[
        str | None,
        Meta(
            description="Scorer whose metric counts, where several have it.",
            examples=["choice", "model_graded_fact"],
        ),
    ] = None

    @property
    def steps_inside(self) -> bool:
        return True

    def read(self, data: bytes, name: str) -> Contents:
        return self.contents(log_of(data, name), name)

    def read_runs(self, data: bytes, name: str, runs: Runs) -> Mapping[str, Contents]:
        log = log_of(data, name)
        evaluation = part(log, "eval", name)
        naming = runs.naming()
        if not naming or not evaluation.keys() >= set(naming):
            said = f"`runs` names no field of the log; {there(evaluation, ''.join(naming))}"
            raise ResultsError(f"{name}: {said}; say `column: model`")
        run = " ".join(item_name(evaluation[each], f"eval.{each}", name) for each in naming)
        return {run: self.contents(log, name)}

    def contents(self, file: Any, name: str) -> Contents:
        """The contents of a log without its samples."""
        evaluation = part(file, "eval", name)
        task = item_name(evaluation.get("task"), "eval.task", name).rsplit("/", 1)[-1]
        date = _date(mapping(file, "stats").get("completed_at")) or _date(evaluation.get("created"))
        if file.get("status") != "success":
            said = f"{name}: its status is {excerpt(file.get('status'))}; left out"
            return Contents([], date, (said,))
        results = mapping(file, "results")
        scores = _scores(results, name)
        if not scores:
            return Contents([], date, (f"{name}: has no scores; left out",))
        try:
            scorer = self._scorer(scores, name)
        except NotInFile as err:  # a log of another task may have it
            return Contents([], date, lacks=err)
        metrics = scores[scorer]
        place = f"results.{scorer}"
        value = number(_number_of(metrics, self.value), f"{place}.{self.value}", name)
        stderr = math.nan
        if self.value != "stderr":
            stderr = amount(_number_of(metrics, "stderr"), f"{place}.stderr", name)
        arguments = mapping(evaluation, "model_args")
        named = (arguments.get("revision"), arguments.get("model_path"), evaluation.get("model"))
        step = step_in(named)
        return Contents([Reading(task, value, _n(evaluation, results, name), stderr, step)], date)

    def _scorer(self, scores: Mapping[str, Mapping[str, Any]], name: str) -> str:
        """The scorer whose metric counts. Raises `ResultsError` where several may be meant."""
        known = [scorer for scorer, metrics in scores.items() if self.value in metrics]
        if self.scorer is not None:
            if self.scorer not in scores:
                said = f"no scorer '{self.scorer}'; {there(scores, self.scorer)}"
                raise NotInFile(name, "scorer", said)
            known = [scorer for scorer in known if scorer == self.scorer]
        if not known:
            metrics = {metric: None for of in scores.values() for metric in of}
            said = f"no scorer has '{self.value}'; {there(metrics, self.value)}"
            raise NotInFile(name, "value", said)
        if len(known) > 1:
            said = f"several scorers have '{self.value}'; say in `read.scorer` which"
            raise ResultsError(f"{name}: {said}; {there(known)}")
        return known[0]


def log_of(data: bytes, name: str) -> Any:
    """A log's data; of a zip without the samples in it. Raises `ResultsError`."""
    if not data.startswith(ZIP):
        return load_json(data, name)
    import zipfile

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = set(archive.namelist())
            if HEADER not in members and START in members:
                raise TruncatedFile(f"{name}: the evaluation did not finish; run it again")
            if HEADER not in members:
                raise ResultsError(f"{name}: no log of Inspect: it has no {HEADER}")
            with archive.open(HEADER) as member:
                header = member.read(MOST_HEADER + 1)
    except NotImplementedError as err:
        raise ResultsError(f"{name}: {ZSTD} {CONVERT}") from err
    except zipfile.BadZipFile as err:
        raise TruncatedFile(f"{name}: not a whole zip: {visible(str(err), one_line=True)}") from err
    except (OSError, EOFError, RuntimeError, ValueError, zlib.error) as err:
        said = visible(str(err), one_line=True)
        raise ResultsError(f"{name}: not valid zip: {said}") from err
    if len(header) > MOST_HEADER:  # a small file can hold any number of bytes
        raise ResultsError(f"{name}: {HEADER} has more than the {MOST_HEADER:,} bytes it may have")
    return load_json(header, name)


def _scores(results: Mapping[str, Any], name: str) -> dict[str, dict[str, Any]]:
    """The metrics of each scorer, by its name; with the reducer where a scorer has several."""
    listed = results.get("scores")
    if not isinstance(listed, list):  # the first version had one scorer
        scorer = mapping(results, "scorer").get("name", "scorer")
        listed = [{"name": scorer, "metrics": results["metrics"]}] if "metrics" in results else []
    found: dict[str, dict[str, Any]] = {}
    for score in listed:
        metrics = part(score, "metrics", name)
        scorer = item_name(score.get("name") or score.get("scorer"), "results.scores", name)
        if scorer in found:
            scorer = item_name(f"{scorer}/{score.get('reducer')}", "results.scores", name)
        found[scorer] = metrics
    return found


def _number_of(metrics: Mapping[str, Any], metric: str) -> Any:
    """What a scorer has of a metric: a number, or an object with one."""
    raw = metrics.get(metric)
    return raw.get("value") if isinstance(raw, dict) else raw


def _n(evaluation: Mapping[str, Any], results: Mapping[str, Any], name: str) -> float:
    """How many samples were scored; each counts once, in however many epochs it was."""
    completed = amount(results.get("completed_samples"), "results.completed_samples", name)
    if math.isnan(completed):
        return amount(mapping(evaluation, "dataset").get("samples"), "eval.dataset.samples", name)
    epochs = mapping(evaluation, "config").get("epochs")
    return completed / epochs if isinstance(epochs, int) and epochs > 1 else completed


def _date(raw: Any) -> str:
    """A date so that dates sort as text; empty where there is none."""
    try:
        date = datetime.fromisoformat(raw)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    except (TypeError, ValueError, OverflowError):
        return ""
