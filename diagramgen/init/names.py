"""Names of columns, fields and items: which are of results, and which of averages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from diagramgen.init.folder import can_be_named
from diagramgen.init.kinds import AT_THE_START, Kind, is_qualifier, measure, words

PLAIN_WORDS = frozenset(
    ("eval", "results", "metrics", "cf", "csv", "train", "validation", "val", "scores")
)
"""Words of file names that say nothing of what is measured."""
AVERAGES = frozenset(("average", "avg", "mean", "macro", "micro", "overall", "aggregate",
                      "aggregated", "agg", "平均", "平均分", "均值",
                      "moyenne", "durchschnitt", "mittelwert", "promedio"))  # fmt: skip
BARE_AVERAGES = re.compile(
    r"all|total|core|core_metric|agg_score|average_.*|.*_average|final_score"
)
NO_RESULTS = re.compile(
    r"(?:.*_)?(?:lr|learning_rates?(?:_.*)?|(?:wall_?|run_?|up)?times?|runtime|seconds?|secs?|ms|"
    r"minutes|hours|days?|tokens?|steps?|samples|examples|[a-z_]*_seen|iters?|iterations?|epochs?|"
    r"[gmt]?flops|flos|compute|batch_sizes?(?:_.*)?|"
    r"params?|parameters|counts?|size|memory|mem|gb|mb|throughput|mfu|(?:grad|gradient)_?norm|"
    r"latency|cost|price|per_second|per_sec|per_step|it_s|seeds?|random_seed|timestamps?|date|"
    r"created_at|rank|layers?|vocab(?:_size)?|weight_decay|momentum|temperature|top_p|top_k|beta[12]?|"
    r"warmup(?:_.*)?|(?:num_)?(?:few_?)?shots?|n_shot|likes|downloads|stars|votes|battles|wins|"
    r"ties|draws|ranks?(?:_(?:ub|lb))?|licen[cs]es?|organi[sz]ations?|(?:avg_|mean_)?len(?:gth)?|"
    r"std_?err(?:or)?|standard_(?:error|deviation)|std_?dev|margin_of_error|confidence_interval|"
    r"stderr|std|se|sem|"
    r"ci(?:_?(?:low|high|lower|upper))?|variance|var)(?:_(?:b|m|gb|mb|s|ms|h))?|hub(?:_.*)?|"
    r"(?:.*_)?ids?|(?:stderr|std_?err|std|sem)_.+|batch|duration|percentage|progress|(?:n|num|number|lr|gpu|system|optim|perf|timing|throughput|learning_rate|grad|wandb|"
    r"batch_size|time|norm)_.+|n|num|id|idx|index|unnamed_[0-9]+|trial|repeat|fold|year|"
    r"tokens?_.+|.+_norm_(?:max|min|mean)|train_?tokens.*|.*_tokens_.*"
)
"""Columns, their words joined by `_`, that tell of the training or the table, not of results."""
MODELS = (
    "baichuan", "baseline", "bert", "bloom", "chatglm", "claude", "deepseek", "falcon", "gemini",
    "gemma", "gpt", "internlm", "llama", "mamba", "mistral", "mixtral", "model", "mpt", "olmo",
    "opt", "opus", "ours", "phi", "pythia", "qwen", "rwkv", "smollm", "sonnet", "t5", "vicuna",
    "yi",
)  # fmt: skip
"""What words in the names of models begin with."""
SEPARATORS = re.compile(r"[_\-. ]")
BOUNDS = re.compile(r".*__(?:MIN|MAX)")


class Named(NamedTuple):
    """A column's name: the item in it, and what stands around it; no item where all is measure."""

    before: str
    item: str
    after: str
    kind: Kind | None


def is_result(name: str) -> bool:
    """Whether a column may have results: it is not named for training, counts, times and such."""
    bare = name.partition(",")[0]
    said = "_".join(words(bare))
    head = words(bare.partition("/")[0]) if "/" in bare else []
    last = bare.rpartition("/")[2]
    if measure(last) and can_be_named(name) and not set("{}") & set(name):
        return BOUNDS.fullmatch(name) is None
    return (
        can_be_named(name) and not set("{}") & set(name) and said != ""
        and not NO_RESULTS.fullmatch(said) and not BOUNDS.fullmatch(name)
        and not NO_RESULTS.fullmatch("_".join(words(last)) or "index")
        and head not in (["system"], ["optim"], ["throughput"], ["perf"], ["timing"], ["time"])
    )  # fmt: skip


def is_average(name: str) -> bool:
    """Whether an item's name is that of an average over others."""
    said = words(re.sub(r"[^\w\s./:-]", " ", name))
    whole = "_".join(said)
    ends = {said[0], said[-1]} if said else set()
    return bool(ends & AVERAGES) or BARE_AVERAGES.fullmatch(whole) is not None


def are_models(columns: Iterable[str]) -> bool:
    """Whether the names of columns are those of models, not of measures."""
    names = list(columns)
    like = [
        name for name in names
        if any(word.startswith(MODELS) or _is_size(word) for word in words(name))
    ]  # fmt: skip
    return 2 * len(like) >= len(names) and not any(map(measure, names))


def _is_size(word: str) -> bool:
    return word[-1:] in ("b", "m") and word[:-1].replace("x", "").isdigit()


def split_name(name: str) -> Named:
    """What a column's name says: `eval/{c4}-val/loss`, `acc/{mmlu}`, `{mmlu}_acc`, `loss_{c4}`."""
    between = "/" if "/" in name else "."
    *folders, last = name.split(between)
    way = "".join(f"{folder}{between}" for folder in folders)
    kind = measure(last)
    if kind is not None:
        item = folders[-1] if folders else ""
        if is_qualifier(item):
            return Named("", "", name, kind)
        return Named(way[: -len(item + between)], item, f"{between}{last}", kind)
    places = [found.start() for found in SEPARATORS.finditer(last)]
    for place in places:
        tail = last[place + 1 :]
        kind = measure(tail)
        if kind is not None and place and not is_qualifier(words(tail)[0]):
            return Named(way, last[:place], last[place:], kind)
    for place in places[::-1]:
        head = last[:place]
        kind = measure(head)
        if kind is not None and AT_THE_START.fullmatch(words(head)[-1]):
            return Named(f"{way}{last[: place + 1]}", last[place + 1 :], "", kind)
    kind = next(filter(None, map(measure, folders[::-1])), None)
    return Named(way, last, "", kind)
