"""What all readers share: readings, and careful ways to get them out of a file."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec import Meta

from diagramgen.document.wording import MAX_KNOWN, nearest
from diagramgen.errors import NotInFile, ResultsError, short, visible
from diagramgen.patterns import step_number

MISSING = frozenset({"", "-", "n/a", "na", "nan", "inf", "infinity", "-inf", "-infinity", "null"})
"""Words that tools write, in any case, where a number is missing."""
PLAIN_NUMBER = re.compile(r"[-+]?[0-9]{0,18}(?:[0-9]|[0-9]\.|\.[0-9]{1,18})")
"""What stands before a percent sign."""
STEP = re.compile(
    r"(?:step|checkpoint|ckpt|iter|iteration|epoch)[-_=]?"
    r"([0-9]{1,18}(?:(?:\.[0-9]{1,3})?[kKM])?)(?![0-9A-Za-z]|\.[0-9])"
)
"""How tools write a step into the name of a checkpoint: step3000, checkpoint-500, ckpt-1k."""
ROUNDING = 1e-6
MOST_LETTERS = 200
"""The name of an item may have so many."""
MOST_SHOWN = 8
"""So many keys are shown where one is missing."""
MOST_QUOTED = 40
"""So many characters are shown of a key or a value."""
MOST_STEP = 2**63


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
    """What a file has: its readings, when it was written (sorts as text), and warnings.

    `needs_step` is the error where neither the file nor its path says a step: the file has an item
    more than once, with different values. `lacks` is the error where no file of a source has what
    the reader asks for: this one has not, and others may, such as those of other tasks.
    """

    readings: Sequence[Reading]
    date: str = ""
    warnings: tuple[str, ...] = ()
    needs_step: str = ""
    lacks: NotInFile | None = None


class Runs(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the files of a source name the run that a number is of: each run is a source then."""

    column: Annotated[
        str | Annotated[tuple[str, ...], Meta(min_length=1)] | None,
        Meta(
            description="Column (of records: field) with the run's name, or several that make it.",
            examples=["model", ["model", "seed"]],
        ),
    ] = None
    columns: Annotated[
        tuple[str, ...],
        Meta(
            description="Names or globs of the runs, where columns are named after them: `{run}` "
            "in the reader's `columns` or `value` stands for the name.",
            examples=[["*"], ["llama*", "qwen-7b"]],
        ),
    ] = ()

    def __post_init__(self) -> None:
        if (self.column is None) == (not self.columns):
            raise ValueError("needs either `column` or `columns`")

    def naming(self) -> tuple[str, ...]:
        """The columns whose texts, one after the other, are the run's name."""
        return (self.column,) if isinstance(self.column, str) else self.column or ()


class Reader(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    tag_field="reader",
):
    """A frozen record: how to get a metric's readings out of files of one format."""

    file: Annotated[
        str,
        Meta(
            description="File in the checkpoint's folder, globs allowed; left out: the checkpoint "
            "pattern names the files themselves.",
            examples=["tier2_ppl.json", "results_*.json"],
        ),
    ] = ""

    @property
    def steps_inside(self) -> bool:
        """Whether the files themselves may say their step, where the pattern has no {step}."""
        return False

    def read(self, data: bytes, name: str) -> Contents:
        """The contents of a file; `name` is what messages call it.

        Raises `ResultsError` where the file is not what the suite says.
        """
        raise NotImplementedError

    def read_runs(self, data: bytes, name: str, runs: Runs) -> Mapping[str, Contents]:  # noqa: ARG002 others need them
        """The contents of a file by the name of the run that they are of, in the file's order.

        Raises `ResultsError` as `read` does, and where this reader finds no runs in a file.
        """
        reader = self.__struct_config__.tag
        raise ResultsError(f"{name}: the reader '{reader}' finds no runs in a file")


ENCODER = json.JSONEncoder(ensure_ascii=False, skipkeys=True, default=str)


