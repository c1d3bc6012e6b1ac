"""What is known of the numbers that evaluation tools write, by their names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import isfinite
from typing import Literal, NamedTuple

from diagramgen.readers import Reading


class Kind(NamedTuple):
    """What a measure is: measures of one kind may stand in one average."""

    name: str
    label: str
    better: Literal["lower", "higher"]
    format: str
    note: str = ""


ACCURACY = Kind("accuracy", "Accuracy", "higher", ".1%")
RIGHT = (
    r"acc|accuracy|acc_(norm|raw|per_token|per_char|per_byte|uncond|mutual_info|bytes)|em|"
    r"exact_match|[pq]+em|maj@.+|pass@.+|pass_at_.+|mc[12]|primary_score|len_norm|"
    r"(prompt|inst)_level_.+_acc"
)
KINDS: tuple[tuple[str, Kind], ...] = (
    (RIGHT, ACCURACY),
    (r"ppl|perplexity|token_perplexity", Kind("perplexity", "Perplexity", "lower", ".3~s")),
    (r"word_perplexity", Kind("word_perplexity", "Word perplexity", "lower", ".3~s")),
    (r"byte_perplexity", Kind("byte_perplexity", "Byte perplexity", "lower", ".3f")),
    (r"bits_per_byte.*|bpb", Kind("bits_per_byte", "Bits per byte", "lower", ".3f")),
    (
        r"(?i:crossentropyloss|cross_entropy|loss|nll|.*[_ ]loss)",
        Kind("loss", "Loss", "lower", ".3f"),
    ),
    (r"soft_log|logprob.*", Kind("log_probability", "Log probability", "higher", ".3f")),
    (r"soft|prob.*", Kind("probability", "Probability", "higher", ".1%")),
    (r"f1|f1_.+|.+_f1", Kind("f1", "F1", "higher", ".1%")),
    (r"mcc", Kind("mcc", "MCC", "higher", ".3f")),
    (r"bleu.*|chrf.*|rouge.*", Kind("overlap", "Overlap score", "higher", ".3g")),
    (
        r"pct_stereotype",
        Kind("pct_stereotype", "Stereotype preference", "lower", ".1%",
             "the ideal is 0.5; models begin there and rise above it, so lower is called better"),
    ),
    (r"mae|mse|rmse|wer|cer|ter|brier_score|.*error.*|ece",
     Kind("error", "Error", "lower", ".3g")),
)  # fmt: skip
NO_DIRECTION = re.compile(r"likelihood_difference|bypass|alias|processing_time|.*_(original|count)")
"""Numbers of which neither direction is better, and those that measure nothing."""
NOT_RESULTS = re.compile(
    r"(?i)lr|.*learning[ _]?rate.*|.*batch_size.*|.*throughput.*|.*tokens.*|.*time.*|epoch|"
    r"_?runtime|.*grad_norm.*|.*flops.*|.*memory.*|.*__(min|max)|unnamed.*|index|seed"
)
"""Columns of logs that tell of the training, not of its results."""
NORMALISED = frozenset(
    ("arc_challenge", "arc:challenge", "hellaswag", "openbookqa", "logiqa", "logiqa2")
)
"""Tasks of which papers report acc_norm; of the others they report acc."""
N = ("n", "tokens", "num_tokens", "n_tokens", "count", "n_samples", "num_samples", "num_examples",
     "n_examples", "num_instances", "total", "size", "support")  # fmt: skip
STDERR = ("stderr", "se", "sem", "std_err", "standard_error", "acc_stderr", "value_stderr")


def kind_of(measure: str) -> Kind | None:
    """The kind of a measure, without regard to its filter (`exact_match,strict-match`)."""
    name = measure.partition(",")[0]
    for pattern, kind in KINDS:
        if re.fullmatch(pattern, name):
            return kind
    return None


def choose(task: str, measures: Iterable[str]) -> str:
    """The measure of one kind that counts for a task."""
    order = ["acc", "accuracy", "acc_norm", "exact_match,strict-match", "exact_match", "em",
             "perplexity", "ppl", "acc_per_char"]  # fmt: skip
    if task in NORMALISED:
        order.insert(0, "acc_norm")
    known = list(measures)
    return min(known, key=lambda name: order.index(name) if name in order else len(order))


def unknown_kind(measure: str, readings: Iterable[Reading], higher: bool | None = None) -> Kind:
    """The kind of a measure that nothing is known of."""
    values = [r.value for r in readings if isfinite(r.value)]
    share = bool(values) and min(values) >= 0 and max(values) <= 1
    note = "" if higher is not None else f"'{measure}' is not known here: check the direction"
    better: Literal["lower", "higher"] = "lower" if higher is False else "higher"
    name = re.sub(r"\W+", "_", measure).strip("_").lower() or "value"
    return Kind(name, measure or "Value", better, ".1%" if share else ".3~s", note)
