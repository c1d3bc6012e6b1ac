"""What titles and axes say of items and metrics: names in words, not patterns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from diagramgen.model.metric import Metric

Names = str | tuple[str, ...]
MOST_NAMED = 3
"""More names than these are counted."""
SIGNS = frozenset("*?[]!")
"""What makes a name a glob."""
COMMON = frozenset(
    {"accuracy", "agreement", "average", "balanced", "bias", "bits", "byte", "calibration",
     "character", "coverage", "cross", "duration", "error", "evaluation", "exact", "expected",
     "false", "final", "hallucination", "latency", "length", "likelihood", "log", "loss", "macro",
     "match", "mean", "median", "memory", "negative", "normalised", "normalized", "pass",
     "percentage", "perplexity", "positive", "precision", "probability", "quality", "rank", "rate",
     "recall", "refusal", "relative", "score", "share", "similarity", "speed", "stereotype",
     "success", "task", "test", "throughput", "token", "toxicity", "train", "training",
     "translation",
     "true", "validation", "win", "word"}
)  # fmt: skip
"""Words that are no names: within a phrase they have no capital letter."""


def named(names: Names | None) -> tuple[str, ...]:
    """One name or several as a tuple, each once."""
    if names is None:
        return ()
    return (names,) if isinstance(names, str) else tuple(dict.fromkeys(names))


def as_group(item: str) -> tuple[str, str] | None:
    """The grouping and group of `group:GROUPING/GROUP`; "" for all groups, None for an item."""
    if not item.startswith("group:"):
        return None
    grouping, _, group = item.removeprefix("group:").partition("/")
    return grouping, group


def listing(names: Sequence[str]) -> str:
    """Names as a sentence has them: 'a', 'a and b', 'a, b and c'."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def mid(label: str) -> str:
    """A label within a phrase: a common word begins small there, a name or an acronym does not."""
    first = label.split(" ", 1)[0]
    small = first.lower()
    return f"{small}{label[len(first) :]}" if first[1:].islower() and small in COMMON else label


def is_one(items: Names | None) -> bool:
    """Whether an entry asks for one item by its name."""
    lone = named(items)
    return len(lone) == 1 and as_group(lone[0]) is None and not SIGNS & set(lone[0])


def of_some(items: Names | None, metric: Metric) -> str:
    """' of web and code': the items that a chart is of, in words; nothing where it is of all.

    A group goes by its name, a glob by the word that it has around its signs. More than three are
    counted.
    """
    if items is None or "*" in named(items):
        return ""
    plural = metric.items or f"{metric.item}s"
    words = [_word(item, metric) for item in named(items)]
    if None in words:
        return f" of some {plural}"
    if len(words) > MOST_NAMED:
        are_items = all(is_one(item) for item in named(items))
        return f" of {len(words)} {plural}" if are_items else f" of some {plural}"
    return f" of {listing([word for word in words if word])}"


def _word(item: str, metric: Metric) -> str | None:
    """What an item, a group or a glob is called; None for a glob that has no one word."""
    group = as_group(item)
    if group is not None:
        return group[1] or group[0]
    if item in metric.labels:
        return metric.labels[item]
    if not SIGNS & set(item):
        return item
    word = item.strip("*").strip("_-./ ")
    return None if not word or SIGNS & set(word) else word
