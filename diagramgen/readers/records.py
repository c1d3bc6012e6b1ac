"""What all readers share: readings, and careful ways to get them out of a file."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Annotated, Any, ClassVar, NamedTuple

import msgspec
from msgspec import Meta

from diagramgen.errors import ResultsError, TruncatedFile

MISSING = frozenset({"", "n/a", "na", "nan", "inf", "infinity", "-inf", "-infinity", "null"})
"""Words that tools write, in any case, where a number is missing."""
STEP = re.compile(r"(?:step|checkpoint|ckpt|iter|iteration|epoch)[-_=]?([0-9]+)")
"""How tools write a step into the name of a checkpoint: step3000, checkpoint-500, epoch_5."""
ROUNDING = 1e-6

Keys = str | tuple[str, ...]


class Reading(NamedTuple):
    """One item's numbers in one file; NaN where a number is missing.

    `step` where the file itself says it; `shots` where it says the number of few-shot examples.
    """

    item: str
    value: float
    n: float = math.nan
    stderr: float = math.nan
    step: int | None = None
    shots: int | None = None


class Contents(NamedTuple):
    """What a file has: its readings, when it was written (sorts as text), and warnings."""

    readings: list[Reading]
    date: str = ""
    warnings: tuple[str, ...] = ()


class Reader(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="reader"
):
    """A frozen record: how to get a metric's readings out of files of one format."""

    steps_inside: ClassVar[bool] = False

    file: Annotated[
        str,
        Meta(
            description="File in the checkpoint's folder, globs allowed; left out: the checkpoint "
            "pattern names the files themselves.",
            examples=["tier2_ppl.json", "results_*.json"],
        ),
    ] = ""

    def read(self, data: bytes, name: str) -> Contents:
        """The contents of a file; `name` is what messages call it.

        Raises `ResultsError` where the file is not what the suite says.
        """
        raise NotImplementedError


class HarnessReader(Reader, frozen=True, kw_only=True):
    """What the readers of evaluation harnesses share: which measure counts for which task."""

    value: Annotated[
        str | None,
        Meta(
            description="Measure of the tasks, with its filter where a task has it under several; "
            "left out: only tasks that `values` names are read.",
            examples=["acc", "acc_norm", "exact_match,strict-match"],
        ),
    ] = None
    values: Annotated[
        dict[str, str],
        Meta(
            description="Tasks (names or globs) that have another measure; the first match counts.",
            examples=[{"arc_challenge": "acc_norm"}],
        ),
    ] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.value is None and not self.values:
            raise ValueError("needs `value`, or `values` for some tasks")

    def measure_of(self, task: str) -> str | None:
        """The measure that counts for a task, if any does."""
        given = (value for glob, value in self.values.items() if fnmatchcase(task, glob))
        return next(given, self.value)


def load_json(data: bytes, name: str) -> Any:
    """A JSON file's data; NaN and Infinity are allowed. Raises `ResultsError` with its place."""
    try:
        return DECODER.decode(data.decode(json.detect_encoding(data), "surrogatepass"))
    except json.JSONDecodeError as err:
        message = f"{name}:{err.lineno}:{err.colno}: not valid JSON: {err.msg}"
        raise (TruncatedFile if _ends_early(err) else ResultsError)(message) from err
    except UnicodeDecodeError as err:
        cut = err.reason == "unexpected end of data"
        raise (TruncatedFile if cut else ResultsError)(f"{name}: not valid JSON: {err}") from err
    except RecursionError as err:
        raise ResultsError(f"{name}: not valid JSON: {err}") from err
    except ValueError as err:
        raise ResultsError(f"{name}: cannot be read: {err}") from err


WORDS = ("true", "false", "null", "NaN", "Infinity", "-Infinity")


def _ends_early(err: json.JSONDecodeError) -> bool:
    """Whether a file is right as far as it goes: what is wrong is that it ends there."""
    rest = err.doc[err.pos :].strip()
    in_word = any(word.startswith(rest) for word in WORDS)
    in_number = re.fullmatch(r"[.eE][-+]?", rest) is not None
    in_escape = err.msg.startswith("Invalid \\uXXXX") and len(rest) <= len("u0000")
    return in_word or in_number or in_escape or err.msg.startswith("Unterminated string")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of a file; of a key that it has twice nobody knows which value is meant."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in found if keys.count(key) > 1)
        raise ValueError(f"an object has the key {shown(twice)} twice")
    return found


DECODER = json.JSONDecoder(object_pairs_hook=_object)


def number(raw: Any, place: str, name: str) -> float:
    """A number of a file; NaN where the file says that it is missing. Raises `ResultsError`."""
    if raw is None or (isinstance(raw, str) and raw.strip().lower() in MISSING):
        return math.nan
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise ResultsError(f"{name}: {place}: got {shown(raw)}; expected a number")
    try:
        value = float(raw)
    except OverflowError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def part(data: Any, key: str, name: str) -> dict[str, Any]:
    """An object inside a file's outermost object. Raises `ResultsError`."""
    if not isinstance(data, dict):
        raise ResultsError(f"{name}: got {shown(data)}; expected an object with '{key}'")
    if not isinstance(data.get(key), dict):
        raise ResultsError(f"{name}: no object '{key}'; {there(data)}")
    found: dict[str, Any] = data[key]
    return found


def binomial_stderr(p: float, n: float) -> float:
    """Standard error of a share p of n examples, sqrt(p (1 - p) / (n - 1)); NaN if undefined."""
    return math.sqrt(p * (1 - p) / (n - 1)) if n > 1 and 0 <= p <= 1 else math.nan


def binomial_n(p: float, stderr: float) -> float:
    """The n behind a share and its standard error, p (1 - p) / stderr^2 + 1.

    Exact for 0/1 metrics, of which stderr is the sample standard deviation over sqrt(n); NaN where
    the result is no whole number, so that the metric is no such one, and where stderr is 0.
    """
    if not (0 < p < 1 and stderr > 0):
        return math.nan
    n = p * (1 - p) / stderr**2 + 1
    return float(round(n)) if abs(n - round(n)) <= ROUNDING * n and n < 1e9 else math.nan


def step_in(texts: Iterable[Any]) -> int | None:
    """The step that the first of some texts (a revision, a path) says, if any does."""
    for text in texts:
        if isinstance(text, str) and (found := STEP.findall(text)):
            return int(found[-1])
    return None


def there(data: dict[str, Any]) -> str:
    """The keys of an object, for a message that misses one."""
    keys = [f"'{key}'" for key in list(data)[:8]]
    return f"there is {', '.join(keys) or 'nothing'}"


def shown(raw: Any) -> str:
    """A value of a file as a message shows it."""
    text = json.dumps(raw, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:37]}..."
