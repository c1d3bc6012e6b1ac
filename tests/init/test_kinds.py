"""What names of measures and columns say."""

import pytest

from diagramgen.init.kinds import is_benchmark, kind_of, unknown_kind
from diagramgen.init.names import is_average, is_result, split_name
from diagramgen.readers import Reading


@pytest.mark.parametrize(
    ("name", "kind", "better"),
    [
        ("acc_norm,none", "accuracy", "higher"),
        ("exact_match,flexible-extract", "accuracy", "higher"),
        ("eval/c4_en-validation/CrossEntropyLoss", "loss", "lower"),
        ("train_loss_epoch", "loss", "lower"),
        ("loss_c4", "loss", "lower"),
        ("val_epoch_perplexity", "perplexity", "lower"),
        ("word_perplexity", "word_perplexity", "lower"),
        ("brier_score", "brier", "lower"),
        ("toxicity_score", "toxicity", "lower"),
        ("f1_score", "f1", "higher"),
        ("error_rate", "error", "lower"),
        ("libri_wer", "wer", "lower"),
        ("mean_win_rate", "win_rate", "higher"),
        ("reward", "reward", "higher"),
        ("pass@10", "accuracy", "higher"),
        ("rougeL", "rougel", "higher"),
        ("ndcg_at_10", "ndcg_at_10", "higher"),
        ("score", "score", "higher"),
    ],
)
def test_the_last_known_word_of_a_name_decides(name, kind, better):
    found = kind_of(name)
    assert (found.name, found.better) == (kind, better)


@pytest.mark.parametrize("name", ["grammar_error_correction", "entropy", "alpha", "boolq", "step"])
def test_names_that_say_no_measure(name):
    assert kind_of(name) is None


def test_a_variant_is_another_measure():
    assert [kind_of(name).label for name in ("rouge1", "rougeL", "ndcg@10", "bleu_4")] == [
        "ROUGE-1", "ROUGE-L", "nDCG@10", "BLEU-4",
    ]  # fmt: skip


def test_what_is_not_known_is_asked():
    kind = unknown_kind("sparkle", [Reading("a", 0.5)])
    assert kind.better == "higher?"
    assert kind.note == "check the direction: is higher better? 'sparkle' is not known here"
    assert unknown_kind("sparkle", [Reading("a", 0.5)], higher=False).better == "lower"
    of_benchmarks = unknown_kind("scores", [Reading("piqa", 0.5), Reading("copa", 0.75)])
    assert (of_benchmarks.better, of_benchmarks.note) == ("higher", "")


@pytest.mark.parametrize(
    "name",
    ["ARC", "arc_challenge", "MMLU-PRO", "mmlu_anatomy", "MATH Lvl 5", "HumanEval+", "GSM8K"],
)
def test_benchmarks(name):
    assert is_benchmark(name)


@pytest.mark.parametrize("name", ["archive", "mathematician", "search", "foo", "dropout"])
def test_no_benchmarks(name):
    assert not is_benchmark(name)


@pytest.mark.parametrize(
    "name",
    ["average", "Average ⬆️", "avg_acc", "Macro", "overall_accuracy", "CORE", "agg_score", "mean"],
)
def test_averages(name):
    assert is_average(name)


@pytest.mark.parametrize(
    "name",
    [
        "Unnamed: 0", "index", "id", "", "lr", "train/learning_rate", "seed", "epoch",
        "throughput/total_tokens", "eval_runtime", "eval_samples_per_second", "grad_norm",
        "#Params (B)", "acc_stderr,none", "system/gpu.0.memory", "_timestamp", "num_fewshot",
        "a - loss__MIN", "elapsed_time", "batch_size_in_tokens",
    ],
)  # fmt: skip
def test_columns_that_are_no_results(name):
    assert not is_result(name)


@pytest.mark.parametrize(
    "name",
    ["train_loss_step", "acc_per_token", "acc_norm", "MMLU", "eval/loss", "lrs2"],
)
def test_columns_that_may_be_results(name):
    assert is_result(name)


@pytest.mark.parametrize(
    ("name", "before", "item", "after"),
    [
        ("eval/c4-val/loss", "eval/", "c4-val", "/loss"),
        ("acc/mmlu", "acc/", "mmlu", ""),
        ("mmlu_acc", "", "mmlu", "_acc"),
        ("results.piqa.acc,none", "results.", "piqa", ".acc,none"),
        ("loss_c4", "loss_", "c4", ""),
        ("mmlu_val_acc", "", "mmlu_val", "_acc"),
        ("val_loss", "", "", "val_loss"),
        ("train/loss", "", "", "train/loss"),
    ],
)
def test_the_item_in_the_name_of_a_column(name, before, item, after):
    found = split_name(name)
    assert (found.before, found.item, found.after) == (before, item, after)