def number(raw: Any, place: str, name: str) -> float:
    """A number of a file; NaN where the file says that it is missing. Raises `ResultsError`.

    True and false are 1 and 0; a number may be a `Decimal`, or text: 45.2% is 0.452.
    """
    if raw is None:
        return math.nan
    if isinstance(raw, str):
        text = raw.strip()
        if text.lower() in MISSING:
            return math.nan
        share = text[:-1].rstrip() if text.endswith("%") else ""
        if PLAIN_NUMBER.fullmatch(share):
            return float(share) / 100
    try:
        value = float(raw) if isinstance(raw, int | float | str | Decimal) else None
    except OverflowError:
        return math.nan
    except ValueError:
        value = None
    if value is None:
        raise ResultsError(f"{name}: {place}: got {excerpt(raw)}; expected a number")
    return value if math.isfinite(value) else math.nan


def amount(raw: Any, place: str, name: str) -> float:
    """A number that is never negative, such as n or a standard error. Raises `ResultsError`."""
    value = number(raw, place, name)
    if value < 0:
        raise ResultsError(f"{name}: {place}: got {excerpt(raw)}; expected a number from 0")
    return value


def whole_step(raw: Any, place: str) -> int:
    """A step: a whole number of 64 bits, also as text, or in one (step3000). `ResultsError`."""
    if (named := step_in([raw])) is not None:
        return named
    if type(raw) is int and abs(raw) < MOST_STEP:
        return raw
    is_number = isinstance(raw, int | float | str | Decimal) and not isinstance(raw, bool)
    try:
        step = Decimal(raw) if is_number else Decimal("NaN")
    except InvalidOperation:
        step = Decimal("NaN")
    is_whole = step.is_finite() and abs(step) < MOST_STEP and step == step.to_integral_value()
    if not is_whole:
        raise ResultsError(
            f"{place}: got {excerpt(raw)}; expected a step, a whole number of 64 bits"
        )
    return int(step)


def item_name(raw: Any, place: str, name: str) -> str:
    """An item's name: text of one line, not too long. Raises `ResultsError`."""
    if not isinstance(raw, str):
        raise ResultsError(f"{name}: {place}: got {excerpt(raw)}; expected the item's name")
    if is_name(raw):
        return raw
    raise ResultsError(
        f"{name}: {place}: got {excerpt(raw)}; expected the item's name, "
        f"up to {MOST_LETTERS} characters of text without control characters"
    )


def is_name(text: str) -> bool:
    """Whether a text can be the name of an item: what can be printed in one line."""
    return len(text) <= MOST_LETTERS and (
        text.isprintable() or visible(text, one_line=True) == text
    )


def part(data: Any, key: str, name: str) -> dict[str, Any]:
    """An object inside a file's outermost object. Raises `ResultsError`."""
    if not isinstance(data, dict):
        raise ResultsError(f"{name}: got {excerpt(data)}; expected an object with '{key}'")
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
    square = stderr * stderr  # of a tiny number 0, of a huge one infinity
    n = p * (1 - p) / square + 1 if 0 < p < 1 and square > 0 else math.nan
    if not 1.5 < n < 1e9:
        return math.nan
    whole = round(n)
    return float(whole) if abs(n - whole) <= ROUNDING * n else math.nan


def step_in(texts: Iterable[Any]) -> int | None:
    """The step that the first of some texts (a revision, a path) says, if any does."""
    for text in texts:
        if isinstance(text, str) and (found := STEP.findall(text)):
            return step_number(found[-1])
    return None


def there(names: Iterable[str], missing: str = "") -> str:
    """The keys of an object or the columns of a table, for a message that misses one.

    The one that `missing` is nearest to comes first.
    """
    known = list(islice(names, MAX_KNOWN))
    if (meant := nearest(missing, known)) is not None:
        known = [meant, *(name for name in known if name != meant)]
    keys = [f"'{short(visible(key, one_line=True), MOST_QUOTED)}'" for key in known[:MOST_SHOWN]]
    more = ["..."] if len(known) > MOST_SHOWN else []
    return f"there is {', '.join(keys + more) or 'nothing'}"


def excerpt(raw: Any) -> str:
    """A value of a file as a message shows it: its beginning, in one line."""
    if isinstance(raw, str):
        raw = raw[:MOST_LETTERS]
    text = ""
    for part in ENCODER.iterencode(raw):  # lazily: a value may be large, or nest deep
        text += part
        if len(text) > MOST_LETTERS:
            break
    return short(visible(text, one_line=True), MOST_QUOTED)
