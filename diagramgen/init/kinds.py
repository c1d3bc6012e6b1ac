"""What is known of the numbers that evaluation tools write, by their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from math import isfinite
from typing import Literal, NamedTuple

from diagramgen.readers import Reading

Better = Literal["lower", "higher", "lower?", "higher?"]


class Kind(NamedTuple):
    """What a measure is: measures of one kind may stand in one average."""

    name: str
    label: str
    better: Better
    format: str
    note: str = ""


ACCURACY = Kind("accuracy", "Accuracy", "higher", ".1%")
SCORE = Kind("score", "Score", "higher", ".3g")
RIGHT = (
    r"acc|accuracy|acc_(norm|raw|per_token|per_char|per_byte|uncond|mutual_info|bytes)|em|"
    r"((quasi_)?(prefix_)?)exact_match|[pq]+em|maj@.+|pass@.+|pass_at_.+|mc[12]|primary_score|"
    r"len_norm|(balanced|token|top_?[0-9]+)_acc(uracy)?|(prompt|inst)_level_.+_acc|"
    r"(bleu|rouge_?[12l])_acc|correct|is_correct|pct_correct|"
    r"passed|solved|resolved"
)
TABLE: tuple[tuple[str, Kind], ...] = (
    (RIGHT, ACCURACY),
    (r"ppl|perplexity|token_(ppl|perplexity)", Kind("perplexity", "Perplexity", "lower", ".3~s")),
    (r"word_(ppl|perplexity)", Kind("word_perplexity", "Word perplexity", "lower", ".3~s")),
    (r"byte_(ppl|perplexity)", Kind("byte_perplexity", "Byte perplexity", "lower", ".3f")),
    (r"bits_per_byte.*|bpb", Kind("bits_per_byte", "Bits per byte", "lower", ".3f")),
    (r"bits_per_char.*|bpc", Kind("bits_per_character", "Bits per character", "lower", ".3f")),
    (
        r"loss|nll|ce|xent|cross_?entropy(_?loss)?|neg(ative)?_log_?likelihood",
        Kind("loss", "Loss", "lower", ".3f"),
    ),
    (
        r"soft_log|log_?probs?(_.*)?|log_?likelihood",
        Kind("log_probability", "Log probability", "higher", ".3f"),
    ),
    (r"soft|prob(abilit(y|ies)|s)?(_.*)?", Kind("probability", "Probability", "higher", ".1%")),
    (r"f1(_.+)?|fscore|f_score", Kind("f1", "F1", "higher", ".1%")),
    (r"mcc|matthews_corr.*", Kind("mcc", "MCC", "higher", ".3f")),
    (r"(sacre)?bleu.*|codebleu", Kind("bleu", "BLEU", "higher", ".3g")),
    (r"chrf.*", Kind("chrf", "chrF", "higher", ".3g")),
    (r"rouge.*", Kind("rouge", "ROUGE", "higher", ".3g")),
    (r"meteor|comet|bleurt|bert_?score.*", Kind("similarity", "Similarity", "higher", ".3g")),
    (
        r"pct_stereotype",
        Kind("pct_stereotype", "Stereotype preference", "lower", ".1%",
             "the ideal is 0.5; models begin there and rise above it, so lower is called better"),
    ),
    (r"wer|word_error(_rate)?", Kind("wer", "Word error rate", "lower", ".3g")),
    (r"cer|char(acter)?_error(_rate)?", Kind("cer", "Character error rate", "lower", ".3g")),
    (r"ter", Kind("ter", "Translation error rate", "lower", ".3g")),
    (r"mae|mean_absolute_error|l1_error", Kind("mae", "Mean absolute error", "lower", ".3g")),
    (r"mse|mean_squared_error", Kind("mse", "Mean squared error", "lower", ".3g")),
    (r"rmse", Kind("rmse", "Root mean squared error", "lower", ".3g")),
    (r"mape", Kind("mape", "Mean absolute percentage error", "lower", ".3g")),
    (r"brier(_score)?", Kind("brier", "Brier score", "lower", ".3g")),
    (r"ece|(expected_)?calibration_error(_.*)?", Kind("ece", "Calibration error", "lower", ".3g")),
    (r"err|errors?|error_rate", Kind("error", "Error", "lower", ".3g")),
    (r"toxicity|toxic(_.*)?|toxicity_.+", Kind("toxicity", "Toxicity", "lower", ".3g")),
    (
        r"bias(_score)?",
        Kind("bias", "Bias", "lower?", ".3g", "check the direction: is lower better?"),
    ),
    (r"hallucinations?(_rate)?", Kind("hallucination", "Hallucination", "lower", ".3g")),
    (r"(mean_)?win_?rate|lc_win_?rate", Kind("win_rate", "Win rate", "higher", ".1%")),
    (r"(success|pass|solve|hit)_?rate|success", Kind("success", "Success rate", "higher", ".1%")),
    (r"(au)?roc_auc|auc|auroc|auprc|pr_auc", Kind("auc", "AUC", "higher", ".3f")),
    (r"precision(@.+|_at_.+)?", Kind("precision", "Precision", "higher", ".3g")),
    (r"recall(@.+|_at_.+)?|hits?(@.+|_at_.+)", Kind("recall", "Recall", "higher", ".3g")),
    (r"ndcg(@.+|_at_.+)?", Kind("ndcg", "nDCG", "higher", ".3g")),
    (r"map(@.+|_at_.+)?|average_precision|ap", Kind("map", "MAP", "higher", ".3g")),
    (r"mrr(@.+|_at_.+)?", Kind("mrr", "MRR", "higher", ".3g")),
    (r"(cos(ine)?_)?(spearman.*|pearson.*|kendall.*)|correlation",
     Kind("correlation", "Correlation", "higher", ".3f")),
    (r"v_measure", Kind("v_measure", "V-measure", "higher", ".3f")),
    (r"rewards?", Kind("reward", "Reward", "higher", ".3g")),
    (r"elo(_rating)?|rating", Kind("rating", "Rating", "higher", ",.0f")),
    (r"centered", Kind("centered", "Centered accuracy", "higher", ".1%")),
    (r"(main_)?score|points", SCORE),
)  # fmt: skip
"""Patterns of measures, their `words` joined by `_`: the first that fits counts."""
KINDS = tuple((re.compile(pattern), kind) for pattern, kind in TABLE)
VARIED = ("bleu", "chrf", "rouge", "ndcg", "recall", "precision", "map", "mrr")
"""Kinds whose variants are not the same measure: ROUGE-1 and ROUGE-L, nDCG@10."""
AT_THE_START = re.compile(
    r"acc|accuracy|em|f1|ppl|perplexity|loss|nll|bpb|bits_per_byte|bleu|wer|cer|pass@.+|mse|mae"
)
"""Measures that names also begin with, such as `loss_c4`."""
QUALIFIERS = frozenset(
    (
        "train", "training", "val", "valid", "validation", "dev", "test", "eval", "evaluation",
        "epoch", "step", "avg", "average", "mean", "macro", "micro", "weighted", "overall", "total",
        "final", "best", "min", "max", "median", "none", "strict", "flexible", "score", "rate",
        "log", "logs", "metrics", "metric",
    )
)  # fmt: skip
"""Words beside a measure that do not change what it is."""
BENCHMARKS = re.compile(
    r"(ai2_?|open_?)?(arc|hella_?swag|([ckmta]|global)?_?mmlu|mmmu|truthful_?qa|wino_?grande?|"
    r"winograd|wsc|gsm_?8k|mgsm|math|mathqa|piqa|siqa|social_?i_?qa|bool_?q|copa|openbook_?qa|obqa|"
    r"csqa|commonsense_?qa|lambada|sciq|race|trivia_?qa|nq|natural_?questions|squad|drop|"
    r"human_?eval(plus|\+)?|mbpp(plus|\+)?|bbh|big_?bench|agi_?eval|gpqa|if_?eval|musr|c_?eval|cb|rte|"
    r"wic|multirc|record|qnli|mnli|sst_?2|mrpc|cola|qqp|sts_?b|anli|xnli|xcopa|xwinograd|logiqa|"
    r"coqa|quac|jeopardy|aime|live_?code_?bench|swe_?bench|mt_?bench|alpaca_?eval|arena_?hard|"
    r"simple_?qa|medqa|pubmedqa)(_?v?[0-9.]+)?([_ (@+].*)?"
)
"""Benchmarks by their usual names: of all of them a greater score is better."""
NO_DIRECTION = re.compile(r"likelihood_difference|bypass|alias|processing_time|.*_(original|count)")
"""Numbers of which neither direction is better, and those that measure nothing."""
NORMALISED = frozenset(
    ("arc_challenge", "arc:challenge", "hellaswag", "openbookqa", "logiqa", "logiqa2")
)
"""Tasks of which papers report acc_norm; of the others they report acc."""
N = ("n", "tokens", "num_tokens", "n_tokens", "count", "n_samples", "num_samples", "num_examples",
     "n_examples", "num_instances", "total", "size", "support")  # fmt: skip
STDERR = ("stderr", "se", "sem", "std_err", "standard_error", "acc_stderr", "value_stderr")


def words(name: str) -> list[str]:
    """The words of a name, in lower case: what separators and humps set apart."""
    humps = re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z])", "_", name)
    return [word for word in re.split(r"[\s_\-./:#()\[\]]+", humps.lower()) if word]


@cache
def kind_of(measure: str) -> Kind | None:
    """The kind of a measure, without regard to its filter (`exact_match,strict-match`).

    The last words of the name that are known decide, or else its first; words between others do
    not, as they are of what was measured: `grammar_error_correction` is no error.
    """
    found = (_whole(text) for text in _candidates(words(measure.partition(",")[0])))
    return next(filter(None, found), None)


def measure(text: str) -> Kind | None:
    """The kind of a text that is nothing but a measure, such as `acc,none` or `val_loss`."""
    said = words(text.partition(",")[0])
    return _whole("_".join(said)) or _whole("_".join(_trimmed(said)))


def is_qualifier(text: str) -> bool:
    """Whether a text only tells of how or on which split something was measured."""
    return not _trimmed(words(text))


def _candidates(said: list[str]) -> Iterator[str]:
    for parts in (said, _trimmed(said)):
        yield from ("_".join(parts[i:]) for i in range(len(parts)))
    heads = ("_".join(_trimmed(said)[:i]) for i in range(len(said), 0, -1))
    yield from (head for head in heads if AT_THE_START.fullmatch(head))


def _trimmed(said: list[str]) -> list[str]:
    """Words without the qualifiers at both ends."""
    said = list(said)
    while said and said[-1] in QUALIFIERS:
        said.pop()
    while said and said[0] in QUALIFIERS:
        said.pop(0)
    return said


def _whole(text: str) -> Kind | None:
    kind = next((kind for pattern, kind in KINDS if pattern.fullmatch(text)), None)
    if kind is None or kind.name not in VARIED or text == kind.name:
        return kind
    variant = re.sub(r"_?at_", "@", text.removeprefix(kind.name)).strip("_")
    if not variant.startswith("@"):
        variant = f"-{variant.upper()}"
    return kind._replace(name=re.sub(r"\W+", "_", text), label=f"{kind.label}{variant}")


def is_benchmark(item: str) -> bool:
    """Whether a name is that of a well-known benchmark, with or without more words."""
    return BENCHMARKS.fullmatch("_".join(words(item))) is not None


def choose(task: str, measures: Iterable[str]) -> str:
    """The measure of one kind that counts for a task."""
    order = ["acc", "accuracy", "acc_norm", "exact_match,strict-match", "exact_match", "em",
             "perplexity", "ppl", "acc_per_char", "bleu_acc"]  # fmt: skip
    if task in NORMALISED:
        order.insert(0, "acc_norm")
    known = list(measures)
    return min(known, key=lambda name: order.index(name) if name in order else len(order))


def scaled(kind: Kind, values: Iterable[float]) -> Kind:
    """A kind of shares as percentages only where the numbers are shares."""
    finite = [value for value in values if isfinite(value)]
    if kind.format.endswith("%") and (max(finite, default=0) > 1 or min(finite, default=0) < -1):
        return kind._replace(format=".3g")
    return kind


def unknown_kind(measure: str, readings: Iterable[Reading], higher: bool | None = None) -> Kind:
    """The kind of a measure that nothing is known of: its direction is a question.

    Not where most items are well-known benchmarks: of those more is better.
    """
    readings = list(readings)
    values = [r.value for r in readings if isfinite(r.value)]
    share = bool(values) and min(values) >= 0 and max(values) <= 1
    name = re.sub(r"\W+", "_", measure).strip("_").lower() or "value"
    label = measure.replace("_", " ").strip()
    label = f"{label[:1].upper()}{label[1:]}"
    items = {r.item for r in readings}
    if higher is None and items and 2 * sum(map(is_benchmark, items)) >= len(items):
        return Kind(name, label or "Score", "higher", ".1%" if share else ".3g")
    better: Better = "higher?" if higher is None else "higher" if higher else "lower"
    note = (
        f"check the direction: is higher better? '{measure}' is not known here"
        if higher is None
        else ""
    )
    form = ".1%" if share and higher is not None else ".3g"
    return Kind(name, label or "Value", better, form, note)
